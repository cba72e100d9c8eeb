//! Figures of a line or a field: which of them are telephone numbers, and where one ends and the next begins.

use crate::limits::{PHONE_DIGITS_MAX, PHONE_DIGITS_MIN};

/// Digits that are a whole number: what stands alone before them, such as the `3` of `klasse 3 91234567`, is none of it.
pub(super) const WHOLE_DIGITS_MIN: usize = 7;
/// How many digits a number has that may be without the code of its country, and the two countries where it has.
const HOME_DIGITS: usize = 8;
const HOME_CODES: [&str; 2] = ["45", "47"];

/// A row of figures: its numbers, and the words of figures before and after them that are of none.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) before: Vec<String>,
    pub(super) numbers: Vec<String>,
    pub(super) after: Vec<String>,
}

/// Tells a row of figures apart; with fewer digits than `least` it has no number.
pub(super) fn row(mut run: Vec<String>, follows_word: bool, names_on: bool, least: usize) -> Row {
    let mut row = Row::default();
    while run.len() > 1 && stands_alone(&run, follows_word || !row.before.is_empty()) {
        row.before.push(run.remove(0));
    }
    // `91234567 3012 Drammen`
    if names_on
        && let [number @ .., code] = run.as_slice()
        && matches!(lengths(number)[..], [8] | [3, 2, 3] | [2, 2, 2, 2])
        && matches!(code.len(), 4 | 5)
    {
        row.after.extend(run.pop());
    }
    let bare: Vec<&str> = run.iter().map(|word| word.trim_matches('.')).collect();
    let is_day = bare.len() == 3 && is_date(&bare.join("."));
    let is_lone_year = bare.len() == 1 && bare[0].parse().is_ok_and(is_year) && follows_word;
    if is_day || is_lone_year || digits(&run.concat()) < least {
        row.before.extend(run);
        return row;
    }
    let mut groups = groups(&run);
    while groups.len() > 1 && is_aside(&groups[0], &groups[1]) {
        row.before.extend(groups.remove(0));
    }
    while let [.., number, last] = groups.as_slice()
        && is_aside(last, number)
    {
        row.after.splice(0..0, groups.pop().unwrap_or_default());
    }
    row.numbers = numbers(groups);
    row
}

pub(super) fn is_phone(text: &str) -> bool {
    let rest = text.trim_start_matches('(');
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&digits(text))
        && rest.chars().all(|c| is_of_phone(c) && c != '+')
}

/// A word of figures, or of the signs that stand between them.
pub(super) fn is_figures(word: &str) -> bool {
    word.chars().all(is_of_phone)
}

pub(super) const fn is_of_phone(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '.' | '/')
}

pub(super) fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// Whether figures are a day: `24.12.1965`, `24/12-65` or `1965-12-24`.
pub(super) fn is_date(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let parts: Vec<Option<u16>> = text
        .split(['.', '-', '/'])
        .map(|part| part.parse().ok().filter(|_| part.len() == 4 || part.len() <= 2))
        .collect();
    let &[Some(one), Some(month), Some(other)] = parts.as_slice() else {
        return false;
    };
    let is_day = |day: u16, year: u16| (1..=31).contains(&day) && (year < 100 || is_year(year));
    (1..=12).contains(&month) && (is_day(one, other) || (is_year(one) && is_day(other, one)))
}

const fn is_year(number: u16) -> bool {
    matches!(number, 1900..2100)
}

/// Dashes of every kind as hyphens, and the digits of other scripts as those that a telephone has.
pub(super) fn plain_figures(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => '-',
        '\u{FF08}' => '(',
        '\u{FF09}' => ')',
        '\u{FF0B}' => '+',
        '\u{FF20}' => '@',
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' | '\u{FF10}'..='\u{FF19}' => {
            char::from(b'0' + (u32::from(c) & 0xF) as u8)
        }
        c => c,
    });
    plain.collect()
}

fn begins_number(word: &str) -> bool {
    word.starts_with(['+', '(', '0'])
}

/// How long words of figures are; one with another sign is nothing.
fn lengths(words: &[String]) -> Vec<usize> {
    let is_plain = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let length = |word: &String| if is_plain(word) { word.len() } else { 0 };
    words.iter().map(length).collect()
}

/// Whether the first word of a row of figures is none of the number that follows: the `3` of `klasse 3 91234567`, and after a
/// word the `12` of `Storgata 12 91234567` and the `204` of `rom 204 912 34 567`.
fn stands_alone(run: &[String], follows_word: bool) -> bool {
    let (first, rest) = run.split_first().expect("a row has a word");
    if begins_number(first) {
        return false;
    }
    if digits(first) < 2 && digits(&rest[0]) >= WHOLE_DIGITS_MIN {
        return true;
    }
    let is_home = matches!(
        lengths(rest)[..],
        [HOME_DIGITS, ..] | [3, 2, 3, ..] | [2, 2, 2, 2]
    );
    let begins = rest[0].starts_with(['+', '0']) && digits(&rest.concat()) >= WHOLE_DIGITS_MIN;
    let is_code = is_home && HOME_CODES.contains(&first.as_str());
    follows_word && digits(first) < PHONE_DIGITS_MIN && (is_home || begins) && !is_code
}

/// Whether few figures beside a number are no part of it: the `1965` of `91234567 / 1965`.
fn is_aside(group: &[String], number: &[String]) -> bool {
    digits(&group.concat()) < PHONE_DIGITS_MIN
        && group.iter().all(|word| !begins_number(word))
        && digits(&number.concat()) >= WHOLE_DIGITS_MIN
}

/// The words of a row of figures, as slashes and lone dashes part them.
fn groups(run: &[String]) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = vec![Vec::new()];
    let mut add = |word: &str, begins: bool, ends: bool| {
        if begins {
            groups.push(Vec::new());
        }
        if !word.is_empty() {
            groups.last_mut().expect("there is one").push(word.to_owned());
        }
        if ends {
            groups.push(Vec::new());
        }
    };
    for (at, word) in run.iter().enumerate() {
        let halves: Vec<&str> = word.split('/').collect();
        let is_two = halves.len() == 2 && (halves.iter().all(|half| digits(half) >= WHOLE_DIGITS_MIN));
        if is_two {
            add(halves[0], false, true);
            add(halves[1], false, false);
        } else if word.trim_matches(['/', '-', '.']).is_empty() || (at > 0 && word == "+") {
            add("", true, false);
        } else {
            add(word.trim_matches('/'), word.starts_with('/'), word.ends_with('/'));
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// The numbers of a row of figures: one, or as many as a slash or their length tells apart.
fn numbers(groups: Vec<Vec<String>>) -> Vec<String> {
    // `0176 / 1234567` is one number, and `91 23 45 67 / 22 33 44 55` are two.
    let mut numbers: Vec<Vec<String>> = Vec::new();
    for group in groups {
        match numbers.last_mut() {
            Some(last)
                if digits(&last.concat()) < PHONE_DIGITS_MIN
                    || digits(&group.concat()) < PHONE_DIGITS_MIN =>
            {
                last.extend(group);
            }
            Some(_) | None => numbers.push(group),
        }
    }
    numbers
        .into_iter()
        .flat_map(|number| {
            let halves = (1..number.len())
                .map(|at| number.split_at(at))
                .filter(|(one, _)| {
                    digits(&number.concat()) > PHONE_DIGITS_MAX && digits(&one.concat()) >= PHONE_DIGITS_MIN
                })
                .min_by_key(|(one, other)| digits(&one.concat()).abs_diff(digits(&other.concat())));
            match halves {
                Some((one, other)) => vec![one.join(" "), other.join(" ")],
                None => vec![number.join(" ")],
            }
        })
        .map(|number| unwrapped(number.trim_end_matches(['.', '-', ' '])).to_owned())
        .collect()
}

/// A number without the bracket around all of it, or around it and what stood beside it.
fn unwrapped(number: &str) -> &str {
    let (opens, closes) = (number.matches('(').count(), number.matches(')').count());
    let is_around =
        opens == 1 && number.starts_with('(') && number.find(')').is_none_or(|at| at + 1 == number.len());
    let number = if is_around { &number[1..] } else { number };
    let is_left = is_around || closes > opens;
    let number = if is_left {
        number.trim_end_matches(')')
    } else {
        number
    };
    number.trim()
}
