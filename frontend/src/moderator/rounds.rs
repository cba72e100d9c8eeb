//! The rounds: the clock, and what may be done with it.

use borsklokka_shared::board::Board;
use borsklokka_shared::round::{Round, RoundClock, RoundState};
use leptos::prelude::*;

use super::controls::{Controls, Hand, may_start, next_ready};
use super::more_rounds::RoundsSheet;
use crate::civil_time::time_of_day;
use crate::components::{Button, Face, Timer, Weight};
use crate::desk::{Desk, TwicePressed};
use crate::sheet::Sheets;
use crate::texts::moderator::details;
use crate::texts::texts;

/// The round that the desk is about: the current one, else the next, else the last.
fn shown(board: &Board) -> Option<&Round> {
    board
        .current_round()
        .or_else(|| next_ready(board))
        .or_else(|| board.rounds.last())
}

/// The round's name, clock and buttons.
#[component]
pub fn Rounds() -> impl IntoView {
    let (desk, sheets) = (Desk::of_page(), Sheets::of_page());
    let t = texts();
    let live = desk.live;
    let title = live.board(move |board| {
        shown(board).map_or_else(|| t.moderator().no_rounds.to_owned(), |round| round.title.clone())
    });
    let place = live.board(move |board| Some(t.common().round_of(shown(board)?.id.0, board.rounds.len())));
    let clock = live.board_at(|board, now| shown(board).map(|round| round.clock(now)));
    let has_none = move || clock.get().flatten().is_none();
    let clock = Signal::derive(move || clock.get().flatten().unwrap_or(RoundClock::Ended));
    // The desk needs what is left, whatever the hall is shown.
    let face = Signal::derive(move || Face::counting_down(clock.get()));
    let ends = live.board(|board| {
        let RoundState::Running { ends_at, .. } = shown(board)?.state else {
            return None;
        };
        Some(time_of_day(ends_at, &board.settings.as_ref()?.time_zone))
    });
    let note = move || match clock.get() {
        RoundClock::Ready { .. } => t.moderator().ready.to_owned(),
        RoundClock::Left { .. } => t.moderator().ends_at(ends.get().flatten().unwrap_or_default()),
        RoundClock::Paused { .. } => t.moderator().paused.to_owned(),
        RoundClock::Overtime { .. } => t.moderator().overtime.to_owned(),
        RoundClock::Ended => t.moderator().ended.to_owned(),
    };
    view! {
        <section class="panel panel-round">
            <div class="round-head">
                <h2 dir="auto">{title}</h2>
                <p>{move || place.get().flatten()}</p>
                <button
                    type="button"
                    class="round-all"
                    data-testid="rounds-open"
                    on:click=move |_| sheets.lay(|| view! { <RoundsSheet /> })
                >
                    {details().steps().rounds}
                    " …"
                </button>
            </div>
            <p class="round-time" class:has-none=has_none>
                <Timer face />
                <span class="round-note">{note}</span>
            </p>
            <RoundButtons />
        </section>
    }
}

#[component]
fn RoundButtons() -> impl IntoView {
    let (desk, controls, sheets) = (Desk::of_page(), Controls::of_page(), Sheets::of_page());
    let t = texts().moderator();
    let hand = desk.live.board(Hand::of);
    let has_next = desk.live.board(|board| next_ready(board).is_some());
    let may_start = desk.live.board(may_start);
    let cut_off = desk.is_cut_off();
    let is_idle = Signal::derive(move || cut_off.get() || matches!(hand.get(), None | Some(Hand::Idle)));
    // One press must not take the result from the hall: the floor is opened again first, by its bell.
    let has_no_next = Signal::derive(move || {
        cut_off.get() || has_next.get() != Some(true) || may_start.get() != Some(true)
    });
    view! {
        <div class="round-buttons">
            {move || match hand.get() {
                None | Some(Hand::Idle) if has_next.get() == Some(false) => {
                    view! {
                        <Button
                            weight=Weight::Primary
                            testid="round-more"
                            disabled=cut_off
                            press=move || sheets.lay(|| view! { <RoundsSheet /> })
                        >
                            {details().steps().rounds}
                            " …"
                        </Button>
                    }
                    .into_any()
                }
                None | Some(Hand::Idle) => {
                    view! {
                        <Button
                            weight=Weight::Primary
                            testid="round-start"
                            disabled=has_no_next
                            press=move || controls.start_next()
                        >
                            {t.start}
                        </Button>
                    }
                    .into_any()
                }
                Some(Hand::Running) => {
                    view! {
                        <Button
                            weight=Weight::Primary
                            testid="round-pause"
                            disabled=cut_off
                            press=move || controls.pause_or_resume()
                        >
                            {t.pause}
                        </Button>
                    }
                    .into_any()
                }
                Some(Hand::Standing) => {
                    view! {
                        <Button
                            weight=Weight::Primary
                            testid="round-resume"
                            disabled=cut_off
                            press=move || controls.pause_or_resume()
                        >
                            {t.resume}
                        </Button>
                    }
                    .into_any()
                }
            }}
            <Button testid="round-minus" disabled=is_idle press=move || controls.shorter()>
                {t.minus}
            </Button>
            <Button testid="round-plus" disabled=is_idle press=move || controls.longer()>
                {t.plus}
            </Button>
            <TwicePressed
                testid="round-end"
                disabled=is_idle
                twice=controls.ends
                asks=t.sure
                press=move || controls.end()
            >
                {t.end}
            </TwicePressed>
            <TwicePressed
                testid="round-next"
                disabled=Signal::derive(move || is_idle.get() || has_no_next.get())
                twice=controls.moves_on
                asks=t.sure
                press=move || controls.start_next()
            >
                {t.next}
            </TwicePressed>
        </div>
    }
}
