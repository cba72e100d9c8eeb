//! How a language counts: which forms a counted text needs in it, and which number takes which.
//!
//! The rules are Unicode's, the cardinals of its CLDR (<https://cldr.unicode.org/index/cldr-spec/plural-rules>), for the languages
//! that are likely here. They were compared with ICU4X 2.4, number by number to 10,000 and half by half; it lacks the Sami
//! languages. What is built in is a table of them.

/// The forms, in the order in which a table of them is written.
pub(crate) const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", OTHER];

/// The form that every language has, by which a table is known to be a counted text.
pub(crate) const OTHER: &str = "other";

/// The form of a number: of its whole, and whether a half comes to it.
type Rule = fn(u64, bool) -> &'static str;

/// How languages count, those together that count alike. A form that only a million takes, as in Spanish, is left out.
#[rustfmt::skip] // A table.
const RULES: &[(&[&str], Rule)] = &[
    (&["nb", "nn", "en", "de", "nl", "sv", "fi", "et", "fo", "it", "es", "ca", "eu", "el", "hu", "bg", "sq", "tr", "so", "sw", "ur", "ps", "eo"], |whole, half| match (whole, half) {
        (1, false) => "one",
        _ => "other",
    }),
    (&["da"], |whole, half| match (whole, half) {
        (1, false) | (0 | 1, true) => "one",
        _ => "other",
    }),
    (&["is"], |whole, half| if !half && whole % 10 == 1 && whole % 100 != 11 { "one" } else { "other" }),
    (&["fr", "pt", "hy"], |whole, _| if whole < 2 { "one" } else { "other" }),
    (&["fa", "am", "hi", "bn", "zu"], |whole, half| match (whole, half) {
        (0, _) | (1, false) => "one",
        _ => "other",
    }),
    (&["ti", "ln", "pa"], |whole, half| if whole < 2 && !half { "one" } else { "other" }),
    (&["ja", "ko", "zh", "th", "id", "ms", "my"], |_, _| "other"),
    (&["se", "sma", "smj", "smn", "sms", "iu"], |whole, half| match (whole, half) {
        (1, false) => "one",
        (2, false) => "two",
        _ => "other",
    }),
    (&["he"], |whole, half| match (whole, half) {
        (1, false) | (0, true) => "one",
        (2, false) => "two",
        _ => "other",
    }),
    (&["uk", "ru", "be"], |whole, half| match (whole % 10, whole % 100) {
        _ if half => "other",
        (1, last_two) if last_two != 11 => "one",
        (2..=4, last_two) if !(12..=14).contains(&last_two) => "few",
        _ => "many",
    }),
    (&["pl"], |whole, half| match (whole % 10, whole % 100) {
        _ if half => "other",
        _ if whole == 1 => "one",
        (2..=4, last_two) if !(12..=14).contains(&last_two) => "few",
        _ => "many",
    }),
    (&["cs", "sk"], |whole, half| match (whole, half) {
        (_, true) => "many",
        (1, _) => "one",
        (2..=4, _) => "few",
        _ => "other",
    }),
    (&["hr", "sr", "bs"], |whole, half| {
        // After the comma the rule holds for the 5 of a half.
        let (last, last_two) = if half { (5, 5) } else { (whole % 10, whole % 100) };
        match (last, last_two) {
            (1, last_two) if last_two != 11 => "one",
            (2..=4, last_two) if !(12..=14).contains(&last_two) => "few",
            _ => "other",
        }
    }),
    (&["sl"], |whole, half| match (whole % 100, half) {
        (_, true) | (3 | 4, _) => "few",
        (1, _) => "one",
        (2, _) => "two",
        _ => "other",
    }),
    (&["lt"], |whole, half| match (whole % 10, whole % 100) {
        _ if half => "many",
        (1, last_two) if !(11..=19).contains(&last_two) => "one",
        (2..=9, last_two) if !(11..=19).contains(&last_two) => "few",
        _ => "other",
    }),
    (&["lv"], |whole, half| match (whole % 10, whole % 100) {
        _ if half => "other",
        (0, _) | (_, 11..=19) => "zero",
        (1, _) => "one",
        _ => "other",
    }),
    (&["ro"], |whole, half| match (whole, whole % 100) {
        _ if half => "few",
        (1, _) => "one",
        (0, _) | (_, 1..=19) => "few",
        _ => "other",
    }),
    (&["ga"], |whole, half| match (whole, half) {
        (_, true) => "other",
        (1, _) => "one",
        (2, _) => "two",
        (3..=6, _) => "few",
        (7..=10, _) => "many",
        _ => "other",
    }),
    (&["ar"], |whole, half| match (whole, whole % 100) {
        _ if half => "other",
        (0, _) => "zero",
        (1, _) => "one",
        (2, _) => "two",
        (_, 3..=10) => "few",
        (_, 11..=99) => "many",
        _ => "other",
    }),
];

/// How a language counts.
pub(crate) struct Plurals {
    /// The forms that it has.
    pub(crate) forms: Vec<&'static str>,
    /// The form of each number below a hundred, by its place in `forms`.
    pub(crate) below_hundred: Vec<u8>,
    /// The form of each number from there, by its last two digits.
    pub(crate) from_hundred: Vec<u8>,
    /// The form of a half, of one and a half, and of more and a half.
    pub(crate) halves: Vec<u8>,
}

impl Plurals {
    /// The rules of a language.
    pub(crate) fn of(tag: &str) -> Result<Self, String> {
        let row = RULES.iter().find(|(tags, _)| tags.contains(&tag));
        let (_, rule) = row.ok_or_else(|| {
            format!("how `{tag}` counts is not known here. Add it to its row in words-build/src/plurals.rs.")
        })?;
        let taken = |numbers: std::ops::Range<u64>, half: bool| -> Vec<&str> {
            numbers.map(|whole| rule(whole, half)).collect()
        };
        let (below_hundred, from_hundred) = (taken(0..100, false), taken(100..200, false));
        let halves = taken(0..3, true);
        let is_taken = |form: &&str| {
            *form == OTHER
                || [&below_hundred, &from_hundred, &halves]
                    .iter()
                    .any(|taken| taken.contains(form))
        };
        let forms: Vec<_> = FORMS.into_iter().filter(is_taken).collect();
        let places = |taken: &[&str]| -> Vec<u8> {
            let place = |form| forms.iter().position(|other| other == form).unwrap_or_default();
            taken.iter().map(|form| place(form) as u8).collect()
        };
        Ok(Self {
            below_hundred: places(&below_hundred),
            from_hundred: places(&from_hundred),
            halves: places(&halves),
            forms,
        })
    }

    /// Some numbers that take a form, for whoever has to write it.
    pub(crate) fn examples(&self, form: &str) -> String {
        let place = self.forms.iter().position(|other| *other == form);
        let takes = |taken: &u8| Some(usize::from(*taken)) == place;
        let numbers: Vec<String> = (0..100)
            .filter(|number| takes(&self.below_hundred[*number]))
            .take(4)
            .map(|number| number.to_string())
            .collect();
        if numbers.is_empty() {
            "halves, as in 2.5".to_owned()
        } else {
            numbers.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CLDR's own samples for some rows, with halves.
    #[test]
    fn languages_count_as_unicode_says() {
        for (tag, samples) in [
            (
                "nb",
                "0 other, 1 one, 2 other, 11 other, 21 other, 101 other, 0.5 other, 1.5 other",
            ),
            (
                "nn",
                "0 other, 1 one, 2 other, 11 other, 21 other, 101 other, 0.5 other, 1.5 other",
            ),
            (
                "en",
                "0 other, 1 one, 2 other, 11 other, 21 other, 101 other, 1.5 other",
            ),
            (
                "nl",
                "0 other, 1 one, 2 other, 21 other, 101 other, 0.5 other, 1.5 other",
            ),
            (
                "de",
                "0 other, 1 one, 2 other, 21 other, 101 other, 0.5 other, 1.5 other",
            ),
            ("da", "0 other, 1 one, 2 other, 0.5 one, 1.5 one, 2.5 other"),
            ("fr", "0 one, 1 one, 2 other, 1.5 one, 2.5 other"),
            ("is", "1 one, 11 other, 21 one, 111 other, 121 one"),
            (
                "se",
                "0 other, 1 one, 2 two, 3 other, 12 other, 22 other, 102 other, 1.5 other",
            ),
            (
                "uk",
                "0 many, 1 one, 3 few, 5 many, 11 many, 12 many, 21 one, 111 many, 112 many, 122 few, 1.5 other",
            ),
            (
                "pl",
                "0 many, 1 one, 2 few, 5 many, 12 many, 21 many, 22 few, 101 many, 112 many, 2.5 other",
            ),
            ("cs", "0 other, 1 one, 2 few, 4 few, 5 other, 22 other, 1.5 many"),
            (
                "lt",
                "0 other, 1 one, 2 few, 11 other, 21 one, 22 few, 111 other, 1.5 many",
            ),
            (
                "ar",
                "0 zero, 1 one, 2 two, 3 few, 11 many, 99 many, 100 other, 103 few, 111 many, 1.5 other",
            ),
        ] {
            let plurals = Plurals::of(tag).expect("it is in the table");
            for sample in samples.split(", ") {
                let (number, form) = sample.split_once(' ').expect("a number and its form");
                let (whole, half) = match number.strip_suffix(".5") {
                    Some(whole) => (whole, true),
                    None => (number, false),
                };
                let whole: usize = whole.parse().expect("a number");
                let place = match (whole, half) {
                    (_, true) => plurals.halves[whole],
                    (0..100, false) => plurals.below_hundred[whole],
                    (100.., false) => plurals.from_hundred[whole % 100],
                };
                assert_eq!(plurals.forms[usize::from(place)], form, "{tag} {number}");
            }
        }
    }

    #[test]
    fn northern_sami_has_a_form_for_two() {
        let plurals = Plurals::of("se").expect("it is in the table");
        assert_eq!(plurals.forms, ["one", "two", "other"]);
        assert_eq!(
            (plurals.examples("two"), plurals.examples("other")),
            ("2".to_owned(), "0, 3, 4, 5".to_owned())
        );
    }
}
