//! Single cells: their letters, and values as texts.

/// The letters of a column, counted from 0: `A`, `Z`, `AA`.
pub fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// A number as somebody typed it: a whole one, such as a telephone, without exponent and decimals.
pub(crate) fn number(value: f64) -> String {
    const WHOLE_MAX: f64 = 1e15;
    if value.fract() == 0.0 && value.abs() < WHOLE_MAX {
        format!("{value:.0}")
    } else {
        value.to_string()
    }
}

/// What spreadsheet programs take for a formula when it begins a cell of a text file.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A text that no program takes for a formula: an apostrophe stands before one that it would. What has one already gets
/// another, so that [`plain`] gives back what was there.
pub(crate) fn neutral(text: &str) -> String {
    if text.trim_start_matches('\'').starts_with(FORMULA) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The text that [`neutral`] was given.
pub(crate) fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        Some(_) | None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (column, written) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
            (702, "AAA"),
        ] {
            assert_eq!(letters(column), written);
        }
    }

    #[test]
    fn a_telephone_number_is_no_exponent() {
        for (value, text) in [
            (4_790_011_222.0, "4790011222"),
            (1.5, "1.5"),
            (-3.0, "-3"),
            (0.0, "0"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn formulas_are_neutralised_and_come_back() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+47 900 11 222", "'+47 900 11 222"),
            ("-", "'-"),
            ("@lag", "'@lag"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'n Beurs", "'n Beurs"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(neutral(text), written);
            assert_eq!(plain(written), text);
        }
    }
}
