//! Pairing codes: the organiser makes a short one, a tablet trades it for a session of its own ([`super::pair`]), once
//! and within a quarter of an hour.

use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen::Screen;
use serde::Serialize;
use uuid::Uuid;

use super::secret::PairingCode;
use super::{Access, stored_role};
use crate::api::{Denied, Thing};
use crate::database::{on_either, within, write_on};

/// How long a code can be used, in milliseconds.
pub(crate) const CODE_MS: i64 = 15 * 60 * 1_000;
/// Open codes of one exchange, counted.
pub(crate) const OPEN_CODES_MAX: u32 = 50;

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
    ) -> Result<String, Denied> {
        let (_, code, _) = self.make_code(exchange, role, None).await?;
        Ok(pairing_url(public_url, slug, &code))
    }

    pub(crate) async fn make_code(
        &self,
        exchange: ExchangeId,
        role: Role,
        name: Option<&str>,
    ) -> Result<(Uuid, PairingCode, Instant), Denied> {
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
            return Err(Denied::TooMany {
                thing: Thing::PairingCodes,
                max: OPEN_CODES_MAX,
            });
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

    pub(crate) async fn pairing(&self, exchange: ExchangeId) -> Result<Pairing, Denied> {
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
                        .map_err(|_| Denied::Broken(format!("a stored id is not a UUID: {id}")))?,
                    role: stored_role(&role)?,
                    name,
                    made_at: Instant::from_unix_ms(made_at_ms),
                    expires_at: Instant::from_unix_ms(expires_at_ms),
                })
            })
            .collect::<Result<_, Denied>>()?;
        Ok(Pairing { open })
    }

    pub(crate) async fn withdraw_code(&self, exchange: ExchangeId, id: &str) -> Result<(), Denied> {
        let withdrawn = write_on!(&self.database, on => sqlx::query("DELETE FROM pairing_codes WHERE exchange_id = $1 AND id = $2 AND expires_at_ms > $3")
                .bind(exchange.to_string())
                .bind(id)
                .bind(self.clock.now().unix_ms)
                .execute(on)
                .await.map(|done| done.rows_affected()))?;
        if withdrawn == 0 {
            Err(Denied::UnknownPairingCode)
        } else {
            Ok(())
        }
    }
}

/// The address that fills a code in by itself. The code stands after `#`: a browser sends that part to no server, so it
/// is in nobody's access log.
pub(crate) fn pairing_url(public_url: &str, slug: &str, code: &PairingCode) -> String {
    format!(
        "{}{}#{code}",
        public_url.trim_end_matches('/'),
        Screen::Pair.path(slug)
    )
}
