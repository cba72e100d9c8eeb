//! How often the passphrase of an account may be tried. Wrong ones make whoever tries them wait, at that account and from that network:
//! neither is another account locked by them, nor the same one from elsewhere. Whether there is such an account makes no difference.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::Quota;

use super::limit::{Brake, CROWD, LOGINS_BEFORE_GROWTH, WAIT_MS_MAX, too_many};
use crate::api::Denied;
use crate::clock::SharedClock;
use crate::networks::network_of;
use crate::per_key::{KEYS_MAX, PerKey};

/// Tries from one network, at whatever account, a minute: a town hall shares one.
const TRIES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("30 is not zero");
/// Wrong passphrases of one account from all networks together that make nobody wait at once, counted; as many again in [`WAIT_MS_MAX`].
/// While there are more, the first wrong one from a network silences it there; a right one is taken.
const WRONG_EVERYWHERE: NonZeroU32 = NonZeroU32::new(100).expect("100 is not zero");

/// Links to another passphrase that are asked for from one network, a minute.
const FORGOTTEN_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("10 is not zero");
/// Links to another passphrase that are asked for at once for one address, counted; as many again in an hour.
const FORGOTTEN_AT_ONCE: NonZeroU32 = NonZeroU32::new(3).expect("3 is not zero");
/// How long it is from one of them to the next, in seconds.
const FORGOTTEN_EACH_S: u64 = 20 * 60;

/// An e-mail address that somebody wrote, hashed, and the network that it came from.
type Place = (String, IpAddr);

/// What was tried lately.
pub(super) struct Guesses {
    clock: SharedClock,
    tries: PerKey<IpAddr>,
    wrong: Mutex<HashMap<Place, Brake>>,
    wrong_everywhere: PerKey<String>,
    forgotten_from: PerKey<IpAddr>,
    forgotten_of: PerKey<String>,
}

impl Guesses {
    /// Counts on `clock`.
    pub(super) fn new(clock: SharedClock) -> Self {
        let each = Duration::from_millis(WAIT_MS_MAX as u64) / WRONG_EVERYWHERE.get();
        let everywhere = Quota::with_period(each)
            .expect("a quarter of an hour has more than a hundred milliseconds")
            .allow_burst(WRONG_EVERYWHERE);
        let of_one = Quota::with_period(Duration::from_secs(FORGOTTEN_EACH_S))
            .expect("more than no time")
            .allow_burst(FORGOTTEN_AT_ONCE);
        Self {
            forgotten_from: PerKey::per_minute(FORGOTTEN_PER_MINUTE, &clock),
            forgotten_of: PerKey::of(of_one, &clock),
            tries: PerKey::per_minute(TRIES_PER_MINUTE, &clock),
            wrong: Mutex::default(),
            wrong_everywhere: PerKey::of(everywhere, &clock),
            clock,
        }
    }

    /// Forgets whoever has been quiet for so long that nothing tells any more.
    pub(super) fn forget_quiet(&self) {
        self.tries.forget_quiet();
        self.wrong_everywhere.forget_quiet();
        self.forgotten_from.forget_quiet();
        self.forgotten_of.forget_quiet();
        let now_ms = self.clock.elapsed_ms();
        let mut wrong = self.wrong();
        wrong.retain(|_, brake| !brake.is_quiet(now_ms));
        wrong.shrink_to_fit();
    }

    /// What each of them remembers, counted.
    pub(super) fn keys(&self) -> [(&'static str, usize); 5] {
        [
            ("account_tries", self.tries.keys()),
            ("account_wrong", self.wrong().len()),
            ("account_wrong_everywhere", self.wrong_everywhere.keys()),
            ("forgotten_from", self.forgotten_from.keys()),
            ("forgotten_of", self.forgotten_of.keys()),
        ]
    }

    /// Counts a try at an account, by the hash of the address that was written.
    ///
    /// # Errors
    /// If there were too many from this network, or too many wrong ones from it at this account.
    pub(super) fn try_once(&self, account: &str, peer: IpAddr) -> Result<(), Denied> {
        let network = network_of(peer);
        let wrong = self.wrong();
        let place = (account.to_owned(), network);
        let brake = wrong.get(&place).or_else(|| {
            let crowd = wrong.get(&(String::new(), CROWD));
            crowd.filter(|_| wrong.len() >= KEYS_MAX)
        });
        if let Some(brake) = brake {
            brake.admits(self.clock.elapsed_ms())?;
        }
        drop(wrong);
        self.tries.count(&network).map_err(too_many)
    }

    /// It was wrong: from the fifth on, the wait doubles.
    pub(super) fn failed(&self, account: &str, peer: IpAddr) {
        let now_ms = self.clock.elapsed_ms();
        let is_everywhere = self.wrong_everywhere.count(&account.to_owned()).is_err();
        let mut wrong = self.wrong();
        if wrong.len() >= KEYS_MAX {
            wrong.retain(|_, brake| !brake.is_quiet(now_ms));
        }
        let place = (account.to_owned(), network_of(peer));
        let has_room = wrong.len() < KEYS_MAX || wrong.contains_key(&place);
        // More than are remembered share one wait.
        let place = if has_room { place } else { (String::new(), CROWD) };
        let brake = wrong.entry(place).or_default();
        if brake.is_quiet(now_ms) {
            *brake = Brake::default();
        }
        brake.failed(now_ms, LOGINS_BEFORE_GROWTH);
        if is_everywhere {
            brake.silence(now_ms, WAIT_MS_MAX);
        }
    }

    /// It was right.
    pub(super) fn succeeded(&self, account: &str, peer: IpAddr) {
        self.wrong().remove(&(account.to_owned(), network_of(peer)));
    }

    /// Counts somebody who wants to log in by a passkey.
    ///
    /// # Errors
    /// If there were too many from this network.
    pub(super) fn passkey(&self, peer: IpAddr) -> Result<(), Denied> {
        self.tries.count(&network_of(peer)).map_err(too_many)
    }

    /// Counts a link to another passphrase that is asked for, by the hash of the address that was written.
    ///
    /// # Errors
    /// If there were too many from this network, or for this address from anywhere: its owner has some in the mailbox then.
    pub(super) fn forgotten(&self, account: &str, peer: IpAddr) -> Result<(), Denied> {
        self.forgotten_from.count(&network_of(peer)).map_err(too_many)?;
        self.forgotten_of.count(&account.to_owned()).map_err(too_many)
    }

    fn wrong(&self) -> MutexGuard<'_, HashMap<Place, Brake>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::fixture::FakeClock;

    fn from(n: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x0A00_0000 + n).into()
    }

    #[test]
    fn wrong_ones_lock_the_account_there_and_neither_another_nor_from_elsewhere() {
        let clock = FakeClock::shared();
        let guesses = Guesses::new(clock.clone());
        for _ in 0..LOGINS_BEFORE_GROWTH {
            guesses.try_once("kari", from(1)).unwrap();
            guesses.failed("kari", from(1));
        }
        assert!(matches!(
            guesses.try_once("kari", from(1)),
            Err(Denied::TooManyTries { wait_s: 30 })
        ));
        guesses.try_once("ola", from(1)).unwrap();
        guesses.try_once("kari", from(2)).unwrap();
        clock.pass_ms(30_000);
        guesses.try_once("kari", from(1)).unwrap();
        guesses.failed("kari", from(1));
        assert!(matches!(
            guesses.try_once("kari", from(1)),
            Err(Denied::TooManyTries { wait_s: 60 })
        ));
        guesses.succeeded("kari", from(1));
        guesses.try_once("kari", from(1)).unwrap();
    }

    #[test]
    fn guesses_from_everywhere_silence_each_place_at_once_and_not_the_one_that_knows() {
        let guesses = Guesses::new(FakeClock::shared());
        for n in 0..WRONG_EVERYWHERE.get() {
            guesses.try_once("kari", from(n)).unwrap();
            guesses.failed("kari", from(n));
            guesses.try_once("kari", from(n)).unwrap();
        }
        guesses.failed("kari", from(5_000));
        assert!(matches!(
            guesses.try_once("kari", from(5_000)),
            Err(Denied::TooManyTries { wait_s: 900 })
        ));
        guesses.try_once("kari", from(5_001)).unwrap();
        guesses.try_once("ola", from(5_000)).unwrap();
    }

    #[test]
    fn a_network_tries_thirty_times_a_minute() {
        let guesses = Guesses::new(FakeClock::shared());
        for n in 0..TRIES_PER_MINUTE.get() {
            guesses.try_once(&n.to_string(), from(1)).unwrap();
        }
        assert!(guesses.try_once("kari", from(1)).is_err());
        guesses.try_once("kari", from(2)).unwrap();
    }

    #[test]
    fn links_are_asked_for_three_times_for_one_address_and_ten_times_a_minute_from_one_network() {
        let clock = FakeClock::shared();
        let guesses = Guesses::new(clock.clone());
        for n in 0..FORGOTTEN_AT_ONCE.get() {
            guesses.forgotten("kari", from(n)).unwrap();
        }
        assert!(matches!(
            guesses.forgotten("kari", from(9)),
            Err(Denied::TooManyTries { .. })
        ));
        guesses.forgotten("ola", from(9)).unwrap();
        clock.pass_ms(FORGOTTEN_EACH_S as i64 * 1_000);
        guesses.forgotten("kari", from(9)).unwrap();
        for n in 0..FORGOTTEN_PER_MINUTE.get() {
            guesses.forgotten(&n.to_string(), from(20)).unwrap();
        }
        assert!(guesses.forgotten("yet another", from(20)).is_err());
        guesses.forgotten("yet another", from(21)).unwrap();
    }
}
