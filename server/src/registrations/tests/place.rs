//! The pages of an exchange: why its form takes nobody, in which language it speaks, and what all of them have in common.

use axum::http::{StatusCode, header};
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::language::Language;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fixture::{TRANSLATES, approve, board, filled, listed, opened, post, register, set_form};
use crate::clock::day_at;
use crate::fixture::{Answer, Browser, change_tables, open_hub, open_hub_with};
use crate::strangers::looked_at::{actions, resolved, unmarked};

#[tokio::test]
async fn the_form_says_why_it_takes_nobody() {
    let fixture = open_hub().await;
    let organiser = fixture.operator().await;
    let said = async |form: Value| {
        set_form(&organiser, form).await;
        let page = fixture.browser().get("/drammen/register").await.text;
        let sent = post(&fixture.browser(), "/drammen/register", &filled(&fixture, &[])).await;
        (page, sent.status)
    };
    let today = day_at(fixture.hub.clock.now(), "Europe/Oslo");
    let tomorrow = today.plus_days(1);
    let yesterday: Date = "2026-11-25".parse().unwrap();
    let closed = StatusCode::CONFLICT;
    for (form, text, status) in [
        (json!({ "is_on": false }), "ikke åpen", closed),
        (json!({ "is_on": true, "opens_on": tomorrow }), "åpner", closed),
        (
            json!({ "is_on": true, "closes_on": yesterday }),
            "ble stengt",
            closed,
        ),
        (json!({ "is_on": true, "places": 0 }), "plassene er tatt", closed),
        (
            json!({ "is_on": true, "opens_on": today, "closes_on": today, "places": 1 }),
            "til og med",
            StatusCode::SEE_OTHER,
        ),
        (json!({ "is_on": true, "places": 1 }), "plassene er tatt", closed),
        (
            json!({ "is_on": true, "places": 2, "welcome": "Velkommen til oss" }),
            "Velkommen til oss",
            StatusCode::SEE_OTHER,
        ),
    ] {
        let (page, sent) = said(form.clone()).await;
        assert!(page.contains(text), "{form}: {page}");
        assert_eq!(sent, status, "{form}");
    }
}

#[tokio::test]
async fn what_is_still_missing_is_shown_if_the_organiser_wants_it() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let heading = "Dette trengs fortsatt";
    assert!(
        !fixture
            .browser()
            .get("/drammen/register")
            .await
            .text
            .contains(heading)
    );
    set_form(&organiser, json!({ "is_on": true, "shows_missing": true })).await;
    let page = fixture.browser().get("/drammen/register").await.text;
    assert!(
        page.contains(heading) && page.contains("Ingen har tilbudt noe i: Nyttige never"),
        "{page}"
    );
    register(&fixture, &[]).await;
    approve(&organiser).await;
    let page = fixture.browser().get("/drammen/register").await.text;
    assert!(!page.contains("Ingen har ønsket noe i"), "{page}");
}

#[tokio::test]
async fn over_plain_http_nobody_writes_who_they_are() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let hall = fixture.browser().at("192.168.1.20");
    for path in ["/drammen/register", own.as_str()] {
        let page = hall.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(
            !page.text.contains("<form") && !page.text.contains("Turlag"),
            "{}",
            page.text
        );
        let sent = post(&hall, path, &filled(&fixture, &[])).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
    }
    let fixture = open_hub_with(|config| config.plain = true).await;
    opened(&fixture).await;
    let page = fixture
        .browser()
        .at("192.168.1.20")
        .get("/drammen/register")
        .await;
    assert!(page.text.contains("<form"), "{}", page.text);
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_in_the_exchanges_language() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let settings = board(&fixture, |board| board.settings.clone()).unwrap();
    let nynorsk = Settings {
        language: Language::Nn,
        ..settings
    };
    let set = organiser
        .post(
            "/api/v1/exchanges/drammen/commands",
            json!({ "type": "command", "id": Uuid::now_v7(), "command": { "type": "configure", "settings": nynorsk } }),
        )
        .await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
    let twice = format!("{}&name=Ola", filled(&fixture, &[]));
    let answer = post(&fixture.browser(), "/drammen/register", &twice).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text.contains(r#"lang="nn""#), "{}", answer.text);
    let asked = post(&fixture.browser(), "/drammen/register?lang=de", &twice).await;
    assert!(asked.text.contains(r#"lang="de""#), "{}", asked.text);
}

#[tokio::test]
async fn of_several_at_once_one_gets_the_last_place() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    set_form(&organiser, json!({ "is_on": true, "places": 2 })).await;
    register(&fixture, &[]).await;
    let names = ["Anna", "Berit", "Cato", "Dag", "Eli"];
    let sent = names.map(|name| {
        let form = filled(&fixture, &[("name", name)]);
        let fixture = &fixture;
        async move { post(&fixture.browser(), "/drammen/register", &form).await }
    });
    let answers = futures_util::future::join_all(sent).await;
    let kept = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::SEE_OTHER);
    assert_eq!(kept.count(), 1);
    let full = answers
        .iter()
        .filter(|answer| answer.text.contains("plassene er tatt"));
    assert_eq!(full.count(), 4);
    assert_eq!(listed(&organiser).await.registrations.len(), 2);
}

#[tokio::test]
async fn what_goes_wrong_before_a_page_is_reached_is_told_in_words() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let own = register(&fixture, &[]).await;
    let own = own.split('?').next().unwrap();
    let guest = fixture.browser();
    let follow_up = format!("/follow-up/{}", "x".repeat(64));
    let large = format!("wish_1={}", "x".repeat(1 << 18));
    for (path, said) in [
        ("/drammen/register", "mer enn skjemaet kan ta imot"),
        (own, "mer enn skjemaet kan ta imot"),
        (follow_up.as_str(), "mer enn skjemaet kan ta imot"),
    ] {
        let answer = post(&guest, path, &large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(
            answer.text.contains(said) && answer.text.contains(&format!(r#"href="{path}""#)),
            "{path}: {}",
            answer.text
        );
    }
    let foreign = guest.on_page("https://other.example");
    for path in [
        "/drammen/register?lang=en",
        &format!("{own}?lang=en"),
        &format!("{follow_up}?lang=en"),
    ] {
        let answer = post(&foreign, path, &filled(&fixture, &[])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(
            answer.text.contains("This came from another web page") && answer.text.contains(r#"lang="en""#),
            "{path}: {}",
            answer.text
        );
        assert_eq!(answer.headers["x-robots-tag"], "noindex", "{path}");
    }
    // Programs are told as programs are.
    let api = foreign.post("/api/v1/exchanges/drammen/pair", json!({})).await;
    assert_eq!(api.code(), "foreign_origin");
}

#[tokio::test]
async fn what_was_typed_stands_there_when_the_form_takes_nobody_any_more() {
    let fixture = open_hub().await;
    let organiser = opened(&fixture).await;
    let guest = fixture.browser();
    set_form(&organiser, json!({ "is_on": true, "places": 0 })).await;
    let sent = post(&guest, "/drammen/register?lang=nb", &filled(&fixture, &[])).await;
    assert_eq!(sent.status, StatusCode::CONFLICT);
    let again = post(
        &guest,
        "/drammen/register?lang=de",
        &filled(&fixture, &[TRANSLATES]),
    )
    .await;
    assert_eq!(again.status, StatusCode::OK);
    for (page, why) in [
        (&sent, "Alle plassene er tatt"),
        (&again, "Alle Plätze sind vergeben"),
    ] {
        for said in [
            why,
            "Drammen Turlag",
            "<dd class=\"lines\" dir=\"auto\">En nettside (Nyttige never)</dd>",
            r#"name="wish_1" value="En nettside""#,
            r#"formaction="/drammen/register?lang=en""#,
        ] {
            assert!(unmarked(&page.text).contains(said), "{said}: {}", page.text);
        }
    }
    // Where nothing was typed, the languages are links.
    let page = guest.get("/drammen/register").await;
    assert!(
        page.text.contains(r#"<a href="?lang=de" lang="de">Deutsch</a>"#) && !page.text.contains("<form"),
        "{}",
        page.text
    );
}

/// A page that was answered to something that was sent to an address.
struct Sent {
    address: String,
    page: Answer,
}

/// Sends a form to wherever the first button of a page sends it.
async fn sent_on(guest: &Browser<'_>, before: &Sent, form: &str) -> Sent {
    let all = actions(&before.page.text);
    let address = resolved(&before.address, &all[0]);
    let page = post(guest, &address, form).await;
    Sent { address, page }
}

/// Where there is no network, the browser's word of it takes the place of a page whose form is sent to the page's own address.
#[tokio::test]
async fn no_page_has_a_form_that_is_sent_to_its_own_address_and_each_is_there_for_whoever_goes_back() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let guest = fixture.browser();
    let mut pages = Vec::new();
    // As the language buttons lead to it, with something to mend, mended wrongly again, and in another language.
    let address = "/drammen/register?lang=nb".to_owned();
    let page = guest.get(&address).await;
    pages.push(Sent { address, page });
    let wrong = filled(&fixture, &[("people", "0")]);
    for form in [&wrong, &wrong, &filled(&fixture, &[TRANSLATES])] {
        let next = sent_on(&guest, &pages[pages.len() - 1], form).await;
        pages.push(next);
    }
    // The same on one's own page, which has a button that withdraws beside the form, and which nobody can read for a while.
    let own = register(&fixture, &[]).await;
    let page = guest.get(&own).await;
    pages.push(Sent { address: own, page });
    let next = sent_on(&guest, &pages[pages.len() - 1], &wrong).await;
    pages.push(next);
    change_tables(&fixture, "ALTER TABLE registrations RENAME TO registrations_away").await;
    for _ in 0..2 {
        let next = sent_on(&guest, &pages[pages.len() - 1], &wrong).await;
        pages.push(next);
    }
    for Sent { address, page } in &pages {
        let actions = actions(&page.text);
        assert!(!actions.is_empty(), "{address}: {}", page.text);
        for action in actions {
            assert_ne!(resolved(address, &action), *address, "{}", page.text);
        }
        assert_eq!(
            page.headers[header::CACHE_CONTROL],
            "private, no-cache",
            "{address}"
        );
    }
    let statuses: Vec<u16> = pages.iter().map(|one| one.page.status.as_u16()).collect();
    assert_eq!(statuses, [200, 422, 422, 200, 200, 422, 503, 503]);
}

#[tokio::test]
async fn what_is_typed_in_any_script_stands_as_it_is_written_and_outlives_a_reload() {
    let fixture = open_hub().await;
    opened(&fixture).await;
    let guest = fixture.browser();
    let own = register(&fixture, &[]).await;
    for address in ["/drammen/register", own.as_str()] {
        let page = guest.get(address).await.text;
        for field in ["name", "person", "email", "phone"] {
            let (_, rest) = page.split_once(&format!(r#"name="{field}" "#)).unwrap();
            let (tag, _) = rest.split_once('>').unwrap();
            assert!(tag.contains(r#" dir="auto""#), "{address}, {field}: {tag}");
        }
        let areas = page.matches("<textarea ").count();
        assert_eq!(page.matches(r#"rows="2" dir="auto""#).count(), areas, "{page}");
        assert!(
            page.contains(r#"</main><script src="/typed.js"></script>"#),
            "{page}"
        );
    }
    let script = guest.get("/typed.js").await;
    assert_eq!(script.status, StatusCode::OK);
    assert_eq!(
        script.headers[header::CONTENT_TYPE],
        "text/javascript; charset=utf-8"
    );
}
