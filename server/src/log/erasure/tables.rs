//! The tables beside the log, read for whoever is erased: what they are called there, where others name them, how many rows are theirs.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::ids::{DealId, ExchangeId, ParticipantId};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::privacy::{Count, Holding};
use borsklokka_shared::redaction::{Likeness, Names, is_address};
use borsklokka_shared::registration::Entry;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use crate::database::{Database, on_either};
use crate::log::personal::{Column, HELD, Held, Hers};

/// The column that says whose a row is.
const PARTICIPANT: &str = "participant_id";

/// Ids as a list in a statement. They are ours: hexadecimal digits and hyphens.
pub(super) fn listed(ids: impl IntoIterator<Item = impl ToString>) -> String {
    let ids: Vec<String> = ids
        .into_iter()
        .map(|id| format!("'{}'", id.to_string()))
        .collect();
    if ids.is_empty() {
        "''".to_owned()
    } else {
        ids.join(", ")
    }
}

/// The deals that named somebody who is erased, at any time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deals<'a> {
    /// That named one of whom nothing but a placeholder is left.
    pub(super) of_whole: &'a BTreeSet<DealId>,
    /// That named any of them, or whom they speak for.
    pub(super) of_anybody: &'a BTreeSet<DealId>,
}

impl Default for Deals<'_> {
    fn default() -> Self {
        static NONE: BTreeSet<DealId> = BTreeSet::new();
        Self {
            of_whole: &NONE,
            of_anybody: &NONE,
        }
    }
}

/// Which rows of a table are theirs; nothing if none can be.
pub(super) fn is_hers(held: &Held, ids: &BTreeSet<ParticipantId>, deals: Deals<'_>) -> Option<String> {
    match held.hers {
        Hers::None | Hers::Log => None,
        Hers::Rows(columns) => {
            let ids = listed(ids);
            let each: Vec<String> = columns
                .iter()
                .map(|column| format!("COALESCE({column}, '') IN ({ids})"))
                .collect();
            Some(format!("({})", each.join(" OR ")))
        }
        Hers::Said(column) => Some(format!("{column} IN ({})", listed(ids))),
        // A matter is an id, or a deal's and a party's.
        Hers::Mails => {
            let is_about = |part| is_about(part, ids, deals);
            Some(format!(
                "({} OR {})",
                is_about("substr(about, 1, 36)"),
                is_about("substr(about, 38, 36)")
            ))
        }
        // What another party is asked of such a deal it can still answer.
        Hers::MailLinks => {
            let (is_about, ids) = (is_about("about", ids, deals), listed(ids));
            Some(format!("({is_about} OR substr(about, 38, 36) IN ({ids}))"))
        }
        Hers::OfDeals => Some(format!("deal_id IN ({})", listed(deals.of_anybody))),
        Hers::Links => Some(format!(
            "deal_id IN ({}) AND revoked_at_ms IS NULL",
            listed(deals.of_whole)
        )),
    }
}

/// Whether a matter's part is theirs: their id, that of a deal of theirs, or that of a registration that was found to be theirs.
fn is_about(part: &str, ids: &BTreeSet<ParticipantId>, deals: Deals<'_>) -> String {
    let each = ids.iter().map(ToString::to_string);
    let each = listed(each.chain(deals.of_whole.iter().map(ToString::to_string)));
    let ids = listed(ids);
    format!(
        "{part} IN ({each}) OR {part} IN (SELECT id FROM registrations WHERE exchange_id = $1 AND participant_id IN ({ids}))"
    )
}

/// The texts of a statement about the exchange (`$1`).
async fn texts(
    database: &Database,
    exchange: ExchangeId,
    statement: String,
) -> Result<Vec<String>, sqlx::Error> {
    on_either!(database.reading(), on => sqlx::query_scalar(AssertSqlSafe(statement.as_str()))
        .bind(exchange.to_string())
        .fetch_all(on)
        .await)
}

/// What they are called in their own rows.
pub(super) async fn add_names(
    database: &Database,
    exchange: ExchangeId,
    ids: &BTreeSet<ParticipantId>,
    whole: &BTreeSet<ParticipantId>,
    names: &mut Names,
) -> Result<(), sqlx::Error> {
    for held in &HELD {
        let Some(hers) = is_hers(held, ids, Deals::default()) else {
            continue;
        };
        for (column, kind) in held.columns {
            let statement = format!(
                "SELECT DISTINCT {column} FROM {} WHERE exchange_id = $1 AND {column} IS NOT NULL AND {hers}",
                held.table
            );
            match kind {
                Column::Plain | Column::Text => {}
                Column::Owner => {
                    for name in texts(database, exchange, statement).await? {
                        names.add_name(&name);
                    }
                }
                Column::Optional => {
                    for text in texts(database, exchange, statement).await? {
                        if text.contains('@') {
                            names.add_whole(&text);
                        } else {
                            names.add_phone(&text);
                        }
                    }
                }
                Column::Json => {
                    for entry in texts(database, exchange, statement).await? {
                        if let Ok(entry) = serde_json::from_str::<Entry>(&entry) {
                            add_names_of_entry(&entry, !whole.is_empty(), names);
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

fn add_names_of_entry(entry: &Entry, is_whole: bool, names: &mut Names) {
    let contact = &entry.contact;
    if let Some(person) = &contact.person {
        names.add_name(person);
    }
    if let Some(email) = &contact.email {
        names.add_whole(email);
    }
    if let Some(phone) = &contact.phone {
        names.add_phone(phone);
    }
    match entry.sector {
        Sector::Individual => names.add_name(&entry.name),
        Sector::Business | Sector::Public | Sector::Voluntary if is_whole => names.add_whole(&entry.name),
        Sector::Business | Sector::Public | Sector::Voluntary => {}
    }
}

/// A text of others in which they are named.
#[derive(Debug, Default)]
pub(super) struct Mentioned {
    /// Whether anything is left of it where the name is taken out.
    pub(super) is_left: bool,
    /// Whose row goes with the name.
    pub(super) of: BTreeSet<ParticipantId>,
}

/// The texts of others in which they are named.
pub(super) async fn mentioned(
    database: &Database,
    exchange: ExchangeId,
    ids: &BTreeSet<ParticipantId>,
    deals: Deals<'_>,
    names: &Names,
) -> Result<BTreeMap<String, Mentioned>, sqlx::Error> {
    let mut found: BTreeMap<String, Mentioned> = BTreeMap::new();
    for held in HELD.iter().filter(|held| held.hers != Hers::Log) {
        let not_hers = match held.hers {
            Hers::Rows(_) | Hers::Said(_) | Hers::Mails => {
                is_hers(held, ids, deals).map(|hers| format!(" AND NOT {hers}"))
            }
            Hers::None | Hers::OfDeals | Hers::Links | Hers::MailLinks | Hers::Log => None,
        };
        let not_hers = not_hers.unwrap_or_default();
        let has_owner = held.columns.iter().any(|(name, _)| *name == PARTICIPANT);
        for (column, kind) in held.columns.iter().filter(|(_, kind)| *kind != Column::Plain) {
            let of = if *kind == Column::Owner && has_owner {
                PARTICIPANT
            } else {
                "''"
            };
            let statement = format!(
                "SELECT DISTINCT {column}, {of} FROM {} WHERE exchange_id = $1 AND {column} IS NOT NULL{not_hers}",
                held.table
            );
            let rows: Vec<(String, String)> = on_either!(database.reading(), on => {
                sqlx::query_as(AssertSqlSafe(statement.as_str()))
                    .bind(exchange.to_string())
                    .fetch_all(on)
                    .await
            })?;
            for (text, of) in rows {
                match kind {
                    Column::Plain => {}
                    Column::Text => found.entry(text).or_default().is_left = true,
                    Column::Optional | Column::Owner => {
                        found
                            .entry(text)
                            .or_default()
                            .of
                            .extend(of.parse::<ParticipantId>());
                    }
                    Column::Json => {
                        if let Ok(mut value) = serde_json::from_str(&text) {
                            each_text(&mut value, &mut |text| {
                                found.entry(text.clone()).or_default().is_left = true;
                            });
                        }
                    }
                }
            }
        }
    }
    // Somebody else's address is theirs, even if the name is the same.
    found.retain(|text, _| match names.found(text) {
        Some(Likeness::Whole) => true,
        Some(Likeness::Part) => !is_address(text),
        None => false,
    });
    Ok(found)
}

/// Goes through the texts of a value; its keys are none.
pub(super) fn each_text(value: &mut Value, on: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => on(text),
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, on)),
        Value::Object(fields) => fields.values_mut().for_each(|value| each_text(value, on)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// How many rows are theirs, of each holding.
pub(super) async fn count(
    database: &Database,
    exchange: ExchangeId,
    ids: &BTreeSet<ParticipantId>,
    deals: Deals<'_>,
) -> Result<Vec<Count>, sqlx::Error> {
    let mut counts: BTreeMap<Holding, u32> = BTreeMap::new();
    for held in &HELD {
        let (Some(holding), Some(hers)) = (held.holding, is_hers(held, ids, deals)) else {
            continue;
        };
        let statement = format!(
            "SELECT COUNT(*) FROM {} WHERE exchange_id = $1 AND {hers}",
            held.table
        );
        let rows: i64 = on_either!(database.reading(), on => sqlx::query_scalar(AssertSqlSafe(statement.as_str()))
            .bind(exchange.to_string())
            .fetch_one(on)
            .await)?;
        *counts.entry(holding).or_default() += u32::try_from(rows).unwrap_or(u32::MAX);
    }
    let counted = counts.into_iter().filter(|(_, entries)| *entries > 0);
    Ok(counted
        .map(|(holding, entries)| Count { holding, entries })
        .collect())
}
