//! One person's file: for programs, and to be read.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::follow_up::{FollowUpReason, FollowUpState};
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::privacy::{Holding, Person};
use borsklokka_shared::registration::Entry;
use borsklokka_shared::slug::slug_of;
use serde_json::Value;

use super::Words;
use crate::agreement::texts::Texts;
use crate::log::Kept;
use crate::spoken::follow_up::FollowUp as Page;
use crate::spoken::registration::Registration as Form;

#[derive(serde::Serialize)]
struct File<'a> {
    person: &'a Person,
    #[serde(flatten)]
    kept: &'a Kept,
}

/// What the file is called: as the person is, if that has letters of an address.
pub(super) fn name(person: &Person, ending: &str) -> String {
    let slug = slug_of(&person.name);
    if slug.is_empty() {
        format!("{}.{ending}", person.id)
    } else {
        format!("{slug}.{ending}")
    }
}

pub(super) fn json(person: &Person, kept: &Kept) -> String {
    serde_json::to_string_pretty(&File { person, kept }).expect("it has string keys only")
}

pub(super) fn text(person: &Person, kept: &Kept, settings: Option<&Settings>, language: Language) -> String {
    let words = Words::of(language);
    let mut text = String::new();
    let mut line = |what: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{what}");
    };
    line(&words.title(&person.name));
    if let Some(settings) = settings {
        line(&settings.name);
    }
    for holding in Holding::ALL {
        let lines: Vec<String> = match holding {
            Holding::Board => kept.said(),
            Holding::Registrations => registered(kept, language),
            Holding::FollowUps => followed_up(kept, language),
            _ => kept.lines(holding),
        };
        if lines.is_empty() {
            continue;
        }
        line("");
        line(words.holding(holding));
        let mut told = BTreeSet::new();
        for said in lines {
            if !said.is_empty() && told.insert(said.clone()) {
                line(&format!("  {said}"));
            }
        }
    }
    if !kept.mentions.is_empty() {
        line("");
        line(words.mentions);
        for mention in &kept.mentions {
            line(&format!("  {mention}"));
        }
    }
    text
}

/// What they registered, each thing under what the form calls it; the same that was approved is said once.
fn registered(kept: &Kept, language: Language) -> Vec<String> {
    let (form, texts) = (Form::of(language), Texts::of(language));
    let mut lines = Vec::new();
    for row in kept.rows("registrations") {
        for column in ["entry", "approved"] {
            let entry = row.get(column).cloned().map(serde_json::from_value::<Entry>);
            let Some(Ok(entry)) = entry else { continue };
            let Entry {
                name,
                sector,
                contact,
                people,
                listings,
                name_shown: _,
            } = entry;
            let people = people.to_string();
            let fields = [
                (form.name, Some(name)),
                (form.sector, Some(texts.sector(sector).to_owned())),
                (form.person, contact.person),
                (form.email, contact.email),
                (form.phone, contact.phone),
                (form.people, Some(people)),
            ];
            let said = fields
                .into_iter()
                .filter_map(|(field, said)| Some((field, said?)));
            let listed = listings.into_iter().map(|listing| match listing.kind {
                ListingKind::Offer => (form.offers, listing.text),
                ListingKind::Wish => (form.wishes, listing.text),
            });
            lines.extend(said.chain(listed).map(|(field, said)| format!("{field}: {said}")));
        }
        let consent = row.get("consent").and_then(Value::as_str);
        lines.extend(consent.map(|consent| format!("{}: {consent}", form.consent_heading)));
    }
    lines
}

/// What they said of their deals.
fn followed_up(kept: &Kept, language: Language) -> Vec<String> {
    let page = Page::of(language);
    let rows = kept.rows("follow_ups").filter_map(|row| {
        let text = |column: &str| row.get(column).and_then(Value::as_str);
        let deal = text("deal_id").and_then(|deal| kept.what(deal.parse().ok()?));
        let state = page.state(FollowUpState::named(text("state")?)?);
        let reason = text("reason")
            .and_then(FollowUpReason::named)
            .map(|reason| page.reason(reason));
        let said = [Some(state), reason, text("text")].into_iter().flatten();
        let said = said.collect::<Vec<_>>().join(" · ");
        Some(match deal {
            Some(deal) => format!("{deal}: {said}"),
            None => said,
        })
    });
    rows.collect()
}

impl Words {
    fn holding(&self, holding: Holding) -> &'static str {
        match holding {
            Holding::Board => self.holding.board,
            Holding::Contacts => self.holding.contacts,
            Holding::Registrations => self.holding.registrations,
            Holding::Signatures => self.holding.signatures,
            Holding::Photos => self.holding.photos,
            Holding::Links => self.holding.links,
            Holding::Mails => self.holding.mails,
            Holding::FollowUps => self.holding.follow_ups,
            Holding::Devices => self.holding.devices,
            Holding::Access => self.holding.access,
            Holding::Pictures => self.holding.pictures,
        }
    }
}
