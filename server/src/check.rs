//! Verifies a database: what the database says of its file, every table and what its columns hold, what keeps rows apart, the whole log of
//! each exchange with what lies in archives, what is kept beside the log and follows from it, photos and pictures, and what became of the
//! commands. `borsklokka check`, a backup, what is restored, and an export and what is read in are all judged here.
//!
//! All of it is read in one moment: while a server writes, nothing is held against what was written before or after it.

mod beside;
mod columns;
mod history;
mod images;
mod indexes;

use std::collections::BTreeSet;

use borsklokka_shared::ids::Seq;
use sqlx::AssertSqlSafe;

pub(crate) use self::columns::NUMBERS;
use crate::database::{Database, Either, SOUND};
use crate::log::{Answer, ExchangeRow, LogError, Moment, Outcome, TABLES, at, exchanges_in, outcomes_in};

/// Events of one command at most, counted: its outcome stands at the last of them.
const EVENTS_PER_COMMAND_MAX: u64 = 16;
/// Tables that belong to no exchange.
const SERVERS_TABLES: [&str; 4] = ["exchanges", "operator", "operator_sessions", "seen_clock"];

/// What a check found.
#[derive(Debug, Default)]
pub struct Found {
    /// What is wrong with the database itself; empty if nothing is.
    pub faults: Vec<String>,
    /// Each exchange, by address.
    pub reports: Vec<Report>,
}

impl Found {
    /// Every fault: those of the database itself, then those of each exchange.
    pub fn all_faults(&self) -> impl Iterator<Item = &str> {
        let of_exchanges = self.reports.iter().flat_map(|report| &report.faults);
        self.faults.iter().chain(of_exchanges).map(String::as_str)
    }

    /// How many faults there are.
    pub fn faults_in_all(&self) -> usize {
        self.all_faults().count()
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
    /// What may be so, and is worth a look: no fault, and no reason to keep no backup.
    pub remarks: Vec<String>,
}

/// Checks a database, and every exchange in it, as they are at one moment, also while servers write in it.
///
/// # Errors
/// If the list of exchanges, or the log of one, cannot be read at all. An event that cannot be decoded is a fault of its exchange.
pub async fn check(database: &Database) -> Result<Found, LogError> {
    let mut moment = Moment::of(database).await?;
    let found = look(&mut moment).await;
    moment.end().await;
    found
}

async fn look(moment: &mut Moment) -> Result<Found, LogError> {
    let mut found = Found {
        faults: faults_of_the_file(moment).await?,
        reports: Vec::new(),
    };
    for table in SERVERS_TABLES.iter().chain(&TABLES) {
        let statement = format!("SELECT COUNT(*) FROM {table}");
        let counted: Result<i64, sqlx::Error> = at!(&mut *moment, on => sqlx::query_scalar(AssertSqlSafe(statement))
            .fetch_one(&mut **on)
            .await);
        if let Err(error) = counted {
            found
                .faults
                .push(format!("the table {table} cannot be read: {error}"));
        }
    }
    found.faults.extend(columns::faults(moment).await);
    found.faults.extend(indexes::faults(moment).await?);
    let exchanges = exchanges_in(moment).await?;
    let rows: i64 = at!(&mut *moment, on => sqlx::query_scalar("SELECT COUNT(*) FROM exchanges")
        .fetch_one(&mut **on)
        .await)?;
    let unread = (rows as usize).saturating_sub(exchanges.len());
    if unread > 0 {
        found
            .faults
            .push(format!("{unread} of {rows} exchanges cannot be read"));
    }
    for exchange in exchanges {
        found.reports.push(check_exchange(moment, exchange).await?);
    }
    if found.reports.is_empty() {
        found.faults.push("there is no exchange in it".to_owned());
    }
    Ok(found)
}

/// What SQLite says of the pages and indexes of its file. PostgreSQL looks after its own.
async fn faults_of_the_file(moment: &mut Moment) -> Result<Vec<String>, sqlx::Error> {
    match &mut moment.on {
        Either::Sqlite(on) => {
            let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(10)")
                .fetch_all(&mut **on)
                .await?;
            Ok(said.into_iter().filter(|line| line != SOUND).collect())
        }
        Either::Postgres(_) => Ok(Vec::new()),
    }
}

async fn check_exchange(moment: &mut Moment, exchange: ExchangeRow) -> Result<Report, LogError> {
    let mut history = history::read(moment, &exchange).await?;
    let mut faults = std::mem::take(&mut history.faults);
    faults.extend(images::faults(moment, exchange.id).await);
    faults.extend(beside::faults(moment, exchange.id, &history).await);
    let outcomes = outcomes_in(moment, exchange.id).await;
    match &outcomes {
        Ok(outcomes) => faults.extend(faults_of_outcomes(outcomes, history.last, &history.written)),
        Err(error) => faults.push(format!("what became of the commands cannot be read: {error}")),
    }
    let remarks = beside::remarks(moment, &exchange, &history).await;
    Ok(Report {
        exchange,
        events: history.events,
        deals: history.staff.totals.deals,
        outcomes: outcomes.map_or(0, |outcomes| outcomes.len()),
        faults,
        remarks,
    })
}

/// Whether each command that took effect names a position that there is, and each deal of today's history that a device wrote has one.
fn faults_of_outcomes(outcomes: &[Outcome], last: Seq, written: &[Seq]) -> Vec<String> {
    let mut faults = Vec::new();
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
    for at in written {
        let within = *at..=Seq(at.0 + EVENTS_PER_COMMAND_MAX);
        if took_effect.range(within).next().is_none() {
            faults.push(format!(
                "position {}: a device wrote the deal, and it is not known any more by which command: sent again, it would count \
                 twice",
                at.0
            ));
        }
    }
    faults
}
