//! The database, SQLite or PostgreSQL: how it is opened, and how one statement runs on either. Statements are written once,
//! with `$1`, `$2`, …, which both understand.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::instant::Instant;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

/// Connections to SQLite that only read.
const READERS: u32 = 4;
/// Rows that SQLite's own thread may be ahead of whoever decodes them: the library's 50 make the two take turns.
const ROWS_AHEAD: usize = 1_024;
/// How long a statement waits for another process that writes to SQLite, in seconds.
const BUSY_WAIT_S: u64 = 2;
/// Connections to PostgreSQL, of each node: with its default of 100 there is room for five nodes and a person.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a statement waits for a connection to PostgreSQL, in seconds: when the database is away, a tablet is soon
/// told that the server is unavailable.
const POSTGRES_ACQUIRE_S: u64 = 3;
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
pub type Transaction = Either<sqlx::Transaction<'static, Sqlite>, sqlx::Transaction<'static, Postgres>>;

/// Runs one expression on a pool or a transaction of either database.
macro_rules! on_either {
    ($either:expr, $on:ident => $run:expr) => {
        match $either {
            $crate::database::Either::Sqlite($on) => $run,
            $crate::database::Either::Postgres($on) => $run,
        }
    };
}
pub(crate) use on_either;

/// An open database.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file of this machine, for one node.
    Sqlite(SqliteDatabase),
    /// A server, for several nodes.
    Postgres(PgPool),
}

/// An open SQLite database.
#[derive(Clone, Debug)]
pub struct SqliteDatabase {
    /// The one connection that writes: every transaction in it begins IMMEDIATE.
    pub writer: SqlitePool,
    /// Connections that read.
    pub readers: SqlitePool,
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
    #[error("cannot open the database {url}: {source}; check that the folder exists and may be written to")]
    Open {
        /// As it was given.
        url: String,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The server cannot be reached.
    #[error(
        "cannot reach PostgreSQL: {0}; check that it runs, that the address in --database is right, and that its \
         database and user exist (createdb, createuser)"
    )]
    Connect(sqlx::Error),
    /// Its tables cannot be brought up to date.
    #[error("cannot bring the database's tables up to date: {0}; was it last used by a newer version?")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl Database {
    /// Opens the database at `url` and brings its tables up to date. A file (`sqlite:PATH`) is made if there is none; a
    /// database of PostgreSQL (`postgres://USER@HOST/NAME`) is there already.
    ///
    /// # Errors
    /// If the URL is unknown, the file cannot be opened or the server reached, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite:") {
            open_sqlite(url).await.map(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url).await.map(Self::Postgres)
        } else {
            Err(OpenError::UnknownDatabase(url.to_owned()))
        }
    }

    /// Connections for a statement that reads.
    pub fn reading(&self) -> Pool<'_> {
        match self {
            Self::Sqlite(sqlite) => Either::Sqlite(&sqlite.readers),
            Self::Postgres(pool) => Either::Postgres(pool),
        }
    }

    /// Connections for a statement that writes.
    pub fn writing(&self) -> Pool<'_> {
        match self {
            Self::Sqlite(sqlite) => Either::Sqlite(&sqlite.writer),
            Self::Postgres(pool) => Either::Postgres(pool),
        }
    }

    /// Begins a transaction that reads and then writes. It waits for those before it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        match self {
            Self::Sqlite(sqlite) => Ok(Either::Sqlite(sqlite.writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => {
                let mut transaction = pool.begin().await?;
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(WRITE_LOCK)
                    .execute(&mut *transaction)
                    .await?;
                Ok(Either::Postgres(transaction))
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

    /// Writes a row of no consequence, and commits it as a deal would be.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn probe(&self, exchange: ExchangeId, at: Instant) -> Result<(), sqlx::Error> {
        on_either!(self.writing(), on => sqlx::query(
            "INSERT INTO probes (exchange_id, written_at_ms) VALUES ($1, $2) \
             ON CONFLICT (exchange_id) DO UPDATE SET written_at_ms = excluded.written_at_ms",
        )
        .bind(exchange.to_string())
        .bind(at.unix_ms)
        .execute(on)
        .await
        .map(drop))
    }

    /// Closes every connection; what was committed is on disk.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.readers.close().await;
                sqlite.writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    /// Tells the other nodes something, if it is committed. With SQLite there are none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tell_nodes(&mut self, channel: &str, what: &str) -> Result<(), sqlx::Error> {
        match self {
            Either::Sqlite(_) => Ok(()),
            Either::Postgres(transaction) => {
                let tell = sqlx::query("SELECT pg_notify($1, $2)").bind(channel).bind(what);
                tell.execute(&mut **transaction).await.map(drop)
            }
        }
    }

    /// Commits.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        on_either!(self, transaction => transaction.commit().await)
    }
}

async fn open_sqlite(url: &str) -> Result<SqliteDatabase, OpenError> {
    let open = |source| OpenError::Open {
        url: url.to_owned(),
        source,
    };
    // FULL: a commit that was answered survives a power cut, not only a crash.
    let options = SqliteConnectOptions::from_str(url)
        .map_err(open)?
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(BUSY_WAIT_S))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .row_buffer_size(ROWS_AHEAD);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await
        .map_err(open)?;
    sqlx::migrate!("../migrations/sqlite").run(&writer).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.read_only(true))
        .await
        .map_err(open)?;
    Ok(SqliteDatabase { writer, readers })
}

async fn open_postgres(url: &str) -> Result<PgPool, OpenError> {
    // Whatever the server's own setting, a commit that was answered is on its disk.
    let options = PgConnectOptions::from_str(url)
        .map_err(OpenError::Connect)?
        .application_name("borsklokka")
        .options([("synchronous_commit", "on")]);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(POSTGRES_ACQUIRE_S))
        .connect_with(options)
        .await
        .map_err(OpenError::Connect)?;
    sqlx::migrate!("../migrations/postgres").run(&pool).await?;
    Ok(pool)
}
