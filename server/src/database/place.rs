//! Whether the files of an open database are still where they were opened. The system lets anybody delete, move or replace a file
//! that is open, and whoever has it open writes on in what nobody will find again: so every write looks before and after, and is
//! not answered for if they are not.
//!
//! They are only looked at by name. To open the file once more and close it would take SQLite's locks from this process.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Where the files of a database belong: empty for one that is on a server.
#[derive(Debug, Default)]
pub(crate) struct Place {
    files: OnceLock<Vec<Known>>,
}

/// A file as it was opened.
#[derive(Debug)]
struct Known {
    path: PathBuf,
    identity: Identity,
    /// The shortest that it can be, in bytes: the file of a database never gets shorter, what lies beside it does.
    bytes_min: Option<AtomicU64>,
}

/// What tells a file from another of the same name; nothing where the system lets nobody take an open file away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity(Option<(u64, u64)>);

impl Identity {
    fn of(found: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            Self(Some((found.dev(), found.ino())))
        }
        #[cfg(not(unix))]
        {
            let _ = found;
            Self(None)
        }
    }
}

/// What was done to a file under a server that has it open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Astray {
    /// It is not there.
    #[error("{} is gone", .0.display())]
    Gone(PathBuf),
    /// One of its name is there, and it is another.
    #[error("{} is another file than was opened", .0.display())]
    Another(PathBuf),
    /// It is there, and holds something else.
    #[error("{} was overwritten: it is shorter than it was", .0.display())]
    Overwritten(PathBuf),
}

impl Place {
    /// Notes where the files are, once all of them are open; those that lie beside the database only if they are there.
    pub(super) fn note(&self, database: &Path, beside: impl IntoIterator<Item = PathBuf>) -> io::Result<()> {
        let known = |path: &Path, never_shrinks: bool| {
            fs::metadata(path).map(|found| Known {
                path: path.to_owned(),
                identity: Identity::of(&found),
                bytes_min: never_shrinks.then(|| AtomicU64::new(found.len())),
            })
        };
        let mut files = vec![known(database, true)?];
        files.extend(beside.into_iter().filter_map(|path| known(&path, false).ok()));
        // Noted once: what was opened first is what counts.
        let _ = self.files.set(files);
        Ok(())
    }

    /// Whether they are where they were. The system may take its time over it, so no other task waits.
    pub(super) async fn check(self: &Arc<Self>) -> Result<(), Astray> {
        if self.files.get().is_none() {
            return Ok(());
        }
        let place = Arc::clone(self);
        let looked = tokio::task::spawn_blocking(move || place.look()).await;
        looked.unwrap_or(Ok(()))
    }

    fn look(&self) -> Result<(), Astray> {
        self.files.get().into_iter().flatten().try_for_each(Known::look)
    }
}

impl Known {
    fn look(&self) -> Result<(), Astray> {
        let found = match fs::metadata(&self.path) {
            Ok(found) => found,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Err(Astray::Gone(self.path.clone()));
            }
            // What else is amiss with the disk, the write itself tells.
            Err(_) => return Ok(()),
        };
        if Identity::of(&found) != self.identity {
            return Err(Astray::Another(self.path.clone()));
        }
        match &self.bytes_min {
            Some(bytes_min) if found.len() < bytes_min.fetch_max(found.len(), Ordering::AcqRel) => {
                Err(Astray::Overwritten(self.path.clone()))
            }
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_that_were_taken_away_replaced_or_overwritten_are_told_until_they_are_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let (database, newest, away) = (file("b.db"), file("b.db-wal"), file("away"));
        for path in [&database, &newest] {
            fs::write(path, b"an evening").unwrap();
        }
        let place = Place::default();
        assert_eq!(place.look(), Ok(()), "before anything is open");
        place.note(&database, [newest.clone(), file("b.db-shm")]).unwrap();
        assert_eq!(place.look(), Ok(()));
        for path in [&database, &newest] {
            fs::rename(path, &away).unwrap();
            assert_eq!(place.look(), Err(Astray::Gone(path.clone())));
            fs::write(path, b"another evening").unwrap();
            assert_eq!(place.look(), Err(Astray::Another(path.clone())));
            fs::rename(&away, path).unwrap();
            assert_eq!(place.look(), Ok(()), "the very same is back");
        }
        fs::write(&newest, b"").unwrap();
        assert_eq!(place.look(), Ok(()), "its writes were merged");
        fs::write(&database, b"an evening and more").unwrap();
        assert_eq!(place.look(), Ok(()), "it grew");
        fs::write(&database, b"an evening").unwrap();
        assert_eq!(place.look(), Err(Astray::Overwritten(database.clone())));
        fs::rename(folder.path(), folder.path().with_extension("away")).unwrap();
        assert_eq!(place.look(), Err(Astray::Gone(database)));
        fs::rename(folder.path().with_extension("away"), folder.path()).unwrap();
    }
}
