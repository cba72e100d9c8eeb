//! Paired devices: each is its own session, which the desk can rename and revoke.

use std::collections::{HashMap, HashSet};

use borsklokka_shared::ids::{DeviceId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::Role;
use borsklokka_shared::text::readable;
use serde::Serialize;
use uuid::Uuid;

use super::{Access, SESSION_MS, Session, secret, stored_device, stored_role};
use crate::api::{Denied, Thing};
use crate::database::{Database, Either, Transaction, in_time, on_either, within, write_on};
use crate::signal;

/// Devices of one exchange that may come in at a time, counted.
const DEVICES_MAX: u32 = 1_000;
/// `last_seen` is written when it is older than this, in milliseconds.
pub(crate) const LAST_SEEN_MS: i64 = 60_000;

/// A paired device, as the desk sees it.
#[derive(Serialize)]
pub(crate) struct Device {
    id: DeviceId,
    role: Role,
    name: String,
    paired_at: Instant,
    last_seen: Instant,
    expires_at: Instant,
    revoked: bool,
}

/// A device as it is stored: id, role, name, and when it was paired, seen, runs out, and was revoked.
type DeviceColumns = (String, String, String, i64, i64, i64, Option<i64>);

fn read(
    (id, role, name, paired_at_ms, last_seen_ms, expires_at_ms, revoked_at_ms): DeviceColumns,
) -> Result<Device, Denied> {
    Ok(Device {
        id: stored_device(&id)?,
        role: stored_role(&role)?,
        name,
        paired_at: Instant::from_unix_ms(paired_at_ms),
        last_seen: Instant::from_unix_ms(last_seen_ms),
        expires_at: Instant::from_unix_ms(expires_at_ms),
        revoked: revoked_at_ms.is_some(),
    })
}

impl Access {
    /// Makes a device and gives its bearer token: for scripts and native clients. An empty name becomes the role's.
    ///
    /// # Errors
    /// If no device can hold the role, the name cannot be shown, there are too many devices, or the database cannot be
    /// written.
    pub async fn issue_token(&self, exchange: ExchangeId, role: Role, name: &str) -> Result<String, Denied> {
        if !Role::OF_DEVICES.contains(&role) {
            return Err(Denied::RoleNotPaired);
        }
        let name = if name.trim().is_empty() {
            role.as_str()
        } else {
            name
        };
        let name = readable("name", name, DEVICE_NAME_CHARS_MAX)?;
        let mut transaction = self.database.begin().await?;
        let made = make_device(&mut transaction, exchange, role, &name, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(made.token)
    }

    /// The session that a device's token opens in this exchange.
    pub(super) async fn device_session(
        &self,
        exchange: ExchangeId,
        token_sha256: &str,
    ) -> Result<Option<Session>, Denied> {
        let now = self.clock.now();
        let row: Option<(String, String, String, i64, i64)> = on_either!(self.database.admitting(), on => sqlx::query_as(
            "SELECT id, role, name, paired_at_ms, last_seen_ms FROM devices \
             WHERE exchange_id = $1 AND token_sha256 = $2 AND revoked_at_ms IS NULL AND expires_at_ms > $3",
        )
        .bind(exchange.to_string())
        .bind(token_sha256)
        .bind(now.unix_ms)
        .fetch_optional(on)
        .await)?;
        let Some((id, role, name, paired_at_ms, last_seen_ms)) = row else {
            return Ok(None);
        };
        let device = stored_device(&id)?;
        if now.unix_ms - last_seen_ms >= LAST_SEEN_MS {
            self.note_seen(exchange, device);
        }
        Ok(Some(Session {
            device,
            role: stored_role(&role)?,
            name,
            paired_at: Instant::from_unix_ms(paired_at_ms),
            account: None,
        }))
    }

    /// Notes that a device is seen now, on the side: nobody waits for it, and a database that cannot be written keeps no tablet out.
    pub(crate) fn note_seen(&self, exchange: ExchangeId, device: DeviceId) {
        let (database, now) = (self.database.clone(), self.clock.now());
        tokio::spawn(async move {
            let noted = write_on!(&database, on => sqlx::query(
                "UPDATE devices SET last_seen_ms = $1 WHERE exchange_id = $2 AND id = $3 AND last_seen_ms < $1",
            )
            .bind(now.unix_ms)
            .bind(exchange.to_string())
            .bind(device.to_string())
            .execute(on)
            .await.map(|done| done.rows_affected()));
            if let Err(error) = noted {
                tracing::warn!(%exchange, "cannot note when a device was last seen: {error}");
            }
        });
    }

    /// Notes that those who have sockets on this node are seen now: whoever is connected is, without asking for anything. It is one
    /// statement for all of them.
    pub(crate) async fn note_seated(&self, seated: &[DeviceId]) {
        if seated.is_empty() {
            return;
        }
        let now = self.clock.now();
        let ids: Vec<String> = seated.iter().map(ToString::to_string).collect();
        let ids = serde_json::Value::from(ids).to_string();
        let statement = match self.database {
            Database::Sqlite(_) => {
                "UPDATE devices SET last_seen_ms = $1 WHERE last_seen_ms < $1 AND id IN (SELECT value FROM json_each($2))"
            }
            Database::Postgres(_) => {
                "UPDATE devices SET last_seen_ms = $1 WHERE last_seen_ms < $1 \
                 AND id IN (SELECT jsonb_array_elements_text($2::jsonb))"
            }
        };
        let noted = write_on!(&self.database, on => sqlx::query(statement)
            .bind(now.unix_ms)
            .bind(ids)
            .execute(on)
            .await.map(|done| done.rows_affected()));
        if let Err(error) = noted {
            tracing::warn!("cannot note who is connected: {error}");
        }
    }

    /// Closes this node's sockets of those of `seated` whose session has run out or was ended elsewhere: who opened a socket while it
    /// held is not asked again.
    ///
    /// # Errors
    /// If the database cannot be read: then nobody's is closed.
    pub async fn close_what_ended(&self, seated: &[DeviceId]) -> Result<(), Denied> {
        if seated.is_empty() {
            return Ok(());
        }
        let now_ms = self.clock.now().unix_ms;
        let ids: Vec<String> = seated.iter().map(ToString::to_string).collect();
        let held: Vec<String> = match self.database.reading() {
            Either::Sqlite(on) => {
                sqlx::query_scalar(
                    "SELECT id FROM devices WHERE revoked_at_ms IS NULL AND expires_at_ms > $1 \
                     AND id IN (SELECT value FROM json_each($2)) \
                     UNION SELECT device_id FROM operator WHERE EXISTS \
                     (SELECT 1 FROM operator_sessions WHERE expires_at_ms > $1)",
                )
                .bind(now_ms)
                .bind(serde_json::Value::from(ids).to_string())
                .fetch_all(on)
                .await
            }
            Either::Postgres(on) => {
                let asked = sqlx::query_scalar(
                    "SELECT id FROM devices WHERE revoked_at_ms IS NULL AND expires_at_ms > $1 AND id = ANY($2) \
                     UNION SELECT device_id FROM operator WHERE EXISTS \
                     (SELECT 1 FROM operator_sessions WHERE expires_at_ms > $1)",
                )
                .bind(now_ms)
                .bind(ids)
                .fetch_all(on);
                in_time(asked).await
            }
        }?;
        let held: HashSet<String> = held.into_iter().collect();
        for device in seated.iter().filter(|device| !held.contains(&device.to_string())) {
            self.close_sockets(*device);
        }
        Ok(())
    }

    pub(crate) async fn devices(&self, exchange: ExchangeId) -> Result<Vec<Device>, Denied> {
        let rows: Vec<DeviceColumns> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, role, name, paired_at_ms, last_seen_ms, expires_at_ms, revoked_at_ms FROM devices \
             WHERE exchange_id = $1 ORDER BY paired_at_ms, id",
        )
        .bind(exchange.to_string())
        .fetch_all(on)
        .await)?;
        rows.into_iter().map(read).collect()
    }

    /// The names of an exchange's devices, revoked ones among them.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn device_names(&self, exchange: ExchangeId) -> Result<HashMap<DeviceId, String>, Denied> {
        let rows: Vec<(String, String)> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, name FROM devices WHERE exchange_id = $1",
        )
        .bind(exchange.to_string())
        .fetch_all(on)
        .await)?;
        rows.into_iter()
            .map(|(id, name)| Ok((stored_device(&id)?, name)))
            .collect()
    }

    /// Whether `by` may change a device, which of an organiser's takes more than of others.
    pub(crate) async fn changeable(
        &self,
        exchange: ExchangeId,
        id: DeviceId,
        by: &Session,
    ) -> Result<(), Denied> {
        let role: Option<String> = on_either!(self.database.reading(), on => sqlx::query_scalar("SELECT role FROM devices WHERE exchange_id = $1 AND id = $2")
                .bind(exchange.to_string())
                .bind(id.to_string())
                .fetch_optional(on)
                .await)?;
        let role = stored_role(&role.ok_or(Denied::UnknownDevice)?)?;
        if role == Role::Organiser && !by.role.has(Right::ManageOrganisersDevices) {
            return Err(Denied::NotAllowed);
        }
        Ok(())
    }

    /// Ends a device's session for good, and closes its sockets. Doing it again changes nothing.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn revoke(&self, exchange: ExchangeId, id: DeviceId) -> Result<(), Denied> {
        let mut transaction = self.database.begin().await?;
        within!(&mut transaction, on => sqlx::query(
            "UPDATE devices SET revoked_at_ms = $1 WHERE exchange_id = $2 AND id = $3 AND revoked_at_ms IS NULL",
        )
        .bind(self.clock.now().unix_ms)
        .bind(exchange.to_string())
        .bind(id.to_string())
        .execute(&mut **on)
        .await.map(|done| done.rows_affected()))?;
        transaction.tell_nodes(signal::REVOKED, &id.to_string()).await?;
        transaction.commit().await?;
        self.close_sockets(id);
        Ok(())
    }

    /// Gives a device another name.
    pub(crate) async fn rename(&self, exchange: ExchangeId, id: DeviceId, name: &str) -> Result<(), Denied> {
        let renamed = write_on!(&self.database, on => sqlx::query("UPDATE devices SET name = $1 WHERE exchange_id = $2 AND id = $3")
            .bind(name)
            .bind(exchange.to_string())
            .bind(id.to_string())
            .execute(on)
            .await.map(|done| done.rows_affected()))?;
        // The operator has a session, but no device.
        if renamed == 0 {
            return Err(Denied::UnknownDevice);
        }
        Ok(())
    }
}

/// A device that may come in from now on.
pub(super) struct Paired {
    pub(super) device: DeviceId,
    pub(super) token: String,
}

/// Gives the device that `earlier`, a token of this exchange, once opened another token and another role: deals, outbox and name
/// in the log go on being one device's. That token need not open anything any more, and opens nothing from now on. None if it
/// never was a token here.
pub(super) async fn take_over(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    earlier: &str,
    role: Role,
    name: &str,
    now: Instant,
) -> Result<Option<Paired>, Denied> {
    let token = secret::session_token()?;
    let device: Option<String> = within!(transaction, on => sqlx::query_scalar(
        "UPDATE devices SET role = $1, name = $2, token_sha256 = $3, paired_at_ms = $4, expires_at_ms = $5, last_seen_ms = $6, \
         revoked_at_ms = NULL WHERE exchange_id = $7 AND token_sha256 = $8 RETURNING id",
    )
    .bind(role.as_str())
    .bind(name)
    .bind(secret::token_sha256(&token))
    .bind(now.unix_ms)
    .bind(now.plus_ms(SESSION_MS).unix_ms)
    .bind(now.unix_ms)
    .bind(exchange.to_string())
    .bind(secret::token_sha256(earlier))
    .fetch_optional(&mut **on)
    .await)?;
    let Some(device) = device else { return Ok(None) };
    let device = stored_device(&device)?;
    // Whoever still has the earlier token open, in whatever role, goes.
    transaction
        .tell_nodes(signal::REVOKED, &device.to_string())
        .await?;
    Ok(Some(Paired { device, token }))
}

/// Refuses one device more, if the exchange has as many as it may.
pub(super) async fn must_have_room(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    now: Instant,
) -> Result<(), Denied> {
    let live: i64 = within!(transaction, on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM devices WHERE exchange_id = $1 AND revoked_at_ms IS NULL AND expires_at_ms > $2",
    )
    .bind(exchange.to_string())
    .bind(now.unix_ms)
    .fetch_one(&mut **on)
    .await)?;
    if live >= i64::from(DEVICES_MAX) {
        return Err(Denied::TooMany {
            thing: Thing::Devices,
            max: DEVICES_MAX,
        });
    }
    Ok(())
}

/// Writes a new device's row.
pub(super) async fn make_device(
    transaction: &mut Transaction,
    exchange: ExchangeId,
    role: Role,
    name: &str,
    now: Instant,
) -> Result<Paired, Denied> {
    must_have_room(transaction, exchange, now).await?;
    let (device, token) = (DeviceId(Uuid::new_v4()), secret::session_token()?);
    within!(transaction, on => sqlx::query(
        "INSERT INTO devices (exchange_id, id, role, name, token_sha256, paired_at_ms, expires_at_ms, last_seen_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(exchange.to_string())
    .bind(device.to_string())
    .bind(role.as_str())
    .bind(name)
    .bind(secret::token_sha256(&token))
    .bind(now.unix_ms)
    .bind(now.plus_ms(SESSION_MS).unix_ms)
    .bind(now.unix_ms)
    .execute(&mut **on)
    .await.map(|done| done.rows_affected()))?;
    Ok(Paired { device, token })
}
