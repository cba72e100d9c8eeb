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
    let kind = |draft: &Draft| draft.terms("ringer", |_| true).unwrap().bargain;
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
        .terms("ringer", |id| id == ListingId(Uuid::from_u128(8)))
        .unwrap();
    assert_eq!(terms.bargain.service().listings, [ListingId(Uuid::from_u128(8))]);
}

#[test]
fn a_first_step_needs_one_of_its_three_fields() {
    let mut draft = gift();
    let step = |draft: &Draft| draft.terms("tar kontakt", |_| true).unwrap().first_step;
    assert_eq!(step(&draft), None);
    draft.due = "2026-12-04".to_owned();
    let by_default = step(&draft).unwrap();
    assert_eq!((by_default.by, &*by_default.what), (party(1), "tar kontakt"));
    draft.first_by = Some(party(2));
    draft.first_what = "ringer".to_owned();
    let chosen = step(&draft).unwrap();
    assert_eq!((chosen.by, &*chosen.what), (party(2), "ringer"));
    assert_eq!(
        chosen.due.map(|due| due.to_string()).as_deref(),
        Some("2026-12-04")
    );
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
    assert_eq!(draft.terms("ringer", |_| true), Err(Field::Hours));
}

#[test]
fn the_stepper_climbs_a_ladder() {
    for (hours, up, expected) in [
        ("", true, "0,5"),
        ("0,5", true, "1"),
        ("17", true, "20"),
        ("17", false, "15"),
        ("0,5", false, ""),
        ("", false, ""),
        ("100", true, "120"),
        ("120", false, "100"),
    ] {
        assert_eq!(stepped(hours, up), expected, "{hours} {up}");
    }
}

#[test]
fn terms_make_the_draft_that_makes_them() {
    let mut draft = gift();
    draft.returned.write("Padlekurs".to_owned());
    draft.first_by = Some(party(2));
    draft.service.hours = "1,5".to_owned();
    draft.deadline = "2027-11-26".to_owned();
    let terms = draft.terms("ringer", |_| true).unwrap();
    assert_eq!(
        Draft::of(&terms, None, None).terms("ringer", |_| true).unwrap(),
        terms
    );
}
