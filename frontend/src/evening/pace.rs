//! The course of the evening: how long it lasts, where the count is heading, the index, and the lines of the chart.
//!
//! Time here is trading time, from the opening bell on: what lies between a closing bell and the next opening does not
//! count. A round that stands still moves the end; the floor is open meanwhile, and the time counts.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::exchange::{Benchmark, Phase, PublicTotals};
use borsklokka_shared::instant::Instant;

/// Before this much trading a forecast is a guess, in milliseconds.
const FORECAST_AFTER_MS: i64 = 3 * 60_000;
/// Before this many deals a forecast is a guess.
const FORECAST_FROM_DEALS: u32 = 3;
/// Before this much trading there is no index: a single deal would make it leap, in milliseconds.
const INDEX_AFTER_MS: i64 = 60_000;
/// How far from 100 the index may be for each minute of trading, in tenths: a few quick deals are no evening yet.
const INDEX_TENTHS_PER_MINUTE: i64 = 100;
/// The highest index, in tenths.
const INDEX_TENTHS_MAX: i64 = 9_999;
/// How much trading at the goal's pace a forecast counts beside what has been, in milliseconds: it weighs at first, and is
/// nothing in the end.
const FORECAST_STEADY_MS: i64 = 6 * 60_000;
/// What counts as recent, in milliseconds.
const RECENT_MS: i64 = 10 * 60_000;
/// The chart's width and height, in its own units.
pub const SIDE: u32 = 1_000;

/// A line of the chart: how far along and how high, both from 0 to [`SIDE`].
pub type Line = Vec<(u32, u32)>;

/// The lines of the chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// The count, from the opening bell to now.
    pub count: Line,
    /// How high the goal is at the end.
    pub goal: u32,
    /// The other total: how it climbed, or else its height all along; empty if there is none.
    pub benchmark: Line,
}

/// The count against the pace to the goal. On the pace it is 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its value, in tenths.
    pub tenths: u32,
    /// What it rose by within the last ten minutes, in tenths; unknown before there was one ten minutes ago.
    pub change: Option<i32>,
}

/// How long people have traded at `at`, in milliseconds.
pub fn traded_ms(board: &Board, at: Instant) -> i64 {
    let stretches = board.floor.trading.iter();
    stretches
        .map(|trading| {
            let until = trading.closed_at.unwrap_or(at).min(at);
            until.ms_since(trading.opened_at).max(0)
        })
        .sum()
}

/// How long people will still trade, in milliseconds, as far as the public figures go: while totals are frozen what was planned
/// then, whatever became of the rounds since. None where nothing is planned.
fn left_ms(board: &Board, now: Instant) -> Option<i64> {
    match board.public_totals {
        PublicTotals::Live => board.left_ms(now),
        PublicTotals::Frozen { left_ms, .. } => left_ms,
    }
}

/// How many deals there will be at the closing bell if it goes on like this; none while that is a guess.
pub fn forecast(board: &Board, now: Instant) -> Option<u32> {
    let count = board.totals.deals;
    let (traded_ms, left_ms) = (traded_ms(board, now), left_ms(board, now).unwrap_or(0));
    let is_known = board.floor.phase(now) == Phase::Open
        && board.public_totals == PublicTotals::Live
        && count >= FORECAST_FROM_DEALS
        && traded_ms >= FORECAST_AFTER_MS
        && left_ms > 0;
    let goal = i64::from(board.settings.as_ref()?.goal);
    let whole_ms = traded_ms + left_ms;
    // Deals in FORECAST_STEADY_MS at the goal's pace, times `whole_ms`, so that nothing is lost in dividing.
    let rate = i64::from(count) * whole_ms + goal * FORECAST_STEADY_MS;
    let over_ms = whole_ms * (traded_ms + FORECAST_STEADY_MS);
    is_known.then(|| {
        count
            + ((i128::from(rate) * i128::from(left_ms) + i128::from(over_ms) / 2) / i128::from(over_ms))
                as u32
    })
}

/// The index: a hundred times the count over the deals that are due by now. The pace to the goal is even, from the
/// opening bell to the planned end. Frozen totals and the closing bell stop it.
pub fn index(board: &Board, now: Instant) -> Option<Index> {
    let goal = board.settings.as_ref()?.goal;
    let at = stands_at(board, now);
    // Without a planned end there is nothing to keep pace with.
    left_ms(board, now)?;
    let whole_ms = whole_ms(board, now);
    let tenths_at = |count, at| tenths(count, goal, traded_ms(board, at), whole_ms);
    let tenths = tenths_at(board.totals.deals, at)?;
    let before = at.plus_ms(-RECENT_MS);
    let struck_before = struck(board).filter(|at| *at <= before).count() as u32;
    let change = tenths_at(struck_before, before).map(|before| tenths as i32 - before as i32);
    Some(Index { tenths, change })
}

fn tenths(count: u32, goal: u32, traded_ms: i64, whole_ms: i64) -> Option<u32> {
    let due = i64::from(goal) * traded_ms;
    let swing = traded_ms * INDEX_TENTHS_PER_MINUTE / 60_000;
    let (least, most) = ((1_000 - swing).max(0), (1_000 + swing).min(INDEX_TENTHS_MAX));
    (traded_ms >= INDEX_AFTER_MS && due > 0)
        .then(|| ((i64::from(count) * whole_ms * 1_000 + due / 2) / due).clamp(least, most) as u32)
}

/// Whether a deal was struck within the last ten minutes.
pub fn is_recent(deal: &Deal, now: Instant) -> bool {
    now.ms_since(struck_at(deal)) < RECENT_MS
}

/// The lines of the chart; none before the opening bell.
pub fn course(board: &Board, now: Instant) -> Option<Course> {
    let settings = board.settings.as_ref()?;
    board.floor.trading.first()?;
    let whole_ms = whole_ms(board, now);
    let along = |ms: i64| (ms * i64::from(SIDE) / whole_ms).clamp(0, i64::from(SIDE)) as u32;

    let mut struck: Vec<Instant> = struck(board).collect();
    struck.sort_unstable();
    let benchmark = settings.benchmark.as_ref();
    let top = settings
        .goal
        .max(benchmark.map_or(0, |benchmark| benchmark.total))
        .max(struck.len() as u32)
        .max(1);
    let height = |count: u32| count * SIDE / top;
    let now_along = along(traded_ms(board, stands_at(board, now)));
    let mut count = vec![(0, 0)];
    for (number, at) in (1_u32..).zip(&struck) {
        count.push((along(traded_ms(board, *at)).min(now_along), height(number)));
    }
    count.push((now_along, height(struck.len() as u32)));
    Some(Course {
        count,
        goal: height(settings.goal),
        benchmark: benchmark.map_or_else(Vec::new, |benchmark| other_line(benchmark, along, height)),
    })
}

/// How another evening climbed, as far as this one lasts.
fn other_line(benchmark: &Benchmark, along: impl Fn(i64) -> u32, height: impl Fn(u32) -> u32) -> Line {
    if benchmark.course.is_empty() {
        return vec![(0, height(benchmark.total)), (SIDE, height(benchmark.total))];
    }
    let mut line = vec![(0, 0)];
    for point in &benchmark.course {
        let along = along(i64::from(point.minute) * 60_000);
        line.push((along, height(point.deals.min(benchmark.total))));
        if along == SIDE {
            break;
        }
    }
    line
}

/// What the index is named after: the last word of the exchange's name that is a name; empty if there is none.
pub fn namesake(name: &str) -> &str {
    let is_name = |word: &&str| word.starts_with(char::is_uppercase);
    name.split_whitespace()
        .skip(1)
        .filter(is_name)
        .last()
        .unwrap_or_default()
}

/// The whole trading time as it is planned, in milliseconds; never 0.
fn whole_ms(board: &Board, now: Instant) -> i64 {
    let at = match board.public_totals {
        PublicTotals::Live => now,
        PublicTotals::Frozen { since, .. } => since,
    };
    (traded_ms(board, at) + left_ms(board, now).unwrap_or(0)).max(1)
}

/// The instant that the public figures are of: now, or when they were stopped.
fn stands_at(board: &Board, now: Instant) -> Instant {
    let closed_at = board.floor.closed_at().unwrap_or(now);
    let frozen_at = match board.public_totals {
        PublicTotals::Live => now,
        PublicTotals::Frozen { since, .. } => since,
    };
    now.min(closed_at).min(frozen_at)
}

fn struck(board: &Board) -> impl Iterator<Item = Instant> {
    board.deals.values().filter(|deal| deal.counts()).map(struck_at)
}

fn struck_at(deal: &Deal) -> Instant {
    deal.struck_at.unwrap_or(deal.written_at)
}

#[cfg(test)]
mod tests;
