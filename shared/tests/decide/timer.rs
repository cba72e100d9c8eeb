//! What a round's timer counts, whatever stopped or moved it.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::limits::RING_AHEAD_MS;
use borsklokka_shared::round::{Round, RoundClock, RoundState};

use test_support::{Exchange, MINUTE, SECOND, exchange, moderator, open};

/// What the round's clock shows when it counts up, in milliseconds, on both boards.
fn ran_ms(exchange: &Exchange) -> i64 {
    let shown = [&exchange.staff, &exchange.public].map(|board| board.round(RoundId(1)).unwrap());
    assert_eq!(shown[0], shown[1]);
    shown[0].ran_ms(exchange.now)
}

#[test]
fn a_round_counts_up_what_it_ran_whatever_stopped_or_moved_it() {
    let mut exchange = open();
    exchange.start_round(1);
    let started_at = exchange.now;
    let expected = exchange.expected();
    let ask = |exchange: &mut Exchange, command| {
        exchange.must(&moderator(), command);
    };
    let adjust = |by_seconds| Command::AdjustRound { by_seconds, expected };
    let mut wanted_ms = 0;
    // Minutes that it runs, and that it stands; it is moved while it runs and while it stands.
    for (runs, stands) in [(10, 7), (2, 1), (20, 3)] {
        exchange.wait(runs * MINUTE + 250);
        wanted_ms += runs * MINUTE + 250;
        ask(&mut exchange, adjust(-120));
        assert_eq!(ran_ms(&exchange), wanted_ms);
        ask(&mut exchange, Command::PauseRound { expected });
        exchange.wait(stands * MINUTE);
        assert_eq!(ran_ms(&exchange), wanted_ms, "it stands");
        ask(&mut exchange, adjust(300));
        exchange.wait(MINUTE);
        assert_eq!(ran_ms(&exchange), wanted_ms, "it stands, though it was moved");
        let left_ms = match exchange.staff.round(RoundId(1)).unwrap().clock(exchange.now) {
            RoundClock::Paused { left_ms } => left_ms,
            other => panic!("{other:?}"),
        };
        let round = exchange.staff.round(RoundId(1)).unwrap();
        assert_eq!(round.counts_from(), None);
        assert_eq!(round.ends_at(exchange.now), Some(exchange.now.plus_ms(left_ms)));
        ask(&mut exchange, Command::ResumeRound { expected });
        assert_eq!(ran_ms(&exchange), wanted_ms, "it runs on");
    }
    let round = exchange.staff.round(RoundId(1)).unwrap();
    let stood_ms = (7 + 1 + 3 + 3) * MINUTE;
    assert_eq!(round.counts_from(), Some(started_at.plus_ms(stood_ms)));
}

#[test]
fn a_round_that_is_stopped_before_its_bell_strikes_has_not_run() {
    let mut exchange = exchange();
    let expected = exchange.expected();
    let start_round = Some(RoundId(1));
    exchange.must(
        &moderator(),
        Command::OpenFloor {
            expected,
            start_round,
        },
    );
    exchange.wait(RING_AHEAD_MS - 100);
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::PauseRound { expected });
    assert_eq!(ran_ms(&exchange), 0);
    exchange.wait(MINUTE);
    exchange.must(&moderator(), Command::ResumeRound { expected });
    exchange.wait(SECOND);
    assert_eq!(ran_ms(&exchange), SECOND - 100);
}

#[test]
fn a_board_of_before_the_count_up_still_reads() {
    let running = r#"{"id":1,"title":"Runde 1","planned_minutes":25,
        "state":{"state":"running","started_at":"2026-11-26T17:15:00.000Z","ends_at":"2026-11-26T17:40:00.000Z"}}"#;
    let round: Round = serde_json::from_str(running).unwrap();
    assert!(matches!(round.state, RoundState::Running { paused_ms: 0, .. }));
    let paused = r#"{"state":"paused","started_at":"2026-11-26T17:15:00.000Z","rest_ms":900000}"#;
    let state: RoundState = serde_json::from_str(paused).unwrap();
    assert!(matches!(state, RoundState::Paused { ran_ms: 0, .. }));
}
