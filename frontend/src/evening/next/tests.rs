//! What comes next in the evening, by programmes and moments.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::exchange::{ProgrammeItem, Scene};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::round::Round;

use super::*;

/// An evening in its break: round 1 is held, then a break, round 2 at 18:40 and the closing at 19:30.
fn board() -> Board {
    let mut board = Board::empty(Audience::Public);
    let item = |time: &str, title: &str, slot| ProgrammeItem {
        time: time.to_owned(),
        title: title.to_owned(),
        slot,
    };
    let round = |n| Slot::Round {
        round: RoundId(n),
        minutes: 25,
    };
    board.programme = vec![
        item("17:40", "Runde 1", round(1)),
        item("18:30", "Pause", Slot::Gathering),
        item("18:40", "Runde 2 · Nye bord, nye møter", round(2)),
        item("19:30", "Avslutning", Slot::Closing),
    ];
    let state = [
        RoundState::Ended {
            ended_at: Instant::from_unix_ms(0),
        },
        RoundState::Ready,
    ];
    board.rounds = (1..)
        .zip(state)
        .map(|(n, state)| Round {
            held: Vec::new(),
            id: RoundId(n),
            title: String::new(),
            planned_minutes: 25,
            state,
        })
        .collect();
    board.scene = Scene::Pause;
    board
}

const NOW: Instant = Instant::from_unix_ms(1_000_000);

fn when(board: &Board, clock: &str) -> Option<When> {
    next(board, NOW, clock).map(|next| next.when)
}

#[test]
fn the_programme_counts_down_to_the_next_round_and_then_says_soon() {
    let board = board();
    let next = next(&board, NOW, "18:34:18").unwrap();
    assert_eq!(
        next.what,
        What::Round {
            number: 2,
            title: "Runde 2 · Nye bord, nye møter".to_owned()
        }
    );
    assert_eq!(next.when, When::In { left_ms: 342_000 });
    assert_eq!(next.time.as_deref(), Some("18:40"));
    for (clock, expected) in [
        ("18:39:59", When::In { left_ms: 1_000 }),
        ("18:40:00", When::Soon),
        ("18:44:59", When::Soon),
        // The evening is behind its programme: no countdown, and no promise.
        ("18:45:00", When::Unknown),
        ("17:41:00", When::In { left_ms: 59 * 60_000 }),
        ("17:39:00", When::At("18:40".to_owned())),
    ] {
        assert_eq!(when(&board, clock), Some(expected), "{clock}");
    }
    assert_eq!(super::next(&board, NOW, "18:45:00").unwrap().time, None);
}

#[test]
fn a_break_with_a_length_goes_before_the_programme() {
    let mut board = board();
    board.break_until = Some(NOW.plus_ms(90_000));
    let next = next(&board, NOW, "18:59:00").unwrap();
    assert_eq!((next.when, next.time), (When::In { left_ms: 90_000 }, None));
    board.break_until = Some(NOW.plus_ms(-20 * 60_000));
    assert_eq!(when(&board, "18:59:00"), Some(When::Soon));
    board.programme.clear();
    board.rounds.clear();
    board.break_until = Some(NOW.plus_ms(1_000));
    let next = super::next(&board, NOW, "18:59:00").unwrap();
    assert_eq!(
        (next.what, next.when),
        (What::Trading, When::In { left_ms: 1_000 })
    );
}

/// A long break ends when the moderator said, whatever was planned, and be nothing planned.
#[test]
fn a_long_break_ends_by_the_clock_of_its_own() {
    let mut board = board();
    board.break_until = Some(NOW.plus_ms(90 * 60_000));
    for clock in ["17:00:00", "18:34:00", "18:59:00"] {
        let next = next(&board, NOW, clock).unwrap();
        assert!(matches!(next.what, What::Round { number: 2, .. }), "{clock}");
        assert_eq!((next.when, next.time), (When::AtEnd, None), "{clock}");
    }
    board.rounds[0].state = RoundState::Paused {
        started_at: NOW,
        rest_ms: 60_000,
        ran_ms: 0,
    };
    let standing = next(&board, NOW, "18:34:00").unwrap();
    assert_eq!(
        (standing.what, standing.when),
        (What::GoesOn { number: 1 }, When::AtEnd)
    );
    board.programme.clear();
    board.rounds.clear();
    board.break_until = Some(NOW.plus_ms(240 * 60_000));
    let unplanned = next(&board, NOW, "18:34:00").unwrap();
    assert_eq!((unplanned.what, unplanned.when), (What::Trading, When::AtEnd));
}

#[test]
fn where_nobody_says_anything_nothing_is_said() {
    let mut board = board();
    board.programme.truncate(2);
    assert_eq!(next(&board, NOW, "18:34:00"), None);
    board.programme.clear();
    assert_eq!(next(&board, NOW, "18:34:00"), None);
}

#[test]
fn a_round_whose_clock_stands_goes_on() {
    let mut board = board();
    board.rounds[0].state = RoundState::Paused {
        started_at: NOW,
        rest_ms: 60_000,
        ran_ms: 0,
    };
    let next = next(&board, NOW, "18:34:00").unwrap();
    assert_eq!(next.what, What::GoesOn { number: 1 });
    assert_eq!((next.when, next.time), (When::Unknown, None));
}

#[test]
fn the_closing_comes_after_the_last_round_and_midnight_is_no_wall() {
    let mut board = board();
    board.rounds[1].state = board.rounds[0].state;
    let last = next(&board, NOW, "19:20:00").unwrap();
    assert!(matches!(last.what, What::Closing { .. }));
    assert_eq!(until_ms("23:58:30", "00:10"), Some(690_000));
    assert_eq!(until_ms("00:02:00", "23:59"), Some(-180_000));
    assert_eq!(until_ms("", "00:10"), None);
}

#[test]
fn a_number_is_said_once() {
    for (title, own) in [
        ("Runde 2", ""),
        ("runde 2", ""),
        ("Round 2", ""),
        ("Børsen åpner · Runde 2", "Børsen åpner"),
        ("Runde 2 · Nye bord, nye møter", "Nye bord, nye møter"),
        ("Runde 2: Nye bord", "Nye bord"),
        ("Runde 2 - Nye bord", "Nye bord"),
        ("2. Runde: Jetzt wird es ernst", "Jetzt wird es ernst"),
        ("2. Runde", ""),
        ("2. runde – Nye bord", "Nye bord"),
        ("2. Handelsphase", ""),
        ("2e ronde", ""),
        ("De 2e handelsronde: Nieuwe tafels", "Nieuwe tafels"),
        ("2nd round", ""),
        ("2. runden", ""),
        ("Zweite Runde — Neue Tische", "Zweite Runde — Neue Tische"),
        ("Runde nr. 2", ""),
        ("Runde #2", ""),
        ("Børsrunde 2", ""),
        ("3. Runde", "3. Runde"),
        ("2b Runde", "2b Runde"),
        ("Halle 2", "Halle 2"),
        ("Stunde 2", "Stunde 2"),
        ("Background 2", "Background 2"),
        ("2. Etage", "2. Etage"),
        ("Letzte Runde", "Letzte Runde"),
        ("Runde 22", "Runde 22"),
        ("Runde 3 · Siste sjanse", "Runde 3 · Siste sjanse"),
        ("Børstid", "Børstid"),
        ("Kaffe – og kaker", "Kaffe – og kaker"),
        ("", ""),
    ] {
        assert_eq!(own_title(title, 2), own, "{title}");
    }
    assert_eq!(own_title("5. Runde: Schluss", 5), "Schluss");
    assert_eq!(own_title("Runde 12", 12), "");
}
