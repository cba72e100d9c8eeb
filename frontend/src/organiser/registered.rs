//! How many participants of each sector are registered, of how many that were hoped for.

use borsklokka_shared::board::Board;
use borsklokka_shared::numbers;
use leptos::prelude::*;

use crate::components::registered;
use crate::live::Live;
use crate::texts::organiser::work_words;
use crate::texts::texts;

/// The sectors with their goals, and all of them together; nothing without goals.
#[component]
pub fn Registered() -> impl IntoView {
    let t = texts().organiser();
    let rows = Live::of_page().board(Board::registered);
    move || {
        let rows = rows.get().filter(|rows| !rows.is_empty())?;
        let (count, goal) = rows
            .iter()
            .fold((0, 0), |(count, goal), row| (count + row.count, goal + row.goal));
        let missing: Vec<String> = rows
            .iter()
            .filter(|row| row.count < row.goal)
            .map(|row| work_words().sector_missing(row.goal - row.count, texts().common().sector(row.sector)))
            .collect();
        let missing = numbers::row(&missing, texts().language);
        let hoped_for = (!missing.is_empty()).then(|| work_words().hoped_for(missing));
        let card = view! {
            <section class="card">
                <div class="card-head">
                    <h2 class="form-heading">{t.registered}</h2>
                    <b class="form-heading">{format!("{count} / {goal}")}</b>
                </div>
                {registered(rows, |sector| texts().common().sector(sector))}
                <p class="lacks">{hoped_for}</p>
            </section>
        };
        Some(card)
    }
}
