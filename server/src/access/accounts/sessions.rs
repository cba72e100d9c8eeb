//! The sessions of accounts: begun by a log-in, listed for their owner, and ended.

use borsklokka_shared::ids::{AccountId, DeviceId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::ACCOUNT_SESSIONS_MAX;
use serde::Serialize;
use uuid::Uuid;

use super::account::Account;
use super::browser::browser_of;
use super::devices::{Which, revoke_devices};
use super::rows::{hold, stored_account};
use crate::access::devices::LAST_SEEN_MS;
use crate::access::{Access, SESSION_MS, cookie, secret};
use crate::api::{Caller, Denied};
use crate::database::{Transaction, on_either, within, write_on};

/// A session, as its owner lists it.
#[derive(Serialize)]
pub(crate) struct OwnSession {
    id: Uuid,
    /// Such as `Firefox, Windows`.
    browser: String,
    /// The address that it was begun from.
    from: String,
    began: Instant,
    last_seen: Instant,
    /// Whether it is the one that asks.
    own: bool,
}

/// An account's session as it is stored: the account's id, address, name and language, whether it may make exchanges, and the session's id
/// and when it was seen and begun.
type Columns = (String, String, String, String, i64, String, i64, i64);

impl Access {
    /// The account that a caller is logged in to, whom nobody in the hall can overhear.
    pub(crate) async fn account(&self, caller: &Caller) -> Result<Account, Denied> {
        let token = cookie::value(&caller.headers, cookie::ACCOUNT).ok_or(Denied::NotLoggedIn)?;
        let account = self.account_session(&token).await?.ok_or(Denied::NotLoggedIn)?;
        caller.must_be_private()?;
        Ok(account)
    }

    /// The account whose session a token opens.
    pub(crate) async fn account_session(&self, token: &str) -> Result<Option<Account>, Denied> {
        let found: Option<Columns> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT a.id, a.email, a.name, a.language, a.may_make, s.id, s.last_seen_ms, s.made_at_ms FROM account_sessions s \
             JOIN accounts a ON a.id = s.account_id \
             WHERE s.token_sha256 = $1 AND s.expires_at_ms > $2 AND a.disabled_at_ms IS NULL",
        )
        .bind(secret::token_sha256(token))
        .bind(self.clock.now().unix_ms)
        .fetch_optional(on)
        .await)?;
        let Some((id, email, name, language, may_make, session, seen_ms, made_at_ms)) = found else {
            return Ok(None);
        };
        self.note_session_seen(&session, seen_ms);
        Ok(Some(Account {
            id: stored_account(&id)?,
            session: stored_session(&session)?,
            since: Instant::from_unix_ms(made_at_ms),
            email,
            name,
            language: Language::from_tag(&language).unwrap_or_default(),
            may_make: may_make > 0,
        }))
    }

    /// Notes that a session was used, if that was not noted a moment ago. Nobody waits for it.
    pub(super) fn note_session_seen(&self, session: &str, seen_ms: i64) {
        let now = self.clock.now();
        if now.unix_ms - seen_ms < LAST_SEEN_MS {
            return;
        }
        let (database, session) = (self.database.clone(), session.to_owned());
        tokio::spawn(async move {
            let noted = write_on!(&database, on => sqlx::query("UPDATE account_sessions SET last_seen_ms = $1 WHERE id = $2")
                .bind(now.unix_ms)
                .bind(session)
                .execute(on)
                .await
                .map(drop));
            if let Err(error) = noted {
                tracing::warn!("cannot note when an account was last seen: {error}");
            }
        });
    }

    /// The sessions of an account, the one that was used last first.
    pub(crate) async fn sessions_of(&self, account: &Account) -> Result<Vec<OwnSession>, Denied> {
        let rows: Vec<(String, String, String, i64, i64)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, browser, came_from, made_at_ms, last_seen_ms FROM account_sessions \
             WHERE account_id = $1 AND expires_at_ms > $2 ORDER BY last_seen_ms DESC, id",
        )
        .bind(account.id.to_string())
        .bind(self.clock.now().unix_ms)
        .fetch_all(on)
        .await)?;
        rows.into_iter()
            .map(|(id, browser, from, made_at_ms, seen_ms)| {
                let id = stored_session(&id)?;
                Ok(OwnSession {
                    own: id == account.session,
                    id,
                    browser,
                    from,
                    began: Instant::from_unix_ms(made_at_ms),
                    last_seen: Instant::from_unix_ms(seen_ms),
                })
            })
            .collect()
    }

    /// Ends one session of an account: its sockets close.
    pub(crate) async fn end_session(&self, account: AccountId, session: Uuid) -> Result<(), Denied> {
        let now = self.clock.now();
        let mut transaction = self.database.begin().await?;
        hold(&mut transaction, account).await?;
        let ended = within!(&mut transaction, on => sqlx::query("DELETE FROM account_sessions WHERE account_id = $1 AND id = $2")
            .bind(account.to_string())
            .bind(session.to_string())
            .execute(&mut **on)
            .await
            .map(|done| done.rows_affected()))?;
        if ended == 0 {
            return Err(Denied::UnknownSession);
        }
        let revoked = revoke_devices(&mut transaction, Which::OfSession(session), now).await?;
        transaction.commit().await?;
        self.close_all(&revoked);
        Ok(())
    }

    /// Ends the account's session that a token opens; gives whose it was.
    pub(crate) async fn log_out_account(&self, token: &str) -> Result<Option<Account>, Denied> {
        let account = self.account_session(token).await?;
        if let Some(account) = &account {
            match self.end_session(account.id, account.session).await {
                Err(Denied::UnknownSession | Denied::UnknownAccount) => {}
                ended => ended?,
            }
        }
        Ok(account)
    }
}

/// Begins a session; gives its token, and the devices of a session that had to go.
pub(super) async fn begin(
    transaction: &mut Transaction,
    account: AccountId,
    caller: &Caller,
    now: Instant,
) -> Result<(String, Vec<DeviceId>), Denied> {
    let token = secret::session_token()?;
    // Those that have run out go first: they are deleted by a clock that is believed alone.
    let held: Vec<String> = within!(&mut *transaction, on => sqlx::query_scalar(
        "SELECT id FROM account_sessions WHERE account_id = $1 ORDER BY (expires_at_ms > $2) DESC, last_seen_ms DESC, id",
    )
    .bind(account.to_string())
    .bind(now.unix_ms)
    .fetch_all(&mut **on)
    .await)?;
    let mut revoked = Vec::new();
    for session in held.iter().skip(ACCOUNT_SESSIONS_MAX - 1) {
        revoked.extend(end(transaction, session, now).await?);
    }
    within!(&mut *transaction, on => sqlx::query(
        "INSERT INTO account_sessions (id, account_id, token_sha256, browser, came_from, made_at_ms, last_seen_ms, expires_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(account.to_string())
    .bind(secret::token_sha256(&token))
    .bind(browser_of(&caller.headers))
    .bind(caller.peer.address.to_canonical().to_string())
    .bind(now.unix_ms)
    .bind(now.plus_ms(SESSION_MS).unix_ms)
    .execute(&mut **on)
    .await
    .map(drop))?;
    Ok((token, revoked))
}

/// Ends every session of an account, but one; gives their devices.
pub(super) async fn end_all(
    transaction: &mut Transaction,
    account: AccountId,
    but: Option<Uuid>,
    now: Instant,
) -> Result<Vec<DeviceId>, Denied> {
    let held: Vec<String> = within!(&mut *transaction, on => sqlx::query_scalar("SELECT id FROM account_sessions WHERE account_id = $1")
        .bind(account.to_string())
        .fetch_all(&mut **on)
        .await)?;
    let but = but.map(|session| session.to_string());
    let mut revoked = Vec::new();
    for session in held.iter().filter(|session| but.as_ref() != Some(*session)) {
        revoked.extend(end(transaction, session, now).await?);
    }
    Ok(revoked)
}

async fn end(transaction: &mut Transaction, session: &str, now: Instant) -> Result<Vec<DeviceId>, Denied> {
    let revoked = revoke_devices(transaction, Which::OfSession(stored_session(session)?), now).await?;
    within!(&mut *transaction, on => sqlx::query("DELETE FROM account_sessions WHERE id = $1")
        .bind(session)
        .execute(&mut **on)
        .await
        .map(drop))?;
    Ok(revoked)
}

fn stored_session(text: &str) -> Result<Uuid, Denied> {
    text.parse()
        .map_err(|_| Denied::Broken(format!("a stored session id is not a UUID: {text}")))
}
