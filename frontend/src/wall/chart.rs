//! The index, and the line of the evening against the pace to the goal.

use std::fmt::Write as _;

use leptos::prelude::*;

use crate::components::{part, trend, words};
use crate::evening::pace::{self, Course, Index, SIDE};
use crate::live::Live;
use crate::texts::{Texts, texts};

/// How often what changes with time is drawn anew without a deal, in milliseconds.
pub const REDRAW_MS: i64 = 5_000;

/// The index and the line of the evening.
#[component]
pub fn Chart() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let now = live.tick_every(REDRAW_MS);
    let course = Memo::new(move |_| live.read(|board| pace::course(board, now.get())).flatten());
    let index = index_now(live);
    let name =
        move || live.read(|board| Some(t.wall().index(pace::namesake(&board.settings.as_ref()?.name))))?;
    let goal = move || live.read(|board| Some(t.wall().goal(board.settings.as_ref()?.goal)))?;
    let benchmark = live.board(|board| board.settings.as_ref()?.benchmark.clone());
    let benchmark = part(move || {
        let benchmark = benchmark.get().flatten()?;
        Some(view! { <span dir="auto">{benchmark.name}</span> <b>": " {benchmark.total}</b> }.into_any())
    });
    view! {
        <section class="chart">
            <h2>
                <span>{words(name)}</span>
                {part(move || Some(reading(index.get()?, t)))}
            </h2>
            <svg viewBox=format!("0 0 {SIDE} {SIDE}") preserveAspectRatio="none" aria-hidden="true">
                {part(move || course.get().as_ref().map(lines))}
            </svg>
            <p class="chart-legend">
                <span>{words(goal)}</span>
                <span class="chart-benchmark-name">{benchmark}</span>
            </p>
        </section>
    }
}

/// The index now: it falls while no deal is struck. The same on every wall, the desk's preview and the tape.
pub fn index_now(live: Live) -> Memo<Option<Index>> {
    let now = live.tick_every(REDRAW_MS);
    Memo::new(move |_| live.read(|board| pace::index(board, now.get())).flatten())
}

/// The index and where it is going: `137,2 ▲ 4,1`.
pub fn reading(index: Index, t: Texts) -> AnyView {
    let change = index
        .change
        .map(|change| trend(change, t.wall().tenths(change.unsigned_abs())));
    view! {
        <span class="index" data-testid="index">
            {t.wall().tenths(index.tenths)}
            " "
            {change}
        </span>
    }
    .into_any()
}

fn lines(course: &Course) -> AnyView {
    let now = course.count.last().map_or(0, |(along, _)| *along);
    let count = path(&course.count);
    let area = format!("{count}V{SIDE}H0Z");
    let goal = path(&[(0, 0), (SIDE, course.goal)]);
    let lines = [
        ("chart-goal", goal),
        ("chart-benchmark", path(&course.benchmark)),
        ("chart-area", area),
        ("chart-line", count),
        ("chart-now", format!("M{now} 0V{SIDE}")),
    ]
    .map(|(class, d)| view! { <path class=class d=d /> });
    lines.into_iter().collect::<Vec<_>>().into_any()
}

/// A line as an SVG path, whose heights count from the top.
fn path(line: &[(u32, u32)]) -> String {
    let mut path = String::new();
    for (along, height) in line {
        let verb = if path.is_empty() { 'M' } else { 'L' };
        // Writing to a string cannot fail.
        let _written = write!(path, "{verb}{along} {}", SIDE - height.min(&SIDE));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_count_from_the_top() {
        assert_eq!(
            path(&[(0, 0), (400, 250), (SIDE, SIDE)]),
            "M0 1000L400 750L1000 0"
        );
        assert_eq!(path(&[]), "");
    }
}
