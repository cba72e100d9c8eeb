//! How to reach somebody: read from the one line that a broker types, and judged by the same rules on the tablet, before the
//! guest has gone, and at the server. Contacts are never in the log and never on a socket.

use serde::{Deserialize, Serialize};

use crate::limits::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PHONE_CHARS_MAX, PHONE_DIGITS_MAX, PHONE_DIGITS_MIN};
use crate::refusal::Refusal;
use crate::text::{readable, tidy};

/// Between two telephone numbers of one contact.
const BETWEEN_NUMBERS: &str = " / ";
/// Fewest digits of a row of figures that is meant as a telephone number, though it is too short for one. Fewer are a floor, a
/// team or a table.
const MEANT_DIGITS_MIN: usize = 3;
/// Digits that are a whole number: what stands alone before them, such as the `3` of `klasse 3 91234567`, is none of it.
const WHOLE_DIGITS_MIN: usize = 7;
/// What people write before a number or an address. Those of one letter only with a sign after them.
const LABELS: [&str; 22] = [
    "telefonnummer",
    "telefoon",
    "telefon",
    "telephone",
    "telefax",
    "mobiltlf",
    "mobiel",
    "mobile",
    "mobil",
    "phone",
    "handy",
    "tlf",
    "tel",
    "tfn",
    "mob",
    "fon",
    "mailto",
    "epost",
    "e-post",
    "e-mail",
    "email",
    "mail",
];
const SHORT_LABELS: [&str; 4] = ["t", "m", "e", "p"];

/// Whom to reach, and how. What is absent or empty is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// The contact person.
    pub person: Option<String>,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// Where a call does: a number, or several with ` / ` between.
    pub phone: Option<String>,
}

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
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.phone.iter().flat_map(|phone| phone.split(BETWEEN_NUMBERS))
    }

    /// What is known of somebody of whom two contacts are one: the first, with what it lacks if the two speak of the same person;
    /// and what the other says beside that, if it says anything. Nothing is lost.
    pub fn joined(self, other: Self) -> (Self, Option<Self>) {
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
        let unsaid =
            |text: Option<String>, said: &Option<String>| text.filter(|text| Some(text) != said.as_ref());
        let email = unsaid(other.email, &joined.email);
        let phone = unsaid(other.phone, &joined.phone);
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
            email: known("email", self.email, EMAIL_CHARS_MAX)?.map(|email| bare_address(&email).to_owned()),
            phone: known(
                "phone",
                self.phone.map(|phone| plain_figures(&phone)),
                PHONE_CHARS_MAX,
            )?,
        };
        if contact.email.as_deref().is_some_and(|email| !is_email(email)) {
            return Err(ContactFault::Email);
        }
        if !contact.numbers().all(is_phone) {
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
        for part in with_lone_signs(parts(&plain_figures(&tidy(line)))) {
            match part {
                Typed::Between => pieces.push(Piece::Between),
                Typed::Word(word) if word.contains('@') => {
                    let (label, address) = labelled(&word, &[':']);
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
                Typed::Word(word) => {
                    let (label, figures) = labelled(&word, &[':', '.']);
                    if is_figures(figures) {
                        if !label.is_empty() {
                            pieces.push(Piece::Word(label.to_owned()));
                        }
                        pieces.push(Piece::Figures(figures.to_owned()));
                    } else {
                        pieces.push(Piece::Word(word));
                    }
                }
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

/// A label and what follows it in the same word, as in `tlf:912` and `tlf.912`; an empty label if there is none.
fn labelled<'a>(word: &'a str, signs: &[char]) -> (&'a str, &'a str) {
    let Some(at) = word.find(signs) else {
        return ("", word);
    };
    let (label, rest) = (&word[..=at], word[at + 1..].trim_start_matches([':', '.']));
    if is_label(label) && !rest.is_empty() {
        (label, rest)
    } else {
        ("", word)
    }
}

fn is_label(word: &str) -> bool {
    let small = word.to_lowercase();
    let bare = small.trim_end_matches(['.', ':']);
    LABELS.contains(&bare) || (bare.len() < small.len() && SHORT_LABELS.contains(&bare))
}

fn drop_label(pieces: &mut Vec<Piece>) {
    if matches!(pieces.last(), Some(Piece::Word(word)) if is_label(word)) {
        pieces.pop();
    }
}

/// Dashes of every kind as hyphens, and the digits of other scripts as those that a telephone has.
fn plain_figures(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' => '-',
        '\u{FF0B}' => '+',
        '\u{FF20}' => '@',
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' | '\u{FF10}'..='\u{FF19}' => {
            char::from(b'0' + (u32::from(c) & 0xF) as u8)
        }
        c => c,
    });
    plain.collect()
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
        let names_on = matches!(pieces.peek(), Some(Piece::Word(_)));
        let mut alone = Vec::new();
        while run.len() > 1 && stands_alone(&run[0], &run[1]) {
            alone.push(run.remove(0));
        }
        rest.extend(alone.into_iter().map(Piece::Word));
        let least = if names_on {
            PHONE_DIGITS_MIN
        } else {
            MEANT_DIGITS_MIN
        };
        if digits(&run.concat()) < least {
            rest.extend(run.into_iter().map(Piece::Word));
            continue;
        }
        drop_label(&mut rest);
        phones.extend(numbers(&run));
        rest.push(Piece::Between);
    }
    (name(rest), phones)
}

/// Whether the first of two rows of figures is none of the number that the second is.
fn stands_alone(first: &str, second: &str) -> bool {
    let begins_number = first.starts_with(['+', '(', '0']);
    !begins_number && digits(first) < 2 && digits(second) >= WHOLE_DIGITS_MIN
}

/// The numbers of a row of figures: one, or as many as a slash or their length tells apart.
fn numbers(run: &[String]) -> Vec<String> {
    let mut groups: Vec<Vec<&str>> = vec![Vec::new()];
    for word in run {
        let halves: Vec<&str> = word.split('/').collect();
        let is_two = halves.len() == 2 && (halves.iter().all(|half| digits(half) >= WHOLE_DIGITS_MIN));
        if is_two {
            groups.last_mut().expect("there is one").push(halves[0]);
            groups.push(vec![halves[1]]);
        } else if word.trim_matches(['/', '-', '.']).is_empty() {
            groups.push(Vec::new());
        } else {
            let begins = word.starts_with('/');
            let ends = word.ends_with('/');
            if begins {
                groups.push(Vec::new());
            }
            groups
                .last_mut()
                .expect("there is one")
                .push(word.trim_matches('/'));
            if ends {
                groups.push(Vec::new());
            }
        }
    }
    // `0176 / 1234567` is one number, and `91 23 45 67 / 22 33 44 55` are two.
    let mut numbers: Vec<Vec<&str>> = Vec::new();
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
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
        .map(|number| number.trim_end_matches(['.', '-', ' ']).to_owned())
        .collect()
}

/// What is left of a line, as a name.
fn name(rest: Vec<Piece>) -> String {
    let mut parts: Vec<String> = vec![String::new()];
    for piece in rest {
        match piece {
            Piece::Between => parts.push(String::new()),
            // A full stop that stood after an address.
            Piece::Word(word) | Piece::Figures(word) if word.chars().all(|c| c == '.') => {}
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
        .map(|part| part.trim_matches([' ', ':', '-', '/', '(', ')', '"']))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// An address without what stands around it in a line.
fn bare_address(text: &str) -> &str {
    let text = text.trim_matches(['<', '>', '(', ')', '[', ']', '"', '\'', ' ', ',', ';', ':']);
    text.trim_end_matches('.')
}

/// Whether a text can be an e-mail address. Only the slips of a hurried hand are caught; whether mail arrives, mail shows.
pub fn is_email(text: &str) -> bool {
    let Some((mailbox, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !mailbox.is_empty()
        && !text
            .chars()
            .any(|c| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '"'))
        && !mailbox.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
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
            ("kari@example.org.", false),
            ("<kari@example.org>", false),
        ] {
            let found = contact("", "", email).checked().err();
            assert_eq!(found, fault.then_some(ContactFault::Email), "{email}");
        }
        for (phone, fault) in [
            ("1234", true),
            ("1234567890123456", true),
            ("ring Kari 12345", true),
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

    proptest! {
        /// Whatever is typed stands in a field, but for labels, and reading it again changes nothing.
        #[test]
        fn nothing_that_is_typed_is_lost(line in "([A-ZÆØÅ][a-zæøå]{0,6}|[0-9]{1,9}|[a-z]{1,3}@[a-z]{1,3}\\.no|[,;/–+()-]| ){0,12}") {
            let typed = |text: &str| {
                let mut typed: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
                typed.sort_unstable();
                typed
            };
            let labels = line.split(|c: char| !c.is_alphabetic()).any(is_label);
            prop_assume!(!labels);
            let contact = Contact::of_line(&line);
            prop_assert_eq!(typed(&contact.to_line()), typed(&line));
        }
    }
}
