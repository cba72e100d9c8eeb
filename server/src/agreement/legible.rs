//! What people wrote, as the fonts can show it: nothing vanishes silently, and nothing runs out of its column.

use borsklokka_typesetter::has_glyph;

/// What stands for a character that no font has.
const BOX: char = '□';
/// The longest word that is left whole, in characters: it fits every column of the paper.
const WORD_CHARS_MAX: usize = 30;
/// How often a longer one may be broken, in characters.
const BREAK_EVERY_CHARS: usize = 15;
/// Where a line may break without a mark.
const BREAK: char = '\u{200B}';

/// A text with a box for each character that no font has, one line, and places to break its longest words at.
pub(crate) fn legible(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() && c != '\u{A0}')
        .map(word)
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

fn word(word: &str) -> String {
    let seen: Vec<char> = word.chars().filter(|c| !is_unseen(*c)).map(shown).collect();
    if seen.len() <= WORD_CHARS_MAX {
        return seen.into_iter().collect();
    }
    let mut broken = String::new();
    let mut since_break = 0;
    for c in seen {
        broken.push(c);
        since_break += 1;
        let may_break = matches!(c, '@' | '.' | '-' | '/' | '_') || since_break >= BREAK_EVERY_CHARS;
        if may_break {
            broken.push(BREAK);
            since_break = 0;
        }
    }
    broken.trim_end_matches(BREAK).to_owned()
}

/// Whether the fonts have all of a text.
pub(crate) fn is_legible(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_whitespace() || is_unseen(c) || has_glyph(c))
}

fn shown(c: char) -> char {
    if has_glyph(c) { c } else { BOX }
}

/// Characters that are nothing by themselves: controls, joiners, marks of direction, variants of a glyph.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_font_has_is_a_box() {
        for (text, shown) in [
            ("Blåbærsyltetøy", "Blåbærsyltetøy"),
            (
                "Łukasz Żółć, Čáŋŋá, Ελένη, Зоя Їжак",
                "Łukasz Żółć, Čáŋŋá, Ελένη, Зоя Їжак",
            ),
            ("kaffe 👩‍🍳☕", "kaffe □□□"),
            ("שלום", "□□□□"),
            (
                "#set $x$ *b* _i_ \\ `c` @a <l> // \"",
                "#set $x$ *b* _i_ \\ `c` @a <l> // \"",
            ),
            (" en\nlinje\t til\r\n", "en linje til"),
            ("\u{202E}snu\u{202C}", "snu"),
            ("en \u{200B} linje", "en linje"),
        ] {
            assert_eq!(legible(text), shown);
            assert_eq!(is_legible(text), !shown.contains(BOX), "{text}");
        }
    }

    #[test]
    fn only_the_longest_words_may_break() {
        assert_eq!(
            legible("frivillighetssentralen@drammen"),
            "frivillighetssentralen@drammen"
        );
        let email = format!("{}@example.org", "a".repeat(25));
        assert_eq!(
            legible(&email),
            format!(
                "{}{BREAK}{}@{BREAK}example.{BREAK}org",
                "a".repeat(15),
                "a".repeat(10)
            )
        );
    }
}
