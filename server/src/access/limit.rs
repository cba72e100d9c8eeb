//! How often a secret may be tried.
//!
//! Whoever tries wrong pairing codes is silenced, and nobody else: no code expires by what is tried elsewhere. One of the 32^6 codes
//! is guessed by an address that never gives up, while 50 are open, with a chance below one in a million in the quarter of an hour
//! that they live: 14 tries are all it gets. Many addresses together make at most 2,000 tries in that time, a chance below one in ten
//! thousand, before each further wrong one silences its address at once. A right one, from an address that is not silenced, is taken
//! whatever others do.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use borsklokka_shared::ids::DealId;
use governor::Quota;

use crate::api::Denied;
use crate::clock::SharedClock;
use crate::networks::network_of;
use crate::per_key::{KEYS_MAX, PerKey};

/// Tries to pair from one address, a minute. A hall's tablets share one address, but are paired one by one.
const PAIRINGS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("10 is not zero");
/// Tries to log in, a minute.
const LOGINS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(5).expect("5 is not zero");
/// Wrong passphrases in a row before each further one makes the wait longer.
pub(super) const LOGINS_BEFORE_GROWTH: u32 = 5;
/// Wrong codes of one address before each further one makes its wait longer.
const CODES_BEFORE_GROWTH: u32 = 10;
/// Wrong codes of all addresses together that make nobody wait at once, counted; as many again in [`WAIT_MS_MAX`], which is how long
/// a code lives.
const CODES_EVERYWHERE: NonZeroU32 = NonZeroU32::new(1_000).expect("1,000 is not zero");
/// The first wait, in milliseconds; it doubles with every wrong passphrase or code.
const WAIT_MS: i64 = 30_000;
/// The longest wait, in milliseconds; an address that was quiet for so long again has tried nothing.
pub(super) const WAIT_MS_MAX: i64 = 15 * 60_000;
/// Links to no agreement that are opened from one address, a minute. Links that lead to one are not counted here: a hall shares
/// an address, and so does everybody behind a proxy.
const WRONG_LINKS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("30 is not zero");
/// Copies of one agreement that its links give, a minute: each is printed anew.
const COPIES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(20).expect("20 is not zero");

/// Every limit on tries.
pub(super) struct Limits {
    clock: SharedClock,
    pairing: PerKey<IpAddr>,
    wrong_codes: Mutex<HashMap<IpAddr, Brake>>,
    wrong_codes_everywhere: PerKey<()>,
    wrong_links: PerKey<IpAddr>,
    copies: PerKey<DealId>,
    here: Arc<Logins>,
    elsewhere: Mutex<HashMap<IpAddr, Arc<Logins>>>,
}

/// Where somebody logs in. Each has its own count: guesses over the network, which TLS lets in, lock out neither whoever sits at
/// the server's own machine nor whoever comes from another address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// At the server's own machine.
    ThisMachine,
    /// At another address.
    Elsewhere(IpAddr),
}

/// Tries to log in from one of the whereabouts.
pub(super) struct Logins {
    clock: SharedClock,
    tries: PerKey<()>,
    brake: Mutex<Brake>,
}

/// What was wrong in a row, and how long that makes whoever tried it wait.
#[derive(Default)]
pub(super) struct Brake {
    wrong: u32,
    /// When the next may be tried, in elapsed time, in milliseconds.
    next_at_ms: i64,
    /// Since when nothing was tried or kept waiting, in elapsed time, in milliseconds.
    quiet_from_ms: i64,
}

impl Brake {
    /// Whether something may be tried now.
    pub(super) fn admits(&self, now_ms: i64) -> Result<(), Denied> {
        let wait_ms = self.next_at_ms - now_ms;
        if wait_ms > 0 {
            return Err(Denied::TooManyTries {
                wait_s: (wait_ms as u64).div_ceil(1_000),
            });
        }
        Ok(())
    }

    /// One more was wrong: after `before_growth` of them the wait doubles.
    pub(super) fn failed(&mut self, now_ms: i64, before_growth: u32) {
        self.wrong = self.wrong.saturating_add(1);
        if let Some(doublings) = self.wrong.checked_sub(before_growth) {
            let wait_ms = WAIT_MS
                .saturating_mul(1_i64 << doublings.min(20))
                .min(WAIT_MS_MAX);
            self.silence(now_ms, wait_ms);
        }
        self.quiet_from_ms = now_ms.max(self.next_at_ms);
    }

    /// Whether it was quiet for so long that nothing tells any more.
    pub(super) fn is_quiet(&self, now_ms: i64) -> bool {
        self.wrong > 0 && now_ms >= self.quiet_from_ms.saturating_add(WAIT_MS_MAX)
    }

    /// Nothing may be tried for so long, in milliseconds.
    pub(super) fn silence(&mut self, now_ms: i64, wait_ms: i64) {
        self.next_at_ms = now_ms.saturating_add(wait_ms);
        self.quiet_from_ms = self.next_at_ms;
    }
}

/// What stands for all addresses beyond [`KEYS_MAX`]: they share one wait.
pub(super) const CROWD: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The wait of an address that has none of its own, once so many have one that it would get none.
fn crowd(wrong: &HashMap<IpAddr, Brake>) -> Option<&Brake> {
    if wrong.len() < KEYS_MAX {
        None
    } else {
        wrong.get(&CROWD)
    }
}

/// How many wrong codes are tried from everywhere before each makes its address wait.
fn codes_everywhere() -> Quota {
    let each = Duration::from_millis(WAIT_MS_MAX as u64) / CODES_EVERYWHERE.get();
    Quota::with_period(each)
        .expect("a quarter of an hour has more than a thousand milliseconds")
        .allow_burst(CODES_EVERYWHERE)
}

impl Limits {
    /// Limits that count on `clock`.
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            pairing: PerKey::per_minute(PAIRINGS_PER_MINUTE, &clock),
            wrong_codes: Mutex::default(),
            wrong_codes_everywhere: PerKey::of(codes_everywhere(), &clock),
            wrong_links: PerKey::per_minute(WRONG_LINKS_PER_MINUTE, &clock),
            copies: PerKey::per_minute(COPIES_PER_MINUTE, &clock),
            here: Arc::new(Logins::new(&clock)),
            elsewhere: Mutex::default(),
            clock,
        }
    }

    /// Forgets whoever has been quiet for so long that nothing tells any more. Whoever logs in just now is not quiet.
    pub(super) fn forget_quiet(&self) {
        self.pairing.forget_quiet();
        self.wrong_codes_everywhere.forget_quiet();
        self.wrong_links.forget_quiet();
        self.copies.forget_quiet();
        let now_ms = self.clock.elapsed_ms();
        let mut wrong = self.wrong_codes();
        wrong.retain(|_, brake| !brake.is_quiet(now_ms));
        wrong.shrink_to_fit();
        let mut elsewhere = self.elsewhere();
        elsewhere.retain(|_, logins| Arc::strong_count(logins) > 1 || !logins.is_quiet(now_ms));
        elsewhere.shrink_to_fit();
    }

    /// What each of them remembers, counted.
    pub(super) fn keys(&self) -> [(&'static str, usize); 5] {
        [
            ("pairing", self.pairing.keys()),
            ("wrong_codes", self.wrong_codes().len()),
            ("wrong_links", self.wrong_links.keys()),
            ("copies", self.copies.keys()),
            ("logins", self.elsewhere().len()),
        ]
    }

    fn elsewhere(&self) -> MutexGuard<'_, HashMap<IpAddr, Arc<Logins>>> {
        self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a try to pair.
    ///
    /// # Errors
    /// If there were too many from this address, or too many wrong ones.
    pub(super) fn try_to_pair(&self, peer: IpAddr) -> Result<(), Denied> {
        let address = network_of(peer);
        let now_ms = self.clock.elapsed_ms();
        let wrong = self.wrong_codes();
        if let Some(brake) = wrong.get(&address).or_else(|| crowd(&wrong)) {
            brake.admits(now_ms)?;
        }
        drop(wrong);
        self.pairing.count(&address).map_err(too_many)
    }

    /// The code was wrong: from the tenth of an address on, its wait doubles. While too many are tried from everywhere, each first one
    /// already makes its address wait for as long as a code lives.
    pub(super) fn wrong_code(&self, peer: IpAddr) {
        let now_ms = self.clock.elapsed_ms();
        let is_everywhere = self.wrong_codes_everywhere.count(&()).is_err();
        let mut wrong = self.wrong_codes();
        wrong.retain(|_, brake| now_ms < brake.quiet_from_ms.saturating_add(WAIT_MS_MAX));
        let address = network_of(peer);
        let has_room = wrong.len() < KEYS_MAX || wrong.contains_key(&address);
        let brake = wrong.entry(if has_room { address } else { CROWD }).or_default();
        brake.failed(now_ms, CODES_BEFORE_GROWTH);
        if is_everywhere {
            brake.silence(now_ms, WAIT_MS_MAX);
        }
    }

    fn wrong_codes(&self) -> MutexGuard<'_, HashMap<IpAddr, Brake>> {
        self.wrong_codes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a link to no agreement.
    ///
    /// # Errors
    /// If there were too many from this address.
    pub(super) fn try_wrong_link(&self, peer: IpAddr) -> Result<(), Denied> {
        self.wrong_links.count(&network_of(peer)).map_err(too_many)
    }

    /// Counts a copy that a link gives.
    ///
    /// # Errors
    /// If there were too many of this deal.
    pub(super) fn try_copy(&self, deal: DealId) -> Result<(), Denied> {
        self.copies.count(&deal).map_err(too_many)
    }

    /// The tries to log in from there.
    pub(super) fn logins(&self, from: Whereabouts) -> Arc<Logins> {
        let address = match from {
            Whereabouts::ThisMachine => return Arc::clone(&self.here),
            Whereabouts::Elsewhere(peer) => network_of(peer),
        };
        let mut elsewhere = self.elsewhere();
        if elsewhere.len() >= KEYS_MAX {
            let now_ms = self.clock.elapsed_ms();
            elsewhere.retain(|_, logins| logins.is_remembered(now_ms));
        }
        // More addresses than are remembered share one count.
        let is_known = elsewhere.len() < KEYS_MAX || elsewhere.contains_key(&address);
        let known = elsewhere.entry(if is_known { address } else { CROWD });
        Arc::clone(known.or_insert_with(|| Arc::new(Logins::new(&self.clock))))
    }
}

impl Logins {
    fn new(clock: &SharedClock) -> Self {
        Self {
            clock: clock.clone(),
            tries: PerKey::per_minute(LOGINS_PER_MINUTE, clock),
            brake: Mutex::default(),
        }
    }

    /// Counts a try to log in.
    ///
    /// # Errors
    /// If there were too many, or too many wrong ones in a row.
    pub(super) fn try_once(&self) -> Result<(), Denied> {
        self.brake().admits(self.clock.elapsed_ms())?;
        self.tries.count(&()).map_err(too_many)
    }

    /// The passphrase was wrong: from the fifth on, the wait doubles.
    pub(super) fn failed(&self) {
        self.brake().failed(self.clock.elapsed_ms(), LOGINS_BEFORE_GROWTH);
    }

    /// Whether a wrong passphrase still tells.
    fn is_remembered(&self, now_ms: i64) -> bool {
        let brake = self.brake();
        brake.wrong > 0 && now_ms < brake.quiet_from_ms.saturating_add(WAIT_MS_MAX)
    }

    /// Whether neither a wrong passphrase nor a try tells any more.
    fn is_quiet(&self, now_ms: i64) -> bool {
        self.tries.forget_quiet();
        self.tries.keys() == 0 && !self.is_remembered(now_ms)
    }

    /// The passphrase was right.
    pub(super) fn succeeded(&self) {
        *self.brake() = Brake::default();
    }

    fn brake(&self) -> MutexGuard<'_, Brake> {
        self.brake.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn too_many(wait: Duration) -> Denied {
    Denied::TooManyTries {
        wait_s: (wait.as_millis() as u64).div_ceil(1_000).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock as _;
    use crate::fixture::FakeClock;

    #[test]
    fn wrong_passphrases_make_the_wait_double_up_to_a_quarter_of_an_hour() {
        let clock = FakeClock::shared();
        let all = Limits::new(clock.clone());
        let limits = all.logins(Whereabouts::Elsewhere("192.0.2.7".parse().unwrap()));
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
        for other in [
            Whereabouts::Elsewhere("192.0.2.8".parse().unwrap()),
            Whereabouts::ThisMachine,
        ] {
            all.logins(other).try_once().unwrap();
        }
    }

    #[test]
    fn whoever_tries_to_log_in_is_not_forgotten_before_it_is_known_what_became_of_it() {
        let clock = FakeClock::shared();
        let all = Limits::new(clock.clone());
        let from = Whereabouts::Elsewhere("192.0.2.7".parse().unwrap());
        for _ in 0..LOGINS_BEFORE_GROWTH {
            let trying = all.logins(from);
            trying.try_once().unwrap();
            clock.pass_ms(60_000);
            all.forget_quiet();
            trying.failed();
        }
        all.forget_quiet();
        assert!(all.logins(from).try_once().is_err(), "each was counted");
        clock.pass_ms(2 * WAIT_MS_MAX);
        all.forget_quiet();
        assert_eq!(all.elsewhere().len(), 0);
    }

    #[test]
    fn wrong_codes_silence_their_address_and_no_other() {
        let clock = FakeClock::shared();
        let limits = Limits::new(clock.clone());
        let (guesser, neighbour) = ("2001:db8::7".parse().unwrap(), "2001:db8:0:1::7".parse().unwrap());
        let of_its_network = "2001:db8::ffff".parse().unwrap();
        let (mut tries, begun_ms) = (0, clock.elapsed_ms());
        while clock.elapsed_ms() - begun_ms < WAIT_MS_MAX {
            if limits.try_to_pair(guesser).is_ok() {
                limits.wrong_code(guesser);
                tries += 1;
            }
            clock.pass_ms(1_000);
        }
        assert_eq!(tries, 14, "in a quarter of an hour");
        assert!(limits.try_to_pair(of_its_network).is_err());
        limits.try_to_pair(neighbour).unwrap();
        clock.pass_ms(2 * WAIT_MS_MAX);
        limits.wrong_code(neighbour);
        assert_eq!(limits.wrong_codes().len(), 1, "what was long ago is forgotten");
        limits.try_to_pair(guesser).unwrap();
    }

    #[test]
    fn while_codes_are_guessed_from_everywhere_the_first_wrong_one_silences_and_a_right_one_is_taken() {
        let clock = FakeClock::shared();
        let limits = Limits::new(clock.clone());
        let phone = |n: u32| IpAddr::from(Ipv4Addr::from_bits(0x0A00_0000 + n));
        for n in 0..CODES_EVERYWHERE.get() {
            limits.try_to_pair(phone(n)).unwrap();
            limits.wrong_code(phone(n));
            limits.try_to_pair(phone(n)).unwrap();
        }
        let (guesser, tablet) = (phone(5_000), phone(5_001));
        limits.try_to_pair(guesser).unwrap();
        limits.wrong_code(guesser);
        assert!(matches!(
            limits.try_to_pair(guesser),
            Err(Denied::TooManyTries { wait_s: 900 })
        ));
        limits.try_to_pair(tablet).unwrap();
    }

    #[test]
    fn more_addresses_than_are_remembered_share_one_wait() {
        let clock = FakeClock::shared();
        let limits = Limits::new(clock.clone());
        let phone = |n: usize| IpAddr::from(Ipv4Addr::from_bits(0x0A00_0000 + n as u32));
        *limits.wrong_codes() = (0..KEYS_MAX)
            .map(|n| {
                let mut brake = Brake::default();
                brake.failed(clock.elapsed_ms(), CODES_BEFORE_GROWTH);
                (phone(n), brake)
            })
            .collect();
        for n in 0..CODES_BEFORE_GROWTH as usize {
            limits.wrong_code(phone(KEYS_MAX + n));
            limits.wrong_code(phone(0));
        }
        assert!(
            limits.try_to_pair(phone(KEYS_MAX + 100)).is_err(),
            "the crowd waits"
        );
        assert!(
            limits.try_to_pair(phone(0)).is_err(),
            "one that is remembered is held to it"
        );
        limits.try_to_pair(phone(1)).unwrap();
        assert_eq!(limits.wrong_codes().len(), KEYS_MAX + 1);
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
