//! The operator: whoever runs the server. One passphrase, set through the set-up link, changed by whoever knows it, and taken away
//! at the server's console.
//!
//! An operator's session acts as organiser in every exchange of the server. Organisers of some exchanges only have accounts, see
//! [`super::accounts`].

use axum::http::header;
use borsklokka_shared::ids::DeviceId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::security::SecurityEvent;
use uuid::Uuid;

use super::ledger::Note;
use super::limit::Whereabouts;
use super::passphrase::{hashed, is_stored};
use super::{Access, SESSION_MS, Session, cookie, secret, stored_device};
use crate::api::{Caller, Denied};
use crate::database::{Transaction, on_either, within, write_on};
use crate::signal;

impl Access {
    /// A new one-time token for the set-up link, while the server has no passphrase; it replaces the one before. Only
    /// its hash is kept, in memory.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn set_up_link_token(&self) -> Result<Option<String>, Denied> {
        if self.passphrase_phc().await?.is_some() {
            return Ok(None);
        }
        let token = secret::token()?;
        *self.set_up_link() = Some(secret::token_sha256(&token));
        Ok(Some(token))
    }

    /// Whether the server has a passphrase.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(crate) async fn is_set_up(&self) -> Result<bool, Denied> {
        Ok(self.passphrase_phc().await?.is_some())
    }

    /// Sets the passphrase, once, and logs in: gives the session's token. `host` is what this server was asked as.
    ///
    /// # Errors
    /// If it is set already, the link's token is another, or it is too short, too long or too easily guessed; and if the database cannot
    /// be written.
    pub async fn set_up(&self, token: &str, passphrase: String, host: &str) -> Result<String, Denied> {
        if self.passphrase_phc().await?.is_some() {
            return Err(Denied::AlreadySetUp);
        }
        if self.set_up_link().as_deref() != Some(secret::token_sha256(token).as_str()) {
            return Err(Denied::SetUpLinkWrong);
        }
        self.check_new(&passphrase, &[host]).await?;
        let phc = hashed(passphrase).await?;
        let set = write_on!(&self.database, on => sqlx::query(
            "INSERT INTO operator (id, device_id, passphrase_phc, set_at_ms) VALUES (1, $1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(Uuid::new_v4().to_string())
        .bind(phc)
        .bind(self.clock.now().unix_ms)
        .execute(on)
        .await.map(|done| done.rows_affected()))?;
        if set == 0 {
            return Err(Denied::AlreadySetUp);
        }
        *self.set_up_link() = None;
        self.begin_operator_session().await
    }

    /// Gives a new session's token for the passphrase.
    pub(crate) async fn log_in(&self, passphrase: String, caller: &Caller) -> Result<String, Denied> {
        self.verify(passphrase, caller).await?;
        self.begin_operator_session().await
    }

    /// Puts another passphrase in place of the one that the caller knows. Every session of the operator ends, and a new one begins:
    /// gives its token.
    pub(crate) async fn change_passphrase(
        &self,
        old: String,
        new: String,
        caller: &Caller,
    ) -> Result<String, Denied> {
        self.check_new(&new, &[host_of(caller)]).await?;
        let was = self.verify(old, caller).await?;
        let phc = hashed(new).await?;
        let token = secret::session_token()?;
        let mut transaction = self.database.begin().await?;
        let device: Option<String> = within!(&mut transaction, on => sqlx::query_scalar(
            "UPDATE operator SET passphrase_phc = $1 WHERE passphrase_phc = $2 RETURNING device_id",
        )
        .bind(phc)
        .bind(was)
        .fetch_optional(&mut **on)
        .await)?;
        // Else another was chosen meanwhile.
        let device = stored_device(&device.ok_or(Denied::PassphraseWrong)?)?;
        end_sessions(&mut transaction, device).await?;
        self.insert_session(&mut transaction, &token).await?;
        transaction.commit().await?;
        self.close_sockets(device);
        Ok(token)
    }

    /// Takes the passphrase away, and ends every session of the operator; the server prints a new set-up link at its next start.
    /// Returns whether there was one.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn forget_passphrase(&self) -> Result<bool, Denied> {
        let mut transaction = self.database.begin().await?;
        let device: Option<String> = within!(&mut transaction, on => sqlx::query_scalar("DELETE FROM operator RETURNING device_id")
            .fetch_optional(&mut **on)
            .await)?;
        if let Some(device) = &device {
            end_sessions(&mut transaction, stored_device(device)?).await?;
        }
        transaction.commit().await?;
        Ok(device.is_some())
    }

    /// Whether a passphrase is the operator's; gives it as it is stored. Tries on the server's own machine are counted by themselves.
    async fn verify(&self, passphrase: String, caller: &Caller) -> Result<String, Denied> {
        let logins = self.limits.logins(if caller.is_on_this_machine() {
            Whereabouts::ThisMachine
        } else {
            Whereabouts::Elsewhere(caller.peer.address)
        });
        logins.try_once()?;
        let phc = self.passphrase_phc().await?.ok_or(Denied::NotSetUp)?;
        if is_stored(passphrase, Some(phc.clone())).await? {
            logins.succeeded();
            return Ok(phc);
        }
        logins.failed();
        let failed = Note::of(SecurityEvent::LoginFailed).from(caller.peer.address);
        self.note(failed);
        Err(Denied::PassphraseWrong)
    }

    /// Ends a session; the operator's sockets close. Gives the session, if it held.
    pub(crate) async fn log_out(&self, token: &str) -> Result<Option<Session>, Denied> {
        let operator = self.operator_session(token).await?;
        let mut transaction = self.database.begin().await?;
        within!(&mut transaction, on => sqlx::query("DELETE FROM operator_sessions WHERE token_sha256 = $1")
            .bind(secret::token_sha256(token))
            .execute(&mut **on)
            .await.map(|done| done.rows_affected()))?;
        if let Some(Session { device, .. }) = &operator {
            transaction
                .tell_nodes(signal::REVOKED, &device.to_string())
                .await?;
        }
        transaction.commit().await?;
        if let Some(Session { device, .. }) = &operator {
            self.close_sockets(*device);
        }
        Ok(operator)
    }

    /// The operator's session that a token opens.
    pub(super) async fn operator_session(&self, token: &str) -> Result<Option<Session>, Denied> {
        let row: Option<(String, i64)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT device_id, set_at_ms FROM operator, operator_sessions WHERE token_sha256 = $1 AND expires_at_ms > $2",
        )
        .bind(secret::token_sha256(token))
        .bind(self.clock.now().unix_ms)
        .fetch_optional(on)
        .await)?;
        row.map(|(device, set_at_ms)| {
            Ok(Session {
                device: stored_device(&device)?,
                role: Role::Organiser,
                name: String::new(),
                paired_at: Instant::from_unix_ms(set_at_ms),
                account: None,
            })
        })
        .transpose()
    }

    /// Lets only the operator through, on the server's own machine or over the server's own TLS.
    pub(crate) async fn operator(&self, caller: &Caller) -> Result<Session, Denied> {
        let token = cookie::value(&caller.headers, cookie::OPERATOR).ok_or(Denied::NotLoggedIn)?;
        let session = self.operator_session(&token).await?.ok_or(Denied::NotLoggedIn)?;
        caller.must_be_private()?;
        Ok(session)
    }

    pub(crate) async fn begin_operator_session(&self) -> Result<String, Denied> {
        let token = secret::session_token()?;
        let mut transaction = self.database.begin().await?;
        self.insert_session(&mut transaction, &token).await?;
        transaction.commit().await?;
        Ok(token)
    }

    async fn insert_session(&self, transaction: &mut Transaction, token: &str) -> Result<(), Denied> {
        within!(&mut *transaction, on => sqlx::query("INSERT INTO operator_sessions (token_sha256, expires_at_ms) VALUES ($1, $2)")
            .bind(secret::token_sha256(token))
            .bind(self.clock.now().plus_ms(SESSION_MS).unix_ms)
            .execute(&mut **on)
            .await.map(drop))?;
        Ok(())
    }

    /// The operator's passphrase as it is stored; none before it is chosen.
    pub(crate) async fn passphrase_phc(&self) -> Result<Option<String>, Denied> {
        Ok(
            on_either!(self.database.reading(), on => sqlx::query_scalar("SELECT passphrase_phc FROM operator")
            .fetch_optional(on)
            .await)?,
        )
    }
}

/// What a request calls this server.
pub(crate) fn host_of(caller: &Caller) -> &str {
    let host = caller.headers.get(header::HOST);
    host.and_then(|host| host.to_str().ok()).unwrap_or_default()
}

/// Ends every session of the operator, on every node.
async fn end_sessions(transaction: &mut Transaction, device: DeviceId) -> Result<(), Denied> {
    within!(&mut *transaction, on => sqlx::query("DELETE FROM operator_sessions")
        .execute(&mut **on)
        .await
        .map(drop))?;
    transaction
        .tell_nodes(signal::REVOKED, &device.to_string())
        .await?;
    Ok(())
}
