//! The roster as tables: participants with their contacts, and offers and wishes. What is exported and read again changes
//! nothing: ids stand beside names.

use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::ListingKind;
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
        heads.symbol,
        heads.place,
        heads.person,
        heads.email,
        heads.phone,
    ];
    let mut everyone: Vec<_> = known.participants.values().collect();
    everyone.sort_by_key(|participant| (participant.name.to_lowercase(), participant.id));
    let rows = everyone.into_iter().map(|participant| {
        let contact = known.contacts.get(&participant.id).cloned().unwrap_or_default();
        vec![
            participant.id.to_string(),
            participant.name.clone(),
            sectors.sector(participant.sector).to_owned(),
            participant.symbol.to_string(),
            participant.place.clone().unwrap_or_default(),
            contact.person.unwrap_or_default(),
            contact.email.unwrap_or_default(),
            contact.phone.unwrap_or_default(),
        ]
    });
    Cells {
        name: texts.sheet.participants.to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.map(texts_only).collect(),
    }
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
        let quantity = listing.quantity.as_ref();
        vec![
            listing.id.to_string(),
            listing.participant.to_string(),
            name(&listing.participant).to_owned(),
            match listing.kind {
                ListingKind::Offer => texts.kind.offer,
                ListingKind::Wish => texts.kind.wish,
            }
            .to_owned(),
            listing.text.clone(),
            category(&listing.category, &known.settings.categories),
            quantity
                .map(|quantity| quantity.amount.to_string())
                .unwrap_or_default(),
            quantity.map(|quantity| quantity.unit.clone()).unwrap_or_default(),
            listing
                .effort_minutes
                .map(|minutes| minutes.to_string())
                .unwrap_or_default(),
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
