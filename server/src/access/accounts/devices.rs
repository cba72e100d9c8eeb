//! The devices that sessions of accounts act as: one in each exchange, made when it is first asked for there. So everything that is known
//! of devices holds for them: they are listed, they stand behind what is done, and they are revoked at once, on every node.

use borsklokka_shared::ids::{AccountId, DeviceId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use uuid::Uuid;

use super::rows::{hold, stored_account};
use crate::access::devices::must_have_room;
use crate::access::session::Holds;
use crate::access::{Access, Session, secret, stored_device};
use crate::api::Denied;
use crate::database::{Transaction, on_either, within};
use crate::signal;

/// Whose devices.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// Of a session.
    OfSession(Uuid),
    /// Of an account in an exchange.
    InExchange(AccountId, ExchangeId),
}

/// A session as it is looked up in an exchange: the account and its name, the exchange if it is hers, and of the device id, name, when it
/// was made and revoked; last the session's id, and when it was seen.
type Columns = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    String,
    i64,
);

impl Access {
    /// What an account's token opens in an exchange.
    pub(in crate::access) async fn account_in(
        &self,
        exchange: ExchangeId,
        token: &str,
    ) -> Result<Holds, Denied> {
        let now = self.clock.now();
        let found: Option<Columns> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT a.id, a.name, e.exchange_id, d.id, d.name, d.paired_at_ms, d.revoked_at_ms, s.id, s.last_seen_ms \
             FROM account_sessions s JOIN accounts a ON a.id = s.account_id \
             LEFT JOIN account_exchanges e ON e.account_id = a.id AND e.exchange_id = $1 \
             LEFT JOIN devices d ON d.account_session_id = s.id AND d.exchange_id = e.exchange_id \
             WHERE s.token_sha256 = $2 AND s.expires_at_ms > $3 AND a.disabled_at_ms IS NULL",
        )
        .bind(exchange.to_string())
        .bind(secret::token_sha256(token))
        .bind(now.unix_ms)
        .fetch_optional(on)
        .await)?;
        let Some((account, name, own, device, called, made_at_ms, revoked_at_ms, session, seen_ms)) = found
        else {
            return Ok(Holds::Nothing);
        };
        let account = stored_account(&account)?;
        self.note_session_seen(&session, seen_ms);
        // One that somebody revoked in the list of devices comes back with the next log-in.
        if own.is_none() || revoked_at_ms.is_some() {
            return Ok(Holds::Elsewhere);
        }
        let known = device.zip(called).zip(made_at_ms);
        if let Some(((device, name), made_at_ms)) = known {
            return Ok(Holds::Here(Session {
                device: stored_device(&device)?,
                role: Role::Organiser,
                name,
                paired_at: Instant::from_unix_ms(made_at_ms),
                account: Some(account),
            }));
        }
        let made = self
            .make_account_device(DeviceId(Uuid::new_v4()), exchange, account, &name, &session)
            .await?;
        Ok(made.map_or(Holds::Elsewhere, |(device, paired_at)| {
            Holds::Here(Session {
                device,
                role: Role::Organiser,
                name,
                paired_at,
                account: Some(account),
            })
        }))
    }

    /// Makes the device that a session acts as in an exchange; nothing, if it may not any more.
    pub(super) async fn make_account_device(
        &self,
        device: DeviceId,
        exchange: ExchangeId,
        account: AccountId,
        name: &str,
        session: &str,
    ) -> Result<Option<(DeviceId, Instant)>, Denied> {
        // Nobody knows its token: it comes in by the session's alone.
        let (now, token) = (self.clock.now(), secret::token()?);
        let mut transaction = self.database.begin().await?;
        match hold(&mut transaction, account).await {
            Err(Denied::UnknownAccount) => return Ok(None),
            held => held?,
        }
        must_have_room(&mut transaction, exchange, now).await?;
        within!(&mut transaction, on => sqlx::query(
            "INSERT INTO devices (exchange_id, id, role, name, token_sha256, paired_at_ms, expires_at_ms, last_seen_ms, account_session_id) \
             SELECT e.exchange_id, $1, $2, $3, $4, $5, s.expires_at_ms, $5, s.id FROM account_exchanges e \
             JOIN accounts a ON a.id = e.account_id AND a.disabled_at_ms IS NULL \
             JOIN account_sessions s ON s.account_id = a.id AND s.id = $6 \
             WHERE e.account_id = $7 AND e.exchange_id = $8 ON CONFLICT DO NOTHING",
        )
        .bind(device.to_string())
        .bind(Role::Organiser.as_str())
        .bind(name)
        .bind(secret::token_sha256(&token))
        .bind(now.unix_ms)
        .bind(session)
        .bind(account.to_string())
        .bind(exchange.to_string())
        .execute(&mut **on)
        .await
        .map(drop))?;
        // Another request of hers may have made it.
        let made: Option<(String, i64)> = within!(&mut transaction, on => sqlx::query_as(
            "SELECT id, paired_at_ms FROM devices WHERE exchange_id = $1 AND account_session_id = $2 AND revoked_at_ms IS NULL",
        )
        .bind(exchange.to_string())
        .bind(session)
        .fetch_optional(&mut **on)
        .await)?;
        transaction.commit().await?;
        made.map(|(id, at_ms)| Ok((stored_device(&id)?, Instant::from_unix_ms(at_ms))))
            .transpose()
    }
}

/// Ends what devices of an account open, on every node once the transaction has committed: gives them, so that this one closes their
/// sockets then. If the exchange is hers again another device is made.
pub(super) async fn revoke_devices(
    transaction: &mut Transaction,
    which: Which,
    now: Instant,
) -> Result<Vec<DeviceId>, Denied> {
    const OF_SESSION: &str = "UPDATE devices SET revoked_at_ms = $1, account_session_id = NULL \
         WHERE revoked_at_ms IS NULL AND account_session_id = $2 RETURNING id";
    const IN_EXCHANGE: &str = "UPDATE devices SET revoked_at_ms = $1, account_session_id = NULL \
         WHERE revoked_at_ms IS NULL AND account_session_id IN (SELECT id FROM account_sessions WHERE account_id = $2) \
         AND exchange_id = $3 RETURNING id";
    let revoked: Vec<String> = match which {
        Which::OfSession(session) => within!(&mut *transaction, on => sqlx::query_scalar(OF_SESSION)
            .bind(now.unix_ms)
            .bind(session.to_string())
            .fetch_all(&mut **on)
            .await),
        Which::InExchange(account, exchange) => {
            within!(&mut *transaction, on => sqlx::query_scalar(IN_EXCHANGE)
                .bind(now.unix_ms)
                .bind(account.to_string())
                .bind(exchange.to_string())
                .fetch_all(&mut **on)
                .await)
        }
    }?;
    for device in &revoked {
        transaction.tell_nodes(signal::REVOKED, device).await?;
    }
    revoked.iter().map(|device| stored_device(device)).collect()
}
