//! Deals at the desk: every one of them within reach.
//!
//! Nothing here moves by itself: the list is what it was when somebody last pressed or typed, a deal that comes in is
//! counted beside it until it is asked for.

use borsklokka_shared::ids::DealId;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use super::deal_rows::Rows;
use crate::desk::Desk;
use crate::desk::finding::find;
use crate::texts::moderator::details;
use crate::texts::texts;
use crate::typed::fields::Fields;

/// How many deals stand on the desk before more are asked for, and how many more each time.
const ROWS: usize = 30;

/// Every deal, the newest first, found by number, party or text.
#[component]
pub fn Deals() -> impl IntoView {
    let live = Desk::of_page().live;
    let (t, d) = (texts().moderator(), details().deals());
    let query = Fields::of_page().kept("deals-query", String::new());
    let most = RwSignal::new(ROWS);
    let found = live.board(move |board| query.with(|query| find(board, query, |_| true)));
    let found = Memo::new(move |_| found.get().unwrap_or_default());
    // What the list shows: as it was found when somebody last asked for it.
    let shown = RwSignal::new(Vec::<DealId>::new());
    let look = move || {
        let rows = found.with_untracked(|found| found.iter().take(most.get_untracked()).copied().collect());
        shown.set(rows);
    };
    Effect::new(move || {
        query.track();
        most.track();
        look();
    });
    Effect::new(move || {
        // Where there is nothing, nothing moves.
        if shown.with(Vec::is_empty) && !found.with(Vec::is_empty) {
            look();
        }
    });
    // Of another evening nothing stands here that anybody reads.
    live.on_new_history(look);
    let fresh = Memo::new(move |_| {
        shown.with(|shown| found.with(|found| found.iter().take_while(|deal| !shown.contains(deal)).count()))
    });
    let count = Memo::new(move |_| found.with(Vec::len));
    let has_older = Memo::new(move |_| fresh.get() + shown.with(Vec::len) < count.get());
    let rows = Memo::new(move |_| shown.get());
    view! {
        <section class="panel panel-last">
            <div class="deals-head">
                <h2>{t.last_deals}</h2>
                // The desk stays where the bell is.
                <a class="deal-act" target="_blank" data-testid="paper-open" href=Screen::Paper.path(&live.slug())>
                    {d.paper}
                </a>
            </div>
            <div class="deals-find">
                <input
                    type="search"
                    class="announce-text"
                    data-testid="deals-query"
                    autocomplete="off"
                    aria-label=d.find
                    placeholder=d.find
                    prop:value=query
                    on:input=move |event| {
                        most.set(ROWS);
                        query.set(event_target_value(&event));
                    }
                />
                <button
                    type="button"
                    class="deal-act deals-fresh"
                    data-testid="deals-fresh"
                    disabled=move || fresh.get() == 0
                    on:click=move |_| look()
                >
                    {move || d.fresh(fresh.get())}
                </button>
            </div>
            <p class="panel-note deals-note" role="status">
                {move || match count.get() {
                    0 if query.with(String::is_empty) => t.no_deals.to_owned(),
                    0 => d.none_found.to_owned(),
                    count => d.shown(shown.with(Vec::len), count),
                }}
            </p>
            <Rows rows />
            <button
                type="button"
                class="deal-act"
                data-testid="deals-more"
                hidden=move || !has_older.get()
                on:click=move |_| most.update(|most| *most += ROWS)
            >
                {d.more}
            </button>
        </section>
    }
}
