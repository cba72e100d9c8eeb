//! Rounds and breaks follow each other by themselves, if the exchange wants that, and stop where the moderator takes over.

use borsklokka_shared::command::Command;
use borsklokka_shared::decide::due;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{LastRound, ProgrammeItem, RoundStart, Scene, Sequence, Slot};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::limits::RING_AHEAD_MS;
use borsklokka_shared::role::Role;
use borsklokka_shared::round::{RoundClock, RoundState};
use borsklokka_shared::sleep::{Sleep, SleepSign};

use test_support::{Exchange, MINUTE, SECOND, actor, exchange_with, moderator, organiser};

/// Three rounds, a break of 15 minutes over midnight between the first two, none before the third.
fn by_itself() -> Exchange {
    let mut exchange = exchange_with(|settings| settings.staging.sequence = Sequence::ByItself);
    let item = |time: &str, slot| ProgrammeItem {
        time: time.to_owned(),
        title: time.to_owned(),
        slot,
    };
    let round = |n, minutes| Slot::Round {
        round: RoundId(n),
        minutes,
    };
    let items = vec![
        item("23:00", Slot::Gathering),
        item("23:25", round(1, 25)),
        item("23:50", Slot::Gathering),
        item("23:58", Slot::Gathering),
        item("00:05", round(2, 20)),
        item("00:25", round(3, 20)),
        item("00:45", Slot::Closing),
    ];
    exchange.must(&organiser(), Command::set_programme(items));
    let mut exchange = exchange.opened();
    exchange.start_round(1);
    exchange
}

/// Lets the clock do what is due next, when it is due; says how long that was.
fn strike(exchange: &mut Exchange) -> (i64, Vec<Event>) {
    let (at, command) = due(&exchange.staff).expect("something is due");
    let waited_ms = at.ms_since(exchange.now);
    exchange.now = at;
    (waited_ms, exchange.must(&actor(Role::Clock), command))
}

fn state(exchange: &Exchange, round: u32) -> RoundState {
    exchange.public.round(RoundId(round)).unwrap().state
}

#[test]
fn an_evening_runs_from_the_first_round_to_the_last() {
    let mut exchange = by_itself();
    let (waited_ms, _) = strike(&mut exchange);
    assert_eq!(waited_ms, 25 * MINUTE);
    assert!(matches!(state(&exchange, 1), RoundState::Ended { .. }));
    assert_eq!(exchange.public.scene, Scene::Pause);
    assert_eq!(
        exchange.public.break_until,
        Some(exchange.now.plus_ms(15 * MINUTE))
    );

    let (waited_ms, events) = strike(&mut exchange);
    assert_eq!(waited_ms, 15 * MINUTE, "as long as planned, over midnight");
    assert!(matches!(state(&exchange, 2), RoundState::Running { .. }));
    assert_ne!(exchange.public.scene, Scene::Pause, "the floor is shown");
    let rings = |event: &Event| matches!(event, Event::BellRung { .. });
    assert!(events.iter().any(rings), "and the bell rings: {events:?}");

    let (waited_ms, _) = strike(&mut exchange);
    assert_eq!(waited_ms, 20 * MINUTE);
    assert!(matches!(state(&exchange, 2), RoundState::Ended { .. }));
    assert!(matches!(state(&exchange, 3), RoundState::Running { .. }));
    assert_eq!(
        due(&exchange.staff),
        None,
        "the end of the last round is the moderator's"
    );
}

#[test]
fn a_round_that_is_ended_early_brings_its_break_too() {
    let mut exchange = by_itself();
    exchange.wait(10 * MINUTE);
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::EndRound { expected });
    assert_eq!(
        exchange.public.break_until,
        Some(exchange.now.plus_ms(15 * MINUTE))
    );
    exchange.must(&moderator(), Command::SetBreak { minutes: 5 });
    let (waited_ms, _) = strike(&mut exchange);
    assert_eq!(waited_ms, 5 * MINUTE, "a break that was given another end has it");
}

#[test]
fn the_moderator_takes_over() {
    let mut exchange = by_itself();
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::PauseRound { expected });
    assert_eq!(due(&exchange.staff), None, "a round that stands has no end");
    exchange.must(&moderator(), Command::ResumeRound { expected });
    strike(&mut exchange);
    exchange.must(
        &moderator(),
        Command::SetScene {
            scene: Scene::Welcome,
        },
    );
    assert_eq!(
        due(&exchange.staff),
        None,
        "the break is over, and no round was started"
    );
}

#[test]
fn what_is_taken_back_does_not_happen_again_at_once() {
    for strikes in 1..=3 {
        let mut exchange = by_itself();
        for _ in 0..strikes {
            strike(&mut exchange);
        }
        exchange.wait(5 * SECOND);
        let step = exchange.staff.steps.last().unwrap().number;
        let expected = exchange.expected();
        exchange.must(&moderator(), Command::TakeBack { step, expected });
        assert_eq!(due(&exchange.staff), None, "after {strikes}");
    }
    let mut exchange = by_itself();
    strike(&mut exchange);
    exchange.wait(5 * SECOND);
    let step = exchange.staff.steps.last().unwrap().number;
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::TakeBack { step, expected });
    let clock = exchange.public.round(RoundId(1)).unwrap().clock(exchange.now);
    assert_eq!(clock, RoundClock::Paused { left_ms: 0 });
}

#[test]
fn a_break_that_was_slept_through_has_the_time_that_it_had_left() {
    let mut exchange = by_itself();
    strike(&mut exchange);
    let left_at = exchange.public.break_until.unwrap();
    let slept_ms = 40 * MINUTE;
    let from = exchange.now;
    exchange.wait(slept_ms);
    let sleep = Sleep {
        from,
        until: exchange.now,
        slept_ms,
        sign: SleepSign::Slept,
    };
    exchange.must(&actor(Role::Clock), Command::NoteSleep { sleep });
    assert_eq!(exchange.public.break_until, Some(left_at.plus_ms(slept_ms)));
    assert_eq!(exchange.staff.sleep, None, "nobody is asked");
}

#[test]
fn by_hand_nothing_follows() {
    let mut exchange = by_itself();
    let mut settings = exchange.staff.settings.clone().unwrap();
    settings.staging.sequence = Sequence::ByHand;
    exchange.configure(settings);
    assert_eq!(due(&exchange.staff), None);
    let expected = exchange.expected();
    let events = exchange.must(&moderator(), Command::EndRound { expected });
    assert_eq!(events.len(), 1);
}

fn show(exchange: &mut Exchange, scene: Scene) -> Vec<Event> {
    exchange.must(&moderator(), Command::SetScene { scene })
}

#[test]
fn the_dark_ends_no_break() {
    // The lights go on again before the break is over, or they do not.
    for is_lit in [true, false] {
        let mut exchange = by_itself();
        strike(&mut exchange);
        let until = exchange.public.break_until;
        exchange.wait(5 * MINUTE);
        show(&mut exchange, Scene::Blackout);
        assert_eq!(
            (exchange.public.scene, exchange.public.break_until),
            (Scene::Blackout, until)
        );
        if is_lit {
            exchange.wait(MINUTE);
            show(&mut exchange, Scene::Pause);
            assert_eq!(
                (exchange.public.scene, exchange.public.break_until),
                (Scene::Pause, until)
            );
        }
        strike(&mut exchange);
        assert_eq!(Some(exchange.now), until, "the round starts when it was to");
        assert!(matches!(state(&exchange, 2), RoundState::Running { .. }));
        assert_eq!(exchange.public.scene, Scene::Automatic, "and the floor is seen");
        assert_eq!(exchange.public.break_until, None);
    }
}

#[test]
fn what_is_chosen_in_the_dark_or_over_the_break_ends_it() {
    for scenes in [
        &[Scene::Photos][..],
        &[Scene::Blackout, Scene::Photos],
        &[Scene::Blackout, Scene::Automatic],
        &[Scene::Photos, Scene::Blackout, Scene::Pause],
        // Chosen anew while it is shown it has no end.
        &[Scene::Pause],
    ] {
        let mut exchange = by_itself();
        strike(&mut exchange);
        for scene in scenes {
            show(&mut exchange, *scene);
        }
        assert_eq!(exchange.public.break_until, None, "{scenes:?}");
        assert_eq!(due(&exchange.staff), None, "{scenes:?}");
    }
}

#[test]
fn a_clock_that_stands_stands_in_the_dark_and_after_it() {
    let mut exchange = by_itself();
    exchange.wait(MINUTE);
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::PauseRound { expected });
    exchange.freeze();
    let (stood, totals) = (state(&exchange, 1), exchange.public.public_totals);
    for scene in [Scene::Blackout, Scene::Automatic] {
        assert_eq!(show(&mut exchange, scene), [Event::SceneSet { scene }]);
        assert_eq!(
            (state(&exchange, 1), exchange.public.public_totals),
            (stood, totals)
        );
    }
}

#[test]
fn a_deal_that_is_shown_large_in_the_break_ends_it_as_little_as_the_dark() {
    let mut exchange = by_itself();
    let id = exchange.post(1);
    strike(&mut exchange);
    let until = exchange.public.break_until;
    exchange.must(&moderator(), Command::SpotlightDeal { deal: Some(id) });
    assert_eq!(exchange.public.scene, Scene::Automatic, "the floor shows it");
    assert_eq!(exchange.public.break_until, until);
    // Back to the break, which goes on.
    show(&mut exchange, Scene::Pause);
    assert_eq!(exchange.public.break_until, until);
    exchange.must(&moderator(), Command::SpotlightDeal { deal: Some(id) });
    let mut closed = exchange.clone();
    strike(&mut exchange);
    assert_eq!(Some(exchange.now), until);
    assert!(matches!(state(&exchange, 2), RoundState::Running { .. }));
    // With the closing bell it is over whatever is shown.
    closed.close();
    assert_eq!(closed.public.break_until, None);
}

fn take_break(exchange: &mut Exchange, minutes: u32) -> Vec<Event> {
    exchange.must(&moderator(), Command::SetBreak { minutes })
}

#[test]
fn the_clock_of_a_round_stands_in_a_break_that_is_given_a_length_and_goes_on_after_it() {
    let mut exchange = by_itself();
    exchange.wait(5 * MINUTE);
    take_break(&mut exchange, 10);
    assert_eq!(exchange.public.scene, Scene::Pause);
    let (waited_ms, events) = strike(&mut exchange);
    assert_eq!(waited_ms, 10 * MINUTE, "nothing comes before that");
    assert!(
        events.iter().any(|event| matches!(event, Event::BellRung { .. })),
        "the hall is called back"
    );
    assert_eq!(exchange.public.scene, Scene::Automatic, "and the floor is seen");
    assert_eq!(exchange.public.break_until, None);
    let ends_at = exchange.now.plus_ms(20 * MINUTE);
    assert!(matches!(state(&exchange, 1), RoundState::Running { ends_at: at, .. } if at == ends_at));
    let (waited_ms, _) = strike(&mut exchange);
    assert_eq!(waited_ms, 20 * MINUTE);
    assert!(matches!(state(&exchange, 1), RoundState::Ended { .. }));
}

#[test]
fn a_round_that_is_all_but_up_is_over_with_the_break() {
    for into_ms in [24 * MINUTE, 25 * MINUTE - 8 * SECOND, 25 * MINUTE] {
        let mut exchange = by_itself();
        exchange.wait(into_ms);
        take_break(&mut exchange, 10);
        assert!(
            matches!(state(&exchange, 1), RoundState::Ended { .. }),
            "{into_ms}"
        );
        let (waited_ms, _) = strike(&mut exchange);
        assert_eq!(waited_ms, 10 * MINUTE);
        assert!(
            matches!(state(&exchange, 2), RoundState::Running { .. }),
            "{into_ms}"
        );
    }
}

#[test]
fn the_last_round_closes_no_floor_in_a_break_and_is_gone_on_with_by_hand() {
    for round_start in [RoundStart::ShowsFloor, RoundStart::Quiet] {
        let mut exchange = by_itself();
        let mut settings = exchange.staff.settings.clone().unwrap();
        settings.staging.sequence = Sequence::ByHand;
        settings.staging.round_start = round_start;
        settings.last_round = LastRound::ClosesFloor;
        exchange.configure(settings);
        exchange.start_round(3);
        exchange.wait(18 * MINUTE);
        assert!(due(&exchange.staff).is_some());
        take_break(&mut exchange, 10);
        assert_eq!(due(&exchange.staff), None, "{round_start:?}");
        exchange.wait(12 * MINUTE);
        let expected = exchange.expected();
        exchange.must(&moderator(), Command::ResumeRound { expected });
        assert_eq!(exchange.public.break_until, None);
        let scene = match round_start {
            RoundStart::ShowsFloor => Scene::Automatic,
            RoundStart::Quiet => Scene::Pause,
        };
        assert_eq!(exchange.public.scene, scene);
        let (at, command) = due(&exchange.staff).unwrap();
        assert!(matches!(command, Command::CloseFloor { .. }));
        assert_eq!(at, exchange.now.plus_ms(2 * MINUTE - RING_AHEAD_MS));
    }
}
