//! The course of the evening: when trading is expected to end, where the count is heading, and the line of the chart.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::exchange::{Phase, PublicTotals};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::round::{RoundClock, RoundState};

/// Before this much trading a forecast is a guess, in milliseconds.
const FORECAST_AFTER_MS: i64 = 3 * 60_000;
/// Before this many deals a forecast is a guess.
const FORECAST_FROM_DEALS: u32 = 3;
/// What counts as recent, in milliseconds.
const RECENT_MS: i64 = 10 * 60_000;

/// The evening's line: fractions of the time and of the chart's height.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Each deal's time and the count it made, both from 0 to 1.
    pub points: Vec<(f64, f64)>,
    /// How far the time has come, from 0 to 1.
    pub now: f64,
    /// The goal's height.
    pub goal: f64,
    /// The other total's height, if there is one.
    pub benchmark: Option<f64>,
}

/// When the bells are expected to have rung out: the current round's end and the rounds after it.
pub fn planned_end(board: &Board, now: Instant) -> Option<Instant> {
    if let Some(closed_at) = board.floor.closed_at() {
        return Some(closed_at);
    }
    let last_started = board
        .rounds
        .iter()
        .rposition(|round| round.state != RoundState::Ready);
    let ahead = &board.rounds[last_started.unwrap_or(0)..];
    let left_ms: i64 = ahead
        .iter()
        .map(|round| match round.clock(now) {
            RoundClock::Ready { planned_ms } => planned_ms,
            RoundClock::Left { left_ms } | RoundClock::Paused { left_ms } => left_ms.max(0),
            RoundClock::Overtime { .. } | RoundClock::Ended => 0,
        })
        .sum();
    (left_ms > 0).then(|| now.plus_ms(left_ms))
}

/// How many deals there will be if it goes on like this; none while that is a guess.
pub fn forecast(board: &Board, now: Instant) -> Option<u32> {
    let count = board.totals.deals;
    if board.floor.phase(now) != Phase::Open
        || board.public_totals != PublicTotals::Live
        || count < FORECAST_FROM_DEALS
    {
        return None;
    }
    let left_ms = planned_end(board, now)?.ms_since(now);
    let traded_ms: i64 = board
        .floor
        .trading
        .iter()
        .map(|trading| {
            trading
                .closed_at
                .unwrap_or(now)
                .min(now)
                .ms_since(trading.opened_at)
        })
        .sum();
    (traded_ms >= FORECAST_AFTER_MS).then(|| {
        let pace = f64::from(count) / traded_ms as f64;
        count + (pace * left_ms as f64).round() as u32
    })
}

/// How many deals were struck within the last ten minutes.
pub fn recent(board: &Board, now: Instant) -> usize {
    board
        .deals
        .values()
        .filter(|deal| deal.counts() && now.ms_since(struck_at(deal)) < RECENT_MS)
        .count()
}

/// The line of the evening; none before the opening bell.
pub fn course(board: &Board, now: Instant) -> Option<Course> {
    let settings = board.settings.as_ref()?;
    let opened_at = board.floor.trading.first()?.opened_at;
    let end = planned_end(board, now).unwrap_or(now).max(opened_at.plus_ms(1));
    let whole_ms = end.ms_since(opened_at) as f64;
    let along = |at: Instant| (at.ms_since(opened_at) as f64 / whole_ms).clamp(0.0, 1.0);

    let mut struck: Vec<Instant> = board
        .deals
        .values()
        .filter(|deal| deal.counts())
        .map(struck_at)
        .collect();
    struck.sort_unstable();
    let benchmark = settings.benchmark.as_ref().map(|benchmark| benchmark.total);
    let top = settings
        .goal
        .max(benchmark.unwrap_or(0))
        .max(struck.len() as u32)
        .max(1);
    let height = |count: u32| f64::from(count) / f64::from(top);
    Some(Course {
        points: (1_u32..)
            .zip(&struck)
            .map(|(count, at)| (along(*at), height(count)))
            .collect(),
        now: along(now.min(end)),
        goal: height(settings.goal),
        benchmark: benchmark.map(height),
    })
}

fn struck_at(deal: &Deal) -> Instant {
    deal.struck_at.unwrap_or(deal.written_at)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::exchange::Trading;
    use borsklokka_shared::ids::RoundId;
    use borsklokka_shared::round::Round;

    use super::*;

    const MINUTE_MS: i64 = 60_000;

    fn minute(minutes: i64) -> Instant {
        Instant::from_unix_ms(minutes * MINUTE_MS)
    }

    /// Opened at 0; round 1 ended at 25, round 2 runs until 50, round 3 of 25 minutes is ahead.
    fn evening() -> Board {
        let round = |id, state| Round {
            id: RoundId(id),
            title: String::new(),
            planned_minutes: 25,
            state,
        };
        let mut board = Board::empty(Audience::Public);
        board.floor.trading.push(Trading {
            opened_at: minute(0),
            closed_at: None,
        });
        board.rounds = vec![
            round(1, RoundState::Ended { ended_at: minute(25) }),
            round(
                2,
                RoundState::Running {
                    started_at: minute(25),
                    ends_at: minute(50),
                },
            ),
            round(3, RoundState::Ready),
        ];
        board.totals.deals = 20;
        board
    }

    #[test]
    fn the_end_is_the_current_round_and_those_after_it() {
        let mut board = evening();
        assert_eq!(planned_end(&board, minute(40)), Some(minute(75)));
        assert_eq!(planned_end(&board, minute(55)), Some(minute(80)));
        board.floor.trading[0].closed_at = Some(minute(70));
        assert_eq!(planned_end(&board, minute(72)), Some(minute(70)));
    }

    #[test]
    fn a_forecast_goes_on_at_the_same_pace() {
        let mut board = evening();
        assert_eq!(forecast(&board, minute(30)), Some(50));
        assert_eq!(forecast(&board, minute(2)), None);
        board.public_totals = PublicTotals::Frozen { since: minute(20) };
        assert_eq!(forecast(&board, minute(30)), None);
    }
}
