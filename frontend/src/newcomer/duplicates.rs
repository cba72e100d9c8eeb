//! Before a walk-in is registered: who may be it already, under almost the same name.

use borsklokka_shared::order;
use borsklokka_shared::participant::Participant;

use crate::spelling::{fold, is_common, mistakes, words};

/// Most parties that are asked about.
const DUPLICATES_MAX: usize = 3;
/// Fewest letters of a word that may be misspelt.
const MISSPELT_CHARS_MIN: usize = 5;
/// What else a name has or has not, and is the same name. They are folded.
const LEFT_OUT: [&str; 3] = ["avd", "avdeling", "lag"];
/// What is written short, and long. They are folded.
const SHORT_AND_LONG: [(&str, &str); 6] = [
    ("bk", "ballklubb"),
    ("fk", "fotballklubb"),
    ("hk", "handballklubb"),
    ("il", "idrettslag"),
    ("if", "idrettsforening"),
    ("vgs", "videregande skole"),
];

/// The parties whose name is likely `name`, the likeliest first.
pub fn duplicates<'a>(name: &str, parties: &'a [Participant]) -> Vec<&'a Participant> {
    let name = core(name);
    let mut alike: Vec<(usize, &Participant)> = parties
        .iter()
        .filter_map(|party| apart(&name, &core(&party.name)).map(|apart| (apart, party)))
        .collect();
    order::sort_by(&mut alike, |a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    alike
        .into_iter()
        .take(DUPLICATES_MAX)
        .map(|(_, party)| party)
        .collect()
}

/// The words that make a name, in the order in which they stand.
fn core(name: &str) -> Vec<String> {
    let folded = fold(name);
    words(&folded)
        .filter(|word| !is_common(word) && !LEFT_OUT.contains(word))
        .flat_map(|word| {
            let long = SHORT_AND_LONG.iter().find(|(short, _)| *short == word);
            long.map_or(word, |(_, long)| *long).split(' ')
        })
        .map(str::to_owned)
        .collect()
}

/// How many mistakes lie between two names, if they are likely the same one.
fn apart(one: &[String], other: &[String]) -> Option<usize> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    // One word or two, as in `padle klubb`.
    if one.concat() == other.concat() {
        return Some(0);
    }
    if one.len() != other.len() {
        return None;
    }
    let (mut one, mut other): (Vec<&String>, Vec<&String>) = (one.iter().collect(), other.iter().collect());
    one.retain(|word| match other.iter().position(|same| same == word) {
        Some(at) => {
            other.remove(at);
            false
        }
        None => true,
    });
    match (&one[..], &other[..]) {
        ([], []) => Some(0),
        ([one], [other]) => misspelt(one, other).then_some(1),
        _ => None,
    }
}

/// Whether one word may be the other with one mistake. Numbers and short words are never misspelt: they are others.
fn misspelt(one: &str, other: &str) -> bool {
    let may_be =
        |word: &str| word.chars().count() >= MISSPELT_CHARS_MIN && word.chars().all(char::is_alphabetic);
    may_be(one) && may_be(other) && mistakes(one, other) <= 1
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::ParticipantId;
    use borsklokka_shared::participant::{Sector, Symbol};
    use uuid::Uuid;

    use super::*;

    fn hall(names: &[&str]) -> Vec<Participant> {
        (1..)
            .zip(names)
            .map(|(number, name)| Participant {
                id: ParticipantId(Uuid::from_u128(number)),
                name: (*name).to_owned(),
                sector: Sector::Business,
                symbol: Symbol::parse("AAAA").unwrap(),
                place: None,
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            })
            .collect()
    }

    #[test]
    fn one_name_in_two_spellings_is_alike() {
        for (one, other) in [
            ("Bakkerud Bygg AS", "bakkerud bygg"),
            ("Bakkerud Bygg AS", "Bakkerud Bygg ASA"),
            ("Bakkerud Bygg AS", "Bakerud Bygg"),
            ("Bakkerud Bygg AS", "Bygg Bakkerud"),
            ("Elvelangs padleklubb", "Elvelangs padle klubb"),
            ("Elvelangs padleklubb", "Elvelangs padelklubb"),
            ("Røde Kors avd. Drammen", "Drammen Røde Kors"),
            ("Røde Kors, avdeling Drammen", "Roede Kors Drammen"),
            ("Fjelldalen idrettslag", "Fjelldalen IL"),
            ("Fjelldalen idrettslag", "IL Fjelldalen"),
            ("Elvesletta FK", "Elvesletta fotballklubb"),
            ("Møllebekken videregående skole", "Møllebekken vgs"),
            ("Kne & Skulder Fysioterapi", "Kne og skulder fysioterapi"),
            ("Parken KF", "Parken"),
            ("Åsskogen skole", "AASSKOGEN SKOLE"),
            ("1. Teglhagen speidergruppe", "1 Teglhagen speidergruppe"),
        ] {
            assert_eq!(duplicates(one, &hall(&[other])).len(), 1, "{one} = {other}");
            assert_eq!(duplicates(other, &hall(&[one])).len(), 1, "{other} = {one}");
        }
    }

    #[test]
    fn two_names_are_not() {
        for (one, other) in [
            ("Åsskogen skole", "Åsskogen skolekorps"),
            ("Åsskogen skole", "Åsskogen"),
            ("Fløterhaugen ungdomsskole", "Fløterhaugen frivilligsentral"),
            (
                "Solhøgda pensjonistforening",
                "Solhøgda aktivitetssenter for eldre",
            ),
            ("1. Teglhagen speidergruppe", "2. Teglhagen speidergruppe"),
            ("Lions Drammen", "Lions Drammen Øst"),
            ("Elvesletta FK", "Elvesletta HK"),
            ("Elvesletta cricketklubb", "Elvekanten cricketklubb"),
            ("Trå", "Tre"),
            ("Kari", "Karl"),
            ("Bakkerud Bygg AS", "Bakerud Byggg AS"),
            ("AS", "ASA"),
            ("", "Trå"),
        ] {
            assert_eq!(duplicates(one, &hall(&[other])).len(), 0, "{one} = {other}");
            assert_eq!(duplicates(other, &hall(&[one])).len(), 0, "{other} = {one}");
        }
    }

    #[test]
    fn the_likeliest_come_first_and_not_more_than_three() {
        let hall = hall(&["Bakerud", "Bakkerud AS", "Bakkerut", "Bakkerun"]);
        let found: Vec<&str> = duplicates("Bakkerud", &hall)
            .iter()
            .map(|party| party.name.as_str())
            .collect();
        assert_eq!(found, ["Bakkerud AS", "Bakerud", "Bakkerun"]);
    }
}
