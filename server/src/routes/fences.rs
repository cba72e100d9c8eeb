//! What is of one exchange is not reached from another, whatever id is named. That a session of another is refused on every
//! route is tried in `tests.rs`.

use axum::http::StatusCode;
use borsklokka_shared::role::Role;
use serde_json::{Value, json};

use crate::fixture::{Browser, open_hub};

/// A picture that hangs in one of the exchanges.
const PICTURE: &str = "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c7b01";

#[tokio::test]
async fn what_is_of_one_exchange_is_not_reached_from_another() {
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

    // Whoever may do everything in one exchange names what is of the other at its own address.
    let token = hub.token("svelvik", Role::Organiser, "Fremmed").await;
    let stranger = Browser::bearing(&hub, &token);
    for (method, rest, body) in [
        (
            "PATCH",
            format!("devices/{device}"),
            Some(json!({ "name": "Ola" })),
        ),
        ("DELETE", format!("devices/{device}"), None),
        ("DELETE", format!("pairing-codes/{code}"), None),
        ("DELETE", format!("pictures/{PICTURE}"), None),
    ] {
        let path = format!("/api/v1/exchanges/svelvik/{rest}");
        let answer = stranger.ask(method, &path, body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    // Its token opens nothing there as the other's cookie either.
    let mut with_cookie = hub.browser();
    with_cookie.keep(&format!("borsklokka_drammen={token}"));
    let answer = with_cookie.get("/api/v1/exchanges/drammen/devices").await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::FORBIDDEN, "not_allowed")
    );

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
