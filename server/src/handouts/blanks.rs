//! Blank agreements, each with a number of its own, for an evening without power. The number is the paper's: the deal gets its
//! own when it is typed in.

use borsklokka_shared::exchange::Settings;
use serde::Serialize;

use super::handout::{BLANKS, Handout, Heading, words};
use crate::agreement::legible::legible;
use crate::agreement::texts::Texts;

/// Most blanks that are printed at once.
pub(crate) const BLANKS_MAX: u32 = 200;

#[derive(Serialize)]
struct Data {
    numbers: Vec<String>,
    kinds: [&'static str; 3],
    party: [&'static str; 4],
    parties: &'static str,
    gives: &'static str,
    receives: &'static str,
    agreed: &'static str,
    rows: Vec<Row>,
    signatures: &'static str,
    name_in_capitals: &'static str,
    no_party: &'static str,
}

#[derive(Serialize)]
struct Row {
    name: String,
    lines: u8,
}

/// Blanks with these numbers.
pub(crate) fn blanks(settings: &Settings, from: u32, count: u32) -> Handout {
    let (texts, words) = (Texts::of(settings.language), words(settings));
    let broker = settings.role_titles.get("broker").map(|title| legible(title));
    let broker = broker.unwrap_or_else(|| texts.broker.to_owned());
    let row = |name: &str, lines| Row {
        name: name.to_owned(),
        lines,
    };
    let data = Data {
        numbers: (from..from.saturating_add(count))
            .map(|number| words.blank(number))
            .collect(),
        kinds: [texts.gift, texts.trade, words.intention],
        party: [words.party, texts.person, texts.phone, texts.email],
        parties: texts.parties,
        gives: texts.gives,
        receives: words.receives,
        agreed: texts.agreed,
        rows: vec![
            row(texts.service, 3),
            row(texts.return_service, 3),
            row(texts.first_step, 2),
            row(texts.deadline, 1),
            row(texts.worth, 1),
            row(&broker, 1),
        ],
        signatures: texts.signatures,
        name_in_capitals: words.name_in_capitals,
        no_party: texts.no_party,
    };
    let heading = Heading::of(settings, words.blanks);
    Handout::new(words.file.blanks, &BLANKS, &heading, data)
}
