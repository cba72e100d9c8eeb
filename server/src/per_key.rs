//! How often something may happen, counted for each key in elapsed time: it goes on in a sleep, and nobody who sets the clock locks
//! anybody out.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::SharedClock;

/// Keys that are remembered before those that have been quiet are dropped.
pub(crate) const KEYS_MAX: usize = 10_000;

/// What is counted for each key by itself.
pub(crate) struct PerKey<Key: Clone + Eq + Hash> {
    limiter: RateLimiter<Key, DashMapStateStore<Key>, ElapsedTime, NoOpMiddleware<Duration>>,
    time: ElapsedTime,
}

impl<Key: Clone + Eq + Hash> PerKey<Key> {
    /// Admits so much a minute, and as much at once.
    pub(crate) fn per_minute(times: NonZeroU32, clock: &SharedClock) -> Self {
        Self::of(Quota::per_minute(times), clock)
    }

    /// Admits what a quota says.
    pub(crate) fn of(quota: Quota, clock: &SharedClock) -> Self {
        let time = ElapsedTime(Arc::clone(clock));
        Self {
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), time.clone()),
            time,
        }
    }

    /// Counts one more, if it may happen now.
    ///
    /// # Errors
    /// How long it has to wait.
    pub(crate) fn count(&self, key: &Key) -> Result<(), Duration> {
        if self.limiter.len() > KEYS_MAX {
            self.limiter.retain_recent();
        }
        let counted = self.limiter.check_key(key);
        counted.map_err(|until| until.wait_time_from(self.time.now()))
    }
}

/// Elapsed time, as the limiters read it.
#[derive(Clone)]
struct ElapsedTime(SharedClock);

impl governor::clock::Clock for ElapsedTime {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.elapsed_ms().max(0) as u64)
    }
}
