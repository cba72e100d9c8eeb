//! The current round: which one, and its clock.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::TimerKind;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::round::RoundClock;
use leptos::prelude::*;

use super::next::own_title;
use crate::browser;
use crate::civil_time::time_of_day;
use crate::components::timer::state;
use crate::components::{Face, Timer, fitted, part, words};
use crate::live::Live;
use crate::route::asked;
use crate::texts::texts;

/// As many signs as a clock has that stands beside its title in its full size, such as `24:52`.
const SIGNS: usize = 5;

/// The current round: which one, and its clock.
#[component]
pub fn RoundTimer() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let round = live.board(move |board| {
        board.current_round().map(|round| {
            (
                t.common()
                    .round_of(round.id.0, board.rounds.len())
                    .replace(' ', "\u{a0}"),
                // A line may end with the dot between two parts of a title, but not begin with it.
                own_title(&round.title, round.id.0).replace(" · ", "\u{a0}· "),
            )
        })
    });
    let marks = live.board(|board| {
        let staging = &board.settings.as_ref()?.staging;
        Some((staging.warning_s, staging.danger_s))
    });
    let asked = timer_asked(&browser::query());
    let kind = live.board(move |board| {
        let staging = board.settings.as_ref().map(|settings| &settings.staging);
        asked.unwrap_or(staging.map_or(TimerKind::CountDown, |staging| staging.timer))
    });
    let kind = move || kind.get().unwrap_or_default();
    let face = live.board_at(move |board, now| face(board, now, kind()));
    let face = Signal::derive(move || {
        face.get()
            .flatten()
            .unwrap_or_else(|| Face::counting_down(RoundClock::Ended))
    });
    let named = move |clock| state(clock, marks.get().flatten().unwrap_or_default());
    let remark = move || {
        let remark = match (face.with(|face| face.clock), kind()) {
            (RoundClock::Paused { .. }, _) => t.common().round_paused,
            (RoundClock::Overtime { .. }, _) => t.common().round_overtime,
            // More than a colour says that the end is near; a clock that does not count down says what it shows.
            (clock, TimerKind::CountDown) => match named(clock) {
                "warning" => t.wall().warning,
                "danger" => t.wall().danger,
                _ => return None,
            },
            (RoundClock::Left { .. }, TimerKind::CountUp) => t.common().round_gone,
            (RoundClock::Left { .. }, TimerKind::TimeOfDay) => t.common().round_ends,
            (RoundClock::Ready { .. } | RoundClock::Ended, _) => return None,
        };
        Some(remark.to_owned())
    };
    // It only says what the timer shows: it does not call, as a pause and overtime do.
    let is_plain = move || {
        kind() != TimerKind::CountDown && face.with(|face| matches!(face.clock, RoundClock::Left { .. }))
    };
    let over = move || face.with(|face| face.over.clone());
    let is_long = move || face.with(|face| is_long(face, named(face.clock)));
    part(move || {
        let (number, title) = round.get().flatten()?;
        let timer = view! {
            <section class="timer" class:long=is_long>
                <p class="timer-label">
                    {number} <b class="fits">{fitted(|| title.clone().into_any())}</b>
                    <em class:plain=is_plain>{words(remark)}</em>
                </p>
                <p class="timer-face">
                    <Timer face />
                    <span class="timer-over" data-testid="timer-over">
                        {words(over)}
                    </span>
                </p>
            </section>
        };
        Some(timer.into_any())
    })
}

/// Whether a clock in this state takes more room than there is beside its title: it says by how much it is past its end, has another
/// figure, or a plate, which is as wide as one.
fn is_long(face: &Face, state: &str) -> bool {
    let has_plate = matches!(state, "warning" | "danger" | "overtime");
    face.over.is_some() || face.text.len() + usize::from(has_plate) > SIGNS
}

/// What the timer shows of the current round.
fn face(board: &Board, now: Instant, kind: TimerKind) -> Option<Face> {
    let round = board.current_round()?;
    let zone = board
        .settings
        .as_ref()
        .map_or("", |settings| settings.time_zone.as_str());
    Some(Face::of(kind, round, now, |instant| time_of_day(instant, zone)))
}

/// The timer that an address asks for with `?timer=`, whatever the exchange's is.
fn timer_asked(query: &str) -> Option<TimerKind> {
    match asked(query, "timer")? {
        "down" => Some(TimerKind::CountDown),
        "up" => Some(TimerKind::CountUp),
        "clock" => Some(TimerKind::TimeOfDay),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_a_timer() {
        for (query, timer) in [
            ("?timer=down", Some(TimerKind::CountDown)),
            ("?only=timer&timer=up", Some(TimerKind::CountUp)),
            ("?timer=clock", Some(TimerKind::TimeOfDay)),
            ("?timer=egg", None),
            ("", None),
        ] {
            assert_eq!(timer_asked(query), timer, "{query}");
        }
    }

    #[test]
    fn a_clock_is_long_on_its_plate_past_its_end_and_from_a_hundred_minutes_on() {
        for (text, state, over, expected) in [
            ("24:52", "running", None, false),
            ("4:59", "warning", None, false),
            ("0:45", "danger", None, false),
            ("+0:05", "paused", None, false),
            ("10:00", "warning", None, true),
            ("+0:03", "overtime", None, true),
            ("25:03", "overtime", Some("+0:03"), true),
            ("25:05", "paused", Some("+0:05"), true),
            ("120:00", "running", None, true),
        ] {
            let face = Face {
                clock: RoundClock::Ended,
                text: text.to_owned(),
                over: over.map(str::to_owned),
            };
            assert_eq!(is_long(&face, state), expected, "{text} {state}");
        }
    }
}
