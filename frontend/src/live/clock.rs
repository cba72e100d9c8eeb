//! The server's clock, estimated from pings.
//!
//! Times called `local_ms` come from one monotonic clock of this device. A pong says that the server's clock stood at
//! `server_ms` somewhere between sending and receiving, so the shorter the round trip, the better the estimate: the
//! best of the last few is used.

use std::collections::VecDeque;

use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::instant::Instant;

/// How many pongs are remembered.
const SAMPLES_MAX: usize = 8;
/// What the two clocks may drift apart while a sample is remembered, in milliseconds.
const DRIFT_MS_MAX: f64 = 20.0;

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

    /// Takes a pong.
    pub fn take(&mut self, sent_ms: f64, received_ms: f64, server_ms: i64) {
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
        let best = self
            .samples
            .iter()
            .min_by(|a, b| a.round_trip_ms.total_cmp(&b.round_trip_ms))
            .map(|sample| sample.offset_ms);
        best.or(self.first_guess_ms)
            .map(|offset_ms| Instant::from_unix_ms((local_ms + offset_ms).round() as i64))
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

    #[test]
    fn a_device_that_slept_believes_the_newest_pong() {
        let mut clock = ServerClock::default();
        clock.take(0.0, 10.0, 1_005);
        clock.take(5_000.0, 5_200.0, 3_606_100);
        assert_eq!(now(&clock, 5_200.0), Some(3_606_200));
    }
}
