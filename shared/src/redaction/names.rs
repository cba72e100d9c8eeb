//! Somebody's names, numbers and addresses, found in texts however they are spelt: capitals, accents, spaces in a number, and the
//! genitive do not hide them.

use std::ops::Range;

use super::placeholders::Placeholders;
use crate::contact::numbers_of;
use crate::text::{bare, is_accent};

/// Least letters of a part of a name that is looked for by itself: shorter ones are in everything.
const PART_LETTERS_MIN: usize = 3;
/// Digits at the end of a telephone number by which it is known: what stands before is the country's, and is often left out.
const PHONE_DIGITS: usize = 8;
/// Least digits of a telephone number.
const PHONE_DIGITS_MIN: usize = 5;
/// Most digits before those that are the country's.
const COUNTRY_DIGITS_MAX: usize = 4;

/// How sure it is that a text means somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// A part of the name stands there, which may be somebody else's.
    Part,
    /// The whole name, the number or the address does.
    Whole,
}

/// What somebody is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    whole: Vec<Vec<char>>,
    parts: Vec<Vec<char>>,
    phones: Vec<Vec<char>>,
}

/// A letter of a text as it is compared, and where it stands.
struct Letter {
    folded: char,
    at: Range<usize>,
}

impl Names {
    /// Adds a person's name. One of several words is looked for as a whole and by its parts; a single word may be anybody's.
    pub fn add_name(&mut self, name: &str) {
        let words: Vec<&str> = name.split_whitespace().collect();
        if words.len() > 1 {
            self.add_whole(name);
        }
        for word in words {
            let word: Vec<char> = folded(word);
            let word = trimmed(&word);
            if word.len() >= PART_LETTERS_MIN {
                keep(&mut self.parts, word.to_vec());
            }
        }
    }

    /// Adds what is nobody else's: an organisation's name, an e-mail address.
    pub fn add_whole(&mut self, name: &str) {
        keep(&mut self.whole, folded(name));
    }

    /// Adds the telephone numbers of a field for them.
    pub fn add_phone(&mut self, phone: &str) {
        for number in numbers_of(phone) {
            let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= PHONE_DIGITS_MIN {
                let known_by = digits.len().saturating_sub(PHONE_DIGITS);
                keep(&mut self.phones, digits[known_by..].to_vec());
            }
        }
    }

    /// Whether a text means somebody, as far as that can be seen.
    pub fn found(&self, text: &str) -> Option<Likeness> {
        let letters = letters(text);
        let addresses = addresses(text);
        let mut stands = self.whole.iter().flat_map(|name| places(&letters, name));
        let rings = |phone: &Vec<char>| !numbers(&letters, phone).is_empty();
        // In an address it is one of many that work at a place or have a name.
        let is_by_itself =
            |place: &Range<usize>| address_around(&addresses, place).is_none_or(|address| address == place);
        if stands.any(|place| is_by_itself(&place)) || self.phones.iter().any(rings) {
            return Some(Likeness::Whole);
        }
        let mut names = self.whole.iter().chain(&self.parts);
        names
            .any(|name| !places(&letters, name).is_empty())
            .then_some(Likeness::Part)
    }

    /// The text with something else in the place of every name, number and address. An address in which a name stands goes as a whole:
    /// half of one is nobody's.
    pub fn replaced(&self, text: &str, placeholders: &Placeholders) -> String {
        let letters = letters(text);
        let addresses = addresses(text);
        let Placeholders {
            name: of_name,
            text: of_text,
        } = placeholders;
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        for name in self.whole.iter().chain(&self.parts) {
            found.extend(places(&letters, name).into_iter().map(|place| {
                match address_around(&addresses, &place) {
                    Some(address) => (address.clone(), of_text.as_str()),
                    None => (place, of_name.as_str()),
                }
            }));
        }
        for phone in &self.phones {
            let numbers = numbers(&letters, phone).into_iter();
            found.extend(numbers.map(|place| (place, of_text.as_str())));
        }
        found.sort_unstable_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
        let mut replaced = String::with_capacity(text.len());
        let mut done = 0;
        let mut last = "";
        for (place, placeholder) in found {
            // A part of what is gone already.
            if place.start < done {
                continue;
            }
            let between = &text[done..place.start];
            // First name and surname by themselves are one person.
            let is_again = done > 0 && between.trim().is_empty() && placeholder == last;
            if !is_again {
                replaced.push_str(between);
                replaced.push_str(placeholder);
            }
            last = placeholder;
            done = place.end;
        }
        replaced.push_str(&text[done..]);
        replaced
    }
}

fn keep(names: &mut Vec<Vec<char>>, name: Vec<char>) {
    if !name.is_empty() && !names.contains(&name) {
        names.push(name);
    }
}

fn trimmed(word: &[char]) -> &[char] {
    let is_letter = |letter: &char| letter.is_alphanumeric();
    let from = word.iter().position(is_letter).unwrap_or(word.len());
    let to = word.iter().rposition(is_letter).map_or(from, |last| last + 1);
    &word[from..to]
}

fn folded(text: &str) -> Vec<char> {
    let mut folded: Vec<char> = letters(text).into_iter().map(|letter| letter.folded).collect();
    if folded.last() == Some(&' ') {
        folded.pop();
    }
    folded
}

/// The letters of a text, small and bare. Several spaces are one, and none stands at the beginning.
fn letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let place = at..at + c.len_utf8();
        if is_accent(c) {
            if let Some(last) = letters.last_mut() {
                last.at.end = place.end;
            }
        } else if c.is_whitespace() {
            match letters.last_mut() {
                Some(last) if last.folded == ' ' => last.at.end = place.end,
                Some(_) => letters.push(Letter {
                    folded: ' ',
                    at: place,
                }),
                None => {}
            }
        } else {
            letters.extend(c.to_lowercase().map(|small| Letter {
                folded: bare(small),
                at: place.clone(),
            }));
        }
    }
    letters
}

/// Where e-mail addresses stand in a text.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let is_around = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | ':' | '"');
    let mut next = 0;
    let words = text.split_inclusive(is_around).filter_map(|word| {
        let begins = next;
        next += word.len();
        let address = word.trim_matches(|c: char| !c.is_alphanumeric());
        let from = begins + word.find(address)?;
        address.contains('@').then_some(from..from + address.len())
    });
    words.collect()
}

/// The address that a place is of.
fn address_around<'a>(addresses: &'a [Range<usize>], place: &Range<usize>) -> Option<&'a Range<usize>> {
    let mut addresses = addresses.iter();
    addresses.find(|address| address.start <= place.start && place.end <= address.end)
}

/// Whether a text is an e-mail address and nothing else.
pub fn is_address(text: &str) -> bool {
    addresses(text)
        .first()
        .is_some_and(|address| *address == (0..text.len()))
}

/// Where a name stands by itself, or in the genitive, of which the `s` stays.
fn places(letters: &[Letter], name: &[char]) -> Vec<Range<usize>> {
    let is_word = |at: usize| {
        letters
            .get(at)
            .is_some_and(|letter| letter.folded.is_alphanumeric())
    };
    let mut places = Vec::new();
    for from in 0..(letters.len() + 1).saturating_sub(name.len()) {
        let to = from + name.len();
        let stands = letters[from..to].iter().map(|letter| &letter.folded).eq(name);
        let begins = from == 0 || !is_word(from - 1);
        let is_genitive = letters.get(to).is_some_and(|letter| letter.folded == 's') && !is_word(to + 1);
        if stands && begins && (!is_word(to) || is_genitive) {
            places.push(letters[from].at.start..letters[to - 1].at.end);
        }
    }
    places
}

/// Where a number stands, whatever stands between its digits, with what is the country's before it.
fn numbers(letters: &[Letter], phone: &[char]) -> Vec<Range<usize>> {
    let is_between = |c: char| matches!(c, ' ' | '.' | '-' | '/' | '(' | ')' | '+');
    let is_of_number = |letter: &Letter| letter.folded.is_ascii_digit() || is_between(letter.folded);
    let mut places = Vec::new();
    let mut at = 0;
    for run in letters.chunk_by(|one, next| is_of_number(one) == is_of_number(next)) {
        let from = at;
        at += run.len();
        let digits: Vec<usize> = (from..at)
            .filter(|at| letters[*at].folded.is_ascii_digit())
            .collect();
        let run: Vec<char> = digits.iter().map(|at| letters[*at].folded).collect();
        if let Some(first) = run.windows(phone.len()).rposition(|some| some == phone) {
            let plus = (from..at).find(|at| letters[*at].folded == '+');
            let first_digit = digits[if first <= COUNTRY_DIGITS_MAX { 0 } else { first }];
            let begin = plus.map_or(first_digit, |plus| plus.min(first_digit));
            let last = digits[first + phone.len() - 1];
            places.push(letters[begin].at.start..letters[last].at.end);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders() -> Placeholders {
        Placeholders {
            name: "X".to_owned(),
            text: "…".to_owned(),
        }
    }

    fn kari() -> Names {
        let mut names = Names::default();
        names.add_name("Kári Sørvåg");
        names.add_whole("Kari@Example.org");
        names.add_phone("+47 912 34 567");
        names
    }

    #[test]
    fn each_number_of_a_field_is_found_whatever_stands_beside_it() {
        for field in ["91 23 45 67 / 22 33 44 55", "Mob: 91 23 45 67, priv: 22 33 44 55"] {
            let mut names = Names::default();
            names.add_phone(field);
            for text in ["ring 91234567", "ring 22 33 44 55"] {
                assert_eq!(names.found(text), Some(Likeness::Whole), "{field}: {text}");
            }
        }
    }

    #[test]
    fn she_is_found_however_she_is_spelt() {
        for text in [
            "Kari Sørvåg maler",
            "ring KARI  SORVAG i morgen",
            "hos Kári Sørvågs mor",
            "skriv til kari@example.ORG, takk",
            "ring 91234567",
            "ring 912 34 567.",
            "+4791234567",
            "(+47) 912-34-567",
        ] {
            assert_eq!(kari().found(text), Some(Likeness::Whole), "{text}");
            let left = kari().replaced(text, &placeholders());
            assert_eq!(kari().found(&left), None, "{text}: {left}");
        }
        for text in [
            "Karis maling",
            "familien Sørvåg",
            "Kari Hansen",
            "kari@annet.example",
            "skriv til kari.sorvag@annet.example.",
        ] {
            assert_eq!(kari().found(text), Some(Likeness::Part), "{text}");
        }
        for text in [
            "Karin maler",
            "Sørvågen skole",
            "912 34 56",
            "Ola",
            "",
            "10 timer",
        ] {
            assert_eq!(kari().found(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_around_her_stays() {
        for (text, left) in [
            ("Kari Sørvåg maler", "X maler"),
            ("Maler, hos Kári Sørvågs mor!", "Maler, hos Xs mor!"),
            ("Kari, 912 34 567, maler 3 vegger", "X, …, maler 3 vegger"),
            ("Ring +47 91 23 45 67 om 20 timer", "Ring … om 20 timer"),
            ("Ola maler", "Ola maler"),
            ("Skriv til kari@example.org, takk", "Skriv til …, takk"),
            ("Skriv til <sorvag@annet.example>.", "Skriv til <…>."),
        ] {
            assert_eq!(kari().replaced(text, &placeholders()), left, "{text}");
        }
    }
}
