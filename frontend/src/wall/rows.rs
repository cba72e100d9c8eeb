//! The deals before the newest: as many whole rows as there is room for.

use leptos::prelude::*;

use crate::civil_time::time_of_day;
use crate::components::{Card, Sides};
use crate::live::Live;
use crate::texts::texts;

/// The earlier deals. Rows that do not fit wrap into a column beside the visible one: none is ever cut.
#[component]
pub fn Rows(cards: Memo<Vec<Card>>) -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let time_zone = live.board(|board| {
        let settings = board.settings.as_ref()?;
        Some(settings.time_zone.clone())
    });
    view! {
        <ol class="rows">
            <For each=move || cards.get() key=Clone::clone let(card)>
                <li class="row" class:withdrawn=card.withdrawn data-testid="row" data-number=card.number>
                    <span class="row-number">{card.number}</span>
                    <Sides givers=card.givers receivers=card.receivers />
                    <span class="row-text">{card.text}</span>
                    <span class="row-when">
                        {(card.effort_minutes > 0)
                            .then(|| format!("{} · ", (t.common.effort)(card.effort_minutes)))}
                        {move || {
                            time_zone.get().flatten().map(|zone| time_of_day(card.struck_at, &zone))
                        }}
                    </span>
                </li>
            </For>
        </ol>
    }
}
