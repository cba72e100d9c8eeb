//! How many participants of each sector are registered, of how many that were hoped for.

use borsklokka_shared::board::{Board, Registered as Row};
use leptos::prelude::*;

use crate::components::SymbolChip;
use crate::live::Live;
use crate::texts::office_texts;
use crate::texts::organiser::work_words;

/// The sectors with their goals, and all of them together; nothing without goals.
#[component]
pub fn Registered() -> impl IntoView {
    let t = &office_texts().organiser;
    let rows = Live::of_page().board(Board::registered);
    move || {
        let rows = rows.get().filter(|rows| !rows.is_empty())?;
        let (count, goal) = rows
            .iter()
            .fold((0, 0), |(count, goal), row| (count + row.count, goal + row.goal));
        let missing: Vec<String> = rows
            .iter()
            .filter(|row| row.count < row.goal)
            .map(|row| {
                work_words().sector_missing(row.goal - row.count, office_texts().common.sector(row.sector))
            })
            .collect();
        let hoped_for = (!missing.is_empty()).then(|| work_words().hoped_for(work_words().row(&missing)));
        let card = view! {
            <section class="card">
                <div class="card-head">
                    <h2 class="form-heading">{t.registered}</h2>
                    <b class="form-heading">{format!("{count} / {goal}")}</b>
                </div>
                <ul class="registered" data-testid="registered">
                    {rows.into_iter().map(line).collect_view()}
                </ul>
                <p class="lacks">{hoped_for}</p>
            </section>
        };
        Some(card)
    }
}

/// A sector: its name, a bar that fills, and its figures.
fn line(Row { sector, count, goal }: Row) -> impl IntoView {
    let name = office_texts().common.sector(sector).to_owned();
    let filled = (count * 100 / goal).min(100).to_string();
    view! {
        <li>
            <SymbolChip symbol=name sector />
            <span class="bar">
                <i class=format!("bar-fill chip-{}", sector.as_str()) style:--filled=filled></i>
            </span>
            <b>{format!("{count} / {goal}")}</b>
        </li>
    }
}
