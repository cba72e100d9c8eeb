//! What the form asks of browsers in a rush.

use axum::http::{StatusCode, header};
use serde_json::json;

use super::super::proof;
use super::super::written::{PROOF, SHOWN_AT, TOKEN, TRAP};
use super::fixture::{TRANSLATES, filled, listed, opened, post, token_in};
use crate::fixture::{Browser, Fixture, open_hub};

#[tokio::test]
async fn a_hall_that_registers_at_once_behind_one_address_is_neither_refused_nor_asked_for_proofs() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let hall = fixture.browser().at("192.168.1.77").over_tls();
    let blank = hall.get("/drammen/register").await;
    assert!(!blank.text.contains("altcha"), "{}", blank.text);
    let mut own = String::new();
    for _ in 0..200 {
        let sent = post(&hall, "/drammen/register", &filled(&fixture, &[])).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        sent.headers[header::LOCATION]
            .to_str()
            .unwrap()
            .clone_into(&mut own);
    }
    assert_eq!(listed(&organiser).await.registrations.len(), 200);
    // Who changes their own entry counts with those of the same address.
    for _ in 200..300 {
        let changed = post(&hall, &own, &filled(&fixture, &[])).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER);
    }
    for path in ["/drammen/register", &own] {
        let again = post(&hall, path, &filled(&fixture, &[])).await;
        assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(again.text.contains("Drammen Turlag"), "nothing is lost by it");
    }
    let other = fixture.browser().at("192.168.1.78").over_tls();
    let sent = post(&other, "/drammen/register", &filled(&fixture, &[])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

/// What a page asks of the browser, if it does.
fn asked(page: &str) -> Option<String> {
    let (_, begun) = page.split_once("data-challenge=\"")?;
    let (challenge, _) = begun.split_once('"')?;
    Some(challenge.replace("&quot;", "\"").replace("&amp;", "&"))
}

/// A hub whose form has been run over.
async fn rushed() -> Fixture {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let exchange = fixture.exchange("drammen");
    while fixture.hub.rates.rush.lasts(exchange).is_none() {
        fixture.hub.rates.rush.entry(exchange);
    }
    fixture
}

#[tokio::test]
async fn in_a_rush_the_form_asks_for_a_proof_that_holds_once_and_nothing_typed_is_lost() {
    let fixture = rushed().await;
    let organiser = fixture.operator().await;
    let browser = fixture.browser();
    let shown = browser.get("/drammen/register?lang=en").await.text;
    assert!(shown.contains(r#"<script src="/proof.js">"#), "{shown}");
    assert!(shown.contains("10 minutes if no more come") && shown.contains("telephone the organiser"));
    assert!(
        !shown.contains("data-sends"),
        "it is not sent before somebody presses"
    );
    let script = browser.get("/proof.js").await;
    assert_eq!(
        script.headers[header::CONTENT_TYPE],
        "text/javascript; charset=utf-8"
    );

    // Whoever sends it without a proof has it back as it was, on a form of its own, and its browser sends it by itself.
    let token = token_in(&shown);
    let bare = filled(&fixture, &[(TOKEN, &token)]);
    let again = post(&browser, "/drammen/register?lang=en", &bare).await;
    assert_eq!(again.status, StatusCode::OK);
    for kept in ["Drammen Turlag", "912 34 567", "En nettside", " data-sends"] {
        assert!(again.text.contains(kept), "{kept}: {}", again.text);
    }
    assert_ne!(token_in(&again.text), token);
    assert!(listed(&organiser).await.registrations.is_empty());

    let token = token_in(&again.text);
    let proof = proof::solved(&asked(&again.text).unwrap());
    let now = fixture.hub.clock.now().unix_ms.to_string();
    // Of another form or another exchange, and one that nobody asked for.
    set_form_of(&organiser, "svelvik").await;
    let svelvik = fixture.exchange("svelvik");
    while fixture.hub.rates.rush.lasts(svelvik).is_none() {
        fixture.hub.rates.rush.of_robot(svelvik);
    }
    for (path, token, proof) in [
        ("/drammen/register", "c3".repeat(32), proof.as_str()),
        ("/svelvik/register", token.clone(), proof.as_str()),
        ("/drammen/register", token.clone(), "e30="),
    ] {
        let form = filled(&fixture, &[(TOKEN, &token), (PROOF, proof)]);
        let refused = post(&browser, path, &form).await;
        assert_eq!(refused.status, StatusCode::OK, "{path}");
        assert!(refused.text.contains("Drammen Turlag") && asked(&refused.text).is_some());
    }
    // What is to be mended needs no second proof; and with one nobody is too quick.
    let form = filled(
        &fixture,
        &[
            (TOKEN, &token),
            (PROOF, &proof),
            (SHOWN_AT, &now),
            ("people", "0"),
        ],
    );
    let mend = post(&browser, "/drammen/register", &form).await;
    assert_eq!(mend.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        mend.text.contains(&proof) && asked(&mend.text).is_none(),
        "{}",
        mend.text
    );
    let form = filled(&fixture, &[(TOKEN, &token), (PROOF, &proof), (SHOWN_AT, &now)]);
    for _ in 0..2 {
        // A second tap is the same entry.
        let sent = post(&browser, "/drammen/register", &form).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    }
    let other = filled(
        &fixture,
        &[
            (TOKEN, &token),
            (PROOF, &proof),
            ("name", "Svelvik Sjakk"),
            ("person", "Ola Nordmann"),
        ],
    );
    let used = post(&browser, "/drammen/register", &other).await;
    assert!(
        used.text.contains("Svelvik Sjakk") && asked(&used.text).is_some(),
        "it was used"
    );
    assert_eq!(listed(&organiser).await.registrations.len(), 1);
}

#[tokio::test]
async fn an_old_proof_is_asked_anew_and_when_it_is_calm_none_is() {
    let fixture = rushed().await;
    let browser = fixture.browser();
    let shown = browser.get("/drammen/register").await.text;
    let (token, proof) = (token_in(&shown), proof::solved(&asked(&shown).unwrap()));
    fixture.clock.pass_ms(9 * 60_000);
    while fixture
        .hub
        .rates
        .rush
        .lasts(fixture.exchange("drammen"))
        .is_none_or(|left| left.as_secs() < 600)
    {
        fixture.hub.rates.rush.entry(fixture.exchange("drammen"));
    }
    fixture.clock.pass_ms(7 * 60_000);
    let form = filled(&fixture, &[(TOKEN, &token), (PROOF, &proof)]);
    let again = post(&browser, "/drammen/register", &form).await;
    assert!(
        again.text.contains("Drammen Turlag") && asked(&again.text).is_some(),
        "sixteen minutes old"
    );
    assert!(!again.text.contains(&proof), "it is of no more use");
    fixture.clock.pass_ms(10 * 60_000);
    assert!(asked(&browser.get("/drammen/register").await.text).is_none());
    let sent = post(&browser, "/drammen/register", &filled(&fixture, &[])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn robots_that_the_form_turns_away_make_it_ask_for_proofs() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let browser = fixture.browser();
    for _ in 0..31 {
        let form = filled(&fixture, &[(TRAP, "https://spam.example")]);
        assert_eq!(
            post(&browser, "/drammen/register", &form).await.status,
            StatusCode::OK
        );
    }
    assert!(asked(&browser.get("/drammen/register").await.text).is_some());
    let svelvik = fixture.hub.rates.rush.lasts(fixture.exchange("svelvik"));
    assert_eq!(svelvik, None, "another exchange is none the worse");
}

/// Opens the form of another exchange.
async fn set_form_of(organiser: &Browser<'_>, slug: &str) {
    let path = format!("/api/v1/exchanges/{slug}/registrations/form");
    let set = organiser.put(&path, json!({ "is_on": true })).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
}

#[tokio::test]
async fn in_a_rush_another_language_asks_for_no_proof_and_keeps_the_one_that_was_found() {
    let fixture = rushed().await;
    let browser = fixture.browser();
    let token = token_in(&browser.get("/drammen/register").await.text);
    let bare = filled(&fixture, &[TRANSLATES, (TOKEN, &token), (PROOF, "")]);
    let again = post(&browser, "/drammen/register?lang=en", &bare).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(token_in(&again.text), token);
    assert!(
        again.text.contains("Drammen Turlag") && !again.text.contains("data-sends"),
        "it is not sent by itself: {}",
        again.text
    );
    let proof = proof::solved(&asked(&again.text).expect("the form asks for one when it is sent"));
    let found = filled(&fixture, &[TRANSLATES, (TOKEN, &token), (PROOF, &proof)]);
    let again = post(&browser, "/drammen/register?lang=de", &found).await;
    assert!(
        again.text.contains(&proof) && asked(&again.text).is_none(),
        "{}",
        again.text
    );
    let form = filled(&fixture, &[(TOKEN, &token), (PROOF, &proof)]);
    let sent = post(&browser, "/drammen/register?lang=de", &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}
