//! Verifies a database: what the database says of its file, every table and what its columns hold, what keeps rows apart, the whole log of
//! each exchange with what lies in archives, what is kept beside the log and follows from it, photos and pictures, and what became of the
//! commands. `borsklokka check`, a backup, what is restored, and an export and what is read in are all judged here.

mod columns;
mod history;
mod images;
mod indexes;

use std::collections::BTreeSet;

use borsklokka_shared::event::Event;
use borsklokka_shared::ids::{ExchangeId, Seq};
use borsklokka_shared::role::Role;
use sqlx::AssertSqlSafe;

use crate::database::{Database, Either, SOUND, on_either};
use crate::log::{self, Answer, Entry, ExchangeRow, Log, LogError, Outcome, TABLES, outcomes_of};

/// Events of one command at most, counted: its outcome stands at the last of them.
const EVENTS_PER_COMMAND_MAX: u64 = 16;
/// Tables that belong to no exchange.
const SERVERS_TABLES: [&str; 3] = ["exchanges", "operator", "operator_sessions"];

/// What a check found.
#[derive(Debug, Default)]
pub struct Found {
    /// What is wrong with the database itself; empty if nothing is.
    pub faults: Vec<String>,
    /// Each exchange, by address.
    pub reports: Vec<Report>,
}

impl Found {
    /// How many faults there are.
    pub fn faults_in_all(&self) -> usize {
        self.faults.len()
            + self
                .reports
                .iter()
                .map(|report| report.faults.len())
                .sum::<usize>()
    }
}

/// What a check found in one exchange.
#[derive(Debug)]
pub struct Report {
    /// Which exchange.
    pub exchange: ExchangeRow,
    /// How many events today's history has.
    pub events: u64,
    /// How many deals are on the wall.
    pub deals: u32,
    /// Of how many commands it is known what became of them.
    pub outcomes: usize,
    /// What is wrong; empty if nothing is.
    pub faults: Vec<String>,
}

/// Checks a database, and every exchange in it.
///
/// # Errors
/// If the list of exchanges, or the log of one, cannot be read at all. An event that cannot be decoded is a fault of its exchange.
pub async fn check(database: &Database) -> Result<Found, LogError> {
    let mut found = Found {
        faults: faults_of_the_file(database).await?,
        reports: Vec::new(),
    };
    for table in SERVERS_TABLES.iter().chain(&TABLES) {
        let counted: Result<i64, sqlx::Error> = {
            let statement = format!("SELECT COUNT(*) FROM {table}");
            on_either!(database.reading(), on => sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(on).await)
        };
        if let Err(error) = counted {
            found
                .faults
                .push(format!("the table {table} cannot be read: {error}"));
        }
    }
    found.faults.extend(columns::faults(database).await);
    found.faults.extend(indexes::faults(database).await?);
    let log = log::open(database);
    let exchanges = log.exchanges().await?;
    let rows: i64 = on_either!(database.reading(), on => sqlx::query_scalar("SELECT COUNT(*) FROM exchanges").fetch_one(on).await)?;
    if rows as usize != exchanges.len() {
        let unread = rows as usize - exchanges.len();
        found
            .faults
            .push(format!("{unread} of {rows} exchanges cannot be read"));
    }
    for exchange in exchanges {
        found
            .reports
            .push(check_exchange(database, log.as_ref(), exchange).await?);
    }
    if found.reports.is_empty() {
        found.faults.push("there is no exchange in it".to_owned());
    }
    Ok(found)
}

/// What SQLite says of the pages and indexes of its file. PostgreSQL looks after its own.
async fn faults_of_the_file(database: &Database) -> Result<Vec<String>, sqlx::Error> {
    match database.reading() {
        Either::Sqlite(on) => {
            let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(10)")
                .fetch_all(on)
                .await?;
            Ok(said.into_iter().filter(|line| line != SOUND).collect())
        }
        Either::Postgres(_) => Ok(Vec::new()),
    }
}

async fn check_exchange(
    database: &Database,
    log: &dyn Log,
    exchange: ExchangeRow,
) -> Result<Report, LogError> {
    // Before the events: a server may be writing.
    let outcomes = outcomes_of(database, exchange.id).await;
    let history = history::read(database, log, &exchange).await?;
    let mut faults = history.faults;
    faults.extend(images::faults(database, exchange.id).await);
    let checked = match &outcomes {
        Ok(outcomes) => check_outcomes(log, exchange.id, outcomes, history.last, &mut faults).await,
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = checked {
        faults.push(format!("what became of the commands cannot be read: {error}"));
    }
    Ok(Report {
        exchange,
        events: history.events,
        deals: history.deals,
        outcomes: outcomes.map_or(0, |outcomes| outcomes.len()),
        faults,
    })
}

/// Whether each command that took effect names a position that there is, and each deal of today's history that a device wrote has one.
///
/// # Errors
/// If the events cannot be read: why not, in words.
async fn check_outcomes(
    log: &dyn Log,
    exchange: ExchangeId,
    outcomes: &[Outcome],
    last: Seq,
    faults: &mut Vec<String>,
) -> Result<(), String> {
    let mut took_effect = BTreeSet::new();
    for outcome in outcomes {
        if let Answer::Accepted { seq } = outcome.answer {
            took_effect.insert(seq);
            if seq > last {
                faults.push(format!(
                    "the command {} took effect at position {}, which there is not",
                    outcome.command, seq.0
                ));
            }
        }
    }
    let mut before = None;
    loop {
        let entries = log.entries(exchange, before, history::READ_EVENTS).await;
        let entries = entries.map_err(|error| error.to_string())?;
        let Some(oldest) = entries.last() else {
            return Ok(());
        };
        before = Some(oldest.recorded.seq);
        for entry in entries.iter().filter(|entry| is_of_a_devices_deal(entry)) {
            let at = entry.recorded.seq;
            let within = at..=Seq(at.0 + EVENTS_PER_COMMAND_MAX);
            if took_effect.range(within).next().is_none() {
                faults.push(format!(
                    "position {}: a device wrote the deal, and it is not known any more by which command: sent again, it would \
                     count twice",
                    at.0
                ));
            }
        }
    }
}

fn is_of_a_devices_deal(entry: &Entry) -> bool {
    let is_written = matches!(
        entry.recorded.event,
        Event::DealWritten { .. } | Event::DealPosted { .. } | Event::DealHeld { .. }
    );
    is_written && entry.role != Role::Clock
}
