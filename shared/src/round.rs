//! Rounds: the timed parts of trading. A running round is an instant at which it ends; nobody streams a clock.

use serde::{Deserialize, Serialize};

use crate::fields::read_by_hand;
use crate::ids::RoundId;
use crate::instant::Instant;
use crate::trading::Trading;

/// Where a round stands. Overtime is a running round whose `ends_at` has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", try_from = "ReadState")]
pub enum RoundState {
    /// Not started.
    Ready,
    /// The clock runs.
    Running {
        /// When it started.
        started_at: Instant,
        /// When its time is up.
        ends_at: Instant,
        /// How long it has stood in all, in milliseconds.
        #[serde(default)]
        paused_ms: i64,
    },
    /// The clock stands.
    Paused {
        /// When it started.
        started_at: Instant,
        /// What is left, in milliseconds; negative in overtime.
        rest_ms: i64,
        /// How long it had run when it was stopped, in milliseconds; negative if its opening bell had not struck yet.
        #[serde(default)]
        ran_ms: i64,
    },
    /// Over.
    Ended {
        /// Since when.
        ended_at: Instant,
    },
}

impl RoundState {
    /// Stopped with so much left, or given another rest while it stands. The event does not say when it was stopped: that
    /// is so long before its end.
    #[must_use]
    pub fn paused(self, rest_ms: i64) -> Self {
        match self {
            RoundState::Running {
                started_at,
                ends_at,
                paused_ms,
            } => RoundState::Paused {
                started_at,
                rest_ms,
                ran_ms: ends_at.ms_since(started_at) - rest_ms - paused_ms,
            },
            RoundState::Paused {
                started_at, ran_ms, ..
            } => RoundState::Paused {
                started_at,
                rest_ms,
                ran_ms,
            },
            RoundState::Ready | RoundState::Ended { .. } => self,
        }
    }

    /// Running on after a pause, or given another end while it runs.
    #[must_use]
    pub fn running_until(self, ends_at: Instant) -> Self {
        match self {
            RoundState::Running {
                started_at,
                paused_ms,
                ..
            } => RoundState::Running {
                started_at,
                ends_at,
                paused_ms,
            },
            RoundState::Paused {
                started_at,
                rest_ms,
                ran_ms,
            } => RoundState::Running {
                started_at,
                ends_at,
                paused_ms: ends_at.ms_since(started_at) - rest_ms - ran_ms,
            },
            RoundState::Ready | RoundState::Ended { .. } => self,
        }
    }
}

/// A round's state as it is read: flat, because serde's own reader of a tagged enum would be a good part of what a wall
/// loads.
#[derive(Deserialize)]
struct ReadState {
    state: StateKind,
    started_at: Option<Instant>,
    ends_at: Option<Instant>,
    ended_at: Option<Instant>,
    rest_ms: Option<i64>,
    #[serde(default)]
    paused_ms: i64,
    #[serde(default)]
    ran_ms: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateKind {
    Ready,
    Running,
    Paused,
    Ended,
}

impl TryFrom<ReadState> for RoundState {
    type Error = &'static str;

    fn try_from(read: ReadState) -> Result<Self, Self::Error> {
        let started_at = read.started_at.ok_or("missing field `started_at`");
        Ok(match read.state {
            StateKind::Ready => RoundState::Ready,
            StateKind::Running => RoundState::Running {
                started_at: started_at?,
                ends_at: read.ends_at.ok_or("missing field `ends_at`")?,
                paused_ms: read.paused_ms,
            },
            StateKind::Paused => RoundState::Paused {
                started_at: started_at?,
                rest_ms: read.rest_ms.ok_or("missing field `rest_ms`")?,
                ran_ms: read.ran_ms,
            },
            StateKind::Ended => RoundState::Ended {
                ended_at: read.ended_at.ok_or("missing field `ended_at`")?,
            },
        })
    }
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
#[cfg_attr(target_arch = "wasm32", serde(try_from = "serde_json::Value"))]
pub struct Round {
    /// Its number.
    pub id: RoundId,
    /// Its name.
    pub title: String,
    /// How long it is meant to be, in minutes.
    pub planned_minutes: u32,
    /// Where it stands.
    pub state: RoundState,
    /// When it was held, in the order of time: more than one stretch, if it was started again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Trading>,
}

read_by_hand! {
    Round {
        must: [id, title, planned_minutes, state],
        may: [held],
        usual: [],
        made: |fields| [],
    }
}

impl Round {
    /// Puts it where it stands from now on. What a step that is taken back began was never held.
    pub fn stand(&mut self, state: RoundState) {
        self.state = state;
        match state {
            RoundState::Ready => self.held.clear(),
            RoundState::Running { started_at, .. } | RoundState::Paused { started_at, .. } => {
                self.held.retain(|earlier| earlier.opened_at < started_at);
                self.held.push(Trading {
                    opened_at: started_at,
                    closed_at: None,
                });
            }
            RoundState::Ended { ended_at } => {
                self.held.retain(|earlier| earlier.opened_at < ended_at);
                if let Some(last) = self.held.last_mut() {
                    last.closed_at = Some(ended_at);
                }
            }
        }
    }

    /// Whether it was held at `at`.
    pub fn was_held(&self, at: Instant) -> bool {
        self.held.iter().any(|stretch| stretch.contains(at))
    }

    /// How long it was held, in whole minutes; none while it runs, and if it never was.
    pub fn held_minutes(&self) -> Option<u32> {
        let stretches = self.held.iter();
        let ms: Option<i64> = stretches
            .map(|stretch| Some(stretch.closed_at?.ms_since(stretch.opened_at).max(0)))
            .sum();
        let minutes = ms.filter(|_| !self.held.is_empty())?.saturating_add(30_000) / 60_000;
        u32::try_from(minutes).ok()
    }

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

    /// From when its clock counts up: its start, put off by its pauses. None while it does not run.
    pub fn counts_from(&self) -> Option<Instant> {
        match self.state {
            RoundState::Running {
                started_at,
                paused_ms,
                ..
            } => Some(started_at.plus_ms(paused_ms)),
            RoundState::Ready | RoundState::Paused { .. } | RoundState::Ended { .. } => None,
        }
    }

    /// How long it has run at `now`, without its pauses, in milliseconds; zero before its start and when it is over.
    pub fn ran_ms(&self, now: Instant) -> i64 {
        let ran_ms = match self.state {
            RoundState::Running { .. } => self.counts_from().map_or(0, |from| now.ms_since(from)),
            RoundState::Paused { ran_ms, .. } => ran_ms,
            RoundState::Ready | RoundState::Ended { .. } => 0,
        };
        ran_ms.max(0)
    }

    /// When its time is up: for one that stands, if it ran on at `now`. None before its start and when it is over.
    pub fn ends_at(&self, now: Instant) -> Option<Instant> {
        match self.state {
            RoundState::Running { ends_at, .. } => Some(ends_at),
            RoundState::Paused { rest_ms, .. } => Some(now.plus_ms(rest_ms)),
            RoundState::Ready | RoundState::Ended { .. } => None,
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
