//! Logging in to an account, and another passphrase for whoever knows the one that holds. Whoever tries is never told whether there is such
//! an account: the answer is the same, and a passphrase is hashed in any case.

use borsklokka_shared::ids::{AccountId, ExchangeId};
use borsklokka_shared::security::SecurityEvent;

use super::account::Account;
use super::mails::{self, AccountMail, Word};
use super::rows::{folded, hold, stored_account, stored_exchange};
use super::{links, sessions};
use crate::access::ledger::Note;
use crate::access::passphrase::{hashed, is_stored};
use crate::access::{Access, token_sha256};
use crate::api::{Caller, Denied};
use crate::database::{on_either, within};

impl Access {
    /// Begins a session for an address and its passphrase; gives its token.
    ///
    /// # Errors
    /// [`Denied::LogInWrong`] if either is wrong, or the account is disabled; and if too many were tried.
    pub(crate) async fn log_in_account(
        &self,
        email: &str,
        passphrase: String,
        caller: &Caller,
    ) -> Result<(Account, String), Denied> {
        // What can be no address is tried like one, so that it takes as long.
        let email = folded(email).unwrap_or_default();
        let tried = token_sha256(&email);
        self.guesses.try_once(&tried, caller.peer.address)?;
        let found: Option<(String, Option<String>)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, passphrase_phc FROM accounts WHERE email = $1 AND disabled_at_ms IS NULL",
        )
        .bind(email.as_str())
        .fetch_optional(on)
        .await)?;
        let exchanges: Vec<String> = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT exchange_id FROM account_exchanges JOIN accounts ON accounts.id = account_id WHERE email = $1",
        )
        .bind(email)
        .fetch_all(on)
        .await)?;
        let (id, stored) = found.map_or((None, None), |(id, phc)| (Some(id), phc));
        let is_right = is_stored(passphrase, stored).await?;
        let (true, Some(id)) = (is_right, id.as_deref()) else {
            self.guesses.failed(&tried, caller.peer.address);
            self.note_failed(id.as_deref(), &exchanges, caller)?;
            return Err(Denied::LogInWrong);
        };
        self.guesses.succeeded(&tried, caller.peer.address);
        let id = stored_account(id)?;
        let token = self.begin_account_session(id, caller).await?;
        let account = self.account_session(&token).await?;
        Ok((account.ok_or(Denied::LogInWrong)?, token))
    }

    /// Notes a wrong passphrase where the organisers of that account's exchanges read it.
    fn note_failed(&self, id: Option<&str>, exchanges: &[String], caller: &Caller) -> Result<(), Denied> {
        let about = id.map(stored_account).transpose()?.map(|AccountId(id)| id);
        let note = Note::of(SecurityEvent::LoginFailed)
            .about(about)
            .from(caller.peer.address);
        let exchanges: Vec<ExchangeId> = exchanges
            .iter()
            .map(|exchange| stored_exchange(exchange))
            .collect::<Result<_, _>>()?;
        if exchanges.is_empty() {
            self.note(note);
        } else {
            for exchange in exchanges {
                self.note(note.clone().in_exchange(exchange));
            }
        }
        Ok(())
    }

    /// Begins a session of an account; gives its token.
    pub(crate) async fn begin_account_session(
        &self,
        id: AccountId,
        caller: &Caller,
    ) -> Result<String, Denied> {
        let mut transaction = self.database.begin().await?;
        match hold(&mut transaction, id).await {
            Err(Denied::UnknownAccount) => return Err(Denied::LogInWrong),
            held => held?,
        }
        let (token, revoked) = sessions::begin(&mut transaction, id, caller, self.clock.now()).await?;
        transaction.commit().await?;
        self.close_all(&revoked);
        Ok(token)
    }

    /// Puts another passphrase in place of the one that she knows. Her other sessions end.
    ///
    /// # Errors
    /// [`Denied::PassphraseWrong`] if it is another; and if too many were tried.
    pub(crate) async fn change_account_passphrase(
        &self,
        account: &Account,
        old: String,
        new: String,
        word: Word,
        caller: &Caller,
    ) -> Result<(), Denied> {
        self.check_new(&new, &[&account.email, &account.name]).await?;
        let was = self.verify_own(account, old, caller).await?;
        let phc = hashed(new).await?;
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        let set = within!(&mut transaction, on => sqlx::query(
            "UPDATE accounts SET passphrase_phc = $1, changed_at_ms = $2 WHERE id = $3 AND passphrase_phc = $4",
        )
        .bind(phc)
        .bind(now.unix_ms)
        .bind(account.id.to_string())
        .bind(was)
        .execute(&mut **on)
        .await
        .map(|done| done.rows_affected()))?;
        // Else another was chosen meanwhile.
        if set == 0 {
            return Err(Denied::PassphraseWrong);
        }
        links::withdraw(&mut transaction, account.id).await?;
        if word == Word::Sent {
            mails::queue(&mut transaction, account.id, AccountMail::PassphraseChanged, now).await?;
        }
        let revoked = sessions::end_all(&mut transaction, account.id, Some(account.session), now).await?;
        transaction.commit().await?;
        self.close_all(&revoked);
        Ok(())
    }

    /// Whether a passphrase is that of an account that somebody is logged in to; gives it as it is stored.
    ///
    /// # Errors
    /// [`Denied::PassphraseWrong`] if it is another; and if too many were tried.
    pub(super) async fn verify_own(
        &self,
        account: &Account,
        passphrase: String,
        caller: &Caller,
    ) -> Result<Option<String>, Denied> {
        let tried = token_sha256(&account.email);
        self.guesses.try_once(&tried, caller.peer.address)?;
        let stored: Option<Option<String>> = on_either!(self.database.reading(), on => sqlx::query_scalar(
            "SELECT passphrase_phc FROM accounts WHERE id = $1",
        )
        .bind(account.id.to_string())
        .fetch_optional(on)
        .await)?;
        let stored = stored.flatten();
        if !is_stored(passphrase, stored.clone()).await? {
            self.guesses.failed(&tried, caller.peer.address);
            let failed = Note::of(SecurityEvent::LoginFailed).from(caller.peer.address);
            self.note_of_account(account.id, failed).await;
            return Err(Denied::PassphraseWrong);
        }
        self.guesses.succeeded(&tried, caller.peer.address);
        Ok(stored)
    }
}
