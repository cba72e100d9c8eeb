//! Ratified first: written, sent back, mended, hammered through, recalled.

use borsklokka_shared::command::{Command, Reveal, WrittenOn};
use borsklokka_shared::deal::{Bargain, Standing, Terms};
use borsklokka_shared::decide::Now;
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::ids::{DealId, Epoch};
use borsklokka_shared::refusal::Refusal;

use test_support::{
    Exchange, MINUTE, SECOND, broker, deal, gift, listing, moderator, notary, open, open_with_notary, party,
    post_command, service, settings,
};
use uuid::Uuid;

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
    assert_eq!(exchange.refusal(&notary(), hammer(first)), Refusal::WrongStanding);
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
    for command in [send_back(), hammer(id)] {
        assert_eq!(exchange.refusal(&notary(), command), Refusal::WrongStanding);
    }
    let terms = gift(1, 4, "Bakkerud ringer");
    exchange.must(
        &broker(),
        Command::AmendDeal {
            deal: id,
            terms: terms.clone(),
            expected: None,
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
        exchange.refusal(&notary(), hammer(second)),
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
        exchange.refusal(&notary(), hammer(deal(1))),
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

/// A ratified deal between 1 and 4, and the terms that its broker wants instead.
fn ratified_and_changed() -> (Exchange, DealId, Terms) {
    let mut exchange = open_with_notary();
    let id = exchange.post(1);
    exchange.ratify(id);
    let terms = gift(2, 4, "30 timer maling");
    exchange.must(&broker(), amend(id, &terms));
    (exchange, id, terms)
}

fn trade(giver: u32, receiver: u32, text: &str, in_return: &str) -> Terms {
    Terms {
        bargain: Bargain::TwoWay {
            service: service(text),
            return_service: service(in_return),
        },
        ..gift(giver, receiver, text)
    }
}

/// The hammer of a notary who says nothing of what was shown.
fn hammer(deal: DealId) -> Command {
    Command::RatifyDeal { deal, expected: None }
}

fn amend(deal: DealId, terms: &Terms) -> Command {
    Command::AmendDeal {
        deal,
        terms: terms.clone(),
        expected: None,
    }
}

#[test]
fn what_the_hammer_fell_on_changes_by_another_blow() {
    let (mut exchange, id, terms) = ratified_and_changed();
    let before = exchange.deal(id).terms.clone();
    assert_ne!(before, terms);
    assert_eq!(exchange.public.deals[&id].terms, before, "the wall keeps it");
    assert_eq!(exchange.public.totals.deals, 1);
    assert_eq!(exchange.staff.after_hammer[&id].proposed.as_ref(), Some(&terms));
    assert!(
        exchange.public.after_hammer.is_empty(),
        "the public hears nothing of it"
    );

    exchange.close();
    exchange.announce_result();
    exchange.ratify(id);
    assert_eq!(
        exchange.public.deals[&id].terms, terms,
        "also after the result: the count is the same"
    );
    assert!(exchange.staff.after_hammer.is_empty());
    assert_eq!(exchange.number(id), Some(1));
    assert_eq!(exchange.refusal(&notary(), hammer(id)), Refusal::ResultAnnounced);
}

#[test]
fn a_change_that_the_notary_declines_leaves_the_deal_as_it_was() {
    let (mut exchange, id, terms) = ratified_and_changed();
    let before = exchange.deal(id).terms.clone();
    let remark = " Er de enige? ".to_owned();
    let decline = Command::SendBackDeal { deal: id, remark };
    exchange.must(&notary(), decline.clone());
    assert_eq!(exchange.public.deals[&id].terms, before);
    let note = &exchange.staff.after_hammer[&id];
    assert_eq!(
        (note.proposed.as_ref(), note.remark.as_deref()),
        (None, Some("Er de enige?"))
    );
    assert_eq!(note.declined.as_ref(), Some(&terms), "its broker mends it");
    assert!(
        exchange.public.after_hammer.is_empty(),
        "the public hears nothing of it"
    );
    for command in [decline, hammer(id)] {
        assert_eq!(exchange.refusal(&notary(), command), Refusal::WrongStanding);
    }
    // The broker lets it be.
    exchange.must(&broker(), amend(id, &before));
    assert!(exchange.staff.after_hammer.is_empty());
    exchange.must(&broker(), amend(id, &gift(2, 4, "31 timer maling")));
    exchange.must(&broker(), amend(id, &before));
    assert!(exchange.staff.after_hammer.is_empty());
    assert_eq!(exchange.public.deals[&id].terms, before);
}

#[test]
fn what_does_not_need_the_hammer_is_shown_as_changed() {
    let changed = |change: &dyn Fn(&mut Terms)| {
        let mut terms = gift(1, 4, "20 timer maling");
        change(&mut terms);
        terms
    };
    let day = |text: &str| Some(text.parse().unwrap());
    for (name, who, terms, waits) in [
        (
            "another deadline",
            broker(),
            changed(&|terms| terms.deadline = day("2027-03-01")),
            false,
        ),
        ("another giver", broker(), gift(2, 4, "20 timer maling"), true),
        ("another receiver", broker(), gift(1, 5, "20 timer maling"), true),
        ("another service", broker(), gift(1, 4, "30 timer maling"), true),
        (
            "a return",
            broker(),
            trade(1, 4, "20 timer maling", "kaffe"),
            true,
        ),
        (
            "the notary's own change",
            notary(),
            gift(2, 5, "30 timer maling"),
            false,
        ),
        (
            "the moderator's change",
            moderator(),
            gift(2, 5, "30 timer maling"),
            false,
        ),
    ] {
        let mut exchange = open_with_notary();
        let id = deal(1);
        let before = gift(1, 4, "20 timer maling");
        let posted = Command::PostDeal {
            deal: id,
            terms: before.clone(),
            written_on: WrittenOn::Tablet,
            broker: None,
        };
        exchange.must(&broker(), posted);
        exchange.ratify(id);
        exchange.must(&who, amend(id, &terms));
        let note = &exchange.staff.after_hammer[&id];
        let wanted = if waits {
            (None, Some(&terms), &before)
        } else {
            (Some(&before), None, &terms)
        };
        let found = (
            note.was.as_ref(),
            note.proposed.as_ref(),
            &exchange.public.deals[&id].terms,
        );
        assert_eq!(found, wanted, "{name}");
        exchange.must(&moderator(), amend(id, &before));
        let left = exchange.staff.after_hammer.get(&id);
        assert_eq!(
            left.is_some_and(|note| note.proposed.is_some()),
            waits,
            "{name}: no change is lost"
        );
    }
}

#[test]
fn a_recalled_deal_waits_with_what_its_broker_wants() {
    let (mut exchange, id, terms) = ratified_and_changed();
    exchange.recall(id);
    assert_eq!(exchange.deal(id).terms, terms);
    assert!(exchange.staff.after_hammer.is_empty());
}

#[test]
fn a_concealed_deal_keeps_the_change_that_waits_through_the_reveal() {
    let mut exchange = open_with_notary();
    let id = exchange.post(1);
    exchange.freeze();
    exchange.ratify(id);
    let terms = gift(2, 4, "30 timer maling");
    exchange.must(&broker(), amend(id, &terms));
    exchange.reveal(Reveal::All);
    assert_ne!(exchange.public.deals[&id].terms, terms);
    exchange.ratify(id);
    assert_eq!(exchange.public.deals[&id].terms, terms);
}

#[test]
fn without_a_notary_a_broker_changes_a_deal_at_once() {
    let mut exchange = open();
    let id = exchange.post(1);
    let terms = gift(2, 4, "30 timer maling");
    exchange.must(&broker(), amend(id, &terms));
    assert_eq!(exchange.public.deals[&id].terms, terms);
    assert!(exchange.staff.after_hammer.is_empty());
}

/// Terms of the deal that was ratified, with a change.
fn changed(terms: &Terms, change: impl FnOnce(&mut Terms)) -> Terms {
    let mut terms = terms.clone();
    change(&mut terms);
    terms
}

/// A change of a deal, from what was shown.
fn amend_from(deal: DealId, shown: &Terms, terms: &Terms) -> Command {
    Command::AmendDeal {
        deal,
        terms: terms.clone(),
        expected: Some(Box::new(shown.clone())),
    }
}

/// The hammer of a notary who was shown these terms.
fn hammer_on(deal: DealId, shown: &Terms) -> Command {
    Command::RatifyDeal {
        deal,
        expected: Some(Box::new(shown.clone())),
    }
}

fn say(terms: &mut Terms, text: &str) {
    terms.bargain = Bargain::OneWay {
        service: service(text),
    };
}

fn waits(exchange: &Exchange, id: DealId) -> Option<&Terms> {
    exchange.staff.after_hammer.get(&id)?.proposed.as_ref()
}

/// A ratified deal, what it says, and the other text that its broker wants.
fn ratified_with_another_text() -> (Exchange, DealId, Terms, Terms) {
    let mut exchange = open_with_notary();
    let id = exchange.post(1);
    exchange.ratify(id);
    let stood = exchange.deal(id).terms.clone();
    let wanted = changed(&stood, |terms| say(terms, "30 timer maling"));
    exchange.must(&broker(), amend_from(id, &stood, &wanted));
    (exchange, id, stood, wanted)
}

#[test]
fn what_the_desk_corrects_meanwhile_no_hammer_and_no_recall_undoes() {
    for recalled in [false, true] {
        for named in [false, true] {
            let (mut exchange, id, stood, _) = ratified_with_another_text();
            let correct = |terms: &mut Terms| {
                terms.givers = vec![party(2)];
                terms.deadline = Some("2027-05-30".parse().unwrap());
            };
            let corrected = changed(&stood, correct);
            let command = if named {
                amend_from(id, &stood, &corrected)
            } else {
                amend(id, &corrected)
            };
            exchange.must(&moderator(), command);
            assert_eq!(exchange.public.deals[&id].terms, corrected, "it holds at once");
            let both = changed(&corrected, |terms| say(terms, "30 timer maling"));
            assert_eq!(
                waits(&exchange, id),
                Some(&both),
                "the broker wants the text, and nothing else"
            );
            if recalled {
                exchange.recall(id);
            } else {
                exchange.ratify(id);
            }
            assert_eq!(exchange.deal(id).terms, both);
            assert!(exchange.staff.after_hammer.is_empty());
        }
    }
}

#[test]
fn where_desk_and_broker_changed_the_same_the_notary_is_shown_both() {
    let (mut exchange, id, stood, wanted) = ratified_with_another_text();
    let corrected = changed(&stood, |terms| say(terms, "20 timer maling av gjerdet"));
    exchange.must(&moderator(), amend_from(id, &stood, &corrected));
    assert_eq!(exchange.public.deals[&id].terms, corrected);
    assert_eq!(waits(&exchange, id), Some(&wanted));
    // What the desk gives its broker of itself waits no more.
    exchange.must(&moderator(), amend_from(id, &corrected, &wanted));
    assert_eq!(waits(&exchange, id), None);
    assert_eq!(exchange.public.deals[&id].terms, wanted);
}

#[test]
fn a_wish_that_cannot_be_any_more_goes_back_to_its_broker() {
    let mut exchange = open_with_notary();
    let id = exchange.post(1);
    exchange.ratify(id);
    let stood = exchange.deal(id).terms.clone();
    let receives_too = changed(&stood, |terms| terms.receivers.push(party(2)));
    exchange.must(&broker(), amend_from(id, &stood, &receives_too));
    let gives_too = changed(&stood, |terms| terms.givers.push(party(2)));
    exchange.must(&moderator(), amend_from(id, &stood, &gives_too));
    assert_eq!(exchange.public.deals[&id].terms, gives_too);
    let note = &exchange.staff.after_hammer[&id];
    assert_eq!(note.proposed, None);
    let why = Refusal::SameSides.message(settings().language);
    assert_eq!(note.remark, Some(why), "its broker is told");
    // It is there to be mended, on top of what the desk made of the deal.
    assert_eq!(
        (note.declined.as_ref(), note.declined_of.as_ref()),
        (Some(&receives_too), Some(&stood))
    );
    let form = changed(&gives_too, |terms| terms.receivers.push(party(2)));
    assert_eq!(exchange.staff.wanted(id), Some(form.clone()));
    assert_eq!(
        exchange.refusal(&broker(), amend_from(id, &form, &form)),
        Refusal::SameSides
    );
    let mended = changed(&gives_too, |terms| terms.receivers.push(party(5)));
    exchange.must(&broker(), amend_from(id, &form, &mended));
    assert_eq!(waits(&exchange, id), Some(&mended));
}

/// The notary says no to a change that waits.
fn send_back(exchange: &mut Exchange, id: DealId) {
    let remark = "Hvem?".to_owned();
    exchange.must(&notary(), Command::SendBackDeal { deal: id, remark });
}

/// Why a change was not let through.
fn remark(exchange: &Exchange, id: DealId) -> Option<&str> {
    exchange.staff.after_hammer.get(&id)?.remark.as_deref()
}

/// Terms with another deadline.
fn with_day(terms: &Terms) -> Terms {
    Terms {
        deadline: Some("2027-05-30".parse().unwrap()),
        ..terms.clone()
    }
}

#[test]
fn what_was_sent_back_is_sent_again_as_it_is_or_mended_or_let_be() {
    let (mut exchange, id, stood, wanted) = ratified_with_another_text();
    send_back(&mut exchange, id);
    assert_eq!(
        (waits(&exchange, id), remark(&exchange, id)),
        (None, Some("Hvem?"))
    );
    assert_eq!(
        exchange.staff.wanted(id).as_ref(),
        Some(&wanted),
        "her form says it"
    );
    exchange.must(&broker(), amend_from(id, &wanted, &wanted));
    assert_eq!(
        (waits(&exchange, id), remark(&exchange, id)),
        (Some(&wanted), None)
    );

    send_back(&mut exchange, id);
    let mended = changed(&wanted, |terms| say(terms, "30 timer maling av gjerdet"));
    exchange.must(&broker(), amend_from(id, &wanted, &mended));
    assert_eq!(waits(&exchange, id), Some(&mended));

    send_back(&mut exchange, id);
    exchange.must(&broker(), amend_from(id, &mended, &stood));
    assert!(exchange.staff.after_hammer.is_empty());
    assert_eq!(exchange.deal(id).terms, stood);

    // What needs no hammer takes effect at once, and the other wish goes.
    exchange.must(&broker(), amend_from(id, &stood, &wanted));
    send_back(&mut exchange, id);
    exchange.must(&broker(), amend_from(id, &wanted, &with_day(&stood)));
    assert_eq!(exchange.public.deals[&id].terms, with_day(&stood));
    assert_eq!((waits(&exchange, id), remark(&exchange, id)), (None, None));
    assert_eq!(exchange.staff.wanted(id), Some(with_day(&stood)));
}

#[test]
fn what_was_sent_back_lies_on_what_the_desk_corrects_meanwhile() {
    let (mut exchange, id, stood, wanted) = ratified_with_another_text();
    send_back(&mut exchange, id);
    let corrected = changed(&stood, |terms| terms.givers = vec![party(2)]);
    exchange.must(&moderator(), amend_from(id, &stood, &corrected));
    let both = changed(&corrected, |terms| say(terms, "30 timer maling"));
    assert_eq!(exchange.staff.wanted(id).as_ref(), Some(&both));
    assert_eq!(remark(&exchange, id), Some("Hvem?"));
    // Her form was opened before.
    exchange.must(&broker(), amend_from(id, &wanted, &wanted));
    assert_eq!(waits(&exchange, id), Some(&both));
    // What the desk gives her of itself is not hers to mend any more.
    send_back(&mut exchange, id);
    exchange.must(&moderator(), amend_from(id, &corrected, &both));
    assert_eq!(exchange.staff.wanted(id), Some(both));
    assert_eq!(remark(&exchange, id), None);
}

#[test]
fn a_form_that_does_not_show_what_was_sent_back_does_not_let_it_go() {
    let (mut exchange, id, stood, wanted) = ratified_with_another_text();
    send_back(&mut exchange, id);
    // It was opened before she wanted anything, as in another tab.
    let later = with_day(&stood);
    exchange.must(&broker(), amend_from(id, &stood, &later));
    assert_eq!(exchange.deal(id).terms, later);
    assert_eq!(remark(&exchange, id), Some("Hvem?"));
    assert_eq!(exchange.staff.wanted(id), Some(with_day(&wanted)));

    // It was opened while her change waited, and it says all of that.
    let (mut exchange, id, _, wanted) = ratified_with_another_text();
    send_back(&mut exchange, id);
    exchange.must(&broker(), amend_from(id, &wanted, &with_day(&wanted)));
    assert_eq!(waits(&exchange, id), Some(&with_day(&wanted)));
}

#[test]
fn what_was_sent_back_outlives_the_hammer_and_a_withdrawal() {
    let (mut exchange, id, stood, wanted) = ratified_with_another_text();
    send_back(&mut exchange, id);
    exchange.withdraw(id);
    exchange.reinstate(id);
    exchange.recall(id);
    assert_eq!(exchange.standing(id), Standing::Written);
    assert_eq!(exchange.deal(id).terms, stood);
    assert_eq!(exchange.staff.wanted(id).as_ref(), Some(&wanted));
    exchange.ratify(id);
    assert_eq!(exchange.staff.wanted(id).as_ref(), Some(&wanted));
    assert_eq!(remark(&exchange, id), Some("Hvem?"));
    // While the deal waits itself, it is changed at once.
    exchange.recall(id);
    exchange.must(&broker(), amend_from(id, &wanted, &wanted));
    assert_eq!(exchange.deal(id).terms, wanted);
    assert!(exchange.staff.after_hammer.is_empty());
}

#[test]
fn a_concealed_deal_that_is_put_back_on_the_wall_keeps_the_change_that_waits() {
    let mut exchange = open_with_notary();
    let id = exchange.post(1);
    exchange.freeze();
    exchange.ratify(id);
    let terms = gift(2, 4, "30 timer maling");
    exchange.must(&broker(), amend(id, &terms));
    exchange.withdraw(id);
    exchange.reveal(Reveal::All);
    exchange.reinstate(id);
    assert_eq!(exchange.standing(id), Standing::Posted);
    assert_eq!(waits(&exchange, id), Some(&terms));
}

#[test]
fn of_whoever_is_erased_nothing_is_left_to_be_mended() {
    let (mut exchange, id, _) = ratified_and_changed();
    send_back(&mut exchange, id);
    exchange.record(Event::DataErased {
        epoch: Epoch(Uuid::nil()),
        participants: vec![party(2)],
        people_of: Vec::new(),
    });
    assert!(exchange.staff.after_hammer.is_empty());
}

#[test]
fn what_was_sent_back_may_name_an_offer_that_is_gone_since() {
    let (mut exchange, id, stood, _) = ratified_with_another_text();
    let names_it = changed(&stood, |terms| {
        for service in terms.bargain.services_mut() {
            service.text = "Lån av sal".to_owned();
            service.listings = vec![listing(1)];
        }
    });
    exchange.must(&broker(), amend(id, &names_it));
    send_back(&mut exchange, id);
    exchange.must(&moderator(), Command::RemoveListing { listing: listing(1) });
    exchange.must(&broker(), amend_from(id, &names_it, &names_it));
    assert_eq!(waits(&exchange, id), Some(&names_it));
}

#[test]
fn the_hammer_falls_on_what_was_shown_alone() {
    let (mut exchange, id, stood, shown) = ratified_with_another_text();
    let corrected = changed(&stood, |terms| terms.givers = vec![party(2)]);
    exchange.must(&moderator(), amend_from(id, &stood, &corrected));
    assert_eq!(
        exchange.refusal(&notary(), hammer_on(id, &shown)),
        Refusal::ChangedMeanwhile
    );
    let shown = waits(&exchange, id).unwrap().clone();
    exchange.must(&notary(), hammer_on(id, &shown));
    assert_eq!(exchange.public.deals[&id].terms, shown);
    // What another desk hammered through first waits no more.
    assert_eq!(
        exchange.refusal(&notary(), hammer_on(id, &shown)),
        Refusal::WrongStanding
    );

    let new = exchange.post(2);
    let shown = exchange.deal(new).terms.clone();
    let mended = changed(&shown, |terms| say(terms, "Noe annet"));
    exchange.must(&broker(), amend_from(new, &shown, &mended));
    assert_eq!(
        exchange.refusal(&notary(), hammer_on(new, &shown)),
        Refusal::ChangedMeanwhile
    );
    exchange.must(&notary(), hammer_on(new, &mended));
    assert_eq!(exchange.standing(new), Standing::Posted);
}

#[test]
fn what_a_broker_changes_of_what_stood_is_on_top_of_what_waits() {
    let (mut exchange, id, stood, wanted) = ratified_with_another_text();
    let day = Some("2027-05-30".parse().unwrap());
    // A form that was opened before.
    let later = changed(&stood, |terms| terms.deadline = day);
    exchange.must(&broker(), amend_from(id, &stood, &later));
    let both = changed(&wanted, |terms| terms.deadline = day);
    assert_eq!(waits(&exchange, id), Some(&both), "both wait");
    // The same part, differently.
    let other = changed(&stood, |terms| say(terms, "40 timer maling"));
    assert_eq!(
        exchange.refusal(&broker(), amend_from(id, &stood, &other)),
        Refusal::ChangedMeanwhile
    );
    assert_eq!(waits(&exchange, id), Some(&both));
    // From a form that shows what waits it is taken back.
    exchange.must(&broker(), amend_from(id, &both, &stood));
    assert_eq!(waits(&exchange, id), None);
    assert_eq!(exchange.deal(id).terms, stood);
}

#[test]
fn a_change_that_waits_when_the_ceremony_goes_is_hammered_once() {
    for by_broker in [false, true] {
        let (mut exchange, id, stood, wanted) = ratified_with_another_text();
        let mut posted_at_once = settings();
        posted_at_once.ceremony = Ceremony::PostedAtOnce;
        exchange.configure(posted_at_once);
        if by_broker {
            let other = changed(&stood, |terms| say(terms, "40 timer maling"));
            exchange.must(&broker(), amend_from(id, &wanted, &other));
            assert_eq!(exchange.public.deals[&id].terms, other);
        } else {
            exchange.must(&notary(), hammer_on(id, &wanted));
            assert_eq!(exchange.public.deals[&id].terms, wanted);
        }
        assert_eq!(waits(&exchange, id), None);
        assert_eq!(exchange.refusal(&notary(), hammer(id)), Refusal::WrongStanding);
    }
}
