//! Everything that is kept of one person, for that person to have.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::ids::{DealId, ExchangeId, ParticipantId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::kept::Kept as WhatStays;
use borsklokka_shared::participant::Participant;
use borsklokka_shared::privacy::Holding;
use borsklokka_shared::prize::Winner;
use borsklokka_shared::redaction::{Placeholders, participants_of};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Row as _};

use super::tables::{Deals, each_text, is_hers, listed};
use super::{Choice, Plan, Subject, plan, read_all};
use crate::database::{Database, on_either};
use crate::log::personal::{Column, HELD, Held, Hers};
use crate::log::{LogError, open};

/// Everything that is kept of one person.
#[derive(Debug, Serialize)]
pub(crate) struct Kept {
    /// What happened, as far as it says something of them.
    events: Vec<Happened>,
    /// Their rows of each table.
    tables: Vec<Rows>,
    /// Where others name them.
    pub(crate) mentions: Vec<String>,
    /// Their deals as each history left them, in the order in which they were written, and whether that is a history before: to be said in
    /// words.
    #[serde(skip)]
    pub(crate) deals: Vec<(Deal, bool)>,
    /// Every id of theirs.
    #[serde(skip)]
    ids: BTreeSet<ParticipantId>,
    /// What everybody is called, by every id.
    #[serde(skip)]
    names: BTreeMap<ParticipantId, String>,
}

/// An event that says something of them.
#[derive(Debug, Serialize)]
struct Happened {
    seq: Seq,
    at: Instant,
    event: Event,
}

/// Their rows of a table.
#[derive(Debug, Serialize)]
struct Rows {
    table: &'static str,
    #[serde(skip)]
    holding: Holding,
    #[serde(rename = "rows")]
    entries: Vec<Map<String, Value>>,
}

/// Reads it.
///
/// # Errors
/// If the log or a table cannot be read.
pub(crate) async fn kept_of(
    database: &Database,
    exchange: ExchangeId,
    subject: Subject,
    placeholders: Placeholders,
) -> Result<Kept, LogError> {
    let plan = plan(database, exchange, &[subject], placeholders, &Choice::Sure).await?;
    let deals = plan.all_deals();
    let Plan {
        ids,
        mentions,
        events,
        ..
    } = &plan;
    let theirs: BTreeSet<Seq> = events.iter().map(|(seq, _)| *seq).collect();
    let log = read_all(open(database).as_ref(), exchange).await?;
    let names = log.iter().flat_map(|recorded| participants_of(&recorded.event));
    let names = names.map(|one| (one.id, one.name.clone())).collect();
    let agreed = deals_of(&log, ids);
    let is_of_them = |recorded: &Recorded| {
        theirs.contains(&recorded.seq) || is_about(&recorded.event, ids, deals.of_anybody)
    };
    let of_them = log.into_iter().filter(is_of_them);
    let mut tables = Vec::new();
    for held in &HELD {
        // Of mails about their deals, those to the other party have that party's address.
        let deals = match held.hers {
            Hers::Mails | Hers::MailLinks => Deals::default(),
            _ => deals,
        };
        if let (Some(holding), Some(hers)) = (held.holding, is_hers(held, ids, deals)) {
            tables.push(Rows {
                table: held.table,
                holding,
                entries: rows(database, exchange, held, &hers).await?,
            });
        }
    }
    // Whether a photo may be shown is not counted as one, but was said by them.
    if let Some(held) = HELD.iter().find(|held| held.table == "photo_consents") {
        let hers = format!("participant_id IN ({})", listed(ids));
        tables.push(Rows {
            table: held.table,
            holding: Holding::Photos,
            entries: rows(database, exchange, held, &hers).await?,
        });
    }
    let in_confidence = in_confidence(database, exchange, ids).await?;
    // What may be of somebody else of the name is that one's.
    let mentions = mentions.iter().filter(|mention| mention.is_sure);
    let mentions = mentions.map(|mention| &mention.text);
    Ok(Kept {
        events: of_them
            .map(|recorded| Happened {
                seq: recorded.seq,
                at: recorded.at,
                event: of_nobody_else(recorded.event, ids),
            })
            .collect(),
        tables,
        mentions: mentions
            .filter(|text| !in_confidence.contains(*text))
            .cloned()
            .collect(),
        deals: agreed,
        ids: ids.clone(),
        names,
    })
}

/// Whether an event tells of them without a text of theirs.
fn is_about(event: &Event, ids: &BTreeSet<ParticipantId>, deals: &BTreeSet<DealId>) -> bool {
    match event {
        Event::ParticipantArrived { participant } | Event::ArrivalTakenBack { participant } => {
            ids.contains(participant)
        }
        Event::PrizeAwarded { prize } => match prize.winner() {
            Winner::Deal(deal) => deals.contains(&deal),
            Winner::Participant(participant) => ids.contains(&participant),
        },
        _ => false,
    }
}

/// The deals in which they have a part, as they stood when each history ended.
fn deals_of(log: &[Recorded], ids: &BTreeSet<ParticipantId>) -> Vec<(Deal, bool)> {
    let mut board = Board::empty(Audience::Staff);
    let mut deals = Vec::new();
    let mut keep = |board: &Board, is_past: bool| {
        let own = board.deals.values();
        let own = own.filter(|deal| deal.terms.parties().any(|party| ids.contains(&party)));
        deals.extend(own.map(|deal| (deal.clone(), is_past)));
    };
    for recorded in log {
        if matches!(recorded.event, Event::BegunAnew { .. }) {
            keep(&board, true);
        }
        apply(&mut board, &recorded.event);
    }
    keep(&board, false);
    deals.sort_by_key(|(deal, _)| (deal.written_at, deal.id));
    deals
}

/// What others said of their deals, which only the organiser was to read.
async fn in_confidence(
    database: &Database,
    exchange: ExchangeId,
    ids: &BTreeSet<ParticipantId>,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let statement = format!(
        "SELECT text FROM follow_ups WHERE exchange_id = $1 AND text IS NOT NULL AND teller NOT IN ({})",
        listed(ids)
    );
    let texts: Vec<String> = on_either!(database.reading(), on => sqlx::query_scalar(AssertSqlSafe(statement.as_str()))
        .bind(exchange.to_string())
        .fetch_all(on)
        .await)?;
    Ok(texts.into_iter().collect())
}

/// An event without what it says of others beside them: what stays of a whole exchange that goes back to nought.
fn of_nobody_else(event: Event, ids: &BTreeSet<ParticipantId>) -> Event {
    match event {
        Event::BegunAnew {
            epoch,
            kept: Some(kept),
        } => {
            let WhatStays {
                participants,
                listings,
                ..
            } = *kept;
            let own = |of: &ParticipantId| ids.contains(of);
            let kept = WhatStays {
                participants: participants.into_iter().filter(|one| own(&one.id)).collect(),
                listings: listings.into_iter().filter(|one| own(&one.participant)).collect(),
                ..WhatStays::default()
            };
            Event::BegunAnew {
                epoch,
                kept: Some(Box::new(kept)),
            }
        }
        event => event,
    }
}

/// Their rows, each column as a text; but for hashes of secrets, by which somebody else might come in, and for the bytes of a photo,
/// which is handed over as one.
async fn rows(
    database: &Database,
    exchange: ExchangeId,
    held: &Held,
    hers: &str,
) -> Result<Vec<Map<String, Value>>, sqlx::Error> {
    let columns: Vec<(&str, Column)> = held
        .columns
        .iter()
        .copied()
        .filter(|(name, _)| !name.ends_with("_sha256") && *name != "content")
        .collect();
    let cast: Vec<String> = columns
        .iter()
        .map(|(name, _)| format!("CAST({name} AS TEXT)"))
        .collect();
    let statement = format!(
        "SELECT {} FROM {} WHERE exchange_id = $1 AND {hers}",
        cast.join(", "),
        held.table
    );
    let texts: Vec<Vec<Option<String>>> = on_either!(database.reading(), on => {
        sqlx::query(AssertSqlSafe(statement.as_str()))
            .bind(exchange.to_string())
            .fetch_all(on)
            .await
            .and_then(|rows| {
                let texts = rows.iter().map(|row| (0..columns.len()).map(|at| row.try_get(at)).collect());
                texts.collect()
            })
    })?;
    let named = texts.into_iter().map(|row| {
        let fields = columns.iter().zip(row).map(|((name, kind), text)| {
            let value = match (kind, text) {
                (_, None) => Value::Null,
                (Column::Json, Some(text)) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
                (_, Some(text)) => Value::String(text),
            };
            ((*name).to_owned(), value)
        });
        fields.collect()
    });
    Ok(named.collect())
}

impl Kept {
    /// What was said of them on the board.
    pub(crate) fn said(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().map(|happened| &happened.event)
    }

    /// The same with its time.
    pub(crate) fn happened(&self) -> impl Iterator<Item = (Instant, &Event)> {
        self.events.iter().map(|happened| (happened.at, &happened.event))
    }

    /// Whether an id is theirs.
    pub(crate) fn is_theirs(&self, id: ParticipantId) -> bool {
        self.ids.contains(&id)
    }

    /// What somebody is called.
    pub(crate) fn name(&self, id: ParticipantId) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// Their rows of a table.
    pub(crate) fn rows(&self, table: &'static str) -> impl Iterator<Item = &Map<String, Value>> {
        let rows = self.tables.iter().filter(move |rows| rows.table == table);
        rows.flat_map(|rows| &rows.entries)
    }

    /// Each row of a holding, with the texts in it.
    pub(crate) fn lines(&self, holding: Holding) -> impl Iterator<Item = (&Map<String, Value>, Vec<String>)> {
        let tables = self.tables.iter().filter(move |rows| rows.holding == holding);
        tables.flat_map(|rows| {
            let held = HELD.iter().find(|held| held.table == rows.table);
            let columns = held.map_or(&[] as &[(&str, Column)], |held| held.columns);
            rows.entries.iter().map(move |row| {
                let mut texts = Vec::new();
                for (name, _) in columns.iter().filter(|(_, kind)| *kind != Column::Plain) {
                    if let Some(value) = row.get(*name) {
                        each_text(&mut value.clone(), &mut |text| texts.push(text.clone()));
                    }
                }
                (row, texts)
            })
        })
    }
}

/// Everybody of whom something is kept: whom the log names, be it in an archive.
#[derive(Debug)]
pub(crate) struct Known {
    /// The latest of each participant that was not merged into another, nor erased.
    pub(crate) participants: Vec<Participant>,
    /// When somebody was erased.
    pub(crate) erased: Vec<(Instant, BTreeSet<ParticipantId>)>,
}

/// Reads whom the log names.
///
/// # Errors
/// If it cannot be read.
pub(crate) async fn known_in(database: &Database, exchange: ExchangeId) -> Result<Known, LogError> {
    let log = read_all(open(database).as_ref(), exchange).await?;
    let mut named = BTreeMap::new();
    let mut erased = Vec::new();
    for recorded in &log {
        for participant in participants_of(&recorded.event) {
            named.insert(participant.id, participant.clone());
        }
        match &recorded.event {
            Event::ParticipantsMerged { gone, .. } => {
                named.remove(gone);
            }
            Event::DataErased {
                participants,
                people_of,
                ..
            } => {
                named.retain(|id, _| !participants.contains(id));
                erased.push((
                    recorded.at,
                    participants.iter().chain(people_of).copied().collect(),
                ));
            }
            _ => {}
        }
    }
    Ok(Known {
        participants: named.into_values().collect(),
        erased,
    })
}
