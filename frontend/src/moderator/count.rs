//! The count: frozen, revealed, and announced as the evening's result. Beside it the switch that darkens the wall.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Reveal};
use borsklokka_shared::exchange::{Phase, PublicTotals};
use leptos::prelude::*;

use super::controls::Controls;
use super::deal_rows::unhammered;
use super::prizes::PrizesButton;
use super::scenes::Blackout;
use crate::components::{Button, HoldButton, Holding};
use crate::desk::{Desk, Twice};
use crate::texts::texts;

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
    let t = texts().moderator();
    let frozen = desk
        .live
        .board(|board| matches!(board.public_totals, PublicTotals::Frozen { .. }));
    let is_frozen = move || frozen.get() == Some(true);
    let outcome = desk.live.board(outcome);
    let cut_off = desk.is_cut_off();
    let is_announced = move || outcome.get() == Some(Outcome::Announced);
    let is_not_frozen = Signal::derive(move || cut_off.get() || !is_frozen());
    let everything = Holding::new();
    view! {
        <section class="panel">
            <h2>{t.count}</h2>
            // Each has a place of its own, pressed or not: the count may freeze by itself while a finger is on its way.
            <div class="count-buttons">
                <Button
                    testid="freeze"
                    disabled=Signal::derive(move || cut_off.get() || is_frozen() || is_announced())
                    press=move || controls.freeze()
                >
                    {t.freeze}
                </Button>
                <button
                    type="button"
                    class="button"
                    class:button-primary=move || !is_not_frozen.get()
                    class:button-danger=controls.reveals.asked()
                    data-testid="reveal-next"
                    disabled=is_not_frozen
                    on:click=move |event| {
                        if event.detail() < 2 {
                            controls.reveal_next();
                        }
                    }
                >
                    {move || if controls.reveals.asked().get() { t.sure } else { t.reveal_next }}
                </button>
                <HoldButton
                    class="button button-hold"
                    testid="reveal-all"
                    holding=everything
                    press=move |event| everything.press(event, move || controls.reveal(Reveal::All))
                    disabled=is_not_frozen
                >
                    {t.reveal_all}
                </HoldButton>
                <Blackout />
                <ResultButton />
                <PrizesButton />
            </div>
            <p class="panel-note count-note">
                {move || (outcome.get() == Some(Outcome::Ahead)).then_some(t.result_after_closing)}
            </p>
        </section>
    }
}

/// Announces the result, asking first: what waits for the hammer then comes to nothing, and stands in the question.
#[component]
fn ResultButton() -> impl IntoView {
    let desk = Desk::of_page();
    let (t, press_again) = (texts().moderator(), texts().desk().press_again);
    let (outcome, waiting) = (desk.live.board(outcome), desk.live.board(unhammered));
    let announces = Twice::new();
    let asked = announces.asked();
    let cut_off = desk.is_cut_off();
    let is_not_due = move || cut_off.get() || outcome.get() != Some(Outcome::Due);
    let says = move || match (outcome.get(), asked.get(), waiting.get().unwrap_or_default()) {
        (Some(Outcome::Announced), ..) => t.result_announced.to_owned(),
        (_, false, _) => t.announce_result.to_owned(),
        (_, true, 0) => press_again.to_owned(),
        (_, true, waiting) => t.announce_without(waiting),
    };
    view! {
        <button
            type="button"
            class="button"
            class:button-danger=asked
            data-testid="announce-result"
            disabled=is_not_due
            on:click=move |event| {
                // Two taps in a row are one hasty press.
                if event.detail() < 2 {
                    announces.press(|| desk.ask_surely(&Command::AnnounceResult));
                }
            }
        >
            {says}
        </button>
    }
}
