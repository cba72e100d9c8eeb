//! Erasing somebody: the log is written anew without them, their rows go, and another history begins, in one transaction.
//!
//! It is planned first, so that the organiser sees what goes and chooses among the texts of others. The plan holds for the log as it was
//! read: an event at the next position says that somebody was erased, so a writer that was quicker makes the transaction fail, and one
//! that is slower reads that event and begins anew.

mod kept;
mod tables;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::ids::{DealId, ExchangeId, ListingId, ParticipantId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::participant::{Participant, Sector};
use borsklokka_shared::privacy::{Count, Extent, Holding, Mention};
use borsklokka_shared::redaction::{
    Likeness, Names, Placeholders, Redaction, every_id, participants_of, terms_of,
};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

pub(crate) use self::kept::{Kept, Known, kept_of, known_in};
use self::tables::{Deals, Mentioned};
pub(crate) use self::writing::{Erasing, Unerased, erase};
use super::{Log, LogError, open, terms_sha256};
use crate::database::{Database, on_either};

/// Events that are read at a time.
const READ_EVENTS: u32 = 5_000;
/// Events at the beginning of a log among which are the participants that it was copied with.
const COPIED_WITHIN: u32 = 2_000;
/// Bytes of a hash by which a text is chosen.
const CHOSEN_BY_BYTES: usize = 12;

/// Who is erased, and how much of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Subject {
    pub(crate) id: ParticipantId,
    pub(crate) extent: Extent,
}

/// In which texts of others the names are taken out.
#[derive(Clone, Debug)]
pub(crate) enum Choice {
    /// Those in which the whole name, number or address stands.
    Sure,
    /// These, by their ids.
    These(BTreeSet<String>),
}

/// What erasing somebody does to a log and to the tables beside it.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What goes.
    pub(crate) goes: Vec<Count>,
    /// How many deals stay that named them.
    pub(crate) deals: u32,
    /// Texts of others.
    pub(crate) mentions: Vec<Mention>,
    /// What was looked at.
    pub(crate) seen: String,
    redaction: Redaction,
    /// Whose rows go: every id of theirs.
    ids: BTreeSet<ParticipantId>,
    /// Those of whom nothing but a placeholder is left.
    whole: BTreeSet<ParticipantId>,
    people_of: BTreeSet<ParticipantId>,
    /// The deals that named any of them at any time.
    deals_of_anybody: BTreeSet<DealId>,
    /// What they still offer and wish: nobody is to ask them for it.
    listings: Vec<ListingId>,
    /// The events that say something else from now on.
    events: Vec<(Seq, Event)>,
    /// Texts of theirs, with what takes their place.
    gone: BTreeMap<String, String>,
    /// What is kept of terms under which somebody signed, before and after.
    terms: BTreeMap<String, String>,
    head: Head,
}

impl Plan {
    /// The other exchanges in which they stand under the same id, as in a copy of this one, and where nobody erased them; by address. Who is
    /// copied stands at the beginning of the log.
    ///
    /// # Errors
    /// If the logs cannot be read.
    pub(crate) async fn elsewhere(
        &self,
        database: &Database,
        exchange: ExchangeId,
    ) -> Result<Vec<String>, sqlx::Error> {
        let says = |of: &str| {
            let names = self.ids.iter().map(|id| format!("{of}.event LIKE '%{id}%'"));
            names.collect::<Vec<_>>().join(" OR ")
        };
        let statement = format!(
            "SELECT DISTINCT slug FROM exchanges JOIN events ON events.exchange_id = exchanges.id WHERE exchanges.id <> $1 AND events.seq <= \
             {COPIED_WITHIN} AND ({}) AND NOT EXISTS (SELECT 1 FROM events gone WHERE gone.exchange_id = exchanges.id AND gone.event LIKE \
             '%\"data_erased\"%' AND ({})) ORDER BY slug",
            says("events"),
            says("gone")
        );
        on_either!(database.reading(), on => sqlx::query_scalar(AssertSqlSafe(statement.as_str()))
            .bind(exchange.to_string())
            .fetch_all(on)
            .await)
    }

    fn all_deals(&self) -> Deals<'_> {
        Deals {
            of_whole: self.redaction.deals(),
            of_anybody: &self.deals_of_anybody,
        }
    }
}

/// Where the log stood.
#[derive(Clone, Copy, Debug)]
struct Head {
    seq: Seq,
    public: Seq,
    at: Instant,
}

/// Plans to erase somebody.
///
/// # Errors
/// If the log or a table cannot be read.
pub(crate) async fn plan(
    database: &Database,
    exchange: ExchangeId,
    subjects: &[Subject],
    placeholders: Placeholders,
    choice: &Choice,
) -> Result<Plan, LogError> {
    let log = read_all(open(database).as_ref(), exchange).await?;
    let events = || log.iter().map(|recorded| &recorded.event);
    let of = |extent: Extent| -> BTreeSet<ParticipantId> {
        let of_extent = subjects.iter().filter(|subject| subject.extent == extent);
        every_id(events(), &of_extent.map(|subject| subject.id).collect())
    };
    let (whole, people_of) = (of(Extent::Whole), of(Extent::Person));
    let ids: BTreeSet<ParticipantId> = whole.union(&people_of).copied().collect();
    let mut names = Names::default();
    for participant in events().flat_map(participants_of) {
        if !whole.contains(&participant.id) {
            continue;
        }
        match participant.sector {
            Sector::Individual => names.add_name(&participant.name),
            Sector::Business | Sector::Public | Sector::Voluntary => names.add_whole(&participant.name),
        }
    }
    tables::add_names(database, exchange, &ids, &whole, &mut names).await?;
    let redaction = Redaction::plan(events(), &whole, placeholders, names);

    let deals_of_anybody: BTreeSet<DealId> = events()
        .flat_map(terms_of)
        .filter(|(_, terms)| terms.parties().any(|party| ids.contains(&party)))
        .map(|(deal, _)| deal)
        .collect();
    let deals = Deals {
        of_whole: redaction.deals(),
        of_anybody: &deals_of_anybody,
    };
    // Mails about their deals are emptied, whatever is chosen.
    let mut texts = tables::mentioned(database, exchange, &ids, deals, redaction.names()).await?;
    for text in events().flat_map(|event| redaction.mentioned(event)) {
        texts.entry(text).or_default().is_left = true;
    }
    let others: BTreeMap<ParticipantId, &Participant> = events()
        .flat_map(participants_of)
        .filter(|participant| !whole.contains(&participant.id))
        .map(|participant| (participant.id, participant))
        .collect();
    let mentions = texts.into_iter();
    let mentions: Vec<Mention> = mentions
        .map(|(text, found)| mention(&redaction, text, &found, &others))
        .collect();
    let is_chosen = |mention: &&Mention| match choice {
        Choice::Sure => mention.is_sure,
        Choice::These(chosen) => chosen.contains(&mention.id),
    };
    let chosen = mentions.iter().filter(is_chosen);
    let chosen = chosen.map(|mention| mention.text.clone()).collect();
    // Before the choice, which is made of what is told here.
    let own = events()
        .filter(|event| redaction.redacted(event).is_some())
        .count();
    let redaction = redaction.out_of(chosen);

    let rewritten = log.iter().filter_map(|recorded| {
        let left = redaction.redacted(&recorded.event)?;
        Some((recorded.seq, left))
    });
    let rewritten: Vec<(Seq, Event)> = rewritten.collect();
    let deals = Deals {
        of_whole: redaction.deals(),
        of_anybody: &deals_of_anybody,
    };
    let mut goes = tables::count(database, exchange, &ids, deals).await?;
    if own > 0 {
        let board = Count {
            holding: Holding::Board,
            entries: own as u32,
        };
        goes.insert(0, board);
    }
    let seen = fingerprint(subjects, &goes, &mentions);
    let newest = log.last();
    Ok(Plan {
        deals: redaction.deals().len() as u32,
        listings: listings_of(&log, &whole),
        gone: events().flat_map(|event| redaction.gone(event)).collect(),
        terms: terms_of_both(&log, &rewritten),
        head: Head {
            seq: newest.map_or(Seq(0), |recorded| recorded.seq),
            public: newest.map_or(Seq(0), |recorded| recorded.position(Audience::Public)),
            at: newest.map_or(Instant::default(), |recorded| recorded.at),
        },
        events: rewritten,
        redaction,
        deals_of_anybody,
        ids,
        whole,
        people_of,
        goes,
        mentions,
        seen,
    })
}

/// The whole log, what was archived too.
pub(crate) async fn read_all(log: &dyn Log, exchange: ExchangeId) -> Result<Vec<Recorded>, LogError> {
    let mut all: Vec<Recorded> = Vec::new();
    loop {
        let after = all.last().map_or(Seq(0), |recorded| recorded.seq);
        let more = log.read(exchange, after, READ_EVENTS).await?;
        if more.is_empty() {
            return Ok(all);
        }
        all.extend(more);
    }
}

/// What participants offer and wish at the end of a log.
fn listings_of(log: &[Recorded], participants: &BTreeSet<ParticipantId>) -> Vec<ListingId> {
    let mut board = Board::empty(Audience::Staff);
    for recorded in log {
        apply(&mut board, &recorded.event);
    }
    let listings = board.listings.into_values();
    listings
        .filter(|listing| participants.contains(&listing.participant))
        .map(|listing| listing.id)
        .collect()
}

fn mention(
    redaction: &Redaction,
    text: String,
    found: &Mentioned,
    others: &BTreeMap<ParticipantId, &Participant>,
) -> Mention {
    let names = redaction.names();
    let replaced = || names.replaced(&text, redaction.placeholders());
    let of: Vec<&Participant> = found.of.iter().filter_map(|of| others.get(of).copied()).collect();
    // Somebody of the same name, who is in the list of participants too, by that name or by a contact of their own.
    let is_anothers = others.values().any(|participant| participant.name == text)
        || of
            .iter()
            .any(|participant| participant.sector == Sector::Individual);
    Mention {
        id: hex::encode(&Sha256::digest(&text)[..CHOSEN_BY_BYTES]),
        left: found.is_left.then(replaced).unwrap_or_default(),
        is_sure: names.found(&text) == Some(Likeness::Whole) && !is_anothers,
        of: of.iter().map(|participant| participant.name.clone()).collect(),
        text,
    }
}

/// What the organiser looked at: nothing that she did not see goes or stays.
fn fingerprint(subjects: &[Subject], goes: &[Count], mentions: &[Mention]) -> String {
    let seen = (
        subjects
            .iter()
            .map(|subject| (subject.id, subject.extent))
            .collect::<Vec<_>>(),
        goes,
        mentions.iter().map(|mention| &mention.id).collect::<Vec<_>>(),
    );
    let seen = serde_json::to_vec(&seen).expect("it has string keys and whole numbers only");
    hex::encode(Sha256::digest(seen))
}

/// What is kept of each deal's terms, as they were and as they will have been: who signed them has signed the same.
fn terms_of_both(log: &[Recorded], rewritten: &[(Seq, Event)]) -> BTreeMap<String, String> {
    let rewritten: BTreeMap<Seq, &Event> = rewritten.iter().map(|(seq, event)| (*seq, event)).collect();
    let touched: BTreeSet<DealId> = rewritten
        .values()
        .flat_map(|event| terms_of(event))
        .map(|(deal, _)| deal)
        .collect();
    let mut pairs = BTreeMap::new();
    if touched.is_empty() {
        return pairs;
    }
    let [mut before, mut after] = [Board::empty(Audience::Staff), Board::empty(Audience::Staff)];
    for recorded in log {
        apply(&mut before, &recorded.event);
        apply(
            &mut after,
            rewritten.get(&recorded.seq).unwrap_or(&&recorded.event),
        );
        let said: Vec<DealId> = match &recorded.event {
            Event::ParticipantsMerged { .. } => touched.iter().copied().collect(),
            Event::DealRecalled { deal } => vec![*deal],
            event => terms_of(event).map(|(deal, _)| deal).collect(),
        };
        for deal in said {
            if let (Some(was), Some(is)) = (before.deals.get(&deal), after.deals.get(&deal))
                && was.terms != is.terms
            {
                pairs.insert(terms_sha256(&was.terms), terms_sha256(&is.terms));
            }
        }
    }
    pairs
}
