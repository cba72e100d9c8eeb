//! Trading a code for a session: in a cookie, or as a token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use borsklokka_shared::security::SecurityEvent;
use serde::Deserialize;

use crate::access::secret::PairingCode;
use crate::access::{Note, cookie};
use crate::api::{AskedWhole, Caller, Denied};
use crate::entered::find_exchange;
use crate::hub::Hub;

/// The tokens by which a caller can show that it was a device here before, the newest first: what it holds, and what it held
/// until it was told that its session had ended.
fn earlier_tokens(slug: &str, headers: &HeaderMap) -> Vec<String> {
    let bearer = cookie::bearer(headers)
        .filter(|token| !token.is_empty())
        .map(str::to_owned);
    bearer
        .into_iter()
        .chain(cookie::value(headers, &cookie::name(slug)))
        .chain(cookie::value(headers, &cookie::earlier_name(slug)))
        .collect()
}

/// How the session's token is handed over.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(from = "bool")]
enum Handover {
    /// In a cookie: browsers.
    #[default]
    Cookie,
    /// In the body: native clients.
    Body,
}

/// On the wire, `"token": true`.
impl From<bool> for Handover {
    fn from(token: bool) -> Self {
        if token { Self::Body } else { Self::Cookie }
    }
}

#[derive(Deserialize)]
pub(crate) struct Pair {
    code: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    token: Handover,
}

/// `POST /api/v1/exchanges/{slug}/pair`
pub(crate) async fn pair(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    caller: Caller,
    AskedWhole(Pair {
        code,
        name,
        token: handover,
    }): AskedWhole<Pair>,
) -> Result<Response, Denied> {
    hub.access.try_to_pair(caller.peer.address)?;
    let exchange = find_exchange(&hub, &slug)?;
    // What cannot be a code is a slip of the finger: it guesses nothing, so it is not counted.
    let code = PairingCode::parse(&code).ok_or(Denied::CodeWrong)?;
    let earlier = earlier_tokens(&slug, &caller.headers);
    let paired = hub.access.pair(exchange, &code, &name, &earlier).await;
    let note = |event| Note::of(event).in_exchange(exchange).from(caller.peer.address);
    if let Err(Denied::CodeWrong) = paired {
        hub.access.wrong_code(caller.peer.address);
        hub.access.note(note(SecurityEvent::PairingFailed));
    }
    let (session, token) = paired?;
    hub.access.note(note(SecurityEvent::Paired).by(session.actor()));
    Ok(match handover {
        Handover::Cookie => {
            let transport = hub.transport(&caller);
            let mut cookies = vec![cookie::set(&cookie::name(&slug), &token, transport)];
            if cookie::value(&caller.headers, &cookie::earlier_name(&slug)).is_some() {
                cookies.extend(cookie::clear_earlier(&slug, transport));
            }
            let cookies: Vec<_> = cookies
                .into_iter()
                .map(|cookie| (header::SET_COOKIE, cookie))
                .collect();
            (StatusCode::NO_CONTENT, AppendHeaders(cookies)).into_response()
        }
        Handover::Body => Json(serde_json::json!({ "token": token })).into_response(),
    })
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::role::Role;
    use serde_json::json;

    use super::*;
    use crate::access::Revocation;
    use crate::access::pairing::CODE_MS;
    use crate::fixture::{Answer, Browser, Fixture, open_hub};

    const CODES: &str = "/api/v1/exchanges/drammen/pairing-codes";
    const PAIR: &str = "/api/v1/exchanges/drammen/pair";
    const SESSION: &str = "/api/v1/exchanges/drammen/session";

    /// A try from an address of its own, so that only the exchange's limit counts.
    async fn try_code(hub: &Fixture, n: u32, code: &str) -> Answer {
        hub.browser()
            .at(&format!("10.0.0.{n}"))
            .post(PAIR, json!({ "code": code, "name": "Ingrid" }))
            .await
    }

    async fn make_code(organiser: &Browser<'_>, role: &str) -> String {
        let made = organiser.post(CODES, json!({ "role": role })).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.json);
        made.json["code"].as_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_code_makes_one_tablet_a_broker() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let made = organiser
            .post(CODES, json!({ "role": "broker", "name": "Nettbrett 1" }))
            .await
            .json;
        let code = made["code"].as_str().unwrap();
        assert_eq!(made["expires_at"], "2026-11-26T16:15:00.000Z");
        assert_eq!(
            made["url"],
            format!("http://192.168.1.5:8080/drammen/pair#{code}")
        );
        assert!(made["qr_svg"].as_str().unwrap().starts_with("<svg "));
        let listed = organiser.get(CODES).await.json;
        assert_eq!(
            listed,
            json!({
                "open": [{
                    "id": made["id"], "role": "broker", "name": "Nettbrett 1", "made_at": "2026-11-26T16:00:00.000Z",
                    "expires_at": "2026-11-26T16:15:00.000Z",
                }],
            })
        );

        let mut tablet = hub.browser().at("192.168.1.20");
        let answer = tablet
            .post(PAIR, json!({ "code": code.to_lowercase(), "name": " Ingrid " }))
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        let (cookie, attributes) = answer.cookies[0].split_once(';').unwrap();
        assert!(cookie.starts_with("borsklokka_drammen="), "{cookie}");
        assert_eq!(attributes, " HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000");
        tablet.keep(&answer.cookies[0]);
        let session = tablet.get(SESSION).await.json;
        assert_eq!(
            (&session["role"], &session["name"]),
            (&json!("broker"), &json!("Ingrid"))
        );

        let answer = try_code(&hub, 1, code).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::FORBIDDEN, "code_wrong")
        );
        assert_eq!(organiser.get(CODES).await.json["open"], json!([]));
    }

    #[tokio::test]
    async fn a_tablet_that_is_paired_anew_is_the_device_that_it_was() {
        const DEVICES: &str = "/api/v1/exchanges/drammen/devices";
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let mut tablet = hub.browser().at("192.168.1.20");
        let code = make_code(&organiser, "broker").await;
        let answer = tablet.post(PAIR, json!({ "code": code, "name": "Ingrid" })).await;
        tablet.keep(&answer.cookies[0]);
        let device = tablet.get(SESSION).await.json["device"].clone();
        let path = format!("{DEVICES}/{}", device.as_str().unwrap());
        let stolen = tablet.clone();
        assert_eq!(organiser.delete(&path).await.status, StatusCode::NO_CONTENT);

        // Revoked, it has nothing, whatever it shows; and it is told so.
        let told = tablet.get(SESSION).await;
        assert_eq!(told.code(), "not_allowed");
        for cookie in &told.cookies {
            tablet.keep(cookie);
        }
        let answer = tablet
            .post(PAIR, json!({ "code": "2222-22", "name": "Ingrid" }))
            .await;
        assert_eq!(answer.code(), "code_wrong");
        assert_eq!(tablet.get(SESSION).await.json, json!({ "role": "viewer" }));
        assert_eq!(stolen.get(SESSION).await.code(), "not_allowed");

        // A new code gives it rights, and its earlier token who it is.
        let code = make_code(&organiser, "broker").await;
        let answer = tablet.post(PAIR, json!({ "code": code, "name": "Kari" })).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        for cookie in &answer.cookies {
            tablet.keep(cookie);
        }
        let session = tablet.get(SESSION).await.json;
        assert_eq!((&session["device"], &session["name"]), (&device, &json!("Kari")));
        assert_eq!(
            organiser.get(DEVICES).await.json["devices"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            stolen.get(SESSION).await.code(),
            "not_allowed",
            "the earlier token is dead"
        );

        // Another browser with a code is another device; so is one of another exchange.
        let code = make_code(&organiser, "broker").await;
        let mut other = hub.browser().at("192.168.1.21");
        other.keep("borsklokka_drammen=0123; Path=/");
        let svelvik = hub.token("svelvik", Role::Broker, "Ola").await;
        other.keep(&format!("borsklokka-earlier_drammen={svelvik}; Path=/"));
        let answer = other.post(PAIR, json!({ "code": code, "name": "Per" })).await;
        other.keep(&answer.cookies[0]);
        assert_ne!(other.get(SESSION).await.json["device"], device);
    }

    #[tokio::test]
    async fn a_device_that_changes_its_role_closes_what_it_had_open() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let token = hub.token("drammen", Role::Moderator, "Per").await;
        let client = Browser::bearing(&hub, &token);
        let device = client.get(SESSION).await.json["device"].clone();
        let mut revocations = hub.hub.access.revocations();
        let code = make_code(&organiser, "broker").await;
        let answer = client
            .post(PAIR, json!({ "code": code, "name": "Per", "token": true }))
            .await;
        let Ok(Revocation::Device(closed)) = revocations.try_recv() else {
            panic!("its sockets are closed")
        };
        assert_eq!(closed.to_string(), device);
        assert_eq!(client.get(SESSION).await.code(), "not_allowed");
        let client = Browser::bearing(&hub, answer.json["token"].as_str().unwrap());
        let session = client.get(SESSION).await.json;
        assert_eq!(
            (&session["device"], &session["role"]),
            (&device, &json!("broker"))
        );
    }

    #[tokio::test]
    async fn a_native_client_gets_its_token_in_the_body_and_the_codes_name() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let made = organiser
            .post(CODES, json!({ "role": "notary", "name": "Notaren" }))
            .await
            .json;
        let answer = hub
            .browser()
            .post(PAIR, json!({ "code": made["code"], "token": true }))
            .await;
        assert_eq!((answer.status, answer.cookies.len()), (StatusCode::OK, 0));
        let client = Browser::bearing(&hub, answer.json["token"].as_str().unwrap());
        assert_eq!(client.get(SESSION).await.json["name"], "Notaren");
    }

    #[tokio::test]
    async fn a_nameless_tablet_is_asked_for_a_name_and_keeps_its_code() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let code = make_code(&organiser, "moderator").await;
        let answer = hub.browser().post(PAIR, json!({ "code": code })).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "text_missing")
        );
        assert_eq!(try_code(&hub, 1, &code).await.status, StatusCode::NO_CONTENT);
    }

    #[tokio::test]
    async fn a_code_expires_or_is_withdrawn() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let late = make_code(&organiser, "broker").await;
        hub.clock.pass_ms(CODE_MS);
        assert_eq!(try_code(&hub, 1, &late).await.code(), "code_wrong");

        let withdrawn = organiser.post(CODES, json!({ "role": "broker" })).await.json;
        let path = format!("{CODES}/{}", withdrawn["id"].as_str().unwrap());
        assert_eq!(organiser.delete(&path).await.status, StatusCode::NO_CONTENT);
        assert_eq!(organiser.delete(&path).await.code(), "unknown_pairing_code");
        assert_eq!(
            try_code(&hub, 1, withdrawn["code"].as_str().unwrap())
                .await
                .code(),
            "code_wrong"
        );

        let in_time = make_code(&organiser, "broker").await;
        hub.clock.pass_ms(CODE_MS - 1);
        assert_eq!(try_code(&hub, 1, &in_time).await.status, StatusCode::NO_CONTENT);
    }

    #[tokio::test]
    async fn wrong_codes_of_others_never_kill_a_code() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let code = make_code(&organiser, "broker").await;
        for guesser in 1..=3 {
            for _ in 0..10 {
                assert_eq!(try_code(&hub, guesser, "2222-22").await.code(), "code_wrong");
                assert_eq!(
                    organiser.get(CODES).await.json["open"].as_array().unwrap().len(),
                    1
                );
            }
            assert_eq!(try_code(&hub, guesser, &code).await.code(), "too_many_tries");
        }
        assert_eq!(try_code(&hub, 100, &code).await.status, StatusCode::NO_CONTENT);
    }

    #[tokio::test]
    async fn one_address_has_ten_tries_a_minute() {
        let hub = open_hub().await;
        let organiser = hub.operator().await;
        let code = make_code(&organiser, "broker").await;
        for _ in 0..10 {
            assert_eq!(try_code(&hub, 1, "2222-22").await.code(), "code_wrong");
        }
        let answer = try_code(&hub, 1, &code).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::TOO_MANY_REQUESTS, "too_many_tries")
        );
        assert_eq!(try_code(&hub, 2, &code).await.status, StatusCode::NO_CONTENT);
    }
}
