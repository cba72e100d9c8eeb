//! Why an exchange is not written into a file, or not read from one.

use std::io;
use std::path::{Path, PathBuf};

use crate::database::{Fault, HoldError, OpenError, remedy};
use crate::log::LogError;

/// An exchange cannot be written into a file, or read from one.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is none at the address.
    #[error("{0}")]
    UnknownExchange(String),
    /// The address is another's.
    #[error("there is an exchange at the address {0} already: choose another with --as")]
    SlugTaken(String),
    /// No exchange can have the address.
    #[error(
        "{0:?} is no address that an exchange can have: choose one of small letters, digits and hyphens with --as"
    )]
    BadSlug(String),
    /// The server's own pages have the address.
    #[error("{0} is an address of the server's own pages: choose another with --as")]
    Reserved(String),
    /// It is a whole database.
    #[error(
        "{} is a whole database, such as `borsklokka backup` makes: `borsklokka restore` puts it in place", .0.display()
    )]
    Backup(PathBuf),
    /// Something is there that would be overwritten.
    #[error("{} is there already, and nothing is overwritten: choose another name", .0.display())]
    Taken(PathBuf),
    /// A file cannot be read or written.
    #[error("{}: {source}; check the name, and that its folder exists, may be written to and has room", .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is something else, or was cut short.
    #[error("the file is no exchange that `borsklokka export` wrote, or was damaged on its way: {0}")]
    Damaged(String),
    /// It holds more than any exchange does.
    #[error("the file is too large: {0}")]
    TooLarge(String),
    /// Another version wrote it.
    #[error(
        "the file is of version {found} of the format, and this program reads version {known}: use one of its age"
    )]
    Version {
        /// Which one it is of.
        found: u64,
        /// Which one this program reads.
        known: u64,
    },
    /// A line says what no exchange does.
    #[error("{file}, line {line}: {what}")]
    Line {
        /// In which part of the file.
        file: &'static str,
        /// Which line, the first is 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// There is no place to try what is in a file.
    #[error(
        "what is in a file is tried in {} before it is kept or read in, which failed: {cause}; the folder must be one that may be \
         written to, with room for twice what is in the file, unpacked{elsewhere}", .folder.display(), elsewhere = elsewhere(.folder)
    )]
    Untried {
        /// In which folder.
        folder: PathBuf,
        /// What was said.
        cause: String,
    },
    /// A server has the database.
    #[error("{first}{0}", first = .0.first())]
    Held(#[from] HoldError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database cannot be checked.
    #[error("it cannot be read: {0}")]
    Log(#[from] LogError),
    /// The database failed.
    #[error("the database failed: {0}{advice}", advice = advice(.0))]
    Database(#[from] sqlx::Error),
    /// The machine gives no randomness.
    #[error("the machine gives no randomness: {0}")]
    Random(getrandom::Error),
}

impl ExportError {
    pub(super) fn of(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |source| match source.kind() {
            io::ErrorKind::AlreadyExists => Self::Taken(path.to_owned()),
            _ => Self::File {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// What it was that went wrong with a database in a folder: with the place, or with what was to be written there.
    pub(super) fn untried(folder: &Path) -> impl Fn(Self) -> Self + '_ {
        let of_place = |error: &sqlx::Error| {
            matches!(
                Fault::of(error),
                Some(Fault::Full | Fault::ReadOnly | Fault::ServerReadOnly | Fault::Damaged)
            )
        };
        move |error| {
            let cause = match &error {
                Self::Open(OpenError::Open { source, .. }) => source.to_string(),
                Self::Open(OpenError::Migrate(source)) => source.to_string(),
                Self::Open(other) => other.to_string(),
                Self::Database(source) | Self::Log(LogError::Database(source)) if of_place(source) => {
                    source.to_string()
                }
                _ => return error,
            };
            Self::Untried {
                folder: folder.to_owned(),
                cause,
            }
        }
    }
}

/// How another folder is chosen, if it is the one that the system gives.
fn elsewhere(folder: &Path) -> &'static str {
    if folder != std::env::temp_dir() {
        ""
    } else if cfg!(windows) {
        ": TEMP says which"
    } else {
        ": TMPDIR says which"
    }
}

/// What helps when a database failed in this way, behind what it said.
fn advice(error: &sqlx::Error) -> String {
    remedy(error)
        .map(|remedy| format!("; {remedy}"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    #[tokio::test]
    async fn where_there_is_no_room_is_said_with_the_folder_and_what_is_wrong_in_a_file_is_not_laid_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let url = Database::url_of(&folder.path().join("tried.db"));
        let Database::Sqlite(tried) = Database::open(&url).await.unwrap() else {
            panic!("opened as a file");
        };
        // As many pages as it has, and no more: what SQLite says then is what it says of a full disk.
        sqlx::query("PRAGMA max_page_count = 1")
            .execute(&tried.writer)
            .await
            .unwrap();
        let full = sqlx::query("CREATE TABLE more AS SELECT zeroblob(1000000) AS bytes")
            .execute(&tried.writer)
            .await
            .unwrap_err();
        let untried = ExportError::untried(folder.path());
        let said = untried(full.into()).to_string();
        assert!(said.contains(&folder.path().display().to_string()), "{said}");
        assert!(said.contains("full") && said.contains("with room"), "{said}");

        let twice = "INSERT INTO operator_sessions VALUES ('x', 1), ('x', 1)";
        let twice = sqlx::query(twice).execute(&tried.writer).await.unwrap_err();
        assert!(matches!(untried(twice.into()), ExportError::Database(_)));
        let line = ExportError::TooLarge(String::new());
        assert!(matches!(untried(line), ExportError::TooLarge(_)));
    }
}
