//! The evening's programme, as it is set.

use borsklokka_shared::exchange::{ProgrammeItem, Slot};
use leptos::prelude::*;

use crate::live::Live;
use crate::texts::office_texts;

/// The programme.
#[component]
pub fn Programme() -> impl IntoView {
    let t = &office_texts().organiser;
    let items = Live::of_page().board(|board| board.programme.clone());
    let line = move |ProgrammeItem { time, title, slot }| {
        let length = match slot {
            Slot::Round { minutes, .. } => Some(t.minutes(minutes)),
            Slot::Gathering | Slot::Closing => None,
        };
        view! {
            <li>
                <span>{time}</span>
                <span>{title}</span>
                <span class="office-note">{length}</span>
            </li>
        }
    };
    view! {
        <section class="card">
            <h2 class="form-heading">{t.programme}</h2>
            <ol class="organiser-programme">
                {move || items.get().unwrap_or_default().into_iter().map(line).collect_view()}
            </ol>
        </section>
    }
}
