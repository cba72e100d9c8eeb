//! The evening's pace, minute by minute.

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{CoursePoint, Settings};
use borsklokka_shared::ids::{DealId, RoundId};
use borsklokka_shared::round::{Round, RoundState};
use borsklokka_shared::trading::Trading;
use test_support::{one_way, posted, service};
use uuid::Uuid;

use super::*;

const MINUTE_MS: i64 = 60_000;

fn minute(minutes: i64) -> Instant {
    Instant::from_unix_ms(minutes * MINUTE_MS)
}

fn round(id: u32, planned_minutes: u32, state: RoundState) -> Round {
    Round {
        held: Vec::new(),
        id: RoundId(id),
        title: String::new(),
        planned_minutes,
        state,
    }
}

fn running(started: i64, ends: i64) -> RoundState {
    RoundState::Running {
        started_at: minute(started),
        ends_at: minute(ends),
        paused_ms: 0,
    }
}

fn settings() -> Settings {
    serde_json::from_str(
        r#"{"name":"Frivilligbørs Drammen","place":"Biblioteket","date":"2026-11-26","time_zone":"Europe/Oslo",
            "goal":60,"categories":[]}"#,
    )
    .unwrap()
}

fn strike(board: &mut Board, minutes: i64) {
    let id = DealId(Uuid::from_u128(board.deals.len() as u128 + 1));
    let deal = Deal {
        id,
        number: None,
        written_at: minute(minutes),
        struck_at: Some(minute(minutes)),
        ..posted(0, one_way(&[], &[], service("")))
    };
    board.deals.insert(id, deal);
    board.totals.deals += 1;
}

/// Opened at 0; round 1 runs until 25, round 2 of 35 minutes is ahead: 60 minutes and a goal of 60, so that one deal is
/// due each minute.
fn evening() -> Board {
    let mut board = Board::empty(Audience::Public);
    board.settings = Some(settings());
    board.floor.trading.push(Trading {
        opened_at: minute(0),
        closed_at: None,
    });
    board.rounds = vec![round(1, 25, running(0, 25)), round(2, 35, RoundState::Ready)];
    board
}

fn tenths(board: &Board, now: i64) -> Option<u32> {
    index(board, minute(now)).map(|index| index.tenths)
}

#[test]
fn what_is_left_is_the_current_round_and_those_after_it() {
    let mut board = evening();
    assert_eq!(left_ms(&board, minute(10)), Some(50 * MINUTE_MS));
    assert_eq!(left_ms(&board, minute(27)), Some(35 * MINUTE_MS));
    board.rounds[0].state = RoundState::Ended { ended_at: minute(27) };
    board.rounds[1].state = running(27, 62);
    assert_eq!(left_ms(&board, minute(30)), Some(32 * MINUTE_MS));
    board.floor.trading[0].closed_at = Some(minute(31));
    assert_eq!(left_ms(&board, minute(40)), Some(0));
}

#[test]
fn time_without_trading_does_not_count() {
    let mut board = evening();
    assert_eq!(traded_ms(&board, minute(-1)), 0);
    board.floor.trading[0].closed_at = Some(minute(25));
    board.floor.trading.push(Trading {
        opened_at: minute(45),
        closed_at: None,
    });
    for (now, traded) in [(10, 10), (30, 25), (45, 25), (50, 30)] {
        assert_eq!(traded_ms(&board, minute(now)), traded * MINUTE_MS, "minute {now}");
    }
}

#[test]
fn the_index_is_the_count_over_what_is_due() {
    let mut board = evening();
    for _ in 0..12 {
        strike(&mut board, 1);
    }
    // Before the opening bell, at it, and in the first minute there is none.
    for (now, expected) in [
        (-5, None),
        (0, None),
        (1, Some(1_100)),
        (6, Some(1_600)),
        (12, Some(1_000)),
        (24, Some(500)),
    ] {
        assert_eq!(tenths(&board, now), expected, "minute {now}");
    }
    board.floor.trading.clear();
    assert_eq!(tenths(&board, 10), None);
}

#[test]
fn the_first_minutes_leap_neither_up_nor_down() {
    let mut board = evening();
    for _ in 0..6 {
        strike(&mut board, 0);
    }
    // A burst at the bell: a point further from 100 for every six seconds at most, and the truth by the tenth minute.
    let mut before = 1_000;
    for now in 1..=30 {
        let now = tenths(&board, now).unwrap();
        assert!(now.abs_diff(before) <= 500, "{before} {now}");
        before = now;
    }
    assert_eq!((tenths(&board, 3), tenths(&board, 10)), (Some(1_300), Some(600)));
    assert_eq!(tenths(&evening(), 3), Some(700), "nobody has dealt yet");
    // However many there are, the figure has its place on the tape.
    for _ in 0..2_000 {
        strike(&mut board, 0);
    }
    board.rounds[0].state = running(0, 25);
    assert_eq!(tenths(&board, 24), Some(3_400));
    board.floor.trading[0].opened_at = minute(-200);
    assert_eq!(tenths(&board, 24), Some(9_999));
}

#[test]
fn a_forecast_of_the_first_minutes_is_of_this_world() {
    let mut board = evening();
    for _ in 0..15 {
        strike(&mut board, 0);
    }
    // Fifteen in three minutes would be 300 in an hour.
    let early = forecast(&board, minute(3)).unwrap();
    assert!((100..=160).contains(&early), "{early}");
    // An hour's worth later the pace that has been is what counts.
    let late = forecast(&board, minute(24)).unwrap();
    assert!((36..=45).contains(&late), "{late}");
}

#[test]
fn without_a_goal_or_a_planned_end_there_is_no_index() {
    let mut board = evening();
    board.settings.as_mut().unwrap().goal = 0;
    assert_eq!(tenths(&board, 10), None);
    board = evening();
    board.rounds.clear();
    assert_eq!(tenths(&board, 10), None);
    board.settings = None;
    assert_eq!(tenths(&board, 10), None);
}

#[test]
fn the_index_moves_within_ten_minutes() {
    let mut board = evening();
    for minutes in [1, 2, 3, 12, 14, 16, 18, 19, 20] {
        strike(&mut board, minutes);
    }
    // At 10 there were 3 of 10, at 20 there are 9 of 20.
    let moved = Index {
        tenths: 450,
        change: Some(150),
    };
    assert_eq!(index(&board, minute(20)), Some(moved));
    // Ten minutes before minute 5 there was no index.
    assert_eq!(index(&board, minute(5)).unwrap().change, None);
}

#[test]
fn frozen_totals_and_the_closing_bell_stop_the_index() {
    let mut board = evening();
    for _ in 0..15 {
        strike(&mut board, 2);
    }
    apply(&mut board, &Event::TotalsFrozen { since: minute(15) });
    assert_eq!(
        (tenths(&board, 15), tenths(&board, 24)),
        (Some(1_000), Some(1_000))
    );
    board.public_totals = PublicTotals::Live;
    board.floor.trading[0].closed_at = Some(minute(24));
    // The planned end is the closing bell, and the whole goal is due.
    let closed = index(&board, minute(24));
    assert_eq!(closed.map(|index| index.tenths), Some(250));
    assert_eq!(index(&board, minute(500)), closed);
}

#[test]
fn what_becomes_of_rounds_moves_no_frozen_index_nor_does_the_bell() {
    let mut board = evening();
    for minutes in [1, 2, 3, 12, 14, 16, 18, 19, 20] {
        strike(&mut board, minutes);
    }
    apply(&mut board, &Event::TotalsFrozen { since: minute(20) });
    let (frozen, drawn) = (index(&board, minute(20)), course(&board, minute(20)));
    assert_eq!(frozen.map(|index| index.tenths), Some(450));
    let stands = |board: &Board, now: i64, after: &str| {
        assert_eq!(index(board, minute(now)), frozen, "{after}");
        assert_eq!(course(board, minute(now)), drawn, "{after}");
    };
    stands(&board, 31, "overtime");
    let one = RoundId(1);
    let moved = |ends: i64| Event::RoundAdjusted {
        round: one,
        ends_at: minute(ends),
    };
    let paused = Event::RoundPaused {
        round: one,
        rest_ms: MINUTE_MS,
    };
    let ended = Event::RoundEnded {
        round: one,
        ended_at: minute(35),
    };
    let started = Event::RoundStarted {
        round: RoundId(2),
        started_at: minute(36),
        ends_at: minute(71),
    };
    for (now, after, event) in [
        (32, "a minute less", moved(24)),
        (33, "an hour more", moved(85)),
        (34, "paused", paused),
        (35, "ended", ended),
        (36, "the next one", started),
        (37, "no round any more", Event::ProgrammeSet { items: Vec::new() }),
        (40, "closed", Event::FloorClosed { ring_at: minute(39) }),
    ] {
        apply(&mut board, &event);
        stands(&board, now, after);
    }
    // Shown again it is that of the evening as it went: 9 of 60 at the closing bell.
    apply(&mut board, &Event::TotalsThawed);
    assert_eq!(tenths(&board, 41), Some(150));
}

#[test]
fn a_paused_round_moves_the_end() {
    let mut board = evening();
    for _ in 0..10 {
        strike(&mut board, 1);
    }
    board.rounds[0].state = RoundState::Paused {
        started_at: minute(0),
        rest_ms: 15 * MINUTE_MS,
        ran_ms: 10 * MINUTE_MS,
    };
    // 50 minutes are left whatever the time: at 10 a sixth has gone, at 30 three eighths.
    assert_eq!((tenths(&board, 10), tenths(&board, 30)), (Some(1_000), Some(444)));
    // In overtime nothing is left, and the whole goal is due.
    board.rounds = vec![round(1, 25, running(0, 25))];
    assert_eq!(tenths(&board, 30), Some(167));
}

#[test]
fn a_forecast_goes_on_at_the_same_pace() {
    let mut board = evening();
    for _ in 0..20 {
        strike(&mut board, 1);
    }
    assert_eq!(forecast(&board, minute(20)), Some(60));
    assert_eq!(forecast(&board, minute(2)), None);
    assert_eq!(forecast(&board, minute(-2)), None);
    apply(&mut board, &Event::TotalsFrozen { since: minute(20) });
    assert_eq!(forecast(&board, minute(20)), None);
}

#[test]
fn the_chart_runs_from_the_opening_bell_to_now() {
    let mut board = evening();
    board.floor.trading.clear();
    assert_eq!(course(&board, minute(0)), None);
    board = evening();
    strike(&mut board, 30);
    strike(&mut board, 15);
    let course = course(&board, minute(36)).unwrap();
    // Round 1 is 11 minutes over its time, so that the evening lasts 71.
    assert_eq!(course.count, [(0, 0), (211, 16), (422, 33), (507, 33)]);
    assert_eq!((course.goal, course.benchmark), (SIDE, Vec::new()));
}

#[test]
fn another_evening_is_drawn_as_it_climbed_or_as_its_total() {
    let mut board = evening();
    let mut benchmark = Benchmark {
        name: "Svelvik 2014".to_owned(),
        total: 30,
        course: Vec::new(),
    };
    board.settings.as_mut().unwrap().benchmark = Some(benchmark.clone());
    let line = |board: &Board| course(board, minute(6)).unwrap().benchmark;
    assert_eq!(line(&board), [(0, 500), (SIDE, 500)]);
    benchmark.course = [(30, 12), (60, 24), (90, 30)]
        .map(|(minute, deals)| CoursePoint { minute, deals })
        .to_vec();
    board.settings.as_mut().unwrap().benchmark = Some(benchmark);
    assert_eq!(line(&board), [(0, 0), (500, 200), (SIDE, 400)]);
}

#[test]
fn the_index_is_named_after_the_place() {
    for (name, of) in [
        ("Frivilligbørs Drammen", "Drammen"),
        ("Frivilligbørs Sør-Odal 2026", "Sør-Odal"),
        ("Frivilligbørs Ås", "Ås"),
        ("Frivilligbørsen", ""),
        ("", ""),
    ] {
        assert_eq!(namesake(name), of);
    }
}
