//! What a decision is given beside the command: the time, and the settings of the exchange.

use crate::board::Board;
use crate::exchange::Settings;
use crate::instant::Instant;
use crate::refusal::Refusal;

/// How well a client knows the server's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockTrust {
    /// It has estimated it from pings.
    #[default]
    Estimated,
    /// It has not: `written_at` is the device's own guess.
    Unknown,
}

/// When a command was written and when it is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The exchange's time at the decision.
    pub at: Instant,
    /// When the client wrote the command, on the server's clock as it estimates it; the decision's time if it did not say.
    pub written_at: Option<Instant>,
    /// How well the client knows that clock.
    pub clock: ClockTrust,
    /// How late this device is known to have written: the latest `written_at` among its commands that were answered
    /// before this one, or the time of the answer where a command had none. An outbox is sent in the order of writing, so
    /// a deal that claims to be older came about in another way. The time of the answer alone would not do: the second
    /// of two deals that waited in one outbox was written before the first was answered.
    pub last_answered_at: Option<Instant>,
}

impl Now {
    /// Decided as it is written.
    pub fn at(at: Instant) -> Self {
        Self {
            at,
            written_at: None,
            clock: ClockTrust::Estimated,
            last_answered_at: None,
        }
    }
}

/// The settings, without which hardly anything can be asked.
pub(super) fn settings(board: &Board) -> Result<&Settings, Refusal> {
    board.settings.as_ref().ok_or(Refusal::NotConfigured)
}
