//! Cards for tablets: whose the tablet is to be, and where it pairs. A code lives a quarter of an hour and is used once, so none
//! is printed: there is room to write one.

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::role::Role;
use serde::Serialize;

use super::handout::{CARDS, Handout, Heading, words};
use crate::agreement::legible::legible;
use crate::api::Denied;
use crate::qr;

/// Most cards that are printed at once.
pub(crate) const CARDS_MAX: usize = 60;

/// Tablets of a role.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tablet {
    /// What it becomes.
    pub(crate) role: Role,
    /// How many.
    pub(crate) count: usize,
}

#[derive(Serialize)]
struct Data {
    cards: Vec<Card>,
    code: String,
    code_of: String,
    address: String,
    steps: [&'static str; 2],
}

#[derive(Serialize)]
struct Card {
    role: String,
    tablet: String,
}

/// Cards for tablets that pair at an address.
pub(crate) fn cards(settings: &Settings, tablets: &[Tablet], address: String) -> Result<Handout, Denied> {
    let words = words(settings);
    let title = |role: Role| {
        let own = settings
            .role_titles
            .get(role.as_str())
            .map(|title| legible(title));
        own.unwrap_or_else(|| {
            match role {
                Role::Notary => words.role.notary,
                Role::Moderator => words.role.moderator,
                _ => words.role.broker,
            }
            .to_owned()
        })
    };
    let cards = tablets.iter().flat_map(|tablet| {
        (1..=tablet.count).map(move |number| Card {
            role: title(tablet.role),
            tablet: words.tablet(number),
        })
    });
    let data = Data {
        cards: cards.collect(),
        code: qr::svg(&address)?,
        code_of: words.code_of(&address),
        address,
        steps: [words.step.scan, words.step.write],
    };
    let heading = Heading::of(settings, words.cards);
    Ok(Handout::new(words.file.cards, &CARDS, &heading, data))
}
