//! Why an exchange is not written into a file, or not read from one.

use std::io;
use std::path::{Path, PathBuf};

use crate::database::{HoldError, OpenError};
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
    #[error("the database failed: {0}")]
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
}
