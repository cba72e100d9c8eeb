//! The link of an account, as it is made: of its token only the hash is kept.

use borsklokka_shared::ids::AccountId;
use borsklokka_shared::instant::Instant;

use crate::access::secret;
use crate::api::Denied;
use crate::database::{Transaction, within};

/// A link that was made.
#[derive(Debug)]
pub(crate) struct Link {
    /// What stands at its end.
    pub(crate) token: String,
    /// Until when it can be used.
    pub(crate) until: Instant,
}

/// Makes a link that can be used until then.
pub(super) async fn insert(
    transaction: &mut Transaction,
    id: AccountId,
    now: Instant,
    until: Instant,
) -> Result<Link, Denied> {
    let token = secret::token()?;
    within!(&mut *transaction, on => sqlx::query(
        "INSERT INTO account_tokens (token_sha256, account_id, made_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4)",
    )
    .bind(secret::token_sha256(&token))
    .bind(id.to_string())
    .bind(now.unix_ms)
    .bind(until.unix_ms)
    .execute(&mut **on)
    .await
    .map(drop))?;
    Ok(Link { token, until })
}
