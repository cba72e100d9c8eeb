//! What is written to see whether deals can be saved: a row of no consequence, in place of a deal. It waits for whatever a deal would wait
//! for, and for nothing that keeps no deal. And what a deal writes is written too, and taken back: whatever the tables themselves refuse, as by a
//! rule or a trigger that somebody gave them, is met by nothing else.

use std::time::Duration;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::event;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};
use tokio::time::{Instant as Moment, timeout_at};
use uuid::Uuid;

use super::writes::is_of_damaged_page;
use super::{Database, Fault, PostgresDatabase, SqliteDatabase, in_time};

/// Writes the row of an exchange (`$1`) as of an instant (`$2`), or one beside it: SQLite writes nothing where a row is as it was, and on a full
/// disk that succeeds.
const WRITE_ROW: &str = "INSERT INTO probes (exchange_id, written_at_ms) VALUES ($1, $2) \
    ON CONFLICT (exchange_id) DO UPDATE SET written_at_ms = CASE WHEN probes.written_at_ms = excluded.written_at_ms \
    THEN excluded.written_at_ms + 1 ELSE excluded.written_at_ms END";
/// Writes in a row that every database has, where there is no exchange: in the last place of how long it took to make its newest tables.
const WRITE_ANYWHERE: &str = "UPDATE _sqlx_migrations SET execution_time = execution_time + \
    CASE WHEN execution_time % 2 = 0 THEN 1 ELSE -1 END \
    WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
/// How long a lock is waited for on PostgreSQL, in milliseconds: it says that it is one before whoever asks has waited for too long.
pub(super) const LOCK_MS: u64 = 1_500;
/// From which position on that lies which is taken back: no log comes so far, so none that is written meanwhile waits for it, and nothing that is
/// there is read for it.
const BEYOND: u64 = 1 << 40;

/// What is done about an exchange whose row somebody holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// It is waited for, as a deal waits.
    WaitedFor,
    /// It is left out.
    LeftOut,
}

impl Database {
    /// Writes a row of no consequence, and commits it as a deal would be: it waits for whatever a deal of that exchange would wait for, and
    /// for nothing that keeps no deal.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn probe(&self, exchange: ExchangeId, at: Instant) -> Result<(), sqlx::Error> {
        let written = self.write_probe(Some(exchange), at).await;
        let noted = written.as_ref().copied();
        self.writes().saved_deals(exchange, noted);
        written
    }

    /// Tries to save deals of these exchanges for so long, and notes of which it can be done; if there are none, whether anything can.
    ///
    /// On PostgreSQL all of them are asked at once, and none is waited for whose row somebody holds: however many were held up come back
    /// together, and one that is held still takes no connection from the others. Only if each is held is one waited for, as a deal waits.
    pub(crate) async fn try_deals(&self, exchanges: &[ExchangeId], at: Instant, wait: Duration) {
        let (writes, until) = (self.writes(), Moment::now() + wait);
        if let (Self::Postgres(postgres), 2..) = (self, exchanges.len()) {
            match by(until, postgres.write_probes(exchanges, at, Held::LeftOut)).await {
                Ok(saved) if saved.is_empty() => {}
                Ok(saved) => return writes.tried(exchanges, &saved),
                Err(why) => return writes.none_saved(exchanges, why.as_ref()),
            }
        }
        let one = exchanges.last().copied();
        match by(until, self.write_probe(one, at)).await {
            Ok(()) => writes.tried(exchanges, one.as_slice()),
            Err(why) => writes.none_saved(exchanges, why.as_ref()),
        }
    }

    /// Writes as a deal of an exchange would be; where there is no exchange, in a row that every database has.
    async fn write_probe(&self, exchange: Option<ExchangeId>, at: Instant) -> Result<(), sqlx::Error> {
        match (self, exchange) {
            (Self::Sqlite(sqlite), _) => {
                if let Some(exchange) = exchange {
                    sqlite.take_back_deal(exchange, at).await?;
                }
                for _ in 0..sqlite.writes.commits_to_be_sure() {
                    sqlite.write_probe(exchange, at).await?;
                }
                Ok(())
            }
            (Self::Postgres(postgres), Some(exchange)) => {
                let saved = postgres.write_probes(&[exchange], at, Held::WaitedFor).await?;
                if saved.is_empty() {
                    // It was deleted meanwhile.
                    return Err(sqlx::Error::RowNotFound);
                }
                Ok(())
            }
            (Self::Postgres(postgres), None) => {
                let write = sqlx::query(WRITE_ANYWHERE).execute(&postgres.pool);
                in_time(write).await.map(drop)
            }
        }
    }
}

impl SqliteDatabase {
    /// Writes what a deal of an exchange writes, and takes it back.
    async fn take_back_deal(&self, exchange: ExchangeId, at: Instant) -> Result<(), sqlx::Error> {
        let mut on = self.begin().await?;
        let write = sqlx::raw_sql(AssertSqlSafe(deals_of(&[exchange], at)));
        let written = write.fetch_all(&mut *on).await;
        on.rollback().await?;
        unless_of_damaged_page(written.map(drop))
    }

    async fn write_probe(&self, exchange: Option<ExchangeId>, at: Instant) -> Result<(), sqlx::Error> {
        let mut on = self.begin().await?;
        let written = match exchange {
            Some(exchange) => {
                sqlx::query(WRITE_ROW)
                    .bind(exchange.to_string())
                    .bind(at.unix_ms)
                    .execute(&mut *on)
                    .await
            }
            None => sqlx::query(WRITE_ANYWHERE).execute(&mut *on).await,
        };
        written?;
        let committed = on.commit().await;
        self.writes.if_in_place(committed).await
    }
}

impl PostgresDatabase {
    /// Writes in each of these exchanges as a deal would be, and gives in which it did. What stays is one message, and one transaction, which the
    /// server brings to its end by itself: a node that stands still in the middle of it has no other wait.
    async fn write_probes(
        &self,
        exchanges: &[ExchangeId],
        at: Instant,
        held: Held,
    ) -> Result<Vec<ExchangeId>, sqlx::Error> {
        let write = sqlx::raw_sql(AssertSqlSafe(write_where_had(exchanges, at, held)));
        let rows = in_time(write.fetch_all(&self.pool)).await?;
        let id = |row: &PgRow| row.try_get::<String, _>(0).ok()?.parse::<ExchangeId>().ok();
        self.could_save(rows.iter().filter_map(id).collect(), at).await
    }

    /// Of which of these exchanges the tables take what a deal writes. All are asked at once; only if those refuse something, each by itself: what
    /// they refuse of one they may take of another.
    async fn could_save(
        &self,
        exchanges: Vec<ExchangeId>,
        at: Instant,
    ) -> Result<Vec<ExchangeId>, sqlx::Error> {
        if exchanges.is_empty() {
            return Ok(exchanges);
        }
        let Err(why) = self.take_back_deals(&exchanges, at).await else {
            return Ok(exchanges);
        };
        if exchanges.len() == 1 || Fault::of_deals(&why) != Some(Fault::Unknown) {
            return Err(why);
        }
        let mut saved = Vec::new();
        for exchange in exchanges {
            if self.take_back_deals(&[exchange], at).await.is_ok() {
                saved.push(exchange);
            }
        }
        if saved.is_empty() { Err(why) } else { Ok(saved) }
    }

    /// Writes what a deal of each of these exchanges writes, and takes it back. Nobody waits for it: it has no key that anything else has.
    async fn take_back_deals(&self, exchanges: &[ExchangeId], at: Instant) -> Result<(), sqlx::Error> {
        let mut on = in_time(self.pool.begin()).await?;
        let write = format!(
            "SET LOCAL lock_timeout = {LOCK_MS}; {}; SET CONSTRAINTS ALL IMMEDIATE",
            deals_of(exchanges, at)
        );
        let written = in_time(sqlx::raw_sql(AssertSqlSafe(write)).fetch_all(&mut *on)).await;
        in_time(on.rollback()).await?;
        unless_of_damaged_page(written.map(drop))
    }
}

/// What came of a write in the log, but for a damaged page of it: that is told of the exchanges whose it is, by their floors.
fn unless_of_damaged_page(written: Result<(), sqlx::Error>) -> Result<(), sqlx::Error> {
    written.or_else(|error| {
        if is_of_damaged_page(&error) {
            Ok(())
        } else {
            Err(error)
        }
    })
}

/// What writes as a deal of each of these exchanges does, in the tables of the log, under keys of no other.
fn deals_of(exchanges: &[ExchangeId], at: Instant) -> String {
    let (ids, at_ms) = (quoted(exchanges), at.unix_ms);
    let (audience, role) = (Audience::Staff.as_str(), Role::Clock.as_str());
    let (command, device, schema) = (Uuid::new_v4(), Uuid::nil(), event::SCHEMA);
    let beyond = BEYOND + u64::from(Uuid::new_v4().as_u128() as u32);
    format!(
        "INSERT INTO events (exchange_id, seq, prev_public, at_ms, audience, actor_role, actor_device, schema_version, event) \
         SELECT id, {beyond}, 0, {at_ms}, '{audience}', '{role}', '{device}', {schema}, '{{}}' FROM exchanges WHERE id IN ({ids}); \
         INSERT INTO outcomes (exchange_id, command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer) \
         SELECT id, '{command}', '{device}', '', {at_ms}, {at_ms}, '{{}}' FROM exchanges WHERE id IN ({ids})"
    )
}

/// Ids as SQL says them: they have no sign in them that would say anything else there.
fn quoted(exchanges: &[ExchangeId]) -> String {
    let ids: Vec<String> = exchanges.iter().map(|id| format!("'{id}'")).collect();
    ids.join(", ")
}

/// What takes the locks that a deal takes, and writes where it has them.
fn write_where_had(exchanges: &[ExchangeId], at: Instant, held: Held) -> String {
    let (ids, at_ms) = (quoted(exchanges), at.unix_ms);
    let otherwise = match held {
        Held::WaitedFor => "",
        Held::LeftOut => " SKIP LOCKED",
    };
    format!(
        "SET LOCAL lock_timeout = {LOCK_MS}; \
         LOCK TABLE events, outcomes IN ROW EXCLUSIVE MODE; \
         WITH had AS (SELECT id FROM exchanges WHERE id IN ({ids}) ORDER BY id FOR KEY SHARE{otherwise}) \
         INSERT INTO probes (exchange_id, written_at_ms) SELECT id, {at_ms} FROM had \
         ON CONFLICT (exchange_id) DO UPDATE SET written_at_ms = excluded.written_at_ms RETURNING exchange_id"
    )
}

/// What came of a write by then; of one that took longer, no reason.
async fn by<T>(
    until: Moment,
    write: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, Option<sqlx::Error>> {
    match timeout_at(until, write).await {
        Ok(written) => written.map_err(Some),
        Err(_) => Err(None),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    #[cfg(unix)]
    use std::str::FromStr as _;

    #[cfg(unix)]
    use sqlx::postgres::PgConnectOptions;
    #[cfg(unix)]
    use sqlx::{ConnectOptions as _, Connection as _};

    use super::*;
    use crate::database::disk::Disk;
    use crate::database::write_on;

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_tried_in_place_of_a_deal_waits_for_what_a_deal_waits_for() {
        let url = test_support::postgres::fresh_database();
        let database = Database::open(&url).await.unwrap();
        let exchange = ExchangeId(uuid::Uuid::from_u128(1));
        let made = write_on!(&database, on => sqlx::query(
            "INSERT INTO exchanges (id, slug, epoch, created_at_ms) VALUES ($1, 'drammen', $1, 0)",
        )
        .bind(exchange.to_string())
        .execute(on)
        .await
        .map(drop));
        made.unwrap();
        let mut operator = PgConnectOptions::from_str(&url).unwrap().connect().await.unwrap();
        let probe = async || {
            let probe = database.probe(exchange, Instant::from_unix_ms(0));
            tokio::time::timeout(Duration::from_secs(1), probe).await
        };
        // Its row is there from now on.
        probe().await.unwrap().unwrap();
        for lock in [
            "LOCK TABLE events IN ACCESS EXCLUSIVE MODE",
            "LOCK TABLE outcomes IN ACCESS EXCLUSIVE MODE",
            "SELECT 1 FROM exchanges FOR UPDATE",
        ] {
            let mut held = operator.begin().await.unwrap();
            sqlx::query(lock).execute(&mut *held).await.unwrap();
            assert!(probe().await.is_err(), "{lock}");
            held.rollback().await.unwrap();
        }
        // No deal alone waits for those that read and then write.
        let held = database.begin().await.unwrap();
        probe().await.unwrap().unwrap();
        drop(held);
    }

    #[tokio::test]
    async fn what_is_tried_is_written_each_time_though_nothing_in_it_has_changed() {
        let disk = Disk::new().await;
        let database = &disk.database;
        let beside = || fs::metadata(disk.file("b.db-wal")).unwrap().len();
        let exchange = ExchangeId(uuid::Uuid::from_u128(1));
        let made = write_on!(database, on => sqlx::query(
            "INSERT INTO exchanges (id, slug, epoch, created_at_ms) VALUES ($1, 'drammen', $1, 0)",
        )
        .bind(exchange.to_string())
        .execute(on)
        .await
        .map(drop));
        made.unwrap();
        // In one moment, where there is no exchange and where there is one.
        let at = Instant::from_unix_ms(0);
        for exchanges in [Vec::new(), vec![exchange]] {
            for _ in 0..4 {
                let before = beside();
                database.try_deals(&exchanges, at, Duration::from_secs(3)).await;
                assert_eq!(database.writes().fault(), None);
                assert!(beside() > before, "{exchanges:?}: {before} bytes");
            }
        }
    }
}
