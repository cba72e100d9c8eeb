//! How to reach somebody: read from the one line that a broker types, or from a field for each, and judged by the same rules on the
//! tablet, before the guest has gone, and at the server. Contacts are never in the log and never on a socket.

mod address;
mod figures;
mod label;
mod line;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::address::is_email;
use self::address::lone_address;
use self::figures::{is_phone, plain_figures};
use self::line::{Line, read};
use crate::limits::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PHONE_CHARS_MAX};
use crate::rebase::Rebase;
use crate::refusal::Refusal;
use crate::text::{readable, tidy};

/// Between two telephone numbers of one contact.
const BETWEEN_NUMBERS: &str = " / ";
/// Largest telephone field that is read as a line is, in bytes: several times what may be kept. What is longer is too long however it is read.
const PHONE_LINE_BYTES_MAX: usize = 512;

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
        let Line {
            name,
            address,
            numbers,
        } = read(line);
        let known = |text: String| (!text.is_empty()).then_some(text);
        Self {
            person: known(name),
            email: address,
            phone: known(numbers.join(BETWEEN_NUMBERS)),
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
