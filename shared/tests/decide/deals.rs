//! Deals: posted, amended, taken away and brought back, and what is checked of their terms.

use borsklokka_shared::command::{Command, Reveal, WrittenOn};
use borsklokka_shared::deal::{Bargain, Broker, FirstStep, Service, Standing, Terms};
use borsklokka_shared::event::Event;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::report::Report;
use borsklokka_shared::role::{Actor, Role};

use test_support::examples::full_terms;
use test_support::{
    Exchange, MINUTE, actor, broker, category, deal, entry, gift, listing, moderator, notary, open,
    open_with_notary, organiser, other_broker, party, post_command, service, settings,
};

fn post_terms(exchange: &mut Exchange, terms: Terms) -> Result<Vec<Event>, Refusal> {
    let command = Command::PostDeal {
        deal: deal(1),
        terms,
        written_on: WrittenOn::default(),
        broker: None,
    };
    exchange.ask(&broker(), &command)
}

#[test]
fn a_deal_is_numbered_counted_and_on_the_wall_at_once() {
    let mut exchange = open();
    let events = post_terms(&mut exchange, full_terms()).unwrap();
    assert!(matches!(events[0], Event::DealPosted { .. }));
    let posted = &exchange.public.deals[&deal(1)];
    assert_eq!(posted.number.map(|n| n.0), Some(1));
    assert_eq!(posted.broker.name, "Ingrid");
    assert_eq!(
        (posted.written_at, posted.struck_at),
        (exchange.now, Some(exchange.now))
    );
    let totals = &exchange.public.totals;
    assert_eq!((totals.deals, totals.two_way, totals.intentions), (1, 1, 0));
    assert_eq!((totals.effort_minutes, totals.worth), (960, 11_000));
    assert_eq!(
        totals.by_sector,
        [(Sector::Business, 1), (Sector::Voluntary, 1)].into()
    );
    assert_eq!(
        totals.by_category,
        [(category("hands"), 1), (category("premises"), 1)].into()
    );

    let again = exchange.refusal(&broker(), post_command(1));
    assert_eq!(again, Refusal::AlreadyExists);
}

#[test]
fn what_the_organiser_brings_from_an_outbox_stays_its_brokers() {
    let mut exchange = open();
    let tablet = broker();
    let bring = |n: u32, device| Command::PostDeal {
        deal: deal(n),
        terms: full_terms(),
        written_on: WrittenOn::default(),
        broker: Some(Broker {
            device,
            name: tablet.name.clone(),
        }),
    };
    exchange.ask(&organiser(), &bring(1, tablet.device)).unwrap();
    let brought = &exchange.public.deals[&deal(1)].broker;
    assert_eq!((brought.device, &*brought.name), (tablet.device, "Ingrid"));
    let withdraw = Command::WithdrawDeal { deal: deal(1) };
    exchange.ask(&tablet, &withdraw).unwrap();
    // Of all others it says nothing: a tablet that was paired anew sends what it wrote before.
    for (n, other) in [(2, other_broker()), (4, notary()), (5, moderator())] {
        exchange.ask(&other, &bring(n, tablet.device)).unwrap();
        let device = exchange.staff.deals[&deal(n)].broker.device;
        assert_eq!(device, other.device, "{:?}", other.role);
    }
    let nobody = Command::PostDeal {
        deal: deal(3),
        terms: full_terms(),
        written_on: WrittenOn::default(),
        broker: Some(Broker {
            device: tablet.device,
            name: "x".repeat(41),
        }),
    };
    let refused = exchange.refusal(&organiser(), nobody.clone());
    assert!(matches!(refused, Refusal::TextTooLong { .. }), "{refused:?}");
    exchange.ask(&tablet, &nobody).unwrap();
    let broker = &exchange.staff.deals[&deal(3)].broker;
    assert_eq!(
        (broker.device, &*broker.name),
        (tablet.device, "Ingrid"),
        "what it says is not read"
    );
}

#[test]
fn every_kind_of_agreement_counts_as_what_it_is() {
    let mut exchange = open();
    let service = || service("Møtes");
    for (n, bargain) in [
        (1, Bargain::OneWay { service: service() }),
        (
            2,
            Bargain::TwoWay {
                service: service(),
                return_service: service(),
            },
        ),
        (3, Bargain::Intention { service: service() }),
    ] {
        let terms = Terms {
            bargain,
            ..gift(1, 4, "-")
        };
        let written_on = WrittenOn::default();
        exchange.must(
            &broker(),
            Command::PostDeal {
                deal: deal(n),
                terms,
                written_on,
                broker: None,
            },
        );
    }
    let totals = &exchange.public.totals;
    assert_eq!((totals.deals, totals.two_way, totals.intentions), (3, 1, 1));
}

#[test]
fn terms_are_checked_against_the_board() {
    let with = |change: &dyn Fn(&mut Terms)| {
        let mut terms = full_terms();
        change(&mut terms);
        terms
    };
    let with_service = |change: &dyn Fn(&mut borsklokka_shared::deal::Service)| {
        let mut service = service("Noe");
        change(&mut service);
        Terms {
            bargain: Bargain::OneWay { service },
            ..gift(1, 4, "-")
        }
    };
    let date = |text: &str| text.parse().unwrap();
    let too_early = |field: &str| Refusal::DateTooEarly {
        field: field.to_owned(),
    };
    let cases = [
        (
            with(&|terms| terms.givers = vec![party(9)]),
            Refusal::UnknownParticipant,
        ),
        (
            with(&|terms| terms.receivers.push(party(9))),
            Refusal::UnknownParticipant,
        ),
        (
            with_service(&|service| service.category = Some(category("song"))),
            Refusal::UnknownCategory,
        ),
        (
            with_service(&|service| service.listings = vec![listing(9)]),
            Refusal::UnknownListing,
        ),
        (
            with(&|terms| terms.deadline = Some(date("2026-11-25"))),
            too_early("deadline"),
        ),
        (
            with(&|terms| terms.first_step.as_mut().unwrap().due = Some(date("2026-11-25"))),
            too_early("due"),
        ),
        (
            with(&|terms| terms.deadline = Some(date("2026-11-30"))),
            Refusal::StepAfterDeadline,
        ),
        (
            with(&|terms| terms.receivers = vec![party(1)]),
            Refusal::SameSides,
        ),
        (
            with(&|terms| terms.givers = vec![party(1), party(1)]),
            Refusal::Repeated {
                field: "givers".to_owned(),
            },
        ),
        (
            with(&|terms| terms.receivers = vec![party(4), party(4)]),
            Refusal::Repeated {
                field: "receivers".to_owned(),
            },
        ),
        (
            with_service(&|service| service.listings = vec![listing(1), listing(1)]),
            Refusal::Repeated {
                field: "listings".to_owned(),
            },
        ),
        (
            with(&|terms| terms.first_step.as_mut().unwrap().by = party(3)),
            Refusal::FirstStepByStranger,
        ),
    ];
    for (terms, refusal) in cases {
        assert_eq!(post_terms(&mut open(), terms.clone()), Err(refusal), "{terms:?}");
    }
    for (due, deadline) in [
        (Some("2026-11-26"), Some("2026-11-26")),
        (Some("2026-12-03"), None),
        (None, Some("2026-11-26")),
    ] {
        let ordered = with(&|terms| {
            terms.first_step.as_mut().unwrap().due = due.map(date);
            terms.deadline = deadline.map(date);
        });
        assert!(post_terms(&mut open(), ordered).is_ok(), "{due:?} {deadline:?}");
    }
}

#[test]
fn texts_are_stored_trimmed() {
    let mut exchange = open();
    let mut terms = gift(1, 4, "  Maler klubbhuset ");
    terms.first_step = Some(FirstStep {
        by: party(1),
        what: " ringer ".to_owned(),
        due: None,
    });
    post_terms(&mut exchange, terms).unwrap();
    let stored = &exchange.deal(deal(1)).terms;
    assert_eq!(stored.bargain.service().text, "Maler klubbhuset");
    assert_eq!(stored.first_step.as_ref().unwrap().what, "ringer");
}

#[test]
fn a_deal_is_its_brokers_and_the_desks() {
    let mut exchange = open();
    let id = exchange.post(1);
    for command in [
        Command::AmendDeal {
            deal: id,
            terms: gift(1, 4, "Mitt"),
            expected: None,
        },
        Command::WithdrawDeal { deal: id },
        Command::ReinstateDeal { deal: id },
    ] {
        assert_eq!(exchange.refusal(&other_broker(), command), Refusal::NotYourDeal);
    }
    for who in [broker(), notary(), moderator(), organiser()] {
        exchange.must(
            &who,
            Command::AmendDeal {
                deal: id,
                terms: gift(1, 4, "Rettet"),
                expected: None,
            },
        );
        exchange.must(&who, Command::WithdrawDeal { deal: id });
        exchange.must(&who, Command::ReinstateDeal { deal: id });
    }
    for command in [
        Command::AmendDeal {
            deal: deal(9),
            terms: gift(1, 4, "-"),
            expected: None,
        },
        Command::WithdrawDeal { deal: deal(9) },
        Command::RemoveDeal { deal: deal(9) },
        Command::ReinstateDeal { deal: deal(9) },
        Command::AdmitDeal { deal: deal(9) },
        Command::DeclineDeal { deal: deal(9) },
    ] {
        assert_eq!(exchange.refusal(&moderator(), command), Refusal::UnknownDeal);
    }
}

#[test]
fn an_amended_deal_is_counted_as_it_is_now() {
    let mut exchange = open();
    let id = exchange.post(1);
    let terms = full_terms();
    exchange.must(
        &broker(),
        Command::AmendDeal {
            deal: id,
            terms,
            expected: None,
        },
    );
    assert_eq!(exchange.public.totals.worth, 11_000);
    assert_eq!(exchange.public.totals.deals, 1);
    assert_eq!(exchange.number(id), Some(1));
    exchange.must(
        &broker(),
        Command::AmendDeal {
            deal: id,
            terms: gift(1, 6, "Mindre"),
            expected: None,
        },
    );
    assert_eq!(exchange.public.totals.worth, 0);
    assert_eq!(
        exchange.public.totals.by_sector.get(&Sector::Individual),
        Some(&1)
    );
    assert_eq!(exchange.public.totals.by_sector.get(&Sector::Voluntary), None);
}

#[test]
fn an_amended_deal_may_keep_what_has_left_the_catalogue() {
    let mut exchange = open();
    post_terms(&mut exchange, full_terms()).unwrap();
    exchange.must(&broker(), Command::RemoveListing { listing: listing(1) });
    let mut later = settings();
    later.date = "2027-12-01".parse().unwrap();
    exchange.configure(later);
    let mut terms = full_terms();
    terms.givers = vec![party(1)];
    exchange.must(
        &broker(),
        Command::AmendDeal {
            deal: deal(1),
            terms: terms.clone(),
            expected: None,
        },
    );
    // What is new in it must be there, and a new deal must hold to the catalogue.
    terms.deadline = Some("2027-06-02".parse().unwrap());
    let refusal = exchange.refusal(
        &broker(),
        Command::AmendDeal {
            deal: deal(1),
            terms: terms.clone(),
            expected: None,
        },
    );
    assert_eq!(
        refusal,
        Refusal::DateTooEarly {
            field: "deadline".to_owned()
        }
    );
    let post = Command::PostDeal {
        deal: deal(2),
        terms,
        written_on: WrittenOn::default(),
        broker: None,
    };
    assert_eq!(exchange.refusal(&broker(), post), Refusal::UnknownListing);
}

#[test]
fn numbers_are_never_reused() {
    let mut exchange = open();
    let first = exchange.post(1);
    exchange.withdraw(first);
    let second = exchange.post(2);
    exchange.remove(second);
    exchange.post(3);
    assert_eq!(exchange.wall(), [3, 1]);
    exchange.reinstate(second);
    exchange.reinstate(first);
    assert_eq!(exchange.wall(), [3, 2, 1]);
    exchange.post(4);
    assert_eq!(exchange.wall(), [4, 3, 2, 1]);
}

#[test]
fn a_withdrawn_deal_is_struck_through_and_a_removed_one_is_gone() {
    let mut exchange = open();
    let [first, second] = [exchange.post(1), exchange.post(2)];
    let third = exchange.post(3);
    exchange.withdraw(first);
    exchange.remove(second);
    let stands: Vec<DealId> = exchange.staff.standing_deals().map(|deal| deal.id).collect();
    assert_eq!((exchange.staff.deals.len(), stands), (3, vec![third]));
    exchange.withdraw(third);
    assert_eq!(exchange.staff.standing_deals().count(), 0);
    assert_eq!(exchange.wall(), [3, 1], "struck through, but there");
    assert_eq!(exchange.public.totals.deals, 0);
    assert!(!exchange.public.deals.contains_key(&second));
    assert!(exchange.staff.deals.contains_key(&second));
}

/// Every way in which a deal can stand before it is taken away.
fn stances() -> Vec<(&'static str, Exchange, DealId)> {
    let mut posted = open();
    let mut concealed = open();
    concealed.freeze();
    let mut written = open_with_notary();
    let mut sent_back = open_with_notary();
    for exchange in [&mut posted, &mut concealed, &mut written, &mut sent_back] {
        exchange.post(1);
    }
    let remark = "Mangler frist".to_owned();
    sent_back.must(
        &notary(),
        Command::SendBackDeal {
            deal: deal(1),
            remark,
        },
    );
    let mut held = open();
    held.wait(20 * MINUTE);
    held.close();
    let paper = Command::PostDeal {
        deal: deal(1),
        terms: gift(1, 4, "På papir"),
        written_on: WrittenOn::Paper,
        broker: None,
    };
    held.must(&broker(), paper);
    let mut declined = held.clone();
    declined.must(&moderator(), Command::DeclineDeal { deal: deal(1) });
    [
        ("posted", posted),
        ("concealed", concealed),
        ("written", written),
        ("sent_back", sent_back),
        ("held", held),
        ("declined", declined),
    ]
    .into_iter()
    .map(|(name, exchange)| (name, exchange, deal(1)))
    .collect()
}

#[test]
fn only_what_the_wall_counts_stands() {
    for (name, exchange, id) in stances() {
        let board = &exchange.staff;
        let stands: Vec<DealId> = board.standing_deals().map(|deal| deal.id).collect();
        let expected = if name == "posted" { vec![id] } else { Vec::new() };
        assert_eq!(stands, expected, "{name}");
        let counts = [
            exchange.public.totals.deals,
            Report::of(board).map_or(0, |report| report.evening.deals),
            board.deals_of(board.deals[&id].terms.givers[0]),
        ];
        assert_eq!(counts, [stands.len() as u32; 3], "{name}");
    }
}

#[test]
fn what_is_taken_away_comes_back_as_it_was() {
    for (name, mut exchange, id) in stances() {
        let [staff, public] = [exchange.staff.clone(), exchange.public.clone()];
        let before = exchange.standing(id);
        assert_eq!(
            exchange.refusal(&moderator(), Command::ReinstateDeal { deal: id }),
            Refusal::WrongStanding
        );

        if before == Standing::Declined {
            let refusal = exchange.refusal(&broker(), Command::WithdrawDeal { deal: id });
            assert_eq!(refusal, Refusal::WrongStanding);
        } else {
            exchange.withdraw(id);
            assert_eq!(
                exchange.public.deals.contains_key(&id),
                before == Standing::Posted,
                "{name}"
            );
            assert_eq!(exchange.staff.totals.deals, 0, "{name}");
            for command in [
                Command::WithdrawDeal { deal: id },
                Command::AmendDeal {
                    deal: id,
                    terms: gift(1, 4, "-"),
                    expected: None,
                },
                Command::RatifyDeal {
                    deal: id,
                    expected: None,
                },
                Command::SendBackDeal {
                    deal: id,
                    remark: "-".to_owned(),
                },
                Command::AdmitDeal { deal: id },
                Command::DeclineDeal { deal: id },
            ] {
                assert_eq!(
                    exchange.refusal(&moderator(), command),
                    Refusal::WrongStanding,
                    "{name}"
                );
            }
            exchange.must(&broker(), Command::ReinstateDeal { deal: id });
            assert_eq!(exchange.staff, staff, "{name}");
        }

        exchange.remove(id);
        assert!(exchange.public.deals.is_empty(), "{name}");
        for command in [
            Command::RemoveDeal { deal: id },
            Command::WithdrawDeal { deal: id },
            Command::AmendDeal {
                deal: id,
                terms: gift(1, 4, "-"),
                expected: None,
            },
        ] {
            assert_eq!(
                exchange.refusal(&moderator(), command),
                Refusal::WrongStanding,
                "{name}"
            );
        }
        let by_broker = exchange.refusal(&broker(), Command::ReinstateDeal { deal: id });
        assert_eq!(by_broker, Refusal::NotAllowed, "{name}: the desk took it off");
        exchange.reinstate(id);
        assert_eq!([&exchange.staff, &exchange.public], [&staff, &public], "{name}");
    }
}

#[test]
fn a_removal_of_a_withdrawn_deal_is_undone_one_step_at_a_time() {
    let mut exchange = open();
    let id = exchange.post(1);
    exchange.withdraw(id);
    let withdrawn = exchange.public.clone();
    exchange.remove(id);
    assert!(exchange.public.deals.is_empty());
    exchange.reinstate(id);
    assert_eq!(
        exchange.public, withdrawn,
        "struck through again, and not counted"
    );
    exchange.reinstate(id);
    assert_eq!(exchange.public.totals.deals, 1);
}

#[test]
fn a_removed_concealed_deal_stays_hidden_until_it_may_be_shown() {
    let mut exchange = open();
    exchange.freeze();
    let id = exchange.post(1);
    exchange.remove(id);
    exchange.reveal(Reveal::All);
    assert!(exchange.public.deals.is_empty());
    exchange.reinstate(id);
    assert_eq!(exchange.wall(), [1]);
}

#[test]
fn whoever_posts_is_named_and_the_desk_may_post_too() {
    let mut exchange = open();
    for (n, role) in [Role::Broker, Role::Notary, Role::Moderator, Role::Organiser]
        .into_iter()
        .enumerate()
    {
        let who = Actor {
            name: format!("{role:?}"),
            ..actor(role)
        };
        let n = n as u32 + 1;
        exchange.must(&who, post_command(n));
        assert_eq!(exchange.deal(deal(n)).broker.name, who.name);
        assert_eq!(exchange.deal(deal(n)).broker.device, who.device);
    }
}

#[test]
fn a_participant_that_changes_sector_is_counted_where_it_belongs() {
    let mut exchange = open();
    exchange.post(1);
    let participant = entry(1, "Bakkerud kommune", Sector::Public);
    exchange.must(
        &broker(),
        Command::AmendParticipant {
            participant,
            expected: None,
        },
    );
    for board in [&exchange.staff, &exchange.public] {
        assert_eq!(
            board.totals.by_sector,
            [(Sector::Public, 1), (Sector::Voluntary, 1)].into()
        );
    }
    let id = deal(1);
    exchange.withdraw(id);
    assert!(exchange.public.totals.by_sector.is_empty());
}

/// A tablet may be gone: whatever it wrote, the desk mends, parties and all, wherever the deal stands.
#[test]
fn the_desk_amends_all_of_any_deal_and_another_broker_none() {
    let everything = || gift(5, 2, "Helt nytt");
    for standing in ["posted", "concealed", "written", "sent_back", "held"] {
        let mut exchange = match standing {
            "written" | "sent_back" => test_support::open_with_notary(),
            _ => open(),
        };
        if standing == "concealed" {
            exchange.freeze();
        }
        if standing == "held" {
            exchange.close();
        }
        exchange.wait(1_000);
        exchange.must(&broker(), post_command(1));
        let id = deal(1);
        if standing == "sent_back" {
            let remark = "Hvem?".to_owned();
            exchange.must(&notary(), Command::SendBackDeal { deal: id, remark });
        }
        let amend = || Command::AmendDeal {
            deal: id,
            terms: everything(),
            expected: None,
        };
        let found = serde_json::to_value(exchange.standing(id)).unwrap()["state"].clone();
        assert_eq!(found, standing);
        assert_eq!(
            exchange.refusal(&other_broker(), amend()),
            Refusal::NotYourDeal,
            "{standing}"
        );
        for who in [notary(), moderator(), organiser()] {
            exchange.must(&who, amend());
            assert_eq!(exchange.deal(id).terms, everything(), "{standing}");
        }
    }
}

/// A change of a deal, from what was shown.
fn changed(id: DealId, shown: &Terms, change: impl FnOnce(&mut Terms)) -> Command {
    let mut terms = shown.clone();
    change(&mut terms);
    Command::AmendDeal {
        deal: id,
        terms,
        expected: Some(Box::new(shown.clone())),
    }
}

fn service_of(terms: &mut Terms) -> &mut Service {
    match &mut terms.bargain {
        Bargain::OneWay { service } | Bargain::Intention { service } | Bargain::TwoWay { service, .. } => {
            service
        }
    }
}

#[test]
fn two_who_change_different_parts_of_a_deal_take_nothing_back() {
    let mut exchange = open();
    post_terms(&mut exchange, full_terms()).unwrap();
    let shown = exchange.deal(deal(1)).terms.clone();
    let day = "2027-05-30".parse().unwrap();
    let at_the_desk = changed(deal(1), &shown, |terms| {
        terms.deadline = Some(day);
        service_of(terms).effort_minutes = Some(300);
    });
    exchange.must(&moderator(), at_the_desk);
    // A space that nobody sees is no change.
    let on_the_tablet = changed(deal(1), &shown, |terms| {
        service_of(terms).text.push(' ');
        terms.givers = vec![party(1)];
        terms.first_step = None;
    });
    exchange.must(&broker(), on_the_tablet.clone());
    let mut expected = shown.clone();
    expected.deadline = Some(day);
    expected.givers = vec![party(1)];
    expected.first_step = None;
    service_of(&mut expected).effort_minutes = Some(300);
    assert_eq!(exchange.deal(deal(1)).terms, expected);
    // The desk takes its own back, and nothing else.
    let mut as_left = shown.clone();
    as_left.deadline = Some(day);
    service_of(&mut as_left).effort_minutes = Some(300);
    let undo = Command::AmendDeal {
        deal: deal(1),
        terms: shown.clone(),
        expected: Some(Box::new(as_left)),
    };
    exchange.must(&moderator(), undo);
    expected.deadline = shown.deadline;
    service_of(&mut expected).effort_minutes = service_of(&mut shown.clone()).effort_minutes;
    assert_eq!(exchange.deal(deal(1)).terms, expected);
}

#[test]
fn who_changes_what_another_has_changed_is_told() {
    let mut exchange = open();
    post_terms(&mut exchange, gift(1, 4, "Maling av gjerdet")).unwrap();
    let shown = exchange.deal(deal(1)).terms.clone();
    let text = |text: &'static str| {
        changed(deal(1), &shown, |terms| {
            service_of(terms).text = text.to_owned();
        })
    };
    exchange.must(&moderator(), text("Maling av porten"));
    // The same words are no quarrel.
    exchange.must(&broker(), text("Maling av porten"));
    assert_eq!(
        exchange.refusal(&broker(), text("Maling av gjerdet og porten")),
        Refusal::ChangedMeanwhile
    );
    // What is a trade by now is no gift with another text.
    let mut exchange = open();
    post_terms(&mut exchange, gift(1, 4, "Maling")).unwrap();
    let shown = exchange.deal(deal(1)).terms.clone();
    let trade = changed(deal(1), &shown, |terms| {
        terms.bargain = Bargain::TwoWay {
            service: service_of(terms).clone(),
            return_service: service("Kake"),
        };
    });
    exchange.must(&moderator(), trade);
    let text = changed(deal(1), &shown, |terms| {
        service_of(terms).text = "Vask".to_owned();
    });
    assert_eq!(exchange.refusal(&broker(), text), Refusal::ChangedMeanwhile);
}

#[test]
fn what_each_changed_rightly_may_be_wrong_together() {
    let mut exchange = open();
    post_terms(&mut exchange, gift(1, 4, "Maling")).unwrap();
    let shown = exchange.deal(deal(1)).terms.clone();
    let on = |side: fn(&mut Terms) -> &mut Vec<ParticipantId>| {
        changed(deal(1), &shown, |terms| side(terms).push(party(2)))
    };
    exchange.must(&moderator(), on(|terms| &mut terms.givers));
    let both = exchange.refusal(&broker(), on(|terms| &mut terms.receivers));
    assert_eq!(both, Refusal::SameSides);
}
