//! Numbers as a language writes them, and how several things are said in a row.

use crate::language::Language;
use crate::spoken::numbers::Numbers;
use crate::words::Count;

/// What stands before a half: the `,` of `1,5`.
pub fn decimal(language: Language) -> char {
    signs(language).next_back().unwrap_or('.')
}

/// A whole number with its thousands apart: `20 189`.
pub fn grouped(number: u64, language: Language) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.extend(signs(language).next());
        }
        text.push(digit);
    }
    text
}

/// Minutes in hours, to the nearest half: how many they are, which chooses the form of their unit, and how they are written, `57,5`.
/// Every screen and every paper says hours so.
pub fn hours(minutes: u64, language: Language) -> (Count, String) {
    let halves = (minutes + 15) / 30;
    let mut written = grouped(halves / 2, language);
    if !halves.is_multiple_of(2) {
        written.extend([decimal(language), '5']);
    }
    (Count::halves(halves), written)
}

/// Several things in a row: `one, two and three`.
pub fn row<T: AsRef<str>>(things: &[T], language: Language) -> String {
    match things {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [before @ .., last] => {
            let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
            Numbers::of(language).and(before.join(", "), last.as_ref())
        }
    }
}

/// What stands between the digits of the language's example, `1,234.5`.
fn signs(language: Language) -> impl DoubleEndedIterator<Item = char> {
    let example = Numbers::of(language).number.chars();
    example.filter(|letter| !letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_writes_them() {
        for (language, thousands, millions, half) in [
            (Language::Nb, "20\u{a0}189", "1\u{a0}250\u{a0}000", ','),
            (Language::Nn, "20\u{a0}189", "1\u{a0}250\u{a0}000", ','),
            (Language::En, "20,189", "1,250,000", '.'),
            (Language::Nl, "20.189", "1.250.000", ','),
            (Language::De, "20.189", "1.250.000", ','),
        ] {
            assert_eq!(grouped(7, language), "7");
            assert_eq!(grouped(999, language), "999");
            assert_eq!(grouped(20_189, language), thousands);
            assert_eq!(grouped(1_250_000, language), millions);
            assert_eq!(decimal(language), half);
        }
    }

    #[test]
    fn hours_are_written_in_halves_however_many_they_are() {
        for (minutes, nb, en) in [
            (0, "0", "0"),
            (90, "1,5", "1.5"),
            (3_450, "57,5", "57.5"),
            (3_464, "57,5", "57.5"),
            (3_465, "58", "58"),
            (62_400, "1\u{a0}040", "1,040"),
            (1_211_370, "20\u{a0}189,5", "20,189.5"),
        ] {
            let written = |language| hours(minutes, language).1;
            assert_eq!(
                (written(Language::Nb), written(Language::En)),
                (nb.into(), en.into())
            );
        }
        assert_eq!(hours(3_450, Language::Nb).0, Count::halves(115));
    }

    #[test]
    fn the_last_of_a_row_stands_apart() {
        assert_eq!(row::<&str>(&[], Language::Nb), "");
        assert_eq!(row(&["A"], Language::Nb), "A");
        assert_eq!(row(&["A", "B"], Language::Nb), "A og B");
        assert_eq!(row(&["A", "B", "C"], Language::De), "A, B und C");
    }

    #[test]
    fn every_language_has_an_example_and_twelve_months() {
        for language in Language::ALL {
            let words = Numbers::of(language);
            let digits: String = words.number.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(
                (digits.as_str(), words.months.len()),
                ("12345", 12),
                "{language:?}"
            );
        }
    }
}
