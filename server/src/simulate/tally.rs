//! What was posted, accepted and seen: the count of a simulated evening, and whether anything was lost.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use borsklokka_shared::ids::DealId;
use hdrhistogram::Histogram;
use serde::Serialize;

/// The longest latency that is told apart, in microseconds.
const LATENCY_US_MAX: u64 = 60_000_000;

/// The count of an evening, as it goes on.
pub struct Tally {
    viewers: Vec<HashSet<DealId>>,
    posted: HashSet<DealId>,
    accepted: HashSet<DealId>,
    refused: BTreeMap<String, u64>,
    doubled: u64,
    holes: u64,
    reconnects: u64,
    /// Deals that viewers saw, of all viewers together.
    seen: u64,
    latency_us: Histogram<u64>,
    posted_at_us: HashMap<DealId, u64>,
}

/// The count of an evening, when it is over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Deals that brokers wrote.
    pub posted: usize,
    /// Of them, those that the server accepted.
    pub accepted: usize,
    /// Refusals for good, by their code.
    pub refused: BTreeMap<String, u64>,
    /// Deals that were never answered, because the server did not come back in time.
    pub unanswered: u64,
    /// How many watched.
    pub viewers: usize,
    /// Accepted deals that every viewer has.
    pub seen_by_every_viewer: usize,
    /// Accepted deals that a viewer has not, counted for each viewer.
    pub lost: u64,
    /// Deals that were struck twice before a viewer's eyes.
    pub doubled: u64,
    /// Holes that a client found in the order of events, and mended by coming back.
    pub holes: u64,
    /// How often a client had to come back.
    pub reconnects: u64,
    /// From just before a post until a viewer has its event: the half, in milliseconds.
    pub latency_p50_ms: f64,
    /// The same, of all but one in a hundred.
    pub latency_p99_ms: f64,
    /// The same, the longest.
    pub latency_max_ms: f64,
}

impl Tally {
    /// Nothing yet, before so many viewers.
    pub fn new(viewers: usize) -> Self {
        Self {
            viewers: vec![HashSet::new(); viewers],
            posted: HashSet::new(),
            accepted: HashSet::new(),
            refused: BTreeMap::new(),
            doubled: 0,
            holes: 0,
            reconnects: 0,
            seen: 0,
            latency_us: Histogram::new_with_bounds(1, LATENCY_US_MAX, 3).expect("bounds that fit each other"),
            posted_at_us: HashMap::new(),
        }
    }

    /// A broker is about to send a deal, at `at_us` of the evening.
    pub fn post(&mut self, deal: DealId, at_us: u64) {
        self.posted.insert(deal);
        self.posted_at_us.insert(deal, at_us);
    }

    /// The server has accepted it.
    pub fn accept(&mut self, deal: DealId) {
        self.accepted.insert(deal);
    }

    /// All that the server has accepted.
    pub fn accepted(&self) -> impl Iterator<Item = DealId> {
        self.accepted.iter().copied()
    }

    /// The server has refused one for good.
    pub fn refuse(&mut self, code: &str) {
        *self.refused.entry(code.to_owned()).or_default() += 1;
    }

    /// A viewer saw a deal being struck, at `at_us` of the evening.
    pub fn see(&mut self, viewer: usize, deal: DealId, at_us: u64) {
        if !self.viewers[viewer].insert(deal) {
            self.doubled += 1;
        }
        self.seen += 1;
        if let Some(posted_at_us) = self.posted_at_us.get(&deal) {
            self.latency_us
                .saturating_record(at_us.saturating_sub(*posted_at_us).max(1));
        }
    }

    /// A viewer got a board that holds these deals; returns those that it had not seen.
    pub fn see_board(&mut self, viewer: usize, deals: impl Iterator<Item = DealId>) -> Vec<DealId> {
        let seen = &mut self.viewers[viewer];
        deals.filter(|deal| seen.insert(*deal)).collect()
    }

    /// A client came back; over a hole, or because its connection was lost.
    pub fn come_back(&mut self, over_hole: bool) {
        self.reconnects += 1;
        self.holes += u64::from(over_hole);
    }

    /// Whether a viewer has every accepted deal.
    pub fn has_all(&self, viewer: usize) -> bool {
        self.accepted.is_subset(&self.viewers[viewer])
    }

    /// One line on the way.
    pub fn progress(&self) -> String {
        format!(
            "{} posted, {} accepted, seen {} times by {} viewers, {} came back, p99 {:.1} ms",
            self.posted.len(),
            self.accepted.len(),
            self.seen,
            self.viewers.len(),
            self.reconnects,
            ms(self.latency_us.value_at_quantile(0.99)),
        )
    }

    /// The count so far.
    pub fn report(&self) -> Report {
        let missing = self
            .viewers
            .iter()
            .map(|seen| self.accepted.difference(seen).count() as u64);
        let seen_by_all = self
            .accepted
            .iter()
            .filter(|deal| self.viewers.iter().all(|seen| seen.contains(deal)));
        let answered = self.accepted.len() as u64 + self.refused.values().sum::<u64>();
        Report {
            unanswered: (self.posted.len() as u64).saturating_sub(answered),
            posted: self.posted.len(),
            accepted: self.accepted.len(),
            refused: self.refused.clone(),
            viewers: self.viewers.len(),
            seen_by_every_viewer: seen_by_all.count(),
            lost: missing.sum(),
            doubled: self.doubled,
            holes: self.holes,
            reconnects: self.reconnects,
            latency_p50_ms: ms(self.latency_us.value_at_quantile(0.5)),
            latency_p99_ms: ms(self.latency_us.value_at_quantile(0.99)),
            latency_max_ms: ms(self.latency_us.max()),
        }
    }
}

impl Report {
    /// Whether deals were accepted, every one of them reached every viewer, once, and every post was answered.
    pub fn is_whole(&self) -> bool {
        self.accepted > 0 && self.lost == 0 && self.doubled == 0 && self.unanswered == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "posted                  {:>8}", self.posted)?;
        writeln!(f, "accepted                {:>8}", self.accepted)?;
        for (code, times) in &self.refused {
            writeln!(f, "refused: {code:<15}{times:>8}")?;
        }
        writeln!(f, "never answered          {:>8}", self.unanswered)?;
        writeln!(f, "viewers                 {:>8}", self.viewers)?;
        writeln!(f, "seen by every viewer    {:>8}", self.seen_by_every_viewer)?;
        writeln!(f, "lost                    {:>8}", self.lost)?;
        writeln!(f, "doubled                 {:>8}", self.doubled)?;
        writeln!(f, "came back               {:>8}", self.reconnects)?;
        writeln!(f, "  over a hole           {:>8}", self.holes)?;
        writeln!(f, "post to viewer, p50     {:>8.1} ms", self.latency_p50_ms)?;
        writeln!(f, "post to viewer, p99     {:>8.1} ms", self.latency_p99_ms)?;
        write!(f, "post to viewer, longest {:>8.1} ms", self.latency_max_ms)
    }
}

fn ms(us: u64) -> f64 {
    us as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deal(number: u128) -> DealId {
        DealId(uuid::Uuid::from_u128(number))
    }

    /// An evening of three deals before two viewers, of which `see` says who saw what.
    fn evening(see: &[(usize, u128)]) -> Report {
        let mut tally = Tally::new(2);
        for number in 1..=3 {
            tally.post(deal(number), 1_000);
            tally.accept(deal(number));
        }
        for (viewer, number) in see {
            tally.see(*viewer, deal(*number), 3_000);
        }
        tally.report()
    }

    #[test]
    fn a_whole_evening() {
        let report = evening(&[(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)]);
        assert!(report.is_whole());
        assert_eq!(
            (report.posted, report.accepted, report.seen_by_every_viewer),
            (3, 3, 3)
        );
        assert!((report.latency_max_ms - 2.0).abs() < 0.01, "{report:?}");
    }

    #[test]
    fn a_deal_that_a_viewer_misses_is_lost() {
        let report = evening(&[(0, 1), (0, 2), (0, 3), (1, 1), (1, 3)]);
        assert!(!report.is_whole());
        assert_eq!((report.lost, report.seen_by_every_viewer), (1, 2));
    }

    #[test]
    fn a_deal_that_a_viewer_sees_twice_is_doubled() {
        let report = evening(&[(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 2), (1, 3)]);
        assert!(!report.is_whole());
        assert_eq!(report.doubled, 1);
    }

    #[test]
    fn a_snapshot_brings_what_was_missed_and_doubles_nothing() {
        let mut tally = Tally::new(1);
        tally.post(deal(1), 0);
        tally.accept(deal(1));
        tally.see(0, deal(1), 5);
        let new = tally.see_board(0, [deal(1), deal(2)].into_iter());
        assert_eq!(new, [deal(2)]);
        assert!(tally.has_all(0) && tally.report().is_whole());
    }

    #[test]
    fn what_was_refused_is_not_lost() {
        let mut tally = Tally::new(1);
        tally.post(deal(1), 0);
        tally.refuse("floor_closed");
        let report = tally.report();
        assert_eq!((report.lost, report.unanswered), (0, 0));
        assert_eq!(report.refused["floor_closed"], 1);
        assert!(!report.is_whole(), "an evening without a deal shows nothing");
    }

    #[test]
    fn what_was_never_answered_is_told() {
        let mut tally = Tally::new(1);
        for number in 1..=2 {
            tally.post(deal(number), 0);
            tally.see(0, deal(number), 5);
        }
        tally.accept(deal(1));
        let report = tally.report();
        assert_eq!(report.unanswered, 1);
        assert!(!report.is_whole());
    }
}
