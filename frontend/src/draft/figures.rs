//! The figure that a service's words name: `20 timer` in `20 timer snekkerhjelp til ny brygge`. The words go on the wall and
//! on the paper, so the fields beside them must not say another one.

use std::ops::Range;

use crate::numbers::{hours_text, is_hour, is_minute, minutes, whole};

/// Words after which a figure is a part of something: `2 timer hver uke`, `4 kvelder à 3 timer`.
const RATES: [&str; 24] = [
    "à",
    "á",
    "per",
    "pr",
    "hver",
    "hvert",
    "ukentlig",
    "daglig",
    "månedlig",
    "ganger",
    "kvelder",
    "kveld",
    "dager",
    "uker",
    "uka",
    "uken",
    "måneden",
    "each",
    "every",
    "week",
    "weekly",
    "times",
    "evenings",
    "days",
];

/// A figure in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How many, or how many minutes.
    pub number: u32,
    /// Where its digits stand, in bytes.
    at: Range<usize>,
}

/// How long the text says that it takes, in minutes. None if it says nothing, or more than one thing.
pub fn time_in(text: &str) -> Option<Figure> {
    let words = words(text);
    if words
        .iter()
        .any(|word| RATES.contains(&&*text[word.clone()].to_lowercase()))
    {
        return None;
    }
    let unit_minutes = |unit: &str| {
        if is_hour(unit) {
            Some("t")
        } else if is_minute(unit) && unit.len() > 1 {
            Some("min")
        } else {
            None
        }
    };
    only(words.windows(2).filter_map(|pair| {
        let (digits, unit) = number_and_unit(text, &pair[0], &pair[1])?;
        let unit = unit_minutes(unit)?;
        let number = minutes(&format!("{} {unit}", &text[digits.clone()])).ok()??;
        Some(Figure { number, at: digits })
    }))
}

/// How many of a unit the text says. None if it says nothing, or more than one thing.
pub fn amount_in(text: &str, unit: &str) -> Option<Figure> {
    if is_hour(unit) {
        let figure = time_in(text)?;
        return figure.number.is_multiple_of(60).then_some(Figure {
            number: figure.number / 60,
            at: figure.at,
        });
    }
    let unit = unit.trim().to_lowercase();
    if unit.is_empty() {
        return None;
    }
    let words = words(text);
    only(words.windows(2).filter_map(|pair| {
        let (digits, word) = number_and_unit(text, &pair[0], &pair[1])?;
        if word.to_lowercase() != unit {
            return None;
        }
        let number = whole(&text[digits.clone()]).ok()??;
        Some(Figure { number, at: digits })
    }))
}

/// The text with another figure in the place of one; of time in hours.
pub fn with_time(text: &str, figure: &Figure, minutes: u32) -> String {
    let unit_is_minutes = text[figure.at.end..]
        .split_whitespace()
        .next()
        .is_some_and(|unit| is_minute(unit.trim_end_matches(|c: char| !c.is_alphanumeric())));
    let number = if unit_is_minutes {
        minutes.to_string()
    } else {
        hours_text(minutes)
    };
    with(text, figure, &number)
}

/// The text with another figure in the place of one.
pub fn with_amount(text: &str, figure: &Figure, amount: u32) -> String {
    with(text, figure, &amount.to_string())
}

fn with(text: &str, figure: &Figure, number: &str) -> String {
    format!("{}{number}{}", &text[..figure.at.start], &text[figure.at.end..])
}

fn only(mut figures: impl Iterator<Item = Figure>) -> Option<Figure> {
    let first = figures.next()?;
    figures.next().is_none().then_some(first)
}

/// The digits of one word and the unit that follows, if the digits are a number of their own and no end of `10-20`.
fn number_and_unit<'a>(
    text: &'a str,
    number: &Range<usize>,
    unit: &Range<usize>,
) -> Option<(Range<usize>, &'a str)> {
    let written = &text[number.clone()];
    let is_number = written.starts_with(|c: char| c.is_ascii_digit())
        && written
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '½' | '¼' | '¾'));
    let before = text[..number.start].trim_end().chars().next_back();
    let is_range = matches!(before, Some('-' | '–' | '×' | 'x' | '*' | '/'));
    let between = &text[number.end..unit.start];
    (is_number && !is_range && between.trim().is_empty()).then(|| (number.clone(), &text[unit.clone()]))
}

/// The words; digits and letters are words of their own, and a hyphen joins letters.
fn words(text: &str) -> Vec<Range<usize>> {
    let is_numeric = |c: char| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾');
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut open: Option<(usize, bool)> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let numeric = match open {
            _ if is_numeric(c) => Some(true),
            // `1,5` and `1:30`, not `til 5.`
            Some((_, true)) if matches!(c, '.' | ',' | ':') && next.is_some_and(is_numeric) => Some(true),
            _ if c.is_alphabetic() => Some(false),
            Some((_, false)) if c == '-' && next.is_some_and(char::is_alphabetic) => Some(false),
            _ => None,
        };
        match (open, numeric) {
            (Some((_, before)), Some(now)) if before == now => {}
            (Some((start, _)), now) => {
                words.push(start..at);
                open = now.map(|numeric| (at, numeric));
            }
            (None, now) => open = now.map(|numeric| (at, numeric)),
        }
    }
    if let Some((start, _)) = open {
        words.push(start..text.len());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_length_of_time_is_found() {
        for (text, minutes) in [
            ("20 timer snekkerhjelp til ny brygge", Some(1_200)),
            ("Snekkerhjelp, 20 timer.", Some(1_200)),
            ("1,5 time kurs", Some(90)),
            ("1:30 t kurs", Some(90)),
            ("90 min veiledning", Some(90)),
            ("2t veiledning", Some(120)),
            ("2½ hours of advice", Some(150)),
            ("Kurs for 15, 3 timer", Some(180)),
            ("20\u{a0}timer", Some(1_200)),
            ("Snekkerhjelp", None),
            ("20 t-skjorter", None),
            ("20 stoler", None),
            ("10-20 timer", None),
            ("2 x 3 timer", None),
            ("2 timer og 3 timer", None),
            ("4 kvelder à 3 timer", None),
            ("2 timer hver uke", None),
            ("5 meter tau", None),
            ("5 m tau", None),
            ("timer", None),
        ] {
            assert_eq!(time_in(text).map(|figure| figure.number), minutes, "{text}");
        }
    }

    #[test]
    fn an_amount_is_found_by_its_unit() {
        for (text, unit, amount) in [
            ("Lån av 40 stoler til festen", "stoler", Some(40)),
            ("40 Stoler og 10 bord", "stoler", Some(40)),
            ("20 timer snekkerhjelp", "timer", Some(20)),
            ("1,5 time", "timer", None),
            ("40 bord", "stoler", None),
            ("40 stoler, 20 stoler", "stoler", None),
            ("stoler", "stoler", None),
            ("40 stoler", "", None),
        ] {
            assert_eq!(
                amount_in(text, unit).map(|figure| figure.number),
                amount,
                "{text} {unit}"
            );
        }
    }

    #[test]
    fn a_figure_is_written_over_where_it_stands() {
        let over = |text: &str, minutes| with_time(text, &time_in(text).unwrap(), minutes);
        assert_eq!(
            over("Hjelp, 20 timer, til brygge", 480),
            "Hjelp, 8 timer, til brygge"
        );
        assert_eq!(over("90 min kurs", 45), "45 min kurs");
        assert_eq!(over("2 t kurs", 90), "1,5 t kurs");
        let text = "Lån av 40 stoler";
        let figure = amount_in(text, "stoler").unwrap();
        assert_eq!(with_amount(text, &figure, 25), "Lån av 25 stoler");
    }
}
