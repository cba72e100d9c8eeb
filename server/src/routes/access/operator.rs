//! Setting the server up, logging in as its operator, and out, and another passphrase.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use borsklokka_shared::security::SecurityEvent;
use serde::{Deserialize, Serialize};

use super::whose::{became_hers, end_account, end_operator};
use crate::access::operator::host_of;
use crate::access::{Note, cookie};
use crate::api::{Asked, AskedWhole, Caller, Denied};
use crate::hub::Hub;

pub(crate) type WithCookie = (StatusCode, AppendHeaders<[(HeaderName, HeaderValue); 1]>);

fn with_cookie(value: HeaderValue) -> WithCookie {
    (
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, value)]),
    )
}

#[derive(Deserialize)]
pub(crate) struct SetUp {
    token: String,
    passphrase: String,
}

/// `POST /api/v1/setup`
pub(crate) async fn set_up(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    Asked(SetUp { token, passphrase }): Asked<SetUp>,
) -> Result<WithCookie, Denied> {
    let token = hub.access.set_up(&token, passphrase, host_of(&caller)).await?;
    Ok(came_in(&hub, &caller, SecurityEvent::SetUp, &token))
}

/// What the operator's browser is answered that has a new session.
fn came_in(hub: &Hub, caller: &Caller, event: SecurityEvent, token: &str) -> WithCookie {
    let note = Note::of(event).by_the_operator();
    hub.access.note(note.from(caller.peer.address));
    with_cookie(cookie::set(cookie::OPERATOR, token, hub.transport(caller)))
}

#[derive(Deserialize)]
pub(crate) struct LogIn {
    /// The address of an account; without it the operator logs in.
    email: Option<String>,
    passphrase: String,
}

/// `POST /api/v1/login`. A browser is one person's: whoever was logged in before is logged out.
pub(crate) async fn log_in(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    AskedWhole(LogIn { email, passphrase }): AskedWhole<LogIn>,
) -> Result<Response, Denied> {
    let Some(email) = email else {
        let token = hub.access.log_in(passphrase, &caller).await?;
        end_account(&hub, &caller).await?;
        let other = (
            header::SET_COOKIE,
            cookie::clear(cookie::ACCOUNT, hub.transport(&caller)),
        );
        let came_in = came_in(&hub, &caller, SecurityEvent::LoggedIn, &token);
        return Ok((AppendHeaders([other]), came_in).into_response());
    };
    let (account, token) = hub.access.log_in_account(&email, passphrase, &caller).await?;
    became_hers(&hub, &caller, SecurityEvent::LoggedIn, &account, &token).await
}

#[derive(Serialize)]
pub(crate) struct Ways {
    /// Whether organisers have accounts here, so that an address is asked for.
    accounts: bool,
    /// Whether a link to another passphrase goes by mail.
    mail: bool,
    /// The host at which they log in by passkeys, if this server's address allows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    passkeys_at: Option<String>,
}

/// `GET /api/v1/login`
pub(crate) async fn ways(State(hub): State<Arc<Hub>>) -> Result<Json<Ways>, Denied> {
    Ok(Json(Ways {
        accounts: hub.access.has_accounts().await?,
        mail: hub.post.office().is_some(),
        passkeys_at: hub.passkeys().map(|passkeys| passkeys.host().to_owned()),
    }))
}

#[derive(Deserialize)]
pub(crate) struct ChangePassphrase {
    old: String,
    new: String,
}

/// `POST /api/v1/passphrase`. Every session of the operator ends but the caller's, which is a new one.
pub(crate) async fn change_passphrase(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    Asked(ChangePassphrase { old, new }): Asked<ChangePassphrase>,
) -> Result<WithCookie, Denied> {
    let token = hub.access.change_passphrase(old, new, &caller).await?;
    Ok(came_in(&hub, &caller, SecurityEvent::PassphraseChanged, &token))
}

/// `POST /api/v1/logout`
pub(crate) async fn log_out(State(hub): State<Arc<Hub>>, caller: Caller) -> Result<Response, Denied> {
    end_operator(&hub, &caller).await?;
    end_account(&hub, &caller).await?;
    let transport = hub.transport(&caller);
    let shown = |name: &&str| cookie::value(&caller.headers, name).is_some() || *name == cookie::OPERATOR;
    let cleared: Vec<_> = [cookie::OPERATOR, cookie::ACCOUNT]
        .into_iter()
        .filter(shown)
        .map(|name| (header::SET_COOKIE, cookie::clear(name, transport)))
        .collect();
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cleared)).into_response())
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::role::Role;
    use serde_json::json;

    use super::*;
    use crate::access::Revocation;
    use crate::database::on_either;
    use crate::fixture::{Browser, PASSPHRASE, open_hub};

    #[tokio::test]
    async fn the_set_up_link_sets_the_passphrase_once_and_logs_in() {
        let hub = open_hub().await;
        let first = hub.hub.access.set_up_link_token().await.unwrap().unwrap();
        let token = hub.hub.access.set_up_link_token().await.unwrap().unwrap();
        let browser = hub.browser();
        let asked = |token: &str, passphrase: &str| json!({ "token": token, "passphrase": passphrase });

        let answer = browser.post("/api/v1/setup", asked(&first, PASSPHRASE)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::FORBIDDEN, "set_up_link_wrong")
        );
        let answer = browser.post("/api/v1/setup", asked(&token, "elleve tegn")).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "passphrase_length")
        );
        let elsewhere = hub.browser().at("192.168.1.20");
        let answer = elsewhere.post("/api/v1/setup", asked(&token, PASSPHRASE)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::FORBIDDEN, "this_machine_only")
        );

        let answer = browser.post("/api/v1/setup", asked(&token, PASSPHRASE)).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert!(
            answer.cookies[0].starts_with("borsklokka_operator="),
            "{:?}",
            answer.cookies
        );
        let answer = browser.post("/api/v1/setup", asked(&token, PASSPHRASE)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::CONFLICT, "already_set_up")
        );
        assert_eq!(hub.hub.access.set_up_link_token().await.unwrap(), None);
        let phc: String = on_either!(hub.database.reading(), on => sqlx::query_scalar("SELECT passphrase_phc FROM operator")
            .fetch_one(on)
            .await)
            .unwrap();
        assert!(phc.starts_with("$argon2id$v=19$"), "{phc}");
    }

    #[tokio::test]
    async fn the_passphrase_logs_in_here_and_logging_out_closes_sockets() {
        let hub = open_hub().await;
        let mut browser = hub.browser();
        let right = json!({ "passphrase": PASSPHRASE });
        let answer = browser.post("/api/v1/login", right.clone()).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::CONFLICT, "not_set_up")
        );
        hub.operator().await;
        let answer = browser
            .post("/api/v1/login", json!({ "passphrase": "tre ganske gale ord" }))
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::FORBIDDEN, "passphrase_wrong")
        );
        let answer = hub
            .browser()
            .at("192.168.1.20")
            .post("/api/v1/login", right.clone())
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::FORBIDDEN, "this_machine_only")
        );

        let answer = browser.post("/api/v1/login", right).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        browser.keep(&answer.cookies[0]);
        assert_eq!(browser.get("/api/v1/exchanges").await.status, StatusCode::OK);
        let session = browser.get("/api/v1/exchanges/drammen/session").await;

        let mut revocations = hub.hub.access.revocations();
        let answer = browser.post("/api/v1/logout", json!({})).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        let Ok(Revocation::Device(revoked)) = revocations.recv().await else {
            panic!("a revocation is announced")
        };
        assert_eq!(revoked.to_string(), session.json["device"]);
        // The cookie that the browser had is worth nothing now, even if it is kept.
        let answer = browser.get("/api/v1/exchanges").await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNAUTHORIZED, "not_logged_in")
        );
    }

    #[tokio::test]
    async fn over_tls_the_passphrase_works_from_elsewhere_and_its_cookie_stays_on_tls() {
        let hub = open_hub().await;
        let tablet = hub.browser().at("192.168.1.20").over_tls();
        let token = hub.hub.access.set_up_link_token().await.unwrap().unwrap();
        let asked = json!({ "token": token, "passphrase": PASSPHRASE });
        let answer = tablet.post("/api/v1/setup", asked).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert!(answer.cookies[0].ends_with("; Secure"), "{:?}", answer.cookies);
        let mut browser = tablet.clone();
        browser.keep(&answer.cookies[0]);
        assert_eq!(browser.get("/api/v1/exchanges").await.status, StatusCode::OK);
        // Whoever guesses from elsewhere does not lock the organiser out of the server's own machine.
        let wrong = json!({ "passphrase": "tre ganske gale ord" });
        for _ in 0..5 {
            tablet.post("/api/v1/login", wrong.clone()).await;
        }
        let right = json!({ "passphrase": PASSPHRASE });
        let answer = tablet.post("/api/v1/login", right.clone()).await;
        assert_eq!(answer.code(), "too_many_tries");
        let answer = hub.browser().post("/api/v1/login", right).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert!(!answer.cookies[0].contains("Secure"), "{:?}", answer.cookies);
    }

    #[tokio::test]
    async fn another_passphrase_ends_every_session_but_the_callers() {
        const OTHER: &str = "fem ganske andre ord";
        let hub = open_hub().await;
        let (mut changing, other) = (hub.operator().await, hub.operator().await);
        let paired = Browser::bearing(&hub, &hub.token("drammen", Role::Broker, "Ingrid").await);
        let asked = |old: &str, new: &str| json!({ "old": old, "new": new });
        let path = "/api/v1/passphrase";
        for (old, new, code) in [
            (PASSPHRASE, "elleve tegn", "passphrase_length"),
            (PASSPHRASE, "Drammen 2026", "passphrase_common"),
            ("tre ganske gale ord", OTHER, "passphrase_wrong"),
        ] {
            assert_eq!(changing.post(path, asked(old, new)).await.code(), code);
        }
        let mut revocations = hub.hub.access.revocations();
        let answer = changing.post(path, asked(PASSPHRASE, OTHER)).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
        assert!(revocations.try_recv().is_ok(), "the operator's sockets close");
        let before = changing.clone();
        changing.keep(&answer.cookies[0]);
        for (browser, status) in [
            (&changing, StatusCode::OK),
            (&before, StatusCode::UNAUTHORIZED),
            (&other, StatusCode::UNAUTHORIZED),
        ] {
            assert_eq!(browser.get("/api/v1/exchanges").await.status, status);
        }
        for (passphrase, code) in [(PASSPHRASE, "passphrase_wrong"), (OTHER, "")] {
            let asked = json!({ "passphrase": passphrase });
            let answer = hub.browser().post("/api/v1/login", asked).await;
            assert_eq!(answer.code(), code);
        }
        let session = paired.get("/api/v1/exchanges/drammen/session").await;
        assert_eq!(session.json["role"], "broker", "tablets go on");
    }

    #[tokio::test]
    async fn whoever_has_a_session_cannot_guess_the_passphrase_by_changing_it() {
        let hub = open_hub().await;
        let operator = hub.operator().await;
        let guess = json!({ "old": "tre ganske gale ord", "new": PASSPHRASE });
        for _ in 0..5 {
            assert_eq!(
                operator.post("/api/v1/passphrase", guess.clone()).await.code(),
                "passphrase_wrong"
            );
        }
        let right = json!({ "old": PASSPHRASE, "new": "fem ganske andre ord" });
        let answer = operator.post("/api/v1/passphrase", right).await;
        assert_eq!(answer.code(), "too_many_tries");
        let nobody = hub.browser().post("/api/v1/passphrase", guess).await;
        assert_eq!(nobody.code(), "not_logged_in");
    }

    #[tokio::test]
    async fn a_passphrase_that_is_taken_away_is_set_anew_by_a_new_link() {
        let hub = open_hub().await;
        let operator = hub.operator().await;
        assert!(hub.hub.access.forget_passphrase().await.unwrap());
        assert!(
            !hub.hub.access.forget_passphrase().await.unwrap(),
            "there is none"
        );
        assert_eq!(operator.get("/api/v1/exchanges").await.code(), "not_logged_in");
        let hub = hub.restarted().await;
        let browser = hub.browser();
        let answer = browser.post("/api/v1/login", json!({ "passphrase": PASSPHRASE }));
        assert_eq!(answer.await.code(), "not_set_up");
        let operator = hub.operator().await;
        assert_eq!(operator.get("/api/v1/exchanges").await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn passphrases_cannot_be_tried_for_long() {
        let hub = open_hub().await;
        hub.operator().await;
        let browser = hub.browser();
        for _ in 0..5 {
            let answer = browser
                .post("/api/v1/login", json!({ "passphrase": "tre ganske gale ord" }))
                .await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
        }
        let answer = browser
            .post("/api/v1/login", json!({ "passphrase": PASSPHRASE }))
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::TOO_MANY_REQUESTS, "too_many_tries")
        );
        assert_eq!(answer.headers[header::RETRY_AFTER], "30");
        hub.clock.pass_ms(30_000);
        let answer = browser
            .post("/api/v1/login", json!({ "passphrase": PASSPHRASE }))
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
}
