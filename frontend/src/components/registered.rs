//! How many participants of each sector are registered, of how many that were hoped for.

use borsklokka_shared::board::Registered;
use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

use super::SymbolChip;

/// A line a sector: its name, a bar that fills, and its figures.
pub fn registered(rows: Vec<Registered>, name: impl Fn(Sector) -> &'static str) -> AnyView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|Registered { sector, count, goal }| {
            let filled = (count * 100 / goal).min(100).to_string();
            view! {
                <li>
                    <SymbolChip symbol=name(sector).to_owned() sector />
                    <span class="bar">
                        <i class=format!("bar-fill chip-{}", sector.as_str()) style:--filled=filled></i>
                    </span>
                    <b>{format!("{count} / {goal}")}</b>
                </li>
            }
        })
        .collect();
    view! {
        <ul class="registered" data-testid="registered">
            {rows}
        </ul>
    }
    .into_any()
}
