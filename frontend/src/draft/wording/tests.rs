//! What taps and hands make of one direction: nothing that was typed or tapped is lost.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::listing::ListingKind;
use test_support::settings;
use uuid::Uuid;

use super::*;

fn listing(n: u128, text: &str, amount: Option<(u32, &str)>, minutes: Option<u32>) -> Listing {
    Listing {
        description: None,
        id: ListingId(Uuid::from_u128(n)),
        participant: ParticipantId(Uuid::from_u128(1)),
        kind: ListingKind::Offer,
        text: text.to_owned(),
        category: CategoryId(format!("category-{n}")),
        quantity: amount.map(|(amount, unit)| Quantity {
            amount,
            unit: unit.to_owned(),
        }),
        effort_minutes: minutes,
    }
}

fn offer() -> Listing {
    listing(1, "20 timer snekkerhjelp", Some((20, "timer")), Some(1_200))
}

fn wish() -> Listing {
    listing(2, "Snekkerhjelp til ny brygge", None, None)
}

fn known(id: ListingId) -> Option<Listing> {
    [offer(), wish()].into_iter().find(|listing| listing.id == id)
}

fn nothing(_: ListingId) -> Option<Listing> {
    None
}

/// Text, hours, amount, category.
fn says(wording: &Wording) -> (&str, &str, &str, Option<&str>) {
    let category = wording.category.as_ref().map(|category| &*category.0);
    (&wording.text, &wording.hours, &wording.amount, category)
}

#[test]
fn a_second_tap_adds_its_listing_and_replaces_nothing() {
    let mut wording = Wording::default();
    wording.tap(&offer(), &known);
    let brought = ("20 timer snekkerhjelp", "20", "20", Some("category-1"));
    assert_eq!(says(&wording), brought);
    wording.tap(&wish(), &known);
    assert_eq!(says(&wording), brought);
    assert_eq!(wording.listings, [offer().id, wish().id]);
    // The other way round the second fills what the first left empty.
    let mut wording = Wording::default();
    wording.tap(&wish(), &known);
    wording.tap(&offer(), &known);
    assert_eq!(
        says(&wording),
        ("Snekkerhjelp til ny brygge", "20", "20", Some("category-2"))
    );
}

#[test]
fn a_listing_that_is_tapped_off_takes_away_what_it_brought() {
    let mut wording = Wording::default();
    wording.tap(&offer(), &known);
    wording.tap(&wish(), &known);
    wording.tap(&offer(), &known);
    assert_eq!(
        says(&wording),
        ("Snekkerhjelp til ny brygge", "", "", Some("category-2"))
    );
    assert_eq!(
        (&*wording.listings, &*wording.declined),
        (&[wish().id][..], &[offer().id][..])
    );
    wording.tap(&wish(), &known);
    assert_eq!(says(&wording), ("", "", "", None));
    assert_eq!(wording.unit, "");
    wording.tap(&offer(), &known);
    assert_eq!(wording.declined, [wish().id]);
}

#[test]
fn what_a_hand_wrote_stays_whatever_is_tapped() {
    let mut wording = Wording::default();
    wording.tap(&offer(), &known);
    wording.write_hours("8".to_owned());
    wording.write("Snekkerhjelp til naust".to_owned());
    wording.worth = "4 000".to_owned();
    for listing in [wish(), offer(), wish(), offer(), offer()] {
        wording.tap(&listing, &known);
        assert_eq!((&*wording.text, &*wording.hours), ("Snekkerhjelp til naust", "8"));
        assert_eq!(wording.worth, "4 000");
    }
    assert_eq!(wording.listings, []);
}

#[test]
fn a_category_that_is_gone_is_left_for_the_offer_s_or_for_none() {
    let mut board = Board::empty(Audience::Staff);
    let mut tapped = Wording::default();
    tapped.tap(&offer(), &known);
    let brought = tapped.clone();
    let leave = |wording: &mut Wording, board: &Board, called: &[Category]| {
        wording.leave_category(board, called);
        let category = wording.category.as_ref().map(|category| category.0.clone());
        (category, wording.gone.clone())
    };
    // Before there are settings nobody knows.
    assert_eq!(
        leave(&mut tapped, &board, &[]),
        (Some("category-1".to_owned()), None)
    );
    board.settings = Some(settings());
    board.adopt_catalogue(vec![offer()]);
    assert_eq!(leave(&mut tapped, &board, &[]), (None, Some(String::new())));
    // It is asked for until another is chosen, or the offer that brought it is tapped off, or another brings one.
    let kept: Wording = serde_json::from_str(&serde_json::to_string(&tapped).unwrap()).unwrap();
    assert_eq!(kept, tapped);
    let mut chosen = tapped.clone();
    chosen.choose_category(None);
    let mut filled = tapped.clone();
    filled.tap(&wish(), &known);
    tapped.tap(&offer(), &known);
    assert_eq!((tapped.gone, chosen.gone, filled.gone), (None, None, None));
    // The offer is in another category by now.
    let moved = Listing {
        category: CategoryId("hands".to_owned()),
        ..offer()
    };
    board.adopt_catalogue(vec![moved]);
    let mut follows = brought.clone();
    assert_eq!(leave(&mut follows, &board, &[]), (Some("hands".to_owned()), None));
    // A hand's choice follows nothing.
    let called = Category {
        id: CategoryId("category-1".to_owned()),
        name: "Hage".to_owned(),
        icon: None,
    };
    let mut by_hand = brought;
    by_hand.choose_category(Some(called.id.clone()));
    assert_eq!(
        leave(&mut by_hand, &board, &[called]),
        (None, Some("Hage".to_owned()))
    );
}

#[test]
fn figures_follow_the_text_that_they_came_from() {
    let mut wording = Wording::default();
    wording.tap(&offer(), &nothing);
    // As a thumb writes: the figure is gone for a moment.
    for (text, figures) in [
        ("2 timer snekkerhjelp", "2"),
        (" timer snekkerhjelp", "20"),
        ("3 timer snekkerhjelp", "3"),
        ("30 timer snekkerhjelp", "30"),
    ] {
        wording.write(text.to_owned());
        assert_eq!((&*wording.hours, &*wording.amount), (figures, figures), "{text}");
    }
    assert_eq!(wording.clash(), None);
    // So does a deal that was sent before.
    let mut amended = Wording::of(&wording.service(Half::Service, &|_| true).unwrap());
    amended.write("40 timer snekkerhjelp".to_owned());
    assert_eq!((&*amended.hours, &*amended.amount), ("40", "40"));
    // And what nobody has filled in.
    let mut fresh = Wording::default();
    fresh.write("1:30 t kurs".to_owned());
    assert_eq!(fresh.hours, "1,5");
    fresh.write("Kurs".to_owned());
    assert_eq!(fresh.hours, "");
    fresh.write(String::new());
    assert_eq!(fresh, Wording::default());
}

#[test]
fn a_figure_that_a_hand_wrote_is_asked_about() {
    let mut wording = Wording::default();
    wording.write("20 timer snekkerhjelp".to_owned());
    wording.write_hours("8".to_owned());
    wording.write("30 timer snekkerhjelp".to_owned());
    assert_eq!(wording.hours, "8");
    assert_eq!(wording.clash(), Some(Clash::Time(1_800, 480)));
    let mut by_text = wording.clone();
    by_text.settle_time(1_800);
    assert_eq!((&*by_text.text, &*by_text.hours), ("30 timer snekkerhjelp", "30"));
    wording.settle_time(480);
    assert_eq!((&*wording.text, &*wording.hours), ("8 timer snekkerhjelp", "8"));
    assert_eq!((wording.clash(), by_text.clash()), (None, None));
}

#[test]
fn an_amount_that_is_counted_in_hours_is_the_hours() {
    let mut wording = Wording::default();
    wording.tap(&offer(), &nothing);
    wording.write_hours("8".to_owned());
    assert_eq!(wording.amount, "8");
    assert_eq!(wording.clash(), Some(Clash::Time(1_200, 480)));
    wording.settle_time(90);
    assert_eq!(
        (&*wording.text, &*wording.hours, &*wording.amount),
        ("1,5 timer snekkerhjelp", "1,5", "")
    );
    assert_eq!(wording.clash(), None);
    let mut wording = Wording::default();
    wording.tap(&offer(), &nothing);
    wording.write_amount("12 timer".to_owned());
    assert_eq!(wording.hours, "12");
    // Who agreed on less of it before the tap meant that.
    let mut agreed = Wording::default();
    agreed.write("8 timer snekkerhjelp".to_owned());
    agreed.tap(&offer(), &nothing);
    assert_eq!((&*agreed.hours, &*agreed.amount), ("8", "8"));
    assert_eq!(agreed.clash(), None);
}

#[test]
fn what_is_counted_in_something_else_follows_or_is_asked_about() {
    let chairs = listing(3, "Lån av 40 stoler", Some((40, "stoler")), None);
    let mut wording = Wording::default();
    wording.tap(&chairs, &nothing);
    wording.write("Lån av 30 stoler".to_owned());
    assert_eq!(wording.amount, "30");
    wording.write_amount("25".to_owned());
    let clash = Clash::Amount(30, 25, "stoler".to_owned());
    assert_eq!(wording.clash(), Some(clash));
    wording.settle_amount(25);
    assert_eq!((&*wording.text, wording.clash()), ("Lån av 25 stoler", None));
}

#[test]
fn what_a_listing_or_a_deal_says_by_itself_is_not_asked_about() {
    let course = listing(4, "Kurs, 3 timer", None, Some(720));
    let mut wording = Wording::default();
    wording.tap(&course, &nothing);
    assert_eq!((&*wording.hours, wording.clash()), ("12", None));
    let service = wording.service(Half::Service, &|_| true).unwrap();
    let mut amended = Wording::of(&service);
    assert_eq!(amended.clash(), None);
    amended.write("Kurs, 4 timer".to_owned());
    assert_eq!(amended.clash(), Some(Clash::Time(240, 720)));
}

#[test]
fn a_wording_of_an_older_version_is_read() {
    let older =
        r#"{"text":"20 timer","hours":"20","listings":[],"amount":"","unit":"","worth":"","typed":true}"#;
    let mut wording: Wording = serde_json::from_str(older).unwrap();
    wording.tap(&wish(), &known);
    assert_eq!((&*wording.text, &*wording.hours), ("20 timer", "20"));
    let text = serde_json::to_string(&wording).unwrap();
    assert_eq!(serde_json::from_str::<Wording>(&text).unwrap(), wording);
}
