//! The SQLite database: one connection that writes, some that read, and the migrations.

use std::str::FromStr;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

/// Connections that only read.
const READERS: u32 = 4;
/// Rows that SQLite's own thread may be ahead of whoever decodes them: the library's 50 make the two take turns.
const ROWS_AHEAD: usize = 1_024;
/// How long a statement waits for another process that writes, in seconds.
const BUSY_WAIT_S: u64 = 2;

/// An open database.
#[derive(Clone, Debug)]
pub struct Database {
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
        "--database {0}: not a database that this version knows; use sqlite:PATH, such as sqlite:data/borsklokka.db"
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
    /// Its tables cannot be brought up to date.
    #[error("cannot bring the database's tables up to date: {0}; was it last used by a newer version?")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl Database {
    /// Opens, and makes if there is none, the database at `url` (`sqlite:PATH`), and brings its tables up to date.
    ///
    /// # Errors
    /// If the URL is unknown, the file cannot be opened, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if !url.starts_with("sqlite:") {
            return Err(OpenError::UnknownDatabase(url.to_owned()));
        }
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
        Ok(Self { writer, readers })
    }

    /// Closes every connection; what was committed is on disk.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
