//! Whom the server takes a browser for.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Response};
use borsklokka_shared::ids::DeviceId;
use borsklokka_shared::role::Role;
use serde::Serialize;

use crate::access::{Session, cookie};
use crate::api::{Caller, Denied, language};
use crate::entered::{arrive, find_exchange};
use crate::hub::Hub;
use crate::spoken::denied::Denied as Words;

#[derive(Serialize)]
struct Shown {
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceId>,
    /// Why an organiser with an account is no more than a viewer here.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

/// `GET /api/v1/exchanges/{slug}/session`. A browser is told once that its session has ended; its stale cookies go, and
/// from then on it is a viewer.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Result<Response, Denied> {
    match arrive(&hub, &slug, &caller).await {
        Ok((floor, Some(session))) => {
            let Session {
                device, role, name, ..
            } = session.called_in(floor.language());
            Ok(Json(Shown {
                role,
                name: Some(name),
                device: Some(device),
                message: None,
            })
            .into_response())
        }
        Ok((_, None)) => {
            let own = hub
                .access
                .own_session(find_exchange(&hub, &slug)?, &slug, &caller.headers, caller.peer)
                .await;
            let words = Words::of(language(&caller.headers));
            Ok(Json(Shown {
                role: Role::Viewer,
                name: None,
                device: None,
                message: matches!(own, Err(Denied::NotYours)).then_some(words.not_yours_here),
            })
            .into_response())
        }
        Err(error @ Denied::NotAllowed) => {
            let exchange = find_exchange(&hub, &slug)?;
            let stale = hub.access.stale_cookies(exchange, &slug, &caller.headers).await?;
            let transport = hub.transport(&caller);
            let mut cleared = stale
                .iter()
                .map(|name| (header::SET_COOKIE, cookie::clear(name, transport)))
                .collect::<Vec<_>>();
            let device = cookie::name(&slug);
            if let Some(token) = cookie::value(&caller.headers, &device).filter(|_| stale.contains(&device)) {
                cleared.push((header::SET_COOKIE, cookie::set_earlier(&slug, &token, transport)));
            }
            Ok((AppendHeaders(cleared), error).into_response())
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use borsklokka_shared::command::{Command, Expected, WrittenOn};
    use borsklokka_shared::exchange::{Phase, Settings};
    use borsklokka_shared::language::Language;
    use borsklokka_shared::participant::Sector;
    use serde_json::json;
    use test_support as evening;

    use super::*;
    use crate::fixture::{Browser, open_hub};

    const SESSION: &str = "/api/v1/exchanges/drammen/session";

    #[tokio::test]
    async fn without_a_credential_everyone_is_a_viewer() {
        let hub = open_hub().await;
        let answer = hub.browser().get(SESSION).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json, json!({ "role": "viewer" }));
        assert_eq!(
            hub.browser()
                .get("/api/v1/exchanges/nowhere/session")
                .await
                .status,
            StatusCode::NOT_FOUND
        );
    }

    #[tokio::test]
    async fn a_token_shows_who_holds_it_until_it_expires() {
        let hub = open_hub().await;
        let token = hub.token("drammen", Role::Broker, "Ingrid").await;
        let tablet = Browser::bearing(&hub, &token);
        let answer = tablet.get(SESSION).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(
            (&answer.json["role"], &answer.json["name"]),
            (&json!("broker"), &json!("Ingrid"))
        );
        hub.clock.pass_ms(crate::access::SESSION_MS);
        let answer = tablet.get(SESSION).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json["code"], "not_allowed");
    }

    #[tokio::test]
    async fn a_stale_cookie_is_told_of_once_and_taken_away() {
        let hub = open_hub().await;
        let mut wall = hub.browser();
        wall.keep("borsklokka_drammen=0123; Path=/");
        wall.keep("borsklokka_operator=4567; Path=/");
        let answer = wall.get(SESSION).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(
            answer.cookies,
            [
                "borsklokka_drammen=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0",
                "borsklokka_operator=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0",
                "borsklokka-earlier_drammen=0123; HttpOnly; SameSite=Strict; Path=/api/v1/exchanges/drammen/pair; Max-Age=2592000"
            ]
        );
        for cookie in &answer.cookies {
            wall.keep(cookie);
        }
        assert_eq!(wall.get(SESSION).await.json, json!({ "role": "viewer" }));
    }

    #[tokio::test]
    async fn the_operator_is_called_in_the_language_of_the_exchange() {
        let hub = open_hub().await;
        let operator = hub.operator().await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        assert_eq!(operator.get(SESSION).await.json["name"], "Arrangør");
        let settings = Box::new(Settings {
            language: Language::De,
            ..evening::settings()
        });
        for command in [
            Command::configure(settings),
            Command::RegisterParticipant {
                participant: evening::entry(1, "Bakery", Sector::Business),
            },
            Command::RegisterParticipant {
                participant: evening::entry(2, "Choir", Sector::Voluntary),
            },
            Command::OpenFloor {
                start_round: None,
                expected: Expected::exactly(Phase::Preparing, None),
            },
            Command::PostDeal {
                deal: evening::deal(1),
                terms: evening::gift(1, 2, "Brot"),
                written_on: WrittenOn::default(),
                broker: None,
            },
        ] {
            // Until the bell has struck.
            hub.clock.pass_ms(60_000);
            let answer = operator
                .post(
                    "/api/v1/exchanges/drammen/commands",
                    json!({ "command": command }),
                )
                .await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
        let broker = floor
            .view
            .with_staff_board(|board| board.deals[&evening::deal(1)].broker.clone());
        assert_eq!(broker.name, "Orga-Team");
        assert_eq!(operator.get(SESSION).await.json["name"], "Orga-Team");
        let tablet = hub.token("drammen", Role::Broker, "Ingrid").await;
        let tablet = Browser::bearing(&hub, &tablet).get(SESSION).await;
        assert_eq!(tablet.json["name"], "Ingrid");
    }

    #[tokio::test]
    async fn an_organiser_counts_on_the_servers_own_machine_and_over_tls_only() {
        let hub = open_hub().await;
        let token = hub.token("drammen", Role::Organiser, "").await;
        let here = Browser::bearing(&hub, &token);
        assert_eq!(here.get(SESSION).await.json["role"], "organiser");
        let elsewhere = Browser::bearing(&hub, &token).at("192.168.1.20");
        assert_eq!(elsewhere.get(SESSION).await.status, StatusCode::FORBIDDEN);
        assert_eq!(elsewhere.over_tls().get(SESSION).await.json["role"], "organiser");

        let operator = hub.operator().await;
        assert_eq!(operator.get(SESSION).await.json["role"], "organiser");
        let elsewhere = operator.at("192.168.1.20");
        let answer = elsewhere.get(SESSION).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(
            answer.cookies,
            Vec::<String>::new(),
            "a good cookie is not taken away"
        );
    }

    #[tokio::test]
    async fn the_operators_browser_may_be_a_broker_too() {
        let hub = open_hub().await;
        let mut browser = hub.operator().await;
        let token = hub.token("drammen", Role::Broker, "Ingrid").await;
        browser.keep(&format!("borsklokka_drammen={token}; Path=/"));
        assert_eq!(browser.get(SESSION).await.json["role"], "broker");
        assert_eq!(
            browser.get("/api/v1/exchanges/drammen/devices").await.status,
            StatusCode::OK
        );
    }
}
