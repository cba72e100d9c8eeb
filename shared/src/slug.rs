//! An exchange's name in addresses: small letters, digits, and hyphens between them.

use crate::limits::{SLUG_CHARS_MAX, SLUG_CHARS_MIN};
use crate::text::bare;

/// Whether a text can be an exchange's name in addresses.
pub fn is_slug(text: &str) -> bool {
    let is_known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (SLUG_CHARS_MIN..=SLUG_CHARS_MAX).contains(&text.len())
        && text.chars().all(is_known)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// An address that reads like a name; empty if the name has no letter that could stand in one.
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        match (letter, bare(letter)) {
            ('æ' | 'ä', _) => slug.push_str("ae"),
            ('ß', _) => slug.push_str("ss"),
            (_, bare) if bare.is_ascii_alphanumeric() => slug.push(bare),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(SLUG_CHARS_MAX);
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_small_letters_digits_and_hyphens() {
        for slug in ["as", "drammen", "drammen-2026", "2026"] {
            assert!(is_slug(slug), "{slug}");
        }
        for slug in [
            "", "a", "ås", "Drammen", "dram men", "-drammen", "drammen-", "a_b", "../x",
        ] {
            assert!(!is_slug(slug), "{slug}");
        }
        assert!(is_slug(&"a".repeat(SLUG_CHARS_MAX)) && !is_slug(&"a".repeat(SLUG_CHARS_MAX + 1)));
    }

    #[test]
    fn an_address_is_made_of_the_name() {
        for (name, slug) in [
            ("Frivilligbørs Drammen", "frivilligbors-drammen"),
            (" Ås & Ski 2026! ", "as-ski-2026"),
            ("Bærums børskafé", "baerums-borskafe"),
            ("Straße", "strasse"),
            ("…", ""),
        ] {
            assert_eq!(slug_of(name), slug);
            assert!(slug.is_empty() || is_slug(slug), "{slug}");
        }
        assert!(is_slug(&slug_of(&"a".repeat(60))));
    }
}
