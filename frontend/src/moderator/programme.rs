//! The evening's programme, with the line that the evening has come to.

use leptos::prelude::*;

use crate::civil_time::time_of_day;
use crate::desk::Desk;
use crate::texts::desk_texts;

/// The programme.
#[component]
pub fn Programme() -> impl IntoView {
    let desk = Desk::of_page();
    let items = desk.live.board(|board| board.programme.clone());
    let current = desk.live.board_at(|board, now| {
        let zone = &board.settings.as_ref()?.time_zone;
        board.programme_line(&time_of_day(now, zone))
    });
    let current = Memo::new(move |_| current.get().flatten());
    view! {
        <section class="panel">
            <h2>{desk_texts().moderator.programme}</h2>
            <ol class="desk-programme">
                {move || {
                    items
                        .get()
                        .unwrap_or_default()
                        .into_iter()
                        .enumerate()
                        .map(|(place, item)| {
                            view! {
                                <li
                                    data-past=move || current.get().is_some_and(|now| place < now).to_string()
                                    data-near=move || is_near(place, current.get()).to_string()
                                    aria-current=move || (current.get() == Some(place)).then_some("true")
                                >
                                    <span class="desk-programme-time">{item.time}</span>
                                    <span dir="auto">{item.title}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ol>
        </section>
    }
}

/// How many lines show where there is little room: the one that the evening has come to, and those after it.
const NEAR: usize = 3;

fn is_near(place: usize, current: Option<usize>) -> bool {
    (current.unwrap_or(0)..).take(NEAR).any(|near| near == place)
}
