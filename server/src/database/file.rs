//! The file of a database: who may read it, which one server has it, and how it is read without a trace.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use borsklokka_shared::instant::Instant;
use sqlx::SqlitePool;
use tempfile::TempDir;

use super::place::Place;
use super::writes::{FULL_DISK, is_full};
use crate::keeping::{self, Draft};

/// The newest writes, until SQLite merges them into the file.
const WAL: &str = "-wal";
/// Where each of them is, for all who have the file open.
const INDEX: &str = "-shm";
/// What a transaction that was cut short has to take back: of other programs, which write otherwise than this one.
const JOURNAL: &str = "-journal";
/// A database with all that may lie beside it.
const FILES: [&str; 4] = ["", WAL, INDEX, JOURNAL];
/// The ending of the file whose lock says that a server has the database. It stays beside one that a server has had, and says nothing by
/// itself.
const LOCK: &str = ".lock";
/// How often it is locked anew where whoever had it before took it away in the same moment, counted.
const LOCK_TRIES_MAX: u32 = 3;

/// What begins the ending of a file that holds what another held when that was deleted; the time follows, in seconds since 1970.
const RESCUED: &str = ".rescued-";

/// A database that one server has, until this is dropped or its process ends, however it ends.
#[derive(Debug)]
pub struct Held {
    database: PathBuf,
    /// Its lock is what is held.
    #[cfg_attr(not(unix), expect(dead_code, reason = "held, and never looked at"))]
    beside: File,
    /// Whether it was made for this, and no server has come of it: then it goes, too.
    goes: bool,
    /// The database's file itself, for what lies beside it anybody may take away. It is open as long as SQLite has it open: to close it
    /// would take SQLite's locks from this process.
    file: Option<File>,
}

impl Held {
    /// Has the file itself too, if it is there and was not had before: a server has it from now on.
    ///
    /// # Errors
    /// If another server has it, or it cannot be locked.
    pub fn hold_file(&mut self) -> Result<(), HoldError> {
        if self.file.is_none() {
            self.file = locked_file(&self.database)?;
        }
        self.goes = false;
        Ok(())
    }

    /// Whether what is locked is what the next one finds who wants the database.
    fn is_found(&self) -> bool {
        let path = with_ending(&self.database, LOCK);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let identity = |found: fs::Metadata| (found.dev(), found.ino());
            let (had, found) = (self.beside.metadata(), fs::metadata(path));
            found.is_ok_and(|found| had.is_ok_and(|had| identity(had) == identity(found)))
        }
        #[cfg(not(unix))]
        path.exists()
    }
}

impl Drop for Held {
    /// Where no server and no database came of it, nothing is left that was not there.
    fn drop(&mut self) {
        if (self.goes || !is_there(&self.database)) && self.is_found() {
            let _ = fs::remove_file(with_ending(&self.database, LOCK));
        }
    }
}

/// The file of a database, locked for this server; nothing if it is not there yet, or this system keeps its locks not apart from SQLite's.
fn locked_file(database: &Path) -> Result<Option<File>, HoldError> {
    let locked = |source| HoldError::Lock {
        path: database.to_owned(),
        source,
    };
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    let file = match File::open(database) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(locked)?,
    };
    if !keeps_locks_apart(&file) {
        return Ok(Some(file));
    }
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(HoldError::Taken(database.to_owned())),
        // If it cannot be locked, the one beside it is all there is.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
    }
}

/// Whether the lock of a whole file and SQLite's locks of its parts do not meet. Over a network one is made of the other.
#[cfg(target_os = "linux")]
fn keeps_locks_apart(file: &File) -> bool {
    /// What Linux calls the file systems of networks: NFS, SMB in its three ages, Plan 9, Ceph and AFS.
    const OF_NETWORKS: [u32; 7] = [
        0x6969,
        0x517B,
        0xFF53_4D42,
        0xFE53_4D42,
        0x0102_1997,
        0x00C3_6400,
        0x5346_414F,
    ];
    rustix::fs::fstatfs(file).is_ok_and(|found| !OF_NETWORKS.contains(&(found.f_type as u32)))
}

#[cfg(not(target_os = "linux"))]
fn keeps_locks_apart(_: &File) -> bool {
    false
}

/// Notes where a database's files are that is open by now.
pub(super) fn note(database: &Path, place: &Place) -> io::Result<()> {
    let database = real(database)?;
    place.note(
        &database,
        [WAL, INDEX].map(|ending| with_ending(&database, ending)),
    )
}

/// Writes what a deleted file holds into another beside it: whoever has it open has all of it. Gives the other's name.
///
/// # Errors
/// If there is no room for it, or it cannot be read.
pub(super) async fn rescue(
    readers: &SqlitePool,
    deleted: &Path,
    at: Instant,
) -> Result<PathBuf, sqlx::Error> {
    let rescued = with_ending(deleted, &format!("{RESCUED}{}", at.unix_ms / 1_000));
    if let Some(folder) = rescued.parent() {
        keeping::make_folder(folder)?;
    }
    keeping::make(&rescued)?;
    let name = rescued.to_string_lossy();
    let written = sqlx::query("VACUUM INTO $1").bind(name).execute(readers).await;
    // SQLite leaves it to the system when that reaches the disk.
    let kept = written.and_then(|_| Ok(keeping::save_file(&rescued)?));
    if kept.is_err() {
        let _ = fs::remove_file(&rescued);
    }
    kept.map(|()| rescued)
}

/// Why a server may not have a database.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// Another one has it.
    #[error(
        "another server has the database {0} already: two would show different boards; stop the other one, or use a database \
         of its own"
    )]
    Taken(PathBuf),
    /// The lock cannot be made.
    #[error("cannot lock {path}: {source}; {advice}", advice = advice_on_lock(.source))]
    Lock {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn advice_on_lock(source: &io::Error) -> &'static str {
    if is_full(source) {
        FULL_DISK
    } else if source.kind() == io::ErrorKind::InvalidInput {
        "name a file"
    } else if source.kind() == io::ErrorKind::NotFound {
        "its folder is not there: make it, or check the name"
    } else {
        "check that the folder may be written to"
    }
}

impl HoldError {
    /// What whoever wants a database that no server has is to do first, if that helps.
    pub(crate) const fn first(&self) -> &'static str {
        match self {
            Self::Taken(_) => "stop the server first: ",
            Self::Lock { .. } => "",
        }
    }
}

/// Has the database in a file for one server, by whatever name it is called. The file need not be there yet.
pub(super) fn hold(database: &Path) -> Result<Held, HoldError> {
    for _ in 1..LOCK_TRIES_MAX {
        let held = hold_what_is_there(database)?;
        if held.is_found() {
            return Ok(held);
        }
    }
    // A file system that never finds a file again is no reason not to serve.
    hold_what_is_there(database)
}

fn hold_what_is_there(database: &Path) -> Result<Held, HoldError> {
    let locked = |path: PathBuf| move |source| HoldError::Lock { path, source };
    let database = real(database).map_err(locked(database.to_owned()))?;
    let path = with_ending(&database, LOCK);
    for file in [&database, &path] {
        keeping::refuse_device(file).map_err(locked(file.clone()))?;
    }
    let (beside, goes) = match keeping::make(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            (OpenOptions::new().write(true).open(&path), false)
        }
        made => (made, true),
    };
    let beside = beside.map_err(locked(path.clone()))?;
    let is_locked = match beside.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => return Err(HoldError::Taken(database)),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            tracing::warn!(
                "no file can be locked beside {}: see to it that no other server has the same database",
                database.display()
            );
            false
        }
        Err(TryLockError::Error(source)) => return Err(locked(path)(source)),
    };
    let mut held = Held {
        database,
        beside,
        goes,
        file: None,
    };
    if is_locked {
        held.file = locked_file(&held.database)?;
    }
    Ok(held)
}

/// Makes the file if there is none, and lets only its owner read it and what lies beside it. What SQLite makes beside it gets the
/// file's own mode.
pub(super) fn make_private(database: &Path) -> io::Result<()> {
    keeping::refuse_device(database)?;
    let newest = with_ending(database, WAL);
    // SQLite would take away what lies beside a new file.
    if !database.exists() && std::fs::metadata(&newest).is_ok_and(|found| found.len() > 0) {
        return Err(io::Error::other(format!(
            "the file is gone, and its newest writes lie in {}: put it back beside them, or move them away",
            newest.display()
        )));
    }
    // One that is there is not opened: to close it again would take SQLite's locks from this process.
    match keeping::make(database) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        Ok(_) | Err(_) => {}
    }
    let database = real(database)?;
    for ending in ["", WAL, INDEX] {
        keeping::refuse_device(&with_ending(&database, ending))?;
        // A file of somebody else, which this server may use, is theirs to open and close.
        let _ = keeping::close_file(&with_ending(&database, ending));
    }
    Ok(())
}

/// How a file is read so that nothing in it changes and nothing is left beside it.
pub(super) enum Reading {
    /// As it lies there: nobody has it open.
    Whole(PathBuf),
    /// With what lies beside it: a server has it open, or was killed.
    WithIndex(PathBuf),
    /// In a copy, for what lies beside the file has to be merged with it first.
    Copy(PathBuf, Draft<TempDir>),
}

/// How a file is read.
///
/// # Errors
/// If it cannot be found, or not be copied.
pub(super) fn reading(database: &Path) -> io::Result<Reading> {
    let file = real(database)?;
    if lies_beside(&file, INDEX) {
        return Ok(Reading::WithIndex(file));
    }
    if !lies_beside(&file, WAL) && !lies_beside(&file, JOURNAL) {
        return Ok(Reading::Whole(file));
    }
    let folder = keeping::draft_folder(&env::temp_dir())?;
    let copy = folder.path().join("copy.db");
    for ending in ["", WAL, JOURNAL] {
        match fs::copy(with_ending(&file, ending), with_ending(&copy, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let into = folder.path().display();
                return Err(io::Error::new(
                    error.kind(),
                    format!("it cannot be copied into {into} to be read: {error}"),
                ));
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok(Reading::Copy(copy, folder))
}

/// How it is seen at a glance whose a file is: without its newest writes, where those would have to be merged with it first.
///
/// # Errors
/// If it cannot be found.
pub(super) fn glance(database: &Path) -> io::Result<Reading> {
    let file = real(database)?;
    Ok(if lies_beside(&file, INDEX) {
        Reading::WithIndex(file)
    } else {
        Reading::Whole(file)
    })
}

/// Whether there is something in what lies beside a file.
fn lies_beside(file: &Path, ending: &str) -> bool {
    fs::metadata(with_ending(file, ending)).is_ok_and(|found| found.len() > 0)
}

/// Whether a database, or what belongs to one, lies under this name.
pub(crate) fn is_there(database: &Path) -> bool {
    FILES
        .iter()
        .any(|ending| with_ending(database, ending).symlink_metadata().is_ok())
}

/// Moves a database with what lies beside it to another name of the same disk.
///
/// # Errors
/// If a file cannot be moved; all lie where they lay then. `AlreadyExists` if the name is one of what may lie beside the database.
pub(crate) fn move_aside(database: &Path, to: &Path) -> io::Result<()> {
    if FILES.iter().any(|ending| {
        real(to).is_ok_and(|to| real(&with_ending(database, ending)).is_ok_and(|own| own == to))
    }) {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut moved = Vec::new();
    for ending in FILES {
        let (from, to) = (with_ending(database, ending), with_ending(to, ending));
        // What is not there need not be moved; that a folder is not there is no reason to go on.
        if from
            .symlink_metadata()
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        {
            continue;
        }
        if let Err(error) = fs::rename(&from, &to) {
            for (from, to) in moved.iter().rev() {
                fs::rename(to, from)?;
            }
            return Err(error);
        }
        moved.push((from, to));
    }
    Ok(())
}

/// The one name of a file, whatever it is called by; of one that is not there, in its folder. On Windows as people write it.
pub(crate) fn real(file: &Path) -> io::Result<PathBuf> {
    match dunce::canonicalize(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            let name = file.file_name().ok_or(error)?;
            Ok(dunce::canonicalize(folder.unwrap_or(Path::new(".")))?.join(name))
        }
        found => found,
    }
}

fn with_ending(database: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_stays_beside_a_database_alone_that_a_server_has_had() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("b.db");
        let url = format!("sqlite:{}", database.display());
        let lock = with_ending(&database, LOCK);
        let held = super::super::Database::hold(&url).unwrap();
        assert!(held.is_some() && lock.exists());
        drop(held);
        assert!(!lock.exists());
        std::fs::write(&database, b"").unwrap();
        drop(super::super::Database::hold(&url).unwrap());
        assert!(!lock.exists(), "nothing came of it");
        hold(&database).unwrap().hold_file().unwrap();
        assert!(lock.exists(), "a server had it");
        drop(hold(&database).unwrap());
        assert!(lock.exists(), "it was there before");
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_of_another_is_not_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("b.db");
        let lock = with_ending(&database, LOCK);
        let held = hold(&database).unwrap();
        std::fs::remove_file(&lock).unwrap();
        let others = hold(&database).unwrap();
        drop(held);
        assert!(matches!(hold(&database), Err(HoldError::Taken(_))));
        drop(others);
        assert!(!lock.exists());
    }

    #[test]
    fn a_folder_that_is_not_there_is_said_to_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        let refused = hold(&folder.path().join("data/b.db")).unwrap_err().to_string();
        assert!(refused.contains("its folder is not there"), "{refused}");
        assert!(!folder.path().join("data").exists());
    }

    #[test]
    fn a_database_that_cannot_be_moved_stays_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("b.db");
        let beside = with_ending(&database, WAL);
        std::fs::write(&database, b"an evening").unwrap();
        std::fs::write(&beside, b"its end").unwrap();
        let stays = |to: &str, kind: io::ErrorKind| {
            let error = move_aside(&database, &folder.path().join(to)).unwrap_err();
            assert_eq!(error.kind(), kind, "{to}");
            assert_eq!(std::fs::read(&database).unwrap(), b"an evening", "{to}");
            assert_eq!(std::fs::read(&beside).unwrap(), b"its end", "{to}");
        };
        stays("no-such-folder/b.db", io::ErrorKind::NotFound);
        // The next database would take it for its own.
        stays("b.db-journal", io::ErrorKind::AlreadyExists);
        // One of its files cannot be moved.
        std::fs::create_dir_all(folder.path().join("aside.db-wal/full")).unwrap();
        let error = move_aside(&database, &folder.path().join("aside.db"));
        assert!(error.is_err());
        assert_eq!(std::fs::read(&database).unwrap(), b"an evening");
        move_aside(&database, &folder.path().join("free.db")).unwrap();
        assert!(!database.exists() && !beside.exists());
    }

    #[test]
    fn newest_writes_without_their_file_are_not_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("b.db");
        let newest = with_ending(&database, WAL);
        std::fs::write(&newest, b"an evening").unwrap();
        let refused = make_private(&database).unwrap_err().to_string();
        assert!(refused.contains("put it back"), "{refused}");
        assert!(!database.exists());
        assert_eq!(std::fs::read(&newest).unwrap(), b"an evening");
    }

    #[test]
    fn one_server_has_a_database_by_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("b.db");
        make_private(&database).unwrap();
        let held = hold(&database).unwrap();
        #[cfg(unix)]
        {
            let link = folder.path().join("link.db");
            std::os::unix::fs::symlink(&database, &link).unwrap();
            assert!(matches!(hold(&link), Err(HoldError::Taken(_))), "a link to it");
        }
        let detour = folder
            .path()
            .join("..")
            .join(folder.path().file_name().unwrap())
            .join("b.db");
        for name in [&database, &detour] {
            assert!(
                matches!(hold(name), Err(HoldError::Taken(_))),
                "{}",
                name.display()
            );
        }
        #[cfg(target_os = "linux")]
        {
            let moved = folder.path().join("moved.db");
            std::fs::remove_file(with_ending(&database, LOCK)).unwrap();
            assert!(
                matches!(hold(&database), Err(HoldError::Taken(_))),
                "without its lock"
            );
            std::fs::rename(&database, &moved).unwrap();
            assert!(
                matches!(hold(&moved), Err(HoldError::Taken(_))),
                "by another name"
            );
            std::fs::rename(&moved, &database).unwrap();
        }
        drop(held);
        hold(&detour).unwrap();
        let unmade = folder.path().join("unmade.db");
        let _held = hold(&unmade).unwrap();
        assert!(
            matches!(hold(&unmade), Err(HoldError::Taken(_))),
            "before it is made"
        );
        assert!(!unmade.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_file_or_what_lies_beside_it() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("b.db");
        let beside = with_ending(&database, "-wal");
        let open_to_all = std::fs::Permissions::from_mode(0o644);
        for file in [&database, &beside] {
            std::fs::write(file, b"").unwrap();
            std::fs::set_permissions(file, open_to_all.clone()).unwrap();
        }
        make_private(&database).unwrap();
        let _held = hold(&database).unwrap();
        let fresh = folder.path().join("fresh.db");
        make_private(&fresh).unwrap();
        for file in [database.clone(), beside, with_ending(&database, LOCK), fresh] {
            let mode = std::fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }
}
