//! One text: words, and gaps that the program fills in, written `{name}`.

use std::collections::BTreeSet;

/// A text as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// Its line.
    pub(crate) line: usize,
    /// Words and gaps in turn.
    pub(crate) pieces: Vec<Piece>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Words.
    Words(String),
    /// What the program fills in, by its name.
    Gap(String),
}

/// Most gaps of one text: what marks a gap is a character below the line feed.
const GAPS_MAX: usize = 8;

impl Text {
    /// Reads a text.
    pub(crate) fn read(text: &str, line: usize) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the text is empty. Write it, or take the key out of every language.".to_owned());
        }
        if text.trim() != text {
            return Err(
                "the text begins or ends with a space. Take it away: where it stands, room is made for it."
                    .to_owned(),
            );
        }
        if let Some(odd) = text.chars().find(|letter| letter.is_control() && *letter != '\n') {
            return Err(format!(
                "the text has the character {odd:?}, which nobody can see. Take it away."
            ));
        }
        let mut pieces = Vec::new();
        let mut words = String::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '{' | '}' if letters.peek() == Some(&letter) => {
                    words.push(letter);
                    letters.next();
                }
                '{' => {
                    let name: String =
                        std::iter::from_fn(|| letters.next_if(|letter| *letter != '}')).collect();
                    if letters.next().is_none() || !is_name(&name) {
                        return Err(format!(
                            "`{{{name}` is no gap. A gap is a name of small letters in braces, such as {{count}}; a brace of its own is written twice."
                        ));
                    }
                    if !words.is_empty() {
                        pieces.push(Piece::Words(std::mem::take(&mut words)));
                    }
                    pieces.push(Piece::Gap(name));
                }
                '}' => {
                    return Err(
                        "a `}` has no `{` before it. A brace of its own is written twice: }}.".to_owned(),
                    );
                }
                letter => words.push(letter),
            }
        }
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        let text = Self { line, pieces };
        if text.gaps().len() > GAPS_MAX {
            return Err(format!("the text has more than {GAPS_MAX} gaps. Make two of it."));
        }
        Ok(text)
    }

    /// The names of its gaps.
    pub(crate) fn gaps(&self) -> BTreeSet<&str> {
        let gaps = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Gap(name) => Some(name.as_str()),
            Piece::Words(_) => None,
        });
        gaps.collect()
    }

    /// The text with a mark in place of each gap, by the gap's place in `arguments`.
    pub(crate) fn marked(&self, arguments: &[String]) -> String {
        let mark = |name: &String| {
            let place = arguments
                .iter()
                .position(|argument| argument == name)
                .unwrap_or_default();
            char::from(place as u8 + 1)
        };
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Gap(name) => mark(name).to_string(),
        });
        pieces.collect()
    }

    /// The text as a person reads it in the file.
    pub(crate) fn written(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Gap(name) => format!("{{{name}}}"),
        });
        pieces.collect()
    }
}

/// Whether it is a name as keys and gaps have.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_marked_by_their_place_whatever_order_the_words_have() {
        let arguments = ["from".to_owned(), "to".to_owned()];
        for (text, marked) in [
            ("{from}–{to}", "\u{1}–\u{2}"),
            ("til {to} fra {from}", "til \u{2} fra \u{1}"),
            ("{{{from}}}", "{\u{1}}"),
        ] {
            assert_eq!(
                Text::read(text, 1).map(|text| text.marked(&arguments)),
                Ok(marked.to_owned())
            );
        }
    }

    #[test]
    fn what_is_no_text_is_said_so() {
        for (text, says) in [
            ("", "is empty"),
            (" a", "begins or ends with a space"),
            ("a {Name}", "is no gap"),
            ("a {count", "is no gap"),
            ("a }", "has no `{`"),
            ("a\u{7}b", "nobody can see"),
        ] {
            let fault = Text::read(text, 1).expect_err(text);
            assert!(fault.contains(says), "{text}: {fault}");
        }
    }
}
