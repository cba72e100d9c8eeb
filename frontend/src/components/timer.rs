//! A round's clock.

use borsklokka_shared::round::RoundClock;
use leptos::prelude::*;

use super::part::words;
use crate::live::Live;

/// What a round's clock reads: `23:41`, `+0:12` in overtime. Time left is rounded up, so that it reads zero at the end.
pub fn reading(clock: RoundClock) -> String {
    let time = |ms: i64| {
        let seconds = ms.unsigned_abs().div_ceil(1_000);
        format!("{}:{:02}", seconds / 60, seconds % 60)
    };
    match clock {
        RoundClock::Ready { planned_ms } => time(planned_ms),
        RoundClock::Left { left_ms } => time(left_ms),
        RoundClock::Paused { left_ms } if left_ms >= 0 => time(left_ms),
        RoundClock::Paused { left_ms: over_ms } => format!("+{}", time(over_ms)),
        RoundClock::Overtime { over_ms } => format!("+{}", time(over_ms - over_ms % 1_000)),
        RoundClock::Ended => time(0),
    }
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

/// A round's clock, ticking.
#[component]
pub fn Timer(
    /// What it reads now.
    #[prop(into)]
    clock: Signal<RoundClock>,
) -> impl IntoView {
    let marks = Live::of_page().board(|board| {
        let staging = &board.settings.as_ref()?.staging;
        Some((staging.warning_s, staging.danger_s))
    });
    let state = move || state(clock.get(), marks.get().flatten().unwrap_or_default());
    view! {
        <span class="timer-time" data-testid="timer" data-state=state>
            {words(move || Some(reading(clock.get())))}
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
        ] {
            assert_eq!(reading(clock), text);
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
