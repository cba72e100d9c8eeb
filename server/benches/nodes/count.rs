//! The count of a phase: what was accepted and seen, who had to come back, and how long it took.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use borsklokka::simulate::{ClientError, Report, Tally};
use borsklokka_shared::ids::DealId;
use tokio::time::{Instant, sleep};
use tokio_tungstenite::tungstenite;

use crate::way::Way;

/// How long everybody has to come back and to see the last deals after trade has ended.
const SETTLE: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How many errors of a phase are told.
const TOLD_MAX: usize = 10;

/// What everybody shares.
pub(crate) struct Hall {
    pub(crate) way: Way,
    pub(crate) viewers: usize,
    /// Of all phases.
    tally: Mutex<Tally>,
    phase: Mutex<Phase>,
    begun: Instant,
    trades: AtomicBool,
    /// How many have no socket, and how many wait for the answer to a deal.
    away: AtomicUsize,
    waiting: AtomicUsize,
}

/// What happened in a phase beside what the tally counts.
struct Phase {
    /// The tally as it was.
    before: Report,
    begun: Instant,
    /// Handshakes that were answered 5xx, and those that failed otherwise; both are tried again.
    answered_5xx: u64,
    failed: u64,
    /// Deals that were to be sent again later.
    put_off: u64,
    errors: Vec<String>,
    errors_in_all: u64,
    longest_away: Duration,
    accepted_at: HashMap<DealId, Instant>,
    last_seen_at: HashMap<DealId, Instant>,
}

impl Phase {
    fn after(before: Report) -> Self {
        Self {
            before,
            begun: Instant::now(),
            answered_5xx: 0,
            failed: 0,
            put_off: 0,
            errors: Vec::new(),
            errors_in_all: 0,
            longest_away: Duration::ZERO,
            accepted_at: HashMap::new(),
            last_seen_at: HashMap::new(),
        }
    }

    fn sees(&mut self, deal: DealId) {
        self.last_seen_at.insert(deal, Instant::now());
    }

    /// From when a broker heard that a deal is accepted until the last viewer had it, the longest.
    fn longest_until_seen(&self) -> Duration {
        let until_seen = self.accepted_at.iter().filter_map(|(deal, accepted_at)| {
            let last = self.last_seen_at.get(deal)?;
            Some(last.saturating_duration_since(*accepted_at))
        });
        until_seen.max().unwrap_or_default()
    }
}

/// A phase that is over, as a row of the table.
pub(crate) struct Row {
    lasted: Duration,
    pub(crate) accepted: usize,
    lost: u64,
    doubled: u64,
    errors_in_all: u64,
    pub(crate) errors: Vec<String>,
    reconnects: u64,
    answered_5xx: u64,
    failed: u64,
    put_off: u64,
    longest_away: Duration,
    longest_until_seen: Duration,
}

impl Row {
    /// What must not be.
    pub(crate) fn faults(&self) -> u64 {
        self.lost + self.doubled + self.errors_in_all
    }

    pub(crate) fn markdown(&self, proxy: &str, phase: &str) -> String {
        format!(
            "| {proxy} | {phase} | {:.0} s | {} | {} | {} | {} | {} | {} | {} | {} | {} ms | {} ms |",
            self.lasted.as_secs_f64(),
            self.accepted,
            self.lost,
            self.doubled,
            self.errors_in_all,
            self.reconnects,
            self.answered_5xx,
            self.failed,
            self.put_off,
            self.longest_away.as_millis(),
            self.longest_until_seen.as_millis(),
        )
    }
}

impl Hall {
    pub(crate) fn new(way: Way, viewers: usize) -> Self {
        let tally = Tally::new(viewers);
        Self {
            way,
            viewers,
            phase: Mutex::new(Phase::after(tally.report())),
            tally: Mutex::new(tally),
            begun: Instant::now(),
            trades: AtomicBool::new(false),
            away: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
        }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().expect("nothing panics while it counts")
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().expect("nothing panics while it counts")
    }

    fn now_us(&self) -> u64 {
        self.begun.elapsed().as_micros() as u64
    }

    /// Begins a phase: brokers write.
    pub(crate) fn begin(&self) {
        let before = self.tally().report();
        *self.phase() = Phase::after(before);
        self.trades.store(true, Ordering::SeqCst);
    }

    /// Ends it: brokers write no more, and everybody has time to come back and to see all that was accepted.
    pub(crate) async fn end(&self) -> Row {
        self.trades.store(false, Ordering::SeqCst);
        let lasted = self.phase().begun.elapsed();
        let ended = Instant::now();
        while !self.is_settled() && ended.elapsed() < SETTLE {
            sleep(LOOK_EVERY).await;
        }
        let now = self.tally().report();
        let mut phase = self.phase();
        let unanswered = now.unanswered;
        if unanswered > 0 {
            phase.errors_in_all += unanswered;
            phase.errors.push(format!("{unanswered} deals were not answered"));
        }
        let away = self.away.load(Ordering::SeqCst);
        if away > 0 {
            phase.errors_in_all += 1;
            phase.errors.push(format!("{away} did not come back"));
        }
        Row {
            lasted,
            accepted: now.accepted - phase.before.accepted,
            lost: now.lost,
            doubled: now.doubled - phase.before.doubled,
            errors_in_all: phase.errors_in_all,
            errors: phase.errors.clone(),
            reconnects: now.reconnects - phase.before.reconnects,
            answered_5xx: phase.answered_5xx,
            failed: phase.failed,
            put_off: phase.put_off,
            longest_away: phase.longest_away,
            longest_until_seen: phase.longest_until_seen(),
        }
    }

    fn is_settled(&self) -> bool {
        self.away.load(Ordering::SeqCst) == 0 && self.waiting.load(Ordering::SeqCst) == 0 && {
            let tally = self.tally();
            (0..self.viewers).all(|viewer| tally.has_all(viewer))
        }
    }

    /// Whether brokers write.
    pub(crate) fn trades(&self) -> bool {
        self.trades.load(Ordering::SeqCst)
    }

    /// All deals that were accepted.
    pub(crate) fn accepted(&self) -> BTreeSet<DealId> {
        self.tally().accepted().collect()
    }

    pub(crate) fn writes(&self, deal: DealId) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let now_us = self.now_us();
        self.tally().post(deal, now_us);
    }

    pub(crate) fn is_accepted(&self, deal: DealId) {
        self.tally().accept(deal);
        self.phase().accepted_at.insert(deal, Instant::now());
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn is_refused(&self, code: &str) {
        self.tally().refuse(code);
        self.error(format!("a deal was refused: {code}"));
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn is_put_off(&self) {
        self.phase().put_off += 1;
    }

    pub(crate) fn sees(&self, viewer: usize, deal: DealId) {
        let now_us = self.now_us();
        self.tally().see(viewer, deal, now_us);
        self.phase().sees(deal);
    }

    pub(crate) fn sees_board(&self, viewer: usize, deals: &[DealId]) {
        let new = self.tally().see_board(viewer, deals.iter().copied());
        let mut phase = self.phase();
        for deal in new {
            phase.sees(deal);
        }
    }

    /// Somebody has lost the connection.
    pub(crate) fn leaves(&self, over_hole: bool) {
        self.away.fetch_add(1, Ordering::SeqCst);
        self.tally().come_back(over_hole);
    }

    /// And is back, after so long.
    pub(crate) fn is_back(&self, is_viewer: bool, after: Duration) {
        if is_viewer {
            let mut phase = self.phase();
            phase.longest_away = phase.longest_away.max(after);
        }
        self.away.fetch_sub(1, Ordering::SeqCst);
    }

    /// Somebody was not let in, and tries again. What a client is told for good is an error.
    pub(crate) fn turned_away(&self, error: &ClientError) {
        let status = match error {
            ClientError::Socket(error) => match &**error {
                tungstenite::Error::Http(answer) => Some(answer.status()),
                _ => None,
            },
            ClientError::NoExchange(_) => Some(tungstenite::http::StatusCode::NOT_FOUND),
            _ => None,
        };
        match status {
            Some(status) if status.is_server_error() => self.phase().answered_5xx += 1,
            Some(status) => self.error(format!("a handshake was answered {status}")),
            None => self.phase().failed += 1,
        }
    }

    /// Something that must not be.
    pub(crate) fn error(&self, what: String) {
        let mut phase = self.phase();
        phase.errors_in_all += 1;
        if phase.errors.len() < TOLD_MAX {
            phase.errors.push(what);
        }
    }
}
