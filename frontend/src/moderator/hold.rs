//! A hold: a press that counts only when it has lasted. Nobody rings the bell of a hall with a sleeve.

use std::time::Duration;

/// How long the bell is held, in milliseconds.
const HOLD_MS: f64 = 800.0;
/// How long the second hold is waited for.
pub const ARMED: Duration = Duration::from_secs(6);

/// A hold under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hold {
    since_ms: f64,
}

impl Hold {
    /// A hold that begins now, on the device's monotonic clock.
    pub fn begun(now_ms: f64) -> Self {
        Self { since_ms: now_ms }
    }

    /// How far it has come, from 0 to 1.
    pub fn progress(self, now_ms: f64) -> f64 {
        ((now_ms - self.since_ms) / HOLD_MS).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tap_is_no_hold() {
        let hold = Hold::begun(1_000.0);
        assert!(hold.progress(1_120.0) < 0.2);
        assert!(hold.progress(1_799.0) < 1.0);
        assert!(hold.progress(1_800.0) >= 1.0);
        assert!(hold.progress(9_000.0) >= 1.0);
    }
}
