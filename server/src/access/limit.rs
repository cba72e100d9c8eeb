//! How often a secret may be tried.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use borsklokka_shared::ids::DealId;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{NotUntil, Quota, RateLimiter};

use crate::api::Denied;
use crate::clock::SharedClock;

/// Tries to pair from one address, a minute. A hall's tablets share one address, but are paired one by one.
const PAIRINGS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("10 is not zero");
/// Tries to log in, a minute.
const LOGINS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(5).expect("5 is not zero");
/// Wrong passphrases in a row before each further one makes the wait longer.
const LOGINS_BEFORE_GROWTH: u32 = 5;
/// The first wait, in milliseconds; it doubles with every wrong passphrase.
const LOGIN_WAIT_MS: i64 = 30_000;
/// The longest wait, in milliseconds.
const LOGIN_WAIT_MS_MAX: i64 = 15 * 60_000;
/// Links to no agreement that are opened from one address, a minute. Links that lead to one are not counted here: a hall shares
/// an address, and so does everybody behind a proxy.
const WRONG_LINKS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("30 is not zero");
/// Copies of one agreement that its links give, a minute: each is printed anew.
const COPIES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).expect("20 is not zero");
/// Addresses, or deals, that are remembered before those that have been quiet are dropped.
const KEYS_MAX: usize = 10_000;

type Times = NoOpMiddleware<Duration>;
type Per<Key> = RateLimiter<Key, DashMapStateStore<Key>, ElapsedTime, Times>;

/// Every limit on tries.
pub(super) struct Limits {
    clock: SharedClock,
    pairing: Per<IpAddr>,
    wrong_links: Per<IpAddr>,
    copies: Per<DealId>,
    here: Logins,
    elsewhere: Logins,
}

/// Where somebody logs in. Each has its own count: guesses over the network, which TLS lets in, do not lock out whoever sits at
/// the server's own machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// At the server's own machine.
    ThisMachine,
    /// Anywhere else.
    Elsewhere,
}

/// Tries to log in from one of the whereabouts.
pub(super) struct Logins {
    clock: SharedClock,
    limiter: RateLimiter<NotKeyed, InMemoryState, ElapsedTime, Times>,
    brake: Mutex<Brake>,
}

/// Wrong passphrases in a row.
#[derive(Default)]
struct Brake {
    wrong: u32,
    /// In elapsed time, in milliseconds.
    next_at_ms: i64,
}

impl Limits {
    /// Limits that count on `clock`.
    pub(super) fn new(clock: SharedClock) -> Self {
        let time = || ElapsedTime(clock.clone());
        Self {
            pairing: per(PAIRINGS_PER_MINUTE, time()),
            wrong_links: per(WRONG_LINKS_PER_MINUTE, time()),
            copies: per(COPIES_PER_MINUTE, time()),
            here: Logins::new(&clock),
            elsewhere: Logins::new(&clock),
            clock,
        }
    }

    /// Counts a try to pair.
    ///
    /// # Errors
    /// If there were too many from this address.
    pub(super) fn try_to_pair(&self, peer: IpAddr) -> Result<(), Denied> {
        self.count(&self.pairing, &peer.to_canonical())
    }

    /// Counts a link to no agreement.
    ///
    /// # Errors
    /// If there were too many from this address.
    pub(super) fn try_wrong_link(&self, peer: IpAddr) -> Result<(), Denied> {
        self.count(&self.wrong_links, &peer.to_canonical())
    }

    /// Counts a copy that a link gives.
    ///
    /// # Errors
    /// If there were too many of this deal.
    pub(super) fn try_copy(&self, deal: DealId) -> Result<(), Denied> {
        self.count(&self.copies, &deal)
    }

    fn count<Key: Clone + Eq + Hash>(&self, limit: &Per<Key>, key: &Key) -> Result<(), Denied> {
        if limit.len() > KEYS_MAX {
            limit.retain_recent();
        }
        limit.check_key(key).map_err(|until| wait(&self.clock, &until))
    }

    /// The tries to log in from there.
    pub(super) fn logins(&self, from: Whereabouts) -> &Logins {
        match from {
            Whereabouts::ThisMachine => &self.here,
            Whereabouts::Elsewhere => &self.elsewhere,
        }
    }
}

fn per<Key: Clone + Eq + Hash>(per_minute: NonZeroU32, time: ElapsedTime) -> Per<Key> {
    RateLimiter::new(Quota::per_minute(per_minute), DashMapStateStore::default(), time)
}

impl Logins {
    fn new(clock: &SharedClock) -> Self {
        let time = ElapsedTime(clock.clone());
        Self {
            clock: clock.clone(),
            limiter: RateLimiter::direct_with_clock(Quota::per_minute(LOGINS_PER_MINUTE), time),
            brake: Mutex::default(),
        }
    }

    /// Counts a try to log in.
    ///
    /// # Errors
    /// If there were too many, or too many wrong ones in a row.
    pub(super) fn try_once(&self) -> Result<(), Denied> {
        let wait_ms = self.brake().next_at_ms - self.clock.elapsed_ms();
        if wait_ms > 0 {
            return Err(Denied::TooManyTries {
                wait_s: (wait_ms as u64).div_ceil(1_000),
            });
        }
        self.limiter.check().map_err(|until| wait(&self.clock, &until))
    }

    /// The passphrase was wrong: from the fifth on, the wait doubles.
    pub(super) fn failed(&self) {
        let mut brake = self.brake();
        brake.wrong = brake.wrong.saturating_add(1);
        if let Some(doublings) = brake.wrong.checked_sub(LOGINS_BEFORE_GROWTH) {
            let wait_ms = LOGIN_WAIT_MS
                .saturating_mul(1_i64 << doublings.min(20))
                .min(LOGIN_WAIT_MS_MAX);
            brake.next_at_ms = self.clock.elapsed_ms().saturating_add(wait_ms);
        }
    }

    /// The passphrase was right.
    pub(super) fn succeeded(&self) {
        *self.brake() = Brake::default();
    }

    fn brake(&self) -> std::sync::MutexGuard<'_, Brake> {
        self.brake.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait(clock: &SharedClock, until: &NotUntil<Duration>) -> Denied {
    let wait = until.wait_time_from(ElapsedTime(clock.clone()).now());
    Denied::TooManyTries {
        wait_s: (wait.as_millis() as u64).div_ceil(1_000).max(1),
    }
}

/// Elapsed time, as the limiters read it: it goes on in a sleep, and nobody who sets the clock locks anybody out.
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
    fn wrong_passphrases_make_the_wait_double_up_to_a_quarter_of_an_hour() {
        let clock = FakeClock::shared();
        let all = Limits::new(clock.clone());
        let limits = all.logins(Whereabouts::Elsewhere);
        let mut waits_s = vec![];
        for _ in 0..12 {
            while let Err(Denied::TooManyTries { wait_s }) = limits.try_once() {
                waits_s.push(wait_s);
                clock.pass_ms(wait_s as i64 * 1_000);
            }
            limits.failed();
        }
        assert_eq!(waits_s, [30, 60, 120, 240, 480, 900, 900]);
        limits.succeeded();
        clock.pass_ms(60_000);
        for _ in 0..LOGINS_PER_MINUTE.get() {
            limits.try_once().unwrap();
        }
        assert!(matches!(
            limits.try_once(),
            Err(Denied::TooManyTries { wait_s: 12 })
        ));
    }

    #[test]
    fn an_address_pairs_ten_times_a_minute() {
        let clock = FakeClock::shared();
        let limits = Limits::new(clock.clone());
        let tablet = "192.168.1.20".parse().unwrap();
        for _ in 0..PAIRINGS_PER_MINUTE.get() {
            limits.try_to_pair(tablet).unwrap();
        }
        assert!(matches!(
            limits.try_to_pair(tablet),
            Err(Denied::TooManyTries { wait_s: 6 })
        ));
        limits.try_to_pair("192.168.1.21".parse().unwrap()).unwrap();
        clock.pass_ms(6_000);
        limits.try_to_pair(tablet).unwrap();
    }
}
