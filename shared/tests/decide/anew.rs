//! Back to nought.

use borsklokka_shared::command::Command;
use borsklokka_shared::date::Date;
use borsklokka_shared::event::Event;
use borsklokka_shared::ids::{DealNumber, Epoch};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::round::RoundState;
use borsklokka_shared::totals::Totals;
use uuid::Uuid;

use test_support::{bare, deal, exchange, open, organiser};

fn anew(name: Option<&str>) -> Command {
    Command::BeginAnew {
        epoch: Epoch(Uuid::from_u128(2)),
        name: name.map(str::to_owned),
    }
}

fn before_the_day() -> Instant {
    Instant::parse("2026-11-25T09:00:00Z").unwrap()
}

#[test]
fn a_rehearsal_leaves_what_was_made_for_the_evening_and_nothing_else() {
    let mut exchange = exchange();
    exchange.now = before_the_day();
    let clean = exchange.staff.clone();
    assert_eq!(
        exchange.refusal(&organiser(), anew(None)),
        Refusal::AlreadyAtNought
    );
    exchange.open();
    exchange.start_round(1);
    exchange.post(1);
    exchange.freeze();
    exchange.post(2);
    exchange.close();
    exchange.announce_result();
    assert_eq!(exchange.staff.last_number, DealNumber(2));
    let events = exchange.must(&organiser(), anew(None));
    let [Event::BegunAnew { kept: Some(kept), .. }] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(**kept, clean.kept());
    assert_eq!(exchange.staff, clean);
    assert_eq!(exchange.public.totals, Totals::default());
    assert!(
        exchange
            .public
            .rounds
            .iter()
            .all(|round| round.state == RoundState::Ready)
    );

    // The next evening begins with the first deal, under an id that the rehearsal used too.
    exchange.open();
    exchange.post(1);
    assert_eq!(exchange.number(deal(1)), Some(1));
}

#[test]
fn after_the_bell_of_the_day_itself_the_name_is_asked_for() {
    let mut exchange = open();
    let name = exchange.staff.settings.as_ref().unwrap().name.clone();
    let needed = Refusal::NameNeeded { name: name.clone() };
    assert_eq!(exchange.refusal(&organiser(), anew(None)), needed);
    assert_eq!(exchange.refusal(&organiser(), anew(Some("Børsen"))), needed);
    exchange.must(&organiser(), anew(Some(&format!(" {} ", name.to_uppercase()))));
    assert!(exchange.staff.floor.trading.is_empty());
}

#[test]
fn the_day_begins_where_it_begins_first_on_earth() {
    let day: Date = "2026-11-26".parse().unwrap();
    let begins = Instant::parse("2026-11-25T10:00:00Z").unwrap();
    assert_eq!(day.begins_on_earth(), begins);
    for (rung_at, is_asked) in [(begins.plus_ms(-400), true), (begins.plus_ms(-401), false)] {
        let mut exchange = exchange();
        exchange.now = rung_at;
        exchange.open();
        let answer = exchange.ask(&organiser(), &anew(None));
        assert_eq!(answer.is_err(), is_asked, "{rung_at:?}");
    }
}

#[test]
fn nothing_is_taken_back_of_what_nobody_set_up() {
    assert_eq!(bare().refusal(&organiser(), anew(None)), Refusal::NotConfigured);
}
