//! The line of the evening against the pace to the goal.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::pace::{self, Course};
use crate::components::{Up, part, words};
use crate::live::Live;
use crate::texts::texts;

/// The drawing's width, in its own units.
const WIDTH: f64 = 400.0;
/// The drawing's height, in its own units.
const HEIGHT: f64 = 180.0;
/// How often the line is drawn anew without a deal, in milliseconds.
const REDRAW_MS: i64 = 5_000;

/// The line of the evening.
#[component]
pub fn Chart() -> impl IntoView {
    let live = Live::of_page();
    let t = texts();
    let tick = Memo::new(move |_| live.tick().get().unix_ms / REDRAW_MS);
    let course = Memo::new(move |_| {
        tick.track();
        live.read(|board| pace::course(board, live.now())).flatten()
    });
    let recent = Memo::new(move |_| {
        tick.track();
        live.read(|board| pace::recent(board, live.now()))
    });
    let goal = move || live.read(|board| Some((t.wall.goal)(board.settings.as_ref()?.goal)))?;
    let benchmark = move || {
        live.read(|board| {
            let benchmark = board.settings.as_ref()?.benchmark.as_ref()?;
            Some(format!("{}: {}", benchmark.name, benchmark.total))
        })?
    };
    let growth = part(move || {
        let recent = recent.get().filter(|recent| *recent > 0)?;
        let growth = view! {
            <em>
                <Up />
                {(t.wall.recent)(recent)}
            </em>
        };
        Some(growth.into_any())
    });
    view! {
        <section class="chart">
            <h2>
                <span>{t.wall.chart}</span>
                {growth}
            </h2>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                <path class="chart-grid" d=grid() />
                {part(move || course.get().as_ref().map(lines))}
            </svg>
            <p class="chart-legend">
                <span>{words(goal)}</span>
                <span class="chart-benchmark-name">{words(benchmark)}</span>
            </p>
        </section>
    }
}

fn lines(course: &Course) -> AnyView {
    let line = line(course);
    let area = format!("{line}V{HEIGHT}H0Z");
    view! {
        <path class="chart-goal" d=format!("M0 {HEIGHT}L{WIDTH} {:.1}", y(course.goal)) />
        {course.benchmark.map(|height| view! { <path class="chart-benchmark" d=format!("M0 {:.1}H{WIDTH}", y(height)) /> })}
        <path class="chart-area" d=area />
        <path class="chart-line" d=line />
    }
    .into_any()
}

/// The count as a path from the opening bell to now.
fn line(course: &Course) -> String {
    let mut path = format!("M0 {HEIGHT}");
    let mut top = 0.0;
    for (along, height) in &course.points {
        // Writing to a string cannot fail.
        let _written = write!(path, "L{:.1} {:.1}", along * WIDTH, y(*height));
        top = *height;
    }
    let _written = write!(path, "L{:.1} {:.1}", course.now * WIDTH, y(top));
    path
}

fn y(height: f64) -> f64 {
    HEIGHT - height * HEIGHT
}

fn grid() -> String {
    (0..=3).fold(String::new(), |path, line| {
        format!("{path}M0 {:.1}H{WIDTH}", y(f64::from(line) / 3.0))
    })
}
