//! The break: what is next and in how long, what is still wished for, who pays for the coffee.

use borsklokka_shared::board::Board;
use leptos::prelude::*;

use super::rows::row;
use super::sponsors::sponsors;
use super::wanted::{wanted as wanted_now, wanted_list};
use crate::components::{Card, CardList, part, words};
use crate::evening::count::goal_words;
use crate::evening::pause::said;
use crate::live::Live;
use crate::texts::{Texts, texts};

/// Most deals that are listed where no wishes are: what does not fit is not shown.
const DEALS_MAX: usize = 8;

/// Most deals that stand under the countdown.
const BESIDE_MAX: usize = 2;
/// A name that is longer is set smaller, in characters.
const LARGE_CHARS_MAX: usize = 10;

/// The break.
#[component]
pub fn Pause() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let said = live.board_at(move |board, now| {
        let mut said = said(board, now, t);
        if said.lead.is_empty() {
            // Nothing is next: how far it came is what there is to say.
            said.line = standing(board, t);
        }
        said
    });
    let said = Memo::new(move |_| said.get().unwrap_or_default());
    let wanted = wanted_list(live, false);
    let deals = live.board(|board| {
        let mut deals = board.public_deals();
        deals.retain(|deal| deal.counts());
        deals.truncate(DEALS_MAX);
        deals
            .into_iter()
            .map(|deal| Card::of(board, deal))
            .collect::<Vec<_>>()
    });
    let deals = Signal::derive(move || deals.get().unwrap_or_default());
    // The list beside has them where it has no wishes.
    let has_wishes = live.board_at(|board, now| !wanted_now(board, now, false).1.is_empty());
    let beside = Signal::derive(move || {
        let most = if has_wishes.get() == Some(true) {
            BESIDE_MAX
        } else {
            0
        };
        deals.with(|deals| deals.iter().take(most).cloned().collect::<Vec<_>>())
    });
    let latest = move || {
        deals.with(|deals| !deals.is_empty()).then(|| {
            view! {
                <section class="wanted" data-testid="latest">
                    <h3>{t.wall().latest}</h3>
                    <ol class="rows">
                        <CardList cards=deals item=row />
                    </ol>
                </section>
            }
            .into_any()
        })
    };
    let filled = live.board(|board| {
        let goal = board.settings.as_ref().map_or(1, |settings| settings.goal.max(1));
        (board.totals.deals * 100 / goal).min(100)
    });
    view! {
        <div class="scene pause" data-testid="pause">
            <section class="pause-next">
                <h2>{words(move || said.with(|said| Some(said.lead.clone())))}</h2>
                <p class="pause-large" class:figures=move || said.with(|said| said.is_time)
                    class:long=move || said.with(|said| said.large.chars().count() > LARGE_CHARS_MAX) data-testid="pause-large">
                    {words(move || said.with(|said| Some(said.large.clone())))}
                </p>
                <p class="pause-line">{words(move || said.with(|said| Some(said.line.clone())))}</p>
                <ol class="rows">
                    <CardList cards=beside item=row />
                </ol>
                <div class="bar">
                    <i class="bar-fill" style:--filled=words(move || Some(filled.get()?.to_string()))></i>
                </div>
            </section>
            {part(move || wanted().or_else(latest))}
            {sponsors(live)}
        </div>
    }
}

/// "23 of 45 deals", or "41 deals · goal 40 · 1 over".
pub fn standing(board: &Board, t: Texts) -> String {
    let goal = board.settings.as_ref().map_or(0, |settings| settings.goal);
    let count = board.totals.deals;
    let goal_words = goal_words(t, count, goal);
    if count > goal {
        format!("{count} {} · {goal_words}", t.common().deals(count))
    } else {
        format!("{count} {goal_words} {}", t.common().deals(goal))
    }
}
