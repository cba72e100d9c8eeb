//! Finds a party while its name is typed: by name, symbol or place, tolerant of case, accents and æøå.

use borsklokka_shared::participant::Participant;

/// Most parties that are shown at once: what a thumb can choose from without scrolling.
const FOUND_MAX: usize = 7;

/// The parties that every word of `query` fits, the best first.
pub fn search<'a>(parties: &'a [Participant], query: &str) -> Vec<&'a Participant> {
    let query = fold(query);
    let words: Vec<&str> = query.split_whitespace().collect();
    if words.is_empty() {
        return Vec::new();
    }
    let mut ranked: Vec<(u32, &Participant)> = parties
        .iter()
        .filter_map(|party| rank(party, &words).map(|rank| (rank, party)))
        .collect();
    ranked.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    ranked
        .into_iter()
        .take(FOUND_MAX)
        .map(|(_, party)| party)
        .collect()
}

/// How well a party fits, less is better; none if a word does not fit at all.
fn rank(party: &Participant, words: &[&str]) -> Option<u32> {
    let symbol = fold(party.symbol.as_str());
    let name = fold(&party.name);
    let place = fold(party.place.as_deref().unwrap_or_default());
    words
        .iter()
        .map(|word| {
            if symbol == *word {
                Some(0)
            } else if place.split_whitespace().any(|part| part == *word) {
                Some(1)
            } else if symbol.starts_with(word) || name.starts_with(word) {
                Some(2)
            } else if name.split_whitespace().any(|part| part.starts_with(word)) {
                Some(3)
            } else if name.contains(word) {
                Some(4)
            } else if place.contains(word) {
                Some(5)
            } else {
                None
            }
        })
        .sum()
}

/// What is left of a text when case, accents and the two ways of writing æ, ø and å are taken away.
fn fold(text: &str) -> String {
    let bare: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'å' | 'á' | 'à' | 'â' | 'ä' | 'æ' => 'a',
            'ø' | 'ö' | 'ó' | 'ò' | 'ô' => 'o',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'ü' | 'ú' => 'u',
            'š' => 's',
            'č' => 'c',
            'ž' => 'z',
            'ŋ' => 'n',
            'đ' => 'd',
            'ŧ' => 't',
            other => other,
        })
        .collect();
    bare.replace("aa", "a").replace("ae", "a").replace("oe", "o")
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::ParticipantId;
    use borsklokka_shared::participant::{Sector, Symbol};
    use uuid::Uuid;

    use super::*;

    fn hall() -> Vec<Participant> {
        [
            ("Åsskogen skole", "ÅSSK", "bord 14"),
            ("Bakkerud Bygg AS", "BAKK", "bord 1"),
            ("Ødegård Regnskap", "ØDEG", "bord 140"),
            ("Bærum bakeri", "BÆRU", "bord 7"),
        ]
        .into_iter()
        .zip(1..)
        .map(|((name, symbol, place), n)| Participant {
            id: ParticipantId(Uuid::from_u128(n)),
            name: name.to_owned(),
            sector: Sector::Business,
            symbol: Symbol::parse(symbol).unwrap(),
            place: Some(place.to_owned()),
        })
        .collect()
    }

    #[test]
    fn finds_by_name_symbol_and_place_however_it_is_spelt() {
        let hall = hall();
        for (query, symbols) in [
            ("åsskogen", vec!["ÅSSK"]),
            ("AASSK", vec!["ÅSSK"]),
            ("odegard", vec!["ØDEG"]),
            ("oedegaard", vec!["ØDEG"]),
            ("baerum", vec!["BÆRU"]),
            ("bak", vec!["BAKK", "BÆRU"]),
            ("bygg bakk", vec!["BAKK"]),
            ("14", vec!["ÅSSK", "ØDEG"]),
            ("bord 1", vec!["BAKK", "ÅSSK", "ØDEG"]),
            ("padleklubb", vec![]),
            (" ", vec![]),
        ] {
            let found: Vec<_> = search(&hall, query)
                .iter()
                .map(|party| party.symbol.as_str())
                .collect();
            assert_eq!(found, symbols, "{query}");
        }
    }
}
