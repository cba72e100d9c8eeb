//! How the evening stands: the count against the goal, the pace, the round's clock, the line.

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::{PublicTotals, TimerKind};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::round::RoundClock;
use leptos::prelude::*;

use super::address::Asked;
use super::chart::Chart;
use super::next::own_title;
use super::pace;
use crate::browser;
use crate::civil_time::time_of_day;
use crate::components::timer::state;
use crate::components::{Face, Timer, part, words};
use crate::live::Live;
use crate::texts::{Texts, texts};

/// So large a share of the deals must have hours before their sum is shown, in percent.
const EFFORT_SHARE_MIN: usize = 50;

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
    let past = move || (count.get()? <= goal.get()?).then_some(());
    view! {
        <section class="count" class:reached=is_reached>
            <p class="count-line">
                <For each=move || count.get() key=|count| *count let(count)>
                    <b class="count-number" data-testid="count">{count}</b>
                </For>
                <span class="count-of">
                    <span data-testid="goal" data-goal=move || goal.get()>
                        {words(move || Some(goal_words(t, count.get()?, goal.get()?)))}
                    </span>
                    <span>{words(move || past().map(|()| (t.common.deals)(goal.get().unwrap_or_default()).to_owned()))}</span>
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
pub fn goal_words(t: &Texts, count: u32, goal: u32) -> String {
    if count > goal {
        (t.wall.over_goal)(goal, count - goal)
    } else {
        (t.wall.of_goal)(goal)
    }
}

/// The effort of all deals, in minutes, if it says something of them: where most have none, their sum is that of a few, and
/// is not shown.
pub fn effort_shown(board: &Board) -> Option<u64> {
    let counted = || board.deals.values().filter(|deal| deal.counts());
    let with_effort = counted()
        .filter(|deal| {
            deal.terms
                .bargain
                .services()
                .any(|service| service.effort_minutes.is_some())
        })
        .count();
    (with_effort > 0 && with_effort * 100 >= counted().count() * EFFORT_SHARE_MIN)
        .then_some(board.totals.effort_minutes)
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
    let effort = live.board(effort_shown);
    let effort = words(move || {
        let minutes = effort.get().flatten().filter(|_| is_frozen.get() != Some(true))?;
        Some((t.common.effort)(minutes))
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
                (t.common.round_of)(round.id.0, board.rounds.len()).replace(' ', "\u{a0}"),
                // A line may end with the dot between two parts of a title, but not begin with it.
                own_title(&round.title, round.id.0).replace(" · ", "\u{a0}· "),
            )
        })
    });
    let marks = live.board(|board| {
        let staging = &board.settings.as_ref()?.staging;
        Some((staging.warning_s, staging.danger_s))
    });
    let asked = Asked::of_query(&browser::query()).timer;
    let kind = live.board(move |board| {
        let staging = board.settings.as_ref().map(|settings| &settings.staging);
        asked.unwrap_or(staging.map_or(TimerKind::CountDown, |staging| staging.timer))
    });
    let kind = move || kind.get().unwrap_or_default();
    let face = live.board_at(move |board, now| face(board, now, kind()));
    let face = Signal::derive(move || {
        face.get()
            .flatten()
            .unwrap_or_else(|| Face::counting_down(RoundClock::Ended))
    });
    let remark = move || {
        let remark = match (face.with(|face| face.clock), kind()) {
            (RoundClock::Paused { .. }, _) => t.common.round_paused,
            (RoundClock::Overtime { .. }, _) => t.common.round_overtime,
            // More than a colour says that the end is near; a clock that does not count down says what it shows.
            (clock, TimerKind::CountDown) => match state(clock, marks.get().flatten().unwrap_or_default()) {
                "warning" => t.wall.warning,
                "danger" => t.wall.danger,
                _ => return None,
            },
            (RoundClock::Left { .. }, TimerKind::CountUp) => t.common.round_gone,
            (RoundClock::Left { .. }, TimerKind::TimeOfDay) => t.common.round_ends,
            (RoundClock::Ready { .. } | RoundClock::Ended, _) => return None,
        };
        Some(remark.to_owned())
    };
    // It only says what the timer shows: it does not call, as a pause and overtime do.
    let is_plain = move || {
        kind() != TimerKind::CountDown && face.with(|face| matches!(face.clock, RoundClock::Left { .. }))
    };
    let over = move || face.with(|face| face.over.clone());
    part(move || {
        let (number, title) = round.get().flatten()?;
        let timer = view! {
            <section class="timer">
                <p class="timer-label">
                    {number} <b>{title}</b> <em class:plain=is_plain>{words(remark)}</em>
                </p>
                <p class="timer-face">
                    <Timer face />
                    <span class="timer-over" data-testid="timer-over">
                        {words(over)}
                    </span>
                </p>
            </section>
        };
        Some(timer.into_any())
    })
}

/// What the timer shows of the current round.
fn face(board: &Board, now: Instant, kind: TimerKind) -> Option<Face> {
    let round = board.current_round()?;
    let zone = board
        .settings
        .as_ref()
        .map_or("", |settings| settings.time_zone.as_str());
    Some(Face::of(kind, round, now, |instant| time_of_day(instant, zone)))
}
