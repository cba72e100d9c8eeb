//! What somebody typed into the form: kept as it was typed, so that it is shown again, and judged as a whole, so that everything that is
//! to be mended is said at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ListingId;
use borsklokka_shared::limits::{
    EMAIL_CHARS_MAX, LISTING_CHARS_MAX, NAME_CHARS_MAX, PARTICIPANT_NAME_CHARS_MAX, PEOPLE_MAX,
    PHONE_CHARS_MAX, REGISTERED_LISTINGS_MAX,
};
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::participant::{NameShown, Sector};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::registration::{Entry, EntryListing};
use borsklokka_shared::text::{readable, tidy};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A field that nobody sees, and only programs fill in.
pub(super) const TRAP: &str = "website";
/// When the form was shown, in milliseconds since 1970.
pub(super) const SHOWN_AT: &str = "shown";
/// What makes one showing of the form its own, and opens what is sent of it: whoever sends it twice has one entry.
pub(super) const TOKEN: &str = "form";
/// The proof of work that a form in a rush is sent with, as ALTCHA calls its field.
pub(super) const PROOF: &str = "altcha";
/// What the entry said that a form was filled in with: a mark of each of its parts. What has another mark when it is sent was changed by
/// whoever sent it.
pub(super) const BASE: &str = "base";
/// What a button does.
pub(super) const DEED: &str = "do";
pub(super) const WITHDRAW: &str = "withdraw";
pub(super) const NAME: &str = "name";
pub(super) const SECTOR: &str = "sector";
pub(super) const IN_FULL: &str = "in_full";
pub(super) const PERSON: &str = "person";
pub(super) const EMAIL: &str = "email";
pub(super) const PHONE: &str = "phone";
pub(super) const PEOPLE: &str = "people";
pub(super) const CONSENT: &str = "consent";
/// Characters of a form's token.
const TOKEN_CHARS: usize = 64;
/// Characters of the mark of a part.
const MARK_CHARS: usize = 8;
/// Most bytes of a proof of work: twice what one has.
const PROOF_BYTES_MAX: usize = 1_024;
/// Most digits that anybody writes for a number of people.
const PEOPLE_CHARS_MAX: usize = 8;
/// How much of a text that is too long is shown again, so that it can be shortened: so many times as much as it may have.
const SHOWN_TIMES: usize = 2;
/// What a box says that is ticked.
pub(super) const TICKED: &str = "yes";

/// The lines for offers and wishes, with which of its kind each is.
pub(super) fn lines() -> impl Iterator<Item = (ListingKind, usize)> {
    let kinds = [ListingKind::Offer, ListingKind::Wish];
    kinds
        .into_iter()
        .flat_map(|kind| (1..=REGISTERED_LISTINGS_MAX).map(move |nth| (kind, nth)))
}

/// The fields of a line: what, and in which category.
pub(super) fn fields_of(kind: ListingKind, nth: usize) -> (String, String) {
    let kind = match kind {
        ListingKind::Offer => "offer",
        ListingKind::Wish => "wish",
    };
    (format!("{kind}_{nth}"), format!("{kind}_{nth}_category"))
}

/// A part of an entry: its field; of an offer or a wish with the one of its category, which means nothing without it.
type Part = (String, Option<String>);

/// The parts of an entry, of which each is changed by itself, whoever changes the others.
fn parts() -> impl Iterator<Item = Part> {
    let alone = [NAME, SECTOR, IN_FULL, PERSON, EMAIL, PHONE, PEOPLE];
    let of_lines = lines().map(|(kind, nth)| fields_of(kind, nth));
    let alone = alone.into_iter().map(|field| (field.to_owned(), None));
    alone.chain(of_lines.map(|(text, category)| (text, Some(category))))
}

/// By what it is told whether a part says something else.
fn mark(said: &str) -> String {
    let mut mark = hex::encode(Sha256::digest(said.as_bytes()));
    mark.truncate(MARK_CHARS);
    mark
}

/// How many characters a field may have that is shown again as it was typed; none of a choice, which is shown as one.
fn chars_max(field: &str) -> Option<usize> {
    match field {
        NAME => Some(PARTICIPANT_NAME_CHARS_MAX),
        PERSON => Some(NAME_CHARS_MAX),
        EMAIL => Some(EMAIL_CHARS_MAX),
        PHONE => Some(PHONE_CHARS_MAX),
        PEOPLE => Some(PEOPLE_CHARS_MAX),
        line => {
            let is_it = |(kind, nth)| fields_of(kind, nth).0 == line;
            lines().any(is_it).then_some(LISTING_CHARS_MAX)
        }
    }
}

/// A form as it was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    fields: BTreeMap<String, String>,
}

/// Something that is to be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slip {
    /// The field; empty for the form as a whole.
    pub(super) field: String,
    pub(super) fault: Fault,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Missing,
    TooLong {
        /// By how many characters.
        over: usize,
    },
    Unprintable,
    NotAnEmail,
    NotAPhone,
    /// Neither mail nor telephone.
    NoWayToReach,
    NotANumber,
    NoCategory,
    /// Nobody is so quick.
    Haste,
    /// Too many from one address.
    TooMany,
    /// Registrations come in a rush, and no proof of work was sent that holds.
    NoProof,
    /// Nothing can be kept just now.
    Unavailable,
    /// Somebody else changed the same since the page was loaded.
    ChangedMeanwhile,
}

impl Slip {
    fn at(field: &str, fault: Fault) -> Self {
        Self {
            field: field.to_owned(),
            fault,
        }
    }

    /// Something about the form as a whole.
    pub(super) fn of_form(fault: Fault) -> Self {
        Self::at("", fault)
    }
}

impl Written {
    pub(super) fn of(fields: BTreeMap<String, String>) -> Self {
        Self { fields }
    }

    /// Whether it is sent by the button that withdraws.
    pub(super) fn withdraws(&self) -> bool {
        self.get(DEED) == Some(WITHDRAW)
    }

    /// The marks of what an entry says, for the form that it is changed with.
    pub(super) fn base_of(entry: &Entry) -> String {
        let stands = Self::again(entry);
        parts().map(|part| mark(&stands.said(&part))).collect()
    }

    /// The same on top of what stands now: what whoever sent it did not change is as it stands, though their page was loaded before that.
    /// Gives also what somebody else has changed meanwhile that they changed otherwise; there it says what they typed. Of a form that does
    /// not say what it was filled in with, everything is what they want.
    pub(super) fn on_top_of(mut self, entry: &Entry) -> (Self, Vec<Slip>) {
        let stands = Self::again(entry);
        let base = self.text(BASE).as_bytes().to_vec();
        let mut slips = Vec::new();
        if base.len() != parts().count() * MARK_CHARS {
            return (self, slips);
        }
        for (part, was) in parts().zip(base.chunks(MARK_CHARS)) {
            let (typed, stands_now) = (self.said(&part), stands.said(&part));
            if mark(&typed).as_bytes() == was {
                let (field, category) = part;
                self.take_over(field, &stands);
                if let Some(category) = category {
                    self.take_over(category, &stands);
                }
            } else if typed != stands_now && mark(&stands_now).as_bytes() != was {
                slips.push(Slip::at(&part.0, Fault::ChangedMeanwhile));
            }
        }
        (self, slips)
    }

    /// What a part says; nothing if its text is empty, whatever category is chosen.
    fn said(&self, (field, category): &Part) -> String {
        let text = tidy(self.text(field));
        match category {
            Some(category) if !text.is_empty() => format!("{text}\n{}", self.text(category)),
            _ => text,
        }
    }

    fn take_over(&mut self, field: String, other: &Self) {
        match other.get(&field) {
            Some(text) => self.fields.insert(field, text.to_owned()),
            None => self.fields.remove(&field),
        };
    }

    /// What was written before, to be changed.
    pub(super) fn again(entry: &Entry) -> Self {
        let mut fields = BTreeMap::new();
        let mut put = |field: &str, text: &str| fields.insert(field.to_owned(), text.to_owned());
        put(NAME, &entry.name);
        put(SECTOR, entry.sector.as_str());
        if entry.name_shown == NameShown::Full {
            put(IN_FULL, TICKED);
        }
        let Contact { person, email, phone } = &entry.contact;
        for (field, text) in [(PERSON, person), (EMAIL, email), (PHONE, phone)] {
            put(field, text.as_deref().unwrap_or_default());
        }
        put(PEOPLE, &entry.people.to_string());
        put(CONSENT, TICKED);
        for (kind, nth, listing) in numbered(&entry.listings) {
            let (text, category) = fields_of(kind, nth);
            put(&text, &listing.text);
            put(&category, &listing.category.0);
        }
        Self { fields }
    }

    /// An empty form, which is about to be shown.
    pub(super) fn blank(token: String) -> Self {
        Self {
            fields: BTreeMap::from([(TOKEN.to_owned(), token)]),
        }
    }

    /// The token of the form that was sent, if it is one that this server may have made.
    pub(super) fn token(&self) -> Option<&str> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        self.get(TOKEN)
            .filter(|token| token.len() == TOKEN_CHARS && token.bytes().all(is_hex))
    }

    /// The same on a form that was never shown: what was done for the one before tells nothing of it.
    pub(super) fn on_form(mut self, token: String) -> Self {
        self.fields.insert(TOKEN.to_owned(), token);
        self.fields.remove(PROOF);
        self
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(|(field, text)| (field.as_str(), text.as_str()))
    }

    pub(super) fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    fn text(&self, field: &str) -> &str {
        self.get(field).unwrap_or_default()
    }

    /// The proof of work that it was sent with, if it may be one.
    pub(super) fn proof(&self) -> Option<&str> {
        self.get(PROOF).filter(|proof| proof.len() <= PROOF_BYTES_MAX)
    }

    /// What is shown again of a field: all that was typed, and of what is much too long its beginning, so that the page is never large.
    pub(super) fn shown(&self, field: &str) -> Cow<'_, str> {
        let text = self.text(field);
        let chars_max = SHOWN_TIMES * chars_max(field).unwrap_or_default();
        if text.chars().nth(chars_max).is_none() {
            return Cow::Borrowed(text);
        }
        // As it would be kept: what fits then is whole, however its letters came.
        let mut tidied = tidy(text);
        let end = tidied.char_indices().nth(chars_max).map(|(end, _)| end);
        if let Some(end) = end {
            tidied.truncate(end);
        }
        Cow::Owned(tidied)
    }

    /// Whether there was more of a field than is shown again.
    pub(super) fn is_cut(&self, field: &str) -> bool {
        let chars_max = chars_max(field).map(|chars_max| SHOWN_TIMES * chars_max);
        let text = self.text(field);
        chars_max.is_some_and(|chars_max| {
            text.chars().nth(chars_max).is_some() && tidy(text).chars().nth(chars_max).is_some()
        })
    }

    pub(super) fn is_ticked(&self, field: &str) -> bool {
        self.get(field) == Some(TICKED)
    }

    /// A new entry.
    ///
    /// # Errors
    /// With everything that is to be mended.
    pub(super) fn entry(&self, settings: &Settings) -> Result<Entry, Vec<Slip>> {
        self.judged(settings, &[])
    }

    /// The entry that replaces another: an offer or wish of a line that had one before is that one.
    ///
    /// # Errors
    /// With everything that is to be mended.
    pub(super) fn entry_as(&self, settings: &Settings, before: &Entry) -> Result<Entry, Vec<Slip>> {
        self.judged(settings, &before.listings)
    }

    fn judged(&self, settings: &Settings, before: &[EntryListing]) -> Result<Entry, Vec<Slip>> {
        let mut slips = Vec::new();
        let name = self.read(NAME, PARTICIPANT_NAME_CHARS_MAX, &mut slips);
        let sector = Sector::named(self.text(SECTOR));
        if sector.is_none() {
            slips.push(Slip::at(SECTOR, Fault::Missing));
        }
        let contact = self.contact(&mut slips);
        let people = self.people();
        if people.is_none() {
            slips.push(Slip::at(PEOPLE, Fault::NotANumber));
        }
        let listings = self.listings(settings, before, &mut slips);
        if !self.is_ticked(CONSENT) {
            slips.push(Slip::at(CONSENT, Fault::Missing));
        }
        match (name, sector, people) {
            (Some(name), Some(sector), Some(people)) if slips.is_empty() => Ok(Entry {
                name,
                sector,
                name_shown: if self.is_ticked(IN_FULL) {
                    NameShown::Full
                } else {
                    NameShown::First
                },
                contact,
                people,
                listings,
            }),
            _ => Err(slips),
        }
    }

    /// A text that must be there.
    fn read(&self, field: &str, chars_max: usize, slips: &mut Vec<Slip>) -> Option<String> {
        match readable(field, self.text(field), chars_max) {
            Ok(text) => Some(text),
            Err(refusal) => {
                slips.push(Slip::at(field, self.fault(field, &refusal)));
                None
            }
        }
    }

    fn fault(&self, field: &str, refusal: &Refusal) -> Fault {
        match refusal {
            Refusal::TextTooLong { max, .. } => Fault::TooLong {
                over: tidy(self.text(field)).chars().count().saturating_sub(*max),
            },
            Refusal::TextMissing { .. } => Fault::Missing,
            _ => Fault::Unprintable,
        }
    }

    fn contact(&self, slips: &mut Vec<Slip>) -> Contact {
        let faults = slips.len();
        let mut contact = Contact::default();
        // One at a time, so that each says its own.
        for field in [PERSON, EMAIL, PHONE] {
            let text = Some(self.text(field).to_owned()).filter(|text| !text.trim().is_empty());
            let alone = match field {
                PERSON => Contact {
                    person: text,
                    ..Contact::default()
                },
                EMAIL => Contact {
                    email: text,
                    ..Contact::default()
                },
                _ => Contact {
                    phone: text,
                    ..Contact::default()
                },
            };
            match alone.checked() {
                Ok(alone) => {
                    contact.person = contact.person.or(alone.person);
                    contact.email = contact.email.or(alone.email);
                    contact.phone = contact.phone.or(alone.phone);
                }
                Err(fault) => slips.push(Slip::at(
                    field,
                    match fault {
                        ContactFault::Text(refusal) => self.fault(field, &refusal),
                        ContactFault::Email => Fault::NotAnEmail,
                        ContactFault::Phone => Fault::NotAPhone,
                    },
                )),
            }
        }
        if slips.len() == faults {
            if contact.person.is_none() {
                slips.push(Slip::at(PERSON, Fault::Missing));
            }
            if contact.email.is_none() && contact.phone.is_none() {
                slips.push(Slip::at(EMAIL, Fault::NoWayToReach));
            }
        }
        contact
    }

    fn people(&self) -> Option<u32> {
        let people = self.text(PEOPLE).trim();
        let people: u32 = people.parse().ok()?;
        (1..=PEOPLE_MAX).contains(&people).then_some(people)
    }

    fn listings(
        &self,
        settings: &Settings,
        before: &[EntryListing],
        slips: &mut Vec<Slip>,
    ) -> Vec<EntryListing> {
        let mut listings = Vec::new();
        for (kind, nth) in lines() {
            let (text_field, category_field) = fields_of(kind, nth);
            if tidy(self.text(&text_field)).is_empty() {
                continue;
            }
            let text = self.read(&text_field, LISTING_CHARS_MAX, slips);
            let chosen = self.text(&category_field);
            let category = settings.categories.iter().find(|one| one.id.0 == chosen);
            if category.is_none() {
                slips.push(Slip::at(&category_field, Fault::NoCategory));
            }
            let (Some(text), Some(category)) = (text, category) else {
                continue;
            };
            let same_line = numbered(before).find(|(its, at, _)| (*its, *at) == (kind, nth));
            listings.push(EntryListing {
                id: same_line.map_or_else(|| ListingId(Uuid::now_v7()), |(_, _, was)| was.id),
                kind,
                category: category.id.clone(),
                text,
            });
        }
        listings
    }
}

/// Offers and wishes with the lines that they stand on: those of a kind one after the other.
fn numbered(listings: &[EntryListing]) -> impl Iterator<Item = (ListingKind, usize, &EntryListing)> {
    let of = |kind| listings.iter().filter(move |one| one.kind == kind);
    let lines = |kind| (1..).zip(of(kind)).map(move |(nth, one)| (kind, nth, one));
    lines(ListingKind::Offer).chain(lines(ListingKind::Wish))
}
