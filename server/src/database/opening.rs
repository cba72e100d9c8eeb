//! How a database is opened, SQLite or PostgreSQL: with which connections, once it is known that it is ours ([`super::whose`]), and that all is
//! in it that there has to be ([`super::tables`]).
//!
//! A connection whose transaction did not end as it should is never used again: SQLite rolls back by itself on a full disk,
//! and what the library then believes of the connection is no longer true. Nor is one of before a failure that may last as long as the
//! connection does: a session of PostgreSQL that began while nothing could be written never writes.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgPool, SqliteConnection};
use tempfile::TempDir;
use tokio::sync::Semaphore;

use super::error::{CANNOT_OPEN, FULL, OpenError, READ_ONLY, named, primary_code};
use super::file::{self, Held, HoldError, Reading};
use super::migrations::{POSTGRES, SQLITE, migrator};
use super::reads::Reads;
use super::whose::{Content, Readiness, judge};
use super::writes::Writes;
use super::{Database, PostgresDatabase, SqliteDatabase, in_time, tables};
use crate::keeping::Draft;

/// Connections to SQLite that only read.
const READERS: u32 = 4;
/// Rows that SQLite's own thread may be ahead of whoever decodes them: the library's 50 make the two take turns.
const ROWS_AHEAD: usize = 1_024;
/// How long what lies beside the file stays once all of it is merged, in bytes: as much as SQLite merges at a time.
const WAL_BYTES_KEPT: &str = "4194304";
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
/// How long a statement may take on PostgreSQL, and wait for another's lock, in milliseconds: then the server ends it.
const STATEMENT_MS: u64 = 4_000;
/// How long a transaction may lie idle on PostgreSQL, in milliseconds: then its connection ends, and its locks.
const IDLE_MS: u64 = 10_000;
/// Connections to PostgreSQL that what is beside the log may write by at a time: the others are left to the floors.
const POSTGRES_TURNS: usize = 6;
/// What every database of SQLite begins with takes, in bytes: a file that is shorter, and not empty, is none. Of one byte SQLite itself would
/// think that nothing is in it.
const HEAD_BYTES: u64 = 100;
/// What the name of SQLite's database is if it lies in memory, and how one begins that is no file's.
const IN_MEMORY: &str = ":memory:";
const URI: &str = "file:";

impl Database {
    /// Opens the database at `url` and brings its tables up to date. A file (`sqlite:PATH`) is made if there is none; a
    /// database of PostgreSQL (`postgres://USER@HOST/NAME`) is there already.
    ///
    /// # Errors
    /// If the URL is unknown, the file cannot be opened or the server reached, it is damaged, another program's or a later version's, a
    /// migration fails, or something is gone that they make. What is not ours is left as it was.
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
    /// As of [`Database::open_found`]. That something is gone is known once it is read.
    pub async fn open_to_read(url: &str) -> Result<Self, OpenError> {
        Self::opened(url, Readiness::Read).await
    }

    async fn opened(url: &str, readiness: Readiness) -> Result<Self, OpenError> {
        match Address::of(url)? {
            Address::File(options) => open_sqlite(url, *options, readiness).await.map(Self::Sqlite),
            Address::Server => open_postgres(url, readiness).await.map(Self::Postgres),
        }
    }

    /// Looks whether the database at `url` may be had to write in it, before anything lies beside it: it is ours, or there is none yet. One on
    /// a server is looked at when it is opened, which leaves nothing there. What cannot be looked at, whoever opens it is told.
    ///
    /// # Errors
    /// If it is another program's or a later version's, or is no database.
    pub(crate) async fn look(url: &str) -> Result<(), OpenError> {
        let Address::File(options) = Address::of(url)? else {
            return Ok(());
        };
        match look_at_file(url, &options, Readiness::Made).await {
            Err(OpenError::Open { .. }) => Ok(()),
            looked => looked,
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
        Self::file_of(url).ok().flatten()
    }

    /// The same.
    ///
    /// # Errors
    /// If the URL is of no database that is kept.
    pub(crate) fn file_of(url: &str) -> Result<Option<PathBuf>, OpenError> {
        Ok(match Address::of(url)? {
            Address::File(options) => Some(options.get_filename().to_owned()),
            Address::Server => None,
        })
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
}

/// Where a database is.
enum Address {
    /// In a file, which is opened so.
    File(Box<SqliteConnectOptions>),
    /// On a server.
    Server,
}

impl Address {
    fn of(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Server);
        }
        if !url.starts_with("sqlite:") {
            return Err(OpenError::UnknownDatabase(named(url)));
        }
        let options =
            SqliteConnectOptions::from_str(url).map_err(|source| OpenError::of_file(url, source))?;
        if is_of_no_file(url, options.get_filename()) {
            return Err(OpenError::NoFile(url.to_owned()));
        }
        Ok(Self::File(Box::new(options)))
    }
}

/// Whether SQLite would keep the database in memory, in a file without a name, or in one that is not called so.
fn is_of_no_file(url: &str, file: &Path) -> bool {
    let (_, parameters) = url.split_once('?').unwrap_or_default();
    let is_in_memory = parameters.split('&').any(|parameter| parameter == "mode=memory");
    let file = file.to_string_lossy();
    is_in_memory || file.is_empty() || file == IN_MEMORY || file.starts_with(URI)
}

/// Whether a connection that comes back may be used again. The rollback of a transaction that was dropped waits in the
/// connection's own queue: only behind it is known whether the transaction is over.
async fn is_whole<C: Connection>(connection: &mut C) -> Result<bool, sqlx::Error> {
    in_time(connection.ping()).await?;
    Ok(!connection.is_in_transaction())
}

/// Whether a file is there, by what the system lets this process know, and may be a database by its length.
fn must_be_there(path: &Path) -> Result<(), OpenError> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(OpenError::Folder(path.to_owned())),
        Ok(found) if !found.is_file() => Err(OpenError::Device(path.to_owned())),
        Ok(found) if (1..HEAD_BYTES).contains(&found.len()) => {
            Err(OpenError::Damaged(path.display().to_string()))
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(OpenError::Hidden(path.to_owned()))
        }
        Err(_) => Err(OpenError::Missing(path.to_owned())),
    }
}

/// How a file is opened by this program.
fn as_ours(options: SqliteConnectOptions) -> SqliteConnectOptions {
    // FULL: a commit that was answered survives a power cut, not only a crash.
    options
        // It is made before: a connection that is opened later must not make another where it was.
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(BUSY_WAIT_S))
        .synchronous(SqliteSynchronous::Full)
        // What is deleted or replaced is overwritten, so that erased is erased. Deleting an exchange makes what lies beside the file as large as
        // that was: it is cut once all of it is merged.
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", WAL_BYTES_KEPT)
        .row_buffer_size(ROWS_AHEAD)
}

/// Looks whose a file is, if there is one: not a byte of it changes, and nothing is left beside it.
async fn look_at_file(
    url: &str,
    options: &SqliteConnectOptions,
    readiness: Readiness,
) -> Result<(), OpenError> {
    let path = options.get_filename().to_owned();
    if path.is_dir() {
        return Err(OpenError::Folder(path));
    }
    if readiness == Readiness::Made && !path.exists() {
        return Ok(());
    }
    must_be_there(&path)?;
    let options = options
        .clone()
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(BUSY_WAIT_S));
    let content = match readiness {
        Readiness::Made => content_at_a_glance(options, &path).await,
        Readiness::Found | Readiness::Read => content_as_it_lies(options, &path).await,
    };
    let content = content.map_err(|source| OpenError::of_file(url, source))?;
    judge(url, &content, SQLITE, readiness)
}

/// What a file holds, as far as it says whose it is. What was written last need not be merged with it first, unless nothing is in it yet: it
/// may be large, and the library looks once more when that is there.
async fn content_at_a_glance(options: SqliteConnectOptions, path: &Path) -> Result<Content, sqlx::Error> {
    let glance = as_read(options.clone(), &file::glance(path)?);
    match Content::of_file(&glance).await {
        Ok(content) if !content.is_empty() => Ok(content),
        Ok(_) | Err(_) => content_as_it_lies(options, path).await,
    }
}

/// The same, with what was written last.
async fn content_as_it_lies(options: SqliteConnectOptions, path: &Path) -> Result<Content, sqlx::Error> {
    let (options, _copy) = read_as_it_lies(options, path)?;
    Content::of_file(&options).await
}

async fn open_sqlite(
    url: &str,
    options: SqliteConnectOptions,
    readiness: Readiness,
) -> Result<SqliteDatabase, OpenError> {
    let open = |source| OpenError::of_file(url, source);
    let options = as_ours(options);
    let path = options.get_filename().to_owned();
    let mut copy = None;
    let options = match readiness {
        Readiness::Made => {
            look_at_file(url, &options, readiness).await?;
            file::make_private(&path).map_err(|error| open(error.into()))?;
            options.journal_mode(SqliteJournalMode::Wal)
        }
        Readiness::Found => {
            look_at_file(url, &options, readiness).await?;
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
    match readiness {
        Readiness::Made => migrator(SQLITE).run(&writer).await?,
        Readiness::Found => {}
        // Nothing is touched by what is only read, and it may have been copied for that.
        Readiness::Read => {
            let mut on = writer.acquire().await.map_err(open)?;
            judge(url, &Content::of(&mut on).await.map_err(open)?, SQLITE, readiness)?;
        }
    }
    if readiness != Readiness::Read
        && let Err(incomplete) = tables::look_in_file(url, &writer).await
    {
        // So that nothing is left beside a file that no server has.
        writer.close().await;
        return Err(incomplete);
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
        reads: Reads::default(),
        turns: Arc::new(Semaphore::new(1)),
        rescued: Arc::default(),
        _copy: copy,
    })
}

/// How a file is opened so that nothing in it changes and nothing is left beside it, and the folder of the copy that is read instead.
fn read_as_it_lies(
    options: SqliteConnectOptions,
    file: &Path,
) -> std::io::Result<(SqliteConnectOptions, Option<Draft<TempDir>>)> {
    let reading = file::reading(file)?;
    let options = as_read(options, &reading);
    Ok(match reading {
        Reading::Whole(_) | Reading::WithIndex(_) => (options, None),
        Reading::Copy(_, folder) => (options, Some(folder)),
    })
}

fn as_read(options: SqliteConnectOptions, reading: &Reading) -> SqliteConnectOptions {
    match reading {
        Reading::Whole(file) => options.filename(file).read_only(true).immutable(true),
        Reading::WithIndex(file) => options.filename(file).read_only(true),
        Reading::Copy(file, _) => options.filename(file),
    }
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
        look_at_server(url, &pool, readiness).await?;
        migrator(POSTGRES).run(&pool).await?;
        tables::look_on_server(url, &pool).await?;
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
        look_at_server(url, &pool, readiness).await?;
    }
    if readiness == Readiness::Found {
        tables::look_on_server(url, &pool).await?;
    }
    Ok(PostgresDatabase {
        pool,
        readers,
        writes,
        reads: Reads::default(),
        turns: Arc::new(Semaphore::new(POSTGRES_TURNS)),
    })
}

/// Looks whose a database on a server is.
async fn look_at_server(url: &str, pool: &PgPool, readiness: Readiness) -> Result<(), OpenError> {
    let content = in_time(Content::of_server(pool)).await;
    let content = content.map_err(|source| OpenError::Open {
        url: named(url),
        source,
    })?;
    judge(url, &content, POSTGRES, readiness)
}

#[cfg(test)]
mod tests {
    use std::fs;

    #[cfg(unix)]
    use sqlx::Postgres;

    use super::*;
    use crate::database::disk::Disk;
    #[cfg(unix)]
    use crate::database::{Fault, write_on};

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
