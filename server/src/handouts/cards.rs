//! Cards for tablets: whose the tablet is to be, and where it pairs. A code lives a quarter of an hour and is used once, so none
//! is printed: there is room to write one.

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen::leads_nowhere;
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
    /// None where it would lead a tablet to itself.
    code: Option<String>,
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
    let (code, first) = if leads_nowhere(&address) {
        (None, words.step.only_here)
    } else {
        (Some(qr::svg(&address)?), words.step.scan)
    };
    let data = Data {
        cards: cards.collect(),
        code,
        code_of: words.code_of(&address),
        address,
        steps: [first, words.step.write],
    };
    let heading = Heading::of(settings, words.cards);
    Ok(Handout::new(words.file.cards, &CARDS, &heading, data))
}

#[cfg(test)]
mod tests {
    use test_support::settings;

    use super::*;
    use crate::agreement::press::Printed as _;

    #[test]
    fn a_card_says_that_its_address_reaches_nobody_and_shows_no_code_of_it() {
        let tablets = [Tablet {
            role: Role::Broker,
            count: 1,
        }];
        let of = |address: &str| {
            let handout = cards(&settings(), &tablets, format!("{address}/drammen/pair"));
            handout.unwrap().data(false)
        };
        let step = &words(&settings()).step;
        let here = of("http://127.0.0.1:8080");
        assert!(here["code"].is_null());
        assert_eq!(here["steps"][0], step.only_here);
        let hall = of("http://192.168.1.5:8080");
        assert!(hall["code"].as_str().unwrap().contains("<svg"));
        assert_eq!(hall["steps"][0], step.scan);
    }
}
