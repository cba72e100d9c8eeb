//! What an exchange is called that is made after another: as that one, with its own year. Pure.

use std::ops::Range;

use borsklokka_shared::date::Date;
use borsklokka_shared::limits::SLUG_CHARS_MAX;

use super::listed::Listed;

/// How far ahead a year is looked for that no exchange of the name has yet.
const YEARS: i32 = 10;

/// The name and the address of another exchange after one, on a day if it is known yet: those of the one, with the year in
/// the place of its own or at the end, and with the whole day where another has that year. Nothing is suggested of the address if
/// nobody knows when it is.
pub fn suggested(
    of: &Listed,
    date: Option<Date>,
    all: &[Listed],
    in_words: &dyn Fn(Date) -> String,
) -> (String, String) {
    let Some(year) = date.map(Date::year).or_else(|| Some(of.date?.year() + 1)) else {
        return (of.name.clone(), String::new());
    };
    // Without a day a year is as good as the next.
    let years = year..if date.is_some() { year + 1 } else { year + YEARS };
    let name = |when: &str| with(&of.name, of.date.map(in_words).as_deref(), when, " ");
    let slug = |when: &str| {
        let room = SLUG_CHARS_MAX - "-".len() - when.len();
        let was = of.date.map(|date| date.to_string());
        if was.as_ref().is_some_and(|was| of.slug.contains(was)) || year_in(&of.slug).is_some() {
            with(&of.slug, was.as_deref(), when, "-")
        } else {
            with(shortened(&of.slug, room), None, when, "-")
        }
    };
    let free = |of: &dyn Fn(&str) -> String, read: fn(&Listed) -> &str| {
        let mut named = years.clone().map(|year| of(&year.to_string()));
        named.find(|named| all.iter().all(|other| read(other) != named))
    };
    (
        free(&name, |one| &one.name)
            .or_else(|| Some(name(&in_words(date?))))
            .unwrap_or_else(|| of.name.clone()),
        free(&slug, |one| &one.slug)
            .or_else(|| Some(slug(&date?.to_string())))
            .unwrap_or_default(),
    )
}

/// A text with this in the place of what says when it is, or at its end.
fn with(text: &str, was: Option<&str>, when: &str, joint: &str) -> String {
    let day = was.and_then(|was| Some(text.find(was)?..text.find(was)? + was.len()));
    match day.or_else(|| year_in(text)) {
        Some(place) => format!("{}{when}{}", &text[..place.start], &text[place.end..]),
        None => format!("{}{joint}{when}", text.trim_end()),
    }
}

/// Where the last year of a text stands, in bytes: a word of four digits.
fn year_in(text: &str) -> Option<Range<usize>> {
    let is_year = |word: &str| {
        word.len() == 4
            && word.bytes().all(|byte| byte.is_ascii_digit())
            && ["19", "20", "21"].contains(&&word[..2])
    };
    let mut end = text.len();
    text.rsplit(|letter: char| !letter.is_alphanumeric())
        .find_map(|word| {
            let start = end - word.len();
            let place = start..end;
            // What parts two words is a letter of any length.
            end = text[..start].char_indices().next_back().map_or(0, |(at, _)| at);
            is_year(word).then_some(place)
        })
}

/// An address within its room, with no hyphen at its end.
fn shortened(slug: &str, room: usize) -> &str {
    slug[..slug.len().min(room)].trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, slug: &str, date: &str) -> Listed {
        Listed {
            slug: slug.to_owned(),
            name: name.to_owned(),
            date: date.parse().ok(),
            put_away: false,
            may_keep: true,
            may_delete: true,
        }
    }

    fn suggested_of(of: &Listed, date: &str, others: &[Listed]) -> (String, String) {
        let all: Vec<Listed> = others.iter().chain([of]).cloned().collect();
        suggested(of, date.parse().ok(), &all, &|date| {
            format!("{}. i {}. {}", date.day(), date.month(), date.year())
        })
    }

    #[test]
    fn another_evening_is_called_by_its_year() {
        for (name, slug, date, expected) in [
            ("Børs", "bors", "", ("Børs 2027", "bors-2027")),
            ("Børs", "bors", "2028-11-23", ("Børs 2028", "bors-2028")),
            ("Børs 2026", "bors-2026", "", ("Børs 2027", "bors-2027")),
            (
                "Børs 2026 i Ås",
                "2026-as",
                "2027-02-01",
                ("Børs 2027 i Ås", "2027-as"),
            ),
            (
                "Torget 4012",
                "torget-4012",
                "",
                ("Torget 4012 2027", "torget-4012-2027"),
            ),
            ("…2026…", "a2026", "", ("…2027…", "a2026-2027")),
        ] {
            let of = listed(name, slug, "2026-11-26");
            let (name, slug) = suggested_of(&of, date, &[]);
            assert_eq!((&*name, &*slug), expected);
        }
    }

    #[test]
    fn one_in_a_year_that_is_taken_is_called_by_its_day() {
        let of = listed("Børs 2026", "bors-2026", "2026-11-26");
        let in_december = suggested_of(&of, "2026-12-10", &[]);
        assert_eq!(
            in_december,
            ("Børs 10. i 12. 2026".to_owned(), "bors-2026-12-10".to_owned())
        );
        // And the one after that by its year again.
        let of = listed(&in_december.0, &in_december.1, "2026-12-10");
        assert_eq!(
            suggested_of(&of, "2027-11-25", &[]),
            ("Børs 2027".to_owned(), "bors-2027".to_owned())
        );
        let next = listed("Børs 2027", "bors-2027", "2027-11-25");
        let of = listed("Børs 2026", "bors-2026", "2026-11-26");
        assert_eq!(
            suggested_of(&of, "", &[next]),
            ("Børs 2028".to_owned(), "bors-2028".to_owned())
        );
    }

    #[test]
    fn nothing_is_made_up_of_an_evening_without_a_day_and_an_address_keeps_its_year() {
        let never_set_up = listed("bors", "bors", "");
        assert_eq!(
            suggested_of(&never_set_up, "", &[]),
            ("bors".to_owned(), String::new())
        );
        let long = listed("Børs", &"a".repeat(SLUG_CHARS_MAX), "2026-11-26");
        let (_, slug) = suggested_of(&long, "", &[]);
        assert_eq!(slug.len(), SLUG_CHARS_MAX);
        assert!(slug.ends_with("a-2027"));
    }
}
