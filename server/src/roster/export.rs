//! The roster as tables: participants with their contacts, and offers and wishes. What is exported and read again changes
//! nothing: ids stand beside names. In another exchange it says the same, so each is taken apart here field by field: what is added to
//! one is given a column, or a reason why it has none.

use borsklokka_shared::contact::Contact;
use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::{Listing, ListingKind, Quantity};
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, shown_name};
use borsklokka_spreadsheets::{Cell, Cells};
use serde::Deserialize;

use super::heads;
use super::plan::Known;
use crate::agreement::texts::Texts;
use crate::spoken::roster::Roster;

/// Which table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// Participants and their contacts.
    #[default]
    Participants,
    /// Offers and wishes.
    Listings,
}

/// Everyone, by name.
pub(crate) fn participants(known: &Known, language: Language) -> Cells {
    let (texts, sectors) = (Roster::of(language), Texts::of(language));
    let heads = &texts.head;
    let heads = [
        heads.id,
        heads.name,
        heads.sector,
        heads.name_shown,
        heads.symbol,
        heads.place,
        heads.person,
        heads.email,
        heads.phone,
    ];
    let mut everyone: Vec<_> = known.participants.values().collect();
    everyone.sort_by_key(|participant| (participant.name.to_lowercase(), participant.id));
    let rows = everyone.into_iter().map(|participant| {
        let Participant {
            id,
            name,
            sector,
            symbol,
            place,
            // What it was before a merger is of this exchange, and nobody who was erased is here.
            was: _,
            was_symbols: _,
            is_erased: _,
        } = participant;
        let Contact { person, email, phone } = known.contacts.get(id).cloned().unwrap_or_default();
        vec![
            id.to_string(),
            name.clone(),
            sectors.sector(*sector).to_owned(),
            match name_shown(participant) {
                None => String::new(),
                Some(NameShown::Full) => texts.name_shown.full.to_owned(),
                Some(NameShown::First) => texts.name_shown.first.to_owned(),
            },
            symbol.to_string(),
            place.clone().unwrap_or_default(),
            person.unwrap_or_default(),
            email.unwrap_or_default(),
            phone.unwrap_or_default(),
        ]
    });
    Cells {
        name: texts.sheet.participants.to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.map(texts_only).collect(),
    }
}

/// How much of an individual's name is shown, by which it reads as it stands; organisations' are shown whole.
fn name_shown(participant: &Participant) -> Option<NameShown> {
    let first = ParticipantEntry {
        name_shown: NameShown::First,
        ..participant.entry()
    };
    (participant.sector == Sector::Individual).then(|| {
        if shown_name(&first) == participant.name {
            NameShown::First
        } else {
            NameShown::Full
        }
    })
}

fn texts_only(row: Vec<String>) -> Vec<Cell> {
    row.into_iter().map(Cell::from).collect()
}

/// Every offer and wish, by whose it is.
pub(crate) fn listings(known: &Known, language: Language) -> Cells {
    let texts = Roster::of(language);
    let heads = &texts.head;
    let heads = [
        heads.listing_id,
        heads.id,
        heads.name,
        heads.kind,
        heads.text,
        heads.description,
        heads.category,
        heads.amount,
        heads.unit,
        heads.minutes,
    ];
    let name = |id| {
        known
            .participants
            .get(id)
            .map_or("", |participant| participant.name.as_str())
    };
    let mut all: Vec<_> = known.listings.values().collect();
    all.sort_by_key(|listing| {
        (
            name(&listing.participant).to_lowercase(),
            listing.kind,
            listing.id,
        )
    });
    let rows = all.into_iter().map(|listing| {
        let Listing {
            id,
            participant,
            kind,
            text,
            description,
            category: of_category,
            quantity,
            effort_minutes,
        } = listing;
        let (amount, unit) = match quantity {
            None => (String::new(), String::new()),
            Some(Quantity { amount, unit }) => (amount.to_string(), unit.clone()),
        };
        vec![
            id.to_string(),
            participant.to_string(),
            name(participant).to_owned(),
            match kind {
                ListingKind::Offer => texts.kind.offer,
                ListingKind::Wish => texts.kind.wish,
            }
            .to_owned(),
            text.clone(),
            description.clone().unwrap_or_default(),
            category(of_category, &known.settings.categories),
            amount,
            unit,
            effort_minutes.map_or_else(String::new, |minutes| minutes.to_string()),
        ]
    });
    Cells {
        name: texts.sheet.listings.to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.map(texts_only).collect(),
    }
}

/// A category's name; its key, if the name is read as another's.
fn category(id: &CategoryId, categories: &[Category]) -> String {
    let named = categories.iter().find(|category| category.id == *id);
    named
        .map(|category| category.name.clone())
        .filter(|name| heads::category(name, categories).as_ref() == Some(id))
        .unwrap_or_else(|| id.0.clone())
}
