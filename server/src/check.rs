//! Verifies a database: what the database says of its file, every table and what its columns hold, what keeps rows apart and what they
//! are of, the whole log of each exchange with what lies in archives, what is kept beside the log and follows from it, photos and
//! pictures, and what became of the commands. `borsklokka check`, a backup, what is restored, and an export and what is read in are all
//! judged here.
//!
//! All of it is read in one moment: while a server writes, nothing is held against what was written before or after it.

mod beside;
mod columns;
mod history;
mod images;
mod indexes;
mod strays;
mod tables;
mod way;

use std::collections::BTreeSet;

use borsklokka_shared::ids::Seq;
use sqlx::AssertSqlSafe;

pub(crate) use self::columns::numbers_of;
use self::tables::tables;
use self::way::is_of_the_way;
use crate::database::{Database, Either, Fault, Gone, SOUND, damaged, gone_from, lacks, listed};
use crate::log::{Answer, ExchangeRow, LogError, Moment, Outcome, at, exchanges_in, outcomes_in};

/// Events of one command at most, counted: its outcome stands at the last of them.
const EVENTS_PER_COMMAND_MAX: u64 = 16;
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
/// If the way to the database fails. What lies there and cannot be read is a fault, and the rest is read all the same.
pub async fn check(database: &Database) -> Result<Found, LogError> {
    let mut moment = Moment::of(database).await?;
    let found = look(&mut moment).await;
    moment.end().await;
    found
}

async fn look(moment: &mut Moment) -> Result<Found, LogError> {
    let (mut faults, unread) = faults_of_tables(moment).await?;
    faults.extend(columns::faults(moment, &unread).await);
    faults.extend(indexes::faults(moment).await?);
    faults.extend(strays::faults(moment, &unread).await);
    let mut reports = Vec::new();
    match exchanges_in(moment).await {
        Ok(exchanges) => {
            let rows: Result<i64, sqlx::Error> = at!(&mut *moment, on => sqlx::query_scalar("SELECT COUNT(*) FROM exchanges")
                .fetch_one(&mut **on)
                .await);
            // That they cannot be counted is said of their table.
            let rows = rows.unwrap_or_default();
            let hidden = (rows as usize).saturating_sub(exchanges.len());
            if hidden > 0 {
                faults.push(format!("{hidden} of {rows} exchanges cannot be read"));
            }
            for exchange in exchanges {
                reports.push(check_exchange(moment, exchange).await?);
            }
            if reports.is_empty() {
                faults.push("there is no exchange in it".to_owned());
            }
        }
        Err(error) if is_of_the_way(&error) => return Err(error),
        Err(error) => faults.push(format!("the list of exchanges cannot be read: {error}")),
    }
    Ok(Found { faults, reports })
}

/// What is wrong with the file and with whole tables, what to do about it first; and the tables of which no more can be read.
async fn faults_of_tables(moment: &mut Moment) -> Result<(Vec<String>, Vec<&'static str>), LogError> {
    let is_on_server = matches!(moment.on, Either::Postgres(_));
    let read = gone_from(&mut moment.on).await;
    let gone = moment.go_on_after(read).await?;
    let mut unread: Vec<&'static str> = gone.iter().copied().filter_map(table_of).collect();
    let of_the_file = faults_of_the_file(moment).await?;
    let (mut of_disk, mut of_tables) = (Vec::new(), Vec::new());
    for table in tables() {
        if unread.contains(&table) {
            continue;
        }
        if let Err(error) = read_through(moment, table).await {
            of_tables.push(format!("the table {table} cannot be read: {error}"));
            unread.push(table);
            if is_damage(&error) {
                of_disk.push(format!("the table {table}"));
            }
        }
    }
    let mut faults = Vec::new();
    if !gone.is_empty() {
        faults.push(lacks("the database", &listed(&gone), is_on_server));
    }
    let is_sound = of_the_file.is_empty() && of_disk.is_empty();
    if !is_sound {
        faults.push(damaged(&of_disk, is_on_server));
    }
    faults.extend(of_the_file);
    faults.extend(of_tables);
    Ok((faults, unread))
}

/// The table, if all of one is gone.
fn table_of(gone: Gone) -> Option<&'static str> {
    match gone {
        Gone::Table(table) => Some(table),
        Gone::Column(..) => None,
    }
}

/// Reads all that lies in a table, and not only what lies in an index of it.
async fn read_through(moment: &mut Moment, table: &str) -> Result<(), sqlx::Error> {
    let statement = match &moment.on {
        Either::Sqlite(_) => format!("SELECT COUNT(*) FROM {table} NOT INDEXED"),
        Either::Postgres(_) => format!("SELECT COUNT(*) FROM {table}"),
    };
    let counted: Result<i64, sqlx::Error> = at!(moment, on => sqlx::query_scalar(AssertSqlSafe(statement))
        .fetch_one(&mut **on)
        .await);
    counted.map(drop)
}

/// What SQLite says of the pages and indexes of its file. PostgreSQL looks after its own.
async fn faults_of_the_file(moment: &mut Moment) -> Result<Vec<String>, sqlx::Error> {
    match &mut moment.on {
        Either::Sqlite(on) => {
            let said: Result<Vec<String>, sqlx::Error> = sqlx::query_scalar("PRAGMA integrity_check(10)")
                .fetch_all(&mut **on)
                .await;
            match said {
                Ok(said) => Ok(said.into_iter().filter(|line| line != SOUND).collect()),
                Err(error) if is_damage(&error) => {
                    Ok(vec![format!("the file cannot be read through: {error}")])
                }
                Err(error) => Err(error),
            }
        }
        Either::Postgres(_) => Ok(Vec::new()),
    }
}

/// Whether what lies there is damaged, or its disk fails.
fn is_damage(error: &sqlx::Error) -> bool {
    Fault::of(error) == Some(Fault::Damaged)
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
fn faults_of_outcomes(outcomes: &[Outcome], last: Option<Seq>, written: &[Seq]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut took_effect = BTreeSet::new();
    for outcome in outcomes {
        if let Answer::Accepted { seq } = outcome.answer {
            took_effect.insert(seq);
            if last.is_some_and(|last| seq > last) {
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
