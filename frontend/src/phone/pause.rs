//! The round's clock on the phone; in the break, what is next and in how long, as the wall says.

use borsklokka_shared::exchange::Scene;
use leptos::prelude::*;

use crate::components::{part, words};
use crate::evening::pause::{Said, said_in_break};
use crate::evening::round::RoundTimer;
use crate::evening::scene::shown;
use crate::live::Live;
use crate::texts::texts;

/// The round, or the break.
#[component]
pub fn RoundOrBreak() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    // Memos of kinds that the phone has anyway: a kind of its own would make a first visit larger.
    let said = move |pick: fn(Said) -> String| {
        let said = live.board_at(move |board, now| said_in_break(board, now, t).map(pick));
        words(move || said.get().flatten())
    };
    let is_break = live.board_at(|board, now| shown(board, now, None, None) == Scene::Pause);
    let is_time =
        live.board_at(move |board, now| said_in_break(board, now, t).is_some_and(|said| said.is_time));
    part(move || {
        let shown = if is_break.get() == Some(true) {
            view! {
                <section class="timer" data-testid="break">
                    <p class="timer-label" dir="auto">
                        {said(|said| said.lead)} " " <b>{said(|said| said.line)}</b>
                    </p>
                    <p class="timer-time" class:break-words=move || is_time.get() != Some(true) dir="auto">
                        {said(|said| said.large)}
                    </p>
                </section>
            }
            .into_any()
        } else {
            view! { <RoundTimer /> }.into_any()
        };
        Some(shown)
    })
}
