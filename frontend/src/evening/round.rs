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
    let remark = move || {
        let remark = match (face.with(|face| face.clock), kind()) {
            (RoundClock::Paused { .. }, _) => t.common().round_paused,
            (RoundClock::Overtime { .. }, _) => t.common().round_overtime,
            // More than a colour says that the end is near; a clock that does not count down says what it shows.
            (clock, TimerKind::CountDown) => match state(clock, marks.get().flatten().unwrap_or_default()) {
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
    part(move || {
        let (number, title) = round.get().flatten()?;
        let timer = view! {
            <section class="timer">
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
}
