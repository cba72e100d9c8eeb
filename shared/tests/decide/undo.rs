//! What bells and rounds did is taken back: what was, is again, silently, for a while.

use borsklokka_shared::command::{Command, Expected, Reveal, WrittenOn};
use borsklokka_shared::deal::{HeldReason, Standing};
use borsklokka_shared::decide::{ClockTrust, Now, due};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{Ceremony, LastRound, Phase, PublicTotals, RoundStart, Scene, Slot};
use borsklokka_shared::ids::RoundId;
use borsklokka_shared::limits::UNDO_MS_MAX;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::round::{RoundClock, RoundState};
use borsklokka_shared::step::{Did, Stand};

use test_support::{
    Exchange, MINUTE, SECOND, actor, broker, exchange, exchange_with, moderator, open, open_with_notary,
    post_command,
};

fn take_back(exchange: &mut Exchange) -> Vec<Event> {
    let step = exchange.staff.steps.last().unwrap().number;
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::TakeBack { step, expected })
}

fn do_it(exchange: &mut Exchange, command: fn(Expected) -> Command) {
    let expected = exchange.expected();
    exchange.must(&moderator(), command(expected));
}

fn clock_of(exchange: &Exchange, round: u32) -> RoundClock {
    exchange.public.round(RoundId(round)).unwrap().clock(exchange.now)
}

const OPEN: fn(Expected) -> Command = |expected| Command::OpenFloor {
    expected,
    start_round: Some(RoundId(1)),
};
const CLOSE: fn(Expected) -> Command = |expected| Command::CloseFloor { expected };
const START_2: fn(Expected) -> Command = |expected| Command::StartRound {
    round: RoundId(2),
    expected,
};
const END: fn(Expected) -> Command = |expected| Command::EndRound { expected };
const PAUSE: fn(Expected) -> Command = |expected| Command::PauseRound { expected };

/// A name, what stood before, what was done by mistake, what it is called.
type Case = (&'static str, fn(&mut Exchange), fn(Expected) -> Command, Did);

#[test]
fn every_step_gives_back_what_was() {
    let opened = |exchange: &mut Exchange| {
        do_it(exchange, OPEN);
        exchange.wait(5 * MINUTE);
    };
    let round = |n| RoundId(n);
    let cases: [(Case, bool); 6] = [
        (
            (
                "the bell too early",
                |_| {},
                OPEN,
                Did::OpenedFloor {
                    round: Some(round(1)),
                },
            ),
            false,
        ),
        (("closed by mistake", |_| {}, CLOSE, Did::ClosedFloor), true),
        (
            (
                "closed while the clock stood",
                |exchange| do_it(exchange, PAUSE),
                CLOSE,
                Did::ClosedFloor,
            ),
            true,
        ),
        (
            (
                "the next round too early",
                |_| {},
                START_2,
                Did::StartedRound { round: round(2) },
            ),
            true,
        ),
        (
            (
                "a round after a break",
                |exchange| {
                    do_it(exchange, END);
                    exchange.must(&moderator(), Command::SetBreak { minutes: 10 });
                },
                START_2,
                Did::StartedRound { round: round(2) },
            ),
            true,
        ),
        (
            (
                "ended by mistake",
                |_| {},
                END,
                Did::EndedRound { round: round(1) },
            ),
            true,
        ),
    ];
    for ((name, before, mistake, did), is_open) in cases {
        let mut exchange = exchange();
        if is_open {
            opened(&mut exchange);
        }
        before(&mut exchange);
        exchange.wait(SECOND);
        let (stood, steps) = (Stand::of(&exchange.staff), exchange.staff.steps.len());
        do_it(&mut exchange, mistake);
        exchange.wait(8 * SECOND);
        assert_eq!(exchange.staff.steps.last().unwrap().did, did, "{name}");
        assert_eq!(
            exchange.staff.steps.len(),
            steps + 1,
            "{name}: one command, one step"
        );
        let events = take_back(&mut exchange);
        assert!(
            matches!(events[..], [Event::StepUndone { .. }]),
            "{name}: nothing else happens, and nothing rings: {events:?}"
        );
        assert_eq!(Stand::of(&exchange.public), stood, "{name}");
        assert_eq!(exchange.public.bell, None, "{name}");
        assert_eq!(exchange.staff.steps.len(), steps, "{name}");
    }
}

#[test]
fn a_round_comes_back_with_the_end_that_it_had() {
    let mut exchange = exchange();
    do_it(&mut exchange, OPEN);
    exchange.wait(5 * MINUTE + 400);
    assert_eq!(clock_of(&exchange, 1), RoundClock::Left { left_ms: 20 * MINUTE });
    do_it(&mut exchange, CLOSE);
    exchange.wait(9 * SECOND);
    take_back(&mut exchange);
    let left_ms = 20 * MINUTE - 9 * SECOND;
    assert_eq!(clock_of(&exchange, 1), RoundClock::Left { left_ms });
    assert_eq!(
        exchange.public.floor.trading.len(),
        1,
        "the floor was never closed"
    );
    assert_eq!(exchange.public.floor.phase(exchange.now), Phase::Open);
}

#[test]
fn a_bell_that_was_too_early_can_be_rung_again_for_the_same_round() {
    let mut exchange = exchange();
    do_it(&mut exchange, OPEN);
    exchange.wait(3 * SECOND);
    take_back(&mut exchange);
    assert_eq!(exchange.public.floor.settled_phase(), Phase::Preparing);
    assert_eq!(
        exchange.public.round(RoundId(1)).unwrap().state,
        RoundState::Ready
    );
    do_it(&mut exchange, OPEN);
    exchange.wait(400);
    assert_eq!(clock_of(&exchange, 1), RoundClock::Left { left_ms: 25 * MINUTE });
}

#[test]
fn an_undo_names_its_step_and_has_its_time() {
    let mut exchange = exchange();
    let ask = |exchange: &Exchange, step| Command::TakeBack {
        step,
        expected: exchange.expected(),
    };
    let nothing = ask(&exchange, 1);
    assert_eq!(exchange.refusal(&moderator(), nothing), Refusal::NothingToUndo);
    do_it(&mut exchange, OPEN);
    let rung_at = exchange.now.plus_ms(400);
    exchange.now = rung_at.plus_ms(UNDO_MS_MAX + 1);
    let late = ask(&exchange, 1);
    assert_eq!(exchange.staff.last_open_step(exchange.now), None);
    assert_eq!(exchange.refusal(&moderator(), late), Refusal::NothingToUndo);
    exchange.now = rung_at.plus_ms(UNDO_MS_MAX);
    let right = ask(&exchange, 1);
    assert_eq!(exchange.refusal(&broker(), right.clone()), Refusal::NotAllowed);
    exchange.must(&moderator(), right);
    // The desk that pressed at the same time takes nothing more back.
    let again = ask(&exchange, 1);
    assert_eq!(exchange.refusal(&moderator(), again), Refusal::NothingToUndo);
    do_it(&mut exchange, OPEN);
    assert_eq!(
        exchange.staff.steps.last().unwrap().number,
        2,
        "no number is given twice"
    );
}

#[test]
fn an_earlier_step_takes_the_later_ones_with_it() {
    let mut exchange = exchange();
    do_it(&mut exchange, OPEN);
    exchange.wait(MINUTE);
    let stood = Stand::of(&exchange.public);
    do_it(&mut exchange, CLOSE);
    exchange.wait(MINUTE);
    exchange.announce_result();
    assert!(exchange.public.result_at.is_some());
    exchange.must(
        &moderator(),
        Command::SetScene {
            scene: Scene::Closing,
        },
    );
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::TakeBack { step: 2, expected });
    assert_eq!(
        Stand::of(&exchange.public),
        stood,
        "the result's scene is gone too"
    );
    assert_eq!(exchange.staff.steps.len(), 1);
}

#[test]
fn a_closing_that_has_not_been_makes_no_deal_late() {
    for ceremony in [Ceremony::PostedAtOnce, Ceremony::RatifiedFirst] {
        let mut exchange = exchange_with(|settings| settings.ceremony = ceremony).opened();
        let written_at = exchange.now.plus_ms(MINUTE);
        exchange.wait(2 * MINUTE);
        exchange.close();
        exchange.wait(SECOND);
        // One that is late but counts, one whose clock is unknown, one on paper.
        let written = |exchange: &Exchange, clock| Now {
            written_at: Some(written_at),
            clock,
            ..Now::at(exchange.now)
        };
        let known = written(&exchange, ClockTrust::Estimated);
        exchange.ask_at(&broker(), &post_command(1), known).unwrap();
        let unknown = written(&exchange, ClockTrust::Unknown);
        exchange.ask_at(&broker(), &post_command(2), unknown).unwrap();
        let paper = Command::PostDeal {
            deal: test_support::deal(3),
            terms: test_support::gift(1, 4, "Papir"),
            written_on: WrittenOn::Paper,
            broker: None,
        };
        exchange.must(&broker(), paper);
        let deal = |n| test_support::deal(n);
        assert!(exchange.deal(deal(1)).late_at.is_some());
        let reason = HeldReason::ClockUnknown;
        assert_eq!(exchange.standing(deal(2)), Standing::Held { reason });
        exchange.wait(2 * SECOND);
        take_back(&mut exchange);
        let stands = match ceremony {
            Ceremony::PostedAtOnce => Standing::Posted,
            Ceremony::RatifiedFirst => Standing::Written,
        };
        for n in 1..=3 {
            assert_eq!(exchange.standing(deal(n)), stands, "{ceremony:?} {n}");
            assert_eq!(exchange.deal(deal(n)).late_at, None, "{ceremony:?} {n}");
        }
        if ceremony == Ceremony::PostedAtOnce {
            assert_eq!(exchange.wall(), [3, 2, 1], "in the order in which they came");
        }
    }
}

#[test]
fn deals_of_an_opening_that_has_not_been_are_kept_and_count() {
    let mut exchange = exchange();
    do_it(&mut exchange, OPEN);
    exchange.wait(30 * SECOND);
    let early = exchange.post(1);
    let milestones = exchange.public.milestones.clone();
    exchange.wait(SECOND);
    take_back(&mut exchange);
    assert_eq!(exchange.standing(early), Standing::Posted);
    assert_eq!(exchange.public.totals.deals, 1);
    assert_eq!(
        exchange.public.milestones, milestones,
        "what was cheered for is not cheered again"
    );
    assert_eq!(
        exchange.refusal(&broker(), post_command(2)),
        Refusal::FloorNotOpen
    );
    exchange.withdraw(early);
    do_it(&mut exchange, OPEN);
    exchange.wait(SECOND);
    exchange.post(3);
    assert_eq!(exchange.public.milestones, milestones);
}

#[test]
fn what_is_concealed_stays_so_whatever_is_taken_back() {
    let mut exchange = open();
    exchange.start_round(1);
    exchange.wait(MINUTE);
    do_it(&mut exchange, END);
    exchange.freeze();
    exchange.post(1);
    exchange.wait(SECOND);
    take_back(&mut exchange);
    assert!(
        matches!(exchange.public.public_totals, PublicTotals::Frozen { .. }),
        "the hall sees nothing of it"
    );
    assert_eq!(exchange.public.totals.deals, 0);
    exchange.reveal(Reveal::All);
    assert_eq!(exchange.public.totals.deals, 1);
}

#[test]
fn a_freeze_that_came_since_ends_and_one_that_was_seen_through_does_not_return() {
    let mut exchange = open();
    exchange.wait(MINUTE);
    exchange.close();
    exchange.freeze();
    exchange.wait(SECOND);
    take_back(&mut exchange);
    assert_eq!(exchange.public.public_totals, PublicTotals::Live);
    assert!(!exchange.public.was_frozen, "the suspense can still come");

    let mut exchange = open();
    exchange.freeze();
    exchange.post(1);
    exchange.close();
    take_back(&mut exchange);
    assert!(
        matches!(exchange.public.public_totals, PublicTotals::Frozen { .. }),
        "it stood before the bell"
    );
    assert_eq!(exchange.public.totals.deals, 0);
    exchange.close();
    exchange.reveal(Reveal::All);
    take_back(&mut exchange);
    assert_eq!(
        exchange.public.public_totals,
        PublicTotals::Live,
        "what the hall has seen stays seen"
    );
    assert!(exchange.public.was_frozen);
}

#[test]
fn a_clock_that_closed_the_floor_does_not_close_it_again_at_once() {
    let mut exchange = exchange_with(|settings| settings.last_round = LastRound::ClosesFloor).opened();
    exchange.start_round(3);
    let (due_at, command) = due(&exchange.staff).unwrap();
    exchange.now = due_at;
    exchange.must(&actor(Role::Clock), command);
    exchange.wait(5 * SECOND);
    take_back(&mut exchange);
    assert_eq!(clock_of(&exchange, 3), RoundClock::Paused { left_ms: 0 });
    assert_eq!(due(&exchange.staff), None);
    let expected = exchange.expected();
    exchange.must(
        &moderator(),
        Command::AdjustRound {
            by_seconds: 60,
            expected,
        },
    );
    exchange.must(&moderator(), Command::ResumeRound { expected });
    assert_eq!(clock_of(&exchange, 3), RoundClock::Left { left_ms: MINUTE });
}

#[test]
fn a_notary_s_evening_takes_back_its_bells_too() {
    let mut exchange = open_with_notary();
    exchange.close();
    take_back(&mut exchange);
    exchange.post(1);
    exchange.ratify(test_support::deal(1));
    assert_eq!(exchange.wall(), [1]);
}

#[test]
fn a_round_that_starts_shows_the_floor_and_rings_unless_the_exchange_is_quiet() {
    for (scene, shown) in [
        (Scene::Pause, Some(Scene::Automatic)),
        (Scene::Blackout, Some(Scene::Automatic)),
        (Scene::Automatic, None),
        (Scene::Floor, None),
    ] {
        for round_start in [RoundStart::ShowsFloor, RoundStart::Quiet] {
            let mut exchange = exchange_with(|settings| settings.staging.round_start = round_start).opened();
            exchange.must(&moderator(), Command::SetScene { scene });
            exchange.start_round(2);
            let rung = exchange.log.last().unwrap().event.clone();
            let stroke = Event::BellRung {
                ring_at: exchange.now.plus_ms(400),
            };
            match round_start {
                RoundStart::ShowsFloor => {
                    assert_eq!(exchange.public.scene, shown.unwrap_or(scene), "{scene:?}");
                    assert_eq!(rung, stroke, "{scene:?}");
                }
                RoundStart::Quiet => {
                    assert_eq!(exchange.public.scene, scene);
                    assert_ne!(rung, stroke);
                }
            }
        }
    }
}

#[test]
fn bells_and_the_result_are_seen_whatever_was_chosen_and_an_undo_brings_that_back() {
    let steps: [fn(Expected) -> Command; 3] = [OPEN, CLOSE, |_| Command::AnnounceResult];
    for scene in [
        Scene::Welcome,
        Scene::Pause,
        Scene::Prizes,
        Scene::Photos,
        Scene::Blackout,
    ] {
        let mut exchange = exchange();
        for step in steps {
            exchange.must(&moderator(), Command::SetScene { scene });
            do_it(&mut exchange, step);
            assert_eq!(exchange.public.scene, Scene::Automatic, "{scene:?}");
            exchange.wait(SECOND);
            let events = take_back(&mut exchange);
            assert!(matches!(events[..], [Event::StepUndone { .. }]), "{events:?}");
            assert_eq!(exchange.public.scene, scene);
            do_it(&mut exchange, step);
            exchange.wait(SECOND);
        }
        assert_eq!(exchange.staff.scene, Scene::Automatic, "the result is seen");
    }
}

#[test]
fn a_scene_that_a_bell_brings_anyway_stays_as_it_was_chosen() {
    let mut exchange = exchange();
    let set = |scene| Command::SetScene { scene };
    exchange.must(&moderator(), set(Scene::Floor));
    do_it(&mut exchange, OPEN);
    assert_eq!(exchange.public.scene, Scene::Floor);
    exchange.wait(SECOND);
    do_it(&mut exchange, CLOSE);
    assert_eq!(exchange.public.scene, Scene::Automatic);
    exchange.wait(SECOND);
    exchange.must(&moderator(), set(Scene::Closing));
    exchange.announce_result();
    assert_eq!(exchange.public.scene, Scene::Closing);
    // What the jury gives after it is seen like before.
    exchange.must(&moderator(), set(Scene::Prizes));
    assert_eq!(exchange.public.scene, Scene::Prizes);
}

#[test]
fn a_clock_that_closes_the_floor_shows_the_closing_too() {
    let mut exchange = exchange_with(|settings| settings.last_round = LastRound::ClosesFloor).opened();
    exchange.start_round(3);
    exchange.must(&moderator(), Command::SetScene { scene: Scene::Pause });
    let (due_at, command) = due(&exchange.staff).unwrap();
    exchange.now = due_at;
    exchange.must(&actor(Role::Clock), command);
    assert_eq!(exchange.public.scene, Scene::Automatic);
}

#[test]
fn a_round_is_had_again_and_rounds_are_added() {
    let mut exchange = open();
    for round in 1..=3 {
        exchange.start_round(round);
    }
    do_it(&mut exchange, END);
    exchange.start_round(3);
    assert_eq!(clock_of(&exchange, 3), RoundClock::Left { left_ms: 20 * MINUTE });
    let add = |title: &str, minutes, time: &str| Command::AddRound {
        time: time.to_owned(),
        title: title.to_owned(),
        minutes,
    };
    exchange.must(&moderator(), add("  Ekstrarunde ", 10, "18:25"));
    let slots: Vec<&Slot> = exchange.public.programme.iter().map(|item| &item.slot).collect();
    let extra = Slot::Round {
        round: RoundId(4),
        minutes: 10,
    };
    assert_eq!(slots[4..], [&extra, &Slot::Closing]);
    assert_eq!(exchange.public.programme[4].title, "Ekstrarunde");
    exchange.start_round(4);
    assert_eq!(clock_of(&exchange, 4), RoundClock::Left { left_ms: 10 * MINUTE });
    assert_eq!(
        exchange.refusal(&moderator(), add("Ekstrarunde", 10, "25:00")),
        Refusal::NotATime
    );
    for (title, minutes) in [("", 10), ("Ekstrarunde", 0), ("Ekstrarunde", 481)] {
        exchange.refusal(&moderator(), add(title, minutes, "18:25"));
    }
    assert_eq!(
        exchange.refusal(&broker(), add("Ekstrarunde", 10, "18:25")),
        Refusal::NotAllowed
    );
}

#[test]
fn a_break_says_when_it_is_over_until_something_else_is_shown() {
    let mut exchange = open();
    exchange.start_round(1);
    do_it(&mut exchange, END);
    let until = exchange.now.plus_ms(15 * MINUTE);
    let events = exchange.must(&moderator(), Command::SetBreak { minutes: 15 });
    assert_eq!(
        events,
        [Event::SceneSet { scene: Scene::Pause }, Event::BreakSet { until }]
    );
    assert_eq!(exchange.public.break_until, Some(until));
    let longer = exchange.must(&moderator(), Command::SetBreak { minutes: 20 });
    assert_eq!(longer.len(), 1);
    exchange.start_round(2);
    assert_eq!(exchange.public.break_until, None);
    assert_eq!(exchange.public.scene, Scene::Automatic);
}

#[test]
fn the_break_is_the_programme_s_line_and_what_is_next_is_never_a_break() {
    let mut exchange = exchange();
    let mut items = test_support::programme();
    let gathering = |time: &str, title: &str| borsklokka_shared::exchange::ProgrammeItem {
        time: time.to_owned(),
        title: title.to_owned(),
        slot: Slot::Gathering,
    };
    items.insert(2, gathering("17:40", "Pause"));
    items.insert(3, gathering("17:50", "Taler"));
    exchange.must(&test_support::organiser(), Command::set_programme(items));
    do_it(&mut exchange, OPEN);
    let line = |exchange: &Exchange, time: &str| exchange.public.programme_line(time);
    let next =
        |exchange: &Exchange, time: &str| exchange.public.next_line(time).map(|item| item.title.clone());
    assert_eq!(line(&exchange, "17:30"), Some(1));
    exchange.must(&moderator(), Command::SetBreak { minutes: 5 });
    assert_eq!(
        line(&exchange, "17:30"),
        Some(2),
        "the break, though the round is not over and its time has not come"
    );
    assert_eq!(line(&exchange, "17:55"), Some(3));
    assert_eq!(next(&exchange, "17:30").as_deref(), Some("Runde 2"));
    exchange.start_round(2);
    exchange.must(&moderator(), Command::SetBreak { minutes: 5 });
    assert_eq!(
        line(&exchange, "18:00"),
        Some(4),
        "the programme has no break after it"
    );
    assert_eq!(next(&exchange, "18:00").as_deref(), Some("Runde 3"));
    exchange.start_round(3);
    assert_eq!(next(&exchange, "18:00").as_deref(), Some("Avslutning"));
    exchange.close();
    assert_eq!(next(&exchange, "18:00"), None);
}
