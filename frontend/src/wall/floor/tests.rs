//! The floor of the wall as it is told: which deal is large, and in what words.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::deal::{Bargain, Deal, Service, Terms};
use borsklokka_shared::exchange::Estimates;
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::language::Language;
use borsklokka_shared::totals::Totals;
use test_support::{one_way, posted};
use uuid::Uuid;

use super::super::closing::{categories, counts_twice};
use super::*;
use crate::evening::count::{Sum, goal_words, sums_shown};
use crate::texts::Texts;

/// A service in a category, with hours or without.
fn service(category: Option<&str>, effort_minutes: Option<u32>) -> Service {
    Service {
        category: category.map(|key| CategoryId(key.to_owned())),
        effort_minutes,
        ..test_support::service("")
    }
}

fn strike(board: &mut Board, bargain: Bargain) -> DealId {
    let number = board.deals.len() as u32 + 1;
    let id = DealId(Uuid::from_u128(u128::from(number)));
    let terms = Terms {
        bargain,
        ..one_way(&[], &[], service(None, None))
    };
    let deal = Deal {
        id,
        struck_at: None,
        ..posted(number, terms)
    };
    board.totals.add(&deal, &board.participants);
    board.deals.insert(id, deal);
    id
}

fn gift(board: &mut Board, category: Option<&str>, effort_minutes: Option<u32>) -> DealId {
    let service = service(category, effort_minutes);
    strike(board, Bargain::OneWay { service })
}

fn empty() -> Board {
    let mut board = Board::empty(Audience::Public);
    let categories: Vec<String> = (1..=8)
        .map(|n| format!(r#"{{"id":"c{n}","name":"Kategori {n}"}}"#))
        .collect();
    let settings = format!(
        r#"{{"name":"Børs","place":"","date":"2026-11-26","time_zone":"Europe/Oslo","goal":60,"categories":[{}]}}"#,
        categories.join(",")
    );
    board.settings = Some(serde_json::from_str(&settings).unwrap());
    board
}

#[test]
fn a_deal_that_is_brought_back_is_not_news_unless_it_is_the_newest() {
    let mut board = empty();
    let deals: Vec<DealId> = (0..3).map(|_| gift(&mut board, None, None)).collect();
    let first = |board: &Board| {
        let cards = cards(board, &BTreeSet::new(), &Arrivals::default());
        assert!(cards[1..].iter().all(|card| !card.again));
        (cards[0].number, cards[0].again)
    };
    assert_eq!(first(&board), (3, false));
    board.spotlight = Some(deals[0]);
    assert_eq!(first(&board), (1, true));
    board.spotlight = Some(deals[2]);
    assert_eq!(first(&board), (3, false));
}

#[test]
fn a_sum_is_shown_only_where_at_least_half_of_the_deals_have_hours() {
    for (with, without, shown) in [
        (0, 0, vec![]),
        (0, 3, vec![]),
        (1, 46, vec![]),
        (1, 2, vec![]),
        (1, 1, vec![Sum::Hours(30)]),
        (3, 1, vec![Sum::Hours(90)]),
    ] {
        let mut board = empty();
        for _ in 0..with {
            gift(&mut board, None, Some(30));
        }
        for _ in 0..without {
            gift(&mut board, None, None);
        }
        assert_eq!(sums_shown(&board), shown, "{with} of {}", with + without);
    }
}

#[test]
fn of_the_sums_those_are_shown_that_the_exchange_estimates_in() {
    let (hours, money) = (Sum::Hours(30), Sum::Money(2_500, "NOK".to_owned()));
    for (estimates, shown) in [
        (Estimates::Both, vec![hours.clone(), money.clone()]),
        (Estimates::Hours, vec![hours]),
        (Estimates::Money, vec![money]),
        (Estimates::None, vec![]),
    ] {
        let mut board = empty();
        let deal = gift(&mut board, None, Some(30));
        let deal = board.deals.get_mut(&deal).unwrap();
        let Bargain::OneWay { service } = &mut deal.terms.bargain else {
            panic!("a gift");
        };
        service.worth = Some(2_500);
        board.totals = Totals::recount(board.deals.values(), &board.participants);
        board.settings.as_mut().unwrap().estimates = estimates;
        assert_eq!(sums_shown(&board), shown, "{estimates:?}");
    }
}

#[test]
fn past_the_goal_the_goal_is_named_and_what_is_over_it() {
    for (count, nb, en) in [
        (0, "av 60", "of 60"),
        (60, "av 60", "of 60"),
        (61, "mål\u{a0}60 · 1\u{a0}over", "goal\u{a0}60 · 1\u{a0}over"),
        (400, "mål\u{a0}60 · 340\u{a0}over", "goal\u{a0}60 · 340\u{a0}over"),
    ] {
        assert_eq!(goal_words(Texts::of(Language::Nb), count, 60), nb);
        assert_eq!(goal_words(Texts::of(Language::En), count, 60), en);
    }
}

fn bars(board: &Board) -> Vec<(String, u32)> {
    categories(board, Texts::of(Language::Nb))
        .into_iter()
        .map(|share| (share.name, share.count))
        .collect()
}

#[test]
fn the_categories_add_up_to_the_deals_or_it_is_said_that_some_have_two() {
    let mut board = empty();
    for category in [Some("c1"), Some("c1"), None, Some("c2")] {
        gift(&mut board, category, None);
    }
    let bar = |name: &str, count| (name.to_owned(), count);
    assert_eq!(
        bars(&board),
        [
            bar("Kategori 1", 2),
            bar("Kategori 2", 1),
            bar("uten kategori", 1)
        ]
    );
    assert!(!counts_twice(&board));
    // Both sides in one category is one.
    let both = |one, other| Bargain::TwoWay {
        service: service(Some(one), None),
        return_service: service(Some(other), None),
    };
    strike(&mut board, both("c1", "c1"));
    assert!(!counts_twice(&board));
    strike(&mut board, both("c1", "c2"));
    assert!(counts_twice(&board));
}

#[test]
fn categories_that_have_no_room_are_counted_together() {
    let mut board = empty();
    for n in 1..=8 {
        for _ in n..=8 {
            gift(&mut board, Some(&format!("c{n}")), None);
        }
    }
    let bars = bars(&board);
    assert_eq!(bars.len(), 6);
    assert_eq!(bars[5], ("andre".to_owned(), 3 + 2 + 1), "last, however many");
    assert_eq!(
        bars.iter().map(|(_, count)| count).sum::<u32>(),
        board.totals.deals
    );
}
