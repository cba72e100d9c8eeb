//! Every way in, closed at once: what was closed since a backup was made would be open again in it.

use borsklokka_shared::instant::Instant;

use crate::database::{Transaction, within};

/// Ends the session of every device, of every account and of the operator, withdraws codes and invitations, and takes links and
/// other programs' tokens back.
///
/// # Errors
/// If the database fails.
pub(crate) async fn revoke_everything(
    transaction: &mut Transaction,
    now: Instant,
) -> Result<(), sqlx::Error> {
    for statement in [
        "UPDATE devices SET revoked_at_ms = $1 WHERE revoked_at_ms IS NULL",
        "UPDATE agreement_links SET revoked_at_ms = $1 WHERE revoked_at_ms IS NULL",
        "UPDATE mail_links SET revoked_at_ms = $1 WHERE revoked_at_ms IS NULL",
        "UPDATE program_tokens SET revoked_at_ms = $1 WHERE revoked_at_ms IS NULL",
    ] {
        within!(&mut *transaction, on => sqlx::query(statement)
            .bind(now.unix_ms)
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    for statement in [
        "DELETE FROM pairing_codes",
        "DELETE FROM operator_sessions",
        "DELETE FROM account_sessions",
        "DELETE FROM account_tokens",
        "DELETE FROM account_challenges",
    ] {
        within!(&mut *transaction, on => sqlx::query(statement).execute(&mut **on).await.map(drop))?;
    }
    Ok(())
}

/// Sends none of the mails to accounts that waited when a backup was made: they went since, or did not.
///
/// # Errors
/// If the database fails.
pub(crate) async fn leave_account_mails(transaction: &mut Transaction) -> Result<(), sqlx::Error> {
    within!(&mut *transaction, on => sqlx::query(
        "UPDATE account_mails SET state = 'unknown' WHERE state IN ('waiting', 'sending')",
    )
    .execute(&mut **on)
    .await
    .map(drop))
}
