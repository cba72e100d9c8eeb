//! The floor: the single writer of one exchange.
//!
//! Commands wait in a bounded queue. The writer takes all that wait, decides them in order on a scratch board, commits
//! events and outcomes in one transaction, and only then applies them to the boards that the sockets read, answers, and
//! sends. What was not committed has not happened.

mod bundle;
mod fall;
mod legible;
mod room;
mod screens;
mod submission;
#[cfg(test)]
mod tests;
mod view;
mod writer;

use std::collections::VecDeque;
use std::ops::Deref;
use std::sync::Arc;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::decide::due;
use borsklokka_shared::ids::{ExchangeId, Seq};
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use tokio::sync::{Notify, mpsc, oneshot};

use bundle::WaitingBundle;
pub use bundle::{Bundle, Settled};
use fall::caught;
pub(crate) use legible::Legible;
pub use room::{Newcomer, Rooms};
pub use screens::{Listed, SCREENS_MAX, Screens, TELL_EVERY_MS, VIEWERS_MAX};
pub(crate) use screens::{News, sit_at};
pub use submission::Submission;
use submission::Waiting;
pub use view::{Frame, View};
use writer::{Inbox, READ_EVENTS, Writer};

use crate::clock::SharedClock;
use crate::log::{Answer, ExchangeRow, Log, LogError};
use crate::measure;
use crate::stop::Stop;
use crate::traces;

/// Most commands that wait for the writer; beyond that a client is told that the server is unavailable.
pub const QUEUE_COMMANDS_MAX: usize = 1_024;
/// Most bundles that wait for the writer.
pub const QUEUE_BUNDLES_MAX: usize = 4;
/// Parts of the log that are read ahead when a floor opens.
const READINGS_AHEAD: usize = 2;

/// How everyone else reaches a floor: every socket has one.
#[derive(Clone)]
pub struct FloorHandle(Arc<Reach>);

impl Deref for FloorHandle {
    type Target = Reach;

    fn deref(&self) -> &Reach {
        &self.0
    }
}

/// What of a floor everyone else reaches.
pub struct Reach {
    /// Which exchange.
    pub exchange: ExchangeRow,
    /// What its sockets read.
    pub view: Arc<View>,
    /// Who watches.
    pub rooms: Arc<Rooms>,
    /// Whether its log can be read.
    pub(crate) legible: Arc<Legible>,
    queue: mpsc::Sender<Waiting>,
    bundles: mpsc::Sender<WaitingBundle>,
    roll_calls: mpsc::Sender<oneshot::Sender<()>>,
    behind: Arc<Notify>,
    closing: Stop,
    ended: Stop,
}

impl FloorHandle {
    /// Whether anybody else holds the floor: a socket, or a request that is being answered.
    pub(crate) fn is_held(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

impl Reach {
    /// Returns when the floor closes: whoever watches comes back later.
    pub async fn closed(&self) {
        self.closing.cancelled().await;
    }

    /// Closes the floor: tells whoever watches to come back, and returns when the writer has ended. What waits is answered before.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.ended.cancelled().await;
    }

    /// Whether it was closed, or its writer has fallen: nothing is decided here any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closing.is_cancelled() || self.queue.is_closed()
    }

    /// Whether the exchange's own clock waits for something.
    pub(crate) fn has_something_due(&self) -> bool {
        self.view.with_staff_board(due).is_some()
    }

    /// Returns when the writer has answered that it is there: not while it waits for the database. False if it has gone.
    pub(crate) async fn answers(&self) -> bool {
        let (here, answer) = oneshot::channel();
        self.roll_calls.send(here).await.is_ok() && answer.await.is_ok()
    }

    /// Lets the writer look whether the log holds more than it has shown: another node may have written.
    pub fn look_at_log(&self) {
        self.behind.notify_one();
    }

    /// The exchange's own language.
    pub fn language(&self) -> Language {
        let settings = |board: &Board| board.settings.as_ref().map(|settings| settings.language);
        self.view.with_staff_board(settings).unwrap_or_default()
    }

    /// Commands that wait for the writer.
    pub(crate) fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Hands a command to the writer and waits for its answer, which comes after the commit.
    pub async fn submit(&self, submission: Submission) -> Answer {
        let unavailable = || Answer::Refused {
            refusal: Refusal::Unavailable,
        };
        let (reply, answer) = oneshot::channel();
        let audience = Audience::of_role(submission.actor.role);
        let span = traces::command(&self.exchange.slug, &submission.actor, &submission.command);
        let waiting = Waiting {
            submission,
            reply,
            span: span.clone(),
        };
        if self.queue.try_send(waiting).is_err() {
            return unavailable();
        }
        let answer = answer.await.unwrap_or_else(|_| unavailable());
        measure::command(answer.refused());
        traces::decided(&span, answer.refused());
        match answer {
            // The log's positions are staff's. Whoever counts otherwise has seen what it did by their own position of now.
            Answer::Accepted { .. } if audience != Audience::Staff => Answer::Accepted {
                seq: self.view.head(audience),
            },
            answer => answer,
        }
    }

    /// Hands a bundle to the writer and waits for what becomes of it, which is known after the commit.
    pub async fn submit_together(&self, bundle: Bundle) -> Settled {
        let (reply, settled) = oneshot::channel();
        if self.bundles.try_send(WaitingBundle { bundle, reply }).is_err() {
            return Settled::Unavailable;
        }
        settled.await.unwrap_or(Settled::Unavailable)
    }
}

/// Opens a floor: folds its log, and starts its writer. The writer ends on `stop`, or when the floor is closed, after everything that
/// waits has been answered.
///
/// # Errors
/// If the log cannot be read.
pub async fn open(
    exchange: ExchangeRow,
    log: Arc<dyn Log>,
    clock: SharedClock,
    stop: Stop,
) -> Result<FloorHandle, LogError> {
    let view = Arc::new(View::of_empty_log(&exchange, &clock));
    restore(&view, exchange.id, &log).await?;
    // From here on nothing waits: whoever opens either has the floor or has begun nothing.
    let closing = stop.child_token();
    let rooms = Arc::new(Rooms::open(&view, &closing));
    let behind = Arc::new(Notify::new());
    let legible = Arc::new(Legible::default());
    legible.tell_breaks(&exchange.slug, &view);
    let writer = Writer::new(&exchange, log, clock.as_ref(), &view, &rooms, &legible, &behind);
    let (queue, waiting) = mpsc::channel(QUEUE_COMMANDS_MAX);
    let (bundles, waiting_bundles) = mpsc::channel(QUEUE_BUNDLES_MAX);
    let (roll_calls, called) = mpsc::channel(1);
    let inbox = Inbox {
        queue: waiting,
        bundles: waiting_bundles,
        roll_calls: called,
    };
    let ended = Stop::new();
    let (slug, run) = (exchange.slug.clone(), writer.run(inbox, closing.clone()));
    // Also after a panic.
    let given_at_the_end = (closing.clone().drop_guard(), ended.clone().drop_guard());
    tokio::spawn(async move {
        if let Err(fall) = caught(run).await {
            tracing::error!(exchange = %slug, %fall, "the floor of {slug} has fallen: {fall}; it is opened anew from its log");
        }
        drop(given_at_the_end);
    });
    Ok(FloorHandle(Arc::new(Reach {
        exchange,
        view,
        rooms,
        legible,
        queue,
        bundles,
        roll_calls,
        behind,
        closing,
        ended,
    })))
}

/// What the boards of an exchange show, folded from its log for one look: no floor opens.
///
/// # Errors
/// If the log cannot be read.
pub(crate) async fn fold(
    exchange: &ExchangeRow,
    log: &Arc<dyn Log>,
    clock: &SharedClock,
) -> Result<View, LogError> {
    let view = View::of_empty_log(exchange, clock);
    restore(&view, exchange.id, log).await?;
    Ok(view)
}

/// Reads the whole log, for nobody yet: the next parts are read and decoded while one is applied. What only a command
/// needs is left to the first one.
async fn restore(view: &View, exchange: ExchangeId, log: &Arc<dyn Log>) -> Result<(), LogError> {
    let mut read_to = view.heads().last;
    let mut readings = VecDeque::new();
    loop {
        while readings.len() < READINGS_AHEAD {
            let (log, after) = (Arc::clone(log), read_to);
            let reading = tokio::spawn(async move { log.read(exchange, after, READ_EVENTS).await });
            read_to = Seq(read_to.0 + u64::from(READ_EVENTS));
            readings.push_back((read_to, reading));
        }
        let (end, reading) = readings.pop_front().expect("filled just now");
        let recorded = reading.await.expect("reading does not panic")?;
        let Some(last) = recorded.last().map(|recorded| recorded.seq) else {
            return Ok(());
        };
        view.restore(&recorded);
        // What lies between was written since, or is missing: either way the parts that are being read do not go on from here.
        if last != end {
            for (_, reading) in readings.drain(..) {
                reading.abort();
            }
            read_to = last;
        }
    }
}
