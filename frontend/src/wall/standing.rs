//! How the evening stands: the count against the goal, the pace, the round's clock, the line.

use borsklokka_shared::exchange::PublicTotals;
use borsklokka_shared::round::RoundClock;
use leptos::prelude::*;

use super::chart::Chart;
use super::pace;
use crate::components::{Timer, part, words};
use crate::live::Live;
use crate::texts::texts;

/// The column beside the deals.
#[component]
pub fn StandingColumn() -> impl IntoView {
    view! {
        <aside class="standing">
            <Count />
            <RoundTimer />
            <Chart />
        </aside>
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
    view! {
        <section class="count" class:reached=is_reached>
            <p class="count-line">
                <For each=move || count.get() key=|count| *count let(count)>
                    <b class="count-number" data-testid="count">{count}</b>
                </For>
                <span class="count-of">
                    <span data-testid="goal" data-goal=move || goal.get()>
                        {words(move || goal.get().map(t.wall.of_goal))}
                    </span>
                    <span>{words(move || Some((t.common.deals)(goal.get()?).to_owned()))}</span>
                </span>
            </p>
            <div class="bar">
                <i class="bar-fill" style:--filled=words(move || Some(filled.get().to_string()))></i>
            </div>
            <Pace />
        </section>
    }
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
                    {t.wall.frozen}
                </span>
            }
            .into_any()
        } else if is_reached.get() == Some(true) {
            view! { <span class="goal-reached">{t.wall.goal_reached}</span> }.into_any()
        } else {
            let forecast = forecast.get().flatten()?;
            view! {
                <span>
                    {t.wall.at_this_pace} " " <b>{forecast}</b> " " {t.wall.in_the_end}
                </span>
            }
            .into_any()
        };
        Some(remark)
    });
    let effort = words(move || {
        let minutes = live.read(|board| board.totals.effort_minutes)?;
        (minutes > 0).then(|| (t.common.effort)(minutes))
    });
    view! {
        <p class="pace">{course} <b>{effort}</b></p>
    }
}

/// The current round: which one, and its clock.
#[component]
pub fn RoundTimer() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let round = live.board(move |board| {
        board.current_round().map(|round| {
            (
                (t.common.round_of)(round.id.0, board.rounds.len()),
                // A line may end with the dot between two parts of a title, but not begin with it.
                round.title.replace(" · ", "\u{a0}· "),
            )
        })
    });
    let clock = live.board_at(|board, now| {
        board
            .current_round()
            .map_or(RoundClock::Ended, |round| round.clock(now))
    });
    let remark = move || match clock.get() {
        Some(RoundClock::Paused { .. }) => Some(t.common.round_paused.to_owned()),
        Some(RoundClock::Overtime { .. }) => Some(t.common.round_overtime.to_owned()),
        Some(RoundClock::Ready { .. } | RoundClock::Left { .. } | RoundClock::Ended) | None => None,
    };
    let now = Signal::derive(move || clock.get().unwrap_or(RoundClock::Ended));
    part(move || {
        let (number, title) = round.get().flatten()?;
        let timer = view! {
            <section class="timer">
                <p class="timer-label">
                    {number} <b>{title}</b> <em>{words(remark)}</em>
                </p>
                <Timer clock=now />
            </section>
        };
        Some(timer.into_any())
    })
}
