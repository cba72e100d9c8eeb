//! The database, SQLite or PostgreSQL: what it is, and how one statement runs on either. Statements are written once, with `$1`,
//! `$2`, …, which both understand.

#[cfg(test)]
mod disk;
mod error;
mod file;
mod key;
mod looks;
mod migrations;
mod opening;
mod place;
mod probe;
mod reads;
mod tables;
mod upkeep;
mod whose;
mod writes;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use tempfile::TempDir;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

pub use error::OpenError;
pub(crate) use error::{damaged, lacks, remedy};
pub use file::{Held, HoldError};
pub(crate) use file::{is_there, move_aside, real};
pub(crate) use key::{COMMAND, POSITION, SLUG};
pub(crate) use tables::{Gone, gone_from, listed};
pub(crate) use upkeep::SOUND;
pub(crate) use writes::is_of_damaged_page;
pub use writes::{Fault, Writes};

use reads::Reads;

use crate::clock::Clock;
use crate::keeping::Draft;

/// How often the clock of PostgreSQL's server is asked for: the quickest answer counts.
const CLOCK_SAMPLES: u32 = 4;
/// How long one is waited for that the server does not even end, in milliseconds: it is silent, or the line is.
const SILENT_MS: u64 = 5_000;
/// The advisory lock of transactions that read and then write: PostgreSQL serialises them as SQLite does.
const WRITE_LOCK: i64 = 0x626F_7273;

/// One of two: what belongs to SQLite, or what belongs to PostgreSQL.
#[derive(Clone, Debug)]
pub enum Either<S, P> {
    /// Of SQLite.
    Sqlite(S),
    /// Of PostgreSQL.
    Postgres(P),
}

/// A pool of connections.
pub type Pool<'a> = Either<&'a SqlitePool, &'a PgPool>;

/// A transaction that reads and then writes: no other such transaction runs meanwhile.
#[derive(Debug)]
pub struct Transaction {
    /// The transaction, for [`within`].
    pub(crate) on: Either<sqlx::Transaction<'static, Sqlite>, sqlx::Transaction<'static, Postgres>>,
    pub(crate) writes: Arc<Writes>,
    /// None of a floor's.
    _turn: Option<OwnedSemaphorePermit>,
}

/// Runs one expression on a pool of either database: one that reads. A server that falls silent is given up.
macro_rules! on_either {
    ($either:expr, $on:ident => $run:expr) => {
        match $either {
            $crate::database::Either::Sqlite($on) => $run,
            $crate::database::Either::Postgres($on) => $crate::database::in_time(async { $run }).await,
        }
    };
}
pub(crate) use on_either;

/// Runs one statement that writes, by itself, on the database, and notes how it went.
macro_rules! write_on {
    ($database:expr, $on:ident => $run:expr) => {{
        let database: &$crate::database::Database = $database;
        let _turn = database.turn().await;
        let written = match database.writes().in_place().await {
            Ok(()) => $crate::database::on_either!(database.writing(), $on => $run),
            Err(error) => Err(error),
        };
        let written = database.writes().if_in_place(written).await;
        database.writes().saved(&written);
        written
    }};
}
pub(crate) use write_on;

/// Runs one statement inside a transaction, and notes it if it fails.
macro_rules! within {
    ($transaction:expr, $on:ident => $run:expr) => {{
        let transaction: &mut $crate::database::Transaction = $transaction;
        let done = $crate::database::on_either!(&mut transaction.on, $on => $run);
        if let Err(error) = &done {
            transaction.writes.failed(error);
        }
        done
    }};
}
pub(crate) use within;

/// An open database.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file of this machine, for one node.
    Sqlite(SqliteDatabase),
    /// A server, for several nodes.
    Postgres(PostgresDatabase),
}

/// An open SQLite database.
#[derive(Clone, Debug)]
pub struct SqliteDatabase {
    /// The one connection that writes: every transaction in it begins IMMEDIATE.
    pub writer: SqlitePool,
    /// Connections that read.
    pub readers: SqlitePool,
    /// How its writes went.
    pub writes: Arc<Writes>,
    reads: Reads,
    turns: Arc<Semaphore>,
    /// The file that holds what the deleted one held.
    rescued: Arc<OnceCell<PathBuf>>,
    /// Where the copy lies that is read instead, until nobody reads it any more.
    _copy: Option<Arc<Draft<TempDir>>>,
}

/// An open database of PostgreSQL.
#[derive(Clone, Debug)]
pub struct PostgresDatabase {
    /// Connections of the floors, of what lets somebody in, and of what writes.
    pub pool: PgPool,
    readers: PgPool,
    /// How its writes went.
    pub writes: Arc<Writes>,
    reads: Reads,
    turns: Arc<Semaphore>,
}

impl Database {
    /// Waits for a turn to write what is beside the log. Floors wait for none: however much else is written, a deal comes between.
    pub(crate) async fn turn(&self) -> OwnedSemaphorePermit {
        let turns = match self {
            Self::Sqlite(sqlite) => &sqlite.turns,
            Self::Postgres(postgres) => &postgres.turns,
        };
        let turn = Arc::clone(turns).acquire_owned().await;
        turn.expect("nobody closes the turns")
    }

    /// Connections for a statement that reads.
    pub fn reading(&self) -> Pool<'_> {
        match self {
            Self::Sqlite(sqlite) => Either::Sqlite(&sqlite.readers),
            Self::Postgres(postgres) => Either::Postgres(&postgres.readers),
        }
    }

    /// Connections for a statement that lets somebody in: nothing else that is read keeps a device out.
    pub(crate) fn admitting(&self) -> Pool<'_> {
        match self {
            Self::Sqlite(sqlite) => Either::Sqlite(&sqlite.readers),
            Self::Postgres(postgres) => Either::Postgres(&postgres.pool),
        }
    }

    /// Connections for a statement that writes: through `write_on`, which notes how it went.
    pub fn writing(&self) -> Pool<'_> {
        match self {
            Self::Sqlite(sqlite) => Either::Sqlite(&sqlite.writer),
            Self::Postgres(postgres) => Either::Postgres(&postgres.pool),
        }
    }

    /// How its writes went.
    pub fn writes(&self) -> &Arc<Writes> {
        match self {
            Self::Sqlite(sqlite) => &sqlite.writes,
            Self::Postgres(postgres) => &postgres.writes,
        }
    }

    /// Begins a transaction that reads and then writes. It waits for those before it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        let turn = self.turn().await;
        let begun = match self {
            Self::Sqlite(sqlite) => sqlite.begin().await.map(Either::Sqlite),
            Self::Postgres(postgres) => in_time(postgres.begin()).await.map(Either::Postgres),
        };
        let writes = self.writes();
        match begun {
            Ok(on) => Ok(Transaction {
                on,
                writes: Arc::clone(writes),
                _turn: Some(turn),
            }),
            Err(error) => {
                writes.failed(&error);
                Err(error)
            }
        }
    }

    /// The folder of a database in a file; none for one on a server.
    pub fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(sqlite) => {
                let options = sqlite.writer.connect_options();
                let folder = options.get_filename().parent()?;
                // A bare name lies in the folder that the server was started in.
                Some(if folder.as_os_str().is_empty() {
                    PathBuf::from(".")
                } else {
                    folder.to_owned()
                })
            }
            Self::Postgres(_) => None,
        }
    }

    /// How far the clock of the database's server is ahead of the machine's, in milliseconds. None for a file.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn clock_ahead_ms(&self, clock: &dyn Clock) -> Result<Option<i64>, sqlx::Error> {
        let Self::Postgres(postgres) = self else {
            return Ok(None);
        };
        let mut connection = in_time(postgres.pool.acquire()).await?;
        let mut best: Option<(i64, i64)> = None;
        for _ in 0..CLOCK_SAMPLES {
            let begun_ms = clock.elapsed_ms();
            let asked = sqlx::query_scalar("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint")
                .fetch_one(&mut *connection);
            let database_ms: i64 = in_time(asked).await?;
            let took_ms = clock.elapsed_ms() - begun_ms;
            let ahead_ms = database_ms + took_ms / 2 - clock.now().unix_ms;
            if best.is_none_or(|(shortest_ms, _)| took_ms < shortest_ms) {
                best = Some((took_ms, ahead_ms));
            }
        }
        Ok(best.map(|(_, ahead_ms)| ahead_ms))
    }

    /// Closes every connection; what was committed is on disk.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.readers.close().await;
                sqlite.writer.close().await;
            }
            Self::Postgres(postgres) => {
                postgres.readers.close().await;
                postgres.pool.close().await;
            }
        }
    }
}

impl SqliteDatabase {
    /// Begins a transaction that reads and then writes.
    pub(crate) async fn begin(&self) -> Result<sqlx::Transaction<'static, Sqlite>, sqlx::Error> {
        self.writes.in_place().await?;
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }
}

impl PostgresDatabase {
    pub(crate) async fn begin(&self) -> Result<sqlx::Transaction<'static, Postgres>, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(WRITE_LOCK)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction)
    }
}

impl Transaction {
    /// A floor's, which waits for no turn.
    pub(crate) fn of_floor(
        on: Either<sqlx::Transaction<'static, Sqlite>, sqlx::Transaction<'static, Postgres>>,
        writes: &Arc<Writes>,
    ) -> Self {
        Self {
            on,
            writes: Arc::clone(writes),
            _turn: None,
        }
    }

    /// Tells the other nodes something, if it is committed. With SQLite there are none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tell_nodes(&mut self, channel: &str, what: &str) -> Result<(), sqlx::Error> {
        match &mut self.on {
            Either::Sqlite(_) => Ok(()),
            Either::Postgres(transaction) => {
                let tell = sqlx::query("SELECT pg_notify($1, $2)").bind(channel).bind(what);
                in_time(tell.execute(&mut **transaction)).await.map(drop)
            }
        }
    }

    /// Commits.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        let committed = on_either!(self.on, transaction => transaction.commit().await);
        let committed = self.writes.if_in_place(committed).await;
        self.writes.saved(&committed);
        committed
    }
}

impl Database {
    /// Tells the other nodes each of these at once. With SQLite there are none.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn signal(&self, channel: &str, each: &[String]) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(postgres) => {
                let tell = sqlx::query("SELECT pg_notify($1, each) FROM unnest($2) AS each")
                    .bind(channel)
                    .bind(each);
                in_time(tell.execute(&postgres.pool)).await.map(drop)
            }
        }
    }
}

/// Waits for PostgreSQL, but not for ever: a server that is frozen, or a line that is half open, answers nothing. What was asked may
/// have been done.
///
/// # Errors
/// What the statement's own error is, and that it was given up.
pub(crate) fn in_time<T>(
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> impl Future<Output = Result<T, sqlx::Error>> {
    // On Windows the library takes 15 KiB to connect, which whatever waits for a statement would have inside it, twice.
    let asked = Box::pin(asked);
    async {
        let answered = tokio::time::timeout(Duration::from_millis(SILENT_MS), asked).await;
        answered.unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sqlx::Executor as _;

    use super::disk::Disk;
    use super::*;

    #[tokio::test]
    async fn another_program_may_pack_the_file_though_it_gets_shorter() {
        let disk = Disk::new().await;
        let mut other = disk.other().await;
        let Database::Sqlite(sqlite) = &disk.database else {
            panic!("not SQLite");
        };
        for _ in 0..2 {
            disk.write(20_000).await.unwrap();
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
            disk.write(1).await.unwrap();
            let before = disk.bytes();
            other
                .execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
                .await
                .unwrap();
            let packed = disk.bytes();
            assert!(packed < before, "{packed} of {before} bytes");
            disk.write(1).await.unwrap();
            // Packed again, and grown, before anybody looks.
            sqlite
                .writer
                .execute("CREATE TABLE more AS SELECT * FROM operator_sessions; DROP TABLE more")
                .await
                .unwrap();
            other
                .execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
                .await
                .unwrap();
            disk.write(2_000).await.unwrap();
        }
        assert_eq!(disk::rows(&disk.database).await, 2_000);
    }

    #[tokio::test]
    async fn a_backup_that_is_written_over_the_file_is_told_however_long_it_is() {
        for (rows, rows_since) in [(100, 20_000), (20_000, 100)] {
            let disk = Disk::new().await;
            let mut other = disk.other().await;
            disk.write(rows).await.unwrap();
            let backup = disk.file("backup.db");
            sqlx::query("VACUUM INTO $1")
                .bind(backup.to_str())
                .execute(&mut other)
                .await
                .unwrap();
            disk.write(rows_since).await.unwrap();
            other
                .execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
                .await
                .unwrap();
            disk.write(rows_since).await.unwrap();
            fs::copy(&backup, disk.file("b.db")).unwrap();
            let lost = disk.write(1).await.unwrap_err();
            assert!(lost.to_string().contains("b.db was overwritten"), "{lost}");
            assert_eq!(disk.database.writes().fault(), Some(Fault::Overwritten));
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_was_saved_beside_the_file_is_merged_at_the_stop_though_its_name_is_gone() {
        for (ending, replaced) in [("-wal", false), ("-shm", false), ("-wal", true)] {
            let disk = Disk::new().await;
            disk.write(500).await.unwrap();
            let beside = disk.file(&format!("b.db{ending}"));
            fs::remove_file(&beside).unwrap();
            if replaced {
                fs::write(&beside, "another evening").unwrap();
            }
            disk.write(1).await.unwrap_err();
            assert_eq!(disk.database.writes().fault(), Some(Fault::Parted), "{ending}");
            disk.database.close().await;
            let again = Database::open(&disk::url(&disk.file("b.db"))).await.unwrap();
            assert_eq!(disk::rows(&again).await, 500, "{ending}");
        }
    }
}
