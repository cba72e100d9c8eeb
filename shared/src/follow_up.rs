//! What became of each deal: the closed sets, the one table that makes one state of several answers, who is called next, and the
//! wire. Answers wait in a table of their own; nothing of them is on a board or in the log.

mod letters;
mod next;
mod state;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::letters::{Occasion, asks, letters_due};
pub use self::next::{Facts, Urgency, order, urgency};
pub use self::state::{AnsweredBy, FollowUpReason, FollowUpStand, FollowUpState};
use crate::contact::Contact;
use crate::date::Date;
use crate::deal::FirstStep;
use crate::ids::{DealId, DealNumber, FollowUpCallId, ParticipantId};
use crate::instant::Instant;
use crate::participant::Sector;
use crate::rebase::Rebase;

/// How the office is named where else a party is named by its id.
pub const OFFICE: &str = "office";

/// What somebody said of a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// How it goes.
    pub state: FollowUpState,
    /// Why it comes to nothing, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<FollowUpReason>,
    /// The same in their own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When, by the wall clock.
    pub at: Instant,
    /// By whom.
    pub by: AnsweredBy,
}

/// What the organiser writes of a deal, or a party says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saying {
    /// How it goes.
    pub state: FollowUpState,
    /// Why it comes to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<FollowUpReason>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// One state of several answers: the office's own word, until a party says something after it; else what all parties say that have
/// said anything, and [`Differs`](FollowUpStand::Differs) if that is not one thing.
pub fn stand<'a>(
    office: Option<&Answer>,
    parties: impl Iterator<Item = &'a Answer> + Clone,
) -> FollowUpStand {
    if let Some(office) = office
        && parties.clone().all(|one| one.at <= office.at)
    {
        return office.state.into();
    }
    let mut parties = parties.map(|one| one.state);
    match parties.next() {
        None => FollowUpStand::Unknown,
        Some(first) if parties.all(|other| other == first) => first.into(),
        Some(_) => FollowUpStand::Differs,
    }
}

/// How many deals stand how. They add up to `deals`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpCounts {
    /// All deals that are followed up: those that count.
    pub deals: u32,
    /// Nobody has said anything.
    pub unknown: u32,
    /// They have not begun.
    pub not_started: u32,
    /// They are at it.
    pub under_way: u32,
    /// It is done.
    pub done: u32,
    /// It comes to nothing.
    pub infeasible: u32,
    /// They never reached each other.
    pub never_in_touch: u32,
    /// The parties say different things.
    pub differs: u32,
}

impl FollowUpCounts {
    /// Counts deals.
    pub fn of(stands: impl IntoIterator<Item = FollowUpStand>) -> Self {
        let mut counts = Self::default();
        for stand in stands {
            counts.deals += 1;
            *counts.place(stand) += 1;
        }
        counts
    }

    /// How many stand so.
    pub fn count(mut self, stand: FollowUpStand) -> u32 {
        *self.place(stand)
    }

    /// Deals of which something is known, differing answers among them.
    pub const fn known(self) -> u32 {
        self.deals - self.unknown
    }

    /// Deals of which nothing is left to ask.
    pub const fn settled(self) -> u32 {
        self.done + self.infeasible
    }

    /// The fulfilment rate: done of all deals, in whole per cent. It is 100 only if all are done, and 0 only if none is.
    pub fn rate_percent(self) -> u32 {
        let Self { deals, done, .. } = self;
        if deals == 0 || done == 0 {
            0
        } else if done == deals {
            100
        } else {
            ((done * 200 + deals) / (deals * 2)).clamp(1, 99)
        }
    }

    fn place(&mut self, stand: FollowUpStand) -> &mut u32 {
        match stand {
            FollowUpStand::Unknown => &mut self.unknown,
            FollowUpStand::NotStarted => &mut self.not_started,
            FollowUpStand::UnderWay => &mut self.under_way,
            FollowUpStand::Done => &mut self.done,
            FollowUpStand::Infeasible => &mut self.infeasible,
            FollowUpStand::NeverInTouch => &mut self.never_in_touch,
            FollowUpStand::Differs => &mut self.differs,
        }
    }
}

/// What everybody may read of it, if the organiser wants that: three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpShown {
    /// Deals that count.
    pub deals: u32,
    /// Of these, those that are done.
    pub done: u32,
    /// Of these, those that are under way.
    pub under_way: u32,
}

/// How the organiser wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FollowUpSettings {
    /// Whether parties are reminded by mail, before the first step's day and at the deadline.
    pub reminds: bool,
    /// So many days before the first step's day.
    pub days_before_step: u32,
    /// Whether everybody may read how many deals came true.
    pub shows_rate: bool,
}

impl Rebase for FollowUpSettings {}

impl Default for FollowUpSettings {
    fn default() -> Self {
        Self {
            reminds: false,
            days_before_step: 3,
            shows_rate: false,
        }
    }
}

/// All of an exchange, as the organiser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUps {
    /// How it is wanted.
    pub settings: FollowUpSettings,
    /// The day in the exchange's time zone, by which is judged who is next.
    pub today: Date,
    /// How many stand how.
    pub counts: FollowUpCounts,
    /// Whether the server can send mail.
    pub can_mail: bool,
    /// The deals, whoever is called next first.
    pub deals: Vec<FollowedDeal>,
}

/// A deal that is followed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedDeal {
    /// Which one.
    pub deal: DealId,
    /// What the wall called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<DealNumber>,
    /// What was agreed.
    pub what: String,
    /// What is done in return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_return: Option<String>,
    /// Who moves first, and by when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_step: Option<FirstStep>,
    /// Done by this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
    /// How it stands.
    pub stand: FollowUpStand,
    /// Why somebody is called, or not.
    pub urgency: Urgency,
    /// Givers, then receivers, each once.
    pub parties: Vec<FollowedParty>,
    /// The office's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Answer>,
    /// What was noted of calls, the newest first.
    pub calls: Vec<Call>,
}

/// One of its parties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedParty {
    /// Who.
    pub participant: ParticipantId,
    /// The name as it is shown.
    pub name: String,
    /// Whose shape it wears.
    pub sector: Sector,
    /// How to reach it.
    pub contact: Contact,
    /// What it said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// When it was given its last link that still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_at: Option<Instant>,
    /// Whether it was erased: nobody asks it any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_erased: bool,
}

/// A call, as the office noted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Which one.
    pub id: FollowUpCallId,
    /// When it was noted, by the wall clock.
    pub at: Instant,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Not to be called again before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_on: Option<Date>,
}

/// A call that is to be noted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewCall {
    /// What came of it.
    pub note: Option<String>,
    /// Not to be called again before this day.
    pub again_on: Option<Date>,
}

/// A link that was made for a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpLink {
    /// Its address.
    pub url: String,
    /// Until when it holds.
    pub expires_at: Instant,
    /// Whether the address is still this server's by then.
    pub lasts: bool,
}

/// What came of asking everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Letters that were laid in the queue.
    pub letters: u32,
    /// Parties that have no address for mail: they are called.
    pub without_mail: u32,
}
