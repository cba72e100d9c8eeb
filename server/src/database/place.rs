//! Whether the files of an open database are still where they were opened. The system lets anybody delete, move, replace or overwrite
//! a file that is open, and whoever has it open writes on in what nobody will find again: so every write looks before and after, and
//! is not answered for if they are not.
//!
//! They are looked at by name, and the database's own also through the one descriptor that stays open: to open the file once more and
//! close it would take SQLite's locks from this process.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Where the files of a database belong: empty for one that is on a server.
#[derive(Debug, Default)]
pub(crate) struct Place {
    files: OnceLock<Files>,
}

#[derive(Debug)]
struct Files {
    database: Database,
    /// What lies beside it.
    beside: Vec<Known>,
}

/// The database's own file. It is closed with the last connection to it.
#[derive(Debug)]
struct Database {
    known: Known,
    file: File,
    /// What was last found in it.
    last: Mutex<Found>,
}

/// A file as it was opened.
#[derive(Debug)]
struct Known {
    path: PathBuf,
    identity: Identity,
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

/// What a database's file says of itself, in its first bytes: <https://www.sqlite.org/fileformat.html#the_database_header>. Neither
/// count ever goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    /// How often these bytes were written.
    changes: u32,
    /// How often its tables were made otherwise, or packed anew by VACUUM: the only thing that makes it shorter.
    remade: u32,
    /// How long it is, in bytes, once all of it is written.
    bytes: u64,
}

impl Head {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    const BYTES: usize = 100;

    /// None if it is no database.
    fn read(mut file: &File) -> io::Result<Option<Self>> {
        let mut head = [0; Self::BYTES];
        file.seek(SeekFrom::Start(0))?;
        match file.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        if !head.starts_with(Self::MAGIC) {
            return Ok(None);
        }
        let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let page_bytes = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 1 << 16,
            bytes => u64::from(bytes),
        };
        Ok(Some(Self {
            changes: number(24),
            remade: number(40),
            bytes: u64::from(number(28)) * page_bytes,
        }))
    }
}

/// The file of a database at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    head: Head,
    /// How long it is at the least, in bytes: what the head leaves out is about to be cut off.
    bytes: u64,
}

impl Found {
    /// None if it is no database. Its length first, then its head: SQLite writes the head and then cuts.
    fn look(file: &File) -> io::Result<Option<Self>> {
        let length = file.metadata()?.len();
        let head = Head::read(file)?;
        Ok(head.map(|head| Self {
            head,
            bytes: length.min(head.bytes),
        }))
    }

    /// Whether SQLite can have made this of what was there before. A backup that is written over it is older.
    fn can_follow(&self, before: &Self) -> bool {
        self.head.changes >= before.head.changes
            && self.head.remade >= before.head.remade
            && (self.bytes >= before.bytes || self.head.remade > before.head.remade)
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
    /// It has no name any more: what it holds ends with this process.
    #[error("{} was deleted", .0.display())]
    Deleted(PathBuf),
    /// It is there, and holds something else.
    #[error("{} was overwritten: it holds what is older, or shorter, or no database", .0.display())]
    Overwritten(PathBuf),
    /// Something was done to what lies beside the database's file, and not to that.
    #[error("{0}")]
    Beside(Box<Self>),
}

impl Place {
    /// Notes where the files are, once all of them are open; those that lie beside the database only if they are there.
    pub(super) fn note(&self, database: &Path, beside: impl IntoIterator<Item = PathBuf>) -> io::Result<()> {
        let known = |path: &Path, found: &Metadata| Known {
            path: path.to_owned(),
            identity: Identity::of(found),
        };
        if self.files.get().is_some() {
            return Ok(());
        }
        let file = File::open(database)?;
        let found = Found::look(&file)?.ok_or(io::ErrorKind::InvalidData)?;
        let files = Files {
            database: Database {
                known: known(database, &file.metadata()?),
                file,
                last: Mutex::new(found),
            },
            beside: beside
                .into_iter()
                .filter_map(|path| fs::metadata(&path).ok().map(|found| known(&path, &found)))
                .collect(),
        };
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
        let Some(files) = self.files.get() else {
            return Ok(());
        };
        files.database.look()?;
        let beside = files.beside.iter().try_for_each(Known::look);
        beside.map_err(|astray| Astray::Beside(Box::new(astray)))
    }

    /// The database's file, by its one name, if it was deleted.
    pub(super) fn deleted(&self) -> Option<&Path> {
        let database = &self.files.get()?.database;
        database.is_deleted().then_some(&database.known.path)
    }
}

impl Database {
    fn look(&self) -> Result<(), Astray> {
        let path = || self.known.path.clone();
        self.known.look().map_err(|astray| {
            if self.is_deleted() {
                Astray::Deleted(path())
            } else {
                astray
            }
        })?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match Found::look(&self.file) {
            Ok(Some(found)) if found.can_follow(&last) => {
                *last = found;
                Ok(())
            }
            Ok(Some(_) | None) => Err(Astray::Overwritten(path())),
            // What else is amiss with the disk, the write itself tells.
            Err(_) => Ok(()),
        }
    }

    /// Whether no name leads to it any more.
    fn is_deleted(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            self.file.metadata().is_ok_and(|found| found.nlink() == 0)
        }
        #[cfg(not(unix))]
        false
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
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the file of a database begins with, and no more than that is true of.
    fn database(changes: u32, remade: u32, pages: u32) -> Vec<u8> {
        let mut bytes = vec![0; 512 * pages as usize];
        bytes[..16].copy_from_slice(Head::MAGIC);
        bytes[16..18].copy_from_slice(&512_u16.to_be_bytes());
        for (at, number) in [(24, changes), (28, pages), (40, remade)] {
            bytes[at..at + 4].copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    #[cfg(unix)]
    #[test]
    fn files_that_were_taken_away_or_replaced_are_told_until_they_are_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let (own, newest, away) = (file("b.db"), file("b.db-wal"), file("away"));
        fs::write(&own, database(7, 3, 9)).unwrap();
        fs::write(&newest, b"an evening").unwrap();
        let place = Place::default();
        assert_eq!(place.look(), Ok(()), "before anything is open");
        place.note(&own, [newest.clone(), file("b.db-shm")]).unwrap();
        assert_eq!(place.look(), Ok(()));
        for path in [&own, &newest] {
            let told = |astray: Astray| {
                Err(if path == &own {
                    astray
                } else {
                    Astray::Beside(Box::new(astray))
                })
            };
            fs::rename(path, &away).unwrap();
            assert_eq!(place.look(), told(Astray::Gone(path.clone())));
            fs::write(path, database(7, 3, 9)).unwrap();
            assert_eq!(place.look(), told(Astray::Another(path.clone())));
            fs::rename(&away, path).unwrap();
            assert_eq!(place.look(), Ok(()), "the very same is back");
        }
        fs::write(&newest, b"").unwrap();
        assert_eq!(place.look(), Ok(()), "its writes were merged");
        fs::rename(folder.path(), folder.path().with_extension("away")).unwrap();
        assert_eq!(place.look(), Err(Astray::Gone(own.clone())));
        fs::rename(folder.path().with_extension("away"), folder.path()).unwrap();
        fs::remove_file(&own).unwrap();
        assert_eq!(place.look(), Err(Astray::Deleted(own.clone())));
        fs::write(&own, database(7, 3, 9)).unwrap();
        assert_eq!(place.look(), Err(Astray::Deleted(own)), "another has its name");
    }

    #[test]
    fn a_file_that_holds_what_sqlite_cannot_have_made_of_it_was_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("b.db");
        fs::write(&own, database(7, 3, 9)).unwrap();
        let place = Place::default();
        place.note(&own, []).unwrap();
        for (what, bytes) in [
            ("the same", database(7, 3, 9)),
            ("it grew", database(7, 3, 10)),
            ("of a later connection", database(8, 3, 10)),
            (
                "packed, and not yet cut",
                [database(9, 4, 5), vec![0; 5 * 512]].concat(),
            ),
            ("cut", database(9, 4, 5)),
            ("it grows: the head first", database(9, 4, 6)[..5 * 512].to_vec()),
            ("then the rest", database(9, 4, 6)),
            ("packed and cut", database(10, 5, 2)),
        ] {
            fs::write(&own, bytes).unwrap();
            assert_eq!(place.look(), Ok(()), "{what}");
        }
        fs::write(&own, database(10, 5, 12)).unwrap();
        assert_eq!(place.look(), Ok(()));
        for (what, bytes) in [
            ("an older one", database(9, 5, 12)),
            ("an older and longer one", database(9, 5, 20)),
            ("of before a packing", database(12, 4, 12)),
            ("a shorter one", database(10, 5, 11)),
            ("one that was cut off", database(10, 5, 12)[..11 * 512].to_vec()),
            ("nothing", vec![]),
            ("no database", b"another evening ".repeat(900)),
        ] {
            fs::write(&own, bytes).unwrap();
            assert_eq!(place.look(), Err(Astray::Overwritten(own.clone())), "{what}");
        }
        fs::write(&own, database(10, 5, 12)).unwrap();
        assert_eq!(place.look(), Ok(()), "it is as it was");
    }
}
