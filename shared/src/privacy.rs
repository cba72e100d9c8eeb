//! What an exchange keeps of persons, told to its organiser; how somebody is taken out of it.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::date::Date;
use crate::ids::ParticipantId;
use crate::instant::Instant;
use crate::participant::Sector;

/// What is kept of persons, as an organiser calls it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Holding {
    /// Names, offers, wishes and deals, with all that happened.
    Board,
    /// How to reach participants, and who speaks for them.
    Contacts,
    /// What they wrote who registered themselves.
    Registrations,
    /// Signatures, and what was done to each place.
    Signatures,
    /// Photos of deals.
    Photos,
    /// Links to agreements.
    Links,
    /// Mails that went, or wait.
    Mails,
    /// What became of deals, and what was noted of calls.
    FollowUps,
    /// The names of tablets, which may be people's.
    Devices,
    /// Who came in, and who read or changed what is kept of persons.
    Access,
    /// Logo, sponsors and pictures.
    Pictures,
}

closed_sets!(Holding);

/// How much of one holding there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Of what.
    pub holding: Holding,
    /// Entries, counted.
    pub entries: u32,
}

/// Somebody of whom something is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The participant, or the registration that waits.
    pub id: ParticipantId,
    /// As it is shown.
    pub name: String,
    /// Whose.
    pub sector: Sector,
    /// Who speaks for it, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// What is kept of persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// How much of what.
    pub holdings: Vec<Count>,
    /// Everybody of whom something is kept, by name.
    pub people: Vec<Person>,
    /// The day of the evening.
    pub date: Date,
    /// When it was promised that all of it is deleted; none if nothing was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_on: Option<Date>,
    /// When somebody was erased, the latest first.
    #[serde(default)]
    pub erasures: Vec<Erasure>,
}

/// That somebody was erased: of whom nothing is left but an id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// When.
    pub at: Instant,
    /// By whom, as the device was called; none if it was done by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Whose ids.
    pub participants: Vec<ParticipantId>,
}

/// How much of a participant is erased.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Extent {
    /// The participant: its name and every text of its own too.
    Whole,
    /// Whoever spoke for it: the organisation itself stays as it is.
    Person,
}

closed_sets!(Extent);

/// A text of others that may mean somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// By which it is chosen.
    pub id: String,
    /// What stands there.
    pub text: String,
    /// What would stand there; empty if nothing would.
    pub left: String,
    /// Whether the whole name, the number or the address stands there, and not a part that may be another's.
    pub is_sure: bool,
    /// Whose contact or signature it is, and goes with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<String>,
}

/// What erasing somebody would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Of whom.
    pub person: Person,
    /// How much.
    pub extent: Extent,
    /// What goes, counted.
    pub goes: Vec<Count>,
    /// How many deals stay that named the participant: with whom, in which category, how many hours.
    pub deals: u32,
    /// Texts of others.
    pub mentions: Vec<Mention>,
    /// The addresses of other exchanges in which they stand too, as in a copy of this one: there they are erased by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<String>,
    /// What was looked at: erasing asks for it again, so that nothing goes or stays that nobody saw.
    pub seen: String,
}

/// Asks that somebody be erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erase {
    /// How much.
    pub extent: Extent,
    /// The name, typed.
    pub name: String,
    /// The texts of others in which the name is taken out.
    pub mentions: Vec<String>,
    /// What was looked at.
    pub seen: String,
}
