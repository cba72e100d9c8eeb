//! The log of an exchange: what happened, and what became of each command, in one transaction.
//!
//! [`Log`] is what a floor needs of a database. One contract suite (`tests/log_contract.rs`) runs on every implementation.

mod archive;
mod beside;
mod deletion;
mod either;
mod erasure;
mod moment;
mod overwriting;
mod personal;
pub mod postgres;
mod renewal;
pub mod sqlite;

use std::collections::HashMap;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::event::{self, DecodeError, Event, Recorded};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CommandId, DeviceId, Epoch, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role;
use serde::{Deserialize, Serialize};

pub use self::archive::Archive;
pub use self::beside::Beside;
pub(crate) use self::beside::terms_sha256;
pub(crate) use self::deletion::TABLES;
pub use self::either::open;
pub(crate) use self::erasure::{
    Choice, Erasing, Kept, Known, Plan, Subject, Unerased, erase, kept_of, known_in, plan,
};
pub(crate) use self::moment::{Moment, at};
pub(crate) use self::personal::HELD;
pub(crate) use self::renewal::renew;
use crate::api::Denied;
use crate::database::{COMMAND, POSITION, Writes, is_of_damaged_page};

/// An exchange as the log knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRow {
    /// Its id.
    pub id: ExchangeId,
    /// Its address.
    pub slug: String,
    /// The history that its log is.
    pub epoch: Epoch,
    /// What that history was called before it was restored: what was written in it then is of it still.
    pub formerly: Vec<Epoch>,
    /// The position after which that history begins; what lies before it is in archives.
    pub begins_after: Seq,
}

/// An event with the hand that caused it: the audit list.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The event at its place.
    pub recorded: Recorded,
    /// The role that asked for it.
    pub role: Role,
    /// The device that asked for it.
    pub device: DeviceId,
}

/// What a command was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It took effect; the position after it.
    Accepted {
        /// The position.
        seq: Seq,
    },
    /// It had no effect.
    Refused {
        /// Why.
        refusal: Refusal,
    },
}

impl Answer {
    /// The code of the refusal, if it is one.
    pub(crate) fn refused(&self) -> Option<&'static str> {
        match self {
            Self::Accepted { .. } => None,
            Self::Refused { refusal } => Some(refusal.code()),
        }
    }
}

/// A command's id with all that it belongs to, and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The command.
    pub command: CommandId,
    /// The device that sent it.
    pub device: DeviceId,
    /// SHA-256 of its content, in hex.
    pub content: String,
    /// When it was written, as far as that is known; never after it was answered.
    pub written_at: Instant,
    /// When it was answered.
    pub answered_at: Instant,
    /// What it was answered.
    pub answer: Answer,
}

/// What one transaction writes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The event that the writer goes on from, and when it was recorded, if there is one: where the log holds another there, or none, nothing
    /// is written. Only a database that several nodes share, and that may go on from a replica, is asked.
    pub follows: Option<(Seq, Instant)>,
    /// The events, in order, the first at the head's next position.
    pub entries: Vec<Entry>,
    /// The outcomes of the commands behind them, and of those that were refused.
    pub outcomes: Vec<Outcome>,
    /// What follows in the tables beside the log.
    pub beside: Vec<Beside>,
}

impl Batch {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.outcomes.is_empty() && self.beside.is_empty()
    }
}

/// How far an exchange's log has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Which exchange.
    pub exchange: ExchangeId,
    /// The newest event's position.
    pub seq: Seq,
    /// When it happened.
    pub at: Instant,
}

/// The log cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// An event in it cannot be read.
    #[error("the event at position {seq} cannot be read: {source}")]
    Event {
        /// Its position.
        seq: u64,
        /// What is wrong.
        source: DecodeError,
    },
    /// A column holds what this version never writes.
    #[error("the column {column} holds {value:?}, which this version never writes")]
    Column {
        /// Which column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// Somebody was erased from it since it was read: what was read is no longer so.
    #[error("personal data were erased from it: it is opened anew")]
    Erased,
    /// It does not hold any more what was read from it, as after a failover to a replica that lacked it.
    #[error("the database has lost what was in it: it is opened anew from what there is")]
    Lost,
}

/// What is amiss with a log itself. What is told first comes first: whoever did what helps against another would lose the evening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// A row of today's history is damaged that the open floor has read before: the exchange goes on from memory, and no start opens it again.
    Unopenable,
    /// A newer version wrote in it: the server is too old for its database.
    Newer,
    /// A row is damaged, and nothing can be decided on it.
    Damaged,
    /// Each row can be read, and some are missing or out of order: the exchange goes on with what there is.
    Holed,
    /// A row of before today's history is damaged: the exchange goes on, and what needs all of its log waits.
    Past,
}

impl Unreadable {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Unopenable,
        Self::Newer,
        Self::Damaged,
        Self::Holed,
        Self::Past,
    ];

    /// Its name in codes of answers: that a row is damaged is one code, wherever the row lies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Damaged | Self::Past => "damaged",
            Self::Unopenable | Self::Newer | Self::Holed => self.label(),
        }
    }

    /// Its own name, as it is measured and told to desks.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Unopenable => "unopenable",
            Self::Newer => "newer",
            Self::Damaged => "damaged",
            Self::Holed => "holed",
            Self::Past => "past",
        }
    }

    /// What is wrong and what to do, for whoever runs the server.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Unopenable => {
                "Do not stop or restart this server, nor another node that has the exchange open: a row of the exchange's log of today is \
                 damaged, or the disk below it, and its open floor has read it before. It goes on from memory, and what is written is saved, but no start \
                 opens it again. `borsklokka check` names the row: put it back from a backup while the server runs. If no backup has it, \
                 let the evening end first, and take the report and the agreements out before anything is stopped."
            }
            Self::Newer => {
                "A newer version of the program wrote in the log of an exchange: this server is too old for its database. Stop \
                 it, and start the newer version; what tablets keep is sent by itself then."
            }
            Self::Damaged => {
                "The log of an exchange has a damaged row, or the disk below it is: it cannot be opened here, or nothing can be saved in it. Where another node has \
                 it open, do not stop that one: it goes on there. Else stop the server, run `borsklokka check`, and start it on a backup, or \
                 put the row back that it names."
            }
            Self::Holed => {
                "The log of an exchange lacks rows, or has them out of order: it goes on with what there is, and what it shows may be \
                 wrong. The server's log says where. Run `borsklokka check`, and start on a backup from before if you have one."
            }
            Self::Past => {
                "What an exchange was before it went back to nought has a damaged row: today's evening goes on and is saved, but nobody can \
                 be erased there, or be given what is kept of them. Run `borsklokka check`, which names the row, and mend it or start on a \
                 backup that has it."
            }
        }
    }
}

impl LogError {
    /// Why the log cannot be read, if it is the log itself that is amiss and not the way to it.
    pub fn unreadable(&self) -> Option<Unreadable> {
        match self {
            // The first is what a disk has made of a text that is none any more.
            Self::Database(sqlx::Error::ColumnDecode { .. }) | Self::Column { .. } => {
                Some(Unreadable::Damaged)
            }
            Self::Database(error) => is_of_damaged_page(error).then_some(Unreadable::Damaged),
            Self::Erased | Self::Lost => None,
            Self::Event { source, .. } => Some(if source.is_of_newer_version() {
                Unreadable::Newer
            } else {
                Unreadable::Damaged
            }),
        }
    }
}

/// What whoever asked for something that is read from a log is told. Asking again helps only where the way to the log is amiss.
impl From<LogError> for Denied {
    fn from(error: LogError) -> Self {
        match (error.unreadable(), error) {
            (Some(Unreadable::Newer), _) => Self::LogNewer,
            (
                Some(Unreadable::Unopenable | Unreadable::Damaged | Unreadable::Holed | Unreadable::Past),
                _,
            ) => Self::LogRowDamaged,
            (None, LogError::Database(error)) => error.into(),
            (None, error) => Self::Broken(error.to_string()),
        }
    }
}

/// A batch was not appended, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another writer was first, or what it would follow is gone: reread, and decide again.
    #[error("another writer has taken the position, or the one before it is gone")]
    Conflict,
    /// Nothing was written.
    #[error("nothing was written: {0}")]
    NotWritten(sqlx::Error),
    /// The commit failed in a way that leaves open whether it took place: reread before the next decision.
    #[error("the commit's outcome is unknown: {0}")]
    Unknown(sqlx::Error),
}

/// Whether a batch failed for what another writer has written first. Whatever else keeps it out, as a rule that somebody gave a table, will
/// keep out the next one too.
fn is_anothers(error: &sqlx::Error) -> bool {
    POSITION.is_taken(error) || COMMAND.is_taken(error)
}

/// Notes how a batch went. That another writer was first says nothing of the database.
fn note_append(writes: &Writes, exchange: ExchangeId, appended: &Result<(), AppendError>) {
    match appended {
        Ok(()) => writes.saved_deals(exchange, Ok(())),
        Err(AppendError::Conflict) => {}
        Err(AppendError::NotWritten(error) | AppendError::Unknown(error)) => {
            writes.saved_deals(exchange, Err(error));
        }
    }
}

/// The log of every exchange.
#[async_trait::async_trait]
pub trait Log: Send + Sync {
    /// Adds an exchange with an empty log. An address that is taken is a unique violation.
    ///
    /// # Errors
    /// If the database fails.
    async fn create(&self, exchange: &ExchangeRow, at: Instant) -> Result<(), LogError>;

    /// Deletes an exchange with all that is known of it, and tells the other nodes.
    ///
    /// # Errors
    /// If the database fails: then nothing is deleted.
    async fn delete(&self, exchange: &ExchangeRow) -> Result<(), LogError>;

    /// What an exchange was before it went back to nought, each time, the newest first.
    ///
    /// # Errors
    /// If the database fails.
    async fn archives(&self, exchange: ExchangeId) -> Result<Vec<Archive>, LogError>;

    /// Every exchange, by address.
    ///
    /// # Errors
    /// If the database fails.
    async fn exchanges(&self) -> Result<Vec<ExchangeRow>, LogError>;

    /// An exchange as it is called now.
    ///
    /// # Errors
    /// If the database fails.
    async fn exchange(&self, id: ExchangeId) -> Result<Option<ExchangeRow>, LogError> {
        let exchanges = self.exchanges().await?;
        Ok(exchanges.into_iter().find(|exchange| exchange.id == id))
    }

    /// How far the log of each exchange has come, in one query, events that cannot be read with the others; an exchange without events is
    /// not in it.
    ///
    /// # Errors
    /// If the database fails.
    async fn newest(&self) -> Result<Vec<Newest>, LogError>;

    /// The same of one exchange: what is damaged of another's log keeps nobody from knowing.
    ///
    /// # Errors
    /// If the database fails, or what is newest cannot be read.
    async fn newest_in(&self, exchange: ExchangeId) -> Result<Option<Newest>, LogError> {
        let newest = self.newest().await?;
        Ok(newest.into_iter().find(|newest| newest.exchange == exchange))
    }

    /// The settings that an exchange was given last, if it was given any: what is told of one whose log nobody folds.
    ///
    /// # Errors
    /// If the database fails or that event cannot be read.
    async fn settings(&self, exchange: ExchangeId) -> Result<Option<Settings>, LogError>;

    /// Writes a batch and commits it. On success it is durable.
    ///
    /// # Errors
    /// See [`AppendError`].
    async fn append(&self, exchange: ExchangeId, batch: &Batch) -> Result<(), AppendError>;

    /// The events after a position, in order, at most `limit`.
    ///
    /// # Errors
    /// If the database fails or an event cannot be read.
    async fn read(&self, exchange: ExchangeId, after: Seq, limit: u32) -> Result<Vec<Recorded>, LogError>;

    /// The latest events of today's history before a position, or of all, with the hand behind each: newest first, at most `limit`.
    ///
    /// # Errors
    /// If the database fails or an event cannot be read.
    async fn entries(
        &self,
        exchange: ExchangeId,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Vec<Entry>, LogError>;

    /// What became of these commands, as far as they are known.
    ///
    /// # Errors
    /// If the database fails.
    async fn outcomes(
        &self,
        exchange: ExchangeId,
        commands: &[CommandId],
    ) -> Result<HashMap<CommandId, Outcome>, LogError>;

    /// When the latest answered command of each of these devices was written; a device that has none is not in it.
    ///
    /// # Errors
    /// If the database fails.
    async fn last_written(
        &self,
        exchange: ExchangeId,
        devices: &[DeviceId],
    ) -> Result<HashMap<DeviceId, Instant>, LogError>;
}

/// The largest position that there can be: every reader of JSON takes it as it is.
pub(crate) const SEQ_MAX: i64 = 1 << 53;

/// `id, slug, epoch, former_epochs`, and how far archives go.
type ExchangeColumns = (String, String, String, String, i64);
/// `seq, prev_public, at_ms, audience, schema_version, event`.
type EventRow = (i64, i64, i64, String, i64, String);
/// `command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer`.
type OutcomeRow = (String, String, String, i64, i64, String);

/// Reads the exchanges, and how far archives go in each.
const EXCHANGES_BY_SLUG: &str = "SELECT id, slug, epoch, former_epochs, \
    COALESCE((SELECT MAX(last_seq) FROM archives WHERE archives.exchange_id = exchanges.id), 0) FROM exchanges";
/// Reads one of them (`$1`).
const EXCHANGE: &str = "SELECT id, slug, epoch, former_epochs, \
    COALESCE((SELECT MAX(last_seq) FROM archives WHERE archives.exchange_id = exchanges.id), 0) FROM exchanges \
    WHERE id = $1";
/// Reads the newest position of each exchange, by a look into the index for each.
const NEWEST: &str = "SELECT events.exchange_id, events.seq, events.at_ms FROM exchanges JOIN events ON \
    events.exchange_id = exchanges.id AND \
    events.seq = (SELECT MAX(seq) FROM events WHERE events.exchange_id = exchanges.id)";
/// Reads it of one exchange (`$1`).
const NEWEST_IN: &str =
    "SELECT exchange_id, seq, at_ms FROM events WHERE exchange_id = $1 ORDER BY seq DESC LIMIT 1";
/// Reads the newest event of an exchange (`$1`) that gave it settings: an event's type is written first.
const SETTINGS: &str = "SELECT seq, prev_public, at_ms, audience, schema_version, event FROM events \
    WHERE exchange_id = $1 AND event LIKE '{\"type\":\"exchange_configured\",%' ORDER BY seq DESC LIMIT 1";
/// Reads the archives of an exchange (`$1`).
const ARCHIVES: &str = "SELECT epoch, first_seq, last_seq, made_at_ms, actor_role, actor_device, deals FROM archives \
    WHERE exchange_id = $1 ORDER BY last_seq DESC";

/// `epoch, first_seq, last_seq, made_at_ms, actor_role, actor_device, deals`.
type ArchiveColumns = (String, i64, i64, i64, String, String, i64);

fn archive_of(row: ArchiveColumns) -> Result<Archive, LogError> {
    let (epoch, first, last, made_at_ms, role, device, deals) = row;
    Ok(Archive {
        epoch: Epoch(uuid_of(&epoch, "epoch")?),
        first: seq_of(first, "first_seq")?,
        last: seq_of(last, "last_seq")?,
        made_at: Instant::from_unix_ms(made_at_ms),
        role: role_of(&role)?,
        device: DeviceId(uuid_of(&device, "actor_device")?),
        deals: u32::try_from(deals).map_err(|_| LogError::Column {
            column: "deals",
            value: deals.to_string(),
        })?,
    })
}

/// The exchanges of those rows that can be read, by address. One that cannot keeps no other from opening; `borsklokka check` counts it.
fn exchanges_of(rows: Vec<ExchangeColumns>) -> Vec<ExchangeRow> {
    let mut exchanges = Vec::with_capacity(rows.len());
    for row in rows {
        let slug = row.1.clone();
        match exchange_of(row) {
            Ok(exchange) => exchanges.push(exchange),
            Err(error) => {
                tracing::error!(exchange = %slug, %error, "the exchange {slug} cannot be read, and is left out: {error}");
            }
        }
    }
    // In Rust: a database's collation is not known here.
    exchanges.sort_by(|a, b| a.slug.cmp(&b.slug));
    exchanges
}

fn exchange_of((id, slug, epoch, formerly, after): ExchangeColumns) -> Result<ExchangeRow, LogError> {
    let formerly = formerly
        .split_whitespace()
        .map(|epoch| uuid_of(epoch, "former_epochs").map(Epoch));
    Ok(ExchangeRow {
        id: ExchangeId(uuid_of(&id, "id")?),
        slug,
        epoch: Epoch(uuid_of(&epoch, "epoch")?),
        formerly: formerly.collect::<Result<_, _>>()?,
        begins_after: seq_of(after, "last_seq")?,
    })
}

fn newest_of((exchange, seq, at_ms): (String, i64, i64)) -> Result<Newest, LogError> {
    Ok(Newest {
        exchange: ExchangeId(uuid_of(&exchange, "exchange_id")?),
        // That one is out of bounds is told by whoever reads its event.
        seq: Seq(seq.clamp(0, SEQ_MAX) as u64),
        at: Instant::from_unix_ms(at_ms),
    })
}

fn settings_of(row: EventRow) -> Result<Option<Settings>, LogError> {
    match recorded_of(row)?.event {
        Event::ExchangeConfigured { settings } => Ok(Some(*settings)),
        // The text reads like one, and is none.
        _ => Ok(None),
    }
}

fn recorded_of((seq, prev_public, at_ms, audience, schema, event): EventRow) -> Result<Recorded, LogError> {
    read_event(seq, prev_public, at_ms, &audience, schema, &event)
}

/// Reads an event from its columns, whichever database they are of.
fn read_event(
    seq: i64,
    prev_public: i64,
    at_ms: i64,
    audience: &str,
    schema: i64,
    event: &str,
) -> Result<Recorded, LogError> {
    let schema = u32::try_from(schema).map_err(|_| LogError::Column {
        column: "schema_version",
        value: schema.to_string(),
    })?;
    let position = seq_of(seq, "seq")?;
    if position == Seq(0) {
        return Err(LogError::Column {
            column: "seq",
            value: seq.to_string(),
        });
    }
    Ok(Recorded {
        seq: position,
        prev_public: seq_of(prev_public, "prev_public")?,
        at: Instant::from_unix_ms(at_ms),
        audience: audience_of(audience)?,
        event: event::decode(schema, event).map_err(|source| LogError::Event {
            seq: position.0,
            source,
        })?,
    })
}

/// Reads a position from a column: within bounds, before anybody reckons with it.
fn seq_of(value: i64, column: &'static str) -> Result<Seq, LogError> {
    if (0..=SEQ_MAX).contains(&value) {
        return Ok(Seq(value as u64));
    }
    Err(LogError::Column {
        column,
        value: value.to_string(),
    })
}

/// Reads an event with its role and its device.
fn entry_of(row: EventRow, role: &str, device: &str) -> Result<Entry, LogError> {
    Ok(Entry {
        recorded: recorded_of(row)?,
        role: role_of(role)?,
        device: DeviceId(uuid_of(device, "actor_device")?),
    })
}

/// Reads a role's name from a column: one that a device can hold, or the clock's.
fn role_of(value: &str) -> Result<Role, LogError> {
    if value == Role::Clock.as_str() {
        return Ok(Role::Clock);
    }
    value.parse().map_err(|_| LogError::Column {
        column: "actor_role",
        value: value.to_owned(),
    })
}

/// A position as the databases count: "before" all that there is, if none is given.
fn upper_bound(before: Option<Seq>) -> i64 {
    before.map_or(i64::MAX, |before| i64::try_from(before.0).unwrap_or(i64::MAX))
}

fn outcome_of(row: OutcomeRow) -> Result<Outcome, LogError> {
    let (command, device, content, written_at_ms, answered_at_ms, answer) = row;
    Ok(Outcome {
        command: CommandId(uuid_of(&command, "command_id")?),
        device: DeviceId(uuid_of(&device, "device_id")?),
        content,
        written_at: Instant::from_unix_ms(written_at_ms),
        answered_at: Instant::from_unix_ms(answered_at_ms),
        answer: serde_json::from_str(&answer).map_err(|_| LogError::Column {
            column: "answer",
            value: answer,
        })?,
    })
}

/// Every exchange of a moment that can be read, by address.
///
/// # Errors
/// If the database fails.
pub(crate) async fn exchanges_in(moment: &mut Moment) -> Result<Vec<ExchangeRow>, LogError> {
    let rows: Vec<ExchangeColumns> =
        at!(moment, on => sqlx::query_as(EXCHANGES_BY_SLUG).fetch_all(&mut **on).await)?;
    Ok(exchanges_of(rows))
}

/// What an exchange was before it went back to nought, in a moment, each time, the newest first.
///
/// # Errors
/// If the database fails, or what it holds cannot be read.
pub(crate) async fn archives_in(moment: &mut Moment, exchange: ExchangeId) -> Result<Vec<Archive>, LogError> {
    let rows: Vec<ArchiveColumns> = at!(moment, on => sqlx::query_as(ARCHIVES)
        .bind(exchange.to_string())
        .fetch_all(&mut **on)
        .await)?;
    rows.into_iter().map(archive_of).collect()
}

/// What became of every command of an exchange, in a moment.
///
/// # Errors
/// If it cannot be read.
pub(crate) async fn outcomes_in(moment: &mut Moment, exchange: ExchangeId) -> Result<Vec<Outcome>, LogError> {
    let rows: Vec<OutcomeRow> = at!(moment, on => sqlx::query_as(
        "SELECT command_id, device_id, content_sha256, written_at_ms, answered_at_ms, answer FROM outcomes \
         WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_all(&mut **on)
    .await)?;
    rows.into_iter().map(outcome_of).collect()
}

/// An event as it lies in its table.
pub(crate) struct Lying {
    /// Its position.
    pub(crate) position: Seq,
    /// The event, or why it cannot be read.
    pub(crate) recorded: Result<Recorded, LogError>,
    /// Whether the exchange's own clock asked for it, and no device.
    pub(crate) is_clocks: bool,
}

/// `seq, prev_public, at_ms, audience, schema_version, event, actor_role`.
type LyingColumns = (i64, i64, i64, String, i64, String, String);

/// Every event after a position, in a moment, in order, at most `limit`, what was archived too: one that cannot be read hides none of the
/// others.
///
/// # Errors
/// If the database fails.
pub(crate) async fn each_event_in(
    moment: &mut Moment,
    exchange: ExchangeId,
    after: Seq,
    limit: u32,
) -> Result<Vec<Lying>, LogError> {
    let rows: Vec<LyingColumns> = at!(moment, on => sqlx::query_as(
        "SELECT seq, prev_public, at_ms, audience, schema_version, event, actor_role FROM events \
         WHERE exchange_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(exchange.to_string())
    .bind(after.0 as i64)
    .bind(i64::from(limit))
    .fetch_all(&mut **on)
    .await)?;
    let lying = |(seq, prev, at, audience, schema, event, role): LyingColumns| Lying {
        position: Seq(seq as u64),
        recorded: recorded_of((seq, prev, at, audience, schema, event)),
        is_clocks: role == Role::Clock.as_str(),
    };
    Ok(rows.into_iter().map(lying).collect())
}

fn last_written_of((device, written_at_ms): (String, i64)) -> Result<(DeviceId, Instant), LogError> {
    let device = DeviceId(uuid_of(&device, "device_id")?);
    Ok((device, Instant::from_unix_ms(written_at_ms)))
}

fn uuid_of(value: &str, column: &'static str) -> Result<uuid::Uuid, LogError> {
    uuid::Uuid::parse_str(value).map_err(|_| LogError::Column {
        column,
        value: value.to_owned(),
    })
}

/// Reads an audience's name from a column.
fn audience_of(value: &str) -> Result<Audience, LogError> {
    value.parse().map_err(|_| LogError::Column {
        column: "audience",
        value: value.to_owned(),
    })
}
