//! Registrations by the participants themselves, on the wire: what somebody wrote, what became of it, and how the form stands. They
//! wait in a table of their own; nothing of them is on a board or in the log before the organiser approves it.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::contact::Contact;
use crate::date::Date;
use crate::ids::{CategoryId, ListingId, ParticipantId, RegistrationId};
use crate::instant::Instant;
use crate::language::Language;
use crate::listing::ListingKind;
use crate::participant::{NameShown, Sector};
use crate::rebase::Rebase;
use crate::spoken::registration::Registration as Words;

/// What somebody wrote who registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The organisation's name, or the individual's.
    pub name: String,
    /// Its sector.
    pub sector: Sector,
    /// How much of an individual's name may be shown.
    #[serde(default)]
    pub name_shown: NameShown,
    /// Who speaks for it, and how to reach them.
    pub contact: Contact,
    /// How many of them come.
    pub people: u32,
    /// What it offers and wishes for.
    pub listings: Vec<EntryListing>,
}

impl Entry {
    /// Whether another says the same, whatever ids its offers and wishes were given.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let texts = |entry: &Self| -> Vec<_> {
            let listings = entry.listings.iter();
            listings
                .map(|one| (one.kind, one.category.clone(), one.text.clone()))
                .collect()
        };
        let without = |entry: &Self| Self {
            listings: Vec::new(),
            ..entry.clone()
        };
        without(self) == without(other) && texts(self) == texts(other)
    }
}

/// An offer or a wish that waits with its registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryListing {
    /// The id that it gets in the catalogue.
    pub id: ListingId,
    /// Offer or wish.
    pub kind: ListingKind,
    /// One of the exchange's categories.
    pub category: CategoryId,
    /// In their own words.
    pub text: String,
}

/// What became of a registration.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RegistrationState {
    /// Nobody has said yes or no to it: it is new, or was changed since.
    Waiting,
    /// It is in the catalogue as it stands.
    Approved,
    /// The organiser said no.
    Declined,
    /// They withdrew it themselves.
    Withdrawn,
}

/// Whether the form takes registrations.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FormState {
    /// Nobody has opened it.
    Off,
    /// Its first day has not come.
    NotYet,
    /// It takes them.
    Open,
    /// There are as many as there are places.
    Full,
    /// Its last day is over.
    Closed,
}

closed_sets!(RegistrationState, FormState);

/// What stands above the form unless the organiser writes something.
pub fn usual_welcome(language: Language) -> &'static str {
    Words::of(language).welcome
}

/// What they agree to unless the organiser writes something.
pub fn usual_consent(language: Language) -> &'static str {
    Words::of(language).consent
}

/// How the organiser wants the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormSettings {
    /// Whether it is there at all.
    pub is_on: bool,
    /// Its first day, in the exchange's time zone; none: since always.
    pub opens_on: Option<Date>,
    /// Its last day, in the exchange's time zone; none: for as long as it is there.
    pub closes_on: Option<Date>,
    /// How many may register; none: as many as an exchange takes.
    pub places: Option<u32>,
    /// What stands above the form.
    pub welcome: Option<String>,
    /// What they agree to, in the organiser's words; none: the product's own sentence.
    pub consent: Option<String>,
    /// Whether the page shows what is still missing: of each sector, and in which categories nobody has written anything.
    pub shows_missing: bool,
}

impl Rebase for FormSettings {}

/// What is wrong with a form's days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DaysFault {
    /// The last is before the first.
    ClosesFirst,
    /// The last is after the day of the exchange: nobody would come to one that has been.
    ClosesLate,
}

impl FormSettings {
    /// What is wrong with its days, for an exchange that is held on a day, if that is known.
    pub fn days_fault(&self, held_on: Option<Date>) -> Option<DaysFault> {
        let last = self.closes_on?;
        if self.opens_on.is_some_and(|first| last < first) {
            return Some(DaysFault::ClosesFirst);
        }
        held_on
            .is_some_and(|day| last > day)
            .then_some(DaysFault::ClosesLate)
    }
}

/// A registration, as the organiser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Which one.
    pub id: RegistrationId,
    /// What became of it.
    pub state: RegistrationState,
    /// What they wrote last.
    pub entry: Entry,
    /// The language that they wrote in.
    pub language: Language,
    /// When they wrote first.
    pub made_at: Instant,
    /// When they changed it last. Whoever says yes or no says to what they saw.
    pub changed_at: Instant,
    /// Who it is on the board, once it was approved.
    pub participant: Option<ParticipantId>,
    /// Who is registered already and may be the same.
    pub alike: Vec<ParticipantId>,
    /// Other registrations that may be the same.
    pub alike_registrations: Vec<RegistrationId>,
}

/// All registrations of an exchange, and its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registrations {
    /// How the form is set.
    pub form: FormSettings,
    /// How it stands.
    pub form_state: FormState,
    /// Where it is.
    pub url: String,
    /// Whether it is there for whoever is not in the hall, and tomorrow too.
    #[serde(default)]
    pub lasts: bool,
    /// Them, oldest first.
    pub registrations: Vec<Registration>,
}

/// What the organiser says to a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// When what was judged was written: if it has changed since, nothing happens.
    pub seen: Instant,
    /// What had become of it then: a page that stands open since before another's verdict judges nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<RegistrationState>,
    /// Yes or no.
    pub verdict: Verdict,
    /// Who on the board it is, if it is somebody who is registered already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<ParticipantId>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Registers it, with its contact, its offers and its wishes; of one that was withdrawn takes it out again.
    Approve,
    /// Says no; what is in the catalogue already stays.
    Decline,
}
