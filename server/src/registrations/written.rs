//! What somebody typed into the form: kept as it was typed, so that it is shown again, and judged as a whole, so that everything that is
//! to be mended is said at once.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ListingId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::{
    EMAIL_CHARS_MAX, LISTING_CHARS_MAX, NAME_CHARS_MAX, PARTICIPANT_NAME_CHARS_MAX, PEOPLE_MAX,
    PHONE_CHARS_MAX, PHONE_DIGITS_MIN, REGISTERED_LISTINGS_MAX,
};
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::participant::{NameShown, Sector};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::registration::{Entry, EntryListing};
use borsklokka_shared::text::{readable, tidy};
use uuid::Uuid;

use crate::phones;
use crate::strangers::{self, DEED, MARK_CHARS, mark};

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
/// What the button does that withdraws.
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
/// Most bytes of a proof of work: twice what one has.
const PROOF_BYTES_MAX: usize = 1_024;
/// Most digits that anybody writes for a number of people.
const PEOPLE_CHARS_MAX: usize = 8;
/// How many characters of a text are shown again, so that it can be shortened, and how many of all texts together: a page has at most some
/// 128 KiB then.
pub(super) const SHOWN_CHARS_MAX: usize = 4_000;
const SHOWN_ALL_CHARS_MAX: usize = 12_000;
/// How much of each is shown however long the others are: so many times as much as it may have.
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

/// The fields that are shown again as they were typed, in the order of the form, with how many characters each may have when it is kept.
fn texts() -> impl Iterator<Item = (String, usize)> {
    let alone = [
        (NAME, PARTICIPANT_NAME_CHARS_MAX),
        (PERSON, NAME_CHARS_MAX),
        (EMAIL, EMAIL_CHARS_MAX),
        (PHONE, PHONE_CHARS_MAX),
        (PEOPLE, PEOPLE_CHARS_MAX),
    ];
    let of_lines = lines().map(|(kind, nth)| (fields_of(kind, nth).0, LISTING_CHARS_MAX));
    let alone = alone
        .into_iter()
        .map(|(field, chars_max)| (field.to_owned(), chars_max));
    alone.chain(of_lines)
}

/// Cuts a text after so many characters, and gives whether there were more. It is counted as it would be kept: what fits then is whole,
/// however its letters came.
fn cut(text: &mut String, chars_max: usize) -> bool {
    if text.chars().nth(chars_max).is_none() {
        return false;
    }
    let mut tidied = tidy(text);
    let end = tidied.char_indices().nth(chars_max).map(|(end, _)| end);
    if let Some(end) = end {
        tidied.truncate(end);
    }
    *text = tidied;
    end.is_some()
}

/// Characters of the marks of all parts.
fn base_chars() -> usize {
    parts().count() * MARK_CHARS
}

/// A form as it was sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    fields: BTreeMap<String, String>,
    /// The fields of which only the beginning is left.
    cut: BTreeSet<String>,
}

/// What somebody wrote, on top of what stands now.
pub(super) struct OnTop {
    pub(super) written: Written,
    /// What somebody else has changed meanwhile that they changed otherwise.
    pub(super) slips: Vec<Slip>,
    /// Whether it has something that somebody else has changed meanwhile.
    pub(super) is_joined: bool,
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
    /// Too few digits for a telephone number.
    NotAPhone,
    /// Digits enough for a telephone number, and something that is none.
    NotOnlyPhones,
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
        Self {
            fields,
            ..Self::default()
        }
    }

    /// Whether it is sent by the button that withdraws.
    pub(super) fn withdraws(&self) -> bool {
        self.get(DEED) == Some(WITHDRAW)
    }

    /// Whether it is sent only to be shown in another language.
    pub(super) fn translates(&self) -> bool {
        strangers::translates(&self.fields)
    }

    /// Since when it lies open, if it is shown again now: whoever mends it, or takes another language, has had it all the time.
    pub(super) fn open_since(&self, now: Instant) -> Instant {
        let shown_at = self.get(SHOWN_AT).and_then(|ms| ms.parse().ok());
        let since = shown_at.map(Instant::from_unix_ms);
        since.filter(|since| *since <= now).unwrap_or(now)
    }

    /// The marks of what an entry says, for the form that it is changed with.
    pub(super) fn base_of(entry: &Entry) -> String {
        let stands = Self::again(entry);
        parts().map(|part| mark(&stands.said(&part))).collect()
    }

    /// The marks that the form of an entry is shown again with: whoever only takes another language has seen nothing of what stands now.
    pub(super) fn next_base(&self, entry: &Entry) -> String {
        let sent = self.base().filter(|_| self.translates());
        sent.map_or_else(|| Self::base_of(entry), str::to_owned)
    }

    /// Marks that nothing has: of a form of which nobody knows what it was filled in with.
    pub(super) fn unknown_base() -> String {
        "-".repeat(base_chars())
    }

    /// The same as sent by a form that was filled in with this.
    pub(super) fn on_base(mut self, base: String) -> Self {
        self.fields.insert(BASE.to_owned(), base);
        self
    }

    /// What its form was filled in with, if it says so.
    fn base(&self) -> Option<&str> {
        self.get(BASE).filter(|base| base.len() == base_chars())
    }

    /// The same on top of what stands now: what whoever sent it did not change is as it stands, though their page was loaded before that.
    /// Where somebody else has changed meanwhile what they changed otherwise, it says what they typed; so it does of a number that both
    /// wrote, each in their own way. Of a form that does not say what it was filled in with, everything is what they want.
    pub(super) fn on_top_of(mut self, entry: &Entry, settings: &Settings) -> OnTop {
        let stands = Self::again(entry);
        let is_same_number = self.has_the_number_of(entry, settings);
        let base = self.base().unwrap_or_default().as_bytes().to_vec();
        let (mut slips, mut is_joined) = (Vec::new(), false);
        for (part, was) in parts().zip(base.chunks(MARK_CHARS)) {
            let (typed, stands_now) = (self.said(&part), stands.said(&part));
            if mark(&typed).as_bytes() == was {
                is_joined |= typed != stands_now;
                let (field, category) = part;
                self.take_over(field, &stands);
                if let Some(category) = category {
                    self.take_over(category, &stands);
                }
            } else if typed != stands_now
                && mark(&stands_now).as_bytes() != was
                && !(is_same_number && part.0 == PHONE)
            {
                slips.push(Slip::at(&part.0, Fault::ChangedMeanwhile));
            }
        }
        OnTop {
            written: self,
            slips,
            is_joined,
        }
    }

    /// Whether the telephone number is the one of an entry, however it is written.
    fn has_the_number_of(&self, entry: &Entry, settings: &Settings) -> bool {
        let written = self.contact(&mut Vec::new());
        let home = phones::home(&settings.time_zone);
        written.phone.is_some() && phones::are_the_same(&written, &entry.contact, home)
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
        Self::of(fields)
    }

    /// An empty form, which is about to be shown.
    pub(super) fn blank(token: String) -> Self {
        Self::of(BTreeMap::from([(TOKEN.to_owned(), token)]))
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

    /// The fields that go along where what was typed is sent once more by a button: what people fill in, and by which form it came. What they
    /// agree to is not among them, since it was not kept.
    pub(super) fn carried(&self) -> impl Iterator<Item = (String, &str)> {
        let of_parts = parts().flat_map(|(field, category)| [Some(field), category]);
        let of_form = [SHOWN_AT, TOKEN, PROOF].map(|field| Some(field.to_owned()));
        let fields = of_parts.chain(of_form).flatten();
        fields.filter_map(move |field| {
            let text = self.get(&field)?;
            Some((field, text))
        })
    }

    pub(super) fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.get(field).unwrap_or_default()
    }

    /// The proof of work that it was sent with, if it may be one.
    pub(super) fn proof(&self) -> Option<&str> {
        self.get(PROOF).filter(|proof| proof.len() <= PROOF_BYTES_MAX)
    }

    /// The same as it is shown again: all that was typed, and of what is so long that the page would be large its beginning.
    pub(super) fn as_shown(&self) -> Self {
        let mut shown = self.clone();
        let mut left = SHOWN_ALL_CHARS_MAX;
        for (field, chars_max) in texts() {
            let Some(text) = shown.fields.get_mut(&field) else {
                continue;
            };
            let is_cut = cut(text, left.min(SHOWN_CHARS_MAX).max(SHOWN_TIMES * chars_max));
            left = left.saturating_sub(text.chars().count());
            if is_cut {
                shown.cut.insert(field);
            }
        }
        shown
    }

    /// Whether there was more of a field than is shown again.
    pub(super) fn is_cut(&self, field: &str) -> bool {
        self.cut.contains(field)
    }

    /// Whether all that was typed is shown again.
    pub(super) fn is_whole(&self) -> bool {
        self.cut.is_empty()
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
                        ContactFault::Phone => phone_fault(self.text(field)),
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

/// What is wrong with a text that is no telephone number.
fn phone_fault(text: &str) -> Fault {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    if digits < PHONE_DIGITS_MIN {
        Fault::NotAPhone
    } else {
        Fault::NotOnlyPhones
    }
}

/// Offers and wishes with the lines that they stand on: those of a kind one after the other.
fn numbered(listings: &[EntryListing]) -> impl Iterator<Item = (ListingKind, usize, &EntryListing)> {
    let of = |kind| listings.iter().filter(move |one| one.kind == kind);
    let lines = |kind| (1..).zip(of(kind)).map(move |(nth, one)| (kind, nth, one));
    lines(ListingKind::Offer).chain(lines(ListingKind::Wish))
}
