//! The passkeys of accounts, and what one is asked to sign: kept until it is answered, once, and not for long.

use borsklokka_shared::ids::AccountId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::PASSKEYS_MAX;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use webauthn_rs::prelude::{Passkey, PublicKeyCredential, RegisterPublicKeyCredential};

use super::account::Account;
use super::mails::{self, AccountMail, Word};
use super::rows::{hold, named, stored_account};
use super::sessions;
use crate::access::passkeys::{Asked, Passkeys};
use crate::access::{Access, secret};
use crate::api::{Caller, Denied, Thing};
use crate::database::{Transaction, on_either, within, write_on};

/// How long a passkey has to answer, in milliseconds: as long as browsers wait.
const ANSWER_MS: i64 = 5 * 60 * 1_000;
/// How many may be waited for at a time, counted.
const WAITING_MAX: i64 = 10_000;

/// What a browser is asked, and by what it says again which question it answers.
#[derive(Serialize)]
pub(crate) struct Question {
    token: String,
    /// As `navigator.credentials` takes it, with bytes in base64url.
    options: Value,
}

/// A passkey, as its owner lists it.
#[derive(Serialize)]
pub(crate) struct OwnPasskey {
    id: Uuid,
    name: String,
    made_at: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<Instant>,
}

impl Access {
    /// Asks for a passkey of an account, whose owner has just given her passphrase.
    pub(crate) async fn begin_passkey(
        &self,
        passkeys: &Passkeys,
        account: &Account,
        passphrase: String,
        caller: &Caller,
    ) -> Result<Question, Denied> {
        self.verify_own(account, passphrase, caller).await?;
        let known = self.stored_passkeys(account.id).await?;
        must_have_room(known.len())?;
        let (options, asked) = passkeys.begin(account.id.0, &account.email, &account.name, &known)?;
        self.wait_for(Some(account.id), options, &asked).await
    }

    /// Keeps the passkey that was made.
    pub(crate) async fn add_passkey(
        &self,
        passkeys: &Passkeys,
        account: &Account,
        name: &str,
        (token, answer): (&str, &RegisterPublicKeyCredential),
        word: Word,
    ) -> Result<Uuid, Denied> {
        let name = named(name)?;
        let asked = self.take(token, Some(account.id)).await?;
        let made = passkeys.made(answer, asked)?;
        let kept = json(&made)?;
        let (id, now) = (Uuid::new_v4(), self.clock.now());
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, account.id).await?;
        let held: i64 = within!(&mut transaction, on => sqlx::query_scalar(
            "SELECT COUNT(*) FROM account_passkeys WHERE account_id = $1",
        )
        .bind(account.id.to_string())
        .fetch_one(&mut **on)
        .await)?;
        must_have_room(usize::try_from(held).unwrap_or(usize::MAX))?;
        let added = within!(&mut transaction, on => sqlx::query(
            "INSERT INTO account_passkeys (id, account_id, credential_sha256, name, passkey, made_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(id.to_string())
        .bind(account.id.to_string())
        .bind(credential_sha256(made.cred_id()))
        .bind(name)
        .bind(kept)
        .bind(now.unix_ms)
        .execute(&mut **on)
        .await
        .map(|done| done.rows_affected()))?;
        // Another account's, or a second time: no authenticator of its own makes one of those.
        if added == 0 {
            return Err(Denied::PasskeyRefused);
        }
        if word == Word::Sent {
            mails::queue(&mut transaction, account.id, AccountMail::PasskeyAdded, now).await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// The passkeys of an account, the newest first.
    pub(crate) async fn passkeys_of(&self, account: AccountId) -> Result<Vec<OwnPasskey>, Denied> {
        let rows: Vec<(String, String, i64, Option<i64>)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, name, made_at_ms, last_used_ms FROM account_passkeys WHERE account_id = $1 \
             ORDER BY made_at_ms DESC, id",
        )
        .bind(account.to_string())
        .fetch_all(on)
        .await)?;
        let own = |(id, name, made_at_ms, last_used_ms): (String, String, i64, Option<i64>)| {
            Ok(OwnPasskey {
                id: id
                    .parse()
                    .map_err(|_| Denied::Broken(format!("a stored passkey's id is not a UUID: {id}")))?,
                name,
                made_at: Instant::from_unix_ms(made_at_ms),
                last_used: last_used_ms.map(Instant::from_unix_ms),
            })
        };
        rows.into_iter().map(own).collect()
    }

    /// Gives one of an account's passkeys another name.
    pub(crate) async fn rename_passkey(
        &self,
        account: AccountId,
        id: Uuid,
        name: &str,
    ) -> Result<(), Denied> {
        let name = named(name)?;
        let renamed = write_on!(&self.database, on => sqlx::query(
            "UPDATE account_passkeys SET name = $1 WHERE account_id = $2 AND id = $3",
        )
        .bind(&name)
        .bind(account.to_string())
        .bind(id.to_string())
        .execute(on)
        .await
        .map(|done| done.rows_affected()))?;
        one(renamed)
    }

    /// Removes one of an account's passkeys: nobody logs in with it any more.
    pub(crate) async fn remove_passkey(&self, account: AccountId, id: Uuid) -> Result<(), Denied> {
        let removed = write_on!(&self.database, on => sqlx::query(
            "DELETE FROM account_passkeys WHERE account_id = $1 AND id = $2",
        )
        .bind(account.to_string())
        .bind(id.to_string())
        .execute(on)
        .await
        .map(|done| done.rows_affected()))?;
        one(removed)
    }

    /// Asks whoever wants to log in for a passkey, which says itself whose it is.
    pub(crate) async fn ask_for_passkey(
        &self,
        passkeys: &Passkeys,
        caller: &Caller,
    ) -> Result<Question, Denied> {
        self.guesses.passkey(caller.peer.address)?;
        let (options, asked) = passkeys.ask()?;
        self.wait_for(None, options, &asked).await
    }

    /// Begins a session for a passkey that has signed; gives its token.
    ///
    /// # Errors
    /// [`Denied::PasskeyUnknown`] if it was removed, or its account is closed; [`Denied::PasskeyCopied`] if it has signed less often
    /// than is known of it.
    pub(crate) async fn log_in_by_passkey(
        &self,
        passkeys: &Passkeys,
        (token, answer): (&str, &PublicKeyCredential),
        caller: &Caller,
    ) -> Result<(Account, String), Denied> {
        let asked = self.take(token, None).await?;
        let (account, credential) = passkeys.named(answer)?;
        let (id, now) = (AccountId(account), self.clock.now());
        let mut transaction = self.database.begin().await?;
        // So that it counts each time.
        match hold(&mut transaction, id).await {
            Err(Denied::UnknownAccount) => return Err(Denied::PasskeyUnknown),
            held => held?,
        }
        let stored: Option<(String, String)> = within!(&mut transaction, on => sqlx::query_as(
            "SELECT p.id, p.passkey FROM account_passkeys p JOIN accounts a ON a.id = p.account_id \
             WHERE p.credential_sha256 = $1 AND p.account_id = $2 AND a.disabled_at_ms IS NULL",
        )
        .bind(credential_sha256(credential))
        .bind(id.to_string())
        .fetch_optional(&mut **on)
        .await)?;
        let (row, passkey) = stored.ok_or(Denied::PasskeyUnknown)?;
        let mut passkey = read(&passkey)?;
        passkeys.signed(answer, asked, &mut passkey)?;
        let kept = json(&passkey)?;
        within!(&mut transaction, on => sqlx::query(
            "UPDATE account_passkeys SET passkey = $1, last_used_ms = $2 WHERE id = $3",
        )
        .bind(kept)
        .bind(now.unix_ms)
        .bind(row)
        .execute(&mut **on)
        .await
        .map(drop))?;
        let (token, revoked) = sessions::begin(&mut transaction, id, caller, now).await?;
        transaction.commit().await?;
        self.close_all(&revoked);
        let account = self.account_session(&token).await?;
        Ok((account.ok_or(Denied::PasskeyUnknown)?, token))
    }

    async fn stored_passkeys(&self, account: AccountId) -> Result<Vec<Passkey>, Denied> {
        let stored: Vec<String> = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT passkey FROM account_passkeys WHERE account_id = $1",
        )
        .bind(account.to_string())
        .fetch_all(on)
        .await)?;
        stored.iter().map(|passkey| read(passkey)).collect()
    }

    /// Keeps what was asked until it is answered. Of an account one is waited for at a time.
    async fn wait_for(
        &self,
        account: Option<AccountId>,
        options: Value,
        asked: &Asked,
    ) -> Result<Question, Denied> {
        let (token, now) = (secret::token()?, self.clock.now());
        let (account, asked) = (account.map(|id| id.to_string()), json(asked)?);
        let mut transaction = self.database.begin().await?;
        within!(&mut transaction, on => sqlx::query("DELETE FROM account_challenges WHERE expires_at_ms <= $1 OR account_id = $2")
            .bind(now.unix_ms)
            .bind(&account)
            .execute(&mut **on)
            .await
            .map(drop))?;
        must_not_be_many(&mut transaction).await?;
        within!(&mut transaction, on => sqlx::query(
            "INSERT INTO account_challenges (token_sha256, account_id, asked, expires_at_ms) VALUES ($1, $2, $3, $4)",
        )
        .bind(secret::token_sha256(&token))
        .bind(account)
        .bind(asked)
        .bind(now.plus_ms(ANSWER_MS).unix_ms)
        .execute(&mut **on)
        .await
        .map(drop))?;
        transaction.commit().await?;
        Ok(Question { token, options })
    }

    /// Takes what was asked, which nobody else can answer after.
    async fn take(&self, token: &str, account: Option<AccountId>) -> Result<Asked, Denied> {
        let taken: Option<(Option<String>, String)> = write_on!(&self.database, on => sqlx::query_as(
            "DELETE FROM account_challenges WHERE token_sha256 = $1 AND expires_at_ms > $2 RETURNING account_id, asked",
        )
        .bind(secret::token_sha256(token))
        .bind(self.clock.now().unix_ms)
        .fetch_optional(on)
        .await)?;
        let (of, asked) = taken.ok_or(Denied::PasskeyTooLate)?;
        if of.as_deref().map(stored_account).transpose()? != account {
            return Err(Denied::PasskeyTooLate);
        }
        serde_json::from_str(&asked).map_err(|_| Denied::PasskeyTooLate)
    }
}

async fn must_not_be_many(transaction: &mut Transaction) -> Result<(), Denied> {
    let waiting: i64 = within!(&mut *transaction, on => sqlx::query_scalar("SELECT COUNT(*) FROM account_challenges")
        .fetch_one(&mut **on)
        .await)?;
    if waiting >= WAITING_MAX {
        return Err(Denied::TooManyTries {
            wait_s: (ANSWER_MS / 1_000) as u64,
        });
    }
    Ok(())
}

fn must_have_room(held: usize) -> Result<(), Denied> {
    if held >= PASSKEYS_MAX as usize {
        return Err(Denied::TooMany {
            thing: Thing::Passkeys,
            max: PASSKEYS_MAX,
        });
    }
    Ok(())
}

fn one(changed: u64) -> Result<(), Denied> {
    if changed == 0 {
        return Err(Denied::UnknownPasskey);
    }
    Ok(())
}

fn credential_sha256(id: &[u8]) -> String {
    hex::encode(Sha256::digest(id))
}

fn json<T: Serialize>(value: &T) -> Result<String, Denied> {
    serde_json::to_string(value)
        .map_err(|error| Denied::Broken(format!("a passkey cannot be written: {error}")))
}

fn read(stored: &str) -> Result<Passkey, Denied> {
    serde_json::from_str(stored)
        .map_err(|error| Denied::Broken(format!("a stored passkey cannot be read: {error}")))
}
