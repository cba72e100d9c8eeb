//! Steps: what the bells and the rounds' buttons did last, each with how the evening stood before it, so that it can be taken
//! back. Events build them as they are applied; [`crate::limits::STEPS_MAX`] are kept.

use serde::{Deserialize, Serialize};

use crate::exchange::Scene;
use crate::ids::RoundId;
use crate::instant::Instant;
use crate::limits::UNDO_MS_MAX;
use crate::round::RoundState;
use crate::trading::Trading;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// The opening bell was rung.
    OpenedFloor {
        /// A round that started with it.
        round: Option<RoundId>,
    },
    /// The closing bell was rung.
    ClosedFloor,
    /// A round was started, and one that ran ended.
    StartedRound {
        /// Which one.
        round: RoundId,
    },
    /// A round was ended.
    EndedRound {
        /// Which one.
        round: RoundId,
    },
    /// The result was announced.
    AnnouncedResult,
}

impl Did {
    /// One command may write several events. What they are together, if `next` belongs to the same command.
    pub(crate) fn joined(self, next: Did) -> Option<Self> {
        match (self, next) {
            (Did::OpenedFloor { .. }, Did::StartedRound { round }) => {
                Some(Did::OpenedFloor { round: Some(round) })
            }
            (Did::OpenedFloor { .. }, Did::EndedRound { .. }) => Some(self),
            (Did::EndedRound { .. }, Did::ClosedFloor | Did::StartedRound { .. }) => Some(next),
            _ => None,
        }
    }
}

/// Where a round stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundStand {
    /// Which one.
    pub round: RoundId,
    /// How it stood.
    pub state: RoundState,
}

/// How the evening stood: what bells and rounds change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// Every stretch of trading.
    pub trading: Vec<Trading>,
    /// Every round that had started; the others had not.
    pub rounds: Vec<RoundStand>,
    /// What the wall showed.
    pub scene: Scene,
    /// When the break was to end, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_until: Option<Instant>,
    /// Whether the totals had been frozen since the floor opened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub was_frozen: bool,
    /// When the result was announced, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_at: Option<Instant>,
}

/// A step that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Step {
    /// Counts up, and is never given twice.
    pub number: u32,
    /// When: for a bell, its stroke.
    pub at: Instant,
    /// What was done.
    pub did: Did,
    /// Whether the totals were frozen before it.
    pub is_frozen: bool,
    /// How it stood before.
    pub before: Stand,
}

impl Step {
    /// Whether it can be taken back at `now`.
    pub fn is_open(&self, now: Instant) -> bool {
        now.ms_since(self.at) <= UNDO_MS_MAX
    }
}

/// A step on the wire: flat, and without a tagged enum, whose reader would be a good part of what a wall loads.
#[derive(Serialize, Deserialize)]
struct Written {
    at: Instant,
    before: Stand,
    did: Kind,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_frozen: bool,
    number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round: Option<RoundId>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    OpenedFloor,
    ClosedFloor,
    StartedRound,
    EndedRound,
    AnnouncedResult,
}

impl From<Step> for Written {
    fn from(step: Step) -> Self {
        let (did, round) = match step.did {
            Did::OpenedFloor { round } => (Kind::OpenedFloor, round),
            Did::ClosedFloor => (Kind::ClosedFloor, None),
            Did::StartedRound { round } => (Kind::StartedRound, Some(round)),
            Did::EndedRound { round } => (Kind::EndedRound, Some(round)),
            Did::AnnouncedResult => (Kind::AnnouncedResult, None),
        };
        Self {
            at: step.at,
            before: step.before,
            did,
            is_frozen: step.is_frozen,
            number: step.number,
            round,
        }
    }
}

impl From<Written> for Step {
    fn from(written: Written) -> Self {
        let round = written.round.unwrap_or(RoundId(0));
        let did = match written.did {
            Kind::OpenedFloor => Did::OpenedFloor { round: written.round },
            Kind::ClosedFloor => Did::ClosedFloor,
            Kind::StartedRound => Did::StartedRound { round },
            Kind::EndedRound => Did::EndedRound { round },
            Kind::AnnouncedResult => Did::AnnouncedResult,
        };
        Self {
            number: written.number,
            at: written.at,
            did,
            is_frozen: written.is_frozen,
            before: written.before,
        }
    }
}
