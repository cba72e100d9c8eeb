//! Links by which an organiser chooses a passphrase: the first one, or another. Each is used once; only its hash is kept.

use borsklokka_shared::ids::AccountId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::{INVITATION_DAYS, NEW_PASSPHRASE_HOURS};
use serde::Serialize;

use super::account::Account;
use super::mails::{self, AccountMail, Word};
use super::rows::{hold, named, set_name, stored_account};
use super::sessions;
use super::token::{Link, insert};
use crate::access::passphrase::hashed;
use crate::access::{Access, secret};
use crate::api::{Caller, Denied};
use crate::database::{Transaction, on_either, within};

/// How long an invitation can be used, in milliseconds.
const INVITATION_MS: i64 = INVITATION_DAYS * 24 * 60 * 60 * 1_000;
/// How long a link to another passphrase can be used, in milliseconds.
const NEW_PASSPHRASE_MS: i64 = NEW_PASSPHRASE_HOURS * 60 * 60 * 1_000;

/// Whose a link is, for whoever has it.
#[derive(Serialize)]
pub(crate) struct Linked {
    email: String,
    name: String,
    /// Whether it is her invitation.
    first: bool,
}

impl Access {
    /// Makes a link in place of those that were made before.
    pub(crate) async fn make_account_link(&self, id: AccountId) -> Result<Link, Denied> {
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, id).await?;
        let stands: Option<(Option<String>, Option<i64>)> = within!(&mut transaction, on => sqlx::query_as(
            "SELECT passphrase_phc, disabled_at_ms FROM accounts WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(&mut **on)
        .await)?;
        let Some((phc, None)) = stands else {
            return Err(Denied::UnknownAccount);
        };
        withdraw(&mut transaction, id).await?;
        let link = make(&mut transaction, id, phc.is_none(), self.clock.now()).await?;
        transaction.commit().await?;
        Ok(link)
    }

    /// Whose a link is.
    pub(crate) async fn linked(&self, token: &str, caller: &Caller) -> Result<Linked, Denied> {
        let found: Option<(String, String, Option<String>)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT a.email, a.name, a.passphrase_phc FROM account_tokens t JOIN accounts a ON a.id = t.account_id \
             WHERE t.token_sha256 = $1 AND t.expires_at_ms > $2 AND a.disabled_at_ms IS NULL",
        )
        .bind(secret::token_sha256(token))
        .bind(self.clock.now().unix_ms)
        .fetch_optional(on)
        .await)?;
        let Some((email, name, phc)) = found else {
            self.try_wrong_link(caller.peer.address)?;
            return Err(Denied::AccountLinkGone);
        };
        Ok(Linked {
            email,
            name,
            first: phc.is_none(),
        })
    }

    /// Uses a link: the passphrase is this one from now on, every session of the account ends, and one begins. Gives its token.
    pub(crate) async fn use_link(
        &self,
        token: &str,
        name: Option<&str>,
        passphrase: String,
        word: Word,
        caller: &Caller,
    ) -> Result<(Account, String), Denied> {
        // It is hashed for nobody who has no link.
        let whose = self.linked(token, caller).await?;
        self.check_new(
            &passphrase,
            &[&whose.email, &whose.name, name.unwrap_or_default()],
        )
        .await?;
        let name = name.map(named).transpose()?;
        let phc = hashed(passphrase).await?;
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        let used: Option<String> = within!(&mut transaction, on => sqlx::query_scalar(
            "DELETE FROM account_tokens WHERE token_sha256 = $1 AND expires_at_ms > $2 RETURNING account_id",
        )
        .bind(secret::token_sha256(token))
        .bind(now.unix_ms)
        .fetch_optional(&mut **on)
        .await)?;
        let id = stored_account(&used.ok_or(Denied::AccountLinkGone)?)?;
        let had_one: Option<i64> = within!(&mut transaction, on => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM accounts WHERE id = $1 AND passphrase_phc IS NOT NULL",
        )
        .bind(id.to_string())
        .fetch_optional(&mut **on)
        .await)?;
        let set = within!(&mut transaction, on => sqlx::query(
            "UPDATE accounts SET passphrase_phc = $1, changed_at_ms = $2 WHERE id = $3 AND disabled_at_ms IS NULL",
        )
        .bind(phc)
        .bind(now.unix_ms)
        .bind(id.to_string())
        .execute(&mut **on)
        .await
        .map(|done| done.rows_affected()))?;
        if set == 0 {
            return Err(Denied::AccountLinkGone);
        }
        if let Some(name) = name {
            set_name(&mut transaction, id, &name).await?;
        }
        withdraw(&mut transaction, id).await?;
        if had_one.is_some() && word == Word::Sent {
            mails::queue(&mut transaction, id, AccountMail::PassphraseChanged, now).await?;
        }
        let mut revoked = sessions::end_all(&mut transaction, id, None, now).await?;
        let (token, more) = sessions::begin(&mut transaction, id, caller, now).await?;
        transaction.commit().await?;
        revoked.extend(more);
        self.close_all(&revoked);
        let account = self.account_session(&token).await?;
        Ok((account.ok_or(Denied::AccountLinkGone)?, token))
    }
}

/// Makes a link: an invitation, or one to another passphrase.
pub(super) async fn make(
    transaction: &mut Transaction,
    id: AccountId,
    is_first: bool,
    now: Instant,
) -> Result<Link, Denied> {
    let lasts_ms = if is_first {
        INVITATION_MS
    } else {
        NEW_PASSPHRASE_MS
    };
    insert(transaction, id, now, now.plus_ms(lasts_ms)).await
}

/// Takes an account's links back.
pub(super) async fn withdraw(transaction: &mut Transaction, id: AccountId) -> Result<(), Denied> {
    within!(&mut *transaction, on => sqlx::query("DELETE FROM account_tokens WHERE account_id = $1")
        .bind(id.to_string())
        .execute(&mut **on)
        .await
        .map(drop))?;
    Ok(())
}
