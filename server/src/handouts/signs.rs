//! Table signs: one for each place in the hall, with everybody who is there, and one for each who has no place.

use std::collections::BTreeMap;

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::participant::Participant;
use serde::Serialize;

use super::handout::{Handout, Heading, SIGNS, Who, by_name, words};
use crate::agreement::legible::legible;
use crate::agreement::texts::Texts;

#[derive(Serialize)]
struct Data {
    signs: Vec<Sign>,
}

#[derive(Serialize)]
struct Sign {
    place: Option<String>,
    people: Vec<Who>,
}

/// The signs of some participants, by place: `Bord 2` comes before `Bord 10`.
pub(crate) fn signs(settings: &Settings, mut participants: Vec<&Participant>) -> Handout {
    let (texts, words) = (Texts::of(settings.language), words(settings));
    participants.sort_by_key(|participant| by_name(participant));
    let (placed, unplaced): (Vec<_>, Vec<_>) = participants
        .into_iter()
        .partition(|participant| participant.place.is_some());
    let mut places: BTreeMap<(Vec<Part>, String), Vec<Who>> = BTreeMap::new();
    for participant in placed {
        let place = participant.place.clone().unwrap_or_default();
        let people = places.entry((parts(&place), place)).or_default();
        people.push(Who::of(participant, texts));
    }
    let of_places = places.into_iter().map(|((_, place), people)| Sign {
        place: Some(legible(&place)),
        people,
    });
    let of_others = unplaced.into_iter().map(|participant| Sign {
        place: None,
        people: vec![Who::of(participant, texts)],
    });
    let data = Data {
        signs: of_places.chain(of_others).collect(),
    };
    let heading = Heading::of(settings, words.signs);
    Handout::new(words.file.signs, &SIGNS, &heading, data)
}

/// A part of a place's name: numbers in the order of numbers.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Text(String),
}

fn parts(place: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for c in place.to_lowercase().chars() {
        match (c.to_digit(10), parts.last_mut()) {
            (Some(digit), Some(Part::Number(number))) => {
                *number = number.saturating_mul(10).saturating_add(u64::from(digit));
            }
            (Some(digit), _) => parts.push(Part::Number(u64::from(digit))),
            (None, Some(Part::Text(text))) => text.push(c),
            (None, _) => parts.push(Part::Text(c.to_string())),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_table_comes_after_the_second() {
        let mut places = ["Bord 10", "bord 2", "Bord 1b", "Stand 3", "Bord 1"];
        places.sort_by_key(|place| parts(place));
        assert_eq!(places, ["Bord 1", "Bord 1b", "bord 2", "Bord 10", "Stand 3"]);
    }
}
