//! What these tests share: an exchange whose form is open, a form that was filled in, and what the organiser sees of it.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use borsklokka_shared::board::Board;
use borsklokka_shared::registration::{Registration, Registrations};
use serde_json::{Value, json};

use super::super::form::HASTE_MS;
use super::super::written::SHOWN_AT;
use crate::fixture::{Answer, Browser, Fixture};
use crate::strangers::{DEED, TRANSLATE};

pub(super) const REGISTRATIONS: &str = "/api/v1/exchanges/drammen/registrations";

/// What a form is sent with that only goes to be shown in another language.
pub(super) const TRANSLATES: (&str, &str) = (DEED, TRANSLATE);

/// Everything that a form must have.
const USUAL: [(&str, &str); 9] = [
    ("name", "Drammen Turlag"),
    ("sector", "voluntary"),
    ("person", "Kari Nordmann"),
    ("email", "kari@example.org"),
    ("phone", "912 34 567"),
    ("people", "3"),
    ("wish_1", "En nettside"),
    ("wish_1_category", "hands"),
    ("consent", "yes"),
];

/// An exchange whose form is open, and its organiser.
pub(super) async fn opened(fixture: &Fixture) -> Browser<'_> {
    let organiser = fixture.operator().await;
    set_form(&organiser, json!({ "is_on": true })).await;
    organiser
}

pub(super) async fn set_form(organiser: &Browser<'_>, form: Value) {
    let set = organiser.put(&format!("{REGISTRATIONS}/form"), form).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.text);
}

/// A form that was filled in at leisure, with some fields in other words.
pub(super) fn filled(fixture: &Fixture, other: &[(&str, &str)]) -> String {
    let shown = (fixture.hub.clock.now().unix_ms - HASTE_MS).to_string();
    let mut fields: BTreeMap<&str, &str> = USUAL.into();
    fields.insert(SHOWN_AT, &shown);
    fields.extend(other.iter().copied());
    // What a browser does to a form, as far as these texts need it.
    let escaped = |text: &str| -> String {
        let bytes = text.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        });
        bytes.collect()
    };
    let pairs = fields
        .iter()
        .map(|(name, text)| format!("{name}={}", escaped(text)));
    pairs.collect::<Vec<_>>().join("&")
}

pub(super) async fn post(browser: &Browser<'_>, path: &str, form: &str) -> Answer {
    browser
        .post_file(path, "application/x-www-form-urlencoded", form.as_bytes())
        .await
}

/// Registers, and gives the address of the entry.
pub(super) async fn register(fixture: &Fixture, other: &[(&str, &str)]) -> String {
    let sent = post(&fixture.browser(), "/drammen/register", &filled(fixture, other)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    sent.headers[header::LOCATION].to_str().unwrap().to_owned()
}

/// What stands on a page, without its style.
pub(super) fn body(page: &Answer) -> &str {
    page.text.split_once("</style>").map_or("", |(_, body)| body)
}

/// An address in another language, without what was saved just now.
pub(super) fn in_english(address: &str) -> String {
    format!("{}?lang=en", address.split('?').next().unwrap())
}

/// The address without what was saved just now.
pub(super) fn lasting(address: &str) -> &str {
    address.split("&saved=").next().unwrap()
}

pub(super) async fn listed(organiser: &Browser<'_>) -> Registrations {
    let answer = organiser.get(REGISTRATIONS).await;
    serde_json::from_value(answer.json).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

pub(super) async fn judge(organiser: &Browser<'_>, registration: &Registration, verdict: Value) -> Answer {
    let mut judgement = json!({ "seen": registration.changed_at, "state": registration.state });
    judgement
        .as_object_mut()
        .unwrap()
        .extend(verdict.as_object().unwrap().clone());
    organiser
        .post(&format!("{REGISTRATIONS}/{}", registration.id), judgement)
        .await
}

pub(super) async fn approve(organiser: &Browser<'_>) -> Answer {
    let first = listed(organiser).await.registrations.remove(0);
    judge(organiser, &first, json!({ "verdict": "approve" })).await
}

pub(super) fn board<T>(fixture: &Fixture, read: impl FnOnce(&Board) -> T) -> T {
    futures_util::FutureExt::now_or_never(fixture.hub.floors.get("drammen"))
        .expect("it is open")
        .unwrap()
        .view
        .with_staff_board(read)
}

/// Who is on the board, and what they offer and wish.
pub(super) fn catalogue(fixture: &Fixture) -> (Vec<String>, Vec<String>) {
    board(fixture, |board| {
        let names = board.participants.values().map(|one| one.name.clone());
        (
            names.collect(),
            board.listings.values().map(|one| one.text.clone()).collect(),
        )
    })
}

pub(super) fn token_in(page: &str) -> String {
    let (_, begun) = page.split_once(r#"name="form" value=""#).expect("a form");
    begun.split('"').next().unwrap().to_owned()
}

/// The form of one's own entry as a browser sends it that has its page.
pub(super) fn filled_on(fixture: &Fixture, page: &str, other: &[(&str, &str)]) -> String {
    let (_, begun) = page.split_once(r#"name="base" value=""#).expect("a base");
    let base = begun.split('"').next().unwrap();
    filled(fixture, &[other, &[("base", base)]].concat())
}
