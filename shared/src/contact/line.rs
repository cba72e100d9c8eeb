//! One line as it was typed, told apart: what has an `@` is mail, figures that make a number are a telephone, and all the rest is the name.

use super::address::bare_address;
use super::figures::{WHOLE_DIGITS_MIN, digits, is_date, is_figures, is_of_phone, plain_figures, row};
use super::label::{is_between, is_label, is_number_word, is_sign, labelled};
use crate::limits::PHONE_DIGITS_MIN;
use crate::text::tidy;

/// Fewest digits of a row of figures that is meant as a telephone number, though it is too short for one. Fewer are a floor, a
/// team or a table.
const MEANT_DIGITS_MIN: usize = 3;

/// A line, told apart.
pub(super) struct Line {
    /// Empty if there is none.
    pub(super) name: String,
    pub(super) address: Option<String>,
    pub(super) numbers: Vec<String>,
}

/// Reads a line. No letter and no figure that was typed is lost.
pub(super) fn read(line: &str) -> Line {
    let mut first_address = None;
    let mut pieces: Vec<Piece> = Vec::new();
    let typed = with_lone_signs(parts(&plain_figures(&tidy(line))));
    for (at, part) in typed.iter().enumerate() {
        match part {
            Typed::Between => pieces.push(Piece::Between),
            Typed::Word(word) if word.contains('@') => {
                let (label, address) = labelled(word);
                let address = bare_address(address);
                let is_first = first_address.is_none() && address.len() > 1;
                if is_first {
                    first_address = Some(address.to_owned());
                    drop_label(&mut pieces);
                }
                // A second address has no field of its own; it stays with the name, where it is seen.
                pieces.push(if is_first {
                    Piece::Between
                } else {
                    Piece::Word(format!("{label}{address}"))
                });
            }
            Typed::Word(word) => understand(word, digits_beside(&typed, at), &mut pieces),
        }
    }
    let (name, numbers) = told_apart(pieces);
    Line {
        name,
        address: first_address,
        numbers,
    }
}

/// A piece of a line as it was typed.
enum Typed {
    Word(String),
    /// A comma or a semicolon.
    Between,
}

/// A piece of a line as it is understood.
#[derive(Debug)]
enum Piece {
    Word(String),
    Figures(String),
    /// What is on both sides does not belong together.
    Between,
    /// The same, where a telephone number stood.
    Number,
}

fn parts(line: &str) -> Vec<Typed> {
    let mut parts = Vec::new();
    for word in line.split_inclusive([' ', ',', ';', '<', '>', '|']) {
        let text = word.trim_end_matches([' ', ',', ';', '<', '>', '|']);
        if !text.is_empty() {
            parts.push(Typed::Word(text.to_owned()));
        }
        if word.ends_with([',', ';', '|']) {
            parts.push(Typed::Between);
        }
    }
    parts
}

/// An `@` that stands alone is of the words on both sides of it: an address with spaces in it, which is one or is told, and no name.
fn with_lone_signs(parts: Vec<Typed>) -> Vec<Typed> {
    let has_sign = |part: Option<&Typed>| matches!(part, Some(Typed::Word(word)) if word.contains('@'));
    let mut joined: Vec<Typed> = Vec::new();
    let mut parts = parts.into_iter().peekable();
    while let Some(part) = parts.next() {
        let is_lone = matches!(&part, Typed::Word(word) if word == "@");
        if !is_lone || has_sign(joined.last()) || has_sign(parts.peek()) {
            joined.push(part);
            continue;
        }
        let mut address = "@".to_owned();
        if let Some(Typed::Word(before)) = joined.pop_if(|last| matches!(last, Typed::Word(_))) {
            address.insert_str(0, &before);
        }
        if let Some(Typed::Word(after)) = parts.next_if(|next| matches!(next, Typed::Word(_))) {
            address.push_str(&after);
        }
        joined.push(Typed::Word(address));
    }
    joined
}

/// Takes the labels away that stand right before a number or an address.
fn drop_label(pieces: &mut Vec<Piece>) {
    while let Some(Piece::Word(word)) = pieces.last() {
        let before = pieces.len().checked_sub(2).map(|before| &pieces[before]);
        let is_after_label = match before {
            Some(Piece::Word(before)) => is_label(before),
            Some(Piece::Figures(_)) => false,
            Some(Piece::Between | Piece::Number) | None => true,
        };
        if !(is_sign(word) || is_label(word) || (is_after_label && is_number_word(word))) {
            break;
        }
        pieces.pop();
    }
}

/// How many digits stand right beside a word that is a part of a number with them; none if they are a number of their own.
fn digits_beside(typed: &[Typed], at: usize) -> usize {
    let figures = |part: &Typed| match part {
        Typed::Word(word) if is_figures(word) => Some(digits(word)),
        Typed::Word(word) => figures_in(word)
            .filter(|(before, ..)| before.is_empty())
            .map(|(_, figures, _)| digits(figures)),
        Typed::Between => None,
    };
    let before = typed[..at].iter().rev().map_while(figures);
    let after = typed[at + 1..].iter().map_while(figures);
    let beside: Vec<usize> = before.chain(after).collect();
    if beside.iter().any(|digits| *digits >= WHOLE_DIGITS_MIN) {
        0
    } else {
        beside.iter().sum()
    }
}

/// What stands before the first figures of a word, those figures, and what follows.
fn figures_in(word: &str) -> Option<(&str, &str, &str)> {
    let first = word.find(|c: char| c.is_ascii_digit())?;
    let start = word[..first].trim_end_matches(['+', '(']).len();
    let rest = &word[first..];
    let length = rest.find(|c: char| !is_of_phone(c)).unwrap_or(rest.len());
    let end = first
        + rest[..length]
            .trim_end_matches(|c: char| !c.is_ascii_digit())
            .len();
    Some((&word[..start], &word[start..end], &word[end..]))
}

/// Understands a word without an address: figures, a name, or both with a sign between, as in `tlf=91234567`, `Kari/91234567`
/// and `91234567!`. `beside` is how many digits more its figures have.
fn understand(word: &str, beside: usize, pieces: &mut Vec<Piece>) {
    let bare = |text: &str| {
        text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')' | '.'))
            .to_owned()
    };
    let meant = figures_in(word).filter(|(before, figures, after)| {
        let is_apart = !before.ends_with(char::is_alphanumeric) || figures.starts_with(['+', '(']);
        let is_whole = is_apart && digits(figures) + beside >= WHOLE_DIGITS_MIN;
        (is_whole || is_label(before)) && !after.starts_with(char::is_alphanumeric) && !is_date(figures)
    });
    if is_date(word) {
        pieces.push(Piece::Word(word.to_owned()));
    } else if is_figures(word) {
        // `24.12.1965/91234567`
        let halves: Vec<&str> = word.split('/').collect();
        if halves.iter().any(|half| is_date(half)) {
            for half in halves.into_iter().filter(|half| !half.is_empty()) {
                understand(half, 0, pieces);
            }
        } else {
            pieces.push(Piece::Figures(word.to_owned()));
        }
    } else if let Some((before, figures, after)) = meant {
        if is_label(before) {
            pieces.push(Piece::Word(before.to_owned()));
        } else if !is_sign(before) {
            pieces.push(Piece::Word(bare(before)));
        }
        pieces.push(Piece::Figures(figures.to_owned()));
        if !is_sign(after) {
            understand(&bare(after), 0, pieces);
        }
    } else {
        pieces.push(Piece::Word(word.to_owned()));
    }
}

/// The name and the numbers of a line without its address.
fn told_apart(pieces: Vec<Piece>) -> (String, Vec<String>) {
    let mut phones = Vec::new();
    let mut rest: Vec<Piece> = Vec::new();
    let has_whole = has_whole_number(&pieces);
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let Piece::Figures(first) = piece else {
            rest.push(piece);
            continue;
        };
        let mut run = vec![first];
        while let Some(Piece::Figures(figures)) = pieces.next_if(|next| matches!(next, Piece::Figures(_))) {
            run.push(figures);
        }
        // Figures that a word follows are its own: `5. etg`, `3012 Drammen`.
        let names_on =
            matches!(pieces.peek(), Some(Piece::Word(word)) if !is_label(word) && !is_between(word));
        let is_labelled = matches!(rest.last(), Some(Piece::Word(word)) if is_label(word));
        let follows_word = matches!(rest.last(), Some(Piece::Word(_))) && !is_labelled;
        let least = match (names_on, is_labelled) {
            (true, false) => WHOLE_DIGITS_MIN,
            (true, true) => PHONE_DIGITS_MIN,
            // Beside a whole number few figures are a year, a room or a house.
            (false, false) if has_whole => PHONE_DIGITS_MIN,
            (false, _) => MEANT_DIGITS_MIN,
        };
        let row = row(run, follows_word, names_on, least);
        rest.extend(row.before.into_iter().map(Piece::Word));
        if !row.numbers.is_empty() {
            drop_label(&mut rest);
            if matches!(rest.as_slice(), [.., Piece::Number, Piece::Word(word)] if is_between(word)) {
                rest.pop();
            }
            phones.extend(row.numbers);
            rest.push(Piece::Number);
        }
        rest.extend(row.after.into_iter().map(Piece::Word));
    }
    (name(rest), phones)
}

/// Whether some row of figures of a line is a whole number.
fn has_whole_number(pieces: &[Piece]) -> bool {
    let mut sum = 0;
    pieces.iter().any(|piece| {
        sum = match piece {
            Piece::Figures(figures) => sum + digits(figures),
            Piece::Word(_) | Piece::Between | Piece::Number => 0,
        };
        sum >= WHOLE_DIGITS_MIN
    })
}

/// What is left of a line, as a name.
fn name(rest: Vec<Piece>) -> String {
    let mut parts: Vec<String> = vec![String::new()];
    let mut rest = rest.into_iter().peekable();
    let mut is_after_number = false;
    while let Some(piece) = rest.next() {
        let was_after_number = std::mem::replace(&mut is_after_number, matches!(piece, Piece::Number));
        let is_last = !matches!(rest.peek(), Some(Piece::Word(_) | Piece::Figures(_)));
        match piece {
            Piece::Between | Piece::Number => parts.push(String::new()),
            // `912 34 567 (mobil)`
            Piece::Word(word) if was_after_number && is_last && (is_label(&word) || is_between(&word)) => {}
            // A full stop that stood after an address.
            Piece::Word(word) | Piece::Figures(word)
                if word.chars().all(|c| matches!(c, '.' | '!' | '?')) => {}
            Piece::Word(word) | Piece::Figures(word) => {
                let part = parts.last_mut().expect("there is one");
                if !part.is_empty() {
                    part.push(' ');
                }
                part.push_str(&word);
            }
        }
    }
    parts
        .iter()
        .map(|part| closed(part))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A part of a name without the signs around it, and with both brackets where one went with a number.
fn closed(part: &str) -> String {
    const SIGNS: [char; 5] = [' ', ':', '-', '/', '"'];
    let part = part.trim_matches(SIGNS);
    let part = part
        .trim_start_matches(')')
        .trim_end_matches('(')
        .trim_matches(SIGNS);
    let (opens, closes) = (part.matches('(').count(), part.matches(')').count());
    let whole = if opens > closes {
        format!("{part}{}", ")".repeat(opens - closes))
    } else {
        let ending = part.len() - part.trim_end_matches(')').len();
        let extra = ending.min(closes - opens);
        let part = &part[..part.len() - extra];
        format!("{}{part}", "(".repeat(closes - opens - extra))
    };
    let inner = whole.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    match inner {
        Some(inner) if !inner.contains(['(', ')']) => inner.trim_matches(SIGNS).to_owned(),
        Some(_) | None => whole,
    }
}
