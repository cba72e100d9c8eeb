//! Milestones: each once, on the highest count ever reached. The goal is 4, the other total 2, one every 2.

use borsklokka_shared::event::Event;
use borsklokka_shared::milestone::Milestone;

use test_support::{deal, exchange_with, open, settings};

fn milestones(events: &[Event]) -> Vec<Milestone> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::MilestoneReached { milestone, .. } => Some(*milestone),
            _ => None,
        })
        .collect()
}

fn every(count: u32) -> Milestone {
    Milestone::Every { count }
}

#[test]
fn each_is_passed_with_its_deal() {
    let mut exchange = open();
    let passed: Vec<Vec<Milestone>> = (1..=5)
        .map(|n| {
            let before = exchange.log.len();
            exchange.post(n);
            let events: Vec<Event> = exchange.log[before..].iter().map(|r| r.event.clone()).collect();
            for event in &events {
                if let Event::MilestoneReached { deal: of, .. } = event {
                    assert_eq!(*of, deal(n));
                }
            }
            milestones(&events)
        })
        .collect();
    assert_eq!(
        passed,
        [
            vec![Milestone::First],
            vec![every(2)],
            vec![Milestone::Record { beaten: 2 }],
            vec![every(4), Milestone::Goal { goal: 4 }],
            vec![],
        ]
    );
}

#[test]
fn withdrawals_do_not_bring_one_back() {
    let mut exchange = open();
    for n in 1..=4 {
        exchange.post(n);
    }
    let passed = exchange.staff.milestones.clone();
    for n in 1..=4 {
        exchange.withdraw(deal(n));
    }
    for n in 5..=8 {
        exchange.post(n);
    }
    assert_eq!(exchange.staff.milestones, passed);
    assert_eq!(exchange.staff.highest_count, 4);
    // All eight at once: counts five to eight were never reached before.
    let reinstated: Vec<Milestone> = (1..=4)
        .flat_map(|n| milestones(&exchange.reinstate(deal(n))))
        .collect();
    assert_eq!(reinstated, [every(6), every(8)]);
    assert_eq!(exchange.public.milestones, exchange.staff.milestones);
}

#[test]
fn a_goal_that_is_moved_is_reached_where_it_stands() {
    let mut exchange = open();
    exchange.post(1);
    let mut further = settings();
    further.goal = 3;
    exchange.configure(further);
    for n in 2..=4 {
        exchange.post(n);
    }
    let goals: Vec<&Milestone> = exchange
        .staff
        .milestones
        .iter()
        .filter(|milestone| matches!(milestone, Milestone::Goal { .. }))
        .collect();
    assert_eq!(goals, [&Milestone::Goal { goal: 3 }]);
}

#[test]
fn no_benchmark_no_record() {
    let mut exchange = exchange_with(|settings| settings.benchmark = None).opened();
    for n in 1..=5 {
        exchange.post(n);
    }
    assert!(
        !exchange
            .staff
            .milestones
            .iter()
            .any(|m| matches!(m, Milestone::Record { .. }))
    );
}
