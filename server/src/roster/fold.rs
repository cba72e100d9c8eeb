//! Texts as they are compared: however somebody spells, capitals, accents, signs and spaces do not tell them apart.

use borsklokka_shared::text::{bare, is_accent};

/// A text in small letters without accents, one space between its words, and no signs.
pub(super) fn fold(text: &str) -> String {
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
