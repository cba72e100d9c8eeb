//! A form's changes on top of those of others.

use borsklokka_shared::exchange::{Category, Privacy, Settings, Sponsor, Theme};
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId, PictureId};
use borsklokka_shared::listing::{Listing, ListingKind, Quantity};
use borsklokka_shared::rebase::{Rebase, Rebased};
use test_support::settings;

fn changed(of: &Settings, change: impl FnOnce(&mut Settings)) -> Settings {
    let mut changed = of.clone();
    change(&mut changed);
    changed
}

#[test]
fn what_a_form_did_not_touch_stays_as_others_left_it() {
    let base = settings();
    let written = changed(&base, |settings| {
        settings.milestone_every = 22;
        settings.staging.theme = Theme::Light;
        settings
            .role_titles
            .insert("moderator".to_owned(), "Børsgeneral".to_owned());
    });
    let now = changed(&base, |settings| {
        settings.late_minutes = 7;
        settings.staging.suspense_minutes = 4;
        settings
            .role_titles
            .insert("notary".to_owned(), "Dommer".to_owned());
        settings.privacy = Some(Privacy {
            text: "Slettes".to_owned(),
            keep_months: 6,
        });
    });
    let expected = changed(&now, |settings| {
        settings.milestone_every = 22;
        settings.staging.theme = Theme::Light;
        settings
            .role_titles
            .insert("moderator".to_owned(), "Børsgeneral".to_owned());
    });
    assert_eq!(
        Settings::rebase(&base, &written, &now),
        Rebased {
            value: expected,
            both: Vec::new()
        }
    );
    // Nobody else did anything, or nobody did here.
    assert_eq!(Settings::rebase(&base, &written, &base).value, written);
    assert_eq!(Settings::rebase(&base, &base, &now).value, now);
}

#[test]
fn what_was_taken_away_stays_away() {
    let base = changed(&settings(), |settings| {
        settings
            .role_titles
            .insert("moderator".to_owned(), "Børsgeneral".to_owned());
        settings.privacy = Some(Privacy {
            text: "Slettes".to_owned(),
            keep_months: 6,
        });
    });
    let written = changed(&base, |settings| settings.privacy = None);
    let now = changed(&base, |settings| settings.role_titles.clear());
    let rebased = Settings::rebase(&base, &written, &now);
    assert_eq!(
        (rebased.value.privacy, rebased.value.role_titles.len()),
        (None, 0)
    );
    assert!(rebased.both.is_empty());
}

#[test]
fn what_both_changed_is_told_and_is_as_it_was_written() {
    let base = settings();
    let written = changed(&base, |settings| {
        "Folkets Hus".clone_into(&mut settings.place);
        settings.goal = 80;
    });
    let now = changed(&base, |settings| {
        "Biblioteket".clone_into(&mut settings.place);
        settings.goal = 80;
    });
    let rebased = Settings::rebase(&base, &written, &now);
    assert_eq!(rebased.value, written);
    assert_eq!(rebased.both, ["place"], "they agree about the goal");
}

fn sponsor(name: &str, picture: Option<u128>) -> Sponsor {
    Sponsor {
        name: name.to_owned(),
        picture: picture.map(|picture| PictureId(uuid::Uuid::from_u128(picture))),
    }
}

fn sponsored(of: &Settings, sponsors: &[(&str, Option<u128>)]) -> Settings {
    let sponsors = sponsors.iter().map(|(name, picture)| sponsor(name, *picture));
    changed(of, |settings| settings.staging.sponsors = sponsors.collect())
}

#[test]
fn what_both_add_to_a_list_is_there_twice_over() {
    let base = sponsored(&settings(), &[("Kraftlaget", None), ("Banken", None)]);
    let written = sponsored(&base, &[("Kraftlaget", Some(1)), ("Bakeren", None)]);
    let now = sponsored(
        &base,
        &[("Kraftlaget", None), ("Banken", None), ("Drosjene", None)],
    );
    let both = [("Kraftlaget", Some(1)), ("Drosjene", None), ("Bakeren", None)];
    let rebased = Settings::rebase(&base, &written, &now);
    assert_eq!(rebased.both, Vec::<String>::new());
    assert_eq!(rebased.value, sponsored(&base, &both));

    let added = |id: &str| {
        changed(&base, |settings| {
            settings.categories.push(Category {
                id: CategoryId(id.to_owned()),
                name: id.to_owned(),
                icon: None,
            });
        })
    };
    let rebased = Settings::rebase(&base, &added("mine"), &added("theirs"));
    assert!(rebased.both.is_empty());
    let ids: Vec<_> = rebased.value.categories.iter().map(|one| &*one.id.0).collect();
    assert_eq!(ids[ids.len() - 2..], ["theirs", "mine"]);

    // What can be said of the same entry in two ways is told of.
    let (mine, theirs) = (
        sponsored(&base, &[("Kraftlaget", Some(1))]),
        sponsored(&base, &[("Kraftlaget", Some(2))]),
    );
    assert_eq!(Settings::rebase(&base, &mine, &theirs).both, ["sponsors"]);
}

#[test]
fn who_was_told_has_her_way_there_and_nowhere_else() {
    let promised = |months| {
        Some(Privacy {
            text: "Slettes".to_owned(),
            keep_months: months,
        })
    };
    let base = changed(&settings(), |settings| settings.privacy = promised(6));
    let written = changed(&base, |settings| {
        "Folkets Hus".clone_into(&mut settings.place);
        settings.privacy = promised(3);
    });
    let now = changed(&base, |settings| {
        "Biblioteket".clone_into(&mut settings.place);
        settings.privacy = promised(9);
        settings.goal += 1;
        settings.staging.theme = Theme::Light;
    });
    assert_eq!(
        Settings::rebase(&base, &written, &now).both,
        ["place", "privacy.keep_months"]
    );
    let told = Settings::told(&base, &written, &now);
    assert_eq!((told.goal, told.staging.theme), (base.goal, base.staging.theme));
    let again = Settings::rebase(&told, &written, &now);
    assert!(again.both.is_empty());
    assert_eq!(
        (
            again.value.place.as_str(),
            again.value.goal,
            again.value.staging.theme
        ),
        ("Folkets Hus", now.goal, Theme::Light)
    );
    // What she writes after that where others had changed it already, she was not told of.
    let more = changed(&written, |settings| settings.goal = 7);
    assert_eq!(Settings::rebase(&told, &more, &now).both, ["goal"]);
}

fn offer(text: &str, category: &str, quantity: Option<(u32, &str)>) -> Listing {
    Listing {
        id: ListingId(uuid::Uuid::from_u128(1)),
        participant: ParticipantId(uuid::Uuid::from_u128(2)),
        kind: ListingKind::Offer,
        text: text.to_owned(),
        description: None,
        category: CategoryId(category.to_owned()),
        quantity: quantity.map(|(amount, unit)| Quantity {
            amount,
            unit: unit.to_owned(),
        }),
        effort_minutes: None,
    }
}

#[test]
fn what_two_change_of_a_listing_is_made_one_but_never_half_an_amount() {
    let base = offer("Snømåking", "hands", Some((10, "timer")));
    let written = offer("Måking", "hands", Some((10, "timer")));
    let now = offer("Snømåking", "tools", None);
    let rebased = Listing::rebase(&base, &written, &now);
    assert_eq!(rebased.value, offer("Måking", "tools", None));
    assert!(rebased.both.is_empty());

    let written = offer("Snømåking", "hands", Some((12, "timer")));
    let now = offer("Snømåking", "hands", Some((10, "kvelder")));
    let rebased = Listing::rebase(&base, &written, &now);
    assert_eq!(rebased.value, written);
    assert_eq!(rebased.both, ["quantity"]);
    // Whoever was told has her way with the whole of it.
    let told = Listing::told(&base, &written, &now);
    assert_eq!(told, now);
    let again = Listing::rebase(&told, &written, &now);
    assert_eq!((again.value, again.both), (written, Vec::new()));

    // Nor where there was none before.
    let base = offer("Snømåking", "hands", None);
    let written = offer("Snømåking", "hands", Some((12, "timer")));
    let now = offer("Snømåking", "hands", Some((12, "kvelder")));
    assert_eq!(Listing::rebase(&base, &written, &now).both, ["quantity"]);
}
