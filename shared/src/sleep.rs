//! A sleep of the server while a round ran: the hall went on, the server did not. The moderator says what that means for the
//! round.

use serde::{Deserialize, Serialize};

use crate::instant::Instant;

/// How a sleep was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SleepSign {
    /// The machine says so. Exchange time went on meanwhile: the round is where it would be.
    Slept,
    /// The machine's clock jumped ahead: it was set, or the machine slept without knowing it, as a virtual one does. Exchange
    /// time did not follow: the round is where it was.
    ClockJumped,
}

/// That the server slept, or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sleep {
    /// When it fell asleep, as the clock on the wall had it: not exchange time.
    pub from: Instant,
    /// When it awoke, as the clock on the wall had it.
    pub until: Instant,
    /// How long it slept, in milliseconds; of several sleeps that nobody answered for, all of it.
    pub slept_ms: i64,
    /// How that was noticed.
    pub sign: SleepSign,
}

impl Sleep {
    /// With an earlier one that was not answered for.
    #[must_use]
    pub fn after(self, earlier: Option<Sleep>) -> Self {
        match earlier {
            Some(earlier) if earlier.sign == self.sign => Self {
                from: earlier.from,
                slept_ms: earlier.slept_ms.saturating_add(self.slept_ms),
                ..self
            },
            Some(_) | None => self,
        }
    }

    /// By how much the round's end moves for `go_on`, in milliseconds.
    pub fn shift_ms(&self, go_on: GoOn) -> i64 {
        match (self.sign, go_on) {
            (SleepSign::Slept, GoOn::WhereItWas) => self.slept_ms,
            (SleepSign::ClockJumped, GoOn::WhereItWouldBe) => -self.slept_ms,
            (SleepSign::Slept, GoOn::WhereItWouldBe) | (SleepSign::ClockJumped, GoOn::WhereItWas) => 0,
        }
    }
}

/// Where a round goes on after a sleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoOn {
    /// With the time that it had when the server fell asleep.
    WhereItWas,
    /// With the time that it has if the hall traded on.
    WhereItWouldBe,
}
