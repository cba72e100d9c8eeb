//! The operator: whoever runs the server. One passphrase, set once through the set-up link.
//!
//! An operator's session acts as organiser in every exchange of the server. Roles hold per exchange; organisers who are
//! members of some exchanges only come with hosting, and with a table of memberships.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::AppendHeaders;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use serde::Deserialize;
use uuid::Uuid;

use super::caller::Asked;
use super::limit::{Logins, Whereabouts};
use super::{Access, AccessError, Caller, SESSION_MS, Session, cookie, secret, stored_device, transport};
use crate::database::{on_either, within, write_on};
use crate::hub::Hub;
use crate::signal;

/// Shortest passphrase, in characters.
const PASSPHRASE_CHARS_MIN: usize = 12;
/// Longest passphrase, in characters.
const PASSPHRASE_CHARS_MAX: usize = 200;
/// What the operator's commands are signed with.
const OPERATOR_NAME: &str = "Arrangør";

impl Access {
    /// A new one-time token for the set-up link, while the server has no passphrase; it replaces the one before. Only
    /// its hash is kept, in memory.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn set_up_link_token(&self) -> Result<Option<String>, AccessError> {
        if self.passphrase_phc().await?.is_some() {
            return Ok(None);
        }
        let token = secret::token()?;
        *self.set_up_link() = Some(secret::token_sha256(&token));
        Ok(Some(token))
    }

    /// Sets the passphrase, once, and logs in: gives the session's token.
    async fn set_up(&self, token: &str, passphrase: String) -> Result<String, AccessError> {
        if self.passphrase_phc().await?.is_some() {
            return Err(AccessError::AlreadySetUp);
        }
        if self.set_up_link().as_deref() != Some(secret::token_sha256(token).as_str()) {
            return Err(AccessError::SetUpLinkWrong);
        }
        if !(PASSPHRASE_CHARS_MIN..=PASSPHRASE_CHARS_MAX).contains(&passphrase.chars().count()) {
            return Err(AccessError::PassphraseLength {
                min: PASSPHRASE_CHARS_MIN,
                max: PASSPHRASE_CHARS_MAX,
            });
        }
        let phc = off_the_executor(move || {
            Argon2::default()
                .hash_password(passphrase.as_bytes())
                .map(|phc| phc.to_string())
        })
        .await?
        .map_err(|error| AccessError::Broken(format!("the passphrase cannot be hashed: {error}")))?;
        let set = write_on!(&self.database, on => sqlx::query(
            "INSERT INTO operator (id, device_id, passphrase_phc, set_at_ms) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(Uuid::new_v4().to_string())
        .bind(phc)
        .bind(self.clock.now().unix_ms)
        .execute(on)
        .await.map(|done| done.rows_affected()))?;
        if set == 0 {
            return Err(AccessError::AlreadySetUp);
        }
        *self.set_up_link() = None;
        self.begin_operator_session().await
    }

    /// Gives a new session's token for the passphrase.
    async fn log_in(&self, passphrase: String, logins: &Logins) -> Result<String, AccessError> {
        logins.try_once()?;
        let phc = self.passphrase_phc().await?.ok_or(AccessError::NotSetUp)?;
        let verified = off_the_executor(move || {
            let phc = PasswordHash::new(&phc)?;
            Argon2::default().verify_password(passphrase.as_bytes(), &phc)
        })
        .await?;
        match verified {
            Ok(()) => {
                logins.succeeded();
                self.begin_operator_session().await
            }
            Err(argon2::password_hash::Error::PasswordInvalid) => {
                logins.failed();
                Err(AccessError::PassphraseWrong)
            }
            Err(error) => Err(AccessError::Broken(format!(
                "the stored passphrase cannot be used: {error}"
            ))),
        }
    }

    /// Ends a session; the operator's sockets close.
    async fn log_out(&self, token: &str) -> Result<(), AccessError> {
        let operator = self.operator_session(token).await?;
        let mut transaction = self.database.begin().await?;
        within!(&mut transaction, on => sqlx::query("DELETE FROM operator_sessions WHERE token_sha256 = $1")
            .bind(secret::token_sha256(token))
            .execute(&mut **on)
            .await.map(|done| done.rows_affected()))?;
        if let Some(Session { device, .. }) = &operator {
            transaction
                .tell_nodes(signal::REVOKED, &device.to_string())
                .await?;
        }
        transaction.commit().await?;
        if let Some(Session { device, .. }) = operator {
            self.close_sockets(device);
        }
        Ok(())
    }

    /// The operator's session that a token opens.
    pub(super) async fn operator_session(&self, token: &str) -> Result<Option<Session>, AccessError> {
        let row: Option<(String, i64)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT device_id, set_at_ms FROM operator, operator_sessions WHERE token_sha256 = $1 AND expires_at_ms > $2",
        )
        .bind(secret::token_sha256(token))
        .bind(self.clock.now().unix_ms)
        .fetch_optional(on)
        .await)?;
        row.map(|(device, set_at_ms)| {
            Ok(Session {
                device: stored_device(&device)?,
                role: Role::Organiser,
                name: OPERATOR_NAME.to_owned(),
                paired_at: Instant::from_unix_ms(set_at_ms),
            })
        })
        .transpose()
    }

    /// Lets only the operator through, on the server's own machine or over the server's own TLS.
    pub(crate) async fn operator(&self, caller: &Caller) -> Result<Session, AccessError> {
        let token = cookie::value(&caller.headers, cookie::OPERATOR).ok_or(AccessError::NotLoggedIn)?;
        let session = self
            .operator_session(&token)
            .await?
            .ok_or(AccessError::NotLoggedIn)?;
        caller.must_be_private()?;
        Ok(session)
    }

    pub(crate) async fn begin_operator_session(&self) -> Result<String, AccessError> {
        let token = secret::token()?;
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        within!(&mut transaction, on => sqlx::query("DELETE FROM operator_sessions WHERE expires_at_ms <= $1")
            .bind(now.unix_ms)
            .execute(&mut **on)
            .await.map(|done| done.rows_affected()))?;
        within!(&mut transaction, on => sqlx::query("INSERT INTO operator_sessions (token_sha256, expires_at_ms) VALUES ($1, $2)")
            .bind(secret::token_sha256(&token))
            .bind(now.plus_ms(SESSION_MS).unix_ms)
            .execute(&mut **on)
            .await.map(|done| done.rows_affected()))?;
        transaction.commit().await?;
        Ok(token)
    }

    async fn passphrase_phc(&self) -> Result<Option<String>, AccessError> {
        Ok(
            on_either!(self.database.reading(), on => sqlx::query_scalar("SELECT passphrase_phc FROM operator")
            .fetch_optional(on)
            .await)?,
        )
    }
}

/// Hashing a passphrase takes tens of milliseconds of one core: elsewhere than where sockets wait.
async fn off_the_executor<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AccessError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| AccessError::Broken(format!("hashing a passphrase did not finish: {error}")))
}

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
) -> Result<WithCookie, AccessError> {
    let token = hub.access.set_up(&token, passphrase).await?;
    Ok(with_cookie(cookie::set(
        cookie::OPERATOR,
        &token,
        transport(&hub, &caller),
    )))
}

#[derive(Deserialize)]
pub(crate) struct LogIn {
    passphrase: String,
}

/// `POST /api/v1/login`
pub(crate) async fn log_in(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    Asked(LogIn { passphrase }): Asked<LogIn>,
) -> Result<WithCookie, AccessError> {
    let access = &hub.access;
    let logins = access.limits.logins(if caller.is_on_this_machine() {
        Whereabouts::ThisMachine
    } else {
        Whereabouts::Elsewhere
    });
    let token = access.log_in(passphrase, logins).await?;
    Ok(with_cookie(cookie::set(
        cookie::OPERATOR,
        &token,
        transport(&hub, &caller),
    )))
}

/// `POST /api/v1/logout`
pub(crate) async fn log_out(State(hub): State<Arc<Hub>>, caller: Caller) -> Result<WithCookie, AccessError> {
    if let Some(token) = cookie::value(&caller.headers, cookie::OPERATOR) {
        hub.access.log_out(&token).await?;
    }
    Ok(with_cookie(cookie::clear(
        cookie::OPERATOR,
        transport(&hub, &caller),
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::access::Revocation;
    use crate::access::fixture::{PASSPHRASE, open_hub};

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
