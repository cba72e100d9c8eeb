//! What everybody in a seed reaches: chance, time, the log's disk, the tablets, and what was noted.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use borsklokka_shared::instant::Instant;
use test_support::EVENING;
use uuid::Uuid;

use crate::audit::Audit;
use crate::hall::Hall;
use crate::log::Ledger;
use crate::planted::Planted;
use crate::tablet::Tablet;
use crate::trace::Trace;
use crate::{Played, fallen};

/// The exchange's evening is tomorrow: what is played is a rehearsal, which may go back to nought.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Piece {
    /// Brokers, a moderator, a notary and walls, on one node or two; servers and lines fail.
    Evening,
    /// Many tablets with several tabs each, which are closed, evicted and full: what is written is on the wall or in an outbox.
    Outboxes,
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Piece::Evening => "evening",
            Piece::Outboxes => "outboxes",
        })
    }
}

/// What a seed was made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Deals that were written.
    pub written: usize,
    /// Of these, those that are in the log.
    pub logged: usize,
    /// Events in the log.
    pub events: usize,
    /// Faults that were injected.
    pub faults: usize,
    /// Frames that were looked at.
    pub frames: usize,
    /// Seconds that were played.
    pub seconds: u64,
}

/// The chance of each fault, in thousandths.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    /// A batch is not written, and the writer is told so.
    pub(crate) not_written: u32,
    /// A batch is written, or not, and the writer is not told which.
    pub(crate) unknown: u32,
    /// The log cannot be read.
    pub(crate) unread: u32,
    /// A frame of the server is lost on its way.
    pub(crate) frame_lost: u32,
    /// A tablet's disk is full.
    pub(crate) full: u32,
    /// A tablet's disk does not answer.
    pub(crate) silent: u32,
    /// A signal to another node is lost.
    pub(crate) signal_lost: u32,
}

/// Everything of a seed.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) piece: Piece,
    pub(crate) planted: Option<Planted>,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) audit: Mutex<Audit>,
    pub(crate) hall: Mutex<Hall>,
    pub(crate) tablets: Mutex<Vec<Arc<Tablet>>>,
    pub(crate) weather: Mutex<Weather>,
    /// Whether the lines lead anywhere.
    pub(crate) network: AtomicBool,
    begun: tokio::time::Instant,
    dice: Mutex<fastrand::Rng>,
    trace: Mutex<Trace>,
    fault: Mutex<Option<String>>,
}

impl World {
    pub(crate) fn of(piece: Piece, seed: u64, planted: Option<Planted>) -> Arc<Self> {
        let mut dice = fastrand::Rng::with_seed(seed);
        let epoch = Uuid::from_u128(dice.u128(..));
        Arc::new(Self {
            seed,
            piece,
            planted,
            ledger: Mutex::new(Ledger::fresh(epoch)),
            audit: Mutex::default(),
            hall: Mutex::default(),
            tablets: Mutex::default(),
            weather: Mutex::default(),
            network: AtomicBool::new(true),
            begun: tokio::time::Instant::now(),
            dice: Mutex::new(dice),
            trace: Mutex::default(),
            fault: Mutex::default(),
        })
    }

    /// Milliseconds since the seed began.
    pub(crate) fn now_ms(&self) -> u64 {
        self.begun.elapsed().as_millis() as u64
    }

    /// The time of day, which every clock would show that is right.
    pub(crate) fn true_time(&self) -> Instant {
        EVENING.plus_ms(self.now_ms() as i64 - DAY_MS)
    }

    /// A number of a range, by chance.
    pub(crate) fn dice(&self, range: std::ops::Range<u64>) -> u64 {
        let thrown = held(&self.dice).u64(range);
        self.weigh(&thrown.to_le_bytes());
        thrown
    }

    /// Whether something of so many thousandths happens.
    pub(crate) fn happens(&self, thousandths: u32) -> bool {
        thousandths > 0 && self.dice(0..1_000) < u64::from(thousandths)
    }

    /// From 0 to below 1.
    pub(crate) fn chance(&self) -> f64 {
        held(&self.dice).f64()
    }

    /// An id that nothing has.
    pub(crate) fn fresh(&self) -> Uuid {
        uuid::Builder::from_random_bytes(held(&self.dice).u128(..).to_be_bytes()).into_uuid()
    }

    /// Waits for so many milliseconds of a range.
    pub(crate) async fn wait(&self, ms: std::ops::Range<u64>) {
        let ms = self.dice(ms);
        if ms > 0 {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
    }

    pub(crate) fn weather(&self) -> Weather {
        *held(&self.weather)
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.network.load(Ordering::Relaxed)
    }

    /// Notes something that happened.
    pub(crate) fn note(&self, what: &str) {
        held(&self.trace).note(self.now_ms(), what);
    }

    /// Lets what was said on a line count for what the seed comes to.
    pub(crate) fn weigh(&self, said: &[u8]) {
        held(&self.trace).weigh(self.now_ms(), said);
    }

    /// Notes that something is wrong. What is wrong first counts.
    pub(crate) fn fault(&self, what: String) {
        self.note(&format!("WRONG: {what}"));
        held(&self.fault).get_or_insert(what);
    }

    /// Whether something is wrong, so that there is nothing more to play.
    pub(crate) fn is_over(&self) -> bool {
        held(&self.fault).is_some() || fallen().is_some()
    }

    pub(crate) fn has_planted(&self, planted: Planted) -> bool {
        self.planted == Some(planted)
    }

    /// How it went.
    pub(crate) fn end(&self, fallen: Vec<String>) -> Played {
        let fallen = fallen.into_iter().next().map(|told| format!("a panic: {told}"));
        let (hash, mut lines) = std::mem::take(&mut *held(&self.trace)).end();
        lines.extend(fallen.clone().map(|told| format!("WRONG: {told}")));
        let audit = held(&self.audit);
        let course = Course {
            events: held(&self.ledger).entries.len(),
            ..audit.course()
        };
        Played {
            seed: self.seed,
            hash,
            fault: held(&self.fault).take().or(fallen),
            lines,
            course,
        }
    }
}

/// What a mutex holds. Whoever panicked with it has ended the seed already.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
