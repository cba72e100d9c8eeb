//! What was noted of what concerns safety, as the organiser reads it, and until when.

use borsklokka_shared::ids::{AccountId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::security::{SecurityEntry, SecurityEvent, SecurityPage};

use super::ledger::Note;
use super::{Access, stored_device};
use crate::api::Denied;
use crate::database::{on_either, write_on};
use crate::seen_clock::Believed;

/// For how long an entry is kept, in days: from one year's exchange to after the next.
const KEPT_DAYS: i64 = 400;
/// The same, in milliseconds.
const KEPT_MS: i64 = KEPT_DAYS * 24 * 60 * 60 * 1_000;

/// What is deleted once it has run out (`$1`). What holds for minutes, pairing codes and what a passkey is asked, makes room for the next as
/// the clock stands: whoever loses one asks for another.
const RUN_OUT: [&str; 3] = [
    "DELETE FROM operator_sessions WHERE expires_at_ms <= $1",
    "DELETE FROM account_sessions WHERE expires_at_ms <= $1",
    "DELETE FROM account_tokens WHERE expires_at_ms <= $1",
];

/// An entry as it is stored: place, time, event, role, device, its name, what it is about, and from where.
type Columns = (
    i64,
    i64,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
);

/// Not only people are noted: a program that may takes the report out.
fn any_role(name: &str) -> Result<Role, Denied> {
    Role::named(name).ok_or_else(|| Denied::Broken(format!("a stored role cannot be read: {name:?}")))
}

fn read((id, at_ms, event, role, device, name, about, from): Columns) -> Result<SecurityEntry, Denied> {
    let broken = || Denied::Broken(format!("the stored security event {id} cannot be read"));
    let about = about.split_whitespace().map(str::parse);
    Ok(SecurityEntry {
        id,
        at: Instant::from_unix_ms(at_ms),
        event: SecurityEvent::named(&event).ok_or_else(broken)?,
        role: role.as_deref().map(any_role).transpose()?,
        device: device.as_deref().map(stored_device).transpose()?,
        name,
        about: about.collect::<Result<_, _>>().map_err(|_| broken())?,
        from,
    })
}

impl Access {
    /// Notes something that concerns safety. It is written in a moment; what is the same as a moment ago is not noted again.
    pub fn note(&self, note: Note) {
        self.ledger.note(self.clock.now(), note);
    }

    /// Returns when what was noted before is written, or cannot be.
    pub async fn write_notes(&self) {
        self.ledger.flush().await;
    }

    /// What was noted of an exchange before an entry, or last: the newest first, at most so many. What is of the server itself and of no
    /// exchange is among it, unless an account asks.
    pub(crate) async fn notes(
        &self,
        exchange: ExchangeId,
        account: Option<AccountId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<SecurityPage, Denied> {
        self.write_notes().await;
        let rows: Vec<Columns> = on_either!(self.database.reading(), on => sqlx::query_as(
            "SELECT id, at_ms, event, role, device_id, name, about, came_from FROM security_events \
             WHERE (exchange_id = $1 OR exchange_id IS NULL AND $4 = 0) AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(exchange.to_string())
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .bind(i64::from(account.is_some()))
        .fetch_all(on)
        .await)?;
        let entries = rows.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(SecurityPage { entries })
    }

    /// Forgets what was noted too long ago, and what has run out.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub(crate) async fn forget_for_age(&self, clock: Believed) -> Result<(), Denied> {
        write_on!(&self.database, on => sqlx::query("DELETE FROM security_events WHERE at_ms < $1")
            .bind(clock.less_ms(KEPT_MS).unix_ms)
            .execute(on)
            .await
            .map(drop))?;
        for statement in RUN_OUT {
            write_on!(&self.database, on => sqlx::query(statement)
                .bind(clock.less_ms(0).unix_ms)
                .execute(on)
                .await
                .map(drop))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::ledger::WAITING_MAX;
    use super::*;
    use crate::fixture::{Fixture, open_hub};

    /// A login that failed, from an address of its own.
    fn failed(host: u8) -> Note {
        Note::of(SecurityEvent::LoginFailed).from([10, 0, 0, host].into())
    }

    async fn on_table(hub: &Fixture, statement: &'static str) {
        let done = write_on!(&hub.database, on => sqlx::query(statement).execute(on).await.map(drop));
        done.unwrap();
    }

    async fn addresses(hub: &Fixture) -> Vec<String> {
        let drammen = hub.exchange("drammen");
        let page = hub.hub.access.notes(drammen, None, None, 200).await.unwrap();
        let mut addresses: Vec<_> = page.entries.into_iter().filter_map(|entry| entry.from).collect();
        addresses.reverse();
        addresses
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_written_when_it_can() {
        let hub = open_hub().await;
        let access = &hub.hub.access;
        on_table(&hub, "ALTER TABLE security_events RENAME TO elsewhere").await;
        access.note(failed(1));
        access.write_notes().await;
        on_table(&hub, "ALTER TABLE elsewhere RENAME TO security_events").await;
        access.note(failed(2));
        assert_eq!(addresses(&hub).await, ["10.0.0.1", "10.0.0.2"]);
    }

    #[tokio::test]
    async fn an_exchange_that_is_deleted_takes_its_entries_and_holds_no_others_up() {
        let hub = open_hub().await;
        let access = &hub.hub.access;
        let svelvik = hub.hub.floors.find("svelvik").unwrap();
        access.note(failed(1).in_exchange(svelvik.id));
        access.write_notes().await;
        hub.hub.floors.delete(&svelvik).await.unwrap();
        access.note(failed(2).in_exchange(svelvik.id));
        access.note(failed(3));
        assert_eq!(addresses(&hub).await, ["10.0.0.3"]);
        let rows: i64 = on_either!(hub.database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM security_events")
            .fetch_one(on)
            .await)
        .unwrap();
        assert_eq!(rows, 1);
    }

    #[tokio::test]
    async fn what_waits_is_bounded() {
        let hub = open_hub().await;
        let access = &hub.hub.access;
        let contacts = |n: usize| Note::of(SecurityEvent::ContactRead).about([Uuid::from_u128(n as u128)]);
        // The task that writes has no turn before this one waits.
        for n in 0..=WAITING_MAX {
            access.note(contacts(n));
        }
        access.write_notes().await;
        let last: i64 = on_either!(hub.database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM security_events")
            .fetch_one(on)
            .await)
        .unwrap();
        assert_eq!(usize::try_from(last), Ok(WAITING_MAX));
    }

    #[tokio::test]
    async fn after_four_hundred_days_it_is_forgotten() {
        let hub = open_hub().await;
        let access = &hub.hub.access;
        access.note(failed(1));
        access.write_notes().await;
        hub.clock.pass_ms(1);
        access.note(failed(2));
        access.write_notes().await;
        hub.clock.pass_ms(KEPT_MS);
        access
            .forget_for_age(Believed::as_it_is(hub.hub.clock.now()))
            .await
            .unwrap();
        assert_eq!(addresses(&hub).await, ["10.0.0.2"]);
    }
}
