//! Frozen totals, and the reveal.

use borsklokka_shared::command::{Command, Reveal};
use borsklokka_shared::deal::Standing;
use borsklokka_shared::decide::due;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::{PublicTotals, Scene};
use borsklokka_shared::milestone::Milestone;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use borsklokka_shared::round::RoundState;

use test_support::{MINUTE, SECOND, actor, broker, exchange, exchange_with, gift, moderator, open};

#[test]
fn what_is_struck_while_frozen_is_staffs_alone() {
    let mut exchange = open();
    exchange.post(1);
    exchange.freeze();
    let public = exchange.public.clone();
    let second = exchange.post(2);
    assert_eq!(exchange.standing(second), Standing::Concealed);
    assert_eq!(exchange.number(second), None);
    assert_eq!(exchange.deal(second).struck_at, Some(exchange.now));
    let amend = Command::AmendDeal {
        deal: second,
        terms: gift(2, 5, "Rettet"),
        expected: None,
    };
    exchange.must(&broker(), amend);
    exchange.withdraw(second);
    exchange.reinstate(second);
    assert_eq!(exchange.standing(second), Standing::Concealed);
    assert_eq!(exchange.public, public, "the public saw none of it");
    let twice = exchange.refusal(&moderator(), Command::FreezeTotals);
    assert_eq!(twice, Refusal::AlreadyFrozen);
}

#[test]
fn deals_are_revealed_in_the_order_they_were_struck_and_the_last_ends_the_freeze() {
    let mut exchange = open();
    exchange.freeze();
    for n in [3, 1, 2] {
        exchange.post(n);
        exchange.wait(SECOND);
    }
    let revealed = |events: &[Event]| match &events[0] {
        Event::DealsRevealed { deals } => deals
            .iter()
            .map(|deal| deal.terms.bargain.service().text.clone())
            .collect(),
        other => panic!("{other:?}"),
    };
    let first: Vec<String> = revealed(&exchange.reveal(Reveal::Next));
    assert_eq!(first, ["Avtale 3"]);
    assert_ne!(exchange.public.public_totals, PublicTotals::Live);
    let second: Vec<String> = revealed(&exchange.reveal(Reveal::Next));
    assert_eq!(second, ["Avtale 1"]);
    let events = exchange.reveal(Reveal::Next);
    assert_eq!(events.last(), Some(&Event::TotalsThawed));
    assert_eq!(exchange.public.public_totals, PublicTotals::Live);
    assert_eq!(exchange.wall(), [3, 2, 1]);
    let reveal = Reveal::Next;
    let after = exchange.refusal(&moderator(), Command::RevealDeals { reveal });
    assert_eq!(after, Refusal::NotFrozen);
}

#[test]
fn all_are_revealed_at_once_with_their_milestones() {
    let mut exchange = open();
    exchange.freeze();
    for n in 1..=4 {
        exchange.post(n);
    }
    let events = exchange.reveal(Reveal::All);
    let milestones: Vec<Milestone> = events
        .iter()
        .filter_map(|event| match event {
            Event::MilestoneReached { milestone, .. } => Some(*milestone),
            _ => None,
        })
        .collect();
    let every = |count| Milestone::Every { count };
    assert_eq!(
        milestones,
        [
            Milestone::First,
            every(2),
            Milestone::Record { beaten: 2 },
            every(4),
            Milestone::Goal { goal: 4 }
        ]
    );
    assert_eq!(exchange.public.totals.deals, 4);
}

#[test]
fn a_freeze_keeps_what_was_left_of_the_evening_whatever_becomes_of_the_rounds() {
    let mut exchange = open();
    exchange.start_round(1);
    exchange.wait(MINUTE);
    let left_ms = exchange.public.left_ms(exchange.now);
    assert!(left_ms > Some(0));
    exchange.freeze();
    let frozen = PublicTotals::Frozen {
        since: exchange.now,
        left_ms,
    };
    let expected = exchange.expected();
    exchange.must(&moderator(), Command::EndRound { expected });
    assert_eq!(exchange.public.public_totals, frozen);
    assert_ne!(exchange.public.left_ms(exchange.now), left_ms);
    // A screen that comes now reads the same, and a server of before says nothing of it.
    let written = serde_json::to_value(frozen).unwrap();
    assert_eq!(serde_json::from_value::<PublicTotals>(written).unwrap(), frozen);
    let before = r#"{"state":"frozen","since":"2026-11-26T17:00:00.000Z"}"#;
    let read: PublicTotals = serde_json::from_str(before).unwrap();
    assert!(matches!(read, PublicTotals::Frozen { left_ms: None, .. }));
}

#[test]
fn a_freeze_without_deals_thaws() {
    for reveal in [Reveal::Next, Reveal::All] {
        let mut exchange = open();
        exchange.freeze();
        assert_eq!(exchange.reveal(reveal), [Event::TotalsThawed]);
    }
}

#[test]
fn the_result_reveals_everything() {
    let mut exchange = open();
    exchange.freeze();
    exchange.post(1);
    exchange.close();
    exchange.announce_result();
    assert_eq!(exchange.wall(), [1]);
    assert_eq!(exchange.public.public_totals, PublicTotals::Live);
    let refusal = exchange.refusal(&moderator(), Command::FreezeTotals);
    assert_eq!(refusal, Refusal::ResultAnnounced);
}

#[test]
fn a_concealed_deal_that_was_withdrawn_is_not_revealed_and_returns_to_the_wall() {
    let mut exchange = open();
    exchange.freeze();
    let id = exchange.post(1);
    let struck_at = exchange.deal(id).struck_at;
    exchange.withdraw(id);
    exchange.reveal(Reveal::All);
    assert!(
        exchange.public.deals.is_empty(),
        "it was never public, so it is not struck through"
    );
    exchange.wait(SECOND);
    let events = exchange.reinstate(id);
    assert!(matches!(events[0], Event::DealPosted { .. }));
    assert_eq!(exchange.standing(id), Standing::Posted);
    assert_eq!(exchange.number(id), Some(1));
    assert_eq!(exchange.deal(id).struck_at, struck_at);
}

#[test]
fn what_was_public_before_the_freeze_stays_so() {
    let mut exchange = open();
    let id = exchange.post(1);
    exchange.freeze();
    exchange.withdraw(id);
    assert_eq!(exchange.public.totals.deals, 0);
    exchange.reinstate(id);
    assert_eq!(exchange.public.totals.deals, 1);
}

#[test]
fn totals_may_be_frozen_before_the_floor_opens() {
    let mut exchange = exchange();
    exchange.freeze();
    exchange.open();
    exchange.post(1);
    assert!(exchange.wall().is_empty());
}

#[test]
fn the_suspense_begins_by_itself_once_and_only_while_the_count_is_live() {
    let mut exchange = exchange_with(|settings| settings.staging.suspense_minutes = 5);
    exchange.open();
    let last = exchange.staff.rounds.last().expect("there are rounds").id;
    exchange.start_round(last.0);
    let (at, command) = due(&exchange.staff).expect("the clock has something to do");
    let ends_at = match exchange.staff.rounds.last().expect("there are rounds").state {
        RoundState::Running { ends_at, .. } => ends_at,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (at, &command),
        (ends_at.plus_ms(-5 * MINUTE), &Command::FreezeTotals)
    );
    exchange.now = at;
    exchange.must(&actor(Role::Clock), command);
    assert_ne!(exchange.public.public_totals, PublicTotals::Live);
    assert_eq!(due(&exchange.staff), None);
    exchange.post(1);
    exchange.reveal(Reveal::All);
    assert_eq!(due(&exchange.staff), None, "whoever revealed is not overruled");
}

/// The scenes that show no deal as it is revealed.
const HIDING: [Scene; 5] = [
    Scene::Welcome,
    Scene::Pause,
    Scene::Prizes,
    Scene::Photos,
    Scene::Blackout,
];

#[test]
fn a_reveal_is_seen_whatever_was_chosen() {
    for reveal in [Reveal::Next, Reveal::All] {
        for is_closed in [false, true] {
            let frozen = || {
                let mut exchange = open();
                exchange.freeze();
                exchange.post(1);
                exchange.post(2);
                if is_closed {
                    exchange.close();
                }
                exchange
            };
            for scene in HIDING {
                let mut exchange = frozen();
                exchange.must(&moderator(), Command::SetScene { scene });
                let events = exchange.reveal(reveal);
                let seen = Event::SceneSet {
                    scene: Scene::Automatic,
                };
                assert_eq!(events.last(), Some(&seen), "{scene:?}");
            }
            for scene in [Scene::Automatic, Scene::Floor, Scene::Closing] {
                let mut exchange = frozen();
                exchange.must(&moderator(), Command::SetScene { scene });
                let events = exchange.reveal(reveal);
                let sets = |event: &Event| matches!(event, Event::SceneSet { .. });
                assert!(!events.iter().any(sets), "{scene:?}: {events:?}");
            }
        }
    }
}

#[test]
fn a_freeze_that_hid_nothing_ends_and_the_wall_stays_as_it_is() {
    let mut exchange = open();
    exchange.must(&moderator(), Command::SetScene { scene: Scene::Pause });
    exchange.freeze();
    assert_eq!(exchange.reveal(Reveal::All), [Event::TotalsThawed]);
    assert_eq!(exchange.public.scene, Scene::Pause);
}
