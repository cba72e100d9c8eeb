//! What the fields make of a deal.

use borsklokka_shared::listing::ListingKind;
use uuid::Uuid;

use super::*;

fn party(n: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(n))
}

fn listing(n: u128, text: &str, effort_minutes: Option<u32>) -> Listing {
    Listing {
        id: ListingId(Uuid::from_u128(n)),
        participant: party(1),
        kind: ListingKind::Offer,
        text: text.to_owned(),
        category: CategoryId("hands".to_owned()),
        quantity: None,
        effort_minutes,
    }
}

fn usual() -> Usual {
    let day = |text: &str| text.parse().unwrap();
    Usual::on(day("2026-11-26"), day("2026-11-26"), "tar kontakt")
}

fn gift() -> Draft {
    let mut draft = Draft {
        givers: vec![party(1)],
        receivers: vec![party(2)],
        ..Draft::default()
    };
    draft.service.write(" Lån av stillas ".to_owned());
    draft
}

#[test]
fn says_what_is_missing() {
    assert_eq!(
        Draft::default().missing(),
        [Field::Givers, Field::Receivers, Field::Service]
    );
    assert_eq!(gift().missing(), []);
}

#[test]
fn the_return_makes_the_kind() {
    let mut draft = gift();
    let kind = |draft: &Draft| draft.terms(&usual(), |_| true).unwrap().bargain;
    assert!(matches!(kind(&draft), Bargain::OneWay { service } if service.text == "Lån av stillas"));
    draft.returned.write("Padlekurs".to_owned());
    assert!(
        matches!(kind(&draft), Bargain::TwoWay { return_service, .. } if return_service.text == "Padlekurs")
    );
    draft.intention = true;
    assert!(matches!(kind(&draft), Bargain::Intention { .. }));
}

#[test]
fn a_tap_fills_in_and_a_second_tap_takes_back() {
    let mut wording = Wording::default();
    let help = listing(7, "20 timer snekkerhjelp", Some(1_200));
    wording.tap(&help);
    assert_eq!((&*wording.text, &*wording.hours), ("20 timer snekkerhjelp", "20"));
    assert_eq!(
        (wording.category.clone(), wording.listings.clone()),
        (Some(help.category.clone()), vec![help.id])
    );
    wording.tap(&help);
    assert_eq!(wording, Wording::default());
}

#[test]
fn a_tap_never_replaces_what_a_person_typed() {
    let mut wording = Wording::default();
    wording.write("Snekkerhjelp til ny brygge".to_owned());
    wording.tap(&listing(7, "20 timer snekkerhjelp", Some(1_200)));
    assert_eq!(
        (&*wording.text, wording.listings.len()),
        ("Snekkerhjelp til ny brygge", 1)
    );
    wording.tap(&listing(7, "20 timer snekkerhjelp", Some(1_200)));
    assert_eq!(
        (&*wording.text, wording.listings.len()),
        ("Snekkerhjelp til ny brygge", 0)
    );
}

#[test]
fn listings_of_others_are_not_named() {
    let mut draft = gift();
    draft.service.tap(&listing(7, "Stillas", None));
    draft.service.tap(&listing(8, "Henger", None));
    let terms = draft
        .terms(&usual(), |id| id == ListingId(Uuid::from_u128(8)))
        .unwrap();
    assert_eq!(terms.bargain.service().listings, [ListingId(Uuid::from_u128(8))]);
}

#[test]
fn the_giver_moves_first_within_a_week_unless_somebody_says_else() {
    let mut draft = gift();
    let step = |draft: &Draft| draft.terms(&usual(), |_| true).unwrap().first_step;
    let day = |step: &FirstStep| step.due.map(|due| due.to_string());
    let usually = step(&draft).unwrap();
    assert_eq!((usually.by, &*usually.what), (party(1), "tar kontakt"));
    assert_eq!(day(&usually).as_deref(), Some("2026-12-03"));
    draft.choose_first(party(2));
    draft.first_what = "ringer".to_owned();
    draft.due = Some("2026-12-04".to_owned());
    let chosen = step(&draft).unwrap();
    assert_eq!((chosen.by, &*chosen.what), (party(2), "ringer"));
    assert_eq!(day(&chosen).as_deref(), Some("2026-12-04"));
    draft.due = Some(String::new());
    assert_eq!(day(&step(&draft).unwrap()), None);
    draft.choose_first(party(2));
    assert_eq!(step(&draft), None);
}

#[test]
fn all_is_done_a_year_after_the_evening_but_for_an_intention() {
    let mut draft = gift();
    let deadline = |draft: &Draft| {
        let terms = draft.terms(&usual(), |_| true).unwrap();
        terms.deadline.map(|day| day.to_string()).unwrap_or_default()
    };
    assert_eq!(deadline(&draft), "2027-11-26");
    draft.deadline = Some(String::new());
    assert_eq!(deadline(&draft), "");
    draft.deadline = None;
    draft.intention = true;
    assert_eq!(deadline(&draft), "");
}

#[test]
fn a_deal_that_is_written_before_the_evening_is_due_after_it() {
    let day = |text: &str| text.parse().unwrap();
    let early = Usual::on(day("2026-11-01"), day("2026-11-26"), "");
    assert_eq!(early.due, Some(day("2026-12-03")));
    let late = Usual::on(day("2026-11-28"), day("2026-11-26"), "");
    assert_eq!(late.due, Some(day("2026-12-05")));
}

#[test]
fn a_tap_counts_what_the_listing_counts() {
    let mut draft = gift();
    let chairs = Listing {
        quantity: Some(Quantity {
            amount: 15,
            unit: "stoler".to_owned(),
        }),
        ..listing(7, "Stoler", None)
    };
    draft.service = Wording::default();
    draft.service.tap(&chairs);
    let quantity = |draft: &Draft| {
        let terms = draft.terms(&usual(), |_| true)?;
        Ok(terms
            .bargain
            .service()
            .quantity
            .as_ref()
            .map(|quantity| quantity.amount))
    };
    assert_eq!(quantity(&draft), Ok(Some(15)));
    for (amount, expected) in [
        ("10", Ok(Some(10))),
        ("1 000", Ok(Some(1_000))),
        ("", Ok(None)),
        ("0", Ok(None)),
        ("mange", Err(Field::Amount)),
    ] {
        draft.service.amount = amount.to_owned();
        assert_eq!(quantity(&draft), expected, "{amount}");
    }
    draft.service.amount = String::new();
    draft.service.worth = "mye".to_owned();
    assert_eq!(quantity(&draft), Err(Field::Worth));
}

#[test]
fn a_suggestion_takes_the_place_of_who_stood_there_and_keeps_what_was_typed() {
    let mut draft = gift();
    draft.join(party(3), party(2), &listing(7, "Varebil", None));
    assert_eq!(
        (&draft.givers, &draft.receivers),
        (&vec![party(3)], &vec![party(2)])
    );
    assert_eq!(
        (&*draft.service.text, draft.service.listings.len()),
        (" Lån av stillas ", 1)
    );
    draft.service = Wording::default();
    for n in [7, 8, 8] {
        draft.join(party(3), party(2), &listing(n, "Varebil", None));
        assert_eq!(draft.service.listings, [ListingId(Uuid::from_u128(n))]);
    }
}

#[test]
fn what_was_being_written_comes_back_once_an_opened_deal_is_left() {
    let opened = |n: u128| Draft {
        amends: Some(DealId(Uuid::from_u128(n))),
        ..Draft::default()
    };
    assert_eq!(opened(1).over(gift()).beneath(), gift());
    // A second deal is opened over the first.
    assert_eq!(opened(2).over(opened(1).over(gift())).beneath(), gift());
    assert_eq!(opened(1).over(Draft::default()), opened(1));
    assert_eq!(gift().beneath(), Draft::default());
}

#[test]
fn hours_are_read_as_people_write_them() {
    for (text, expected) in [
        ("", Some(None)),
        ("0", Some(None)),
        ("20", Some(Some(1_200))),
        ("1,5", Some(Some(90))),
        ("0.5", Some(Some(30))),
        ("mange", None),
        ("-2", None),
    ] {
        assert_eq!(minutes(text), expected, "{text}");
    }
    let mut draft = gift();
    draft.service.hours = "mange".to_owned();
    assert_eq!(draft.terms(&usual(), |_| true), Err(Field::Hours));
}

#[test]
fn terms_make_the_draft_that_makes_them() {
    let mut draft = gift();
    draft.returned.write("Padlekurs".to_owned());
    draft.first_by = FirstBy::Party(party(2));
    draft.service.hours = "1,5".to_owned();
    draft.deadline = Some("2027-11-26".to_owned());
    draft.service.worth = "2 500".to_owned();
    let terms = draft.terms(&usual(), |_| true).unwrap();
    assert_eq!(
        Draft::of(&terms, None, None).terms(&usual(), |_| true).unwrap(),
        terms
    );
}
