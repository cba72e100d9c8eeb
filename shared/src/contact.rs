//! How to reach somebody: read from the one line that a broker types, or from a field for each, and judged by the same rules on the
//! tablet, before the guest has gone, and at the server. Contacts are never in the log and never on a socket.

use serde::{Deserialize, Serialize};

use crate::limits::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PHONE_CHARS_MAX, PHONE_DIGITS_MAX, PHONE_DIGITS_MIN};
use crate::rebase::Rebase;
use crate::refusal::Refusal;
use crate::text::{readable, tidy};

/// Between two telephone numbers of one contact.
const BETWEEN_NUMBERS: &str = " / ";
/// Fewest digits of a row of figures that is meant as a telephone number, though it is too short for one. Fewer are a floor, a
/// team or a table.
const MEANT_DIGITS_MIN: usize = 3;
/// Digits that are a whole number: what stands alone before them, such as the `3` of `klasse 3 91234567`, is none of it.
const WHOLE_DIGITS_MIN: usize = 7;
/// How many digits a number has that may be without the code of its country, and the two countries where it has.
const HOME_DIGITS: usize = 8;
const HOME_CODES: [&str; 2] = ["45", "47"];
/// Largest telephone field that is read as a line is, in bytes: several times what may be kept. What is longer is too long however it is read.
const PHONE_LINE_BYTES_MAX: usize = 512;
/// What people write before a number or an address, alone or as one word of several: `Mob.tlf.`, `Mobiltelefonnr`.
const LABELS: [&str; 21] = [
    "telefoon",
    "telefon",
    "telephone",
    "telefax",
    "mobiel",
    "mobile",
    "mobil",
    "phone",
    "handy",
    "cell",
    "gsm",
    "tlf",
    "tel",
    "tfn",
    "mob",
    "fon",
    "rufnummer",
    "mailto",
    "epost",
    "email",
    "mail",
];
/// Those of one letter only with a sign after them.
const SHORT_LABELS: [&str; 4] = ["t", "m", "e", "p"];
/// What may stand at the end of a label, or after it: `tel nr`.
const NUMBER_WORDS: [&str; 6] = ["nummer", "number", "nr", "no", "num", "adresse"];
/// What people write between two numbers.
const BETWEEN_WORDS: [&str; 11] = [
    "eller", "og", "or", "and", "of", "en", "oder", "und", "samt", "el", "evt",
];

/// Whom to reach, and how. What is absent or empty is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// The contact person.
    pub person: Option<String>,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Where a call does: a number, or several with ` / ` between; or numbers among words, as they were written.
    pub phone: Option<String>,
}

impl Rebase for Contact {}

/// Why a contact is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactFault {
    /// A field is too long, or cannot be shown.
    #[error(transparent)]
    Text(#[from] Refusal),
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Email,
    /// Not a telephone number.
    #[error("not a telephone number")]
    Phone,
}

impl Contact {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The telephone numbers, one by one.
    pub fn numbers(&self) -> impl Iterator<Item = String> {
        self.phone.as_deref().into_iter().flat_map(numbers_of)
    }

    /// What is known of somebody of whom two contacts are one: the first, with what it lacks if the two speak of the same person;
    /// and what the other says beside that, if it says anything. Nothing is lost.
    pub fn joined(self, other: Self) -> (Self, Option<Self>) {
        self.joined_by(other, |one, other| one == other)
    }

    /// The same, where `is_same` says of two telephone fields whether they have the same numbers, which each writes in its own way.
    pub fn joined_by(self, other: Self, is_same: impl Fn(&str, &str) -> bool) -> (Self, Option<Self>) {
        if self.is_empty() {
            return (other, None);
        }
        let small = |person: &Option<String>| person.as_ref().map(|name| name.to_lowercase());
        let is_same_person =
            self.person.is_none() || other.person.is_none() || small(&self.person) == small(&other.person);
        if !is_same_person {
            let beside = (!other.is_empty()).then_some(other);
            return (self, beside);
        }
        let joined = Self {
            person: self.person.or_else(|| other.person.clone()),
            email: self.email.or_else(|| other.email.clone()),
            phone: self.phone.or_else(|| other.phone.clone()),
        };
        let email = other.email.filter(|email| Some(email) != joined.email.as_ref());
        let is_said = |phone: &String| joined.phone.as_ref().is_some_and(|said| is_same(said, phone));
        let phone = other.phone.filter(|phone| !is_said(phone));
        let beside = (email.is_some() || phone.is_some()).then_some(Self {
            person: other.person,
            email,
            phone,
        });
        (joined, beside)
    }

    /// Every field tidied, with its shape checked: the rules of the server, for whoever wants to know before it does.
    ///
    /// # Errors
    /// If a field is too long, the address or the number is none.
    pub fn checked(self) -> Result<Self, ContactFault> {
        let known = |field, text: Option<String>, chars_max| {
            text.filter(|text| !tidy(text).is_empty())
                .map(|text| readable(field, &text, chars_max))
                .transpose()
        };
        let contact = Self {
            person: known("person", self.person, NAME_CHARS_MAX)?,
            email: known("email", self.email, EMAIL_CHARS_MAX)?.map(|email| lone_address(&email).to_owned()),
            phone: known(
                "phone",
                self.phone.map(|phone| bare_numbers(&phone)),
                PHONE_CHARS_MAX,
            )?,
        };
        if contact.email.as_deref().is_some_and(|email| !is_email(email)) {
            return Err(ContactFault::Email);
        }
        if !contact.phone.as_deref().is_none_or(has_numbers) {
            return Err(ContactFault::Phone);
        }
        Ok(contact)
    }

    /// Reads what was typed on one line, such as `Kari Nordmann 912 34 567, kari@example.org`. What has an `@` is mail, figures
    /// that make a number are a telephone, a label such as `tlf.` before them is left out, and all the rest is the name: no
    /// letter and no figure that was typed is lost.
    pub fn of_line(line: &str) -> Self {
        let mut email = None;
        let mut pieces: Vec<Piece> = Vec::new();
        let typed = with_lone_signs(parts(&plain_figures(&tidy(line))));
        for (at, part) in typed.iter().enumerate() {
            match part {
                Typed::Between => pieces.push(Piece::Between),
                Typed::Word(word) if word.contains('@') => {
                    let (label, address) = labelled(word);
                    let address = bare_address(address);
                    let is_first = email.is_none() && address.len() > 1;
                    if is_first {
                        email = Some(address.to_owned());
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
        let (person, phones) = told_apart(pieces);
        let known = |text: String| (!text.is_empty()).then_some(text);
        Self {
            person: known(person),
            email,
            phone: known(phones.join(BETWEEN_NUMBERS)),
        }
    }

    /// The line that [`Contact::of_line`] reads.
    pub fn to_line(&self) -> String {
        let parts = [&self.person, &self.phone, &self.email];
        parts
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The telephone numbers of a field for them, one by one, without the words beside them.
pub fn numbers_of(phone: &str) -> Vec<String> {
    let read = as_line(phone).and_then(|contact| contact.phone);
    let numbers = read.as_deref().unwrap_or(phone).split(BETWEEN_NUMBERS);
    numbers.map(str::to_owned).collect()
}

/// The address that has a telephone dial the first number of a field for them.
pub fn dialling(phone: &str) -> String {
    let first = numbers_of(phone).into_iter().next().unwrap_or_default();
    format!("tel:{}", first.replace(' ', ""))
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

/// A label and the address that follows it in the same word, as in `mailto:kari@`; an empty label if there is none.
fn labelled(word: &str) -> (&str, &str) {
    let Some(at) = word.find([':', '=']) else {
        return ("", word);
    };
    let (label, rest) = (&word[..=at], word[at + 1..].trim_start_matches([':', '.']));
    if is_label(label) && !rest.is_empty() {
        (label, rest)
    } else {
        ("", word)
    }
}

/// Whether a word is a label, whatever signs stand in it: `Tel.nr.:`, `(mob`, `E-post`.
fn is_label(word: &str) -> bool {
    let small = word.to_lowercase();
    let letters: String = small.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_short = small.ends_with(['.', ':']) && SHORT_LABELS.contains(&&*letters);
    is_short || is_of_labels(&letters)
}

fn is_of_labels(letters: &str) -> bool {
    let mut rests = LABELS.iter().filter_map(|label| letters.strip_prefix(label));
    rests.any(|rest| rest.is_empty() || NUMBER_WORDS.contains(&rest) || is_of_labels(rest))
}

fn is_number_word(word: &str) -> bool {
    let small = word.to_lowercase();
    NUMBER_WORDS.contains(&small.trim_end_matches(['.', ':']))
}

/// Signs that say nothing, as `☎` before a number.
fn is_sign(word: &str) -> bool {
    !word.chars().any(char::is_alphanumeric)
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

/// Whether figures are a day: `24.12.1965`, `24/12-65` or `1965-12-24`.
fn is_date(text: &str) -> bool {
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
fn plain_figures(text: &str) -> String {
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

/// A field for numbers as a line is read; none if it has nothing but numbers, or is too long to be looked at.
fn as_line(phone: &str) -> Option<Contact> {
    let is_read = phone.len() <= PHONE_LINE_BYTES_MAX && !is_of_numbers(phone);
    is_read.then(|| Contact::of_line(phone))
}

/// The numbers of a field for them, read as those of a line are: without the labels and signs around them. What says anything else stays
/// as it is.
fn bare_numbers(phone: &str) -> String {
    let plain = plain_figures(phone);
    match as_line(&plain) {
        Some(Contact {
            person: None,
            email: None,
            phone: Some(numbers),
        }) => numbers,
        Some(_) | None => plain,
    }
}

/// Whether a field for numbers has them, alone or among words. Figures that stand beside a number without a word are one that lacks digits,
/// and numbers alone stand as they are kept: what is read otherwise once more is none.
fn has_numbers(phone: &str) -> bool {
    let Some(Contact {
        person,
        email,
        phone: numbers,
    }) = as_line(phone)
    else {
        return is_of_numbers(phone);
    };
    let are_words = |text: String| {
        text.split(", ")
            .all(|words| words.chars().any(char::is_alphabetic))
    };
    email.is_none() && numbers.as_deref().is_some_and(is_of_numbers) && person.is_some_and(are_words)
}

fn is_of_numbers(phone: &str) -> bool {
    phone.split(BETWEEN_NUMBERS).all(is_phone)
}

/// A word of figures, or of the signs that stand between them.
fn is_figures(word: &str) -> bool {
    word.chars().all(is_of_phone)
}

const fn is_of_phone(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '.' | '/')
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
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

/// Whether a word joins two numbers. A name is written large.
fn is_between(word: &str) -> bool {
    BETWEEN_WORDS.contains(&word.trim_end_matches('.'))
}

/// A row of figures: its numbers, and the words of figures before and after them that are of none.
#[derive(Debug, Default)]
struct Row {
    before: Vec<String>,
    numbers: Vec<String>,
    after: Vec<String>,
}

/// Tells a row of figures apart; with fewer digits than `least` it has no number.
fn row(mut run: Vec<String>, follows_word: bool, names_on: bool, least: usize) -> Row {
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

/// An address without what stands around it in a line.
fn bare_address(text: &str) -> &str {
    let around = ['<', '>', '(', ')', '[', ']', '"', '\'', ' ', ',', ';', ':'];
    let text = text.trim_start_matches(around);
    text.trim_end_matches(|c| around.contains(&c) || matches!(c, '.' | '!' | '?'))
}

/// An address without the labels and the signs around it, however many there are: `<mailto:kari@example.org>`.
fn lone_address(text: &str) -> &str {
    let (_, address) = labelled(text);
    let bare = bare_address(address);
    if bare.len() < text.len() {
        lone_address(bare)
    } else {
        bare
    }
}

/// Whether a text can be an e-mail address. Only the slips of a hurried hand are caught; whether mail arrives, mail shows.
pub fn is_email(text: &str) -> bool {
    let Some((mailbox, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let has_no_gap = |part: &str| part.split('.').all(|label| !label.is_empty());
    !text
        .chars()
        .any(|c| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '"' | '(' | ')' | '[' | ']'))
        && !mailbox.contains('@')
        && domain.contains('.')
        && has_no_gap(mailbox)
        && has_no_gap(domain)
}

fn is_phone(text: &str) -> bool {
    let rest = text.trim_start_matches('(');
    let rest = rest.strip_prefix('+').unwrap_or(rest);
    (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&digits(text))
        && rest.chars().all(|c| is_of_phone(c) && c != '+')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contact(person: &str, phone: &str, email: &str) -> Contact {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Contact {
            person: known(person),
            email: known(email),
            phone: known(phone),
        }
    }

    #[test]
    fn of_two_contacts_that_become_one_nothing_is_lost() {
        let contact = |person: &str, email: &str, phone: &str| {
            let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            Contact {
                person: known(person),
                email: known(email),
                phone: known(phone),
            }
        };
        let none = Contact::default();
        let kari = contact("Kari", "kari@example.org", "");
        for (kept, gone, joined, beside) in [
            (none.clone(), kari.clone(), kari.clone(), None),
            (kari.clone(), none.clone(), kari.clone(), None),
            (kari.clone(), kari.clone(), kari.clone(), None),
            (
                kari.clone(),
                contact("KARI", "", "12345"),
                contact("Kari", "kari@example.org", "12345"),
                None,
            ),
            (
                kari.clone(),
                contact("", "post@example.org", "12345"),
                contact("Kari", "kari@example.org", "12345"),
                Some(contact("", "post@example.org", "")),
            ),
            (
                kari.clone(),
                contact("Ola", "", "12345"),
                kari.clone(),
                Some(contact("Ola", "", "12345")),
            ),
        ] {
            assert_eq!(kept.joined(gone), (joined, beside));
        }
        let spaced = contact("Kari", "", "123 45");
        let alike = |one: &str, other: &str| one.replace(' ', "") == other.replace(' ', "");
        let kept = contact("Kari", "", "12345");
        assert_eq!(kept.clone().joined_by(spaced, alike), (kept, None));
    }

    #[test]
    fn one_line_is_a_name_a_telephone_and_a_mail_address() {
        for (line, expected) in [
            ("", contact("", "", "")),
            ("Kari Nordmann", contact("Kari Nordmann", "", "")),
            ("912 34 567", contact("", "912 34 567", "")),
            (
                "Kari Nordmann 912 34 567, kari@example.org",
                contact("Kari Nordmann", "912 34 567", "kari@example.org"),
            ),
            (
                "kari@example.org; +47 91234567",
                contact("", "+47 91234567", "kari@example.org"),
            ),
            (
                "Frau Müller, 0176/1234567",
                contact("Frau Müller", "0176/1234567", ""),
            ),
            (
                "Frau Müller 03012/345678",
                contact("Frau Müller", "03012/345678", ""),
            ),
            (
                "Frau Müller 0176 / 1234567",
                contact("Frau Müller", "0176 1234567", ""),
            ),
            ("Kari 912\u{A0}34\u{A0}567", contact("Kari", "912 34 567", "")),
            ("912–34–567", contact("", "912-34-567", "")),
            ("912 – 34 – 567", contact("", "912 34 567", "")),
            ("tlf. 91234567", contact("", "91234567", "")),
            ("tlf:91234567", contact("", "91234567", "")),
            ("Tlf.91234567", contact("", "91234567", "")),
            ("Kari, mob: 912 34 567", contact("Kari", "912 34 567", "")),
            (
                "Kari T: 912 34 567 E: kari@example.org",
                contact("Kari", "912 34 567", "kari@example.org"),
            ),
            (
                "Kari mailto:kari@example.org",
                contact("Kari", "", "kari@example.org"),
            ),
            ("Kari (+47) 912 34 567", contact("Kari", "(+47) 912 34 567", "")),
            ("Kari <kari@example.org>", contact("Kari", "", "kari@example.org")),
            (
                "Kari <kari@example.org>.",
                contact("Kari", "", "kari@example.org"),
            ),
            ("Kari<kari@example.org>", contact("Kari", "", "kari@example.org")),
            ("Kari (kari@example.org)", contact("Kari", "", "kari@example.org")),
            (
                "91 23 45 67 / 22 33 44 55",
                contact("", "91 23 45 67 / 22 33 44 55", ""),
            ),
            ("91234567/22334455", contact("", "91234567 / 22334455", "")),
            (
                "91 23 45 67, 22 33 44 55",
                contact("", "91 23 45 67 / 22 33 44 55", ""),
            ),
            (
                "91 23 45 67 22 33 44 55",
                contact("", "91 23 45 67 / 22 33 44 55", ""),
            ),
            (
                "Kari 91234567 Ola 22334455",
                contact("Kari, Ola", "91234567 / 22334455", ""),
            ),
            ("kari@example.org.", contact("", "", "kari@example.org")),
            ("5. etg 91234567", contact("5. etg", "91234567", "")),
            ("Kari, 5. etg, 91234567", contact("Kari, 5. etg", "91234567", "")),
            ("klasse 3 91234567", contact("klasse 3", "91234567", "")),
            ("Kari, 3012 Drammen", contact("Kari, 3012 Drammen", "", "")),
            ("4H 912 34 567", contact("4H", "912 34 567", "")),
            (
                "Hansen, Kari 912 34 567",
                contact("Hansen, Kari", "912 34 567", ""),
            ),
            ("Kari, 123", contact("Kari", "123", "")),
            ("Kari ٩١٢٣٤٥٦٧", contact("Kari", "91234567", "")),
            ("+49 (0)176 1234567", contact("", "+49 (0)176 1234567", "")),
            ("m.berg@example.org", contact("", "", "m.berg@example.org")),
            ("Anne-Lise O'Hara", contact("Anne-Lise O'Hara", "", "")),
            ("Kari kari @ example.org", contact("Kari", "", "kari@example.org")),
            (
                "kari @ example.org, 912 34 567",
                contact("", "912 34 567", "kari@example.org"),
            ),
        ] {
            assert_eq!(Contact::of_line(line), expected, "{line}");
            assert_eq!(
                Contact::of_line(&expected.to_line()),
                expected,
                "{line}, written and read again"
            );
            if line != "Kari, 123" {
                assert_eq!(expected.clone().checked(), Ok(expected), "{line}, at the server");
            }
        }
    }

    /// Lines, and the person, the telephone and the address that each is read as.
    fn are_read(lines: &[(&str, &str, &str, &str)]) {
        for (line, person, phone, email) in lines {
            let expected = contact(person, phone, email);
            assert_eq!(Contact::of_line(line), expected, "{line}");
            let again = Contact::of_line(&expected.to_line());
            assert_eq!(again, expected, "{line}, written and read again");
            assert_eq!(expected.clone().checked(), Ok(expected), "{line}, at the server");
        }
    }

    #[test]
    fn a_label_is_no_person_however_it_is_put_together() {
        are_read(&[
            ("Mobilnr 912 34 567", "", "912 34 567", ""),
            ("Mobilnummer: 912 34 567", "", "912 34 567", ""),
            ("Tel.nr. 912 34 567", "", "912 34 567", ""),
            ("Tel.nr.:91234567", "", "91234567", ""),
            ("Telefonnr 912 34 567", "", "912 34 567", ""),
            ("Telefoonnummer 06 12345678", "", "06 12345678", ""),
            ("Handynummer 0176 1234567", "", "0176 1234567", ""),
            ("Kari tel nr 912 34 567", "Kari", "912 34 567", ""),
            ("Kari, tlf. nr.: 912 34 567", "Kari", "912 34 567", ""),
            ("Kari Mob.tlf 912 34 567", "Kari", "912 34 567", ""),
            ("Kari, GSM 0475 12 34 56", "Kari", "0475 12 34 56", ""),
            ("E-postadresse: kari@example.org", "", "", "kari@example.org"),
        ]);
    }

    #[test]
    fn a_number_is_found_among_signs() {
        are_read(&[
            ("Kari, tlf 91234567!", "Kari", "91234567", ""),
            ("Kari 912 34 567!", "Kari", "912 34 567", ""),
            ("tlf=91234567", "", "91234567", ""),
            ("Kari/91234567", "Kari", "91234567", ""),
            ("Kari-91234567", "Kari", "91234567", ""),
            ("Kari/912 34 567", "Kari", "912 34 567", ""),
            ("91234567/Kari", "Kari", "91234567", ""),
            ("Kari: \u{1F4F1}91234567", "Kari", "91234567", ""),
            ("\u{260E} 91234567", "", "91234567", ""),
            ("Kari (tlf 91234567)", "Kari", "91234567", ""),
            ("Kari (91234567)", "Kari", "91234567", ""),
            ("Kari (+47 912 34 567)", "Kari", "+47 912 34 567", ""),
            ("Kari (leder), 91234567", "Kari (leder)", "91234567", ""),
            ("Kari (jobb 91234567)", "Kari (jobb)", "91234567", ""),
            ("Kari 912 34 567 (mobil)", "Kari", "912 34 567", ""),
            ("Kari <kari@example.org>!", "Kari", "", "kari@example.org"),
            ("tel#91234567", "", "91234567", ""),
        ]);
    }

    #[test]
    fn what_joins_two_numbers_is_no_person() {
        are_read(&[
            (
                "Kari, 91 23 45 67 eller 22 33 44 55",
                "Kari",
                "91 23 45 67 / 22 33 44 55",
                "",
            ),
            ("91234567 og 22334455", "", "91234567 / 22334455", ""),
            ("0612345678 of 0201234567", "", "0612345678 / 0201234567", ""),
            ("91234567 oder mob 22334455", "", "91234567 / 22334455", ""),
            ("Kari og Ola, 91234567", "Kari og Ola", "91234567", ""),
            ("91234567 + 22334455", "", "91234567 / 22334455", ""),
            ("91234567 & 22334455", "", "91234567 / 22334455", ""),
            (
                "Kari, 91234567 eller e-post kari@example.org",
                "Kari",
                "91234567",
                "kari@example.org",
            ),
        ]);
    }

    #[test]
    fn days_years_houses_and_rooms_are_no_telephones() {
        are_read(&[
            ("Kari 24.12.1965, 91234567", "Kari 24.12.1965", "91234567", ""),
            ("24.12.1965/91234567", "24.12.1965", "91234567", ""),
            ("24.12.1965 / 91234567", "24.12.1965", "91234567", ""),
            ("91234567, f. 1965", "f. 1965", "91234567", ""),
            ("Kari 91234567 / 1965", "Kari, 1965", "91234567", ""),
            ("Kari (f. 1980), 91234567", "Kari (f. 1980)", "91234567", ""),
            ("Kari (f. 1980) / 91234567", "Kari (f. 1980)", "91234567", ""),
            ("Storgata 12 91234567", "Storgata 12", "91234567", ""),
            ("Storgata 112, 91234567", "Storgata 112", "91234567", ""),
            ("rom 204 912 34 567", "rom 204", "912 34 567", ""),
            ("rom 204 91 23 45 67", "rom 204", "91 23 45 67", ""),
            ("Zimmer 12 0176 1234567", "Zimmer 12", "0176 1234567", ""),
            ("kamer 204 +31 6 12345678", "kamer 204", "+31 6 12345678", ""),
            ("Kari 47 912 34 567", "Kari", "47 912 34 567", ""),
            (
                "Kari, Hauptstr. 5, 12345 Berlin, 0176 1234567",
                "Kari, Hauptstr. 5, 12345 Berlin",
                "0176 1234567",
                "",
            ),
            ("Kari 91234567 3012 Drammen", "Kari, 3012 Drammen", "91234567", ""),
            (
                "født 24. desember 1965, 91234567",
                "født 24. desember 1965",
                "91234567",
                "",
            ),
            ("Kari, 24 12 1965, 91234567", "Kari, 24 12 1965", "91234567", ""),
            (
                "Storgata 12 3012 Drammen 91234567",
                "Storgata 12 3012 Drammen",
                "91234567",
                "",
            ),
            ("47 91234567", "", "47 91234567", ""),
            ("Kari tlf 12345 Drammen", "Kari, Drammen", "12345", ""),
        ]);
    }

    #[test]
    fn a_second_address_stays_where_it_is_seen() {
        assert_eq!(
            Contact::of_line("Kari a@x.no b@x.no"),
            contact("Kari, b@x.no", "", "a@x.no")
        );
    }

    #[test]
    fn an_at_sign_that_stands_alone_is_of_an_address_and_of_no_name() {
        for line in ["bare tull @ 12", "Kari @", "@ 12", "Kari, @ kontoret"] {
            let read = Contact::of_line(line);
            assert!(
                !read.person.as_deref().unwrap_or_default().contains('@'),
                "{line}"
            );
            assert_eq!(read.checked(), Err(ContactFault::Email), "{line}");
        }
    }

    #[test]
    fn a_slip_of_the_hand_is_told() {
        for (email, fault) in [
            ("kari", true),
            ("kari@example", true),
            ("kari@example..org", true),
            ("kari@ola@example.org", true),
            ("Kari <kari@example.org>", true),
            (".kari@example.org", true),
            ("kari.@example.org", true),
            ("kari@[127.0.0.1]", true),
            ("kari@(example.org)", true),
            ("mailto:kari", true),
            ("kari@example.org.", false),
            ("<kari@example.org>", false),
            ("kari.nordmann@example.org", false),
        ] {
            let found = contact("", "", email).checked().err();
            assert_eq!(found, fault.then_some(ContactFault::Email), "{email}");
        }
        for (phone, fault) in [
            ("1234", true),
            ("1234567890123456", true),
            ("ring Kari 12345", false),
            ("ring Kari 1234", true),
            ("Kari 1234567890123456", true),
            ("Kari 91 23 45 67 / 22", true),
            ("+47 (0)2233445547 / (0)223344557 (0)22334455 (0)22334455", true),
            ("Kari", true),
            ("91234567 kari@example.org", true),
            ("Hauptstr. 5, 12345 Berlin", true),
            ("tlf.", true),
            ("tlf. 1234", true),
            ("tlf. (+47) 912–34–567", false),
            ("912 34 567 (mobil)", false),
            ("tlf. 91 23 45 67 / mob. 22 33 44 55", false),
            ("47+12345", true),
            ("12345", false),
            ("(+47) 912 34 567", false),
            ("0176/1234567", false),
            ("912\u{A0}34–567", false),
            ("91 23 45 67 / 22 33 44 55", false),
            ("91 23 45 67 / 22", true),
        ] {
            let found = contact("", phone, "").checked().err();
            assert_eq!(found, fault.then_some(ContactFault::Phone), "{phone}");
        }
        let long = contact(&"a".repeat(NAME_CHARS_MAX + 1), "", "").checked();
        assert!(matches!(
            long,
            Err(ContactFault::Text(Refusal::TextTooLong { .. }))
        ));
        assert_eq!(contact(" ", "\u{200B}", " ").checked(), Ok(Contact::default()));
    }

    #[test]
    fn a_field_for_numbers_is_read_as_a_line_is() {
        for (typed, kept) in [
            ("tlf. (+47) 912–34–567", "(+47) 912-34-567"),
            ("Mob: 912\u{2011}34\u{2011}567", "912-34-567"),
            ("（+47）912\u{FE63}34\u{FF0D}567", "(+47)912-34-567"),
            ("[+47] 912 34 567", "+47 912 34 567"),
            ("(tlf. 912 34 567)", "912 34 567"),
            ("\u{260E} 91234567", "91234567"),
            ("91234567 eller mob. 22334455", "91234567 / 22334455"),
            ("912 34 567", "912 34 567"),
            ("0176/1234567", "0176/1234567"),
        ] {
            let checked = contact("", typed, "").checked();
            assert_eq!(checked, Ok(contact("", kept, "")), "{typed}");
            assert_eq!(Contact::of_line(typed), contact("", kept, ""), "{typed}");
        }
        // However much somebody pastes into it, it is not looked at for long.
        let pasted = "0 ".repeat(100_000);
        assert!(contact("", &pasted, "").checked().is_err());
    }

    #[test]
    fn numbers_among_words_stand_as_they_were_written_and_are_read() {
        for (typed, numbers) in [
            ("tlf. 912 34 567 (Kari)", vec!["912 34 567"]),
            ("Kari, tlf. 22 33 44 55", vec!["22 33 44 55"]),
            ("+1 (555) 123-4567 ext. 12", vec!["+1 (555) 123-4567"]),
            (
                "Mob: 91 23 45 67, priv: 22 33 44 55",
                vec!["91 23 45 67", "22 33 44 55"],
            ),
            ("91234567 / 22334455 (jobb)", vec!["91234567", "22334455"]),
            ("912 34 567", vec!["912 34 567"]),
            ("91 23 45 67 / 22 33 44 55", vec!["91 23 45 67", "22 33 44 55"]),
        ] {
            let kept = contact("", typed, "");
            assert_eq!(kept.clone().checked(), Ok(kept.clone()), "{typed}");
            assert_eq!(kept.numbers().collect::<Vec<_>>(), numbers, "{typed}");
            let dialled = format!("tel:{}", numbers[0].replace(' ', ""));
            assert_eq!(dialling(typed), dialled, "{typed}");
        }
    }

    #[test]
    fn an_address_stands_without_the_labels_before_it() {
        for typed in [
            "mailto:kari@example.org",
            "MAILTO:kari@example.org",
            "<mailto:kari@example.org>",
            "E-post: kari@example.org",
            "mailto:mailto:kari@example.org",
        ] {
            let checked = contact("", "", typed).checked();
            assert_eq!(checked, Ok(contact("", "", "kari@example.org")), "{typed}");
        }
    }

    proptest! {
        /// Whatever is typed stands in a field, but for labels, and reading it again changes nothing.
        #[test]
        fn nothing_that_is_typed_is_lost(line in "([A-ZÆØÅ][a-zæøå]{0,6}|[0-9]{1,9}|[a-z]{1,3}@[a-z]{1,3}\\.no|[,;/–+()-]| ){0,12}") {
            let typed = |text: &str| {
                let mut typed: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
                typed.sort_unstable();
                typed
            };
            let mut words = line.split(|c: char| !c.is_alphabetic());
            let labels = words.any(|word| is_label(word) || is_number_word(word));
            prop_assume!(!labels);
            let contact = Contact::of_line(&line);
            prop_assert_eq!(typed(&contact.to_line()), typed(&line));
        }
    }
}
