//! A form's changes on top of those of others.

use borsklokka_shared::exchange::{Privacy, Settings, Theme};
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
