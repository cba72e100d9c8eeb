//! Pairing codes: the organiser makes a short one, a tablet trades it for a session of its own ([`super::pair`]), once
//! and within a quarter of an hour.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::Role;
use borsklokka_shared::text::readable;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::caller::Asked;
use super::secret::PairingCode;
use super::{Access, AccessError, DEVICE_NAME_CHARS_MAX, Entered, Thing, qr, stored_role};
use crate::database::{on_either, within, write_on};
use crate::hub::Hub;

/// How long a code can be used, in milliseconds.
pub(super) const CODE_MS: i64 = 15 * 60 * 1_000;
/// Open codes of one exchange, counted.
const OPEN_CODES_MAX: u32 = 50;

/// A code that waits to be used, without the code.
#[derive(Serialize)]
struct OpenCode {
    id: Uuid,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    made_at: Instant,
    expires_at: Instant,
}

/// What the organiser sees of pairing.
#[derive(Serialize)]
pub(crate) struct Pairing {
    open: Vec<OpenCode>,
    /// When wrong tries last made all open codes expire.
    guessing_stopped_at: Option<Instant>,
}

impl Access {
    /// Makes a code and gives the link that trades it for a session of `role`: what the server prints when it starts.
    ///
    /// # Errors
    /// If there are too many open codes, or the database cannot be written.
    pub async fn pairing_link(
        &self,
        exchange: ExchangeId,
        slug: &str,
        role: Role,
        public_url: &str,
    ) -> Result<String, AccessError> {
        let (_, code, _) = self.make_code(exchange, role, None).await?;
        Ok(qr::pairing_url(public_url, slug, &code))
    }

    async fn make_code(
        &self,
        exchange: ExchangeId,
        role: Role,
        name: Option<&str>,
    ) -> Result<(Uuid, PairingCode, Instant), AccessError> {
        let (id, code, now) = (Uuid::new_v4(), PairingCode::random()?, self.clock.now());
        let expires_at = now.plus_ms(CODE_MS);
        let mut transaction = self.database.begin().await?;
        within!(&mut transaction, on => sqlx::query("DELETE FROM pairing_codes WHERE exchange_id = $1 AND expires_at_ms <= $2")
            .bind(exchange.to_string())
            .bind(now.unix_ms)
            .execute(&mut **on)
            .await.map(|done| done.rows_affected()))?;
        let open: i64 = within!(&mut transaction, on => sqlx::query_scalar("SELECT COUNT(*) FROM pairing_codes WHERE exchange_id = $1")
            .bind(exchange.to_string())
            .fetch_one(&mut **on)
            .await)?;
        if open >= i64::from(OPEN_CODES_MAX) {
            return Err(AccessError::TooMany {
                thing: Thing::PairingCodes,
                max: OPEN_CODES_MAX,
            });
        }
        if open == 0 {
            within!(&mut transaction, on => sqlx::query("UPDATE pairing_tries SET wrong = 0 WHERE exchange_id = $1")
                .bind(exchange.to_string())
                .execute(&mut **on)
                .await.map(|done| done.rows_affected()))?;
        }
        within!(&mut transaction, on => sqlx::query(
            "INSERT INTO pairing_codes (exchange_id, id, code_sha256, role, name, made_at_ms, expires_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(exchange.to_string())
        .bind(id.to_string())
        .bind(code.sha256(exchange))
        .bind(role.as_str())
        .bind(name)
        .bind(now.unix_ms)
        .bind(expires_at.unix_ms)
        .execute(&mut **on)
        .await.map(|done| done.rows_affected()))?;
        transaction.commit().await?;
        Ok((id, code, expires_at))
    }

    async fn pairing(&self, exchange: ExchangeId) -> Result<Pairing, AccessError> {
        let rows: Vec<(String, String, Option<String>, i64, i64)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, role, name, made_at_ms, expires_at_ms FROM pairing_codes \
             WHERE exchange_id = $1 AND expires_at_ms > $2 ORDER BY made_at_ms, id",
        )
        .bind(exchange.to_string())
        .bind(self.clock.now().unix_ms)
        .fetch_all(on)
        .await)?;
        let open = rows
            .into_iter()
            .map(|(id, role, name, made_at_ms, expires_at_ms)| {
                Ok(OpenCode {
                    id: id
                        .parse()
                        .map_err(|_| AccessError::Broken(format!("a stored id is not a UUID: {id}")))?,
                    role: stored_role(&role)?,
                    name,
                    made_at: Instant::from_unix_ms(made_at_ms),
                    expires_at: Instant::from_unix_ms(expires_at_ms),
                })
            })
            .collect::<Result<_, AccessError>>()?;
        let stopped_at_ms: Option<Option<i64>> = on_either!(self.database.reading(), on => sqlx::query_scalar("SELECT stopped_at_ms FROM pairing_tries WHERE exchange_id = $1")
                .bind(exchange.to_string())
                .fetch_optional(on)
                .await)?;
        Ok(Pairing {
            open,
            guessing_stopped_at: stopped_at_ms.flatten().map(Instant::from_unix_ms),
        })
    }

    async fn withdraw_code(&self, exchange: ExchangeId, id: &str) -> Result<(), AccessError> {
        let withdrawn = write_on!(&self.database, on => sqlx::query("DELETE FROM pairing_codes WHERE exchange_id = $1 AND id = $2 AND expires_at_ms > $3")
                .bind(exchange.to_string())
                .bind(id)
                .bind(self.clock.now().unix_ms)
                .execute(on)
                .await.map(|done| done.rows_affected()))?;
        if withdrawn == 0 {
            Err(AccessError::UnknownPairingCode)
        } else {
            Ok(())
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct NewCode {
    role: Role,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct MadeCode {
    id: Uuid,
    code: String,
    expires_at: Instant,
    url: String,
    qr_svg: String,
    trust_url: Option<String>,
}

/// `POST /api/v1/exchanges/{slug}/pairing-codes`
pub(crate) async fn make(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    asked: Result<Asked<NewCode>, AccessError>,
) -> Result<(StatusCode, Json<MadeCode>), AccessError> {
    let Asked(NewCode { role, name }) = asked?;
    if !role.has(Right::BePaired) {
        return Err(AccessError::RoleNotPaired);
    }
    let name = name
        .filter(|name| !name.trim().is_empty())
        .map(|name| readable("name", &name, DEVICE_NAME_CHARS_MAX))
        .transpose()?;
    let (id, code, expires_at) = hub.access.make_code(exchange, role, name.as_deref()).await?;
    let url = qr::pairing_url(&hub.public_url(), &slug, &code);
    let qr_svg = qr::svg(&url)?;
    Ok((
        StatusCode::CREATED,
        Json(MadeCode {
            id,
            code: code.to_string(),
            expires_at,
            url,
            qr_svg,
            trust_url: hub.trust_url(),
        }),
    ))
}

/// `GET /api/v1/exchanges/{slug}/pairing-codes`
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Pairing>, AccessError> {
    Ok(Json(hub.access.pairing(exchange).await?))
}

/// `DELETE /api/v1/exchanges/{slug}/pairing-codes/{id}`
pub(crate) async fn withdraw(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, AccessError> {
    hub.access.withdraw_code(exchange, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::access::fixture::{Browser, open_hub};

    const CODES: &str = "/api/v1/exchanges/drammen/pairing-codes";

    #[tokio::test]
    async fn codes_are_the_organisers_and_for_the_floor_only() {
        let hub = open_hub().await;
        let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
        assert_eq!(
            moderator.post(CODES, json!({ "role": "broker" })).await.code(),
            "not_allowed"
        );
        assert_eq!(
            hub.browser()
                .post(CODES, json!({ "role": "broker" }))
                .await
                .code(),
            "not_paired"
        );
        let organiser = hub.operator().await;
        for role in ["organiser", "viewer", "clock"] {
            assert_eq!(
                organiser.post(CODES, json!({ "role": role })).await.code(),
                "role_not_paired",
                "{role}"
            );
        }
        for _ in 0..OPEN_CODES_MAX {
            let answer = organiser.post(CODES, json!({ "role": "broker" })).await;
            assert_eq!(answer.status, StatusCode::CREATED);
        }
        let answer = organiser.post(CODES, json!({ "role": "broker" })).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "too_many"));
    }
}
