//! Deals that were on paper before the closing bell: their broker says so, and the moderator decides.

use borsklokka_shared::command::WrittenOn;
use borsklokka_shared::exchange::Phase;
use leptos::prelude::*;

use super::Intake;
use crate::draft::{Draft, Field};
use crate::texts::texts;

/// After the closing bell: whether what is written in the form stood on paper before it.
#[component]
pub fn OnPaper() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let phase = intake.live.board_at(|board, now| board.floor.phase(now));
    view! {
        <Show when=move || phase.get() == Some(Phase::Closed) && intake.draft.with(|draft| draft.amends.is_none())>
            <label class="check on-paper">
                <input
                    type="checkbox"
                    data-testid="from-paper"
                    prop:checked=move || intake.draft.with(|draft| draft.on_paper)
                    on:change=move |event| {
                        intake.write(Field::Form, |draft| draft.on_paper = event_target_checked(&event));
                    }
                />
                <span>{t.from_paper} <small>{t.from_paper_why}</small></span>
            </label>
        </Show>
    }
}

/// Where the deal in the form was written. What was ticked after one bell says nothing of the next.
pub(super) fn written_on(intake: &Intake, draft: &Draft) -> WrittenOn {
    let now = intake.live.now();
    let is_closed = intake.live.peek(|board| board.floor.phase(now) == Phase::Closed);
    if is_closed == Some(true) && draft.on_paper {
        WrittenOn::Paper
    } else {
        WrittenOn::Tablet
    }
}
