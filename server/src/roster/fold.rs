//! Texts as they are compared: however somebody spells, capitals, accents, signs and spaces do not tell them apart.

use borsklokka_shared::text::{bare, is_accent};

/// Fewest letters of a word that tells a name apart.
const TELLING_CHARS_MIN: usize = 4;

/// A text in small letters without accents, one space between its words, and no signs.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut is_between = false;
    for c in text
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !is_accent(*c))
    {
        if c.is_alphanumeric() {
            if is_between && !folded.is_empty() {
                folded.push(' ');
            }
            is_between = false;
            match c {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                c => folded.push(bare(c)),
            }
        } else if !matches!(c, '\'' | '’' | '-' | '.') {
            is_between = true;
        }
    }
    folded
}

/// Words that tell a name apart.
pub(super) fn telling(folded: &str) -> impl Iterator<Item = String> + use<'_> {
    let words = folded.split(' ');
    words
        .filter(|word| word.len() >= TELLING_CHARS_MIN)
        .map(str::to_owned)
}

/// Whether one text becomes the other by at most so many letters that are added, left out, changed or exchanged. Texts that are not as long as
/// each other are not measured: measuring takes as long as the product of their lengths, and a cell may be a whole letter.
pub(super) fn is_near(one: &str, other: &str, most: usize) -> bool {
    one.chars().count().abs_diff(other.chars().count()) <= most && strsim::osa_distance(one, other) <= most
}

/// How alike two folded names are, if by `least` at least: letter by letter, or one with more words than the other.
pub(super) fn likeness(one: &str, other: &str, least: f64) -> Option<f64> {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let all_within = short.len() >= 2 * TELLING_CHARS_MIN
        && short
            .split(' ')
            .all(|word| long.split(' ').any(|other| other == word));
    if all_within {
        return Some(1.0);
    }
    // Letters that one has more are letters apart, so this much is known without measuring.
    let at_most = short.chars().count() as f64 / long.chars().count().max(1) as f64;
    let alike = || strsim::normalized_damerau_levenshtein(one, other);
    (at_most >= least)
        .then(alike)
        .filter(|likeness| *likeness >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever measured these would be at it for hours.
    #[test]
    fn texts_that_cannot_be_near_are_not_measured() {
        let letter = "onske ".repeat(200_000);
        assert!(!is_near(&letter, "organisasjon", 3));
        assert!(!is_near("organisasjon", &letter, 3));
        assert_eq!(likeness(&letter, &"a".repeat(900_000), 0.85), None);
        assert!(is_near("orgnisasjon", "organisasjon", 1));
        assert!(!is_near("orgnisasjn", "organisasjon", 1));
        assert_eq!(likeness("turlag", "turlag", 0.85), Some(1.0));
        assert_eq!(likeness("drammen turlag", "drammens turlag", 0.95), None);
        assert!(likeness("drammen turlag", "drammens turlag", 0.85).is_some());
    }
}
