//! Time enters here. Exchange time is a monotonic clock that is anchored to the wall clock when the server starts: a
//! step of the wall clock in the middle of an evening moves no timer.

use std::sync::Arc;

use borsklokka_shared::instant::Instant;

/// A source of exchange time.
pub trait Clock: Send + Sync {
    /// The time now. Never goes back.
    fn now(&self) -> Instant;

    /// How far the wall clock has run away from this clock since the start, in milliseconds.
    fn wall_clock_step_ms(&self) -> i64;
}

/// The clock as the server passes it around.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
pub struct MachineClock {
    anchored_at: Instant,
    anchor: std::time::Instant,
}

impl MachineClock {
    /// Anchors exchange time to the wall clock as it stands.
    pub fn anchored() -> Self {
        Self {
            anchored_at: wall_clock(),
            anchor: monotonic(),
        }
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Instant {
        self.anchored_at
            .plus_ms(monotonic().duration_since(self.anchor).as_millis() as i64)
    }

    fn wall_clock_step_ms(&self) -> i64 {
        wall_clock().ms_since(self.now())
    }
}

#[allow(clippy::disallowed_methods)] // The one place where the machine's clocks are read.
fn wall_clock() -> Instant {
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("the machine's clock is set after 1970");
    Instant::from_unix_ms(since_epoch.as_millis() as i64)
}

#[allow(clippy::disallowed_methods)] // The one place where the machine's clocks are read.
fn monotonic() -> std::time::Instant {
    std::time::Instant::now()
}
