//! How often something may happen, counted for each key in elapsed time: it goes on in a sleep, and nobody who sets the clock locks
//! anybody out.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::SharedClock;

/// Keys that are remembered before those that have been quiet are looked for and dropped.
pub(crate) const KEYS_MAX: usize = 10_000;

/// What is counted for each key by itself.
pub(crate) struct PerKey<Key: Clone + Eq + Hash> {
    limiter: RateLimiter<Key, DashMapStateStore<Key>, ElapsedTime, NoOpMiddleware<Duration>>,
    time: ElapsedTime,
    /// After how long one more is admitted at the latest, whoever counts.
    period: Duration,
    /// Beyond so many keys the quiet ones are looked for: twice as many as were not quiet then, so that a crowd that is not is not
    /// looked through at each count.
    look_beyond: AtomicUsize,
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
            period: quota.replenish_interval(),
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), time.clone()),
            time,
            look_beyond: AtomicUsize::new(KEYS_MAX),
        }
    }

    /// Forgets the keys that have been quiet for so long that nothing tells any more, and gives their memory back.
    pub(crate) fn forget_quiet(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    /// How long whoever was not admitted has to wait at most, in whole seconds.
    pub(crate) fn period_s(&self) -> u64 {
        (self.period.as_millis() as u64).div_ceil(1_000).max(1)
    }

    /// Keys that are remembered, counted.
    pub(crate) fn keys(&self) -> usize {
        self.limiter.len()
    }

    /// Counts one more, if it may happen now.
    ///
    /// # Errors
    /// How long it has to wait.
    pub(crate) fn count(&self, key: &Key) -> Result<(), Duration> {
        if self.limiter.len() > self.look_beyond.load(Ordering::Relaxed) {
            self.limiter.retain_recent();
            let left = self.limiter.len();
            self.look_beyond.store(KEYS_MAX.max(2 * left), Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::FakeClock;

    #[test]
    fn nobody_waits_for_longer_than_the_period_for_one_more() {
        let clock = FakeClock::shared();
        for (times, period_s) in [(1, 60), (5, 12), (7, 9), (600, 1), (10_000, 1)] {
            let times = NonZeroU32::new(times).unwrap();
            let counted = PerKey::per_minute(times, &(clock.clone() as SharedClock));
            assert_eq!(counted.period_s(), period_s);
            while counted.count(&1).is_ok() {}
            clock.pass_ms(period_s as i64 * 1_000);
            assert!(counted.count(&1).is_ok(), "{times} a minute");
        }
    }

    #[test]
    fn keys_that_have_been_quiet_are_dropped() {
        let clock = FakeClock::shared();
        let once = NonZeroU32::new(1).expect("1 is not zero");
        let counted = PerKey::per_minute(once, &(clock.clone() as SharedClock));
        for key in 0..=KEYS_MAX {
            counted.count(&key).expect("its first");
        }
        assert_eq!(counted.limiter.len(), KEYS_MAX + 1, "none has been quiet");
        clock.pass_ms(121_000);
        for key in KEYS_MAX + 1..=3 * KEYS_MAX {
            counted.count(&key).expect("its first");
        }
        assert_eq!(counted.limiter.len(), 2 * KEYS_MAX, "the quiet ones are gone");
        assert!(
            counted.count(&(3 * KEYS_MAX)).is_err(),
            "the others are remembered"
        );
    }

    #[test]
    fn a_few_keys_are_forgotten_too_once_they_have_been_quiet() {
        let clock = FakeClock::shared();
        let once = NonZeroU32::new(1).expect("1 is not zero");
        let counted = PerKey::per_minute(once, &(clock.clone() as SharedClock));
        counted.count(&1).expect("its first");
        clock.pass_ms(30_000);
        counted.count(&2).expect("its first");
        counted.forget_quiet();
        assert!(counted.count(&1).is_err(), "it has to wait still");
        clock.pass_ms(91_000);
        counted.forget_quiet();
        assert_eq!(counted.keys(), 1, "the first was quiet for two minutes");
        clock.pass_ms(120_000);
        counted.forget_quiet();
        assert_eq!(counted.keys(), 0);
    }
}
