//! How writes went: what was wrong with the last one that failed, until what failed succeeds.
//!
//! Every write passes here, see `write_on!` and `within!`. It is told in the log, at most once a minute; in the check before
//! doors; and by `/healthz`.
//!
//! What kept a deal from being saved is over when a deal is saved, or what is written as one would be (`Database::probe`): whatever else
//! is saved meanwhile says nothing of that. PostgreSQL locks rows and tables, so what waits there may be one exchange's matter, or none of the
//! deals' at all: it keeps nobody else's until deals were tried, see `Writes::to_try`. Where nobody writes nobody knows: see
//! `Writes::are_quiet`.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use borsklokka_shared::ids::ExchangeId;
use serde::Serialize;
use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;
use uuid::Uuid;

use super::place::{Astray, Place};
use crate::clock::awake;
use crate::seldom::Seldom;

/// How often a failure that lasts is told in the log, in seconds.
const TOLD_EVERY_S: u64 = 60;
/// For so long after a deal was saved it is believed that another could be.
const QUIET: Duration = Duration::from_secs(15);
/// Exchanges that are tried at a time, at the least and if there are as many, counted: what keeps each of them from it keeps all.
const TRIED_MIN: usize = 2;
/// Pages of a disk that a deal takes, counted: rather too many than too few.
const PAGES_OF_A_DEAL: u32 = 8;
/// Why something could not be saved that was not waited for any longer.
const TOO_LONG: &str = "it took too long";

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
    /// Its server does not let this program in.
    Refused,
    /// Its server lets this program in, and does not let its user do what it has to.
    Denied,
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

    /// The same of a write that saves deals, or is written as one would be: it writes nothing of its own that may be there already, so a
    /// rule that refuses it keeps the next one out too. None if its exchange is gone.
    pub fn of_deals(error: &sqlx::Error) -> Option<Self> {
        Self::of(error).or_else(|| is_refused(error).then_some(Self::Unknown))
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
            Self::Refused => "refused",
            Self::Denied => "denied",
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
            Self::Refused => {
                "PostgreSQL runs, and does not let this program in any more: nothing can be saved. The server's log says what it answered: \
                 whether its user may log in (ALTER ROLE … LOGIN), has another password, or comes from where pg_hba.conf lets nobody in, or \
                 whether the database has another name or is gone. Put that right; saving goes on by itself."
            }
            Self::Denied => {
                "PostgreSQL does not let this program's user do what it has to: not all can be saved. Let it own the database's tables, or \
                 grant it what is missing (GRANT SELECT, INSERT, UPDATE, DELETE); the server's log says where. Saving goes on by itself."
            }
            Self::Unknown => "The database refuses to save. The server's log says why.",
        }
    }

    /// Whether it may be the matter of a few rows or of one table, where those are locked each by itself.
    const fn may_be_of_few(self) -> bool {
        match self {
            Self::Busy | Self::Denied | Self::Unknown => true,
            Self::Full
            | Self::ReadOnly
            | Self::ServerReadOnly
            | Self::Damaged
            | Self::Moved
            | Self::Deleted
            | Self::Overwritten
            | Self::Parted
            | Self::Away
            | Self::Refused => false,
        }
    }

    /// Whether a connection that met it, by this error, may be of no use even when it is over: a file that was opened while it could only be
    /// read stays so, and so does a session of PostgreSQL.
    fn spoils_connections(self, error: &sqlx::Error) -> bool {
        match self {
            Self::Full
            | Self::ReadOnly
            | Self::ServerReadOnly
            | Self::Damaged
            | Self::Denied
            | Self::Unknown => true,
            // A server that ends connections has said so; one that has too many keeps those that it has.
            Self::Away => {
                let code = error.as_database_error().and_then(DatabaseError::code);
                code.is_some_and(|code| code.starts_with("08") || code.starts_with("57P"))
            }
            // What was opened before is the right file, or was let in.
            Self::Busy | Self::Moved | Self::Deleted | Self::Overwritten | Self::Parted | Self::Refused => {
                false
            }
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

/// How PostgreSQL calls it that a row names an exchange that there has to be. SQLite gives no such name.
const OF_EXCHANGE: &str = "_exchange_id_fkey";

/// Whether a rule of the database refused what was written, and not for want of its exchange.
fn is_refused(error: &sqlx::Error) -> bool {
    let Some(cause) = error.as_database_error() else {
        return false;
    };
    let may_name_exchange = cause
        .constraint()
        .is_none_or(|constraint| constraint.ends_with(OF_EXCHANGE));
    !(cause.is_foreign_key_violation() && may_name_exchange)
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

/// Whether what was read lies on a page that is damaged, as a disk that fails leaves one. That does not pass by itself, and the rest of the
/// database may be whole.
pub(crate) fn is_of_damaged_page(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(cause) = error else {
        return false;
    };
    let code = cause.code().unwrap_or_default();
    if cause.try_downcast_ref::<SqliteError>().is_some() {
        code.parse::<i32>().is_ok_and(|code| code & 0xFF == 11)
    } else {
        ["XX001", "XX002"].contains(&code.as_ref())
    }
}

/// What PostgreSQL says of what a user may not do.
pub(super) const NOT_ALLOWED: &str = "42501";

/// Whether PostgreSQL says by this code that it does not let somebody in: the user, the password, or the database is not what it knows.
pub(super) fn is_not_let_in(code: &str) -> bool {
    code.starts_with("28") || code.starts_with("3D")
}

/// By PostgreSQL's SQLSTATE.
fn of_postgres(code: &str) -> Fault {
    match code {
        "53100" => Fault::Full,
        "25006" => Fault::ServerReadOnly,
        "55P03" | "57014" | "40001" | "40P01" => Fault::Busy,
        NOT_ALLOWED => Fault::Denied,
        _ if is_not_let_in(code) => Fault::Refused,
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
    /// Of which exchange on others are tried in the place of those that are held up: each of several nodes has its own.
    begins: usize,
    /// Had by whoever tries for those who ask.
    trying: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Last {
    /// What keeps everything from being saved.
    trouble: Option<Trouble>,
    /// The exchanges whose last deal could not be saved, though others' may.
    held_up: Vec<ExchangeId>,
    /// When a deal was last saved, or what was written as one would be.
    deals_saved_at: Option<Instant>,
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
                deals_saved_at: None,
                in_doubt: false,
                spoiled_at: None,
                told: told(),
                told_of_few: told(),
            }),
            place: Arc::default(),
            locks_apart: false,
            begins: 0,
            trying: tokio::sync::Mutex::default(),
        }
    }
}

impl Writes {
    /// Those in a database on a server.
    pub(super) fn on_server() -> Self {
        Self {
            locks_apart: true,
            begins: Uuid::new_v4().as_u128() as usize,
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
                last.deals_saved_at = Some(awake());
                // A lock on what is everybody's kept those too that were held up; what else kept all says nothing of who is held.
                if last.trouble.is_some_and(|trouble| trouble.fault.may_be_of_few()) {
                    last.held_up.clear();
                } else {
                    last.held_up.retain(|held_up| *held_up != exchange);
                }
                last.is_over();
            }
            Err(error) => self.note_error(Of::Deals(exchange), error),
        }
    }

    /// Notes that another node has saved an exchange's deals: nobody holds its rows any more.
    pub(crate) fn saved_elsewhere(&self, exchange: ExchangeId) {
        self.last().held_up.retain(|held_up| *held_up != exchange);
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
        self.note(Of::Deals(exchange), Fault::Busy, &TOO_LONG);
    }

    /// Whether nobody knows how it is: nothing is known to be wrong, which would be tried again, and no deal was saved for a while.
    pub(crate) fn are_quiet(&self) -> bool {
        let last = self.last();
        last.is_well() && last.deals_saved_at.is_none_or(|at| at.elapsed() >= QUIET)
    }

    /// Waits until nobody else tries for those who ask how it is.
    pub(crate) async fn try_alone(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.trying.lock().await
    }

    /// Which of these exchanges are to be tried, if anything failed: whether deals can be saved is known then though nobody makes one. All
    /// whose last could not, and some of the others: what keeps each of them from it keeps all. None if nothing is to be tried.
    pub(crate) fn to_try(&self, exchanges: &[ExchangeId]) -> Option<Vec<ExchangeId>> {
        let mut last = self.last();
        last.held_up.retain(|held_up| exchanges.contains(held_up));
        (!last.is_well()).then(|| self.some_of(exchanges, &last.held_up))
    }

    /// Which of these exchanges are tried for whoever asks how it is.
    pub(crate) fn to_try_anyway(&self, exchanges: &[ExchangeId]) -> Vec<ExchangeId> {
        self.some_of(exchanges, &[])
    }

    /// Those that are held up, and as many others as it takes.
    fn some_of(&self, exchanges: &[ExchangeId], held_up: &[ExchangeId]) -> Vec<ExchangeId> {
        let (before, after) = exchanges.split_at(self.begins % exchanges.len().max(1));
        let others = after.iter().chain(before).copied();
        let others = others.filter(|exchange| !held_up.contains(exchange));
        let others_wanted = TRIED_MIN.saturating_sub(held_up.len()).max(1);
        held_up
            .iter()
            .copied()
            .chain(others.take(others_wanted))
            .collect()
    }

    /// How many commits say for sure that there is room, counted. Each takes a page of the disk, and a deal several: what one has tried to
    /// write, and left behind, is room enough for some of them.
    pub(super) fn commits_to_be_sure(&self) -> u32 {
        let last = self.last();
        let is_full = last.trouble.is_some_and(|trouble| trouble.fault == Fault::Full);
        if is_full || last.deals_saved_at.is_none() {
            PAGES_OF_A_DEAL
        } else {
            1
        }
    }

    /// Notes that deals of some of these exchanges could be saved when all of them were tried. Where rows are locked each by itself, those
    /// of the others could not.
    pub(super) fn tried(&self, exchanges: &[ExchangeId], saved: &[ExchangeId]) {
        let mut last = self.last();
        last.in_doubt = false;
        last.deals_saved_at = Some(awake());
        last.is_over();
        last.held_up.retain(|held_up| !saved.contains(held_up));
        if self.locks_apart {
            for exchange in exchanges.iter().filter(|exchange| !saved.contains(exchange)) {
                last.hold_up(*exchange);
            }
        }
    }

    /// Notes that of none of these exchanges deals could be saved when they were tried, and why; no reason if that took too long.
    pub(super) fn none_saved(&self, exchanges: &[ExchangeId], why: Option<&sqlx::Error>) {
        let fault = match why {
            Some(error) => self.met(Fault::of_deals(error), error),
            // Whom PostgreSQL has wait it tells in time.
            None if self.locks_apart => Some(Fault::Away),
            None => Some(Fault::Busy),
        };
        let Some(fault) = fault else {
            return;
        };
        if self.locks_apart && fault.may_be_of_few() {
            let mut last = self.last();
            for exchange in exchanges {
                last.hold_up(*exchange);
            }
        }
        let why = why.map_or_else(|| TOO_LONG.to_owned(), ToString::to_string);
        self.keeps_all(true, fault, &why);
    }

    /// As if no deal had been saved for a while.
    #[cfg(test)]
    pub(crate) fn fall_quiet(&self) {
        self.last().deals_saved_at = None;
    }

    fn note_error(&self, of: Of, error: &sqlx::Error) {
        let fault = match of {
            Of::Deals(_) => Fault::of_deals(error),
            Of::Log | Of::Beside => Fault::of(error),
        };
        if let Some(fault) = self.met(fault, error) {
            self.note(of, fault, &error);
        }
    }

    /// What an error says of the database, once it is noted what it says of the connection that met it.
    fn met(&self, fault: Option<Fault>, error: &sqlx::Error) -> Option<Fault> {
        let fault = fault?;
        if fault.spoils_connections(error) {
            self.last().spoiled_at = Some(awake());
        }
        Some(fault)
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
            Of::Deals(exchange) => last.hold_up(exchange),
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
    /// Whether nothing is known to be wrong.
    fn is_well(&self) -> bool {
        self.trouble.is_none() && self.held_up.is_empty() && !self.in_doubt
    }

    /// The last deal of an exchange could not be saved.
    fn hold_up(&mut self, exchange: ExchangeId) {
        if !self.held_up.contains(&exchange) {
            self.held_up.push(exchange);
        }
    }

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
            ("28P01", Fault::Refused),
            ("28000", Fault::Refused),
            ("3D000", Fault::Refused),
            ("42501", Fault::Denied),
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

    /// Which of some exchanges are to be tried, in the order of their ids.
    fn to_try(writes: &Writes, exchanges: &[ExchangeId]) -> Option<Vec<ExchangeId>> {
        let mut to_try = writes.to_try(exchanges)?;
        to_try.sort();
        Some(to_try)
    }

    #[tokio::test]
    async fn what_kept_a_deal_from_being_saved_is_over_when_a_deal_is_saved() {
        for writes in [Writes::default(), Writes::on_server()] {
            let begins: [fn(&Writes); 3] = [
                |writes| writes.saved_deals(DRAMMEN, Err(&sqlx::Error::PoolTimedOut)),
                |writes| writes.cannot_read_log(&sqlx::Error::PoolTimedOut),
                |writes| writes.none_saved(&[DRAMMEN], Some(&sqlx::Error::PoolTimedOut)),
            ];
            for begin in begins {
                begin(&writes);
                assert_eq!(writes.fault(), Some(Fault::Away));
                // A device was last seen, and then something else fails and succeeds.
                writes.saved(&Ok(()));
                writes.failed(&sqlx::Error::PoolTimedOut);
                writes.saved(&Ok(()));
                assert_eq!(writes.fault(), Some(Fault::Away), "no deal was saved");
                let both = [DRAMMEN, SVELVIK];
                assert_eq!(to_try(&writes, &both), Some(both.to_vec()));
                writes.saved_deals(SVELVIK, Ok(()));
                assert_eq!(writes.fault(), None);
                assert_eq!(to_try(&writes, &both), None);
            }
            // Without an exchange something else is written in its place.
            writes.none_saved(&[], Some(&sqlx::Error::PoolTimedOut));
            assert_eq!(to_try(&writes, &[]), Some(Vec::new()));
            writes.saved(&Ok(()));
            assert_eq!(writes.fault(), Some(Fault::Away));
            writes.tried(&[], &[]);
            assert_eq!((writes.fault(), to_try(&writes, &[])), (None, None));
        }
    }

    #[tokio::test]
    async fn what_waits_for_a_lock_on_a_server_holds_up_its_own_exchange_until_more_were_tried() {
        let file = Writes::default();
        file.timed_out(DRAMMEN);
        assert_eq!(file.fault(), Some(Fault::Busy), "a file is locked for all");
        file.tried(&[DRAMMEN, SVELVIK], &[SVELVIK]);
        assert_eq!((file.fault(), file.held_up()), (None, Vec::new()));

        let writes = Writes::on_server();
        let all = [DRAMMEN, SVELVIK, HORTEN];
        let among_others = |to_try: Option<Vec<ExchangeId>>, held_up: &[ExchangeId]| {
            let to_try = to_try.unwrap_or_default();
            assert!(held_up.iter().all(|each| to_try.contains(each)), "{to_try:?}");
            to_try.len()
        };
        writes.timed_out(DRAMMEN);
        assert_eq!((writes.fault(), writes.held_up()), (None, vec![DRAMMEN]));
        assert_eq!(among_others(to_try(&writes, &all), &[DRAMMEN]), 2);
        // Its lock lasts; others' deals are saved.
        writes.tried(&[DRAMMEN, SVELVIK], &[SVELVIK]);
        assert_eq!((writes.fault(), writes.held_up()), (None, vec![DRAMMEN]));
        // Another's row is locked too: both are tried, and one of the others.
        writes.timed_out(SVELVIK);
        assert_eq!(to_try(&writes, &all), Some(all.to_vec()));
        assert_eq!(to_try(&writes, &[HORTEN]), None, "the others were deleted");
        // All that come back come back at once.
        writes.timed_out(DRAMMEN);
        writes.timed_out(SVELVIK);
        writes.tried(&all, &all);
        assert_eq!((writes.fault(), writes.held_up()), (None, Vec::new()));
        // A table of all.
        writes.timed_out(DRAMMEN);
        writes.none_saved(&[DRAMMEN, SVELVIK], Some(&sqlx::Error::WorkerCrashed));
        assert_eq!(
            (writes.fault(), writes.held_up()),
            (Some(Fault::Unknown), vec![DRAMMEN, SVELVIK])
        );
        assert_eq!(to_try(&writes, &all), Some(all.to_vec()), "the third may be free");
        writes.saved_deals(HORTEN, Ok(()));
        assert_eq!((writes.fault(), writes.held_up()), (None, Vec::new()));
        // That the database was away tells of no lock, nor that it is back.
        writes.timed_out(DRAMMEN);
        writes.saved_deals(SVELVIK, Err(&sqlx::Error::PoolTimedOut));
        writes.saved_deals(SVELVIK, Ok(()));
        assert_eq!((writes.fault(), writes.held_up()), (None, vec![DRAMMEN]));
        writes.tried(&all, &all);
        // What answers nothing at all tells of no lock.
        writes.none_saved(&[DRAMMEN], None);
        assert_eq!(
            (writes.fault(), writes.held_up()),
            (Some(Fault::Away), Vec::new())
        );
        writes.tried(&[DRAMMEN], &[DRAMMEN]);

        // What else waits is tried, and keeps nobody.
        writes.failed(&sqlx::Error::WorkerCrashed);
        assert_eq!((writes.fault(), writes.held_up()), (None, Vec::new()));
        assert_eq!(among_others(to_try(&writes, &all), &[]), 2);
        writes.saved_deals(DRAMMEN, Ok(()));
        assert_eq!(to_try(&writes, &all), None);
        // A deal of another node's was saved.
        writes.timed_out(DRAMMEN);
        writes.timed_out(SVELVIK);
        writes.saved_elsewhere(DRAMMEN);
        assert_eq!(writes.held_up(), [SVELVIK]);
    }

    #[tokio::test]
    async fn nobody_knows_how_it_is_before_a_deal_was_saved_and_a_while_after() {
        let writes = Writes::default();
        assert!(writes.are_quiet(), "a server that begins");
        assert_eq!(writes.commits_to_be_sure(), PAGES_OF_A_DEAL);
        writes.saved(&Ok(()));
        assert!(writes.are_quiet(), "that was no deal, and may have been nothing");
        writes.saved_deals(DRAMMEN, Ok(()));
        assert_eq!((writes.are_quiet(), writes.commits_to_be_sure()), (false, 1));
        writes.fall_quiet();
        assert!(writes.are_quiet());
        // What is known to be wrong is tried again by itself.
        let full = sqlx::Error::Io(io::ErrorKind::StorageFull.into());
        writes.saved_deals(DRAMMEN, Err(&full));
        assert!(!writes.are_quiet());
        writes.tried(&[DRAMMEN], &[DRAMMEN]);
        assert_eq!((writes.are_quiet(), writes.commits_to_be_sure()), (false, 1));
        writes.saved_deals(DRAMMEN, Err(&full));
        assert_eq!(writes.commits_to_be_sure(), PAGES_OF_A_DEAL, "a page is no room");
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
