//! How writes went: what was wrong with the last one that failed, until what failed succeeds.
//!
//! Every write passes here, see `write_on!` and `within!`. It is told in the log, at most once a minute; in the check before
//! doors; and by `/healthz`.
//!
//! What kept a deal from being saved is over when a deal is saved, or what is written as one would be (`Database::probe`): whatever else
//! is saved meanwhile says nothing of that. PostgreSQL locks rows and tables, so what waits there may be one exchange's matter, or none of the
//! deals' at all: it keeps nobody else's until deals were tried, see `Writes::to_try`.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use borsklokka_shared::ids::ExchangeId;
use serde::Serialize;
use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;

use super::place::{Astray, Place};
use crate::clock::awake;
use crate::seldom::Seldom;

/// How often a failure that lasts is told in the log, in seconds.
const TOLD_EVERY_S: u64 = 60;

/// What is wrong with the database, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is no room.
    Full,
    /// Its file may only be read.
    ReadOnly,
    /// Its server lets it only be read: its own disk is full, or it has become another's replica.
    ServerReadOnly,
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
            sqlx::Error::Io(cause) if is_full(cause) => Some(Self::Full),
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
            Self::ServerReadOnly => "server_read_only",
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
            Self::ServerReadOnly => {
                "PostgreSQL lets the database only be read: nothing can be saved. Look whether its disk is full, or whether another \
                 server has taken its place, and let it be written in again (default_transaction_read_only); saving goes on by itself."
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

    /// Whether it may be the matter of a few rows or of one table, where those are locked each by itself.
    const fn may_be_of_few(self) -> bool {
        match self {
            Self::Busy | Self::Unknown => true,
            Self::Full
            | Self::ReadOnly
            | Self::ServerReadOnly
            | Self::Damaged
            | Self::Moved
            | Self::Deleted
            | Self::Overwritten
            | Self::Parted
            | Self::Away => false,
        }
    }

    /// Whether a connection that met it, by this error, may be of no use even when it is over: a file that was opened while it could only be
    /// read stays so, and so does a session of PostgreSQL.
    fn spoils_connections(self, error: &sqlx::Error) -> bool {
        match self {
            Self::Full | Self::ReadOnly | Self::ServerReadOnly | Self::Damaged | Self::Unknown => true,
            // A server that ends connections has said so; one that has too many keeps those that it has.
            Self::Away => {
                let code = error.as_database_error().and_then(DatabaseError::code);
                code.is_some_and(|code| code.starts_with("08") || code.starts_with("57P"))
            }
            // What was opened before is the right file.
            Self::Busy | Self::Moved | Self::Deleted | Self::Overwritten | Self::Parted => false,
        }
    }
}

/// What helps where there is no room.
pub(super) const FULL_DISK: &str = "its disk is full: make room on it";

/// Whether the system has no room.
pub(super) fn is_full(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
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

/// What SQLite calls it that what lies beside its file and is shared (`-shm`) cannot grow: it says nothing more of a full disk there.
const SHARED_CANNOT_GROW: i32 = 4_874;

/// By SQLite's primary result code, the last byte.
fn of_sqlite(code: &str) -> Fault {
    let code = code.parse::<i32>();
    if code == Ok(SHARED_CANNOT_GROW) {
        return Fault::Full;
    }
    match code.map(|code| code & 0xFF) {
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
        "25006" => Fault::ServerReadOnly,
        "55P03" | "57014" | "40001" | "40P01" => Fault::Busy,
        _ if code.starts_with("58") || code.starts_with("XX") => Fault::Damaged,
        _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => Fault::Away,
        _ => Fault::Unknown,
    }
}

/// How the last writes went.
#[derive(Debug)]
pub struct Writes {
    last: Mutex<Last>,
    /// Where they go to.
    place: Arc<Place>,
    /// Whether rows and tables are locked each by itself, as by PostgreSQL: SQLite locks its whole file.
    locks_apart: bool,
}

#[derive(Debug)]
struct Last {
    /// What keeps everything from being saved.
    trouble: Option<Trouble>,
    /// The exchanges whose last deal could not be saved, though others' may: the one first that was tried the longest ago.
    held_up: Vec<ExchangeId>,
    /// Whether something failed that may keep deals from being saved: that is to be tried.
    in_doubt: bool,
    /// When a connection last met what it may meet as long as it lives.
    spoiled_at: Option<Instant>,
    told: Seldom,
    told_of_few: Seldom,
}

#[derive(Clone, Copy, Debug)]
struct Trouble {
    fault: Fault,
    /// Whether it kept a deal from being saved.
    of_deals: bool,
}

/// Whose a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// An exchange's deals, or what is written as one would be.
    Deals(ExchangeId),
    /// A log that is read: without it no deal is even tried to be saved.
    Log,
    /// Anything beside that.
    Beside,
}

impl Default for Writes {
    fn default() -> Self {
        let told = || Seldom::every(Duration::from_secs(TOLD_EVERY_S));
        Self {
            last: Mutex::new(Last {
                trouble: None,
                held_up: Vec::new(),
                in_doubt: false,
                spoiled_at: None,
                told: told(),
                told_of_few: told(),
            }),
            place: Arc::default(),
            locks_apart: false,
        }
    }
}

impl Writes {
    /// Those in a database on a server.
    pub(super) fn on_server() -> Self {
        Self {
            locks_apart: true,
            ..Self::default()
        }
    }

    /// What keeps everything from being saved, as far as that was tried.
    pub fn fault(&self) -> Option<Fault> {
        self.last().trouble.map(|trouble| trouble.fault)
    }

    /// The exchanges whose last deal could not be saved, though those of others may be.
    pub(crate) fn held_up(&self) -> Vec<ExchangeId> {
        self.last().held_up.clone()
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

    /// Whether a connection that was opened so long ago may be used: not one of before the last failure that may last as long as it does.
    pub(super) fn trusts(&self, age: Duration) -> bool {
        self.last().spoiled_at.is_none_or(|at| age <= at.elapsed())
    }

    /// Notes how a statement went that saves what it wrote, and is no deal.
    pub(crate) fn saved<T>(&self, written: &Result<T, sqlx::Error>) {
        match written {
            Ok(_) => {
                let mut last = self.last();
                if last.trouble.is_some_and(|trouble| !trouble.of_deals) {
                    last.is_over();
                }
            }
            Err(error) => self.failed(error),
        }
    }

    /// Notes how it went to save an exchange's deals, or what was written as one would be.
    pub(crate) fn saved_deals(&self, exchange: ExchangeId, written: Result<(), &sqlx::Error>) {
        match written {
            Ok(()) => {
                let mut last = self.last();
                last.in_doubt = false;
                if last.trouble.is_some() {
                    // What kept all kept those too; whom something else keeps is known when they try again.
                    last.held_up.clear();
                    last.is_over();
                } else {
                    last.held_up.retain(|held_up| *held_up != exchange);
                }
            }
            Err(error) => self.note_error(Of::Deals(exchange), error),
        }
    }

    /// Notes a statement that failed and is no deal's. One inside a transaction that succeeds has saved nothing yet.
    pub(crate) fn failed(&self, error: &sqlx::Error) {
        self.note_error(Of::Beside, error);
    }

    /// Notes that a log could not be read: a deal is refused then before anything is written.
    pub(crate) fn cannot_read_log(&self, error: &sqlx::Error) {
        self.note_error(Of::Log, error);
    }

    /// Notes what was written as an exchange's deal would be and took longer than it may.
    pub(crate) fn timed_out(&self, exchange: ExchangeId) {
        self.note(Of::Deals(exchange), Fault::Busy, &"it took too long");
    }

    /// Which of these exchanges are to be tried, if anything failed: whether deals can be saved is known then though nobody makes one. One whose
    /// last could not, and one of the others: what keeps both from it keeps all.
    pub(crate) fn to_try(&self, exchanges: &[ExchangeId]) -> Vec<ExchangeId> {
        let mut last = self.last();
        last.held_up.retain(|held_up| exchanges.contains(held_up));
        if exchanges.is_empty() {
            // There are no deals, and whatever else is saved says enough.
            last.in_doubt = false;
            if let Some(trouble) = &mut last.trouble {
                trouble.of_deals = false;
            }
        }
        if last.trouble.is_none() && last.held_up.is_empty() && !last.in_doubt {
            return Vec::new();
        }
        let held_up = last.held_up.first().copied();
        let other = exchanges
            .iter()
            .copied()
            .find(|exchange| !last.held_up.contains(exchange));
        held_up.into_iter().chain(other).collect()
    }

    /// Notes that of those that were to be tried none could be saved.
    pub(crate) fn none_saved(&self, fault: Fault) {
        self.keeps_all(true, fault, &"no exchange's deals could be saved that were tried");
    }

    fn note_error(&self, of: Of, error: &sqlx::Error) {
        let Some(fault) = Fault::of(error) else {
            return;
        };
        if fault.spoils_connections(error) {
            self.last().spoiled_at = Some(awake());
        }
        self.note(of, fault, &error);
    }

    fn note(&self, of: Of, fault: Fault, why: &dyn std::fmt::Display) {
        if self.locks_apart && fault.may_be_of_few() {
            self.keeps_few(of, fault, why);
        } else {
            self.keeps_all(of != Of::Beside, fault, why);
        }
    }

    fn keeps_all(&self, of_deals: bool, fault: Fault, why: &dyn std::fmt::Display) {
        let mut last = self.last();
        let before = last.trouble;
        last.trouble = Some(Trouble {
            fault,
            of_deals: of_deals || before.is_some_and(|trouble| trouble.of_deals),
        });
        let is_news = before.is_none_or(|trouble| trouble.fault != fault);
        if let Some(untold) = last.told.tell(is_news) {
            tracing::error!(
                fault = fault.as_str(),
                untold,
                "{} ({why}; {untold} failures since this was last told)",
                fault.sentence()
            );
        }
    }

    /// Whom it keeps is known once deals were tried.
    fn keeps_few(&self, of: Of, fault: Fault, why: &dyn std::fmt::Display) {
        let mut last = self.last();
        match of {
            Of::Deals(exchange) => {
                last.held_up.retain(|held_up| *held_up != exchange);
                last.held_up.push(exchange);
            }
            Of::Log | Of::Beside => last.in_doubt = true,
        }
        if let Some(untold) = last.told_of_few.tell(false) {
            tracing::warn!(
                fault = fault.as_str(),
                untold,
                "something could not be saved; whether deals can is tried ({why}; {untold} failures since this was last told)"
            );
        }
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Last {
    /// What kept everything from being saved does so no more.
    fn is_over(&mut self) {
        if self.trouble.take().is_some() {
            self.told.reset();
            tracing::info!("the database saves again");
        }
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
            ("4874", Fault::Full),
            ("11", Fault::Damaged),
            ("7", Fault::Unknown),
            ("", Fault::Unknown),
        ] {
            assert_eq!(of_sqlite(code), fault, "{code}");
        }
        for (code, fault) in [
            ("53100", Fault::Full),
            ("25006", Fault::ServerReadOnly),
            ("55P03", Fault::Busy),
            ("58030", Fault::Damaged),
            ("57P01", Fault::Away),
            ("53300", Fault::Away),
            ("42P01", Fault::Unknown),
        ] {
            assert_eq!(of_postgres(code), fault, "{code}");
        }
    }

    const DRAMMEN: ExchangeId = ExchangeId(uuid::Uuid::from_u128(1));
    const SVELVIK: ExchangeId = ExchangeId(uuid::Uuid::from_u128(2));
    const HORTEN: ExchangeId = ExchangeId(uuid::Uuid::from_u128(3));

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
        writes.saved(&Err::<(), _>(sqlx::Error::Io(io::ErrorKind::StorageFull.into())));
        assert_eq!(writes.fault(), Some(Fault::Full));
        writes.saved(&Ok(()));
        assert_eq!(writes.fault(), None);
    }

    #[tokio::test]
    async fn what_kept_a_deal_from_being_saved_is_over_when_a_deal_is_saved() {
        for writes in [Writes::default(), Writes::on_server()] {
            let begins: [fn(&Writes); 3] = [
                |writes| writes.saved_deals(DRAMMEN, Err(&sqlx::Error::PoolTimedOut)),
                |writes| writes.cannot_read_log(&sqlx::Error::PoolTimedOut),
                |writes| writes.none_saved(Fault::Away),
            ];
            for begin in begins {
                begin(&writes);
                assert_eq!(writes.fault(), Some(Fault::Away));
                // A device was last seen, and then something else fails and succeeds.
                writes.saved(&Ok(()));
                writes.failed(&sqlx::Error::PoolTimedOut);
                writes.saved(&Ok(()));
                assert_eq!(writes.fault(), Some(Fault::Away), "no deal was saved");
                assert_eq!(writes.to_try(&[DRAMMEN, SVELVIK]), [DRAMMEN]);
                writes.saved_deals(SVELVIK, Ok(()));
                assert_eq!(writes.fault(), None);
                assert!(writes.to_try(&[DRAMMEN, SVELVIK]).is_empty());
            }
            // Without an exchange nothing can be tried.
            writes.none_saved(Fault::Away);
            assert!(writes.to_try(&[]).is_empty());
            writes.saved(&Ok(()));
            assert_eq!(writes.fault(), None);
        }
    }

    #[tokio::test]
    async fn what_waits_for_a_lock_on_a_server_holds_up_its_own_exchange_until_more_were_tried() {
        let file = Writes::default();
        file.timed_out(DRAMMEN);
        assert_eq!(file.fault(), Some(Fault::Busy), "a file is locked for all");

        let writes = Writes::on_server();
        let all = [DRAMMEN, SVELVIK, HORTEN];
        writes.timed_out(DRAMMEN);
        assert_eq!((writes.fault(), writes.held_up()), (None, vec![DRAMMEN]));
        assert_eq!(writes.to_try(&all), [DRAMMEN, SVELVIK]);
        // Its lock lasts; others' deals are saved.
        writes.timed_out(DRAMMEN);
        writes.saved_deals(SVELVIK, Ok(()));
        assert_eq!((writes.fault(), writes.held_up()), (None, vec![DRAMMEN]));
        // Another's row is locked too: they take turns.
        writes.timed_out(SVELVIK);
        assert_eq!(writes.to_try(&all), [DRAMMEN, HORTEN]);
        writes.timed_out(DRAMMEN);
        assert_eq!(writes.to_try(&all), [SVELVIK, HORTEN]);
        assert!(writes.to_try(&[HORTEN]).is_empty(), "the others were deleted");
        // A table of all.
        writes.timed_out(DRAMMEN);
        writes.timed_out(SVELVIK);
        writes.none_saved(Fault::Busy);
        assert_eq!(writes.fault(), Some(Fault::Busy));
        writes.saved_deals(HORTEN, Ok(()));
        assert_eq!((writes.fault(), writes.held_up()), (None, Vec::new()));

        // What else waits is tried, and keeps nobody.
        writes.failed(&sqlx::Error::WorkerCrashed);
        assert_eq!((writes.fault(), writes.held_up()), (None, Vec::new()));
        assert_eq!(writes.to_try(&all), [DRAMMEN]);
        writes.saved_deals(DRAMMEN, Ok(()));
        assert!(writes.to_try(&all).is_empty());
    }

    #[tokio::test]
    async fn a_connection_of_before_a_failure_that_may_last_as_long_is_not_trusted() {
        let writes = Writes::on_server();
        let old = Duration::from_mins(1);
        writes.failed(&sqlx::Error::PoolTimedOut);
        assert!(writes.trusts(old), "the pool waited");
        writes.failed(&sqlx::Error::WorkerCrashed);
        assert!(!writes.trusts(old));
        writes.saved(&Ok(()));
        writes.saved_deals(DRAMMEN, Ok(()));
        assert!(!writes.trusts(old), "nor when another has saved something");
        assert!(writes.trusts(Duration::ZERO), "one that was opened since");
    }
}
