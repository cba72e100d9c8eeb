//! A backup: the whole database of a server in one file, made while the server runs, and put back while none does.
//!
//! What is put back goes on otherwise than it did. So every exchange in it gets another epoch, by which no client resumes in a
//! history that is another by now, and every way in is closed, for some were closed since and would be open again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use borsklokka_shared::instant::Instant;

use crate::access::{leave_account_mails, revoke_everything};
use crate::check::{Found, check};
use crate::database::{Database, HoldError, OpenError, in_time, is_there, move_aside, real};
use crate::keeping;
use crate::log::{LogError, renew};

/// How a zip file begins.
const ZIP: &[u8] = b"PK\x03\x04";

/// A backup cannot be made or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has its own.
    #[error(
        "a backup of PostgreSQL is made by its own pg_dump, also while nodes run, and brought back by pg_restore; then \
         `borsklokka restore` without a file. `borsklokka export` writes one exchange into a file"
    )]
    OfServer,
    /// Something is there that would be overwritten.
    #[error("{} is there already, and nothing is overwritten: choose another name", .0.display())]
    Taken(PathBuf),
    /// A database lies where the backup is to go.
    #[error(
        "there is a database at {} already: say with --aside FILE where it is to go, on the same disk", .0.display()
    )]
    Occupied(PathBuf),
    /// The database cannot be moved there.
    #[error(
        "{} lies on another disk than the database {}, which is moved, not copied: choose a name on that disk", .aside.display(),
        .database.display()
    )]
    OtherDisk {
        /// Where it was to go.
        aside: PathBuf,
        /// Which one.
        database: PathBuf,
    },
    /// The backup is the database.
    #[error(
        "{} is the database itself: without a file, `borsklokka restore` takes it as it lies there", .0.display()
    )]
    Itself(PathBuf),
    /// It is one exchange, as it is exported.
    #[error(
        "{} is a zip file, as `borsklokka export` makes of one exchange: `borsklokka import` reads it in", .0.display()
    )]
    Export(PathBuf),
    /// It is in use.
    #[error("{first}{0}", first = .0.first())]
    Held(#[from] HoldError),
    /// Nodes have it open.
    #[error("stop every node first: {0} connections of other nodes are open")]
    Nodes(i64),
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Log(#[from] LogError),
    /// It cannot be written.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A file cannot be written or moved.
    #[error("{} cannot be written: {source}; check that its folder exists, may be written to, and has room", .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl BackupError {
    /// Of a copy that becomes the file at `path`: its own name is nobody's.
    fn of_copy(path: &Path) -> impl Fn(OpenError) -> Self + '_ {
        move |error| match error {
            OpenError::Copy { source, .. } => Self::of(path)(io::Error::other(source)),
            error => error.into(),
        }
    }

    fn of(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |source| match source.kind() {
            io::ErrorKind::AlreadyExists => Self::Taken(path.to_owned()),
            _ => Self::File {
                path: path.to_owned(),
                source,
            },
        }
    }
}

/// Makes a backup of the database at `url`, also while a server writes in it. It is checked; one with faults is not kept.
///
/// # Errors
/// See [`BackupError`].
pub async fn make(url: &str, file: &Path) -> Result<Found, BackupError> {
    let found = Database::open_whole(url).await?;
    found.close().await;
    let database = Database::file(url).ok_or(BackupError::OfServer)?;
    let draft = keeping::draft(file).map_err(BackupError::of(file))?;
    if let Err(error) = Database::copy_file(&database, draft.path()).await {
        let found = damage_in(url, error).await;
        return found.map_err(BackupError::of_copy(file));
    }
    let copy = Database::open_to_read(&Database::url_of(draft.path())).await?;
    let checked = check(&copy).await;
    copy.close().await;
    let checked = checked?;
    if checked.faults_in_all() == 0 {
        keeping::keep(draft, file).map_err(BackupError::of(file))?;
    }
    Ok(checked)
}

/// What a check finds in a database that could not be copied because it is damaged: it is told as a check tells it, and where.
///
/// # Errors
/// With why it could not be copied, if it was for something else.
async fn damage_in(url: &str, error: OpenError) -> Result<Found, OpenError> {
    if !error.is_of_damage() {
        return Err(error);
    }
    let Ok(database) = Database::open_to_read(url).await else {
        return Err(error);
    };
    let checked = check(&database).await;
    database.close().await;
    checked
        .ok()
        .filter(|found| found.faults_in_all() > 0)
        .ok_or(error)
}

/// What becomes of those who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrances {
    /// Every session ends; codes and links hold no longer.
    Closed,
    /// They are as they were when the backup was made.
    Kept,
}

/// Puts a backup in place of the database at `url`, which no server has, and moves aside what lies there. Without a backup the database
/// is taken as it lies there, brought back by other means. One with faults is not put in place, and not changed.
///
/// # Errors
/// See [`BackupError`].
pub async fn restore(
    url: &str,
    from: Option<&Path>,
    aside: Option<&Path>,
    entrances: Entrances,
    now: Instant,
) -> Result<Found, BackupError> {
    let Some(from) = from else {
        // Before a lock lies beside what is another program's.
        is_ours(url).await?;
        let _held = Database::hold(url)?;
        return restore_in_place(url, entrances, now).await;
    };
    let place = Database::file_of(url)?.ok_or(BackupError::OfServer)?;
    let _held = Database::hold(url)?;
    let place = real(&place).map_err(BackupError::of(&place))?;
    if real(from).is_ok_and(|from| from == place) {
        return Err(BackupError::Itself(place));
    }
    let aside = match aside {
        None if is_there(&place) => return Err(BackupError::Occupied(place)),
        Some(aside) if is_there(aside) => return Err(BackupError::Taken(aside.to_owned())),
        aside => aside,
    };
    if keeping::begins_with(from, ZIP) {
        return Err(BackupError::Export(from.to_owned()));
    }
    is_ours(&Database::url_of(from)).await?;
    let folder = keeping::draft_folder(keeping::folder_of(&place)).map_err(BackupError::of(&place))?;
    let copy = folder.path().join("restored.db");
    if let Err(error) = Database::copy_file(from, &copy).await {
        let found = damage_in(&Database::url_of(from), error).await;
        return found.map_err(BackupError::of_copy(&place));
    }
    let database = Database::open(&Database::url_of(&copy))
        .await
        .map_err(|error| match error {
            // The copy's own name is nobody's.
            OpenError::Incomplete { missing, .. } => OpenError::Incomplete {
                database: from.display().to_string(),
                missing,
            },
            error => error,
        })?;
    let renewed = checked_and_renewed(&database, entrances, now).await;
    database.close().await;
    let found = renewed?;
    if found.faults_in_all() > 0 {
        return Ok(found);
    }
    keeping::give(&copy, keeping::folder_of(&place))
        .and_then(|()| keeping::save_file(&copy))
        .map_err(BackupError::of(&place))?;
    if let Some(aside) = aside {
        move_aside(&place, aside).map_err(|error| match error.kind() {
            io::ErrorKind::CrossesDevices => BackupError::OtherDisk {
                aside: aside.to_owned(),
                database: place.clone(),
            },
            _ => BackupError::of(aside)(error),
        })?;
    }
    // Somebody may have put one there meanwhile.
    if is_there(&place) {
        return Err(BackupError::Occupied(place));
    }
    fs::rename(&copy, &place)
        .and_then(|()| keeping::save_folder(&place))
        .map_err(BackupError::of(&place))?;
    Ok(found)
}

async fn restore_in_place(url: &str, entrances: Entrances, now: Instant) -> Result<Found, BackupError> {
    let database = Database::open(url).await?;
    let restored = match nodes(&database).await {
        Ok(0) => checked_and_renewed(&database, entrances, now).await,
        Ok(others) => Err(BackupError::Nodes(others)),
        Err(error) => Err(error.into()),
    };
    database.close().await;
    restored
}

/// Whether there is a database of this program, of this version or of an earlier one: that is brought up to date.
async fn is_ours(url: &str) -> Result<(), BackupError> {
    match Database::open_to_read(url).await {
        Ok(found) => found.close().await,
        Err(OpenError::Older(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// How many connections of nodes there are to a database on a server. One in a file is locked instead.
async fn nodes(database: &Database) -> Result<i64, sqlx::Error> {
    let Database::Postgres(postgres) = database else {
        return Ok(0);
    };
    // This program has one so far.
    in_time(
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND application_name = 'borsklokka' AND pid <> pg_backend_pid()",
        )
        .fetch_one(&postgres.pool),
    )
    .await
}

/// Checks a database, and if it has no faults makes another history of each exchange in it.
async fn checked_and_renewed(
    database: &Database,
    entrances: Entrances,
    now: Instant,
) -> Result<Found, BackupError> {
    let found = check(database).await?;
    if found.faults_in_all() > 0 {
        return Ok(found);
    }
    let mut transaction = database.begin().await?;
    for report in &found.reports {
        renew(&mut transaction, report.exchange.id).await?;
    }
    leave_account_mails(&mut transaction).await?;
    if entrances == Entrances::Closed {
        revoke_everything(&mut transaction, now).await?;
    }
    transaction.commit().await?;
    Ok(found)
}
