//! The moderator's desk: bells, floor, rounds, announcements, scenes, the result.

use borsklokka_shared::bell::{Bell, BellKind};
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, Expected, ExpectedRound};
use borsklokka_shared::decide::{ClockTrust, Now, due};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{LastRound, Phase, ProgrammeItem, Scene, Slot};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::prize::{Prize, PrizeKind};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::report::Report;
use borsklokka_shared::role::Role;
use borsklokka_shared::round::{RoundClock, RoundState};
use borsklokka_shared::sleep::{GoOn, Sleep, SleepSign};

use test_support::{
    Exchange, MINUTE, SECOND, actor, bare, broker, exchange, exchange_with, line, moderator, open, organiser,
    programme,
};

fn open_floor(expected: Expected) -> Command {
    Command::OpenFloor {
        expected,
        start_round: None,
    }
}

fn round_of(exchange: &Exchange, n: u32) -> RoundState {
    exchange.staff.round(RoundId(n)).unwrap().state
}

#[test]
fn bells_ring_ahead_and_the_floor_follows_the_stroke() {
    let mut exchange = exchange();
    let asked_at = exchange.now;
    let expected = exchange.expected();
    let events = exchange.must(&moderator(), open_floor(expected));
    let ring_at = asked_at.plus_ms(400);
    assert_eq!(events, [Event::FloorOpened { ring_at }]);
    let floor = &exchange.staff.floor;
    assert_eq!(floor.settled_phase(), Phase::Open);
    assert_eq!(floor.phase(ring_at.plus_ms(-1)), Phase::Preparing);
    assert_eq!(floor.phase(ring_at), Phase::Open);
    assert_eq!(
        exchange.public.bell,
        Some(Bell {
            kind: BellKind::Opening,
            ring_at
        })
    );

    exchange.wait(MINUTE);
    let ring_at = exchange.now.plus_ms(400);
    exchange.close();
    let floor = &exchange.staff.floor;
    assert_eq!(floor.phase(ring_at.plus_ms(-1)), Phase::Open);
    assert_eq!(floor.phase(ring_at), Phase::Closed);
    assert_eq!(floor.closed_at(), Some(ring_at));

    let expected = exchange.expected();
    let stroke = exchange.must(
        &moderator(),
        Command::RingBell {
            expected: Some(expected),
        },
    );
    assert_eq!(
        stroke,
        [Event::BellRung {
            ring_at: exchange.now.plus_ms(400)
        }]
    );
}

#[test]
fn a_desk_that_believed_something_else_is_stale() {
    let mut exchange = open();
    exchange.start_round(1);
    let right = exchange.expected();
    let wrong_phase = Expected {
        phase: Phase::Preparing,
        ..right
    };
    let wrong_round = Expected::exactly(right.phase, None);
    for expected in [wrong_phase, wrong_round] {
        for command in [
            open_floor(expected),
            Command::CloseFloor { expected },
            Command::RingBell {
                expected: Some(expected),
            },
            Command::StartRound {
                round: RoundId(2),
                expected,
            },
            Command::PauseRound { expected },
            Command::ResumeRound { expected },
            Command::AdjustRound {
                by_seconds: 60,
                expected,
            },
            Command::EndRound { expected },
            Command::TakeBack { step: 1, expected },
        ] {
            assert_eq!(
                exchange.refusal(&moderator(), command),
                Refusal::Stale,
                "{expected:?}"
            );
        }
    }
    // The bell that was just asked for counts as rung: pressed twice, it rings once.
    exchange.must(&moderator(), Command::CloseFloor { expected: right });
    let again = exchange.refusal(&moderator(), Command::CloseFloor { expected: right });
    assert_eq!(again, Refusal::Stale);
}

#[test]
fn a_desk_command_expires() {
    let cases = [
        (-5_001, ClockTrust::Estimated, Some(Refusal::Expired)),
        (-5_000, ClockTrust::Estimated, None),
        (60_000, ClockTrust::Estimated, None),
        // Who does not know the clock cannot say how old the press is; what it expects still holds.
        (-60_000, ClockTrust::Unknown, None),
    ];
    for (written_ms, clock, refusal) in cases {
        let mut exchange = open();
        let now = Now {
            written_at: Some(exchange.now.plus_ms(written_ms)),
            clock,
            ..Now::at(exchange.now)
        };
        let expected = exchange.expected();
        for expected in [Some(expected), None] {
            let answer = exchange.ask_at(&moderator(), &Command::RingBell { expected }, now);
            assert_eq!(answer.err(), refusal, "{written_ms} {clock:?} {expected:?}");
        }
    }
}

#[test]
fn a_button_that_names_no_round_works_in_every_round() {
    let any_round = |phase| Expected {
        phase,
        round: ExpectedRound::Any,
    };
    let ring = |expected| Command::RingBell { expected };
    let mut exchange = exchange();
    exchange.must(&moderator(), ring(None));
    exchange.must(&moderator(), open_floor(any_round(Phase::Preparing)));
    for round in [None, Some(1), Some(2)] {
        if let Some(round) = round {
            exchange.start_round(round);
        }
        exchange.must(&moderator(), ring(None));
        exchange.must(&moderator(), ring(Some(any_round(Phase::Open))));
        let stale = exchange.refusal(&moderator(), ring(Some(any_round(Phase::Closed))));
        assert_eq!(stale, Refusal::Stale, "{round:?}");
    }
    let close = || Command::CloseFloor {
        expected: any_round(Phase::Open),
    };
    exchange.must(&moderator(), close());
    assert_eq!(exchange.refusal(&moderator(), close()), Refusal::Stale);
    exchange.must(&moderator(), ring(None));
}

#[test]
fn the_floor_is_opened_and_closed_in_turn() {
    let mut exchange = exchange();
    let expected = exchange.expected();
    let early = exchange.refusal(&moderator(), Command::CloseFloor { expected });
    assert_eq!(
        early,
        Refusal::WrongPhase {
            phase: Phase::Preparing
        }
    );
    exchange.open();
    let expected = exchange.expected();
    let twice = exchange.refusal(&moderator(), open_floor(expected));
    assert_eq!(twice, Refusal::WrongPhase { phase: Phase::Open });
    exchange.close();
    let expected = exchange.expected();
    let twice = exchange.refusal(&moderator(), Command::CloseFloor { expected });
    assert_eq!(twice, Refusal::WrongPhase { phase: Phase::Closed });

    exchange.wait(MINUTE);
    exchange.open();
    assert_eq!(exchange.staff.floor.phase(exchange.now), Phase::Open);
    assert_eq!(exchange.staff.floor.trading.len(), 2);
    exchange.close();
    exchange.announce_result();
    let expected = exchange.expected();
    let after = exchange.refusal(&moderator(), open_floor(expected));
    assert_eq!(after, Refusal::ResultAnnounced);
}

#[test]
fn strokes_that_are_asked_for_at_once_follow_each_other() {
    let mut exchange = exchange();
    for command in [
        |expected| open_floor(expected),
        |expected| Command::CloseFloor { expected },
        |expected| open_floor(expected),
    ] {
        let expected = exchange.expected();
        exchange.must(&moderator(), command(expected));
    }
    let trading = &exchange.staff.floor.trading;
    let strokes: Vec<Instant> = trading
        .iter()
        .flat_map(|stretch| std::iter::once(stretch.opened_at).chain(stretch.closed_at))
        .collect();
    assert!(
        strokes.is_sorted_by(|earlier, later| earlier < later),
        "{strokes:?}"
    );
}

#[test]
fn a_floor_opens_with_its_first_round() {
    let mut exchange = exchange();
    let expected = exchange.expected();
    let events = exchange.must(
        &moderator(),
        Command::OpenFloor {
            expected,
            start_round: Some(RoundId(1)),
        },
    );
    let ring_at = exchange.now.plus_ms(400);
    assert_eq!(
        events,
        [
            Event::FloorOpened { ring_at },
            Event::RoundStarted {
                round: RoundId(1),
                started_at: ring_at,
                ends_at: ring_at.plus_ms(25 * MINUTE)
            },
        ]
    );
    let unknown = test_support::exchange().refusal(
        &moderator(),
        Command::OpenFloor {
            expected,
            start_round: Some(RoundId(9)),
        },
    );
    assert_eq!(unknown, Refusal::UnknownRound);
}

#[test]
fn a_round_starts_pauses_runs_on_and_ends() {
    let mut exchange = open();
    exchange.start_round(1);
    let started_at = exchange.now;
    let ends_at = started_at.plus_ms(25 * MINUTE);
    assert_eq!(
        round_of(&exchange, 1),
        RoundState::Running {
            started_at,
            ends_at,
            paused_ms: 0
        }
    );

    exchange.wait(10 * MINUTE);
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::PauseRound { expected });
    let rest_ms = 15 * MINUTE;
    assert_eq!(
        round_of(&exchange, 1),
        RoundState::Paused {
            started_at,
            rest_ms,
            ran_ms: 10 * MINUTE
        }
    );
    let twice = exchange.refusal(&moderator(), Command::PauseRound { expected });
    assert_eq!(twice, Refusal::WrongRoundState);

    exchange.wait(7 * MINUTE);
    exchange.must(&moderator(), Command::ResumeRound { expected });
    let ends_at = exchange.now.plus_ms(rest_ms);
    assert_eq!(
        round_of(&exchange, 1),
        RoundState::Running {
            started_at,
            ends_at,
            paused_ms: 7 * MINUTE
        }
    );
    let twice = exchange.refusal(&moderator(), Command::ResumeRound { expected });
    assert_eq!(twice, Refusal::WrongRoundState);

    exchange.must(&moderator(), Command::EndRound { expected });
    let ended_at = exchange.now;
    assert_eq!(round_of(&exchange, 1), RoundState::Ended { ended_at });
    let expected = exchange.expected();
    let twice = exchange.refusal(&moderator(), Command::EndRound { expected });
    assert_eq!(twice, Refusal::WrongRoundState);
}

#[test]
fn a_round_knows_when_it_was_held_and_the_report_what_was_struck_in_it() {
    let mut exchange = open();
    let rounds = |exchange: &Exchange| -> Vec<(Option<String>, u32, Option<u32>)> {
        let report = Report::of(&exchange.staff).unwrap();
        let rounds = report.rounds.into_iter();
        rounds.map(|one| (one.name, one.deals, one.minutes)).collect()
    };
    exchange.post(1);
    assert_eq!(rounds(&exchange), [], "none was held");
    exchange.wait(MINUTE);
    exchange.start_round(1);
    let name = |n: u32| Some(format!("Runde {n}"));
    assert_eq!(rounds(&exchange), [(name(1), 0, None), (None, 1, None)]);
    exchange.wait(10 * MINUTE);
    exchange.post(2);
    let end = |exchange: &mut Exchange| {
        exchange.wait(SECOND);
        let expected = exchange.expected();
        exchange.must(&moderator(), Command::EndRound { expected });
    };
    end(&mut exchange);
    exchange.wait(MINUTE);
    exchange.post(3);
    exchange.wait(SECOND);
    // It was ended by mistake, and is held on.
    exchange.start_round(1);
    exchange.wait(5 * MINUTE);
    exchange.post(4);
    end(&mut exchange);
    assert_eq!(rounds(&exchange), [(name(1), 2, Some(15)), (None, 2, None)]);
    // The next began too early: that is taken back, and its deals are outside.
    exchange.wait(MINUTE);
    exchange.start_round(2);
    exchange.wait(10 * SECOND);
    exchange.post(5);
    assert_eq!(rounds(&exchange)[1], (name(2), 1, None));
    let step = exchange.staff.steps.last().unwrap().number;
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::TakeBack { step, expected });
    assert_eq!(rounds(&exchange), [(name(1), 2, Some(15)), (None, 3, None)]);
    assert_eq!(exchange.staff.rounds, exchange.public.rounds);
}

#[test]
fn the_next_round_ends_the_one_that_runs() {
    let mut exchange = open();
    exchange.start_round(1);
    exchange.wait(5 * MINUTE);
    let expected = exchange.expected();
    let again = exchange.refusal(
        &moderator(),
        Command::StartRound {
            round: RoundId(1),
            expected,
        },
    );
    assert_eq!(again, Refusal::WrongRoundState);
    exchange.start_round(2);
    let ended_at = exchange.now;
    assert_eq!(round_of(&exchange, 1), RoundState::Ended { ended_at });
    assert_eq!(
        exchange.expected(),
        Expected::exactly(Phase::Open, Some(RoundId(2)))
    );
    let expected = exchange.expected();
    let unknown = exchange.refusal(
        &moderator(),
        Command::StartRound {
            round: RoundId(4),
            expected,
        },
    );
    assert_eq!(unknown, Refusal::UnknownRound);
}

#[test]
fn no_round_starts_before_the_opening_bell_or_on_a_floor_that_has_closed() {
    let start = |exchange: &Exchange| Command::StartRound {
        round: RoundId(2),
        expected: exchange.expected(),
    };
    let mut exchange = exchange();
    let early = start(&exchange);
    assert_eq!(
        exchange.refusal(&moderator(), early),
        Refusal::WrongPhase {
            phase: Phase::Preparing
        }
    );
    exchange.open();
    exchange.start_round(1);
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::CloseFloor { expected });
    let closed = Refusal::WrongPhase { phase: Phase::Closed };
    let at_once = start(&exchange);
    assert_eq!(
        exchange.refusal(&moderator(), at_once),
        closed,
        "before the bell has struck"
    );
    exchange.wait(MINUTE);
    let later = start(&exchange);
    assert_eq!(exchange.refusal(&moderator(), later), closed);

    // A floor that opens again has its rounds again.
    exchange.open();
    exchange.start_round(2);
    assert!(matches!(round_of(&exchange, 2), RoundState::Running { .. }));
    exchange.close();
    exchange.announce_result();
    let after = start(&exchange);
    assert_eq!(exchange.refusal(&moderator(), after), Refusal::ResultAnnounced);
    assert!(matches!(round_of(&exchange, 2), RoundState::Ended { .. }));
}

#[test]
fn a_round_is_extended_and_shortened() {
    // (minutes gone, seconds added, seconds left then; negative is overtime)
    let cases = [
        (10, 120, 17 * 60),
        (10, -120, 13 * 60),
        (10, -3_600, 0),
        (26, 120, 120),
        (26, -120, -60),
    ];
    for (gone, by_seconds, left_s) in cases {
        for is_paused in [false, true] {
            let mut exchange = open();
            exchange.start_round(1);
            exchange.wait(gone * MINUTE);
            let expected = exchange.expected();
            if is_paused {
                exchange.must(&moderator(), Command::PauseRound { expected });
            }
            exchange.must(&moderator(), Command::AdjustRound { by_seconds, expected });
            let clock = exchange.staff.round(RoundId(1)).unwrap().clock(exchange.now);
            let left_ms = left_s * SECOND;
            let wanted = match (is_paused, left_ms) {
                (true, left_ms) => RoundClock::Paused { left_ms },
                (false, 0..) => RoundClock::Left { left_ms },
                (false, _) => RoundClock::Overtime { over_ms: -left_ms },
            };
            assert_eq!(clock, wanted, "{gone} min, {by_seconds} s, paused: {is_paused}");
        }
    }
    let mut exchange = open();
    let expected = exchange.expected();
    let none = exchange.refusal(
        &moderator(),
        Command::AdjustRound {
            by_seconds: 60,
            expected,
        },
    );
    assert_eq!(none, Refusal::WrongRoundState);
}

#[test]
fn a_round_runs_into_overtime_until_someone_ends_it() {
    let mut exchange = open();
    exchange.start_round(1);
    exchange.wait(26 * MINUTE);
    let round = exchange.staff.round(RoundId(1)).unwrap();
    assert_eq!(
        round.clock(exchange.now),
        RoundClock::Overtime { over_ms: MINUTE }
    );
    assert_eq!(due(&exchange.staff), None);
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::PauseRound { expected });
    let round = exchange.staff.round(RoundId(1)).unwrap();
    assert_eq!(round.clock(exchange.now), RoundClock::Paused { left_ms: -MINUTE });
}

#[test]
fn closing_the_floor_ends_the_round_with_the_stroke() {
    let mut exchange = open();
    exchange.start_round(2);
    exchange.wait(MINUTE);
    let ring_at = exchange.now.plus_ms(400);
    let expected = exchange.expected();
    let events = exchange.must(&moderator(), Command::CloseFloor { expected });
    let round = RoundId(2);
    assert_eq!(
        events,
        [
            Event::RoundEnded {
                round,
                ended_at: ring_at
            },
            Event::FloorClosed { ring_at }
        ]
    );
}

#[test]
fn the_last_round_closes_the_floor_if_the_exchange_wants_that() {
    let mut exchange = exchange_with(|settings| settings.last_round = LastRound::ClosesFloor).opened();
    assert_eq!(due(&exchange.staff), None, "no round runs");
    exchange.start_round(2);
    assert_eq!(due(&exchange.staff), None, "not the last round");
    exchange.start_round(3);
    let ends_at = exchange.now.plus_ms(20 * MINUTE);
    let (due_at, command) = due(&exchange.staff).expect("the last round runs");
    assert_eq!(due_at, ends_at.plus_ms(-400));

    let expected = exchange.expected();
    exchange.must(&moderator(), Command::PauseRound { expected });
    assert_eq!(due(&exchange.staff), None, "a paused round has no end");
    exchange.must(&moderator(), Command::ResumeRound { expected });
    assert_eq!(due(&exchange.staff), Some((due_at, command.clone())));

    exchange.now = due_at;
    let events = exchange.must(&actor(Role::Clock), command.clone());
    assert_eq!(
        events.last(),
        Some(&Event::FloorClosed { ring_at: ends_at }),
        "to the second"
    );
    assert_eq!(due(&exchange.staff), None);
    assert_eq!(exchange.refusal(&actor(Role::Clock), command), Refusal::Stale);
}

#[test]
fn a_server_that_was_away_closes_the_floor_as_soon_as_it_can() {
    let mut exchange = exchange_with(|settings| settings.last_round = LastRound::ClosesFloor).opened();
    exchange.start_round(3);
    let (_, command) = due(&exchange.staff).unwrap();
    exchange.wait(30 * MINUTE);
    let ring_at = exchange.now.plus_ms(400);
    let events = exchange.must(&actor(Role::Clock), command);
    assert_eq!(events.last(), Some(&Event::FloorClosed { ring_at }));
}

#[test]
fn announcements_stand_until_their_time_or_until_taken_down() {
    let mut exchange = exchange();
    let announce = |n, text: &str| Command::Announce {
        announcement: line(n),
        text: text.to_owned(),
        seconds: 30,
    };
    exchange.must(&moderator(), announce(1, "  Ti minutter igjen "));
    let standing = exchange.public.announcement.clone().unwrap();
    assert_eq!(standing.text, "Ti minutter igjen");
    assert_eq!(standing.until, exchange.now.plus_ms(30 * SECOND));

    exchange.must(&moderator(), announce(2, "Ett minutt igjen"));
    let first = exchange.refusal(
        &moderator(),
        Command::EndAnnouncement {
            announcement: line(1),
        },
    );
    assert_eq!(first, Refusal::UnknownAnnouncement);
    exchange.must(
        &moderator(),
        Command::EndAnnouncement {
            announcement: line(2),
        },
    );
    assert_eq!(exchange.public.announcement, None);
}

#[test]
fn the_wall_follows_the_scene() {
    let mut exchange = exchange();
    assert_eq!(exchange.public.scene, Scene::Automatic);
    exchange.must(
        &moderator(),
        Command::SetScene {
            scene: Scene::Blackout,
        },
    );
    assert_eq!(exchange.public.scene, Scene::Blackout);
}

#[test]
fn the_result_is_announced_once_after_the_closing_stroke() {
    let mut exchange = exchange();
    let result = || Command::AnnounceResult;
    assert_eq!(
        exchange.refusal(&moderator(), result()),
        Refusal::WrongPhase {
            phase: Phase::Preparing
        }
    );
    exchange.open();
    let open = Refusal::WrongPhase { phase: Phase::Open };
    assert_eq!(exchange.refusal(&moderator(), result()), open);
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::CloseFloor { expected });
    assert_eq!(
        exchange.refusal(&moderator(), result()),
        open,
        "the bell has not struck"
    );
    exchange.wait(MINUTE);
    let expected = exchange.expected();
    exchange.must(&moderator(), open_floor(expected));
    assert_eq!(
        exchange.refusal(&moderator(), result()),
        open,
        "it is about to reopen"
    );
    exchange.wait(400);
    exchange.close();
    exchange.must(&moderator(), result());
    assert_eq!(exchange.public.result_at, Some(exchange.now));
    assert_eq!(exchange.refusal(&moderator(), result()), Refusal::ResultAnnounced);
}

#[test]
fn a_programme_changes_but_a_round_that_started_stays() {
    let mut exchange = open();
    exchange.start_round(2);
    let mut items = programme();
    items.retain(|item| item.title != "Runde 2");
    let refusal = exchange.refusal(&organiser(), Command::set_programme(items));
    assert_eq!(refusal, Refusal::RoundStarted);

    let running = round_of(&exchange, 2);
    let mut items = programme();
    items.retain(|item| item.title != "Runde 3");
    items[2].title = "Andre runde".to_owned();
    exchange.must(&organiser(), Command::set_programme(items));
    assert_eq!(round_of(&exchange, 2), running);
    assert_eq!(exchange.public.round(RoundId(2)).unwrap().title, "Andre runde");
    assert_eq!(exchange.staff.rounds.len(), 2);
}

#[test]
fn of_two_who_set_the_programme_at_once_neither_undoes_the_other() {
    let mut exchange = exchange();
    let over = |expected: Option<Vec<ProgrammeItem>>, title: &str| {
        let mut items = programme();
        title.clone_into(&mut items[0].title);
        Command::SetProgramme { items, expected }
    };
    exchange.must(&organiser(), Command::set_programme(programme()));
    exchange.must(&organiser(), over(Some(programme()), "Dørene åpner"));
    let late = exchange.refusal(&organiser(), over(Some(programme()), "Kaffe"));
    assert_eq!(late, Refusal::ChangedMeanwhile);
    assert_eq!(exchange.staff.programme[0].title, "Dørene åpner");
    let seen = exchange.staff.programme.clone();
    exchange.must(&organiser(), over(Some(seen), "Kaffe"));
    exchange.must(&organiser(), over(None, "Te"));
    assert_eq!(
        exchange.staff.programme[0].title, "Te",
        "who does not say what it saw has the last word"
    );
}

#[test]
fn the_programme_follows_the_evening_not_the_clock() {
    let mut exchange = exchange();
    exchange.must(&organiser(), Command::set_programme(programme()));
    let line = |exchange: &Exchange, time: &str| exchange.public.programme_line(time);
    assert_eq!(line(&exchange, "16:29"), None);
    assert_eq!(line(&exchange, "17:20"), Some(0), "no round has begun");
    // Rung an hour before its time.
    let expected = exchange.expected();
    exchange.must(&moderator(), open_floor(expected));
    exchange.wait(SECOND);
    exchange.start_round(1);
    assert_eq!(line(&exchange, "16:10"), Some(1));
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::EndRound { expected });
    assert_eq!(
        line(&exchange, "16:20"),
        Some(1),
        "what comes next is the second round"
    );
    assert_eq!(line(&exchange, "18:20"), Some(1));
    exchange.start_round(2);
    assert_eq!(line(&exchange, "16:30"), Some(2));
    exchange.close();
    assert_eq!(line(&exchange, "17:00"), Some(4));
}

#[test]
fn a_programme_may_go_over_midnight() {
    let gathering = |time: &str| ProgrammeItem {
        time: time.to_owned(),
        title: time.to_owned(),
        slot: Slot::Gathering,
    };
    let over_midnight = ["22:00", "22:30", "23:30", "00:15", "01:00"].as_slice();
    let evening = ["16:30", "17:00", "18:30"].as_slice();
    for (times, time, line) in [
        (over_midnight, "21:59", None),
        (over_midnight, "12:00", None),
        (over_midnight, "22:00", Some(0)),
        (over_midnight, "23:59", Some(2)),
        (over_midnight, "00:00", Some(2)),
        (over_midnight, "00:15", Some(3)),
        (over_midnight, "01:30", Some(4)),
        (over_midnight, "02:59", Some(4)),
        // The night when summer time ends, or begins: the times of day stand on the hall's clock.
        (["22:00", "02:30", "03:15"].as_slice(), "02:10", Some(0)),
        (["22:00", "02:30", "03:15"].as_slice(), "03:10", Some(1)),
        (evening, "00:30", None),
        (evening, "16:29", None),
        (evening, "17:10", Some(1)),
        (evening, "23:59", Some(2)),
        // One that is out of its order is of the same day.
        (["17:00", "16:45"].as_slice(), "16:50", Some(1)),
    ] {
        let mut exchange = exchange();
        let items = times.iter().map(|time| gathering(time)).collect();
        exchange.must(&organiser(), Command::set_programme(items));
        assert_eq!(exchange.public.programme_line(time), line, "{times:?} at {time}");
    }
}

#[test]
fn what_needs_settings_waits_for_them() {
    let mut bare = bare();
    let programme = Command::set_programme(programme());
    assert_eq!(bare.refusal(&organiser(), programme), Refusal::NotConfigured);
    let expected = bare.expected();
    let refusal = bare.refusal(&moderator(), open_floor(expected));
    assert_eq!(refusal, Refusal::NotConfigured);
}

#[test]
fn a_deal_is_large_again_until_the_next_is_struck_or_it_goes() {
    let mut exchange = open();
    let (first, second) = (exchange.post(1), exchange.post(2));
    let spotlight = |deal| Command::SpotlightDeal { deal };
    exchange.must(&moderator(), spotlight(Some(first)));
    assert_eq!(exchange.public.spotlight, Some(first));
    exchange.post(3);
    assert_eq!(exchange.public.spotlight, None);
    exchange.must(&moderator(), spotlight(Some(second)));
    exchange.withdraw(second);
    assert_eq!(exchange.public.spotlight, None);
    assert_eq!(
        exchange.refusal(&moderator(), spotlight(Some(second))),
        Refusal::WrongStanding
    );
    exchange.must(&moderator(), spotlight(Some(first)));
    exchange.must(&moderator(), spotlight(None));
    assert_eq!(exchange.staff.spotlight, None);
}

#[test]
fn a_deal_that_is_shown_large_is_seen_whatever_was_chosen() {
    let large = |exchange: &mut Exchange, scene| {
        exchange.must(&moderator(), Command::SetScene { scene });
        let deal = Some(test_support::deal(1));
        let events = exchange.must(&moderator(), Command::SpotlightDeal { deal });
        assert_eq!(events[0], Event::DealSpotlit { deal });
        events.len()
    };
    for is_closed in [false, true] {
        let mut exchange = open();
        exchange.post(1);
        if is_closed {
            exchange.close();
        }
        // The floor alone shows it: left to the bells the wall shows it between them.
        let shown = if is_closed { Scene::Floor } else { Scene::Automatic };
        for scene in [
            Scene::Welcome,
            Scene::Pause,
            Scene::Closing,
            Scene::Prizes,
            Scene::Photos,
            Scene::Blackout,
        ] {
            assert_eq!(large(&mut exchange, scene), 2, "{scene:?}");
            assert_eq!(exchange.public.scene, shown, "{scene:?}");
        }
        for scene in [shown, Scene::Floor] {
            assert_eq!(large(&mut exchange, scene), 1, "{scene:?}");
            assert_eq!(exchange.public.scene, scene);
        }
        // What is large no longer changes no scene.
        let scene = Scene::Pause;
        exchange.must(&moderator(), Command::SetScene { scene });
        exchange.must(&moderator(), Command::SpotlightDeal { deal: None });
        assert_eq!(exchange.public.scene, scene);
    }
}

#[test]
fn a_prize_is_shown_to_all_and_the_shortlist_to_staff_alone() {
    let mut exchange = open();
    let (first, second) = (exchange.post(1), exchange.post(2));
    let shortlist = |deal, on| Command::ShortlistDeal { deal, on };
    exchange.must(&moderator(), shortlist(first, true));
    exchange.must(&moderator(), shortlist(second, true));
    assert_eq!(
        exchange.refusal(&moderator(), shortlist(second, true)),
        Refusal::AlreadySo,
        "it is on it"
    );
    assert_eq!(exchange.staff.shortlist, [first, second]);
    assert_eq!(exchange.public.shortlist, []);

    let award = |prize| Command::AwardPrize { prize };
    let best = Prize::best;
    let events = exchange.must(&moderator(), award(best(first)));
    let scene = Event::SceneSet { scene: Scene::Prizes };
    assert_eq!(events, [Event::PrizeAwarded { prize: best(first) }, scene]);
    let most = Prize::most_deals(test_support::party(1));
    exchange.must(&moderator(), award(most));
    exchange.must(&moderator(), award(best(second)));
    assert_eq!(exchange.public.prizes, [most, best(second)], "one of each kind");
    exchange.withdraw(second);
    let standing = |board: &Board| board.standing_prizes().collect::<Vec<_>>();
    assert_eq!(
        standing(&exchange.public),
        [most],
        "a deal that is withdrawn has none"
    );
    assert_eq!(exchange.staff.shortlist, [first]);
    exchange.must(&moderator(), Command::ReinstateDeal { deal: second });
    assert_eq!(
        standing(&exchange.public),
        [most, best(second)],
        "and has it again when it counts again"
    );
    exchange.withdraw(second);
    assert_eq!(
        exchange.refusal(&moderator(), award(best(second))),
        Refusal::WrongStanding
    );
    let nobody = Prize::most_deals(test_support::party(99));
    assert_eq!(
        exchange.refusal(&moderator(), award(nobody)),
        Refusal::UnknownParticipant
    );
    let idle = Prize::most_deals(test_support::party(3));
    assert_eq!(
        exchange.refusal(&moderator(), award(idle)),
        Refusal::WrongStanding,
        "the most deals are one at least"
    );
    exchange.withdraw(first);
    assert_eq!(standing(&exchange.staff), [], "nobody has a deal any more");
    exchange.must(
        &moderator(),
        Command::TakePrizeBack {
            prize: PrizeKind::MostDeals,
        },
    );
    assert_eq!(exchange.public.prizes, [best(second)]);
}

fn slept(ms: i64, sign: SleepSign, at: Instant) -> Command {
    Command::NoteSleep {
        sleep: Sleep {
            from: at.plus_ms(-ms),
            until: at,
            slept_ms: ms,
            sign,
        },
    }
}

#[test]
fn a_sleep_is_answered_once_and_moves_the_end_as_the_moderator_says() {
    use GoOn::{WhereItWas, WhereItWouldBe};
    for (sign, go_on, shift) in [
        (SleepSign::Slept, WhereItWas, 7 * MINUTE),
        (SleepSign::Slept, WhereItWouldBe, 0),
        (SleepSign::ClockJumped, WhereItWas, 0),
        (SleepSign::ClockJumped, WhereItWouldBe, -7 * MINUTE),
    ] {
        for paused in [false, true] {
            let mut exchange = open();
            exchange.start_round(1);
            exchange.wait(MINUTE);
            let at = exchange.now;
            exchange.must(&actor(Role::Clock), slept(7 * MINUTE, sign, at));
            assert_eq!(exchange.public.sleep, None, "the public is not told");
            if paused {
                let expected = exchange.expected();
                exchange.must(&moderator(), Command::PauseRound { expected });
            }
            let end = |exchange: &Exchange| {
                let now = exchange.now;
                exchange.staff.current_round().unwrap().ends_at(now).unwrap()
            };
            let before = end(&exchange);
            assert_eq!(
                exchange.refusal(&broker(), Command::AnswerSleep { go_on }),
                Refusal::NotAllowed
            );
            exchange.must(&moderator(), Command::AnswerSleep { go_on });
            assert_eq!(
                end(&exchange).ms_since(before),
                shift,
                "{sign:?} {go_on:?} {paused}"
            );
            assert_eq!(
                exchange.refusal(&moderator(), Command::AnswerSleep { go_on }),
                Refusal::Stale
            );
        }
    }
}

#[test]
fn two_sleeps_add_up_and_the_end_of_the_round_ends_the_question() {
    let mut exchange = open();
    let at = exchange.now;
    assert_eq!(
        exchange.refusal(&actor(Role::Clock), slept(MINUTE, SleepSign::Slept, at)),
        Refusal::WrongRoundState,
        "no round went through it"
    );
    assert_eq!(
        exchange.refusal(&moderator(), slept(MINUTE, SleepSign::Slept, at)),
        Refusal::NotAllowed
    );
    exchange.start_round(1);
    for minutes in [2, 3] {
        exchange.wait(minutes * MINUTE);
        let at = exchange.now;
        exchange.must(&actor(Role::Clock), slept(minutes * MINUTE, SleepSign::Slept, at));
    }
    let sleep = exchange.staff.sleep.unwrap();
    assert_eq!((sleep.slept_ms, sleep.from), (5 * MINUTE, at));
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::EndRound { expected });
    assert_eq!(exchange.staff.sleep, None);
}

#[test]
fn nothing_is_due_by_itself_before_a_sleep_is_answered() {
    let mut exchange = exchange_with(|settings| settings.last_round = LastRound::ClosesFloor).opened();
    let last = exchange.staff.rounds.last().unwrap().id;
    exchange.start_round(last.0);
    assert!(due(&exchange.staff).is_some());
    let at = exchange.now;
    exchange.must(&actor(Role::Clock), slept(MINUTE, SleepSign::Slept, at));
    assert_eq!(due(&exchange.staff), None);
    let go_on = GoOn::WhereItWouldBe;
    exchange.must(&moderator(), Command::AnswerSleep { go_on });
    assert!(due(&exchange.staff).is_some());
}
