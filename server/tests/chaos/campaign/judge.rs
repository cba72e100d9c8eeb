//! What is looked at after a fault: nothing lost, nothing doubled, nothing told that nobody may know, and everybody sees the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use borsklokka::check::check;
use borsklokka::database::Database;
use borsklokka::log;
use borsklokka::simulate::Client;
use borsklokka_shared::event::Event;
use borsklokka_shared::ids::{DealId, Seq};
use tokio::time::{Instant, sleep};

use super::hall::Hall;
use super::people::{Seen, says};
use super::tablet::SECRET;

/// How long those who watch may take to see the last deal.
const SEEN_WITHIN: Duration = Duration::from_secs(15);

/// How far the clock by which rounds run may be from where it would be without the fault, in milliseconds: connecting takes time too.
const CLOCK_OFF_MS_MAX: i64 = 1_500;

/// What came of a fault.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) written: usize,
    pub(crate) lost: usize,
    /// Deals that were answered, and went with the database that had them.
    pub(crate) gone: usize,
    pub(crate) doubled: usize,
    pub(crate) leaked: usize,
    /// How often a tablet was told to send a deal again later.
    pub(crate) put_off: usize,
    /// How long the floor was open by the server's clock, in milliseconds.
    pub(crate) lasted_ms: i64,
    /// What else is wrong, in words.
    pub(crate) wrong: Vec<String>,
    /// How long it took until every tablet had a deal accepted again.
    pub(crate) recovered: Duration,
    /// The server's memory after it, as a share of what it held before.
    pub(crate) memory: Option<f64>,
}

impl Verdict {
    pub(crate) fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.leaked == 0 && self.wrong.is_empty()
    }
}

/// Looks, and ends the evening.
pub(crate) async fn judge(hall: &mut Hall, verdict: &mut Verdict) {
    walls_agree(hall, verdict).await;
    verdict.leaked = usize::from(hall.public.has_leaked());
    let written: BTreeMap<DealId, String> = {
        let books = hall.tablets.iter().map(|tablet| tablet.book().written.clone());
        books
            .flatten()
            .filter(|(deal, _)| !hall.gone.contains(deal))
            .collect()
    };
    verdict.gone = hall.gone.len();
    for tablet in &hall.tablets {
        let mut book = tablet.book();
        verdict.put_off += book.put_off;
        verdict.wrong.append(&mut book.wrong);
    }
    hall.ends();
    let database = match Database::open(&hall.url).await {
        Ok(database) => database,
        Err(error) => {
            verdict
                .wrong
                .push(format!("the database cannot be opened: {error}"));
            return;
        }
    };
    let log = log::open(&database);
    let exchange = log.exchanges().await.expect("listed").remove(0);
    let recorded = log.read(exchange.id, Seq(0), u32::MAX).await.expect("readable");
    let is_opening = |event: &Event| matches!(event, Event::FloorOpened { .. });
    let opened = recorded.iter().find(|recorded| is_opening(&recorded.event));
    if let (Some(opened), Some(last)) = (opened, recorded.last()) {
        verdict.lasted_ms = last.at.ms_since(opened.at);
    }
    if !recorded.is_sorted_by_key(|recorded| recorded.at) {
        verdict.wrong.push("exchange time ran backwards".to_owned());
    }
    let mut texts: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = BTreeSet::new();
    let mut milestones = BTreeSet::new();
    for recorded in &recorded {
        match &recorded.event {
            Event::DealWritten { deal } => {
                found.insert(deal.id);
                *texts.entry(says(deal).to_owned()).or_default() += 1;
            }
            Event::MilestoneReached { milestone, .. } if !milestones.insert(*milestone) => {
                verdict.wrong.push(format!("{milestone:?} was reached twice"));
            }
            _ => {}
        }
    }
    verdict.written = written.len() + verdict.gone;
    verdict.lost = written.keys().filter(|deal| !found.contains(deal)).count();
    verdict.doubled = texts.values().filter(|count| **count > 1).count()
        + found.iter().filter(|deal| !written.contains_key(deal)).count();
    let checked = check(&database).await.expect("readable");
    if checked.faults_in_all() > 0 {
        verdict.wrong.push(format!("the check finds {checked:?}"));
    }
    database.close().await;
}

/// Everybody who watched through all of it sees what somebody sees who comes now: every deal once that is not secret.
async fn walls_agree(hall: &Hall, verdict: &mut Verdict) {
    let is_meant = |(deal, text): &(&DealId, &String)| !text.starts_with(SECRET) && !hall.gone.contains(deal);
    let meant: usize = hall
        .tablets
        .iter()
        .map(|tablet| tablet.book().written.iter().filter(is_meant).count())
        .sum();
    let since = Instant::now();
    let fresh = loop {
        let Ok(fresh) = Client::connect(&hall.public.address.to_string(), "drammen", None).await else {
            let wrong = "a wall that comes now is not let in".to_owned();
            verdict.wrong.push(wrong);
            return;
        };
        let board = &fresh.follower.as_ref().expect("welcomed").board;
        let shown = board.public_deals().len();
        if shown == meant {
            break fresh;
        }
        // A node that lost sight of the database looks how far the others have come every few seconds.
        if since.elapsed() > SEEN_WITHIN {
            let wrong = format!("{shown} deals are on the wall, {meant} were written");
            verdict.wrong.push(wrong);
            break fresh;
        }
        sleep(Duration::from_millis(200)).await;
    };
    let (began, at) = hall.began;
    let off_ms = fresh.server_now.ms_since(began) - at.elapsed().as_millis() as i64;
    if off_ms.abs() > CLOCK_OFF_MS_MAX && !hall.fault.leaps() {
        let wrong = format!("the round's clock is {off_ms} ms off");
        verdict.wrong.push(wrong);
    }
    let fresh = fresh.follower.expect("welcomed");
    let since = Instant::now();
    let agrees = |wall: &Seen| {
        let seen = wall.lock().expect("no panic");
        seen.as_ref()
            .is_some_and(|seen| seen.seq >= fresh.seq && (seen.seq > fresh.seq || seen.board == fresh.board))
    };
    let walls: Vec<Seen> = hall.walls.iter().map(Arc::clone).collect();
    while !walls.iter().all(agrees) {
        if since.elapsed() > SEEN_WITHIN {
            let behind = walls.iter().filter(|wall| !agrees(wall)).count();
            verdict.wrong.push(format!(
                "{behind} walls see something else than one that comes now"
            ));
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
}
