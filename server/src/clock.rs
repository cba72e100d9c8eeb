//! Time enters here: the machine's clocks, and of each exchange one clock that is made of them.
//!
//! The **wall clock** is what people read. Somebody may set it, either way, at any moment. What runs outside an evening goes by
//! it: sessions, pairing codes, certificates. The **elapsed time** is never set and goes on while the machine sleeps. **Exchange
//! time** is elapsed time that was anchored to the wall clock once, and raised since to whatever the exchange's log holds: it
//! never stands still, never goes back, and every screen of the exchange is told the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use borsklokka_shared::date::Date;
use borsklokka_shared::instant::Instant;

/// The wall clock may differ from exchange time by so much before anybody is told, in milliseconds.
pub const APART_MS_MAX: i64 = 2_000;

/// The machine's clocks.
pub trait Clock: Send + Sync {
    /// The wall clock: it may be set, either way.
    fn now(&self) -> Instant;

    /// Milliseconds since some moment. Never goes back, is never set, and goes on while the machine sleeps.
    fn elapsed_ms(&self) -> i64;

    /// How much of the elapsed time the machine has slept, in milliseconds.
    fn slept_ms(&self) -> i64;

    /// How far the clock of the database's server is ahead of the wall clock, in milliseconds, if there is one.
    fn database_ahead_ms(&self) -> Option<i64> {
        None
    }

    /// The clock that all nodes share: the database server's, if there is one. Else the wall clock.
    fn common(&self) -> Instant {
        self.now().plus_ms(self.database_ahead_ms().unwrap_or(0))
    }
}

/// The day at an instant in a time zone; in UTC, if nobody knows the zone.
pub(crate) fn day_at(at: Instant, time_zone: &str) -> Date {
    let at = jiff::Timestamp::from_millisecond(at.unix_ms).unwrap_or_default();
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = zone.to_datetime(at).date();
    day.to_string().parse().expect("both write days as 2026-11-26")
}

/// Whether there is a time zone of this name.
pub(crate) fn is_time_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

/// The clocks as the server passes them around.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clocks.
pub struct MachineClock {
    awake: std::time::Instant,
    elapsed_ms: i64,
    database_ahead_ms: AtomicI64,
}

/// No database's server has told its time.
const NOT_COMPARED: i64 = i64::MIN;

impl MachineClock {
    /// The clocks of this machine.
    pub fn anchored() -> Self {
        Self {
            awake: awake(),
            elapsed_ms: machine::elapsed_ms(),
            database_ahead_ms: AtomicI64::new(NOT_COMPARED),
        }
    }

    /// Notes how far the clock of the database's server is ahead of this machine's, in milliseconds.
    pub fn compare(&self, database_ahead_ms: i64) {
        self.database_ahead_ms.store(database_ahead_ms, Ordering::Relaxed);
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Instant {
        wall_clock()
    }

    fn elapsed_ms(&self) -> i64 {
        machine::elapsed_ms()
    }

    fn slept_ms(&self) -> i64 {
        let elapsed_ms = machine::elapsed_ms() - self.elapsed_ms;
        let awake_ms = awake().duration_since(self.awake).as_millis() as i64;
        (elapsed_ms - awake_ms).max(0)
    }

    fn database_ahead_ms(&self) -> Option<i64> {
        Some(self.database_ahead_ms.load(Ordering::Relaxed)).filter(|ahead_ms| *ahead_ms != NOT_COMPARED)
    }
}

#[allow(clippy::disallowed_methods)] // The one place where the machine's clocks are read.
fn wall_clock() -> Instant {
    // A machine that believes to be before 1970 is told by the check, not by a panic.
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_unix_ms(since_epoch.as_millis() as i64)
}

/// Stands while the machine sleeps, on Linux and on macOS.
#[allow(clippy::disallowed_methods)] // The one place where the machine's clocks are read.
pub(crate) fn awake() -> std::time::Instant {
    std::time::Instant::now()
}

/// Elapsed time where the system has a clock that goes on in its sleep.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
mod machine {
    use rustix::time::{ClockId, clock_gettime};

    #[cfg(any(target_os = "linux", target_os = "android"))]
    const GOES_ON: ClockId = ClockId::Boottime;
    /// On macOS the monotonic clock goes on; the library's `Instant` is another one.
    #[cfg(target_os = "macos")]
    const GOES_ON: ClockId = ClockId::Monotonic;

    pub(super) fn elapsed_ms() -> i64 {
        let at = clock_gettime(GOES_ON);
        at.tv_sec * 1_000 + at.tv_nsec / 1_000_000
    }
}

/// Elsewhere the library's clock is all there is. On Windows it goes on while the machine sleeps, so exchange time is right,
/// and a sleep is not noticed.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
mod machine {
    use std::sync::OnceLock;

    static START: OnceLock<std::time::Instant> = OnceLock::new();

    pub(super) fn elapsed_ms() -> i64 {
        let start = *START.get_or_init(super::awake);
        super::awake().duration_since(start).as_millis() as i64
    }
}

/// The clock of one exchange.
pub struct ExchangeClock {
    machine: SharedClock,
    /// Exchange time less elapsed time, in milliseconds. Only grows.
    offset_ms: AtomicI64,
}

impl ExchangeClock {
    /// A clock that shows what the nodes' common clock shows now, until something later is known of the exchange.
    pub fn anchored(machine: SharedClock) -> Self {
        let offset_ms = machine.common().unix_ms - machine.elapsed_ms();
        Self {
            machine,
            offset_ms: AtomicI64::new(offset_ms),
        }
    }

    /// Exchange time.
    pub fn now(&self) -> Instant {
        self.at_elapsed(self.machine.elapsed_ms())
    }

    /// Runs on from `seen`, if that lies ahead: it is in the log, so it has been.
    pub fn raise(&self, seen: Instant) {
        self.raise_at(seen, self.machine.elapsed_ms());
    }

    /// Runs on from the common clock, if that lies ahead: only while nothing is timed.
    pub fn follow_common(&self) {
        self.raise(self.machine.common());
    }

    /// How far exchange time is ahead of the nodes' common clock, in milliseconds; negative if it is behind.
    pub fn ahead_ms(&self) -> i64 {
        self.now().ms_since(self.machine.common())
    }

    /// [`ExchangeClock::ahead_ms`], if it is so much that screens must reckon with it to show the time of day.
    pub fn told_ahead_ms(&self) -> Option<i64> {
        Some(self.ahead_ms()).filter(|ahead_ms| ahead_ms.abs() > APART_MS_MAX)
    }

    /// The machine's clocks.
    pub fn machine(&self) -> &SharedClock {
        &self.machine
    }

    fn at_elapsed(&self, elapsed_ms: i64) -> Instant {
        Instant::from_unix_ms(elapsed_ms.saturating_add(self.offset_ms.load(Ordering::Acquire)))
    }

    fn raise_at(&self, seen: Instant, elapsed_ms: i64) {
        self.offset_ms
            .fetch_max(seen.unix_ms.saturating_sub(elapsed_ms), Ordering::AcqRel);
    }
}

/// What the machine's clocks did since they were last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// The machine slept for so long, in milliseconds: exchange time went on.
    Slept(i64),
    /// The wall clock was set ahead by so much, in milliseconds, or the machine slept without knowing it, as a virtual one does.
    /// Exchange time did not follow.
    SetAhead(i64),
}

/// A shorter sleep, or a smaller step of the wall clock, is nobody's concern, in milliseconds.
pub const JUMP_MS_MIN: i64 = 5_000;

/// Notices jumps of the machine's clocks.
#[derive(Debug)]
pub struct JumpWatch {
    slept_ms: i64,
    wall_apart_ms: i64,
    /// How far ahead the wall clock has been: where it comes back to, no time has passed.
    furthest_apart_ms: i64,
    was_set: bool,
}

impl JumpWatch {
    /// Watches from now on.
    pub fn new(clock: &dyn Clock) -> Self {
        let wall_apart_ms = wall_apart_ms(clock);
        Self {
            slept_ms: clock.slept_ms(),
            wall_apart_ms,
            furthest_apart_ms: wall_apart_ms,
            was_set: false,
        }
    }

    /// What the clocks did since the last look. A sleep that moved the wall clock as well is a sleep. A wall clock that was set back and is
    /// put right has jumped by no more than it is ahead of where it was.
    pub fn look(&mut self, clock: &dyn Clock) -> Option<Jump> {
        let (slept_ms, wall_apart_ms) = (clock.slept_ms(), wall_apart_ms(clock));
        let slept = slept_ms - std::mem::replace(&mut self.slept_ms, slept_ms);
        let set = wall_apart_ms - std::mem::replace(&mut self.wall_apart_ms, wall_apart_ms);
        let set_ahead = wall_apart_ms - self.furthest_apart_ms;
        self.furthest_apart_ms = self.furthest_apart_ms.max(wall_apart_ms);
        self.was_set = set.abs() > JUMP_MS_MIN;
        if slept > JUMP_MS_MIN {
            Some(Jump::Slept(slept))
        } else if set_ahead > JUMP_MS_MIN {
            Some(Jump::SetAhead(set_ahead))
        } else {
            None
        }
    }

    /// Whether the wall clock was set at the last look, either way.
    pub fn was_set(&self) -> bool {
        self.was_set
    }
}

fn wall_apart_ms(clock: &dyn Clock) -> i64 {
    clock.now().unix_ms - clock.elapsed_ms()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clocks that are moved by hand.
    #[derive(Default)]
    #[expect(clippy::struct_field_names, reason = "a unit is the last word of a name")]
    struct Hand {
        wall_ms: AtomicI64,
        elapsed_ms: AtomicI64,
        slept_ms: AtomicI64,
    }

    impl Hand {
        fn shared() -> (Arc<Self>, ExchangeClock) {
            let hand = Arc::new(Self::default());
            hand.wall_ms.store(1_000_000, Ordering::SeqCst);
            let clock = ExchangeClock::anchored(Arc::clone(&hand) as SharedClock);
            (hand, clock)
        }

        fn pass(&self, ms: i64) {
            self.wall_ms.fetch_add(ms, Ordering::SeqCst);
            self.elapsed_ms.fetch_add(ms, Ordering::SeqCst);
        }

        fn sleep(&self, ms: i64) {
            self.pass(ms);
            self.slept_ms.fetch_add(ms, Ordering::SeqCst);
        }

        fn set(&self, by_ms: i64) {
            self.wall_ms.fetch_add(by_ms, Ordering::SeqCst);
        }
    }

    impl Clock for Hand {
        fn now(&self) -> Instant {
            Instant::from_unix_ms(self.wall_ms.load(Ordering::SeqCst))
        }
        fn elapsed_ms(&self) -> i64 {
            self.elapsed_ms.load(Ordering::SeqCst)
        }
        fn slept_ms(&self) -> i64 {
            self.slept_ms.load(Ordering::SeqCst)
        }
    }

    #[test]
    fn exchange_time_runs_on_from_the_newest_event_and_never_stands_still() {
        let (hand, clock) = Hand::shared();
        let newest = Instant::from_unix_ms(1_000_000 + 3_600_000);
        clock.raise(newest);
        assert_eq!(clock.now(), newest);
        hand.pass(10);
        assert_eq!(clock.now(), newest.plus_ms(10), "it runs on");
        clock.raise(newest);
        assert_eq!(clock.now(), newest.plus_ms(10), "and never goes back");
        assert_eq!(clock.ahead_ms(), 3_600_000);
        assert_eq!(clock.told_ahead_ms(), Some(3_600_000));
    }

    #[test]
    fn a_wall_clock_that_is_set_moves_no_timer() {
        for by_ms in [-3_600_000, 420_000] {
            let (hand, clock) = Hand::shared();
            let before = clock.now();
            hand.set(by_ms);
            hand.pass(1_000);
            assert_eq!(clock.now(), before.plus_ms(1_000));
            assert_eq!(clock.ahead_ms(), -by_ms);
            clock.follow_common();
            assert_eq!(
                clock.ahead_ms(),
                (-by_ms).max(0),
                "where nothing is timed, it follows ahead"
            );
        }
    }

    #[test]
    fn exchange_time_goes_on_in_a_sleep() {
        let (hand, clock) = Hand::shared();
        let before = clock.now();
        hand.sleep(420_000);
        assert_eq!(clock.now(), before.plus_ms(420_000));
        assert_eq!((clock.ahead_ms(), clock.told_ahead_ms()), (0, None));
    }

    #[test]
    fn a_sleep_and_a_clock_that_was_set_are_told_apart() {
        let (hand, _) = Hand::shared();
        let mut watch = JumpWatch::new(hand.as_ref());
        hand.pass(60_000);
        assert_eq!(watch.look(hand.as_ref()), None);
        hand.sleep(420_000);
        assert_eq!(watch.look(hand.as_ref()), Some(Jump::Slept(420_000)));
        assert_eq!(watch.look(hand.as_ref()), None, "it is told once");
        hand.sleep(JUMP_MS_MIN);
        assert_eq!(watch.look(hand.as_ref()), None, "a nap");
        hand.set(420_000);
        assert_eq!(watch.look(hand.as_ref()), Some(Jump::SetAhead(420_000)));
        hand.set(-420_000);
        assert_eq!(watch.look(hand.as_ref()), None, "set back: no time has passed");
        hand.sleep(60_000);
        hand.set(60_000);
        assert_eq!(watch.look(hand.as_ref()), Some(Jump::Slept(60_000)));
    }

    #[test]
    fn a_clock_that_was_set_back_and_is_put_right_is_no_sleep() {
        const DAYS_MS: i64 = 400 * 24 * 3_600_000;
        const HOURS_MS: i64 = 3 * 3_600_000;
        let told = |steps_ms: &[i64]| {
            let (hand, _) = Hand::shared();
            let mut watch = JumpWatch::new(hand.as_ref());
            let looks = steps_ms.iter().map(|by_ms| {
                hand.set(*by_ms);
                hand.pass(1_000);
                watch.look(hand.as_ref())
            });
            looks.collect::<Vec<_>>()
        };
        let ahead = |ms| Some(Jump::SetAhead(ms));
        for (steps_ms, wanted) in [
            (vec![-DAYS_MS, DAYS_MS], vec![None, None]),
            (vec![-DAYS_MS, DAYS_MS + HOURS_MS], vec![None, ahead(HOURS_MS)]),
            (vec![HOURS_MS, HOURS_MS], vec![ahead(HOURS_MS), ahead(HOURS_MS)]),
            (
                vec![-DAYS_MS, DAYS_MS / 2, DAYS_MS / 2, HOURS_MS],
                vec![None, None, None, ahead(HOURS_MS)],
            ),
            (
                vec![-HOURS_MS, -HOURS_MS, 2 * HOURS_MS + 60_000],
                vec![None, None, ahead(60_000)],
            ),
            (vec![JUMP_MS_MIN, JUMP_MS_MIN, -2 * JUMP_MS_MIN], vec![None; 3]),
            (
                vec![-4_000, -4_000, 4_000, 4_000, 6_000],
                vec![None, None, None, None, ahead(6_000)],
            ),
            (
                vec![HOURS_MS, -HOURS_MS, HOURS_MS],
                vec![ahead(HOURS_MS), None, None],
            ),
        ] {
            assert_eq!(told(&steps_ms), wanted, "{steps_ms:?}");
        }
    }

    #[test]
    fn that_the_wall_clock_was_set_is_known_whichever_way() {
        let (hand, _) = Hand::shared();
        let mut watch = JumpWatch::new(hand.as_ref());
        for (by_ms, was_set) in [(0, false), (-60_000, true), (60_000, true), (0, false)] {
            hand.set(by_ms);
            hand.sleep(60_000);
            watch.look(hand.as_ref());
            assert_eq!(watch.was_set(), was_set, "{by_ms}");
        }
    }

    #[test]
    fn the_machines_clocks_go_on() {
        let clock = MachineClock::anchored();
        let before = clock.elapsed_ms();
        assert!(clock.elapsed_ms() >= before);
        assert!(clock.slept_ms() < JUMP_MS_MIN);
        clock.compare(10_000);
        assert!(clock.common().ms_since(clock.now()) > 9_000);
    }
}
