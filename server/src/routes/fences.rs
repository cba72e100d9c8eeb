//! A session of one exchange reaches nothing of another: tried on every route of this module, with every role.

use axum::http::StatusCode;
use borsklokka_shared::role::Role;
use serde_json::{Value, json};

use crate::fixture::{Browser, open_hub};

/// A picture that hangs in one of the exchanges.
const PICTURE: &str = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7b01";

/// Every route within an exchange that asks for more than a viewer: method, path and a body that is good.
fn routes(slug: &str, device: &str, code: &str) -> Vec<(&'static str, String, Option<Value>)> {
    let path = |rest: &str| format!("/api/v1/exchanges/{slug}/{rest}");
    let contact = path("contacts/6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01");
    vec![
        ("GET", path("session"), None),
        ("GET", path("pairing-codes"), None),
        ("POST", path("pairing-codes"), Some(json!({ "role": "broker" }))),
        ("DELETE", path(&format!("pairing-codes/{code}")), None),
        ("GET", path("devices"), None),
        ("DELETE", path(&format!("devices/{device}")), None),
        (
            "PATCH",
            path(&format!("devices/{device}")),
            Some(json!({ "name": "Ola" })),
        ),
        ("GET", contact.clone(), None),
        ("PUT", contact, Some(json!({ "person": "Kari" }))),
        ("GET", path("qr.svg?to=broker"), None),
        ("PUT", path(&format!("pictures/{PICTURE}")), Some(json!({}))),
        ("DELETE", path(&format!("pictures/{PICTURE}")), None),
    ]
}

#[tokio::test]
async fn a_session_of_one_exchange_is_refused_on_every_route_of_another() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    hub.token("drammen", Role::Broker, "Ingrid").await;
    let devices = operator.get("/api/v1/exchanges/drammen/devices").await.json;
    let device = devices["devices"][0]["id"].as_str().unwrap();
    let codes = "/api/v1/exchanges/drammen/pairing-codes";
    let made = operator.post(codes, json!({ "role": "broker" })).await.json;
    let code = made["id"].as_str().unwrap();
    let picture = format!("/api/v1/exchanges/drammen/pictures/{PICTURE}");
    let hung = operator.put_file(&picture, "image/svg+xml", b"<svg/>").await;
    assert_eq!(hung.status, StatusCode::NO_CONTENT);

    for role in Role::OF_DEVICES {
        let token = hub.token("svelvik", role, "Fremmed").await;
        let bearing = Browser::bearing(&hub, &token);
        let mut with_cookie = hub.browser();
        with_cookie.keep(&format!("borsklokka_drammen={token}"));
        for stranger in [&bearing, &with_cookie] {
            for (method, path, body) in routes("drammen", device, code) {
                let answer = stranger.ask(method, &path, body).await;
                assert_eq!(
                    (answer.status, answer.code()),
                    (StatusCode::FORBIDDEN, "not_allowed"),
                    "{role:?} {method} {path}"
                );
            }
        }
        // Its own exchange does not reach the other's device, code or picture either.
        if role == Role::Organiser {
            for (method, path, body) in routes("svelvik", device, code) {
                let answer = bearing.ask(method, &path, body).await;
                let foreign = path.contains(device)
                    || path.contains(code)
                    || method == "DELETE" && path.contains(PICTURE);
                assert_eq!(answer.status == StatusCode::NOT_FOUND, foreign, "{method} {path}");
            }
        }
    }
    assert_eq!(
        operator.get("/api/v1/exchanges/drammen/devices").await.json,
        devices
    );
    assert_eq!(operator.get(codes).await.json["open"][0]["id"], code);
    assert_eq!(operator.get(&picture).await.text, "<svg/>");
}

#[tokio::test]
async fn a_code_of_one_exchange_pairs_nothing_in_another() {
    let hub = open_hub().await;
    let operator = hub.operator().await;
    let made = operator
        .post(
            "/api/v1/exchanges/drammen/pairing-codes",
            json!({ "role": "broker" }),
        )
        .await
        .json;
    let asked = json!({ "code": made["code"], "name": "Ingrid" });
    let answer = hub
        .browser()
        .post("/api/v1/exchanges/svelvik/pair", asked.clone())
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::FORBIDDEN, "code_wrong")
    );
    let answer = hub.browser().post("/api/v1/exchanges/drammen/pair", asked).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn without_a_credential_every_route_but_the_publics_is_closed() {
    let hub = open_hub().await;
    let id = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01";
    for (method, path, body) in routes("drammen", id, id) {
        let answer = hub.browser().ask(method, &path, body).await;
        if path.ends_with("/session") {
            assert_eq!(answer.json, json!({ "role": "viewer" }));
        } else {
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::UNAUTHORIZED, "not_paired"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn the_same_participants_id_in_two_exchanges_is_two_contacts() {
    let hub = open_hub().await;
    let contact =
        |slug: &str| format!("/api/v1/exchanges/{slug}/contacts/6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7a01");
    let drammens = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "").await);
    let svelviks = Browser::bearing(&hub, &hub.token("svelvik", Role::Broker, "").await);
    drammens
        .put(&contact("drammen"), json!({ "person": "Kari" }))
        .await;
    assert_eq!(
        svelviks.get(&contact("svelvik")).await.json["person"],
        Value::Null
    );
    svelviks
        .put(&contact("svelvik"), json!({ "person": "Ola" }))
        .await;
    svelviks.put(&contact("svelvik"), json!({})).await;
    assert_eq!(drammens.get(&contact("drammen")).await.json["person"], "Kari");
}
