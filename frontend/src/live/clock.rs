//! Exchange time, estimated from pings.
//!
//! Times called `local_ms` come from one monotonic clock of this device. A pong says that the server's clock stood at
//! `server_ms` somewhere between sending and receiving, so the shorter the round trip, the better the estimate: the
//! best of the last few is used.
//!
//! The monotonic clock of some devices stands while they sleep, and that of others does not. So at each look it is compared
//! with the device's date. If the date has run ahead, the device slept, or somebody set its clock: it cannot be told which. The
//! estimate goes on by the date, and is worth nothing until the next pong: what is written meanwhile says so. If the date has
//! fallen behind, somebody set it back: the monotonic clock has gone on, but perhaps not through a sleep.

use std::collections::VecDeque;

use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::CLOCK_AHEAD_MS_MAX;

/// How many pongs are remembered.
const SAMPLES_MAX: usize = 8;
/// What the two clocks may drift apart while a sample is remembered, in milliseconds.
const DRIFT_MS_MAX: f64 = 20.0;
/// What the device's two clocks may run apart, in milliseconds: beyond it one of them has jumped.
const JUMP_MS_MAX: f64 = 1_000.0;
/// What they may run apart besides, as a share of the time that passes: a date that is put right slowly.
const SLEW_MAX: f64 = 0.001;

/// Both clocks of this device at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// The monotonic clock, in milliseconds since some moment.
    pub local_ms: f64,
    /// The date, in milliseconds since 1970. It may be set, either way.
    pub date_ms: f64,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    round_trip_ms: f64,
    offset_ms: f64,
}

/// An estimate of the server's clock.
#[derive(Clone, Debug, Default)]
pub struct ServerClock {
    samples: VecDeque<Sample>,
    first_guess_ms: Option<f64>,
    /// Whether that guess was an estimate once, before the page was loaded anew.
    recalled: bool,
    /// How the device's clocks stood when they were last known to go together.
    anchor: Option<Reading>,
    /// When they were found apart, on the monotonic clock: a ping that was sent before says nothing.
    jumped_ms: f64,
}

impl ServerClock {
    /// Takes a server's time that came without a ping: used until the first pong.
    pub fn guess(&mut self, local_ms: f64, server_ms: i64) {
        self.first_guess_ms = Some(server_ms as f64 - local_ms);
        self.recalled = false;
    }

    /// Takes the server's time as an earlier page of this device had estimated it: used until the server says something.
    pub fn recall(&mut self, local_ms: f64, server_ms: i64) {
        if self.first_guess_ms.is_none() {
            self.guess(local_ms, server_ms);
            self.recalled = true;
        }
    }

    /// Compares the device's clocks. Call it before anything that comes after a rest: a message, a press, a tick.
    pub fn look(&mut self, reading: Reading) {
        let anchor = *self.anchor.get_or_insert(reading);
        let ran_ms = (reading.local_ms - anchor.local_ms).max(0.0);
        let ahead_ms = (reading.date_ms - anchor.date_ms) - (reading.local_ms - anchor.local_ms);
        if ahead_ms.abs() <= JUMP_MS_MAX + ran_ms * SLEW_MAX {
            return;
        }
        self.anchor = Some(reading);
        self.jumped_ms = reading.local_ms;
        self.doubt(self.offset_ms().map(|offset_ms| offset_ms + ahead_ms.max(0.0)));
    }

    /// Takes the time of an event. What was recorded has been: a clock that is behind it is an old one.
    pub fn hear_of(&mut self, local_ms: f64, at: Instant) {
        let is_behind = self
            .now(local_ms)
            .is_some_and(|now| at.ms_since(now) > CLOCK_AHEAD_MS_MAX);
        if is_behind {
            self.doubt(Some(at.unix_ms as f64 - local_ms));
        }
    }

    /// Goes on with a guess.
    fn doubt(&mut self, guess_ms: Option<f64>) {
        self.samples.clear();
        self.recalled = false;
        self.first_guess_ms = guess_ms;
    }

    /// Takes a pong.
    pub fn take(&mut self, sent_ms: f64, received_ms: f64, server_ms: i64) {
        // It may have waited in this device while that slept.
        if sent_ms < self.jumped_ms {
            return;
        }
        if let Some(anchor) = &mut self.anchor {
            // The clocks were looked at as the pong came in: from here on they go together.
            anchor.date_ms += received_ms - anchor.local_ms;
            anchor.local_ms = received_ms;
        }
        let sample = Sample {
            round_trip_ms: (received_ms - sent_ms).max(0.0),
            offset_ms: server_ms as f64 - f64::midpoint(sent_ms, received_ms),
        };
        // Samples that cannot both be right: the device slept, or the server's clock was set. The newest is right.
        let contradicts = |earlier: &Sample| {
            (earlier.offset_ms - sample.offset_ms).abs()
                > f64::midpoint(earlier.round_trip_ms, sample.round_trip_ms) + DRIFT_MS_MAX
        };
        if self.samples.iter().any(contradicts) {
            self.samples.clear();
        }
        if self.samples.len() == SAMPLES_MAX {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }

    /// How many pongs the estimate rests on.
    pub fn samples(&self) -> usize {
        self.samples.len()
    }

    /// The shortest round trip that is remembered, in milliseconds.
    pub fn round_trip_ms(&self) -> Option<f64> {
        self.samples
            .iter()
            .map(|sample| sample.round_trip_ms)
            .min_by(f64::total_cmp)
    }

    /// How well the server's clock is known.
    pub fn trust(&self) -> ClockTrust {
        if self.samples.is_empty() && !self.recalled {
            ClockTrust::Unknown
        } else {
            ClockTrust::Estimated
        }
    }

    /// The server's time at `local_ms`, if the server has ever said anything.
    pub fn now(&self, local_ms: f64) -> Option<Instant> {
        self.offset_ms()
            .map(|offset_ms| Instant::from_unix_ms((local_ms + offset_ms).round() as i64))
    }

    fn offset_ms(&self) -> Option<f64> {
        let best = self
            .samples
            .iter()
            .min_by(|a, b| a.round_trip_ms.total_cmp(&b.round_trip_ms))
            .map(|sample| sample.offset_ms);
        best.or(self.first_guess_ms)
    }
}

/// Screens look at the clock at least this often, in milliseconds.
const TICK_MS_MAX: i64 = 250;

/// How long until a screen looks at the clock again, in milliseconds: when the next second begins, of the day or of a clock
/// that counts to or from one of `marks`, so that what it shows changes on the dot.
pub fn next_tick_ms(now: Instant, marks: impl IntoIterator<Item = Instant>) -> u64 {
    let to_second = |ms: i64| 1_000 - ms.rem_euclid(1_000);
    let of_day = to_second(now.unix_ms);
    marks
        .into_iter()
        .map(|mark| to_second(now.ms_since(mark)))
        .fold(of_day.min(TICK_MS_MAX), i64::min)
        .unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_looked_at_when_a_second_begins() {
        let at = Instant::from_unix_ms;
        for (now_ms, marks_ms, wait_ms) in [
            (10_000, &[][..], 250),
            (10_900, &[], 100),
            (10_000, &[20_100], 100),
            (10_000, &[20_000], 250),
            (10_950, &[20_900], 50),
            (30_000, &[20_020], 20),
            // One that counts up, from where its pauses put it, beside its end.
            (10_000, &[5_070], 70),
            (10_000, &[20_100, 5_070], 70),
            (10_000, &[20_030, 5_070], 30),
        ] {
            let marks = marks_ms.iter().copied().map(at);
            assert_eq!(next_tick_ms(at(now_ms), marks), wait_ms, "{now_ms} {marks_ms:?}");
        }
    }

    fn now(clock: &ServerClock, local_ms: f64) -> Option<i64> {
        clock.now(local_ms).map(|instant| instant.unix_ms)
    }

    #[test]
    fn a_welcome_gives_a_guess_and_a_pong_an_estimate() {
        let mut clock = ServerClock::default();
        assert_eq!(clock.now(0.0), None);
        clock.guess(100.0, 5_100);
        assert_eq!(
            (now(&clock, 200.0), clock.trust()),
            (Some(5_200), ClockTrust::Unknown)
        );
        clock.take(200.0, 240.0, 5_230);
        assert_eq!(
            (now(&clock, 240.0), clock.trust()),
            (Some(5_250), ClockTrust::Estimated)
        );
    }

    #[test]
    fn what_an_earlier_page_estimated_holds_until_the_server_speaks() {
        let mut clock = ServerClock::default();
        clock.recall(100.0, 9_100);
        assert_eq!(
            (now(&clock, 200.0), clock.trust()),
            (Some(9_200), ClockTrust::Estimated)
        );
        clock.take(200.0, 240.0, 5_230);
        clock.recall(240.0, 0);
        assert_eq!(now(&clock, 240.0), Some(5_250));
    }

    #[test]
    fn the_shortest_round_trip_wins_until_it_is_forgotten() {
        let mut clock = ServerClock::default();
        clock.take(0.0, 10.0, 1_005);
        clock.take(1_000.0, 1_200.0, 2_180);
        assert_eq!(now(&clock, 2_000.0), Some(3_000));
        for second in 2..=9_i32 {
            let sent_ms = f64::from(second) * 1_000.0;
            clock.take(sent_ms, sent_ms + 100.0, i64::from(second) * 1_000 + 1_060);
        }
        assert_eq!(now(&clock, 2_000.0), Some(3_010));
    }

    /// A clock that is known: the server's stands at `local_ms` + 5,000; and the device's clocks, moved by hand.
    struct Tablet {
        clock: ServerClock,
        local_ms: f64,
        date_ms: f64,
    }

    impl Tablet {
        fn that_knows() -> Self {
            let mut tablet = Self {
                clock: ServerClock::default(),
                local_ms: 100.0,
                date_ms: 900_000.0,
            };
            tablet.look();
            tablet.pong();
            tablet
        }

        fn look(&mut self) {
            self.clock.look(Reading {
                local_ms: self.local_ms,
                date_ms: self.date_ms,
            });
        }

        fn pong(&mut self) {
            self.clock
                .take(self.local_ms - 10.0, self.local_ms, self.local_ms as i64 + 4_995);
        }

        /// Time passes, as each of the clocks has it.
        fn pass(&mut self, local_ms: f64, date_ms: f64) {
            self.local_ms += local_ms;
            self.date_ms += date_ms;
            self.look();
        }

        /// How the estimate has moved since it was known, and what it is worth.
        fn state(&self) -> (i64, ClockTrust) {
            let now_ms = now(&self.clock, self.local_ms).unwrap();
            (now_ms - 5_100, self.clock.trust())
        }
    }

    #[test]
    fn a_jump_of_the_devices_clocks_makes_the_time_unknown() {
        use ClockTrust::{Estimated, Unknown};
        for (what, local_ms, date_ms, moved_ms, trust) in [
            ("a second", 1_000.0, 1_000.0, 1_000, Estimated),
            ("a tick that came late", 1_000.0, 1_400.0, 1_000, Estimated),
            (
                "an hour, while the date is put right",
                3_600_000.0,
                3_603_000.0,
                3_600_000,
                Estimated,
            ),
            (
                "asleep, and the monotonic clock stood",
                0.0,
                40_000.0,
                40_000,
                Unknown,
            ),
            ("asleep, and it did not", 40_000.0, 40_000.0, 40_000, Estimated),
            ("asleep for the night", 250.0, 28_800_000.0, 28_800_000, Unknown),
            ("set ahead", 1_000.0, 61_000.0, 61_000, Unknown),
            ("set back", 1_000.0, -59_000.0, 1_000, Unknown),
        ] {
            let mut tablet = Tablet::that_knows();
            tablet.pass(local_ms, date_ms);
            assert_eq!(tablet.state(), (moved_ms, trust), "{what}");
        }
    }

    #[test]
    fn a_jump_is_doubted_until_the_server_has_answered_a_ping_of_after_it() {
        let mut tablet = Tablet::that_knows();
        let before_ms = tablet.local_ms;
        tablet.pass(0.0, 40_000.0);
        tablet.pass(1_000.0, 1_000.0);
        assert_eq!(tablet.clock.trust(), ClockTrust::Unknown, "it is not forgotten");
        // A pong that lay in the device while it slept.
        tablet.clock.take(before_ms - 1.0, tablet.local_ms, 5_100);
        assert_eq!(tablet.state(), (41_000, ClockTrust::Unknown));
        tablet.pong();
        assert_eq!(tablet.state(), (1_000, ClockTrust::Estimated));
        tablet.pass(1_000.0, 1_000.0);
        assert_eq!(tablet.clock.trust(), ClockTrust::Estimated);
    }

    #[test]
    fn naps_add_up() {
        let mut tablet = Tablet::that_knows();
        for _ in 0..3 {
            tablet.pass(250.0, 650.0);
        }
        assert_eq!(tablet.state(), (1_950, ClockTrust::Unknown));
    }

    #[test]
    fn a_clock_that_was_never_known_stays_unknown_through_a_jump() {
        let mut clock = ServerClock::default();
        clock.look(Reading::default());
        let later = Reading {
            local_ms: 0.0,
            date_ms: 60_000.0,
        };
        clock.look(later);
        assert_eq!((clock.now(0.0), clock.trust()), (None, ClockTrust::Unknown));
        // What an earlier page knew was known by the date, which the jump does not touch.
        clock.recall(0.0, 9_000);
        assert_eq!(clock.trust(), ClockTrust::Estimated);
        clock.look(Reading {
            local_ms: 0.0,
            date_ms: 120_000.0,
        });
        assert_eq!(
            (now(&clock, 0.0), clock.trust()),
            (Some(69_000), ClockTrust::Unknown)
        );
    }

    #[test]
    fn an_event_that_lies_ahead_makes_the_clock_an_old_one() {
        let mut tablet = Tablet::that_knows();
        tablet
            .clock
            .hear_of(100.0, Instant::from_unix_ms(5_100 + CLOCK_AHEAD_MS_MAX));
        assert_eq!(
            tablet.state(),
            (0, ClockTrust::Estimated),
            "it may be the way there"
        );
        tablet.clock.hear_of(100.0, Instant::from_unix_ms(15_100));
        assert_eq!(tablet.state(), (10_000, ClockTrust::Unknown));
        tablet.clock.hear_of(100.0, Instant::from_unix_ms(5_100));
        assert_eq!(tablet.state().0, 10_000, "it does not go back");
    }

    #[test]
    fn a_device_that_slept_believes_the_newest_pong() {
        let mut clock = ServerClock::default();
        clock.take(0.0, 10.0, 1_005);
        clock.take(5_000.0, 5_200.0, 3_606_100);
        assert_eq!(now(&clock, 5_200.0), Some(3_606_200));
    }
}
