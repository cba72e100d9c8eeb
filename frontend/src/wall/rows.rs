//! The deals before the newest: as many whole rows as there is room for.

use leptos::prelude::*;

use crate::civil_time::time_of_day;
use crate::components::{Card, CardList, Sides, words};
use crate::live::Live;
use crate::texts::texts;

/// The earlier deals. Rows that do not fit wrap into a column beside the visible one: none is ever cut.
#[component]
pub fn Rows(
    /// The deals, the newest first.
    #[prop(into)]
    cards: Signal<Vec<Card>>,
) -> impl IntoView {
    view! {
        <ol class="rows">
            <CardList cards item=row />
        </ol>
    }
}

/// A deal on one line.
pub fn row(card: Card) -> AnyView {
    let live = Live::of_page();
    let t = texts();
    let when = words(move || {
        live.read(|board| Some(time_of_day(card.struck_at, &board.settings.as_ref()?.time_zone)))?
    });
    let has_effort = card.effort_minutes > 0;
    let effort = has_effort.then(|| t.common().effort(card.effort_minutes));
    view! {
        <li class="row" class:withdrawn=card.withdrawn data-testid="row" data-number=card.number>
            <span class="row-number">{card.number}</span>
            <Sides givers=card.givers receivers=card.receivers most=1 kind=card.kind />
            <span class="row-words" class:brief=!has_effort>
                <span class="row-text" dir="auto">{card.text}</span>
                <span class="row-when">
                    <span><span>{effort}</span> <span>{has_effort.then_some("· ")} {when}</span></span>
                </span>
            </span>
        </li>
    }
    .into_any()
}
