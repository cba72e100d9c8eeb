//! A request's session in one exchange: found from its cookie or its bearer token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use borsklokka_shared::ids::{DeviceId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::{Actor, Role};
use serde::Serialize;

use super::{Access, AccessError, Caller, Peer, cookie, find_exchange, secret, transport};
use crate::hub::Hub;

/// Who a request comes from, in one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The paired device.
    pub device: DeviceId,
    /// What it may do.
    pub role: Role,
    /// The name given at pairing.
    pub name: String,
    /// When the device was paired.
    pub paired_at: Instant,
}

impl Session {
    /// The actor behind this session's commands.
    pub fn actor(&self) -> Actor {
        Actor {
            role: self.role,
            device: self.device,
            name: self.name.clone(),
            paired_at: self.paired_at,
        }
    }
}

/// What a request shows.
enum Credential {
    /// A device's token, from the exchange's cookie or the Authorization header.
    Device(String),
    /// The operator's token.
    Operator(String),
}

impl Access {
    /// The session of a request in an exchange; none if it shows no credential: a viewer.
    ///
    /// An organiser's session counts only from the server's own machine, or over the server's own TLS.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] if what it shows is unknown, revoked or expired, so that a tablet learns of it; and
    /// if the database cannot be read.
    pub async fn session(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Option<Session>, AccessError> {
        self.first_session(exchange, slug, headers, peer, |_| true).await
    }

    /// Like [`Access::session`], but of several credentials takes the first that has a right: the operator's browser may be
    /// paired as a broker too.
    ///
    /// # Errors
    /// As of [`Access::session`], and [`AccessError::NotAllowed`] if no credential has the right.
    pub async fn session_with(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
        peer: Peer,
        right: Right,
    ) -> Result<Option<Session>, AccessError> {
        self.first_session(exchange, slug, headers, peer, |role| role.has(right))
            .await
    }

    async fn first_session(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
        peer: Peer,
        admits: impl Fn(Role) -> bool,
    ) -> Result<Option<Session>, AccessError> {
        let shown = credentials(slug, headers);
        for credential in &shown {
            match self.holder(exchange, credential).await? {
                Some(session) if session.role == Role::Organiser && !peer.is_private(headers) => {}
                Some(session) if admits(session.role) => return Ok(Some(session)),
                Some(_) | None => {}
            }
        }
        if shown.is_empty() {
            Ok(None)
        } else {
            Err(AccessError::NotAllowed)
        }
    }

    async fn holder(
        &self,
        exchange: ExchangeId,
        credential: &Credential,
    ) -> Result<Option<Session>, AccessError> {
        match credential {
            Credential::Device(token) => self.device_session(exchange, &secret::token_sha256(token)).await,
            Credential::Operator(token) => self.operator_session(token).await,
        }
    }

    /// The cookies of this request that open nothing any more.
    async fn stale_cookies(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
    ) -> Result<Vec<String>, AccessError> {
        let mut stale = vec![];
        for (name, credential) in cookies(slug, headers) {
            if self.holder(exchange, &credential).await?.is_none() {
                stale.push(name);
            }
        }
        Ok(stale)
    }
}

/// A bearer token alone; else the exchange's cookie before the operator's.
fn credentials(slug: &str, headers: &HeaderMap) -> Vec<Credential> {
    match cookie::bearer(headers) {
        Some(token) => vec![Credential::Device(token.to_owned())],
        None => cookies(slug, headers)
            .into_iter()
            .map(|(_, credential)| credential)
            .collect(),
    }
}

fn cookies(slug: &str, headers: &HeaderMap) -> Vec<(String, Credential)> {
    let device = cookie::name(slug);
    let device_token = cookie::value(headers, &device);
    let operator_token = cookie::value(headers, cookie::OPERATOR);
    device_token
        .map(|token| (device, Credential::Device(token)))
        .into_iter()
        .chain(operator_token.map(|token| (cookie::OPERATOR.to_owned(), Credential::Operator(token))))
        .collect()
}

#[derive(Serialize)]
struct Shown {
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceId>,
}

/// `GET /api/v1/exchanges/{slug}/session`. A browser is told once that its session has ended; its stale cookies go, and
/// from then on it is a viewer.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Result<Response, AccessError> {
    let exchange = find_exchange(&hub, &slug)?;
    match hub
        .access
        .session(exchange, &slug, &caller.headers, caller.peer)
        .await
    {
        Ok(Some(Session {
            device,
            role,
            name,
            paired_at: _,
        })) => Ok(Json(Shown {
            role,
            name: Some(name),
            device: Some(device),
        })
        .into_response()),
        Ok(None) => Ok(Json(Shown {
            role: Role::Viewer,
            name: None,
            device: None,
        })
        .into_response()),
        Err(error @ AccessError::NotAllowed) => {
            let stale = hub.access.stale_cookies(exchange, &slug, &caller.headers).await?;
            let transport = transport(&hub, &caller);
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
    use serde_json::json;

    use super::*;
    use crate::access::fixture::{Browser, open_hub};

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
