//! Spelling as a hurried thumb has it: letters without case and accents, and how many mistakes lie between two words.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use borsklokka_shared::symbol;
use borsklokka_shared::text::{bare, is_accent};

/// Fewest letters of a word that may hold a slip: three letters are near to everything.
const SLIP_CHARS_MIN: usize = 4;
/// Fewest letters of a word whose first letter may be the slip.
const FIRST_SLIP_CHARS_MIN: usize = 6;
/// Fewest letters of a word that may hold two.
const TWO_SLIPS_CHARS_MIN: usize = 8;

/// What is left of a text when case, accents and the two ways of writing æ, ø and å are taken away. Written in one piece or in
/// two, a letter is the same.
pub fn fold(text: &str) -> String {
    let bare: String = text
        .chars()
        .filter(|letter| !is_accent(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| !is_accent(*letter))
        .map(bare)
        .collect();
    bare.replace('ß', "ss")
        .replace("aa", "a")
        .replace("ae", "a")
        .replace("oe", "o")
}

/// A key by which names stand as in a directory: without regard to case, accents and signs, but æ, ø and å, and aa for it, are letters
/// of their own and come last.
pub fn alphabetical(name: &str) -> String {
    let composed = name.to_lowercase().replace("a\u{30a}", "å").replace("aa", "å");
    let key: String = composed
        .chars()
        .filter_map(|letter| match letter {
            // What follows z in ASCII.
            'æ' | 'ä' => Some('{'),
            'ø' | 'ö' => Some('|'),
            'å' => Some('}'),
            letter if letter.is_alphanumeric() || letter == ' ' => Some(bare(letter)),
            _ => None,
        })
        .collect();
    key.trim_start().to_owned()
}

/// Whether a folded word tells no two names apart: a legal form, or a small word, in any language.
pub fn is_common(word: &str) -> bool {
    static COMMON: LazyLock<BTreeSet<String>> = LazyLock::new(|| symbol::common_words().map(fold).collect());
    COMMON.contains(word)
}

/// The words of a folded text.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// The slips between what is typed and the word of `text` that it comes closest to, if they are few enough.
pub fn slips(typed: &str, text: &str) -> Option<usize> {
    let letters = typed.chars().count();
    let most = match letters {
        0..SLIP_CHARS_MIN => return None,
        SLIP_CHARS_MIN..TWO_SLIPS_CHARS_MIN => 1,
        TWO_SLIPS_CHARS_MIN.. => 2,
    };
    words(text)
        .filter(|word| letters >= FIRST_SLIP_CHARS_MIN || word.chars().next() == typed.chars().next())
        .map(|word| mistakes_so_far(typed, word))
        .filter(|slips| *slips <= most)
        .min()
}

/// How many letters are missing, too many, wrong or swapped with their neighbour between two words.
pub fn mistakes(one: &str, other: &str) -> usize {
    mistakes_by_length(one, other).last().copied().unwrap_or_default()
}

/// The same between what is typed and the beginning of a word that it comes closest to.
pub fn mistakes_so_far(typed: &str, word: &str) -> usize {
    mistakes_by_length(typed, word)
        .into_iter()
        .min()
        .unwrap_or_default()
}

/// The mistakes between `one` and each beginning of `other`, the empty one first: the last row of the table of optimal
/// string alignment.
fn mistakes_by_length(one: &str, other: &str) -> Vec<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut next = vec![i];
        for j in 1..=other.len() {
            let differs = usize::from(one[i - 1] != other[j - 1]);
            let mut least = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + differs);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_as_in_a_directory() {
        let mut names = [
            "Åpen jul",
            "arkivloftet",
            "Zonta",
            "Ærlig talt",
            "Élan",
            "Advokatene",
            "A\u{30a}sen",
            "«Aasta»",
            "Øvre",
            "Fritid",
        ];
        names.sort_by_cached_key(|name| alphabetical(name));
        assert_eq!(
            names,
            [
                "Advokatene",
                "arkivloftet",
                "Élan",
                "Fritid",
                "Zonta",
                "Ærlig talt",
                "Øvre",
                "Åpen jul",
                "A\u{30a}sen",
                "«Aasta»"
            ]
        );
    }

    #[test]
    fn a_text_folds_alike_however_it_is_spelt() {
        for (one, other) in [
            ("Åsskogen", "aasskogen"),
            ("BÆRUM", "baerum"),
            ("Ødegård", "oedegaard"),
            ("Kafé", "kafe"),
            ("Bla\u{30A}bærskogen", "blåbærskogen"),
            ("Straße", "strasse"),
            ("Tiếng Việt", "Tie\u{302}\u{301}ng Vie\u{323}\u{302}t"),
            ("İzmir", "izmir"),
        ] {
            assert_eq!(fold(one), fold(other));
        }
    }

    #[test]
    fn each_slip_is_one_mistake() {
        for (one, other, whole, so_far) in [
            ("bakkerud", "bakkerud", 0, 0),
            ("bakerud", "bakkerud", 1, 1),
            ("bakkkerud", "bakkerud", 1, 1),
            ("bakkreud", "bakkerud", 1, 1),
            ("bokkerud", "bakkerud", 1, 1),
            ("bakk", "bakkerud", 4, 0),
            ("padelklub", "padleklubb", 2, 1),
            ("", "bakk", 4, 0),
            ("bakk", "", 4, 4),
        ] {
            let found = (mistakes(one, other), mistakes_so_far(one, other));
            assert_eq!(found, (whole, so_far), "{one} {other}");
        }
    }
}
