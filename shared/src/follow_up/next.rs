//! Who is called next: one table, by a deal's days, its answers and what was noted of calls.

use serde::{Deserialize, Serialize};

use super::state::FollowUpStand;
use crate::closed_set::closed_sets;
use crate::date::Date;
use crate::ids::DealNumber;

/// Why a deal's parties are called, the most urgent first; or why not.
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
pub enum Urgency {
    /// It was said that they would be called by today.
    Promised,
    /// The parties say different things.
    Differs,
    /// The deadline is over, and it is not done.
    DeadlinePassed,
    /// The first step's day is over, and nobody says that they began.
    StepOverdue,
    /// They never reached each other: somebody can bring them together.
    OutOfTouch,
    /// Nobody was asked yet.
    NotAsked,
    /// They were asked, or are at it.
    Waits,
    /// They are called on a later day.
    Later,
    /// Nothing is left to ask.
    Settled,
}

closed_sets!(Urgency);

impl Urgency {
    /// Whether somebody is to be called.
    pub const fn calls(self) -> bool {
        match self {
            Self::Promised
            | Self::Differs
            | Self::DeadlinePassed
            | Self::StepOverdue
            | Self::OutOfTouch
            | Self::NotAsked => true,
            Self::Waits | Self::Later | Self::Settled => false,
        }
    }
}

/// What is known of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How it stands.
    pub stand: FollowUpStand,
    /// The first step's day.
    pub due: Option<Date>,
    /// Done by this day.
    pub deadline: Option<Date>,
    /// Whether a party was called or given a link.
    pub was_asked: bool,
    /// Not to be called before this day, as the newest call says.
    pub again_on: Option<Date>,
}

/// Why a deal's parties are called today, or why not.
pub fn urgency(facts: Facts, today: Date) -> Urgency {
    let Facts {
        stand,
        due,
        deadline,
        was_asked,
        again_on,
    } = facts;
    let is_over = |day: Option<Date>| day.is_some_and(|day| day < today);
    match (stand, again_on) {
        (FollowUpStand::Done | FollowUpStand::Infeasible, _) => Urgency::Settled,
        (_, Some(day)) if today < day => Urgency::Later,
        (_, Some(_)) => Urgency::Promised,
        (FollowUpStand::Differs, None) => Urgency::Differs,
        (_, None) if is_over(deadline) => Urgency::DeadlinePassed,
        (FollowUpStand::Unknown | FollowUpStand::NotStarted, None) if is_over(due) => Urgency::StepOverdue,
        (FollowUpStand::NeverInTouch, None) => Urgency::OutOfTouch,
        (FollowUpStand::Unknown, None) if !was_asked => Urgency::NotAsked,
        (FollowUpStand::Unknown | FollowUpStand::NotStarted | FollowUpStand::UnderWay, None) => {
            Urgency::Waits
        }
    }
}

/// By what deals stand in order: the most urgent first, of these whose day comes first, and then by number.
pub fn order(facts: Facts, today: Date, number: Option<DealNumber>) -> impl Ord {
    let urgency = urgency(facts, today);
    let day = match urgency {
        Urgency::Promised | Urgency::Later => facts.again_on,
        Urgency::DeadlinePassed => facts.deadline,
        Urgency::StepOverdue => facts.due,
        Urgency::Differs | Urgency::OutOfTouch | Urgency::NotAsked | Urgency::Waits | Urgency::Settled => {
            facts.due.into_iter().chain(facts.deadline).min()
        }
    };
    // Who has no day comes after those who have one.
    (urgency, day.is_none(), day, number.map(|number| number.0))
}
