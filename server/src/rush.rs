//! When a form is run over: too much comes of one exchange's, or too much of it is a robot's. For a while after that the form asks for a
//! proof of work. Each node notices for itself, in memory: there is at most one note for each exchange that it has.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use borsklokka_shared::ids::ExchangeId;
use governor::Quota;

use crate::clock::SharedClock;
use crate::per_key::PerKey;

/// Entries that are sent to one form at once before that is a rush, counted: more than a full hall whose guests all register in the same
/// minute, by the code on the wall.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(240).expect("240 is not zero");
/// How many a minute may go on coming after those.
const PER_MINUTE: u32 = 60;
/// What is sent to one form in a minute, and at once, that no person sends: within a blink, or with the field filled in that nobody sees.
/// A browser that fills in that field for somebody is one of a few.
const OF_ROBOTS: NonZeroU32 = NonZeroU32::new(30).expect("30 is not zero");
/// How long the form asks for proofs after the last that was too much, in milliseconds.
pub(crate) const LASTS_MS: i64 = 10 * 60_000;

/// What tells a rush.
pub(crate) struct Rush {
    clock: SharedClock,
    entries: PerKey<ExchangeId>,
    of_robots: PerKey<ExchangeId>,
    /// Until when each asks for proofs, in elapsed time, in milliseconds.
    until_ms: Mutex<HashMap<ExchangeId, i64>>,
}

impl Rush {
    /// None yet, by `clock`.
    pub(crate) fn new(clock: &SharedClock) -> Self {
        let entries = Quota::with_period(Duration::from_mins(1) / PER_MINUTE)
            .expect("a minute is longer than nothing")
            .allow_burst(AT_ONCE);
        Self {
            clock: clock.clone(),
            entries: PerKey::of(entries, clock),
            of_robots: PerKey::per_minute(OF_ROBOTS, clock),
            until_ms: Mutex::default(),
        }
    }

    /// Counts an entry that may be kept.
    pub(crate) fn entry(&self, exchange: ExchangeId) {
        if self.entries.count(&exchange).is_err() {
            self.begins(exchange);
        }
    }

    /// Counts something that no person sends.
    pub(crate) fn of_robot(&self, exchange: ExchangeId) {
        if self.of_robots.count(&exchange).is_err() {
            self.begins(exchange);
        }
    }

    /// For how long a form still asks for proofs, if it does.
    pub(crate) fn lasts(&self, exchange: ExchangeId) -> Option<Duration> {
        let until_ms = self.until_ms().get(&exchange).copied()?;
        let left_ms = u64::try_from(until_ms - self.clock.elapsed_ms()).ok()?;
        (left_ms > 0).then(|| Duration::from_millis(left_ms))
    }

    /// Forgets the forms that have been quiet.
    pub(crate) fn forget_quiet(&self) {
        self.entries.forget_quiet();
        self.of_robots.forget_quiet();
        let now_ms = self.clock.elapsed_ms();
        self.until_ms().retain(|_, until_ms| now_ms < *until_ms);
    }

    /// What is remembered of forms, counted.
    pub(crate) fn keys(&self) -> usize {
        self.entries.keys() + self.of_robots.keys() + self.until_ms().len()
    }

    fn begins(&self, exchange: ExchangeId) {
        let is_new = self.lasts(exchange).is_none();
        let now_ms = self.clock.elapsed_ms();
        let mut until = self.until_ms();
        until.retain(|_, until_ms| now_ms < *until_ms);
        until.insert(exchange, now_ms + LASTS_MS);
        drop(until);
        if is_new {
            tracing::warn!(
                %exchange,
                "registrations come in a rush: the form asks each browser for a proof of work until it has been calm for ten minutes"
            );
        }
    }

    fn until_ms(&self) -> MutexGuard<'_, HashMap<ExchangeId, i64>> {
        self.until_ms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::fixture::FakeClock;

    #[test]
    fn a_full_hall_is_no_rush_and_what_goes_on_faster_is_one_of_its_own_form() {
        let clock = FakeClock::shared();
        let rush = Rush::new(&(clock.clone() as SharedClock));
        let (hall, other) = (ExchangeId(Uuid::now_v7()), ExchangeId(Uuid::now_v7()));
        for _ in 0..AT_ONCE.get() {
            rush.entry(hall);
        }
        assert_eq!(rush.lasts(hall), None);
        rush.entry(hall);
        assert_eq!(rush.lasts(hall), Some(Duration::from_mins(10)));
        assert_eq!(rush.lasts(other), None);
        // One a second is what goes on by itself.
        for _ in 0..LASTS_MS / 1_000 {
            clock.pass_ms(1_000);
            rush.entry(hall);
        }
        assert_eq!(rush.lasts(hall), None, "it has been calm");
        rush.entry(hall);
        clock.pass_ms(LASTS_MS - 1);
        assert_eq!(rush.lasts(hall), Some(Duration::from_millis(1)));
        for _ in 0..OF_ROBOTS.get() {
            rush.of_robot(other);
        }
        assert_eq!(rush.lasts(other), None);
        rush.of_robot(other);
        assert!(rush.lasts(other).is_some());
        clock.pass_ms(LASTS_MS);
        rush.of_robot(ExchangeId(Uuid::now_v7()));
        assert_eq!((rush.lasts(hall), rush.lasts(other)), (None, None));
        clock.pass_ms(LASTS_MS);
        assert!(rush.keys() > 0);
        rush.forget_quiet();
        assert_eq!(rush.keys(), 0, "what was long ago is in no memory");
    }
}
