//! The database, SQLite or PostgreSQL: how it is opened, and how one statement runs on either. Statements are written once,
//! with `$1`, `$2`, …, which both understand.
//!
//! A connection whose transaction did not end as it should is never used again: SQLite rolls back by itself on a full disk,
//! and what the library then believes of the connection is no longer true. Nor is one of before a failure that may last as long as the
//! connection does: a session of PostgreSQL that began while nothing could be written never writes.

mod file;
mod migrations;
mod place;
mod probe;
mod writes;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use borsklokka_shared::instant::Instant;
use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool};
use tempfile::TempDir;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use file::Reading;
pub use file::{Held, HoldError};
pub(crate) use file::{is_there, move_aside, real};
use migrations::{POSTGRES, SQLITE, migrator};
use writes::FULL_DISK;
pub use writes::{Fault, Writes};

use crate::clock::Clock;

/// Connections to SQLite that only read.
const READERS: u32 = 4;
/// Rows that SQLite's own thread may be ahead of whoever decodes them: the library's 50 make the two take turns.
const ROWS_AHEAD: usize = 1_024;
/// How long what lies beside the file stays once all of it is merged, in bytes: as much as SQLite merges at a time.
const WAL_BYTES_KEPT: &str = "4194304";
/// How long a file may be that is read through at every start, in bytes: a slow card takes a second for it.
const READ_THROUGH_BYTES_MAX: i64 = 64 * 1_024 * 1_024;
/// How long a statement waits for another process that writes to SQLite, in seconds.
const BUSY_WAIT_S: u64 = 2;
/// Connections to PostgreSQL, of each node, for the floors, what lets somebody in, and what writes. With those that read there is room for five
/// nodes and a person in its default of 100.
const POSTGRES_CONNECTIONS: u32 = 12;
/// Those for everything else that reads: whatever waits for a lock there takes none of the floors'.
const POSTGRES_READERS: u32 = 4;
/// How long a statement waits for a connection to PostgreSQL, in seconds: when the database is away, a tablet is soon
/// told that the server is unavailable.
const POSTGRES_ACQUIRE_S: u64 = 3;
/// How often the clock of PostgreSQL's server is asked for: the quickest answer counts.
const CLOCK_SAMPLES: u32 = 4;
/// How long a statement may take on PostgreSQL, and wait for another's lock, in milliseconds: then the server ends it.
const STATEMENT_MS: u64 = 4_000;
/// How long one is waited for that the server does not even end, in milliseconds: it is silent, or the line is.
const SILENT_MS: u64 = 5_000;
/// How long a transaction may lie idle on PostgreSQL, in milliseconds: then its connection ends, and its locks.
const IDLE_MS: u64 = 10_000;
/// Connections to PostgreSQL that what is beside the log may write by at a time: the others are left to the floors.
const POSTGRES_TURNS: usize = 6;
/// How often what lies beside SQLite's file is tried to be emptied; each time somebody who reads is waited for.
const CHECKPOINT_TRIES_MAX: u32 = 5;
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
    turns: Arc<Semaphore>,
    /// The file that holds what the deleted one held.
    rescued: Arc<OnceCell<PathBuf>>,
    /// Where the copy lies that is read instead, until nobody reads it any more.
    _copy: Option<Arc<TempDir>>,
}

/// An open database of PostgreSQL.
#[derive(Clone, Debug)]
pub struct PostgresDatabase {
    /// Connections of the floors, of what lets somebody in, and of what writes.
    pub pool: PgPool,
    readers: PgPool,
    /// How its writes went.
    pub writes: Arc<Writes>,
    turns: Arc<Semaphore>,
}

/// Whether a database is made ready for what this version writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readiness {
    /// It is made if there is none, and its tables are brought up to date.
    Made,
    /// It must be there, with the tables of this version. Nothing is changed by opening it.
    Found,
    /// The same, and nothing is written at all.
    Read,
}

/// The database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is of a database that is not built in.
    #[error(
        "--database {0}: not a database that this version knows; use sqlite:PATH, such as sqlite:data/borsklokka.db, \
         or postgres://USER@HOST/NAME"
    )]
    UnknownDatabase(String),
    /// The file cannot be opened.
    #[error("cannot open the database {url}: {source}; {}", advice(.source))]
    Open {
        /// As it was given.
        url: String,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// A copy of it has no place.
    #[error("the copy cannot be written at {}: {source}; make room there, or choose another disk", .to.display())]
    Copy {
        /// Where it was to lie.
        to: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// There is no such file.
    #[error("there is no database {}; check the name", .0.display())]
    Missing(PathBuf),
    /// Whether there is one may not be known.
    #[error(
        "{} may not be looked at: its folder is another user's; do this as root, or as the user whom the server runs as", .0.display()
    )]
    Hidden(PathBuf),
    /// There is a folder of that name.
    #[error("{} is a folder; name the file in it", .0.display())]
    Folder(PathBuf),
    /// It is no database of this program.
    #[error("{0} is no database of Børsklokka: it has none of its tables; check the name")]
    NotOurs(String),
    /// An earlier version made its tables.
    #[error(
        "the tables of {0} are an earlier version's; `borsklokka serve` brings them up to date, and a backup is best checked by \
         the version that made it"
    )]
    Older(String),
    /// A later version made its tables.
    #[error("the tables of {0} are a later version's: use that version")]
    Newer(String),
    /// The server cannot be reached.
    #[error(
        "cannot reach PostgreSQL: {0}; check that it runs, that the address in --database is right, and that its \
         database and user exist (createdb, createuser)"
    )]
    Connect(sqlx::Error),
    /// Its tables cannot be brought up to date.
    #[error("cannot bring the database's tables up to date: {source}; {advice}", source = .0, advice = advice_on_tables(.0))]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// What helps against what a database said, if it is known.
pub(crate) fn remedy(source: &sqlx::Error) -> Option<&'static str> {
    match (Fault::of(source), primary_code(source)) {
        (_, Some(CORRUPT)) => {
            Some("it is damaged or was cut short: put a backup in its place with `borsklokka restore`")
        }
        (Some(Fault::Full), _) => Some(FULL_DISK),
        // What SQLite says of a disk that is full in the middle of something may be no more than this.
        (_, Some(DISK_FAILED)) => {
            Some("its disk may be full, or fail: make room on it, and look whether it is well")
        }
        _ => None,
    }
}

/// What to do about a file that cannot be opened.
fn advice(source: &sqlx::Error) -> &'static str {
    remedy(source).unwrap_or("check that the folder exists and may be written to")
}

fn advice_on_tables(error: &sqlx::migrate::MigrateError) -> &'static str {
    use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
    match error {
        Execute(source) | ExecuteMigration(source, _) => advice(source),
        _ => "was it last used by a newer version?",
    }
}

/// What SQLite calls the kind of an error: the last byte of its code, which says more of it above that.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?.parse::<u32>().ok()?;
    Some(code & 0xFF)
}

impl OpenError {
    /// What SQLite said of a file.
    fn of_file(url: &str, source: sqlx::Error) -> Self {
        let url = url.to_owned();
        match &source {
            sqlx::Error::Database(cause) if cause.code().is_some_and(|code| code == NOT_A_DATABASE) => {
                Self::NotOurs(url)
            }
            _ => Self::Open { url, source },
        }
    }
}

impl Database {
    /// Opens the database at `url` and brings its tables up to date. A file (`sqlite:PATH`) is made if there is none; a
    /// database of PostgreSQL (`postgres://USER@HOST/NAME`) is there already.
    ///
    /// # Errors
    /// If the URL is unknown, the file cannot be opened or the server reached, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Self::opened(url, Readiness::Made).await
    }

    /// Opens a database that is there, as it is: nothing is made, and no table changed.
    ///
    /// # Errors
    /// As of [`Database::open`], and if there is none or its tables are another version's.
    pub async fn open_found(url: &str) -> Result<Self, OpenError> {
        Self::opened(url, Readiness::Found).await
    }

    /// Opens a database that is there, to read it: not a byte of it changes, and nothing is left beside it.
    ///
    /// # Errors
    /// As of [`Database::open_found`].
    pub async fn open_to_read(url: &str) -> Result<Self, OpenError> {
        Self::opened(url, Readiness::Read).await
    }

    async fn opened(url: &str, readiness: Readiness) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            open_sqlite(url, readiness).await.map(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, readiness).await.map(Self::Postgres)
        } else {
            Err(OpenError::UnknownDatabase(url.to_owned()))
        }
    }

    /// Has the database at `url` for one server, before its tables are touched, if it lies in a file; several have one of PostgreSQL.
    ///
    /// # Errors
    /// If another server has it, or it cannot be locked.
    pub fn hold(url: &str) -> Result<Option<Held>, HoldError> {
        // What is wrong with the URL is said when it is opened.
        Self::file(url).map(|file| file::hold(&file)).transpose()
    }

    /// The file that a database at `url` lies in; none if it is on a server.
    pub fn file(url: &str) -> Option<PathBuf> {
        let options = url
            .starts_with("sqlite:")
            .then(|| SqliteConnectOptions::from_str(url).ok());
        options.flatten().map(|options| options.get_filename().to_owned())
    }

    /// The URL of a database in a file.
    pub(crate) fn url_of(file: &Path) -> String {
        let path = file.display().to_string();
        format!("sqlite:{}", path.replace('%', "%25").replace('?', "%3F"))
    }

    /// Copies the database in a file into another file, which is empty: whole and as of one moment, also while a server writes in it.
    ///
    /// # Errors
    /// If it cannot be read, or the copy not be written.
    pub async fn copy_file(from: &Path, to: &Path) -> Result<(), OpenError> {
        let open = |source| OpenError::of_file(&from.display().to_string(), source);
        must_be_there(from)?;
        let read = SqliteConnectOptions::new()
            .create_if_missing(false)
            .busy_timeout(Duration::from_secs(BUSY_WAIT_S));
        let (options, _copy) = read_as_it_lies(read, from).map_err(|error| open(error.into()))?;
        let mut connection = options.connect().await.map_err(open)?;
        sqlx::query("VACUUM INTO $1")
            .bind(to.to_string_lossy())
            .execute(&mut connection)
            .await
            .map_err(|source| match primary_code(&source) {
                Some(FULL | READ_ONLY | CANNOT_OPEN) => OpenError::Copy {
                    to: to.to_owned(),
                    source,
                },
                _ => open(source),
            })?;
        connection.close().await.map_err(open)
    }

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

    /// Leaves nothing of what was deleted or replaced: SQLite packs its file anew, which it overwrites what is free in, and empties what lies
    /// beside it. PostgreSQL may use the space again; its own log and backups keep what they have.
    ///
    /// # Errors
    /// If the database fails, or somebody reads in it for so long that what lies beside it cannot be emptied.
    pub(crate) async fn scrub(&self) -> Result<(), sqlx::Error> {
        let _turn = self.turn().await;
        match self {
            Self::Sqlite(sqlite) => {
                self.writes().in_place().await?;
                sqlx::raw_sql("VACUUM").execute(&sqlite.writer).await?;
                sqlite.checkpoint().await?;
                self.writes().in_place().await
            }
            Self::Postgres(postgres) => {
                let mut connection = in_time(postgres.pool.acquire()).await?;
                sqlx::raw_sql("SET statement_timeout = 0")
                    .execute(&mut *connection)
                    .await?;
                let vacuumed = sqlx::raw_sql("VACUUM").execute(&mut *connection).await;
                // Whoever has the connection next is not to wait for ever.
                connection.close().await?;
                vacuumed.map(drop)
            }
        }
    }

    /// Leaves nothing of rows that were deleted: SQLite overwrites them in its file, and what they were lies beside it until that is emptied.
    /// PostgreSQL sees to it by itself.
    ///
    /// # Errors
    /// If the database fails, or somebody reads in it for so long that what lies beside it cannot be emptied.
    pub(crate) async fn forget_deleted(&self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(sqlite) => {
                let _turn = self.turn().await;
                self.writes().in_place().await?;
                sqlite.checkpoint().await
            }
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Looks whether its file is where it was opened, and notes it if it is not: nobody may be writing.
    pub(crate) async fn look_for_file(&self) {
        if let Err(error) = self.writes().in_place().await {
            self.writes().failed(&error);
        }
    }

    /// What is wrong with its file, as SQLite sees it that reads all of it; nothing if that would take long. A server's own looks after
    /// itself.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn damage(&self) -> Result<Option<String>, sqlx::Error> {
        let Self::Sqlite(sqlite) = self else {
            return Ok(None);
        };
        let bytes: i64 =
            sqlx::query_scalar("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                .fetch_one(&sqlite.readers)
                .await?;
        if bytes > READ_THROUGH_BYTES_MAX {
            return Ok(None);
        }
        let said: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&sqlite.readers)
            .await?;
        Ok(Some(said).filter(|said| said != SOUND))
    }

    /// Writes into another file what its own holds, once, if that was deleted: it is lost with the last connection. The other lies
    /// beside it.
    pub(crate) async fn rescue(&self, at: Instant) -> Option<PathBuf> {
        let Self::Sqlite(sqlite) = self else {
            return None;
        };
        let deleted = sqlite.writes.place().deleted()?;
        let rescue = sqlite.rescued.get_or_try_init(|| async {
            let rescued = file::rescue(&sqlite.readers, deleted, at).await?;
            tracing::error!(
                "{} was deleted; everything that was saved lies in {rescued} now: stop the server, and start it with \
                 --database sqlite:{rescued}",
                deleted.display(),
                rescued = rescued.display()
            );
            Ok::<_, sqlx::Error>(rescued)
        });
        match rescue.await {
            Ok(rescued) => Some(rescued.clone()),
            Err(error) => {
                tracing::error!(
                    "{} was deleted, and what was saved cannot be written into another file beside it: {error}; do not stop the \
                     server before it can",
                    deleted.display()
                );
                None
            }
        }
    }

    /// Returns when the database has answered a query, which reads nothing.
    ///
    /// # Errors
    /// If it fails.
    pub async fn answers(&self) -> Result<(), sqlx::Error> {
        on_either!(self.reading(), on => sqlx::query("SELECT 1").execute(on).await.map(drop))
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

    /// Puts what lies beside the file into it, and empties that.
    async fn checkpoint(&self) -> Result<(), sqlx::Error> {
        for _ in 0..CHECKPOINT_TRIES_MAX {
            let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
                .fetch_one(&self.writer)
                .await?;
            if busy == 0 {
                return Ok(());
            }
        }
        Err(sqlx::Error::PoolTimedOut)
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

/// Whether a connection that comes back may be used again. The rollback of a transaction that was dropped waits in the
/// connection's own queue: only behind it is known whether the transaction is over.
async fn is_whole<C: Connection>(connection: &mut C) -> Result<bool, sqlx::Error> {
    in_time(connection.ping()).await?;
    Ok(!connection.is_in_transaction())
}

/// Whether a file is there, by what the system lets this process know.
fn must_be_there(path: &Path) -> Result<(), OpenError> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(OpenError::Folder(path.to_owned())),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(OpenError::Hidden(path.to_owned()))
        }
        Err(_) => Err(OpenError::Missing(path.to_owned())),
    }
}

async fn open_sqlite(url: &str, readiness: Readiness) -> Result<SqliteDatabase, OpenError> {
    let open = |source| OpenError::of_file(url, source);
    // FULL: a commit that was answered survives a power cut, not only a crash.
    let options = SqliteConnectOptions::from_str(url)
        .map_err(open)?
        // It is made before: a connection that is opened later must not make another where it was.
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(BUSY_WAIT_S))
        .synchronous(SqliteSynchronous::Full)
        // What is deleted or replaced is overwritten, so that erased is erased. Deleting an exchange makes what lies beside the file as large as
        // that was: it is cut once all of it is merged.
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", WAL_BYTES_KEPT)
        .row_buffer_size(ROWS_AHEAD);
    let path = options.get_filename().to_owned();
    let mut copy = None;
    if path.is_dir() {
        return Err(OpenError::Folder(path));
    }
    let options = match readiness {
        Readiness::Made => {
            file::make_private(&path).map_err(|error| open(error.into()))?;
            options.journal_mode(SqliteJournalMode::Wal)
        }
        Readiness::Found => {
            must_be_there(&path)?;
            options
        }
        Readiness::Read => {
            must_be_there(&path)?;
            let (options, folder) = read_as_it_lies(options, &path).map_err(|error| open(error.into()))?;
            copy = folder.map(Arc::new);
            options
        }
    };
    let writes = Arc::new(Writes::default());
    let trusting = Arc::clone(&writes);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(only_the_same(&writes))
        .after_release(|connection, _| Box::pin(is_whole(connection)))
        .before_acquire(move |_, connection| {
            let trusts = trusting.trusts(connection.age);
            Box::pin(async move { Ok(trusts) })
        })
        .connect_with(options.clone())
        .await
        .map_err(open)?;
    if readiness == Readiness::Made {
        migrator(SQLITE).run(&writer).await?;
    } else {
        let done = sqlx::query_scalar(MIGRATIONS_DONE).fetch_all(&writer).await;
        check_tables(url, done, SQLITE)?;
    }
    // They stay, so that what lies beside the file does too: SQLite takes it away with the last connection.
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(if readiness == Readiness::Made { READERS } else { 0 })
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(only_the_same(&writes))
        .connect_with(options.read_only(true))
        .await
        .map_err(open)?;
    if readiness == Readiness::Made {
        // All of them at once, so that none is still being opened: the library tries that for minutes, and closing waits for it.
        let all = futures_util::future::try_join_all((0..READERS).map(|_| readers.acquire()));
        drop(all.await.map_err(open)?);
        file::note(&path, writes.place()).map_err(|error| open(error.into()))?;
    }
    Ok(SqliteDatabase {
        writer,
        readers,
        writes,
        turns: Arc::new(Semaphore::new(1)),
        rescued: Arc::default(),
        _copy: copy,
    })
}

/// How a file is opened so that nothing in it changes and nothing is left beside it, and the folder of the copy that is read instead.
fn read_as_it_lies(
    options: SqliteConnectOptions,
    file: &Path,
) -> std::io::Result<(SqliteConnectOptions, Option<TempDir>)> {
    Ok(match file::reading(file)? {
        Reading::Whole(file) => (options.filename(file).read_only(true).immutable(true), None),
        Reading::WithIndex(file) => (options.filename(file).read_only(true), None),
        Reading::Copy(file, folder) => (options.filename(file), Some(folder)),
    })
}

/// Lets a connection be used only if it was opened to the files that the others have open, and lets it open all of them now.
fn only_the_same(
    writes: &Arc<Writes>,
) -> impl Fn(&mut SqliteConnection, PoolConnectionMetadata) -> BoxFuture<'_, Result<(), sqlx::Error>> + 'static
{
    let writes = Arc::clone(writes);
    move |connection, _| {
        let writes = Arc::clone(&writes);
        Box::pin(async move {
            // If it cannot, whoever uses it is told.
            let _ = sqlx::query("SELECT 1 FROM sqlite_master LIMIT 1")
                .execute(connection)
                .await;
            writes.in_place().await
        })
    }
}

async fn open_postgres(url: &str, readiness: Readiness) -> Result<PostgresDatabase, OpenError> {
    // Whatever the server's own setting, a commit that was answered is on its disk.
    let options = PgConnectOptions::from_str(url)
        .map_err(OpenError::Connect)?
        .application_name("borsklokka")
        .options([("synchronous_commit", "on")]);
    // Bringing tables up to date, and reading all there is, may take its time.
    if readiness == Readiness::Made {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(POSTGRES_ACQUIRE_S))
            .connect_with(options.clone())
            .await
            .map_err(OpenError::Connect)?;
        migrator(POSTGRES).run(&pool).await?;
        pool.close().await;
    }
    let limits = [
        ("statement_timeout", STATEMENT_MS),
        ("lock_timeout", STATEMENT_MS),
        ("idle_in_transaction_session_timeout", IDLE_MS),
    ];
    let options = match readiness {
        Readiness::Made | Readiness::Found => {
            options.options(limits.map(|(name, ms)| (name, ms.to_string())))
        }
        Readiness::Read => options.options([("default_transaction_read_only", "on")]),
    };
    let writes = Arc::new(Writes::on_server());
    let some = |connections| {
        let trusting = Arc::clone(&writes);
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(POSTGRES_ACQUIRE_S))
            .after_release(|connection, _| Box::pin(is_whole(connection)))
            .before_acquire(move |_, connection| {
                let trusts = trusting.trusts(connection.age);
                Box::pin(async move { Ok(trusts) })
            })
    };
    let pool = some(POSTGRES_CONNECTIONS)
        .connect_with(options.clone())
        .await
        .map_err(OpenError::Connect)?;
    let readers = some(POSTGRES_READERS).connect_lazy_with(options);
    if readiness != Readiness::Made {
        let done = sqlx::query_scalar(MIGRATIONS_DONE).fetch_all(&pool).await;
        check_tables(url, done, POSTGRES)?;
    }
    Ok(PostgresDatabase {
        pool,
        readers,
        writes,
        turns: Arc::new(Semaphore::new(POSTGRES_TURNS)),
    })
}

/// What SQLite calls a file that may only be read, a disk that fails, a file that is damaged, a full disk, and a file that it cannot open.
const READ_ONLY: u32 = 8;
const DISK_FAILED: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;
/// What SQLite says of a file that it did not make.
const NOT_A_DATABASE: &str = "26";
/// What SQLite says of a file in which nothing is wrong.
pub(crate) const SOUND: &str = "ok";

/// The numbers of what has made a database's tables.
const MIGRATIONS_DONE: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";

/// Whether a database's tables are those of this version.
fn check_tables(
    url: &str,
    done: Result<Vec<i64>, sqlx::Error>,
    wanted: &[(i64, &'static str, &'static str)],
) -> Result<(), OpenError> {
    let url = url.to_owned();
    let done = match done {
        Ok(done) => done,
        Err(sqlx::Error::Database(_)) => return Err(OpenError::NotOurs(url)),
        Err(source) => return Err(OpenError::Open { url, source }),
    };
    let (last, newest) = (done.last(), wanted.last().map(|(number, ..)| number));
    match (last, newest) {
        (None, _) => Err(OpenError::NotOurs(url)),
        (last, newest) if last > newest => Err(OpenError::Newer(url)),
        (last, newest) if last < newest || done.len() < wanted.len() => Err(OpenError::Older(url)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use borsklokka_shared::ids::ExchangeId;
    use sqlx::{ConnectOptions as _, Executor as _};

    use super::*;

    struct Disk {
        folder: TempDir,
        database: Database,
    }

    impl Disk {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let database = Database::open(&url(&folder.path().join("b.db"))).await.unwrap();
            Self { folder, database }
        }

        fn file(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn bytes(&self) -> u64 {
            fs::metadata(self.file("b.db")).unwrap().len()
        }

        /// Writes so many rows, and leaves none of those before them.
        async fn write(&self, rows: i64) -> Result<(), sqlx::Error> {
            let database = &self.database;
            write_on!(database, on => sqlx::query("DELETE FROM operator_sessions").execute(on).await.map(drop))?;
            write_on!(database, on => sqlx::query(
                "INSERT INTO operator_sessions (token_sha256, expires_at_ms) \
                 WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $1) SELECT 'row ' || n, n FROM n",
            )
            .bind(rows)
            .execute(on)
            .await
            .map(drop))
        }

        /// Another program's connection.
        async fn other(&self) -> SqliteConnection {
            let options = SqliteConnectOptions::from_str(&url(&self.file("b.db"))).unwrap();
            options.connect().await.unwrap()
        }
    }

    fn url(file: &std::path::Path) -> String {
        format!("sqlite:{}", file.display())
    }

    async fn rows(database: &Database) -> i64 {
        on_either!(database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM operator_sessions").fetch_one(on).await)
            .unwrap()
    }

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
        assert_eq!(rows(&disk.database).await, 2_000);
    }

    #[tokio::test]
    async fn what_lies_beside_the_file_is_cut_once_it_is_merged() {
        let disk = Disk::new().await;
        let beside = || fs::metadata(disk.file("b.db-wal")).unwrap().len();
        let kept: u64 = WAL_BYTES_KEPT.parse().unwrap();
        disk.write(400_000).await.unwrap();
        assert!(beside() > 2 * kept, "as much as was written: {}", beside());
        // The first finds all of it merged, and begins anew.
        for _ in 0..2 {
            disk.write(1).await.unwrap();
        }
        assert!(beside() <= kept, "{} bytes", beside());
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

    #[tokio::test]
    async fn a_file_that_is_damaged_is_known_when_it_is_read_through() {
        let disk = Disk::new().await;
        disk.write(20_000).await.unwrap();
        assert_eq!(disk.database.damage().await.unwrap(), None);
        disk.database.close().await;
        let mut bytes = fs::read(disk.file("b.db")).unwrap();
        let kept = bytes.len() - 4_096;
        bytes[kept..].fill(0);
        fs::write(disk.file("b.db"), bytes).unwrap();
        let again = Database::open(&url(&disk.file("b.db"))).await.unwrap();
        assert!(again.damage().await.unwrap().is_some());
    }

    #[test]
    fn a_disk_that_is_full_is_told_so() {
        let told = |kind: std::io::ErrorKind| {
            OpenError::of_file("sqlite:b.db", sqlx::Error::Io(kind.into())).to_string()
        };
        let full = told(std::io::ErrorKind::StorageFull);
        assert!(full.contains("its disk is full: make room on it"), "{full}");
        let denied = told(std::io::ErrorKind::PermissionDenied);
        assert!(denied.contains("check that the folder exists"), "{denied}");
    }

    #[cfg(unix)]
    async fn all_connections(pool: &PgPool) -> Vec<sqlx::pool::PoolConnection<Postgres>> {
        let all = (0..POSTGRES_CONNECTIONS).map(|_| pool.acquire());
        futures_util::future::try_join_all(all).await.unwrap()
    }

    #[cfg(unix)]
    #[tokio::test(flavor = "multi_thread")]
    async fn sessions_that_began_while_postgres_could_only_be_read_are_not_used_again() {
        let url = test_support::postgres::fresh_database();
        Database::open(&url).await.unwrap().close().await;
        // It can write whatever is set from now on.
        let mut operator = PgConnectOptions::from_str(&url).unwrap().connect().await.unwrap();
        let (_, name) = url.rsplit_once('/').unwrap();
        let read_only = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
        sqlx::raw_sql(sqlx::AssertSqlSafe(read_only))
            .execute(&mut operator)
            .await
            .unwrap();
        let database = Database::open_found(&url).await.unwrap();
        let Database::Postgres(PostgresDatabase { pool, .. }) = &database else {
            panic!("not PostgreSQL");
        };
        let write = async || write_on!(&database, on => sqlx::query("DELETE FROM probes").execute(on).await.map(drop));
        drop(all_connections(pool).await);
        while pool.num_idle() < POSTGRES_CONNECTIONS as usize {
            tokio::task::yield_now().await;
        }
        let again = format!("ALTER DATABASE {name} RESET default_transaction_read_only");
        sqlx::raw_sql(sqlx::AssertSqlSafe(again))
            .execute(&mut operator)
            .await
            .unwrap();
        write().await.unwrap_err();
        let fault = database.writes().fault();
        assert_eq!(fault, Some(Fault::ServerReadOnly));
        assert!(fault.unwrap().sentence().contains("PostgreSQL"));
        write().await.unwrap();
        assert_eq!(database.writes().fault(), None);
        for connection in &mut all_connections(pool).await {
            let may_only_read: String = sqlx::query_scalar("SHOW transaction_read_only")
                .fetch_one(&mut **connection)
                .await
                .unwrap();
            assert_eq!(may_only_read, "off");
        }
    }

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

    #[cfg(unix)]
    #[tokio::test]
    async fn what_a_deleted_file_held_is_rescued_into_another() {
        use std::os::unix::fs::PermissionsExt as _;

        let at = Instant::from_unix_ms(1_795_824_000_000);
        for without_folder in [false, true] {
            let disk = Disk::new().await;
            disk.write(500).await.unwrap();
            assert_eq!(disk.database.rescue(at).await, None, "it is there");
            if without_folder {
                fs::remove_dir_all(disk.folder.path()).unwrap();
            } else {
                fs::remove_file(disk.file("b.db")).unwrap();
            }
            disk.write(1).await.unwrap_err();
            assert_eq!(disk.database.writes().fault(), Some(Fault::Deleted));
            let rescued = disk.database.rescue(at).await.unwrap();
            assert_eq!(
                rescued,
                fs::canonicalize(disk.folder.path())
                    .unwrap()
                    .join("b.db.rescued-1795824000")
            );
            assert_eq!(
                disk.database.rescue(at.plus_ms(5_000)).await,
                Some(rescued.clone()),
                "once"
            );
            assert_eq!(
                fs::metadata(&rescued).unwrap().permissions().mode() & 0o777,
                0o600
            );
            disk.database.close().await;
            assert_eq!(rows(&Database::open(&url(&rescued)).await.unwrap()).await, 500);
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
            let again = Database::open(&url(&disk.file("b.db"))).await.unwrap();
            assert_eq!(rows(&again).await, 500, "{ending}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_lies_beside_the_file_stays_though_the_writer_comes_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("b.db").display());
        let database = Database::open(&url).await.unwrap();
        for _ in 0..3 {
            // After it the writer's connection is opened anew.
            database.writes().failed(&sqlx::Error::WorkerCrashed);
            write_on!(&database, on => sqlx::query("DELETE FROM probes").execute(on).await.map(drop))
                .unwrap();
            assert_eq!(database.writes().fault(), None);
        }
        let newest = folder.path().join("b.db-wal");
        std::fs::rename(&newest, folder.path().join("away")).unwrap();
        let lost = write_on!(&database, on => sqlx::query("DELETE FROM probes").execute(on).await.map(drop))
            .unwrap_err();
        assert!(lost.to_string().contains("b.db-wal is gone"), "{lost}");
    }
}
