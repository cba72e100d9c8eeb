//! The count: frozen, revealed, and announced as the evening's result. Beside it the switch that darkens the wall.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Reveal};
use borsklokka_shared::exchange::{Phase, PublicTotals};
use leptos::prelude::*;

use super::controls::Controls;
use super::scenes::Blackout;
use crate::components::{Button, Weight};
use crate::desk::{Desk, TwicePressed};
use crate::texts::desk_texts;

/// Where the result stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// The floor has not closed for the evening.
    Ahead,
    /// It can be announced.
    Due,
    /// It is announced.
    Announced,
}

fn outcome(board: &Board) -> Outcome {
    match (board.result_at, board.floor.settled_phase()) {
        (Some(_), _) => Outcome::Announced,
        (None, Phase::Closed) => Outcome::Due,
        (None, Phase::Preparing | Phase::Open) => Outcome::Ahead,
    }
}

/// Freeze, reveal, announce.
#[component]
pub fn CountPanel() -> impl IntoView {
    let (desk, controls) = (Desk::of_page(), Controls::of_page());
    let t = &desk_texts().moderator;
    let frozen = desk
        .live
        .board(|board| matches!(board.public_totals, PublicTotals::Frozen { .. }));
    let is_frozen = move || frozen.get() == Some(true);
    let outcome = desk.live.board(outcome);
    let cut_off = desk.is_cut_off();
    let is_announced = move || outcome.get() == Some(Outcome::Announced);
    let is_not_due = Signal::derive(move || cut_off.get() || outcome.get() != Some(Outcome::Due));
    view! {
        <section class="panel">
            <h2>{t.count}</h2>
            <div class="count-buttons">
                // All stay in their place, seen or not: a hand on Tab goes on from the one that it pressed.
                <div class="count-choice" hidden=is_frozen>
                    <Button
                        testid="freeze"
                        disabled=Signal::derive(move || cut_off.get() || is_announced())
                        press=move || controls.freeze()
                    >
                        {t.freeze}
                    </Button>
                </div>
                <div class="count-choice" hidden=move || !is_frozen()>
                    <Button testid="reveal-next" disabled=cut_off press=move || controls.reveal(Reveal::Next)>
                        {t.reveal_next}
                    </Button>
                    <Button
                        weight=Weight::Primary
                        testid="reveal-all"
                        disabled=cut_off
                        press=move || controls.reveal(Reveal::All)
                    >
                        {t.reveal_all}
                    </Button>
                </div>
                <Blackout />
                <TwicePressed
                    testid="announce-result"
                    disabled=is_not_due
                    press=move || desk.ask(&Command::AnnounceResult)
                >
                    {move || if is_announced() { t.result_announced } else { t.announce_result }}
                </TwicePressed>
            </div>
            {move || {
                (outcome.get() == Some(Outcome::Ahead))
                    .then(|| view! { <p class="panel-note">{t.result_after_closing}</p> })
            }}
        </section>
    }
}
