//! A round's clock.

use borsklokka_shared::round::RoundClock;
use leptos::prelude::*;

use super::part::words;

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

/// The name of a clock's state in style sheets and tests.
pub const fn state(clock: RoundClock) -> &'static str {
    match clock {
        RoundClock::Ready { .. } => "ready",
        RoundClock::Left { left_ms } if left_ms <= LAST_MS => "last",
        RoundClock::Left { .. } => "running",
        RoundClock::Paused { .. } => "paused",
        RoundClock::Overtime { .. } => "overtime",
        RoundClock::Ended => "ended",
    }
}

/// The end of a round is near, in milliseconds.
const LAST_MS: i64 = 60_000;

/// A round's clock, ticking.
#[component]
pub fn Timer(
    /// What it reads now.
    #[prop(into)]
    clock: Signal<RoundClock>,
) -> impl IntoView {
    view! {
        <span class="timer-time" data-testid="timer" data-state=move || state(clock.get())>
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
}
