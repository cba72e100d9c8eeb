//! Ratified first: written, sent back, mended, hammered through, recalled.

use borsklokka_shared::command::{Command, Reveal};
use borsklokka_shared::deal::Standing;
use borsklokka_shared::decide::Now;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::refusal::Refusal;

use crate::common::{
    MINUTE, SECOND, broker, deal, gift, moderator, notary, open, open_with_notary, post_command, settings,
};

#[test]
fn only_the_hammer_puts_a_deal_on_the_wall() {
    let mut exchange = open_with_notary();
    let first = exchange.post(1);
    let second = exchange.post(2);
    assert_eq!(exchange.standing(first), Standing::Written);
    assert!(exchange.public.deals.is_empty());
    assert_eq!(exchange.staff.totals.deals, 0);

    exchange.wait(MINUTE);
    exchange.ratify(second);
    exchange.ratify(first);
    assert_eq!(
        (exchange.number(second), exchange.number(first)),
        (Some(1), Some(2))
    );
    assert_eq!(exchange.deal(first).struck_at, Some(exchange.now));
    assert_eq!(
        exchange.refusal(&notary(), Command::RatifyDeal { deal: first }),
        Refusal::WrongStanding
    );
}

#[test]
fn a_deal_that_is_sent_back_is_mended_and_waits_again() {
    let mut exchange = open_with_notary();
    let id = exchange.post(1);
    let send_back = || Command::SendBackDeal {
        deal: id,
        remark: " Hvem ringer? ".to_owned(),
    };
    exchange.must(&notary(), send_back());
    let remark = "Hvem ringer?".to_owned();
    assert_eq!(exchange.standing(id), Standing::SentBack { remark });
    for command in [send_back(), Command::RatifyDeal { deal: id }] {
        assert_eq!(exchange.refusal(&notary(), command), Refusal::WrongStanding);
    }
    let terms = gift(1, 4, "Bakkerud ringer");
    exchange.must(
        &broker(),
        Command::AmendDeal {
            deal: id,
            terms: terms.clone(),
        },
    );
    assert_eq!(exchange.standing(id), Standing::Written);
    exchange.ratify(id);
    assert_eq!(exchange.public.deals[&id].terms, terms);
}

#[test]
fn a_recalled_deal_leaves_the_wall_and_keeps_its_number() {
    let mut exchange = open_with_notary();
    let first = exchange.post(1);
    exchange.ratify(first);
    exchange.recall(first);
    assert_eq!(exchange.standing(first), Standing::Written);
    assert!(exchange.public.deals.is_empty());
    assert_eq!(exchange.public.totals.deals, 0);

    let second = exchange.post(2);
    exchange.ratify(second);
    exchange.ratify(first);
    assert_eq!(exchange.wall(), [2, 1]);
    assert_eq!(exchange.number(first), Some(1));
    let refusal = exchange.refusal(&notary(), Command::RecallDeal { deal: deal(9) });
    assert_eq!(refusal, Refusal::UnknownDeal);
}

#[test]
fn a_number_given_before_the_freeze_comes_back_with_the_reveal() {
    let mut exchange = open_with_notary();
    let [first, second] = [exchange.post(1), exchange.post(2)];
    exchange.ratify(first);
    exchange.recall(first);
    exchange.freeze();
    exchange.ratify(second);
    exchange.wait(SECOND);
    exchange.ratify(first);
    assert_eq!(exchange.standing(first), Standing::Concealed);
    exchange.reveal(Reveal::All);
    assert_eq!(
        (exchange.number(first), exchange.number(second)),
        (Some(1), Some(2))
    );
}

#[test]
fn without_a_notary_nothing_is_recalled() {
    let mut exchange = open();
    let id = exchange.post(1);
    assert_eq!(
        exchange.refusal(&notary(), Command::RecallDeal { deal: id }),
        Refusal::WrongStanding
    );
}

#[test]
fn what_waits_is_ratified_after_the_closing_bell_until_the_result() {
    let mut exchange = open_with_notary();
    let [first, second] = [exchange.post(1), exchange.post(2)];
    exchange.close();
    exchange.wait(30 * MINUTE);
    exchange.ratify(first);
    exchange.announce_result();
    assert_eq!(
        exchange.refusal(&notary(), Command::RatifyDeal { deal: second }),
        Refusal::ResultAnnounced
    );
    // Nobody could ratify it again, so it is not taken down this way either.
    assert_eq!(
        exchange.refusal(&notary(), Command::RecallDeal { deal: first }),
        Refusal::ResultAnnounced
    );
}

#[test]
fn a_late_deal_meets_the_moderator_even_if_it_takes_a_detour() {
    let mut exchange = open_with_notary();
    exchange.wait(20 * MINUTE);
    exchange.close();
    exchange.wait(11 * MINUTE);
    let now = Now {
        written_at: Some(exchange.now.plus_ms(-12 * MINUTE)),
        ..Now::at(exchange.now)
    };
    exchange.ask_at(&broker(), &post_command(1), now).unwrap();
    let held = exchange.standing(deal(1));
    assert!(matches!(held, Standing::Held { .. }), "{held:?}");
    exchange.withdraw(deal(1));
    exchange.must(&broker(), Command::ReinstateDeal { deal: deal(1) });
    assert_eq!(exchange.standing(deal(1)), held);
    assert_eq!(
        exchange.refusal(&notary(), Command::RatifyDeal { deal: deal(1) }),
        Refusal::WrongStanding
    );
    exchange.must(&moderator(), Command::AdmitDeal { deal: deal(1) });
    assert_eq!(exchange.standing(deal(1)), Standing::Posted);
}

#[test]
fn a_ceremony_that_changes_takes_those_who_wait_along() {
    let mut exchange = open_with_notary();
    let id = exchange.post(1);
    let mut posted_at_once = settings();
    posted_at_once.ceremony = Ceremony::PostedAtOnce;
    exchange.configure(posted_at_once);
    let events = exchange.ratify(id);
    assert!(matches!(events[0], Event::DealPosted { .. }));
    let next = exchange.post(2);
    assert_eq!(exchange.standing(next), Standing::Posted);
}
