//! A clock that is moved by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use borsklokka::clock::{Clock, MachineClock};
use borsklokka_shared::instant::Instant;

pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    /// One that shows what it was so long ago.
    pub(crate) fn before_ms(ms: i64) -> Arc<Self> {
        let now = MachineClock::anchored().now();
        Arc::new(Self(AtomicI64::new(now.plus_ms(-ms).unix_ms)))
    }

    pub(crate) fn pass_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        Instant::from_unix_ms(self.0.load(Ordering::SeqCst))
    }

    fn elapsed_ms(&self) -> i64 {
        self.now().unix_ms
    }

    fn slept_ms(&self) -> i64 {
        0
    }
}
