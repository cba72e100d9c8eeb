//! The file of a database: who may read it, and which one server has it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What SQLite keeps beside the file, by the ending.
const BESIDE: [&str; 2] = ["-wal", "-shm"];
/// The ending of the file whose lock says that a server has the database. It stays, and says nothing by itself.
const LOCK: &str = ".lock";
/// Only the account that runs the server reads contacts and signatures.
#[cfg(unix)]
const PRIVATE_MODE: u32 = 0o600;

/// A database that one server has, until this is dropped or its process ends, however it ends.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "its lock is what is held")] File);

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
    #[error("cannot lock {path}: {source}; check that the folder may be written to")]
    Lock {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Has the database in a file for one server.
pub(super) fn hold(database: &Path) -> Result<Held, HoldError> {
    // By whatever name it was given, it is the same file.
    let database = database.canonicalize().unwrap_or_else(|_| database.to_owned());
    let path = with_ending(&database, LOCK);
    let at = |source| HoldError::Lock {
        path: path.clone(),
        source,
    };
    let file =
        made_private(OpenOptions::new().create(true).truncate(false).write(true), &path).map_err(at)?;
    match file.try_lock() {
        Ok(()) => Ok(Held(file)),
        Err(TryLockError::WouldBlock) => Err(HoldError::Taken(database)),
        Err(TryLockError::Error(source)) => Err(at(source)),
    }
}

/// Makes the file if there is none, and lets only its owner read it and what lies beside it. What SQLite makes beside it gets the
/// file's own mode.
pub(super) fn make_private(database: &Path) -> io::Result<()> {
    match made_private(OpenOptions::new().create_new(true).write(true), database) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    for file in std::iter::once(database.to_owned()).chain(BESIDE.map(|ending| with_ending(database, ending)))
    {
        close_to_others(&file)?;
    }
    Ok(())
}

/// Whether something lies beside the file that belongs to it: without it the file is not whole.
pub(super) fn has_log_beside(database: &Path) -> bool {
    let log = std::fs::metadata(with_ending(database, BESIDE[0]));
    log.is_ok_and(|log| log.len() > 0)
}

fn with_ending(database: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(ending);
    name.into()
}

fn made_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, PRIVATE_MODE);
    options.open(path)
}

#[cfg(unix)]
fn close_to_others(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = match std::fs::metadata(file) {
        Ok(found) => found.permissions().mode(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let is_open = mode & 0o077 != 0;
    if !is_open {
        return Ok(());
    }
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode & !0o077))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_has_a_database_by_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("b.db");
        make_private(&database).unwrap();
        let held = hold(&database).unwrap();
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
        drop(held);
        hold(&detour).unwrap();
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
        hold(&database).unwrap();
        let fresh = folder.path().join("fresh.db");
        make_private(&fresh).unwrap();
        for file in [database.clone(), beside, with_ending(&database, LOCK), fresh] {
            let mode = std::fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }
}
