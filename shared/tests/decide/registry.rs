//! Settings, participants and the catalogue.

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::deal::{Bargain, Terms};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use borsklokka_shared::refusal::Refusal;

use test_support::{
    Exchange, an_offer, bare, broker, category, deal, entry, exchange, gift, listing, open, organiser, party,
    service, settings,
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
    let amend = |participant| Command::AmendParticipant { participant };
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
    let amend = |listing| Command::AmendListing { listing };
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
    let in_use = |key: &str| Refusal::CategoryInUse {
        category: key.to_owned(),
    };
    let mut exchange = open();
    let settings = without(&["hands"]);
    let by_listing = exchange.refusal(&organiser(), Command::Configure { settings });
    assert_eq!(by_listing, in_use("hands"));

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
        },
    );
    exchange.withdraw(deal(1));
    let settings = without(&["premises"]);
    let by_deal = exchange.refusal(&organiser(), Command::Configure { settings });
    assert_eq!(by_deal, in_use("premises"));

    let mut renamed = test_support::settings();
    renamed.categories[1].name = "Nyttige never".to_owned();
    renamed.categories.remove(0);
    exchange.configure(renamed);
    assert_eq!(exchange.public.settings.as_ref().unwrap().categories.len(), 2);
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
