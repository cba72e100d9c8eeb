//! How writes went: what was wrong with the last one that failed, until one succeeds.
//!
//! Every write passes here, see `write_on!` and `within!`. It is told in the log, at most once a minute; in the check before
//! doors; and by `/healthz`.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use sqlx::sqlite::SqliteError;

use super::place::{Astray, Place};
use crate::seldom::Seldom;

/// How often a failure that lasts is told in the log, in seconds.
const TOLD_EVERY_S: u64 = 60;

/// What is wrong with the database, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is no room.
    Full,
    /// It may only be read.
    ReadOnly,
    /// Another program holds it, or it is too slow.
    Busy,
    /// The disk failed, or the file is damaged.
    Damaged,
    /// Its file was moved away or replaced under the server.
    Moved,
    /// Its file was deleted under the server.
    Deleted,
    /// Something else was written over its file under the server.
    Overwritten,
    /// What lies beside its file was deleted, moved away or replaced under the server.
    Parted,
    /// It cannot be reached.
    Away,
    /// Something else: the log says what.
    Unknown,
}

impl Fault {
    /// What a failed statement says of the database. None if it is the statement's own matter: something was there already.
    pub fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Database(cause) => {
                use sqlx::error::ErrorKind::{
                    CheckViolation, ExclusionViolation, ForeignKeyViolation, NotNullViolation,
                    UniqueViolation,
                };
                if matches!(
                    cause.kind(),
                    UniqueViolation
                        | ForeignKeyViolation
                        | NotNullViolation
                        | CheckViolation
                        | ExclusionViolation
                ) {
                    return None;
                }
                let code = cause.code().unwrap_or_default();
                Some(if cause.try_downcast_ref::<SqliteError>().is_some() {
                    of_sqlite(&code)
                } else {
                    of_postgres(&code)
                })
            }
            sqlx::Error::RowNotFound => None,
            sqlx::Error::Io(cause) => Some(astray(cause).map_or(Self::Away, of_astray)),
            // SQLite's one writer is in use for as long as the pool waits; PostgreSQL gives no connection.
            sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_) => Some(Self::Away),
            _ => Some(Self::Unknown),
        }
    }

    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ReadOnly => "read_only",
            Self::Busy => "busy",
            Self::Damaged => "damaged",
            Self::Moved => "moved",
            Self::Deleted => "deleted",
            Self::Overwritten => "overwritten",
            Self::Parted => "parted",
            Self::Away => "away",
            Self::Unknown => "unknown",
        }
    }

    /// What is wrong and what to do, for whoever runs the server.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Full => {
                "The disk where the database lies is full: nothing can be saved. Make room on it; saving goes on by itself."
            }
            Self::ReadOnly => {
                "The database may only be read: nothing can be saved. Make its folder writable; saving goes on by itself."
            }
            Self::Busy => {
                "Another program holds the database, or it is too slow: nothing can be saved. Close the other program; saving \
                 goes on by itself."
            }
            Self::Damaged => {
                "The disk where the database lies fails, or was unplugged, or the file is damaged: nothing can be saved. Plug \
                 the disk in again. If that does not help, stop the server and start it on a backup."
            }
            Self::Moved => {
                "The database's file was moved away or replaced while the server runs: nothing can be saved. Put that very file back \
                 where it was: saving goes on by itself. If it is lost, stop the server, remove what lies beside the file's name \
                 (-wal, -shm), and start it on a backup."
            }
            Self::Deleted => {
                "The database's file was deleted while the server runs: nothing can be saved. The server rescues all that was saved \
                 into a file beside it, and its log says which: stop the server, and start it on that file with --database. Do not kill \
                 it before (kill -9): what the deleted file held ends with it."
            }
            Self::Overwritten => {
                "Something else was written over the database's file while the server runs: nothing can be saved. Stop the server, put \
                 a backup in the file's place, remove what lies beside it (-wal, -shm), and start it again."
            }
            Self::Parted => {
                "What lies beside the database's file (-wal, -shm) was deleted, moved away or replaced while the server runs: nothing \
                 can be saved. Stop the server with Ctrl-C or SIGTERM, and start it again: it merges all that was saved into the \
                 file. Do not kill it (kill -9): the newest writes would be lost."
            }
            Self::Away => {
                "The database cannot be reached: nothing can be saved. See that it runs; saving goes on by itself."
            }
            Self::Unknown => "The database refuses to save. The server's log says why.",
        }
    }

    /// Whether a connection that met it may be of no use even when it is over: a file that was opened while it could only be
    /// read stays so.
    const fn spoils_connections(self) -> bool {
        match self {
            Self::Full | Self::ReadOnly | Self::Damaged | Self::Unknown => true,
            // What was opened before is the right file.
            Self::Busy | Self::Away | Self::Moved | Self::Deleted | Self::Overwritten | Self::Parted => false,
        }
    }
}

fn astray(cause: &io::Error) -> Option<&Astray> {
    cause.get_ref()?.downcast_ref()
}

fn of_astray(astray: &Astray) -> Fault {
    match astray {
        Astray::Gone(_) | Astray::Another(_) => Fault::Moved,
        Astray::Deleted(_) => Fault::Deleted,
        Astray::Overwritten(_) => Fault::Overwritten,
        Astray::Beside(_) => Fault::Parted,
    }
}

/// By SQLite's primary result code, the last byte.
fn of_sqlite(code: &str) -> Fault {
    match code.parse::<i32>().map(|code| code & 0xFF) {
        Ok(13) => Fault::Full,
        Ok(3 | 8) => Fault::ReadOnly,
        Ok(5 | 6) => Fault::Busy,
        Ok(10 | 11 | 14 | 26) => Fault::Damaged,
        _ => Fault::Unknown,
    }
}

/// By PostgreSQL's SQLSTATE.
fn of_postgres(code: &str) -> Fault {
    match code {
        "53100" => Fault::Full,
        "25006" => Fault::ReadOnly,
        "55P03" | "57014" | "40001" | "40P01" => Fault::Busy,
        _ if code.starts_with("58") || code.starts_with("XX") => Fault::Damaged,
        _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => Fault::Away,
        _ => Fault::Unknown,
    }
}

/// How the last write went.
#[derive(Debug)]
pub struct Writes {
    last: Mutex<Last>,
    /// Where they go to.
    place: Arc<Place>,
}

#[derive(Debug)]
struct Last {
    fault: Option<Fault>,
    told: Seldom,
}

impl Default for Writes {
    fn default() -> Self {
        Self {
            last: Mutex::new(Last {
                fault: None,
                told: Seldom::every(Duration::from_secs(TOLD_EVERY_S)),
            }),
            place: Arc::default(),
        }
    }
}

impl Writes {
    /// What was wrong with the last write, if it failed.
    pub fn fault(&self) -> Option<Fault> {
        self.last().fault
    }

    /// Where the database's files belong.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Whether what is written now goes where the database was opened: what does not is lost.
    ///
    /// # Errors
    /// If its file is not there any more, or is another.
    pub(crate) async fn in_place(&self) -> Result<(), sqlx::Error> {
        let checked = self.place.check().await;
        checked.map_err(|astray| sqlx::Error::Io(io::Error::other(astray)))
    }

    /// What was written, if it is where the database was opened.
    ///
    /// # Errors
    /// As the write's own, and of [`Writes::in_place`].
    pub(crate) async fn if_in_place<T>(&self, written: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        let written = written?;
        self.in_place().await?;
        Ok(written)
    }

    /// Whether connections of before the last failure are used no more.
    pub(super) fn doubts_connections(&self) -> bool {
        self.fault().is_some_and(Fault::spoils_connections)
    }

    /// Notes how a statement went that saves what it wrote.
    pub(crate) fn saved<T>(&self, written: &Result<T, sqlx::Error>) {
        match written {
            Ok(_) => self.succeeded(),
            Err(error) => self.failed(error),
        }
    }

    /// Notes a statement that failed. One inside a transaction that succeeds has saved nothing yet.
    pub(crate) fn failed(&self, error: &sqlx::Error) {
        if let Some(fault) = Fault::of(error) {
            self.note(fault, &error);
        }
    }

    /// Notes a write that took longer than it may.
    pub(crate) fn timed_out(&self) {
        self.note(Fault::Busy, &"it took too long");
    }

    fn note(&self, fault: Fault, why: &dyn std::fmt::Display) {
        let mut last = self.last();
        let is_news = last.fault != Some(fault);
        last.fault = Some(fault);
        if let Some(untold) = last.told.tell(is_news) {
            tracing::error!(
                fault = fault.as_str(),
                untold,
                "{} ({why}; {untold} failures since this was last told)",
                fault.sentence()
            );
        }
    }

    /// Notes that something was saved.
    pub(crate) fn succeeded(&self) {
        let mut last = self.last();
        if last.fault.take().is_some() {
            last.told.reset();
            tracing::info!("the database saves again");
        }
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        for (code, fault) in [
            ("13", Fault::Full),
            ("8", Fault::ReadOnly),
            ("1032", Fault::ReadOnly),
            ("5", Fault::Busy),
            ("517", Fault::Busy),
            ("778", Fault::Damaged),
            ("3338", Fault::Damaged),
            ("11", Fault::Damaged),
            ("7", Fault::Unknown),
            ("", Fault::Unknown),
        ] {
            assert_eq!(of_sqlite(code), fault, "{code}");
        }
        for (code, fault) in [
            ("53100", Fault::Full),
            ("25006", Fault::ReadOnly),
            ("55P03", Fault::Busy),
            ("58030", Fault::Damaged),
            ("57P01", Fault::Away),
            ("53300", Fault::Away),
            ("42P01", Fault::Unknown),
        ] {
            assert_eq!(of_postgres(code), fault, "{code}");
        }
    }

    #[tokio::test]
    async fn the_last_failure_is_known_until_a_write_succeeds() {
        let writes = Writes::default();
        writes.saved(&Err::<(), _>(sqlx::Error::RowNotFound));
        assert_eq!(writes.fault(), None, "the statement's own matter");
        writes.saved(&Err::<(), _>(sqlx::Error::PoolTimedOut));
        assert_eq!(writes.fault(), Some(Fault::Away));
        for (astray, fault) in [
            (Astray::Gone("b.db".into()), Fault::Moved),
            (Astray::Another("b.db".into()), Fault::Moved),
            (Astray::Deleted("b.db".into()), Fault::Deleted),
            (Astray::Overwritten("b.db".into()), Fault::Overwritten),
            (
                Astray::Beside(Box::new(Astray::Gone("b.db-wal".into()))),
                Fault::Parted,
            ),
        ] {
            writes.saved(&Err::<(), _>(sqlx::Error::Io(io::Error::other(astray))));
            assert_eq!(writes.fault(), Some(fault));
        }
        writes.timed_out();
        assert_eq!(writes.fault(), Some(Fault::Busy));
        writes.saved(&Ok(()));
        assert_eq!(writes.fault(), None);
    }
}
