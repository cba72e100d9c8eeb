//! The count against the goal, and where it is heading.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Service;
use borsklokka_shared::exchange::PublicTotals;
use leptos::prelude::*;

use super::pace;
use crate::components::{part, words};
use crate::live::Live;
use crate::texts::{Texts, texts};

/// So large a share of the deals must be estimated before their sum is shown, in percent.
const SUMMED_SHARE_MIN: usize = 50;

/// What all deals come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sum {
    /// Their effort, in minutes.
    Hours(u64),
    /// Their estimated worth, in whole units of a currency.
    Money(u64, String),
}

impl Sum {
    /// As it is read.
    pub fn words(&self, t: Texts) -> String {
        match self {
            Self::Hours(minutes) => t.common().effort(*minutes),
            Self::Money(amount, currency) => t.common().money(*amount, currency),
        }
    }
}

/// The count, against the goal.
#[component]
pub fn Count() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let count = live.board(|board| board.totals.deals);
    let goal = live.board(|board| board.settings.as_ref().map_or(0, |settings| settings.goal));
    let filled = Memo::new(move |_| {
        let (count, goal) = (count.get().unwrap_or(0), goal.get().unwrap_or(0).max(1));
        (count * 100 / goal).min(100)
    });
    let is_reached = move || count.get() > Some(0) && count.get() >= goal.get();
    let past = move || (count.get()? <= goal.get()?).then_some(());
    view! {
        <section class="count" class:reached=is_reached>
            <p class="count-line">
                <For each=move || count.get() key=|count| *count let(count)>
                    <b class="count-number" data-testid="count" data-count=count>
                        {count}
                    </b>
                </For>
                <span class="count-of">
                    <span data-testid="goal" data-goal=move || goal.get()>
                        {words(move || Some(goal_words(t, count.get()?, goal.get()?)))}
                    </span>
                    <span>{words(move || past().map(|()| t.common().deals(goal.get().unwrap_or_default()).to_owned()))}</span>
                </span>
            </p>
            <div class="bar">
                <i class="bar-fill" style:--filled=words(move || Some(filled.get().to_string()))></i>
            </div>
            <Pace />
        </section>
    }
}

/// What follows the count: "of 60", or the goal and what is over it.
pub fn goal_words(t: Texts, count: u32, goal: u32) -> String {
    if count > goal {
        t.wall().over_goal(goal, count - goal)
    } else {
        t.wall().of_goal(goal)
    }
}

/// What all deals come to, of what the exchange estimates them in. A sum is shown where it says something of them: where most
/// deals have none, it is that of a few.
pub fn sums_shown(board: &Board) -> Vec<Sum> {
    let Some(settings) = &board.settings else {
        return Vec::new();
    };
    let counted = || board.deals.values().filter(|deal| deal.counts());
    let says_something = |has: fn(&Service) -> bool| {
        let with = counted()
            .filter(|deal| deal.terms.bargain.services().any(has))
            .count();
        with > 0 && with * 100 >= counted().count() * SUMMED_SHARE_MIN
    };
    let hours = settings.estimates.has_hours() && says_something(|service| service.effort_minutes.is_some());
    let money = settings.estimates.has_money() && says_something(|service| service.worth.is_some());
    let hours = hours.then_some(Sum::Hours(board.totals.effort_minutes));
    let money = money.then(|| Sum::Money(board.totals.worth, settings.currency.clone()));
    hours.into_iter().chain(money).collect()
}

/// What stands under the bar: where the count is heading, or why it stands still.
#[component]
fn Pace() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let is_frozen = live.board(|board| board.public_totals != PublicTotals::Live);
    let is_reached = live.board(|board| {
        board
            .settings
            .as_ref()
            .is_some_and(|settings| settings.goal <= board.totals.deals)
    });
    let forecast = live.board_at(pace::forecast);
    let course = part(move || {
        let remark = if is_frozen.get() == Some(true) {
            view! {
                <span class="frozen" data-testid="frozen">
                    {t.wall().frozen}
                </span>
            }
            .into_any()
        } else if is_reached.get() == Some(true) {
            view! { <span class="goal-reached">{t.wall().goal_reached}</span> }.into_any()
        } else {
            let forecast = forecast.get().flatten()?;
            view! {
                <span>
                    {t.wall().at_this_pace} " " <b>{forecast}</b> " " {t.wall().in_the_end}
                </span>
            }
            .into_any()
        };
        Some(remark)
    });
    let sums = live.board(sums_shown);
    let sums = words(move || {
        let sums = sums.get().filter(|_| is_frozen.get() != Some(true))?;
        let said: Vec<_> = sums.iter().map(|sum| sum.words(t)).collect();
        Some(said.join(" · "))
    });
    view! {
        <p class="pace">{course} <b>{sums}</b></p>
    }
}
