//! What the statements about accounts share: how an address and a name are written, and how a row is held.

use borsklokka_shared::contact::is_email;
use borsklokka_shared::ids::{AccountId, ExchangeId};
use borsklokka_shared::limits::{DEVICE_NAME_CHARS_MAX, EMAIL_CHARS_MAX};
use borsklokka_shared::text::readable;

use crate::api::Denied;
use crate::database::{Transaction, within};

/// An e-mail address as accounts are found by it.
pub(super) fn folded(email: &str) -> Result<String, Denied> {
    let email = email.trim().to_lowercase();
    if email.chars().count() > EMAIL_CHARS_MAX || !is_email(&email) {
        return Err(Denied::BadEmail);
    }
    Ok(email)
}

/// A name as the log can show it.
pub(super) fn named(name: &str) -> Result<String, Denied> {
    Ok(readable("name", name, DEVICE_NAME_CHARS_MAX)?)
}

pub(super) fn stored_exchange(text: &str) -> Result<ExchangeId, Denied> {
    text.parse()
        .map_err(|_| Denied::Broken(format!("a stored exchange id is not a UUID: {text}")))
}

pub(super) fn stored_account(text: &str) -> Result<AccountId, Denied> {
    text.parse()
        .map_err(|_| Denied::Broken(format!("a stored account id is not a UUID: {text}")))
}

/// Keeps every other transaction from an account until this one ends: a device that it makes and the right that goes never pass each
/// other.
pub(super) async fn hold(transaction: &mut Transaction, id: AccountId) -> Result<(), Denied> {
    let held = within!(&mut *transaction, on => sqlx::query("UPDATE accounts SET changed_at_ms = changed_at_ms WHERE id = $1")
        .bind(id.to_string())
        .execute(&mut **on)
        .await
        .map(|done| done.rows_affected()))?;
    if held == 0 {
        return Err(Denied::UnknownAccount);
    }
    Ok(())
}

pub(super) async fn set_name(transaction: &mut Transaction, id: AccountId, name: &str) -> Result<(), Denied> {
    for statement in [
        "UPDATE accounts SET name = $1 WHERE id = $2",
        "UPDATE devices SET name = $1 WHERE revoked_at_ms IS NULL AND account_session_id IN \
         (SELECT id FROM account_sessions WHERE account_id = $2)",
    ] {
        within!(&mut *transaction, on => sqlx::query(statement)
            .bind(name)
            .bind(id.to_string())
            .execute(&mut **on)
            .await
            .map(drop))?;
    }
    Ok(())
}
