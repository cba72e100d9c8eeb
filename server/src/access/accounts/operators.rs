//! What the operator does with accounts: invites organisers, says which exchanges are theirs, and takes it away.

use borsklokka_shared::ids::{AccountId, DeviceId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::ACCOUNTS_MAX;
use uuid::Uuid;

use super::account::Account;
use super::devices::{Which, revoke_devices};
use super::links;
use super::mails::{self, AccountMail};
use super::rows::{folded, hold, named, set_name, stored_account, stored_exchange};
use super::sessions;
use super::token::Link;
use crate::access::Access;
use crate::api::{Denied, Thing};
use crate::database::{Transaction, on_either, within};

/// What the operator changes of an account; what is not there stays.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// The address that she logs in with.
    pub(crate) email: Option<String>,
    /// What she is called.
    pub(crate) name: Option<String>,
    /// Whether she may make exchanges of her own.
    pub(crate) may_make: Option<bool>,
    /// The language that she is written to in.
    pub(crate) language: Option<Language>,
    /// Whether nobody comes in with it.
    pub(crate) is_disabled: Option<bool>,
    /// Of which exchanges she is organiser.
    pub(crate) exchanges: Option<Vec<ExchangeId>>,
}

/// Who is invited.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invitee<'a> {
    /// The address that she logs in with.
    pub(crate) email: &'a str,
    /// What she is called.
    pub(crate) name: &'a str,
    /// Whether she may make exchanges of her own.
    pub(crate) may_make: bool,
    /// The language that she is written to in.
    pub(crate) language: Language,
    /// Of which exchanges she is organiser.
    pub(crate) exchanges: &'a [ExchangeId],
}

/// How an invitation reaches her.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// By a link that the operator hands on.
    Hand,
    /// By mail.
    Mail,
}

impl Access {
    /// Whether there are accounts on this server.
    pub(crate) async fn has_accounts(&self) -> Result<bool, Denied> {
        let one: Option<i64> = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT CAST(1 AS BIGINT) FROM accounts LIMIT 1",
        )
        .fetch_optional(on)
        .await)?;
        Ok(one.is_some())
    }

    /// The account with an address, if there is one.
    pub(crate) async fn account_of(&self, email: &str) -> Result<Option<AccountId>, Denied> {
        let email = folded(email)?;
        let found: Option<String> = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT id FROM accounts WHERE email = $1",
        )
        .bind(&email)
        .fetch_optional(on)
        .await)?;
        found.as_deref().map(stored_account).transpose()
    }

    /// Makes an account, with a link by which its owner chooses her passphrase, or a mail in which one goes.
    pub(crate) async fn invite(
        &self,
        invitee: Invitee<'_>,
        by: By,
    ) -> Result<(AccountId, Option<Link>), Denied> {
        let (email, name) = (folded(invitee.email)?, named(invitee.name)?);
        let (id, now) = (AccountId(Uuid::new_v4()), self.clock.now());
        let mut transaction = self.database.begin().await?;
        let held: i64 = within!(&mut transaction, on => sqlx::query_scalar("SELECT COUNT(*) FROM accounts")
            .fetch_one(&mut **on)
            .await)?;
        if held >= i64::from(ACCOUNTS_MAX) {
            return Err(Denied::TooMany {
                thing: Thing::Accounts,
                max: ACCOUNTS_MAX,
            });
        }
        let made = within!(&mut transaction, on => sqlx::query(
            "INSERT INTO accounts (id, email, name, may_make, made_at_ms, changed_at_ms, language) VALUES ($1, $2, $3, $4, $5, $5, $6) \
             ON CONFLICT DO NOTHING",
        )
        .bind(id.to_string())
        .bind(email)
        .bind(name)
        .bind(i64::from(invitee.may_make))
        .bind(now.unix_ms)
        .bind(invitee.language.as_str())
        .execute(&mut **on)
        .await
        .map(|done| done.rows_affected()))?;
        if made == 0 {
            return Err(Denied::EmailTaken);
        }
        for exchange in invitee.exchanges {
            give(&mut transaction, id, *exchange, false, now).await?;
        }
        let link = match by {
            By::Hand => Some(links::make(&mut transaction, id, true, now).await?),
            By::Mail => {
                mails::queue(&mut transaction, id, AccountMail::Invitation, now).await?;
                None
            }
        };
        transaction.commit().await?;
        Ok((id, link))
    }

    /// Changes an account. What it may not do any more ends at once.
    pub(crate) async fn change_account(&self, id: AccountId, change: Change) -> Result<(), Denied> {
        let now = self.clock.now();
        let email = change.email.as_deref().map(folded).transpose()?;
        let name = change.name.as_deref().map(named).transpose()?;
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, id).await?;
        if let Some(email) = email {
            set_email(&mut transaction, id, &email).await?;
        }
        if let Some(name) = name {
            set_name(&mut transaction, id, &name).await?;
        }
        if let Some(language) = change.language {
            set_language(&mut transaction, id, language).await?;
        }
        if let Some(may_make) = change.may_make {
            on_account(
                &mut transaction,
                id,
                "UPDATE accounts SET may_make = $2 WHERE id = $1",
                i64::from(may_make),
            )
            .await?;
        }
        let mut revoked = Vec::new();
        if let Some(exchanges) = change.exchanges {
            revoked = set_exchanges(&mut transaction, id, &exchanges, now).await?;
        }
        match change.is_disabled {
            Some(true) => {
                on_account(
                    &mut transaction,
                    id,
                    "UPDATE accounts SET disabled_at_ms = $2 WHERE id = $1 AND disabled_at_ms IS NULL",
                    now.unix_ms,
                )
                .await?;
                revoked.extend(sessions::end_all(&mut transaction, id, None, now).await?);
                links::withdraw(&mut transaction, id).await?;
            }
            Some(false) => {
                on_account(
                    &mut transaction,
                    id,
                    "UPDATE accounts SET disabled_at_ms = NULL WHERE id = $1 AND disabled_at_ms < $2",
                    i64::MAX,
                )
                .await?;
            }
            None => {}
        }
        on_account(
            &mut transaction,
            id,
            "UPDATE accounts SET changed_at_ms = $2 WHERE id = $1",
            now.unix_ms,
        )
        .await?;
        transaction.commit().await?;
        self.close_all(&revoked);
        Ok(())
    }

    /// Deletes an account: nothing is left of it but the name on what it did in its exchanges.
    pub(crate) async fn delete_account(&self, id: AccountId) -> Result<(), Denied> {
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, id).await?;
        let revoked = sessions::end_all(&mut transaction, id, None, now).await?;
        for statement in [
            "DELETE FROM account_tokens WHERE account_id = $1",
            "DELETE FROM account_mails WHERE account_id = $1",
            "DELETE FROM account_passkeys WHERE account_id = $1",
            "DELETE FROM account_challenges WHERE account_id = $1",
            "DELETE FROM account_exchanges WHERE account_id = $1",
            "DELETE FROM accounts WHERE id = $1",
        ] {
            within!(&mut transaction, on => sqlx::query(statement)
                .bind(id.to_string())
                .execute(&mut **on)
                .await
                .map(drop))?;
        }
        transaction.commit().await?;
        self.close_all(&revoked);
        Ok(())
    }

    /// What its owner changes of an account: its name, in its exchanges too, and the language of its mails. What is not there stays.
    pub(crate) async fn change_own_account(
        &self,
        id: AccountId,
        name: Option<&str>,
        language: Option<Language>,
    ) -> Result<(), Denied> {
        let name = name.map(named).transpose()?;
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, id).await?;
        if let Some(name) = name {
            set_name(&mut transaction, id, &name).await?;
        }
        if let Some(language) = language {
            set_language(&mut transaction, id, language).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Makes an account the organiser of an exchange that it has just made.
    pub(crate) async fn give_made(
        &self,
        account: &Account,
        device: DeviceId,
        exchange: ExchangeId,
    ) -> Result<(), Denied> {
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, account.id).await?;
        give(&mut transaction, account.id, exchange, true, self.clock.now()).await?;
        transaction.commit().await?;
        let session = account.session.to_string();
        self.make_account_device(device, exchange, account.id, &account.name, &session)
            .await?;
        Ok(())
    }

    /// Closes this node's sockets of devices whose session has ended.
    pub(super) fn close_all(&self, revoked: &[DeviceId]) {
        for device in revoked {
            self.close_sockets(*device);
        }
    }
}

async fn on_account(
    transaction: &mut Transaction,
    id: AccountId,
    statement: &'static str,
    value: i64,
) -> Result<(), Denied> {
    within!(&mut *transaction, on => sqlx::query(statement)
        .bind(id.to_string())
        .bind(value)
        .execute(&mut **on)
        .await
        .map(drop))?;
    Ok(())
}

pub(super) async fn set_language(
    transaction: &mut Transaction,
    id: AccountId,
    language: Language,
) -> Result<(), Denied> {
    within!(&mut *transaction, on => sqlx::query("UPDATE accounts SET language = $1 WHERE id = $2")
        .bind(language.as_str())
        .bind(id.to_string())
        .execute(&mut **on)
        .await
        .map(drop))?;
    Ok(())
}

async fn set_email(transaction: &mut Transaction, id: AccountId, email: &str) -> Result<(), Denied> {
    let others: i64 = within!(&mut *transaction, on => sqlx::query_scalar("SELECT COUNT(*) FROM accounts WHERE email = $1 AND id <> $2")
        .bind(email)
        .bind(id.to_string())
        .fetch_one(&mut **on)
        .await)?;
    if others > 0 {
        return Err(Denied::EmailTaken);
    }
    within!(&mut *transaction, on => sqlx::query("UPDATE accounts SET email = $1 WHERE id = $2")
        .bind(email)
        .bind(id.to_string())
        .execute(&mut **on)
        .await
        .map(drop))?;
    Ok(())
}

/// Makes an account the organiser of an exchange, if there is one.
async fn give(
    transaction: &mut Transaction,
    id: AccountId,
    exchange: ExchangeId,
    made_it: bool,
    now: Instant,
) -> Result<(), Denied> {
    within!(&mut *transaction, on => sqlx::query(
        "INSERT INTO account_exchanges (account_id, exchange_id, made_it, given_at_ms) \
         SELECT $1, id, $3, $4 FROM exchanges WHERE id = $2 ON CONFLICT DO NOTHING",
    )
    .bind(id.to_string())
    .bind(exchange.to_string())
    .bind(i64::from(made_it))
    .bind(now.unix_ms)
    .execute(&mut **on)
    .await
    .map(drop))?;
    Ok(())
}

/// Makes an account the organiser of these exchanges and no other. Gives the devices that were its in the others.
async fn set_exchanges(
    transaction: &mut Transaction,
    id: AccountId,
    exchanges: &[ExchangeId],
    now: Instant,
) -> Result<Vec<DeviceId>, Denied> {
    let held: Vec<String> = within!(&mut *transaction, on => sqlx::query_scalar(
        "SELECT exchange_id FROM account_exchanges WHERE account_id = $1",
    )
    .bind(id.to_string())
    .fetch_all(&mut **on)
    .await)?;
    let mut revoked = Vec::new();
    for exchange in held {
        let exchange = stored_exchange(&exchange)?;
        if exchanges.contains(&exchange) {
            continue;
        }
        within!(&mut *transaction, on => sqlx::query("DELETE FROM account_exchanges WHERE account_id = $1 AND exchange_id = $2")
            .bind(id.to_string())
            .bind(exchange.to_string())
            .execute(&mut **on)
            .await
            .map(drop))?;
        revoked.extend(revoke_devices(transaction, Which::InExchange(id, exchange), now).await?);
    }
    for exchange in exchanges {
        give(transaction, id, *exchange, false, now).await?;
    }
    Ok(revoked)
}
