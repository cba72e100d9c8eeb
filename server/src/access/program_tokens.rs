//! Tokens by which other programs read. Each has a name, may run out, can be revoked at once, and opens no more than its role's rights name.

use borsklokka_shared::ids::{DeviceId, ExchangeId, ProgramTokenId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::{DEVICE_NAME_CHARS_MAX, PROGRAM_TOKEN_DAYS_MAX, PROGRAM_TOKENS_MAX};
use borsklokka_shared::programs::{ProgramToken, ProgramTokenMade, ProgramTokenWanted};
use borsklokka_shared::role::Role;
use borsklokka_shared::text::readable;
use uuid::Uuid;

use super::devices::LAST_SEEN_MS;
use super::{Access, Session, secret};
use crate::api::{Denied, Thing};
use crate::database::{on_either, within, write_on};

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// `id, name, with_report, made_at_ms, expires_at_ms, last_used_ms`.
type Columns = (String, String, i64, i64, Option<i64>, Option<i64>);

fn read((id, name, with_report, made, expires, used): Columns) -> Result<ProgramToken, Denied> {
    let broken = |_| Denied::Broken("a stored token of a program has no id".to_owned());
    Ok(ProgramToken {
        id: id.parse().map_err(broken)?,
        name,
        with_report: with_report != 0,
        made_at: Instant::from_unix_ms(made),
        expires_at: expires.map(Instant::from_unix_ms),
        last_used: used.map(Instant::from_unix_ms),
    })
}

impl Access {
    /// The session that a program's token opens in this exchange.
    pub(super) async fn program_session(
        &self,
        exchange: ExchangeId,
        token: &str,
    ) -> Result<Option<Session>, Denied> {
        let now = self.clock.now();
        let row: Option<Columns> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, name, with_report, made_at_ms, expires_at_ms, last_used_ms FROM program_tokens \
             WHERE exchange_id = $1 AND token_sha256 = $2 AND revoked_at_ms IS NULL \
             AND (expires_at_ms IS NULL OR expires_at_ms > $3)",
        )
        .bind(exchange.to_string())
        .bind(secret::token_sha256(token))
        .bind(now.unix_ms)
        .fetch_optional(on)
        .await)?;
        let Some(found) = row.map(read).transpose()? else {
            return Ok(None);
        };
        if found
            .last_used
            .is_none_or(|used| now.ms_since(used) >= LAST_SEEN_MS)
        {
            self.note_used(exchange, found.id, now);
        }
        Ok(Some(Session {
            device: DeviceId(found.id.0),
            role: if found.with_report {
                Role::Reporter
            } else {
                Role::Program
            },
            name: found.name,
            paired_at: found.made_at,
            account: None,
        }))
    }

    /// Notes when a token was used, on the side: nobody waits for it.
    fn note_used(&self, exchange: ExchangeId, id: ProgramTokenId, now: Instant) {
        let database = self.database.clone();
        tokio::spawn(async move {
            let noted = write_on!(&database, on => sqlx::query(
                "UPDATE program_tokens SET last_used_ms = $1 WHERE exchange_id = $2 AND id = $3",
            )
            .bind(now.unix_ms)
            .bind(exchange.to_string())
            .bind(id.to_string())
            .execute(on)
            .await
            .map(drop));
            if let Err(error) = noted {
                tracing::warn!(%exchange, "cannot note when a program's token was last used: {error}");
            }
        });
    }

    /// The tokens that hold, in the order in which they were made.
    pub(crate) async fn program_tokens(&self, exchange: ExchangeId) -> Result<Vec<ProgramToken>, Denied> {
        let rows: Vec<Columns> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, name, with_report, made_at_ms, expires_at_ms, last_used_ms FROM program_tokens \
             WHERE exchange_id = $1 AND revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > $2) \
             ORDER BY made_at_ms, id",
        )
        .bind(exchange.to_string())
        .bind(self.clock.now().unix_ms)
        .fetch_all(on)
        .await)?;
        rows.into_iter().map(read).collect()
    }

    /// Makes a token. It is given this once: only its hash is kept.
    ///
    /// # Errors
    /// If its name cannot be shown, it would hold for too long, there are as many, or the database cannot be written.
    pub(crate) async fn make_program_token(
        &self,
        exchange: ExchangeId,
        wanted: &ProgramTokenWanted,
    ) -> Result<ProgramTokenMade, Denied> {
        let name = readable("name", &wanted.name, DEVICE_NAME_CHARS_MAX)?;
        if wanted
            .days
            .is_some_and(|days| !(1..=PROGRAM_TOKEN_DAYS_MAX).contains(&days))
        {
            return Err(Denied::TokenDays {
                days_max: PROGRAM_TOKEN_DAYS_MAX,
            });
        }
        let (id, token) = (ProgramTokenId(Uuid::now_v7()), secret::token()?);
        let now = self.clock.now();
        let expires_at = wanted.days.map(|days| now.plus_ms(i64::from(days) * DAY_MS));
        let mut transaction = self.database.begin().await?;
        let there: i64 = within!(&mut transaction, on => sqlx::query_scalar(
            "SELECT COUNT(*) FROM program_tokens WHERE exchange_id = $1 AND revoked_at_ms IS NULL \
             AND (expires_at_ms IS NULL OR expires_at_ms > $2)",
        )
        .bind(exchange.to_string())
        .bind(now.unix_ms)
        .fetch_one(&mut **on)
        .await)?;
        if there >= i64::from(PROGRAM_TOKENS_MAX) {
            return Err(Denied::TooMany {
                thing: Thing::ProgramTokens,
                max: PROGRAM_TOKENS_MAX,
            });
        }
        within!(&mut transaction, on => sqlx::query(
            "INSERT INTO program_tokens (exchange_id, id, name, token_sha256, with_report, made_at_ms, expires_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(exchange.to_string())
        .bind(id.to_string())
        .bind(&name)
        .bind(secret::token_sha256(&token))
        .bind(i64::from(wanted.with_report))
        .bind(now.unix_ms)
        .bind(expires_at.map(|at| at.unix_ms))
        .execute(&mut **on)
        .await
        .map(drop))?;
        transaction.commit().await?;
        Ok(ProgramTokenMade { id, token })
    }

    /// Ends a token for good.
    ///
    /// # Errors
    /// If there is none that holds, or the database cannot be written.
    pub(crate) async fn revoke_program_token(
        &self,
        exchange: ExchangeId,
        id: ProgramTokenId,
    ) -> Result<(), Denied> {
        let revoked = write_on!(&self.database, on => sqlx::query(
            "UPDATE program_tokens SET revoked_at_ms = $1 WHERE exchange_id = $2 AND id = $3 AND revoked_at_ms IS NULL",
        )
        .bind(self.clock.now().unix_ms)
        .bind(exchange.to_string())
        .bind(id.to_string())
        .execute(on)
        .await
        .map(|done| done.rows_affected()))?;
        if revoked == 0 {
            return Err(Denied::UnknownProgramToken);
        }
        Ok(())
    }
}
