//! What people write before a number or an address, and between two of them.

/// What people write before a number or an address, alone or as one word of several: `Mob.tlf.`, `Mobiltelefonnr`.
const LABELS: [&str; 21] = [
    "telefoon",
    "telefon",
    "telephone",
    "telefax",
    "mobiel",
    "mobile",
    "mobil",
    "phone",
    "handy",
    "cell",
    "gsm",
    "tlf",
    "tel",
    "tfn",
    "mob",
    "fon",
    "rufnummer",
    "mailto",
    "epost",
    "email",
    "mail",
];
/// Those of one letter only with a sign after them.
const SHORT_LABELS: [&str; 4] = ["t", "m", "e", "p"];
/// What may stand at the end of a label, or after it: `tel nr`.
const NUMBER_WORDS: [&str; 6] = ["nummer", "number", "nr", "no", "num", "adresse"];
/// What people write between two numbers.
const BETWEEN_WORDS: [&str; 11] = [
    "eller", "og", "or", "and", "of", "en", "oder", "und", "samt", "el", "evt",
];

/// Whether a word is a label, whatever signs stand in it: `Tel.nr.:`, `(mob`, `E-post`.
pub(super) fn is_label(word: &str) -> bool {
    let small = word.to_lowercase();
    let letters: String = small.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_short = small.ends_with(['.', ':']) && SHORT_LABELS.contains(&&*letters);
    is_short || is_of_labels(&letters)
}

fn is_of_labels(letters: &str) -> bool {
    let mut rests = LABELS.iter().filter_map(|label| letters.strip_prefix(label));
    rests.any(|rest| rest.is_empty() || NUMBER_WORDS.contains(&rest) || is_of_labels(rest))
}

pub(super) fn is_number_word(word: &str) -> bool {
    let small = word.to_lowercase();
    NUMBER_WORDS.contains(&small.trim_end_matches(['.', ':']))
}

/// Whether a word joins two numbers. A name is written large.
pub(super) fn is_between(word: &str) -> bool {
    BETWEEN_WORDS.contains(&word.trim_end_matches('.'))
}

/// Signs that say nothing, as `☎` before a number.
pub(super) fn is_sign(word: &str) -> bool {
    !word.chars().any(char::is_alphanumeric)
}

/// A label and the address that follows it in the same word, as in `mailto:kari@`; an empty label if there is none.
pub(super) fn labelled(word: &str) -> (&str, &str) {
    let Some(at) = word.find([':', '=']) else {
        return ("", word);
    };
    let (label, rest) = (&word[..=at], word[at + 1..].trim_start_matches([':', '.']));
    if is_label(label) && !rest.is_empty() {
        (label, rest)
    } else {
        ("", word)
    }
}
