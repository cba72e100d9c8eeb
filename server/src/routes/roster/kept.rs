//! What the organiser said of a file's columns, for the next file with the same heads.

use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::roster::Mapping;

use crate::access::Access;
use crate::api::Denied;
use crate::database::{on_either, within};

/// Kinds of files of one exchange, counted: the oldest is forgotten.
const KEPT_MAX: i64 = 20;

/// What was said of a file with these heads. What an earlier version kept and this one cannot read was not said.
pub(super) async fn find(
    access: &Access,
    exchange: ExchangeId,
    signature: &str,
) -> Result<Option<Mapping>, Denied> {
    let found: Option<String> = on_either!(access.database().reading(), on => sqlx::query_scalar(
        "SELECT mapping FROM roster_mappings WHERE exchange_id = $1 AND heads_sha256 = $2",
    )
    .bind(exchange.to_string())
    .bind(signature)
    .fetch_optional(on)
    .await)?;
    Ok(found.and_then(|mapping| serde_json::from_str(&mapping).ok()))
}

/// Keeps what was said.
pub(super) async fn keep(
    access: &Access,
    exchange: ExchangeId,
    signature: &str,
    mapping: &Mapping,
) -> Result<(), Denied> {
    let mapping = serde_json::to_string(mapping).expect("a mapping has string keys only");
    let mut transaction = access.database().begin().await?;
    within!(&mut transaction, on => sqlx::query(
        "INSERT INTO roster_mappings (exchange_id, heads_sha256, mapping, kept_at_ms) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (exchange_id, heads_sha256) DO UPDATE SET mapping = excluded.mapping, kept_at_ms = excluded.kept_at_ms",
    )
    .bind(exchange.to_string())
    .bind(signature)
    .bind(mapping)
    .bind(access.clock().now().unix_ms)
    .execute(&mut **on)
    .await.map(drop))?;
    within!(&mut transaction, on => sqlx::query(
        "DELETE FROM roster_mappings WHERE exchange_id = $1 AND heads_sha256 NOT IN \
         (SELECT heads_sha256 FROM roster_mappings WHERE exchange_id = $1 ORDER BY kept_at_ms DESC, heads_sha256 LIMIT $2)",
    )
    .bind(exchange.to_string())
    .bind(KEPT_MAX)
    .execute(&mut **on)
    .await.map(drop))?;
    transaction.commit().await?;
    Ok(())
}
