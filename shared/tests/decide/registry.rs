//! Settings, participants and the catalogue.

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::deal::{Bargain, FirstStep, Terms};
use borsklokka_shared::event::Event;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector};
use borsklokka_shared::refusal::Refusal;

use test_support::{
    Exchange, an_offer, bare, broker, category, deal, entry, exchange, gift, listing, moderator, notary,
    open, open_with_notary, organiser, party, service, settings,
};

fn symbol(exchange: &Exchange, n: u32) -> String {
    exchange.public.participants[&party(n)].symbol.to_string()
}

fn name(exchange: &Exchange, n: u32) -> &str {
    &exchange.public.participants[&party(n)].name
}

#[test]
fn a_participant_gets_a_symbol_of_its_own() {
    let mut exchange = exchange();
    assert_eq!(symbol(&exchange, 1), "BAKK");
    // The word that the two share does not tell them apart.
    exchange.register(entry(7, "Bakkerud Barnehage", Sector::Public));
    assert_eq!(symbol(&exchange, 7), "BARN");
    assert_eq!(symbol(&exchange, 1), "BAKK", "a sign never changes by itself");

    let wanted = |n, text: &str| ParticipantEntry {
        symbol: Some(text.to_owned()),
        ..entry(n, "Et navn", Sector::Public)
    };
    let register = |participant| Command::RegisterParticipant { participant };
    let taken = exchange.refusal(&broker(), register(wanted(8, "bakk")));
    assert_eq!(
        taken,
        Refusal::SymbolTaken {
            symbol: "BAKK".to_owned()
        }
    );
    let wrong = exchange.refusal(&broker(), register(wanted(8, "B4KK")));
    assert_eq!(wrong, Refusal::NotASymbol);
    exchange.must(&broker(), register(wanted(8, "måne")));
    assert_eq!(symbol(&exchange, 8), "MÅNE");
    let again = exchange.refusal(&broker(), register(wanted(8, "sol")));
    assert_eq!(again, Refusal::AlreadyExists);
}

#[test]
fn an_amended_participant_keeps_its_symbol_unless_it_asks_for_another() {
    let mut exchange = exchange();
    let amend = |participant| Command::AmendParticipant {
        participant,
        expected: None,
    };
    exchange.must(&broker(), amend(entry(1, "Nytt navn AS", Sector::Business)));
    assert_eq!(
        (name(&exchange, 1), symbol(&exchange, 1)),
        ("Nytt navn AS", "BAKK".to_owned())
    );
    let with_symbol = |text: &str| ParticipantEntry {
        symbol: Some(text.to_owned()),
        ..entry(1, "Nytt navn AS", Sector::Business)
    };
    exchange.must(&broker(), amend(with_symbol("bakk")));
    exchange.must(&broker(), amend(with_symbol("NYTT")));
    assert_eq!(symbol(&exchange, 1), "NYTT");
    let other = symbol(&exchange, 2);
    let taken = exchange.refusal(&broker(), amend(with_symbol(&other)));
    assert_eq!(taken, Refusal::SymbolTaken { symbol: other });
    let unknown = exchange.refusal(&broker(), amend(entry(9, "Ingen", Sector::Public)));
    assert_eq!(unknown, Refusal::UnknownParticipant);
}

#[test]
fn an_individual_is_a_first_name_on_every_board_and_in_the_log() {
    let mut exchange = exchange();
    assert_eq!(name(&exchange, 6), "Kari");
    let amend = |name_shown| Command::AmendParticipant {
        participant: ParticipantEntry {
            name_shown,
            ..entry(6, " Kari Nordmann ", Sector::Individual)
        },
        expected: None,
    };
    exchange.must(&broker(), amend(NameShown::First));
    let everything = serde_json::to_string(&(&exchange.staff, &exchange.public, &exchange.log)).unwrap();
    assert!(!everything.contains("Nordmann"));
    exchange.must(&broker(), amend(NameShown::Full));
    assert_eq!(name(&exchange, 6), "Kari Nordmann");
    exchange.must(&broker(), amend(NameShown::First));
    assert_eq!(name(&exchange, 6), "Kari");
}

#[test]
fn listings_are_added_amended_and_removed() {
    let mut exchange = exchange();
    let add = |listing| Command::AddListing { listing };
    let amend = |listing| Command::AmendListing {
        listing,
        expected: None,
    };
    let wish = |n| Listing {
        kind: ListingKind::Wish,
        ..an_offer(n, 4)
    };
    exchange.must(&broker(), add(wish(2)));
    let renamed = Listing {
        text: "Snømåking i november".to_owned(),
        ..wish(2)
    };
    exchange.must(&broker(), amend(renamed.clone()));
    assert_eq!(exchange.public.listings[&listing(2)], renamed);

    let song = |n| Listing {
        category: category("song"),
        ..wish(n)
    };
    let cases = [
        (add(wish(2)), Refusal::AlreadyExists),
        (add(an_offer(3, 9)), Refusal::UnknownParticipant),
        (add(song(3)), Refusal::UnknownCategory),
        (amend(song(2)), Refusal::UnknownCategory),
        (amend(wish(3)), Refusal::UnknownListing),
        // Nobody takes over another's listing.
        (amend(an_offer(2, 1)), Refusal::UnknownListing),
        (
            Command::RemoveListing { listing: listing(3) },
            Refusal::UnknownListing,
        ),
    ];
    for (command, refusal) in cases {
        assert_eq!(exchange.refusal(&broker(), command), refusal);
    }
    exchange.must(&broker(), Command::RemoveListing { listing: listing(2) });
    assert!(!exchange.public.listings.contains_key(&listing(2)));
}

#[test]
fn a_category_may_be_renamed_but_not_removed_under_a_deal_or_a_listing() {
    let without = |keys: &[&str]| {
        let mut settings = settings();
        settings
            .categories
            .retain(|category| !keys.contains(&category.id.0.as_str()));
        Box::new(settings)
    };
    let in_use = |name: &str| Refusal::CategoryInUse {
        category: name.to_owned(),
    };
    let mut exchange = open();
    let settings = without(&["hands"]);
    let by_listing = exchange.refusal(&organiser(), Command::configure(settings));
    assert_eq!(by_listing, in_use("HANDS"));
    assert!(exchange.staff.dealt_categories().is_empty());

    let mut service = service("Lokale");
    service.category = Some(category("premises"));
    let terms = Terms {
        bargain: Bargain::OneWay { service },
        ..gift(1, 4, "-")
    };
    let written_on = WrittenOn::default();
    exchange.must(
        &broker(),
        Command::PostDeal {
            deal: deal(1),
            terms,
            written_on,
            broker: None,
        },
    );
    exchange.withdraw(deal(1));
    let settings = without(&["premises"]);
    let by_deal = exchange.refusal(&organiser(), Command::configure(settings));
    assert_eq!(by_deal, in_use("PREMISES"));
    let premises = category("premises");
    let kept: Vec<_> = exchange.staff.dealt_categories().into_iter().collect();
    assert_eq!(kept, [(&premises, 1)], "one that is off could come back");

    let mut renamed = test_support::settings();
    renamed.categories[1].name = "Nyttige never".to_owned();
    renamed.categories.remove(0);
    exchange.configure(renamed);
    assert_eq!(exchange.public.settings.as_ref().unwrap().categories.len(), 2);
}

#[test]
fn a_category_that_a_broker_wants_for_a_ratified_deal_stays_for_it() {
    let mut exchange = open_with_notary();
    let id = exchange.post(1);
    exchange.ratify(id);
    let mut wanted = service("Noe annet");
    wanted.category = Some(category("premises"));
    let terms = Terms {
        bargain: Bargain::OneWay { service: wanted },
        ..exchange.deal(id).terms.clone()
    };
    exchange.must(
        &broker(),
        Command::AmendDeal {
            deal: id,
            terms,
            expected: None,
        },
    );
    assert_ne!(exchange.deal(id).terms.bargain.service().text, "Noe annet");
    let kept = exchange.staff.dealt_categories();
    assert_eq!(kept.get(&category("premises")), Some(&1));
}

#[test]
fn nobody_registers_before_the_exchange_is_set_up() {
    let mut bare = bare();
    let participant = entry(1, "Bakkerud", Sector::Business);
    let refusal = bare.refusal(&broker(), Command::RegisterParticipant { participant });
    assert_eq!(refusal, Refusal::NotConfigured);
}

#[test]
fn registration_is_counted_against_what_was_hoped_for_by_sector() {
    let mut exchange = exchange();
    let of = |exchange: &Exchange| -> Vec<_> {
        let rows = exchange.public.registered().into_iter();
        rows.map(|row| (row.sector, row.count, row.goal)).collect()
    };
    let count = |exchange: &Exchange, sector| {
        let all = exchange.public.participants.values();
        all.filter(|one| one.sector == sector).count() as u32
    };
    let before = count(&exchange, Sector::Business);
    assert_eq!(of(&exchange), [(Sector::Business, before, 10)]);
    exchange.configure(Settings {
        sector_goals: [
            (Sector::Business, 1),
            (Sector::Public, 20),
            (Sector::Voluntary, 0),
        ]
        .into(),
        ..settings()
    });
    exchange.register(entry(7, "Bakkerud Barnehage", Sector::Public));
    let public = count(&exchange, Sector::Public);
    assert_eq!(
        of(&exchange),
        [(Sector::Business, before, 1), (Sector::Public, public, 20)]
    );
}

fn merge(kept: u32, gone: u32) -> Command {
    Command::MergeParticipants {
        kept: party(kept),
        gone: party(gone),
    }
}

fn taking_out(n: u32) -> Command {
    Command::RemoveParticipant {
        participant: party(n),
    }
}

fn sides(exchange: &Exchange, n: u32) -> (Vec<ParticipantId>, Vec<ParticipantId>) {
    let terms = &exchange.deal(deal(n)).terms;
    (terms.givers.clone(), terms.receivers.clone())
}

#[test]
fn of_two_who_are_one_everything_is_the_ones_that_is_kept() {
    let mut exchange = open();
    exchange.register(ParticipantEntry {
        place: Some("bord 7".to_owned()),
        ..entry(7, "Bakkerud", Sector::Public)
    });
    exchange.must(
        &broker(),
        Command::AddListing {
            listing: an_offer(2, 7),
        },
    );
    let post = |n, givers: &[u32], receivers: &[u32], by| Command::PostDeal {
        deal: deal(n),
        terms: Terms {
            givers: givers.iter().map(|n| party(*n)).collect(),
            receivers: receivers.iter().map(|n| party(*n)).collect(),
            first_step: Some(FirstStep {
                by: party(by),
                what: "ringer".to_owned(),
                due: None,
            }),
            ..gift(1, 4, "Noe")
        },
        written_on: WrittenOn::Tablet,
        broker: None,
    };
    exchange.must(&broker(), post(1, &[7], &[4], 7));
    exchange.must(&broker(), post(2, &[5], &[2, 7, 1], 7));
    exchange.must(&broker(), post(3, &[2], &[3], 2));
    assert_eq!(exchange.staff.totals.by_sector[&Sector::Public], 3);

    let merged = exchange.must(&moderator(), merge(1, 7));
    let [
        Event::ParticipantsMerged {
            name,
            listings,
            deals,
            ..
        },
    ] = merged.as_slice()
    else {
        panic!("{merged:?}");
    };
    assert_eq!((name.as_str(), *listings, *deals), ("Bakkerud", Some(1), Some(2)));
    for board in [&exchange.staff, &exchange.public] {
        let kept = &board.participants[&party(1)];
        assert_eq!(
            (kept.name.as_str(), kept.sector),
            ("Bakkerud Bygg AS", Sector::Business)
        );
        assert_eq!(kept.place.as_deref(), Some("bord 7"), "it had none");
        assert_eq!(board.listings[&listing(2)].participant, party(1));
        assert_eq!(board.totals.by_sector[&Sector::Public], 1);
        assert!(!board.participants.contains_key(&party(7)));
    }
    assert_eq!(sides(&exchange, 1), (vec![party(1)], vec![party(4)]));
    assert_eq!(sides(&exchange, 2), (vec![party(5)], vec![party(2), party(1)]));
    let step = exchange.deal(deal(2)).terms.first_step.as_ref().unwrap();
    assert_eq!(step.by, party(1));

    // The sign that hangs on a badge is nobody else's, and the id is the other's for ever.
    let old = exchange.staff.participants[&party(1)].was_symbols[0].clone();
    let wanted = ParticipantEntry {
        symbol: Some(old.to_string()),
        ..entry(8, "Noen andre", Sector::Voluntary)
    };
    let register = |participant| Command::RegisterParticipant { participant };
    let taken = exchange.refusal(&broker(), register(wanted));
    assert_eq!(
        taken,
        Refusal::SymbolTaken {
            symbol: old.to_string()
        }
    );
    let again = exchange.refusal(&broker(), register(entry(7, "Bakkerud", Sector::Public)));
    assert_eq!(again, Refusal::AlreadyExists);
    assert_eq!(
        exchange.refusal(&moderator(), merge(1, 7)),
        Refusal::AlreadyMerged
    );
    assert_eq!(
        exchange.refusal(&moderator(), merge(1, 9)),
        Refusal::UnknownParticipant
    );
}

#[test]
fn a_tablet_that_was_offline_is_served_under_the_old_id_for_ever() {
    let mut exchange = open();
    exchange.register(entry(7, "Bakkerud", Sector::Business));
    exchange.register(entry(8, "Bakkerud bygg", Sector::Business));
    exchange.must(&organiser(), merge(8, 7));
    exchange.must(&organiser(), merge(1, 8));
    let post = |n, giver, receivers: &[u32]| Command::PostDeal {
        deal: deal(n),
        terms: Terms {
            receivers: receivers.iter().map(|n| party(*n)).collect(),
            ..gift(giver, 4, "Noe")
        },
        written_on: WrittenOn::Tablet,
        broker: None,
    };
    exchange.must(&broker(), post(1, 7, &[4]));
    assert_eq!(sides(&exchange, 1), (vec![party(1)], vec![party(4)]));
    exchange.must(&broker(), post(2, 4, &[7, 8, 2]));
    assert_eq!(sides(&exchange, 2), (vec![party(4)], vec![party(1), party(2)]));
    let with_itself = exchange.refusal(&broker(), post(3, 7, &[1]));
    assert_eq!(with_itself, Refusal::SameSides);
    exchange.must(
        &broker(),
        Command::AddListing {
            listing: an_offer(3, 7),
        },
    );
    assert_eq!(exchange.staff.listings[&listing(3)].participant, party(1));
    let amend = Command::AmendParticipant {
        participant: entry(7, "Bakkerud i Drammen", Sector::Business),
        expected: None,
    };
    let name = "Bakkerud Bygg AS".to_owned();
    assert_eq!(
        exchange.refusal(&broker(), amend),
        Refusal::ParticipantMerged { name }
    );
    // An amendment keeps what it was.
    let participant = entry(1, "Bakkerud Bygg", Sector::Business);
    exchange.must(
        &broker(),
        Command::AmendParticipant {
            participant,
            expected: None,
        },
    );
    assert_eq!(exchange.staff.participants[&party(1)].was, [party(8), party(7)]);
}

#[test]
fn who_stands_on_both_sides_of_a_deal_is_not_one() {
    for ends in [
        Command::WithdrawDeal { deal: deal(1) },
        Command::RemoveDeal { deal: deal(1) },
    ] {
        let mut exchange = open();
        exchange.post(1);
        let [giver, receiver] = [1, 4];
        let text = exchange.deal(deal(1)).terms.bargain.service().text.clone();
        let refusal = exchange.refusal(&moderator(), merge(giver, receiver));
        assert_eq!(refusal, Refusal::MergeAcrossDeal { text });
        exchange.must(&moderator(), ends);
        exchange.must(&moderator(), merge(giver, receiver));
        let back = Command::ReinstateDeal { deal: deal(1) };
        assert_eq!(exchange.refusal(&moderator(), back), Refusal::SameSides);
    }
}

#[test]
fn a_change_that_waits_for_the_hammer_is_renamed_and_may_stand_in_the_way() {
    let mut exchange = open_with_notary();
    exchange.register(entry(7, "Bakkerud", Sector::Business));
    exchange.post(1);
    exchange.ratify(deal(1));
    let amend = |terms| Command::AmendDeal {
        deal: deal(1),
        terms,
        expected: None,
    };
    exchange.must(&broker(), amend(gift(7, 4, "Avtale 1")));
    let text = exchange.deal(deal(1)).terms.bargain.service().text.clone();
    assert_eq!(
        exchange.refusal(&moderator(), merge(7, 4)),
        Refusal::MergeAcrossDeal { text }
    );
    exchange.must(&moderator(), merge(1, 7));
    assert!(
        !exchange.staff.after_hammer.contains_key(&deal(1)),
        "nothing is left to be decided"
    );
}

/// A ratified deal whose giver is 1, and a change of it that was sent back, as its broker wanted it.
fn sent_back(terms: Terms) -> Exchange {
    let mut exchange = open_with_notary();
    exchange.register(entry(7, "Bakkerud", Sector::Business));
    exchange.post(1);
    exchange.ratify(deal(1));
    let change = Command::AmendDeal {
        deal: deal(1),
        terms,
        expected: None,
    };
    exchange.must(&broker(), change);
    let send_back = Command::SendBackDeal {
        deal: deal(1),
        remark: "Hvem?".to_owned(),
    };
    exchange.must(&notary(), send_back);
    exchange
}

#[test]
fn a_change_that_was_sent_back_is_renamed_keeps_whom_it_names_and_stands_in_nobody_s_way() {
    let mut exchange = sent_back(gift(7, 4, "Avtale 2"));
    assert_eq!(
        exchange.refusal(&organiser(), taking_out(7)),
        Refusal::ParticipantHasDeals { deals: 1 }
    );
    for kept in [4, 5] {
        let mut merged = exchange.clone();
        merged.must(&moderator(), merge(kept, 7));
        let wanted = merged.staff.wanted(deal(1));
        assert_eq!(wanted, Some(gift(kept, 4, "Avtale 2")), "to be mended");
    }
    // Where the name was all the difference, nothing is left to be mended.
    let mut exchange = sent_back(gift(7, 4, "Avtale 1"));
    exchange.must(&moderator(), merge(1, 7));
    assert!(!exchange.staff.after_hammer.contains_key(&deal(1)));
}

#[test]
fn who_has_no_deals_is_taken_out_with_the_listings() {
    let mut exchange = open();
    exchange.post(1);
    assert_eq!(
        exchange.refusal(&organiser(), taking_out(1)),
        Refusal::ParticipantHasDeals { deals: 1 }
    );
    exchange.withdraw(deal(1));
    assert_eq!(
        exchange.refusal(&organiser(), taking_out(1)),
        Refusal::ParticipantHasDeals { deals: 1 },
        "it may come back"
    );
    exchange.must(
        &broker(),
        Command::AddListing {
            listing: an_offer(2, 5),
        },
    );
    exchange.must(&organiser(), taking_out(5));
    assert!(!exchange.public.listings.contains_key(&listing(2)));
    assert_eq!(
        exchange.refusal(&organiser(), taking_out(5)),
        Refusal::UnknownParticipant
    );
}

#[test]
fn of_two_who_change_the_settings_at_once_neither_undoes_the_other() {
    let mut exchange = exchange();
    let seen = exchange.staff.settings.clone().map(Box::new);
    let of_goal = |goal, expected: Option<Box<Settings>>| Command::Configure {
        settings: Box::new(Settings { goal, ..settings() }),
        expected,
    };
    exchange.must(&organiser(), of_goal(70, seen.clone()));
    let late = exchange.refusal(&organiser(), of_goal(80, seen));
    assert_eq!(late, Refusal::ChangedMeanwhile);
    let now = exchange.staff.settings.clone().map(Box::new);
    exchange.must(&organiser(), of_goal(80, now.clone()));
    assert_eq!(
        bare().refusal(&organiser(), of_goal(80, now)),
        Refusal::ChangedMeanwhile
    );
}

#[test]
fn of_two_who_amend_at_once_neither_undoes_the_other_unseen() {
    let mut exchange = exchange();
    let seen = exchange.staff.participants[&party(4)].clone();
    let amend = |name, place: Option<&str>, seen: &Participant| Command::AmendParticipant {
        participant: ParticipantEntry {
            place: place.map(str::to_owned),
            ..entry(4, name, Sector::Voluntary)
        },
        expected: Some(Box::new(seen.clone())),
    };
    exchange.must(&organiser(), amend("Røde Kors", Some("bord 3"), &seen));
    let refusal = exchange.refusal(&organiser(), amend("Røde Kors Drammen", None, &seen));
    assert_eq!(refusal, Refusal::ChangedMeanwhile);
    let now = exchange.staff.participants[&party(4)].clone();
    // What it was merged with meanwhile is no change of it.
    exchange.must(&organiser(), merge(4, 5));
    exchange.must(&organiser(), amend("Røde Kors Drammen", Some("bord 3"), &now));

    let seen = exchange.staff.listings[&listing(1)].clone();
    let amend = |text: &str, seen: &Listing| Command::AmendListing {
        listing: Listing {
            text: text.to_owned(),
            ..seen.clone()
        },
        expected: Some(Box::new(seen.clone())),
    };
    exchange.must(&organiser(), amend("Lån av sal", &seen));
    let refusal = exchange.refusal(&organiser(), amend("Lån av rom", &seen));
    assert_eq!(refusal, Refusal::ChangedMeanwhile);
}
