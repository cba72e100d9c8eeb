//! A round's clock.

use borsklokka_shared::exchange::TimerKind;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::round::{Round, RoundClock};
use leptos::prelude::*;

use super::part::words;
use crate::live::Live;

/// What a round's clock reads: `23:41`, `+0:12` in overtime. Time left is rounded up, so that it reads zero at the end.
pub fn reading(clock: RoundClock) -> String {
    match clock {
        RoundClock::Ready { planned_ms } => left(planned_ms),
        RoundClock::Left { left_ms } => left(left_ms),
        RoundClock::Paused { left_ms } if left_ms >= 0 => left(left_ms),
        RoundClock::Paused { left_ms: over_ms } => format!("+{}", gone(-over_ms)),
        RoundClock::Overtime { over_ms } => format!("+{}", gone(over_ms)),
        RoundClock::Ended => left(0),
    }
}

/// What is left is rounded up: the second that has begun is still there.
fn left(ms: i64) -> String {
    minutes(ms.unsigned_abs().div_ceil(1_000))
}

/// What has gone is rounded down: the second that has begun has not gone yet.
fn gone(ms: i64) -> String {
    minutes(ms.unsigned_abs() / 1_000)
}

fn minutes(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The name of a clock's state in style sheets and tests. It warns when less than `marks` is left, in seconds: first the
/// warning, then the danger.
pub const fn state(clock: RoundClock, marks: (u32, u32)) -> &'static str {
    let (warning_s, danger_s) = marks;
    match clock {
        RoundClock::Ready { .. } => "ready",
        RoundClock::Left { left_ms } if left_ms <= danger_s as i64 * 1_000 => "danger",
        RoundClock::Left { left_ms } if left_ms <= warning_s as i64 * 1_000 => "warning",
        RoundClock::Left { .. } => "running",
        RoundClock::Paused { .. } => "paused",
        RoundClock::Overtime { .. } => "overtime",
        RoundClock::Ended => "ended",
    }
}

/// What a timer shows of a round at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// How the round stands.
    pub clock: RoundClock,
    /// What the timer reads.
    pub text: String,
    /// How far the round is past its end, such as `+0:12`, if the timer does not read that itself.
    pub over: Option<String>,
}

impl Face {
    /// The face of a timer of this kind. `time_of_day` writes an instant as the hall's clocks show it.
    pub fn of(
        kind: TimerKind,
        round: &Round,
        now: Instant,
        time_of_day: impl FnOnce(Instant) -> String,
    ) -> Self {
        let clock = round.clock(now);
        let text = match kind {
            TimerKind::CountDown => return Self::counting_down(clock),
            TimerKind::CountUp => gone(round.ran_ms(now)),
            TimerKind::TimeOfDay => round.ends_at(now).map(time_of_day).unwrap_or_default(),
        };
        let is_over = match clock {
            RoundClock::Overtime { .. } => true,
            RoundClock::Paused { left_ms } => left_ms < 0,
            RoundClock::Ready { .. } | RoundClock::Left { .. } | RoundClock::Ended => false,
        };
        let over = is_over.then(|| reading(clock));
        Self { clock, text, over }
    }

    /// The face of a timer that counts down.
    pub fn counting_down(clock: RoundClock) -> Self {
        let text = reading(clock);
        Self {
            clock,
            text,
            over: None,
        }
    }
}

/// A round's clock, ticking.
#[component]
pub fn Timer(
    /// What it shows now.
    #[prop(into)]
    face: Signal<Face>,
) -> impl IntoView {
    let marks = Live::of_page().board(|board| {
        let staging = &board.settings.as_ref()?.staging;
        Some((staging.warning_s, staging.danger_s))
    });
    let state = move || face.with(|face| state(face.clock, marks.get().flatten().unwrap_or_default()));
    view! {
        <span class="timer-time" data-testid="timer" data-state=state>
            {words(move || Some(face.with(|face| face.text.clone())))}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_zero_exactly_at_the_end() {
        for (clock, text) in [
            (
                RoundClock::Ready {
                    planned_ms: 1_500_000,
                },
                "25:00",
            ),
            (RoundClock::Left { left_ms: 1_421_000 }, "23:41"),
            (RoundClock::Left { left_ms: 1 }, "0:01"),
            (RoundClock::Left { left_ms: 0 }, "0:00"),
            (RoundClock::Overtime { over_ms: 999 }, "+0:00"),
            (RoundClock::Overtime { over_ms: 12_400 }, "+0:12"),
            (RoundClock::Paused { left_ms: 61_000 }, "1:01"),
            (RoundClock::Paused { left_ms: -61_000 }, "+1:01"),
            (RoundClock::Paused { left_ms: -61_999 }, "+1:01"),
        ] {
            assert_eq!(reading(clock), text);
        }
    }

    /// A round of 25 minutes that started at 0 and has stood for 90 seconds.
    fn round(state: &str) -> Round {
        let text = format!(r#"{{"id":1,"title":"","planned_minutes":25,"state":{state}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn every_kind_shows_the_same_round() {
        let at = Instant::from_unix_ms;
        let running = round(
            r#"{"state":"running","started_at":"1970-01-01T00:00:00Z","ends_at":"1970-01-01T00:26:30Z","paused_ms":90000}"#,
        );
        let paused = |rest_ms: i64, ran_ms: i64| {
            round(&format!(
                r#"{{"state":"paused","started_at":"1970-01-01T00:00:00Z","rest_ms":{rest_ms},"ran_ms":{ran_ms}}}"#
            ))
        };
        // The round, the time, then what is shown counting down, counting up, and as time of day, and the overtime beside.
        for (round, now_ms, down, up, of_day, over) in [
            (&running, 90_000, "25:00", "0:00", "1590000", None),
            (&running, 690_999, "15:00", "10:00", "1590000", None),
            (&running, 1_590_000, "0:00", "25:00", "1590000", None),
            (&running, 1_602_400, "+0:12", "25:12", "1590000", Some("+0:12")),
            (
                &paused(60_000, 1_440_500),
                2_000_000,
                "1:00",
                "24:00",
                "2060000",
                None,
            ),
            (
                &paused(-5_500, 1_505_500),
                2_000_000,
                "+0:05",
                "25:05",
                "1994500",
                Some("+0:05"),
            ),
        ] {
            let face = |kind| Face::of(kind, round, at(now_ms), |instant| instant.unix_ms.to_string());
            let faces = [TimerKind::CountDown, TimerKind::CountUp, TimerKind::TimeOfDay].map(face);
            let texts = faces.each_ref().map(|face| face.text.as_str());
            assert_eq!(texts, [down, up, of_day], "{now_ms}");
            let overs = faces.each_ref().map(|face| face.over.as_deref());
            assert_eq!(overs, [None, over, over], "{now_ms}");
            assert!(faces.iter().all(|face| face.clock == round.clock(at(now_ms))));
        }
    }

    #[test]
    fn warns_when_little_is_left() {
        for (left_ms, named) in [
            (300_001, "running"),
            (300_000, "warning"),
            (60_001, "warning"),
            (60_000, "danger"),
            (0, "danger"),
        ] {
            assert_eq!(state(RoundClock::Left { left_ms }, (300, 60)), named, "{left_ms}");
        }
        assert_eq!(state(RoundClock::Overtime { over_ms: 1 }, (300, 60)), "overtime");
    }
}
