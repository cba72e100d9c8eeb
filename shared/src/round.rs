//! Rounds: the timed parts of trading. A running round is an instant at which it ends; nobody streams a clock.

use serde::{Deserialize, Serialize};

use crate::ids::RoundId;
use crate::instant::Instant;

/// Where a round stands. Overtime is a running round whose `ends_at` has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RoundState {
    /// Not started.
    Ready,
    /// The clock runs.
    Running {
        /// When it started.
        started_at: Instant,
        /// When its time is up.
        ends_at: Instant,
    },
    /// The clock stands.
    Paused {
        /// When it started.
        started_at: Instant,
        /// What is left, in milliseconds; negative in overtime.
        rest_ms: i64,
    },
    /// Over.
    Ended {
        /// Since when.
        ended_at: Instant,
    },
}

/// What a screen shows of a round at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundClock {
    /// Not started: the planned length.
    Ready {
        /// Planned, in milliseconds.
        planned_ms: i64,
    },
    /// Counting down.
    Left {
        /// Left, in milliseconds; zero or more.
        left_ms: i64,
    },
    /// Standing.
    Paused {
        /// Left, in milliseconds; negative in overtime.
        left_ms: i64,
    },
    /// Counting up past its end.
    Overtime {
        /// Past the end, in milliseconds; more than zero.
        over_ms: i64,
    },
    /// Over.
    Ended,
}

/// One round of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its number.
    pub id: RoundId,
    /// Its name.
    pub title: String,
    /// How long it is meant to be, in minutes.
    pub planned_minutes: u32,
    /// Where it stands.
    pub state: RoundState,
}

impl Round {
    /// What the clock shows at `now`.
    pub fn clock(&self, now: Instant) -> RoundClock {
        match self.state {
            RoundState::Ready => RoundClock::Ready {
                planned_ms: i64::from(self.planned_minutes) * 60_000,
            },
            RoundState::Running { ends_at, .. } => match ends_at.ms_since(now) {
                left_ms if left_ms >= 0 => RoundClock::Left { left_ms },
                over_ms => RoundClock::Overtime { over_ms: -over_ms },
            },
            RoundState::Paused { rest_ms, .. } => RoundClock::Paused { left_ms: rest_ms },
            RoundState::Ended { .. } => RoundClock::Ended,
        }
    }

    /// Whether it has started and not ended.
    pub fn is_current(&self) -> bool {
        match self.state {
            RoundState::Running { .. } | RoundState::Paused { .. } => true,
            RoundState::Ready | RoundState::Ended { .. } => false,
        }
    }
}
