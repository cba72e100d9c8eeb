//! The round's clock on the phone; in the break, what is next and in how long, as the wall says.

use leptos::prelude::*;

use crate::components::{part, words};
use crate::live::Live;
use crate::texts::texts;
use crate::wall::pause::said_in_break;
use crate::wall::standing::RoundTimer;

/// The round, or the break.
#[component]
pub fn RoundOrBreak() -> impl IntoView {
    let t = texts();
    let said = Live::of_page().board_at(move |board, now| said_in_break(board, now, t));
    let said = Memo::new(move |_| said.get().flatten());
    let is_break = Memo::new(move |_| said.with(Option::is_some));
    let is_time = move || said.with(|said| said.as_ref().is_some_and(|said| said.is_time));
    part(move || {
        let shown = if is_break.get() {
            view! {
                <section class="timer" data-testid="break">
                    <p class="timer-label" dir="auto">
                        {words(move || Some(said.get()?.lead))} " " <b>{words(move || Some(said.get()?.line))}</b>
                    </p>
                    <p class="timer-time" class:break-words=move || !is_time() dir="auto">
                        {words(move || Some(said.get()?.large))}
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
