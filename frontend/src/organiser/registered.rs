//! How far registration has come, where the organiser hopes for some of each sector.

use borsklokka_shared::board::Board;
use leptos::prelude::*;

use crate::components::registered;
use crate::live::Live;
use crate::texts::desk_texts;

/// The sectors with their goals, and all of them together; nothing without goals.
#[component]
pub fn Registered() -> impl IntoView {
    let t = &desk_texts().common;
    let rows = Live::of_page().board(Board::registered);
    move || {
        let rows = rows.get().filter(|rows| !rows.is_empty())?;
        let (count, goal) = rows
            .iter()
            .fold((0, 0), |(count, goal), row| (count + row.count, goal + row.goal));
        let card = view! {
            <section class="card">
                <div class="card-head">
                    <h2 class="form-heading">{t.registered}</h2>
                    <b class="form-heading">{format!("{count} / {goal}")}</b>
                </div>
                {registered(rows, |sector| t.sector(sector))}
            </section>
        };
        Some(card)
    }
}
