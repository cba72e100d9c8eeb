//! One's own entry, by its link.

use axum::http::{StatusCode, header};
use borsklokka_shared::command::Command;
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::registration::RegistrationState;
use borsklokka_shared::role::Role;
use serde_json::json;
use test_support::paired_long_ago;

use super::fixture::{
    TRANSLATES, approve, body, catalogue, filled, filled_on, in_english, listed, opened, post, register,
    set_form,
};
use crate::fixture::{caller_of, change_tables, open_hub};
use crate::floor::Submission;
use crate::log;
use crate::strangers::looked_at::unmarked;

#[tokio::test]
async fn whoever_has_the_link_changes_the_entry_and_withdraws_it() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(
        &fixture,
        &[("offer_1", "Ti par hender"), ("offer_1_category", "hands")],
    )
    .await;
    approve(&organiser).await;
    let other = [
        ("name", "Drammen Turlag Ung"),
        ("wish_1", "En app"),
        ("phone", "22 33 44 55"),
    ];
    let changed = post(&fixture.browser(), &own, &filled(&fixture, &other)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    assert_eq!(
        catalogue(&fixture).0,
        ["Drammen Turlag"],
        "nothing changes by itself"
    );
    assert!(
        fixture
            .browser()
            .get(&own)
            .await
            .text
            .contains("Endringene venter på arrangøren")
    );

    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    assert_eq!(
        catalogue(&fixture),
        (vec!["Drammen Turlag Ung".to_owned()], vec!["En app".to_owned()])
    );
    let participant = listed(&organiser).await.registrations[0].participant.unwrap();
    let contact = organiser
        .get(&format!("/api/v1/exchanges/drammen/contacts/{participant}"))
        .await;
    assert_eq!(contact.json["phone"], "22 33 44 55");

    let withdrawn = post(&fixture.browser(), &own, "do=withdraw").await;
    assert_eq!(withdrawn.status, StatusCode::SEE_OTHER);
    let page = fixture.browser().get(&own).await.text;
    assert!(
        page.contains("Påmeldingen er trukket") && !page.contains("<form"),
        "{page}"
    );
    assert_eq!(catalogue(&fixture).0.len(), 1, "the organiser takes them out");
    assert_eq!(approve(&organiser).await.status, StatusCode::NO_CONTENT);
    assert_eq!(catalogue(&fixture), (vec![], vec![]));
    let after = listed(&organiser).await.registrations.remove(0);
    assert_eq!(
        (after.state, after.participant),
        (RegistrationState::Withdrawn, None)
    );
}

#[tokio::test]
async fn a_link_that_leads_nowhere_says_so_and_guessing_is_slowed() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let nowhere = format!("/registration/{}", "x".repeat(43));
    let page = fixture.browser().get(&nowhere).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(
        page.text.contains("fører ikke til noen påmelding"),
        "{}",
        page.text
    );
    // What no browser sends is answered in words too.
    for (path, kind, form) in [
        ("/drammen/register?lang=de&lang=en", "application/json", "{}"),
        (
            "/drammen/register",
            "application/x-www-form-urlencoded",
            "%ff=%ff&name",
        ),
        ("/nosuch/register", "application/x-www-form-urlencoded", "name=x"),
    ] {
        let answer = fixture.browser().post_file(path, kind, form.as_bytes()).await;
        assert!(
            answer.status.is_client_error() || answer.status.is_success(),
            "{path}"
        );
        assert!(
            answer.text.starts_with("<!DOCTYPE html>"),
            "{path} {form}: {}",
            answer.text
        );
    }
    let mut last = page.status;
    for _ in 0..40 {
        last = fixture.browser().get(&nowhere).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn while_nobody_can_say_whose_entry_it_is_what_was_changed_is_sent_again_by_a_button() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let form = filled(&fixture, &[("name", "Drammen <Turlag>")]);
    change_tables(&fixture, "ALTER TABLE registrations RENAME TO registrations_away").await;
    let again = post(&fixture.browser(), &own, &form).await;
    assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE, "{}", again.text);
    for kept in [
        r#"name="name" value="Drammen &lt;Turlag&gt;""#,
        "912 34 567",
        r#"<button type="submit">"#,
    ] {
        assert!(again.text.contains(kept), "{kept}: {}", again.text);
    }
}

#[tokio::test]
async fn whoever_saves_last_undoes_nothing_that_somebody_else_changed() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let offer = [("offer_1", "Ti par hender"), ("offer_1_category", "hands")];
    let own = register(&fixture, &offer).await;
    let guest = fixture.browser();
    let old = guest.get(&own).await.text;
    let one = [offer.as_slice(), &[("phone", "22 33 44 55"), ("wish_1", "")]].concat();
    let sent = post(&guest, &own, &filled_on(&fixture, &old, &one)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    // Of the same page, with other things changed.
    let other = [
        offer.as_slice(),
        &[("people", "7"), ("name", "Drammen Turlag Ung")],
    ]
    .concat();
    let sent = post(&guest, &own, &filled_on(&fixture, &old, &other)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let entry = listed(&organiser).await.registrations.remove(0).entry;
    assert_eq!((entry.name.as_str(), entry.people), ("Drammen Turlag Ung", 7));
    assert_eq!(entry.contact.phone.as_deref(), Some("22 33 44 55"));
    let texts: Vec<&str> = entry.listings.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["Ti par hender"], "what was taken out stays out");
}

#[tokio::test]
async fn what_two_changed_at_once_comes_back_with_both() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let address = format!("{}?lang=en", own.split('?').next().unwrap());
    let old = guest.get(&address).await.text;
    let one = [
        ("person", "Ola Nordmann"),
        ("wish_1", "En app"),
        ("sector", "public"),
        ("people", "4"),
    ];
    let sent = post(&guest, &address, &filled_on(&fixture, &old, &one)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let other = [
        ("person", "Per Nordmann"),
        ("wish_1", "Et lokale"),
        ("sector", "business"),
    ];
    let again = post(&guest, &address, &filled_on(&fixture, &old, &other)).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    for said in [
        "Somebody else has changed the registration",
        r#"value="Per Nordmann""#,
        "Now it says: Ola Nordmann",
        ">Et lokale<",
        "Now it says: En app (Nyttige never)",
        r#"value="business" required checked"#,
        "Now it says: Public body",
        // Nobody asked for anything else there.
        r#"name="people" value="4""#,
    ] {
        assert!(again.text.contains(said), "{said}: {}", again.text);
    }
    let kept = listed(&organiser).await.registrations.remove(0).entry;
    assert_eq!(
        kept.contact.person.as_deref(),
        Some("Ola Nordmann"),
        "nothing was kept"
    );
    // Who has seen it and sends it once more means it.
    let other = [other.as_slice(), &[("people", "4")]].concat();
    let sent = post(&guest, &address, &filled_on(&fixture, &again.text, &other)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let kept = listed(&organiser).await.registrations.remove(0).entry;
    assert_eq!(kept.contact.person.as_deref(), Some("Per Nordmann"));
    assert_eq!((kept.sector, kept.people), (Sector::Business, 4));
    // What both changed alike, they agree on.
    let old = guest.get(&address).await.text;
    let both = [other.as_slice(), &[("phone", "22 33 44 55")]].concat();
    for _ in 0..2 {
        let sent = post(&guest, &address, &filled_on(&fixture, &old, &both)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    }
}

#[tokio::test]
async fn a_page_has_what_its_script_tells_whoever_was_typing_what_somebody_else_has_changed() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = in_english(&register(&fixture, &[]).await);
    let guest = fixture.browser();
    let page = guest.get(&own).await.text;
    for told in [
        r#"<template data-meanwhile><p class="wrong" role="alert">Somebody else has changed the registration"#,
        r#"<template><span class="wrong" id="stands-phone">Now it says: 912 34 567</span></template>"#,
        r#"<template><span class="wrong" id="stands-sector">Now it says: Voluntary organisation</span></template>"#,
        r#"<template><span class="wrong" id="stands-wish_1">Now it says: En nettside (Nyttige never)</span></template>"#,
        r#"<template><span class="wrong" id="stands-offer_1">Now there is nothing here.</span></template>"#,
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    // Where it can be changed no more, what was typed is shown to be copied.
    post(&guest, &own, "do=withdraw").await;
    let page = guest.get(&own).await.text;
    for told in [
        r#"<template data-meanwhile><p class="wrong" role="alert">What you have just written was not saved."#,
        r#"<dt>Telephone</dt><dd class="lines" dir="auto" data-says="phone"></dd>"#,
        r#"<dt>You are</dt><dd data-says="sector=public">Public body</dd>"#,
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[tokio::test]
async fn a_number_that_two_wrote_each_in_their_own_way_is_agreed_on() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let old = guest.get(&own).await.text;
    for (phone, status) in [
        ("22 33 44 55", StatusCode::SEE_OTHER),
        ("+47 22334455", StatusCode::SEE_OTHER),
        ("+45 22334455", StatusCode::CONFLICT),
        ("tlf", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let sent = post(&guest, &own, &filled_on(&fixture, &old, &[("phone", phone)])).await;
        assert_eq!(sent.status, status, "{phone}: {}", sent.text);
    }
    let kept = listed(&organiser).await.registrations.remove(0).entry;
    assert_eq!(
        kept.contact.phone.as_deref(),
        Some("+47 22334455"),
        "as it was written"
    );
}

#[tokio::test]
async fn what_was_emptied_meanwhile_is_said_to_be() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let address = format!("{}?lang=en", own.split('?').next().unwrap());
    let old = guest.get(&address).await.text;
    let emptied = filled_on(&fixture, &old, &[("phone", ""), ("wish_1", "")]);
    let sent = post(&guest, &address, &emptied).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let other = filled_on(&fixture, &old, &[("phone", "22 33 44 55"), ("consent", "")]);
    let again = post(&guest, &address, &other).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "Now there is nothing here.",
        r#"value="22 33 44 55""#,
        "Fill this in.",
    ] {
        assert!(again.text.contains(said), "{said}: {}", again.text);
    }
    assert!(!again.text.contains("En nettside"), "{}", again.text);
}

#[tokio::test]
async fn whoever_withdraws_while_the_database_is_away_has_a_button_that_says_so() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let address = format!("{}?lang=en", own.split('?').next().unwrap());
    change_tables(&fixture, "ALTER TABLE registrations RENAME TO registrations_away").await;
    let again = post(&fixture.browser(), &address, "do=withdraw").await;
    assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE, "{}", again.text);
    for said in [
        "The registration is withdrawn.",
        r#"name="do" value="withdraw""#,
        r#"<button type="submit">Yes, withdraw it</button>"#,
    ] {
        assert!(again.text.contains(said), "{said}: {}", again.text);
    }
    assert!(!again.text.contains("Save the changes"), "{}", again.text);
}

#[tokio::test]
async fn ones_own_page_is_found_with_slashes_too_many() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let token = own.split('?').next().unwrap().rsplit('/').next().unwrap();
    let guest = fixture.browser();
    for path in [
        format!("/registration/{token}/"),
        format!("//Registration//{token}/?lang=en"),
    ] {
        let shown = guest.get(&path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
        assert!(shown.text.contains("912 34 567"), "{path}: {}", shown.text);
        let sent = post(&guest, &path, &filled(&fixture, &[])).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{path}: {}", sent.text);
    }
}

#[tokio::test]
async fn whoever_cannot_withdraw_just_now_sees_what_stands() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    while fixture.hub.rates.registration(&caller_of("192.168.1.79")).is_ok() {}
    let hall = fixture.browser().at("192.168.1.79").over_tls();
    let again = post(&hall, &own, "do=withdraw").await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    for stands in ["912 34 567", "En nettside"] {
        assert!(again.text.contains(stands), "{stands}: {}", again.text);
    }
}

#[tokio::test]
async fn on_ones_own_page_another_language_keeps_what_is_typed_and_what_was_seen() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let (guest, english) = (fixture.browser(), in_english(&own));
    let old = guest.get(&own).await.text;
    let button = format!(r#"formaction="{english}""#);
    assert!(unmarked(&old).contains(&button), "{old}");
    let other = [("person", "Ola Nordmann"), ("people", "4")];
    let changed = post(&guest, &own, &filled_on(&fixture, &old, &other)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);

    let typed = [TRANSLATES, ("person", "Per Nordmann"), ("email", "per")];
    let again = post(&guest, &english, &filled_on(&fixture, &old, &typed)).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.headers[header::CACHE_CONTROL], "private, no-cache");
    for kept in [
        r#"<html lang="en">"#,
        "Save the changes",
        r#"value="Per Nordmann""#,
        r#"value="per""#,
    ] {
        assert!(again.text.contains(kept), "{kept}: {}", again.text);
    }
    for judged in ["wrong", "aria-invalid"] {
        assert!(!body(&again).contains(judged), "{judged}: {}", again.text);
    }
    let kept = listed(&organiser).await.registrations.remove(0);
    assert_eq!(kept.entry.contact.person.as_deref(), Some("Ola Nordmann"));
    assert_eq!(kept.language, Language::Nb);
    // What somebody else had changed before is told when it is saved, and not taken for seen.
    let saved = filled_on(&fixture, &again.text, &[("person", "Per Nordmann")]);
    let told = post(&guest, &english, &saved).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    for said in ["Now it says: Ola Nordmann", r#"name="people" value="4""#] {
        assert!(told.text.contains(said), "{said}: {}", told.text);
    }
}

#[tokio::test]
async fn whoever_changes_their_entry_is_told_that_it_is_saved_and_then_that_it_waits() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let old = guest.get(&own).await.text;
    let (is_saved, is_joined) = ("<h2>Endringene er lagret</h2>", "endret et annet sted imens");
    assert!(old.contains("<h2>Påmeldingen er mottatt</h2>") && !old.contains(is_saved));
    let save = async |other: &[(&str, &str)]| {
        let changed = post(&guest, &own, &filled_on(&fixture, &old, other)).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
        changed.headers[header::LOCATION].to_str().unwrap().to_owned()
    };
    let next = save(&[("people", "5")]).await;
    let page = guest.get(&next).await.text;
    let (_, told) = page
        .split_once(r#"<section class="told" role="status">"#)
        .expect("it is told");
    assert!(told.starts_with(&format!("<div data-saved>{is_saved}")), "{told}");
    assert!(told.contains("Arrangøren har ikke lest gjennom ennå") && !told.contains(is_joined));
    assert!(!told.contains("Påmeldingen er mottatt"), "{told}");
    // Another tab, which did not see that: both are in it.
    let both = save(&[("phone", "22 33 44 55")]).await;
    let page = guest.get(&both).await.text;
    for said in [is_saved, is_joined, r#"name="people" value="5""#, "22 33 44 55"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // Nobody is told so for ever, or of another time.
    let path = own.split('?').next().unwrap();
    for other in [
        "saved=1",
        "saved=soon",
        "saved=9223372036854775807",
        "joined=true",
        "saved=",
    ] {
        let page = guest.get(&format!("{path}?lang=nb&{other}")).await;
        assert_eq!(page.status, StatusCode::OK, "{other}");
        assert!(!page.text.contains(is_saved), "{other}: {}", page.text);
    }
    fixture.clock.pass_ms(60_000);
    assert!(!guest.get(&both).await.text.contains(is_saved));
    let last = save(&[]).await;
    assert!(guest.get(&last).await.text.contains(is_saved));
    post(&guest, &own, "do=withdraw").await;
    let page = guest.get(&last).await.text;
    assert!(
        page.contains("Påmeldingen er trukket") && !page.contains(is_saved),
        "{page}"
    );
}

#[tokio::test]
async fn whoever_saves_after_it_was_withdrawn_has_what_was_typed_and_a_way_to_register_anew() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let guest = fixture.browser();
    let old = guest.get(&own).await.text;
    post(&guest, &own, "do=withdraw").await;
    let offer = [
        ("offer_1", "Ti par <hender>"),
        ("offer_1_category", "hands"),
        ("people", "7"),
    ];
    let typed = filled_on(&fixture, &old, &offer);
    let told = post(&guest, &own, &typed).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let anew = r#"<button type="submit" formaction="/drammen/register?lang=nb" name="do" value="translate">Ny påmelding</button>"#;
    for said in [
        "Påmeldingen er trukket.",
        "Det dere nettopp skrev, er ikke lagret.",
        "<dd class=\"lines\" dir=\"auto\">Ti par &lt;hender&gt; (Nyttige never)</dd>",
        "<dd class=\"lines\" dir=\"auto\">7</dd>",
        "<dd class=\"lines\" dir=\"auto\">Frivillig</dd>",
        anew,
    ] {
        assert!(unmarked(&told.text).contains(said), "{said}: {}", told.text);
    }
    assert!(!told.text.contains("Lagre endringene"), "{}", told.text);
    let one = listed(&organiser).await.registrations.remove(0);
    assert_eq!((one.state, one.entry.people), (RegistrationState::Withdrawn, 3));
    // Nothing of it is lost in another language either.
    let translated = filled_on(&fixture, &old, &[offer.as_slice(), &[TRANSLATES]].concat());
    let again = post(&guest, &in_english(&own), &translated).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(
        again.text.contains("The registration is withdrawn.") && again.text.contains("Ti par &lt;hender&gt;"),
        "{}",
        again.text
    );
    // What goes along stands on the form, and nobody has agreed to anything yet.
    let hidden = told.text.split_once(r#"<form id="entry""#).unwrap().1;
    for (name, is_there) in [
        ("offer_1", true),
        ("people", true),
        ("consent", false),
        ("base", false),
    ] {
        let field = format!(r#"<input type="hidden" name="{name}""#);
        assert_eq!(hidden.contains(&field), is_there, "{name}: {hidden}");
    }
    let carried = filled(
        &fixture,
        &[offer.as_slice(), &[TRANSLATES, ("consent", "")]].concat(),
    );
    let form = post(&guest, "/drammen/register?lang=nb", &carried).await;
    assert!(
        form.text.contains(">Ti par &lt;hender&gt;</textarea>") && form.text.contains(">Meld på</button>"),
        "{}",
        form.text
    );

    let link = r#"<a href="/drammen/register?lang=nb">Ny påmelding</a>"#;
    assert!(guest.get(&own).await.text.contains(link));
    set_form(&organiser, json!({ "is_on": false })).await;
    assert!(!guest.get(&own).await.text.contains("Ny påmelding"));
    let told = post(&guest, &own, &typed).await;
    assert!(
        told.text.contains("Ti par &lt;hender&gt;") && !told.text.contains("Ny påmelding"),
        "{}",
        told.text
    );
}

#[tokio::test]
async fn whoever_was_taken_out_again_is_not_told_to_be_in_the_catalogue() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let page = register(&fixture, &[]).await;
    approve(&organiser).await;
    let one = listed(&organiser).await.registrations.remove(0);
    let told = fixture.browser().get(&page).await.text;
    assert!(told.contains("og står i børskatalogen"), "{told}");
    let participant = one.participant.expect("it was taken in");
    let removed = Command::RemoveParticipant { participant };
    let floor = fixture.hub.floors.get("drammen").await.unwrap();
    let answer = floor
        .submit(Submission::now(paired_long_ago(Role::Organiser), removed))
        .await;
    assert!(matches!(answer, log::Answer::Accepted { .. }), "{answer:?}");
    let told = fixture.browser().get(&page).await.text;
    assert!(told.contains("står ikke i børskatalogen lenger"), "{told}");
}
