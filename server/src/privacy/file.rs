//! One person's file: for programs, and to be read.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::privacy::{Holding, Person};

use super::Words;
use crate::log::Kept;

#[derive(serde::Serialize)]
struct File<'a> {
    person: &'a Person,
    #[serde(flatten)]
    kept: &'a Kept,
}

pub(super) fn json(person: &Person, kept: &Kept) -> String {
    serde_json::to_string_pretty(&File { person, kept }).expect("it has string keys only")
}

pub(super) fn text(person: &Person, kept: &Kept, settings: Option<&Settings>, words: &Words) -> String {
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
