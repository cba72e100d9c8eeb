//! Verifies a database: what the database says of its file, every table and what its columns hold, what keeps rows apart, positions
//! without a hole and times that never go back, each audience's `prev`, the fold on both boards, the deals' numbers, the totals, and what
//! became of the commands.

mod columns;
mod indexes;

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::disclosure::seen_by;
use borsklokka_shared::event::Event;
use borsklokka_shared::follow::{Follower, Step};
use borsklokka_shared::ids::{DealNumber, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::totals::Totals;
use borsklokka_shared::wire::EventMessage;
use sqlx::AssertSqlSafe;

use crate::database::{Database, Either, SOUND, on_either};
use crate::log::{self, Answer, Entry, ExchangeRow, Log, LogError, TABLES, outcomes_of};

/// Events that are read at a time.
const READ_EVENTS: u32 = 5_000;
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
    /// How many events it has.
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
        let mut report = check_exchange(log.as_ref(), exchange).await?;
        match check_outcomes(database, log.as_ref(), report.exchange.id).await {
            Ok((outcomes, faults)) => {
                report.outcomes = outcomes;
                report.faults.extend(faults);
            }
            Err(error) => report
                .faults
                .push(format!("what became of the commands cannot be read: {error}")),
        }
        found.reports.push(report);
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

/// Reads what became of every command: each that took effect names a position that there is, and each deal that a device wrote
/// has one.
async fn check_outcomes(
    database: &Database,
    log: &dyn Log,
    exchange: ExchangeId,
) -> Result<(usize, Vec<String>), LogError> {
    let outcomes = outcomes_of(database, exchange).await?;
    let mut faults = Vec::new();
    let newest = log.entries(exchange, None, 1).await;
    let head = newest
        .ok()
        .and_then(|entries| entries.first().map(|entry| entry.recorded.seq));
    let mut took_effect = BTreeSet::new();
    for outcome in &outcomes {
        if let Answer::Accepted { seq } = outcome.answer {
            took_effect.insert(seq);
            if Some(seq) > head {
                faults.push(format!(
                    "the command {} took effect at position {}, which there is not",
                    outcome.command, seq.0
                ));
            }
        }
    }
    let mut before = None;
    // An event that cannot be read is a fault already.
    while let Ok(entries) = log.entries(exchange, before, READ_EVENTS).await
        && let Some(last) = entries.last()
    {
        before = Some(last.recorded.seq);
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
    Ok((outcomes.len(), faults))
}

fn is_of_a_devices_deal(entry: &Entry) -> bool {
    let is_written = matches!(
        entry.recorded.event,
        Event::DealWritten { .. } | Event::DealPosted { .. } | Event::DealHeld { .. }
    );
    is_written && entry.role != Role::Clock
}

async fn check_exchange(log: &dyn Log, exchange: ExchangeRow) -> Result<Report, LogError> {
    let mut followers = Audience::ALL.map(|audience| Follower {
        epoch: exchange.epoch,
        seq: Seq(0),
        at: None,
        board: Board::empty(audience),
    });
    let mut scratch = Board::empty(Audience::Staff);
    let mut faults = Vec::new();
    let mut last = exchange.begins_after;
    let mut latest: Option<Instant> = None;
    let mut events = 0;
    'reading: loop {
        let recorded = match log.read(exchange.id, last, READ_EVENTS).await {
            Ok(recorded) => recorded,
            Err(error @ (LogError::Event { .. } | LogError::Column { .. })) => {
                faults.push(error.to_string());
                break 'reading;
            }
            Err(error @ (LogError::Database(_) | LogError::Erased | LogError::Lost)) => return Err(error),
        };
        if recorded.is_empty() {
            break;
        }
        for recorded in &recorded {
            events += 1;
            if recorded.seq != last.next() {
                faults.push(format!("after position {} comes {}", last.0, recorded.seq.0));
            }
            if latest.is_some_and(|latest| recorded.at < latest) {
                let (seq, before) = (recorded.seq.0, last.0);
                faults.push(format!("position {seq}: recorded earlier than position {before}"));
            }
            (last, latest) = (recorded.seq, Some(recorded.at));
            let audience = borsklokka_shared::disclosure::of_event(&scratch, &recorded.event);
            if audience != recorded.audience {
                let (stored, right) = (recorded.audience.as_str(), audience.as_str());
                faults.push(format!(
                    "position {}: audience {stored}, but the event is for {right}",
                    recorded.seq.0
                ));
            }
            if events == 1 {
                for follower in &mut followers {
                    follower.seq = recorded.prev(follower.board.audience);
                }
            }
            apply(&mut scratch, &recorded.event);
            for follower in &mut followers {
                let audience = follower.board.audience;
                if audience.sees(recorded.audience)
                    && follower.take(&EventMessage::of(recorded, audience)) != Step::Applied
                {
                    faults.push(format!(
                        "position {}: prev is {} for {}, whose last position is {}",
                        recorded.seq.0,
                        recorded.prev(audience).0,
                        audience.as_str(),
                        follower.seq.0
                    ));
                    apply(&mut follower.board, &recorded.event);
                    follower.seq = recorded.position(audience);
                }
                // A log that begins anew says what stays, and frames do not.
                if let Event::BegunAnew { .. } = recorded.event {
                    apply(&mut follower.board, &seen_by(audience, &recorded.event));
                }
            }
        }
    }
    let [public, staff] = followers.map(|follower| follower.board);
    faults.extend(faults_of_boards(&public, &staff));
    Ok(Report {
        exchange,
        events,
        deals: staff.totals.deals,
        outcomes: 0,
        faults,
    })
}

/// What is wrong with the boards that the events make.
fn faults_of_boards(public: &Board, staff: &Board) -> Vec<String> {
    let mut faults = Vec::new();
    for board in [public, staff] {
        let recounted = Totals::recount(board.deals.values(), &board.participants);
        if recounted != board.totals {
            faults.push(format!(
                "the {} board's totals differ from a recount",
                board.audience.as_str()
            ));
        }
    }
    if public.totals != staff.totals {
        faults.push("the public's totals differ from staff's".to_owned());
    }
    if !public
        .deals
        .values()
        .eq(staff.deals.values().filter(|deal| deal.is_public()))
    {
        faults.push("the public's deals are not staff's public deals".to_owned());
    }
    let mut numbers = BTreeMap::<DealNumber, u32>::new();
    for number in staff.deals.values().filter_map(|deal| deal.number) {
        *numbers.entry(number).or_default() += 1;
    }
    for (number, deals) in numbers.into_iter().filter(|(_, deals)| *deals > 1) {
        faults.push(format!("{deals} deals have the number {}", number.0));
    }
    faults
}
