//! The result, told deal by deal.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::DealId;
use test_support::{one_way, posted, service};
use uuid::Uuid;

use super::*;

fn at(ms: i64) -> Instant {
    Instant::from_unix_ms(ms)
}

fn deal(number: u32, struck_at_ms: i64) -> Deal {
    Deal {
        id: DealId(Uuid::from_u128(u128::from(number))),
        written_at: at(struck_at_ms),
        struck_at: Some(at(struck_at_ms)),
        ..posted(number, one_way(&[], &[], service("")))
    }
}

/// A board whose totals were frozen at 100, with these deals on it.
fn frozen(deals: &[Deal]) -> Board {
    let mut board = Board::empty(Audience::Public);
    board.public_totals = PublicTotals::Frozen {
        since: at(100),
        left_ms: None,
    };
    board.totals.deals = deals.len() as u32;
    board.deals = deals.iter().map(|deal| (deal.id, deal.clone())).collect();
    board
}

fn revealed(numbers: &[u32]) -> Event {
    Event::DealsRevealed {
        deals: numbers.iter().map(|number| deal(*number, 200)).collect(),
    }
}

fn number(card: Option<Card>) -> Option<u32> {
    card.map(|card| card.number)
}

#[test]
fn the_last_deal_keeps_the_stage_before_the_count_climbs() {
    let mut board = frozen(&[]);
    let telling = Telling::of(&board, at(150)).hear(&revealed(&[7]), at(1_000));
    assert_eq!(telling.on(&board, at(60_000)).name(), "frozen");
    let telling = telling.hear(&Event::TotalsThawed, at(1_000));
    board.public_totals = PublicTotals::Live;
    assert_eq!(telling.on(&board, at(10_999)).name(), "frozen");
    assert_eq!(telling.on(&board, at(11_000)), Telling::Climbing);
}

#[test]
fn all_at_once_and_the_result_do_not_wait() {
    let suspense = Telling::of(&frozen(&[]), at(150));
    let thawed = |telling: Telling| telling.hear(&Event::TotalsThawed, at(1_000));
    assert_eq!(thawed(suspense), Telling::Climbing);
    assert_eq!(
        thawed(suspense.hear(&revealed(&[7, 8]), at(1_000))),
        Telling::Climbing
    );
    let alone = suspense.hear(&revealed(&[7]), at(1_000));
    let announced_at = at(1_500);
    let announced = Event::ResultAnnounced { announced_at };
    assert_eq!(thawed(alone).hear(&announced, announced_at), Telling::Climbing);
}

#[test]
fn a_snapshot_without_events_is_believed() {
    let mut board = frozen(&[]);
    let suspense = Telling::of(&board, at(150));
    assert_eq!(Telling::Told.on(&board, at(150)), suspense);
    board.public_totals = PublicTotals::Live;
    assert_eq!(suspense.on(&board, at(200)), Telling::Told);
    board.result_at = Some(at(1_000));
    assert_eq!(Telling::of(&board, at(1_500)), Telling::Climbing);
    assert_eq!(Telling::of(&board, at(4_000)), Telling::Told);
}

#[test]
fn deals_from_before_the_freeze_are_not_on_the_stage_and_the_count_keeps_step() {
    let mut board = frozen(&[deal(6, 99)]);
    let telling = Telling::of(&board, at(150));
    let mut arrivals = Arrivals::default();
    assert_eq!(number(telling.revealed(&board, &arrivals)), None);
    assert_eq!(telling.count(&board, &arrivals), 1);

    // Two in one moment: the second waits for its turn, and so does the count.
    let more = [deal(7, 120), deal(8, 130)];
    board = frozen(&[&[deal(6, 99)], &more[..]].concat());
    for deal in &more {
        arrivals.take(deal.id, 0.0);
    }
    assert_eq!(number(telling.revealed(&board, &arrivals)), Some(7));
    assert_eq!(telling.count(&board, &arrivals), 2);
    arrivals.advance(60_000.0);
    assert_eq!(number(telling.revealed(&board, &arrivals)), Some(8));
    assert_eq!(telling.count(&board, &arrivals), 3);
}

#[test]
fn once_it_is_told_nothing_is_on_the_stage() {
    let mut board = frozen(&[deal(7, 120)]);
    board.public_totals = PublicTotals::Live;
    let arrivals = Arrivals::default();
    assert_eq!(number(Telling::Told.revealed(&board, &arrivals)), None);
    assert_eq!(Telling::Told.count(&board, &arrivals), 1);
}
