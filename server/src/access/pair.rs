//! Trading a code for a session.
//!
//! Guessing is hopeless: after [`WRONG_TRIES_MAX`] wrong tries all open codes of the exchange expire, and the organiser's
//! list says so.

use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use borsklokka_shared::text::readable;

use super::devices::{TakenOver, make_device, take_over};
use super::secret::PairingCode;
use super::{Access, stored_role};
use crate::api::Denied;
use crate::database::{Transaction, within};

/// Wrong tries, from any address, before all open codes of the exchange expire.
pub(crate) const WRONG_TRIES_MAX: u32 = 20;

impl Access {
    /// Trades a code for a device's token: a new device's, or that of the one which a token in `earlier` once opened. In one
    /// transaction the code is used and the device made or taken over, or the wrong try is counted.
    pub(crate) async fn pair(
        &self,
        exchange: ExchangeId,
        code: &PairingCode,
        name: &str,
        earlier: &[String],
    ) -> Result<String, Denied> {
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        let mut was_taken = None;
        let used: Option<(String, Option<String>)> = within!(&mut transaction, on => sqlx::query_as(
            "DELETE FROM pairing_codes WHERE exchange_id = $1 AND code_sha256 = $2 AND expires_at_ms > $3 \
             RETURNING role, name",
        )
        .bind(exchange.to_string())
        .bind(code.sha256(exchange))
        .bind(now.unix_ms)
        .fetch_optional(&mut **on)
        .await)?;
        let paired = if let Some((role, codes_name)) = used {
            let name = if name.trim().is_empty() {
                codes_name.as_deref().unwrap_or_default()
            } else {
                name
            };
            // A name that cannot be shown leaves the code unused: the transaction rolls back.
            let name = readable("name", name, DEVICE_NAME_CHARS_MAX)?;
            let role = stored_role(&role)?;
            let mut taken = None;
            for token in earlier {
                if taken.is_none() {
                    taken = take_over(&mut transaction, exchange, token, role, &name, now).await?;
                }
            }
            Ok(match taken {
                Some(TakenOver { device, token }) => {
                    was_taken = Some(device);
                    token
                }
                None => make_device(&mut transaction, exchange, role, &name, now).await?,
            })
        } else {
            count_wrong_try(&mut transaction, exchange, now).await?;
            Err(Denied::CodeWrong)
        };
        transaction.commit().await?;
        if let Some(device) = was_taken {
            self.close_sockets(device);
        }
        paired
    }
}

/// Counts a wrong try while codes are open; at the limit they all expire.
async fn count_wrong_try(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    now: Instant,
) -> Result<(), Denied> {
    let open: i64 = within!(transaction, on => sqlx::query_scalar("SELECT COUNT(*) FROM pairing_codes WHERE exchange_id = $1 AND expires_at_ms > $2")
            .bind(exchange.to_string())
            .bind(now.unix_ms)
            .fetch_one(&mut **on)
            .await)?;
    if open == 0 {
        return Ok(());
    }
    let wrong: i64 = within!(transaction, on => sqlx::query_scalar(
        "INSERT INTO pairing_tries (exchange_id, wrong) VALUES ($1, 1) \
         ON CONFLICT (exchange_id) DO UPDATE SET wrong = pairing_tries.wrong + 1 RETURNING wrong",
    )
    .bind(exchange.to_string())
    .fetch_one(&mut **on)
    .await)?;
    if wrong < i64::from(WRONG_TRIES_MAX) {
        return Ok(());
    }
    tracing::warn!(%exchange, wrong, "wrong pairing codes: all open codes of the exchange have expired");
    within!(transaction, on => sqlx::query("DELETE FROM pairing_codes WHERE exchange_id = $1")
        .bind(exchange.to_string())
        .execute(&mut **on)
        .await.map(|done| done.rows_affected()))?;
    within!(transaction, on => sqlx::query("UPDATE pairing_tries SET wrong = 0, stopped_at_ms = $1 WHERE exchange_id = $2")
        .bind(now.unix_ms)
        .bind(exchange.to_string())
        .execute(&mut **on)
        .await.map(|done| done.rows_affected()))?;
    Ok(())
}
