//! Who comes first of those that fit what is typed: the one order of the tablet's lists and of the phone's search.

pub mod search;

use borsklokka_shared::participant::Participant;

use crate::spelling::{fold, slips, words};

/// From this distance on a word begins nothing that a party is called: it is in the middle of its name or place, or the person's.
const BESIDE: u32 = 4;

/// How well a party fits, less is better: slips count before everything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// The letters that were missed.
    pub slips: usize,
    /// Whether one of the words begins nothing that the party is called. However near the others are, whoever is called as was typed
    /// comes before it.
    pub is_beside: bool,
    /// How far the words are from what a party is called, summed: its symbol is nearest.
    pub distance: u32,
}

/// How well a party fits the words that were typed, folded; none if one does not fit at all. `person` speaks for the party.
pub fn rank(party: &Participant, person: Option<&str>, typed: &[&str]) -> Option<Rank> {
    let symbol = fold(party.symbol.as_str());
    let name = fold(&party.name);
    let place = fold(party.place.as_deref().unwrap_or_default());
    let person = fold(person.unwrap_or_default());
    let mut sum = Rank::default();
    for word in typed {
        let distance = if symbol == *word {
            Some(0)
        } else if place.split_whitespace().any(|part| part == *word) {
            Some(1)
        } else if symbol.starts_with(word) || name.starts_with(word) {
            Some(2)
        } else if words(&name).any(|part| part.starts_with(word)) {
            Some(3)
        } else if name.contains(word) {
            Some(BESIDE)
        } else if words(&person).any(|part| part.starts_with(word)) {
            Some(5)
        } else if place.contains(word) {
            Some(6)
        } else {
            None
        };
        let (slips, distance) = match distance {
            Some(distance) => (0, distance),
            None => {
                let of_name = slips(word, &name).map(|slips| (slips, 3));
                let of_person = slips(word, &person).map(|slips| (slips, 5));
                of_name.into_iter().chain(of_person).min()?
            }
        };
        sum.slips += slips;
        sum.is_beside |= distance >= BESIDE;
        sum.distance += distance;
    }
    Some(sum)
}
