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

/// How alike two folded names are: letter by letter, or one with more words than the other.
pub(super) fn likeness(one: &str, other: &str) -> f64 {
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
        1.0
    } else {
        strsim::normalized_damerau_levenshtein(one, other)
    }
}
