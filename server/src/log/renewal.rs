//! Another name for the history that an exchange is: what was restored goes on otherwise than it did, so nobody may resume in it. What
//! was written in it under its former name is of it still.

use borsklokka_shared::ids::{Epoch, ExchangeId};
use uuid::Uuid;

use crate::database::{Transaction, within};

/// Gives the history of an exchange another epoch, and keeps what it was called.
///
/// # Errors
/// If the database fails.
pub(crate) async fn renew(transaction: &mut Transaction, exchange: ExchangeId) -> Result<(), sqlx::Error> {
    // What waited when the backup was made went since, or did not.
    within!(&mut *transaction, on => sqlx::query(
        "UPDATE mails SET state = 'unknown' WHERE exchange_id = $1 AND state IN ('waiting', 'sending')",
    )
    .bind(exchange.to_string())
    .execute(&mut **on)
    .await
    .map(drop))?;
    // So did what other programs were to be told; what happens from here on is told anew.
    for statement in [
        "UPDATE webhook_deliveries SET state = 'dropped' WHERE exchange_id = $1 AND state IN ('waiting', 'sending')",
        "UPDATE webhooks SET after_seq = (SELECT COALESCE(MAX(seq), 0) FROM events WHERE exchange_id = $1) WHERE exchange_id = $1",
    ] {
        within!(&mut *transaction, on => sqlx::query(statement)
            .bind(exchange.to_string())
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    renew_as(transaction, exchange, Epoch(Uuid::now_v7())).await
}

/// The same, with the epoch that it gets.
///
/// # Errors
/// If the database fails.
pub(super) async fn renew_as(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    epoch: Epoch,
) -> Result<(), sqlx::Error> {
    within!(transaction, on => sqlx::query(
        "UPDATE exchanges SET former_epochs = TRIM(epoch || ' ' || former_epochs), epoch = $1 WHERE id = $2",
    )
    .bind(epoch.to_string())
    .bind(exchange.to_string())
    .execute(&mut **on)
    .await
    .map(drop))
}
