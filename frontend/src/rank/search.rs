//! Finds a party while its name is typed: by name, symbol, place or contact person, tolerant of case, accents, æøå and a
//! slip of the thumb.

use std::collections::BTreeMap;

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::order;
use borsklokka_shared::participant::Participant;

use super::{Rank, rank};
use crate::spelling::{alphabetical, fold};

/// Most parties that are shown at once: what a thumb can choose from without scrolling.
const FOUND_MAX: usize = 7;

/// The parties that every word of `query` fits, the best first, and of those that fit alike whoever is here; nobody who was erased.
/// `people` says who speaks for a party, `here` who has come.
pub fn search<'a>(
    parties: &'a [Participant],
    people: &BTreeMap<ParticipantId, String>,
    here: &[ParticipantId],
    query: &str,
) -> Vec<&'a Participant> {
    let query = fold(query);
    let typed: Vec<&str> = query.split_whitespace().collect();
    if typed.is_empty() {
        return Vec::new();
    }
    let mut ranked: Vec<((Rank, bool), &Participant)> = parties
        .iter()
        .filter(|party| !party.is_erased)
        .filter_map(|party| {
            let rank = rank(party, people.get(&party.id).map(String::as_str), &typed)?;
            Some(((rank, !here.contains(&party.id)), party))
        })
        .collect();
    order::sort_by(&mut ranked, |a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    ranked
        .into_iter()
        .take(FOUND_MAX)
        .map(|(_, party)| party)
        .collect()
}

/// Everyone, to be browsed without typing: those of `recent` in its order, then the others by name, æøå last.
pub fn everyone<'a>(parties: &'a [Participant], recent: &[ParticipantId]) -> Vec<&'a Participant> {
    let mut all: Vec<&Participant> = parties.iter().filter(|party| !party.is_erased).collect();
    order::sort_by_key(&mut all, |party| {
        let used = recent.iter().position(|id| *id == party.id);
        (used.unwrap_or(usize::MAX), alphabetical(&party.name), party.id)
    });
    all
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::participant::{Sector, Symbol};
    use uuid::Uuid;

    use super::*;

    fn hall() -> Vec<Participant> {
        parties(&[
            ("Åsskogen skole", "ÅSSK", "bord 14"),
            ("Bakkerud Bygg AS", "BAKK", "bord 1"),
            ("Ødegård Regnskap", "ØDEG", "bord 140"),
            ("Bærum bakeri", "BÆRU", "bord 7"),
            ("Elvelangs padleklubb", "ELVE", "bord 31"),
            ("Besøkshundene Labb", "LABB", "bord 8"),
            ("1. Teglhagen speidergruppe", "SPEI", "bord 19"),
            ("Trå", "TRÅ", "bord 6"),
            ("Zumba & sånt", "ZUMB", "bord 9"),
            ("«Aasta» strikkekafé", "AAST", "bord 9"),
        ])
    }

    fn parties(called: &[(&str, &str, &str)]) -> Vec<Participant> {
        called
            .iter()
            .zip(1..)
            .map(|((name, symbol, place), n)| Participant {
                id: ParticipantId(Uuid::from_u128(n)),
                name: (*name).to_owned(),
                sector: Sector::Business,
                symbol: Symbol::parse(symbol).unwrap(),
                place: Some((*place).to_owned()),
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            })
            .collect()
    }

    fn symbols<'a>(parties: &[&'a Participant]) -> Vec<&'a str> {
        parties.iter().map(|party| party.symbol.as_str()).collect()
    }

    #[test]
    fn finds_by_name_symbol_place_and_person_however_it_is_spelt() {
        let hall = hall();
        let people = BTreeMap::from([
            (hall[1].id, "Jorunn Eidem".to_owned()),
            (hall[4].id, "Bakke".to_owned()),
        ]);
        for (query, found) in [
            ("åsskogen", vec!["ÅSSK"]),
            ("AASSK", vec!["ÅSSK"]),
            ("odegard", vec!["ØDEG"]),
            ("oedegaard", vec!["ØDEG"]),
            ("baerum", vec!["BÆRU"]),
            ("bak", vec!["BAKK", "BÆRU", "ELVE"]),
            ("bygg bakk", vec!["BAKK"]),
            ("14", vec!["ÅSSK", "ØDEG"]),
            ("bord 14", vec!["ÅSSK", "ØDEG"]),
            ("eidem", vec!["BAKK"]),
            ("jorun edem", vec!["BAKK"]),
            ("jorunn bygg", vec!["BAKK"]),
            // A letter is missing, swapped, doubled or wrong, and words come in any order.
            ("bakerud", vec!["BAKK"]),
            ("padelklub", vec!["ELVE"]),
            ("elvlang", vec!["ELVE"]),
            ("elvvelang", vec!["ELVE"]),
            ("padleklubb elvelamgs", vec!["ELVE"]),
            ("askogen", vec!["ÅSSK"]),
            ("ødgeård", vec!["ØDEG"]),
            ("spiedergruppe", vec!["SPEI"]),
            ("teglhaven 1", vec!["SPEI"]),
            // What fits without a slip comes first.
            ("bakke", vec!["BAKK", "ELVE", "BÆRU"]),
            // Short words and more slips than a word may hold find nothing.
            ("tro", vec![]),
            ("lbb", vec![]),
            ("bikarud", vec![]),
            ("padleklubben i nord", vec![]),
            (" ", vec![]),
        ] {
            assert_eq!(symbols(&search(&hall, &people, &[], query)), found, "{query}");
        }
    }

    /// A whole symbol passes nobody whose words all begin as those that were typed.
    #[test]
    fn whose_words_all_begin_as_typed_come_before_those_with_one_in_the_middle() {
        let parties = parties(&[
            ("Brua Bakeri AS", "BRUA", "bord 2"),
            ("Brua Korps", "BKOR", "bord 21"),
            ("Lia Bakeri AS", "LIA", "bord 5"),
            ("Lia og Kleiva Vel", "VELK", "bord 6"),
        ]);
        let people = BTreeMap::from([(parties[1].id, "Bakke".to_owned())]);
        for (query, found) in [
            ("brua k", "BKOR BRUA"),
            ("k brua", "BKOR BRUA"),
            ("lia k", "VELK LIA"),
            ("bru k", "BKOR BRUA"),
            // Where all words begin so, or none does, the nearest is first as ever.
            ("brua", "BRUA BKOR"),
            ("lia", "LIA VELK"),
            ("brua b", "BRUA BKOR"),
            ("brua bak", "BRUA BKOR"),
            ("brua 2", "BRUA BKOR"),
            ("k", "BKOR VELK BRUA LIA"),
        ] {
            let order = symbols(&search(&parties, &people, &[], query)).join(" ");
            assert_eq!(order, found, "{query}");
        }
    }

    /// Who has come never passes somebody who fits better.
    #[test]
    fn of_those_who_fit_alike_whoever_is_here_comes_first() {
        let hall = hall();
        let nobody = BTreeMap::new();
        let found = |here: &[ParticipantId], query: &str| {
            let found = search(&hall, &nobody, here, query);
            symbols(&found).join(" ")
        };
        assert_eq!(found(&[], "bord 9"), "ZUMB AAST SPEI");
        assert_eq!(found(&[hall[9].id], "bord 9"), "AAST ZUMB SPEI");
        assert_eq!(found(&[hall[6].id], "bord 9"), "ZUMB AAST SPEI");
    }

    #[test]
    fn everyone_is_in_the_order_of_use_then_of_the_alphabet() {
        let hall = hall();
        let order = [
            "TRÅ", "BAKK", "SPEI", "LABB", "BÆRU", "ELVE", "ZUMB", "ØDEG", "ÅSSK", "AAST",
        ];
        assert_eq!(symbols(&everyone(&hall, &[hall[7].id, hall[1].id])), order);
    }
}
