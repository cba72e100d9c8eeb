//! The floor: the single writer of one exchange.
//!
//! Commands wait in a bounded queue. The writer takes all that wait, decides them in order on a scratch board, commits
//! events and outcomes in one transaction, and only then applies them to the boards that the sockets read, answers, and
//! sends. What was not committed has not happened.

mod bundle;
mod fall;
mod room;
mod screens;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::decide::{ClockTrust, Now, break_end, decide, due};
use borsklokka_shared::disclosure;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{CommandId, DeviceId, Epoch, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::{Actor, Role};
use borsklokka_shared::round::{Round, RoundState};
use borsklokka_shared::sleep::{Sleep, SleepSign};
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, mpsc, oneshot};
use tracing::{Instrument as _, Span};

use bundle::WaitingBundle;
pub use bundle::{Bundle, Settled};
use fall::{Fall, caught};
pub use room::{Newcomer, Rooms};
pub use screens::{Listed, SCREENS_MAX, Screens, TELL_EVERY_MS, VIEWERS_MAX};
pub(crate) use screens::{News, sit_at};
pub use view::{Frame, View};
use view::{Heads, History};

use crate::clock::{ExchangeClock, JUMP_MS_MIN, Jump, JumpWatch, SharedClock, is_time_zone};
use crate::log::{
    Answer, AppendError, Archive, Batch, Beside, Entry, ExchangeRow, Log, LogError, Outcome, Unreadable,
};
use crate::measure;
use crate::seldom::Seldom;
use crate::stop::Stop;
use crate::traces;

/// Most commands that wait for the writer; beyond that a client is told that the server is unavailable.
pub const QUEUE_COMMANDS_MAX: usize = 1_024;
/// Most bundles that wait for the writer.
pub const QUEUE_BUNDLES_MAX: usize = 4;
/// Most commands that share one transaction, those of a bundle apart.
pub const BATCH_COMMANDS_MAX: usize = 256;
/// Events that are read from the log at a time.
const READ_EVENTS: u32 = 5_000;
/// Parts of the log that are read ahead when a floor opens.
const READINGS_AHEAD: usize = 2;
/// How often a batch that lost its position to another writer is decided again.
const CONFLICT_TRIES_MAX: u32 = 20;
/// How often the writer looks whether something is due by now, in milliseconds.
const LOOK_AT_CLOCK_MS: u64 = 1_000;
/// How long the exchange's own clock waits after something could not be written, in milliseconds: it doubles.
const PAUSE_MS_MIN: u64 = 250;
/// The longest that it waits, in milliseconds.
const PAUSE_MS_MAX: u64 = 5_000;
/// How often a failure that lasts is told in the log, in seconds.
const TOLD_EVERY_S: u64 = 60;

/// A command with all that its decision needs.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Who asks.
    pub actor: Actor,
    /// The command's id.
    pub id: CommandId,
    /// What is asked.
    pub command: Command,
    /// When it was written, if the client said so.
    pub written_at: Option<Instant>,
    /// How well the client knows the clock.
    pub clock: ClockTrust,
    /// In which history it was written, if the client said so.
    pub epoch: Option<Epoch>,
}

impl Submission {
    /// A command that is given here and now, under an id of its own.
    pub fn now(actor: Actor, command: Command) -> Self {
        Self {
            actor,
            id: CommandId(uuid::Uuid::now_v7()),
            command,
            written_at: None,
            clock: ClockTrust::Estimated,
            epoch: None,
        }
    }
}

struct Waiting {
    submission: Submission,
    reply: oneshot::Sender<Answer>,
    span: Span,
}

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

/// Whether a log can be read, as far as that was tried, and whether it is whole.
#[derive(Debug, Default)]
pub(crate) struct Legible {
    unread: Mutex<Option<Unreadable>>,
    /// Whether there is a break in what was read. No reading mends that.
    is_holed: AtomicBool,
}

impl Legible {
    pub(crate) fn note(&self, fault: Option<Unreadable>) {
        *self.unread.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(crate) fn fault(&self) -> Option<Unreadable> {
        let unread = *self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        let is_holed = self.is_holed.load(Ordering::Relaxed);
        unread.or(is_holed.then_some(Unreadable::Holed))
    }

    /// Tells of the breaks in the log of an exchange that were met since it was last told, and keeps in mind that it has some.
    fn tell_breaks(&self, exchange: &str, view: &View) {
        let breaks = view.take_breaks();
        if breaks.is_empty() {
            return;
        }
        self.is_holed.store(true, Ordering::Relaxed);
        let breaks = breaks.join("; ");
        tracing::error!(
            %exchange,
            %breaks,
            "the log of the exchange {exchange} is not whole: {breaks}. {}",
            Unreadable::Holed.sentence()
        );
    }
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
    let writer = Writer {
        id: exchange.id,
        formerly: (exchange.begins_after, exchange.formerly.clone()),
        behind: Arc::clone(&behind),
        legible: Arc::clone(&legible),
        trouble: Trouble::default(),
        log,
        jumps: JumpWatch::new(clock.as_ref()),
        clock: Arc::clone(&view.clock),
        view: Arc::clone(&view),
        rooms: Arc::clone(&rooms),
        scratch: Board::empty(Audience::Staff),
        head: Heads::before(&exchange),
        last_written: HashMap::new(),
        reread: true,
        is_void: false,
    };
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

/// Everything that others hand to the writer.
struct Inbox {
    queue: mpsc::Receiver<Waiting>,
    bundles: mpsc::Receiver<WaitingBundle>,
    /// Those who ask whether it is there.
    roll_calls: mpsc::Receiver<oneshot::Sender<()>>,
}

struct Writer {
    id: ExchangeId,
    /// The position after which the history began that was there when the floor opened, and what else that was called.
    formerly: (Seq, Vec<Epoch>),
    /// Given when the log may hold more.
    behind: Arc<Notify>,
    legible: Arc<Legible>,
    trouble: Trouble,
    log: Arc<dyn Log>,
    clock: Arc<ExchangeClock>,
    jumps: JumpWatch,
    view: Arc<View>,
    rooms: Arc<Rooms>,
    /// Staff's board with everything committed, and during a batch with everything decided.
    scratch: Board,
    head: Heads,
    /// When the latest answered command of each device was written, as far as it was looked up; `None` if it has none.
    last_written: HashMap<DeviceId, Option<Instant>>,
    /// Whether the log may hold more than `head` says, as when the floor opens: it is read before the next decision.
    reread: bool,
    /// Whether what was shown is so no more, since somebody was erased from it or the database has lost some of it: the floor closes, and is
    /// opened anew from what there is.
    is_void: bool,
}

/// That something could not be written or read: how often in a row, until when the exchange's own clock waits, and whether it
/// was told.
struct Trouble {
    failures: u32,
    wait_until: Option<tokio::time::Instant>,
    told: Seldom,
}

impl Default for Trouble {
    fn default() -> Self {
        Self {
            failures: 0,
            wait_until: None,
            told: Seldom::every(Duration::from_secs(TOLD_EVERY_S)),
        }
    }
}

impl Trouble {
    /// How often it was not told since it was, if it is told now.
    fn tell(&mut self) -> Option<u32> {
        self.told.tell(false)
    }

    /// Lets the exchange's own clock wait, each time longer.
    fn pause(&mut self) {
        let doublings = self.failures.min(8);
        self.failures = self.failures.saturating_add(1);
        let pause = Duration::from_millis((PAUSE_MS_MIN << doublings).min(PAUSE_MS_MAX));
        self.wait_until = Some(tokio::time::Instant::now() + pause);
    }

    fn is_over(&mut self) {
        self.failures = 0;
        self.wait_until = None;
        self.told.reset();
    }
}

/// Everything that wakes the writer.
enum Wake {
    Commands,
    Bundle(WaitingBundle),
    RollCall(oneshot::Sender<()>),
    /// Something is due, or it is time to look at the clock.
    Clock,
    Behind,
    Stop,
}

impl Writer {
    async fn run(mut self, inbox: Inbox, stop: Stop) {
        let Inbox {
            mut queue,
            mut bundles,
            mut roll_calls,
        } = inbox;
        let behind = Arc::clone(&self.behind);
        loop {
            let mut batch = Vec::new();
            self.heed_clocks().await;
            if self.is_void {
                // Whoever waits is told that nothing can be saved just now, and comes again.
                return;
            }
            let due = self.view.with_staff_board(due);
            let wait = due
                .as_ref()
                .map(|(at, _)| at.ms_since(self.clock.now()).max(0) as u64);
            // The runtime's timers stand while the machine sleeps, and exchange time does not.
            let wait = wait.map(|wait_ms| wait_ms.min(LOOK_AT_CLOCK_MS));
            // What is rare comes first, so that a crowd of commands keeps nothing else waiting.
            let wake = tokio::select! {
                biased;
                () = stop.cancelled() => Wake::Stop,
                () = behind.notified() => Wake::Behind,
                () = until_due(wait, self.trouble.wait_until) => Wake::Clock,
                Some(here) = roll_calls.recv() => Wake::RollCall(here),
                Some(waiting) = bundles.recv() => Wake::Bundle(waiting),
                taken = queue.recv_many(&mut batch, BATCH_COMMANDS_MAX) => if taken == 0 { Wake::Stop } else { Wake::Commands },
            };
            match wake {
                Wake::Behind => self.follow_others().await,
                Wake::Commands => {
                    self.heed_clocks().await;
                    self.commit(batch).await;
                }
                Wake::Bundle(WaitingBundle { bundle, reply }) => {
                    self.heed_clocks().await;
                    let (settled, frames) = self.commit_together(bundle).await;
                    // Whoever asked may be gone.
                    let _ = reply.send(settled);
                    self.rooms.send(frames).await;
                }
                // Whoever asked may have waited long enough.
                Wake::RollCall(here) => drop(here.send(())),
                Wake::Clock => self.do_what_is_due().await,
                Wake::Stop => {
                    queue.close();
                    while queue.recv_many(&mut batch, BATCH_COMMANDS_MAX).await > 0 {
                        self.commit(std::mem::take(&mut batch)).await;
                    }
                    return;
                }
            }
        }
    }

    /// Asks for what is due by now, unless the machine was asleep when it became due: then somebody is asked first.
    async fn do_what_is_due(&mut self) {
        self.heed_clocks().await;
        let due = self.view.with_staff_board(due);
        if let Some((at, command)) = due
            && at <= self.clock.now()
        {
            self.commit(vec![by_the_clock(command)]).await;
        }
    }

    /// Notices that the machine slept, or that its clock was set. While nothing is timed, exchange time follows a clock that was
    /// set ahead.
    async fn heed_clocks(&mut self) {
        let jump = self.jumps.look(self.clock.machine().as_ref());
        let is_quiet = self.view.with_staff_board(|board| {
            board.floor.settled_phase() == Phase::Preparing && board.current_round().is_none()
        });
        if is_quiet {
            self.clock.follow_common();
        }
        let Some(jump) = jump else { return };
        // Other nodes may have been awake: then the exchange was.
        self.follow_others().await;
        // Since when nothing can have happened, in exchange time.
        let (slept_ms, sign, still_from) = match jump {
            Jump::Slept(slept_ms) => (slept_ms, SleepSign::Slept, self.clock.now().plus_ms(-slept_ms)),
            Jump::SetAhead(slept_ms) => (slept_ms, SleepSign::ClockJumped, self.clock.now()),
        };
        let until = self.clock.machine().common();
        let sleep = Sleep {
            from: until.plus_ms(-slept_ms),
            until,
            slept_ms,
            sign,
        };
        let went_through_it = self.view.with_staff_board(|board| {
            let ran = |round: &Round| matches!(round.state, RoundState::Running { started_at, .. } if started_at < still_from);
            board.current_round().is_some_and(ran) || break_end(board).is_some()
        });
        if went_through_it && self.view.heads().at <= still_from.plus_ms(JUMP_MS_MIN) {
            self.commit(vec![by_the_clock(Command::NoteSleep { sleep })])
                .await;
        }
    }

    /// Decides, commits, applies, answers and sends a batch. If the program fails at it, each of its commands is tried alone, and the
    /// one that it fails at alone is refused for good.
    async fn commit(&mut self, mut waiting: Vec<Waiting>) {
        let Err(fall) = caught(self.try_commit(&mut waiting)).await else {
            return;
        };
        let is_alone = waiting.len() == 1;
        self.must_be_whole(fall, &waiting);
        for waiting in waiting {
            if is_alone {
                let answer = self.refuse_for_good(&waiting.submission).await;
                // The client may be gone; it will ask again.
                let _ = waiting.reply.send(answer);
            } else {
                Box::pin(self.commit(vec![waiting])).await;
            }
        }
    }

    /// Decides and commits a bundle, and applies it to the boards; what is left is to send the frames. One that the program fails at is
    /// refused.
    async fn commit_together(&mut self, bundle: Bundle) -> (Settled, Vec<(Audience, Frame)>) {
        match caught(self.try_commit_together(bundle)).await {
            Ok(settled) => settled,
            Err(fall) => {
                self.must_be_whole(fall, &[]);
                (Settled::Refused(Refusal::Failed), Vec::new())
            }
        }
    }

    /// Tells of a fall, and lets the log be read before the next decision. If an event may be on a board in part, the writer falls too.
    fn must_be_whole(&mut self, fall: Fall, waiting: &[Waiting]) {
        let submitted = || waiting.iter().map(|waiting| &waiting.submission);
        // The exchange's own clock asks for the same again and again.
        let is_news = submitted().all(|submission| submission.actor.role != Role::Clock);
        if let Some(untold) = self.trouble.told.tell(is_news) {
            let commands: Vec<String> = submitted().map(|submission| submission.id.to_string()).collect();
            tracing::error!(exchange = %self.id, %fall, ?commands, untold, "the program failed at commands of exchange {}: {fall}", self.id);
        }
        measure::fall();
        self.reread = true;
        if self.view.is_torn() {
            fall.on();
        }
    }

    /// Keeps it as the command's outcome that the program failed at it, so that nobody sends it again.
    async fn refuse_for_good(&mut self, submission: &Submission) -> Answer {
        let refused = |refusal| Answer::Refused { refusal };
        if submission.actor.role == Role::Clock {
            self.trouble.pause();
            return refused(Refusal::Failed);
        }
        let keeping = async {
            let at = self.clock.now().max(self.head.at);
            let outcome = Outcome {
                command: submission.id,
                device: submission.actor.device,
                content: content_of(&submission.command.tidied()),
                written_at: submission.written_at.map_or(at, |written_at| written_at.min(at)),
                answered_at: at,
                answer: refused(Refusal::Failed),
            };
            let mut batch = Batch {
                outcomes: vec![outcome],
                ..Batch::default()
            };
            self.append(&mut batch).await
        };
        match caught(keeping).await {
            Ok(Appended::Conflict | Appended::No) => refused(Refusal::Unavailable),
            // What cannot even be kept would fail each time.
            Ok(Appended::Yes) | Err(_) => refused(Refusal::Failed),
        }
    }

    /// Decides, commits, applies, answers and sends a batch.
    async fn try_commit(&mut self, waiting: &mut Vec<Waiting>) {
        for _ in 0..CONFLICT_TRIES_MAX {
            let known = match self.prepare(waiting).await {
                Ok(known) => known,
                Err(error) => {
                    self.cannot_read(&error);
                    break;
                }
            };
            let (mut batch, answers) = self.decide(waiting, known);
            let span = traces::commit(waiting.iter().map(|waiting| &waiting.span));
            match self.append(&mut batch).instrument(span).await {
                Appended::Yes => {}
                Appended::Conflict => continue,
                Appended::No => break,
            }
            let frames = self.show(batch);
            for (waiting, answer) in waiting.drain(..).zip(answers) {
                // The client may be gone; it will ask again.
                let _ = waiting.reply.send(answer);
            }
            self.rooms.send(frames).await;
            return;
        }
        self.reread = true;
        self.trouble.pause();
        for waiting in waiting.drain(..) {
            // The client may be gone; it will ask again.
            let _ = waiting.reply.send(Answer::Refused {
                refusal: Refusal::Unavailable,
            });
        }
    }

    /// Decides and commits a bundle, and applies it to the boards; what is left is to send the frames.
    async fn try_commit_together(&mut self, bundle: Bundle) -> (Settled, Vec<(Audience, Frame)>) {
        let Bundle {
            actor,
            commands,
            contacts,
            planned_at,
        } = bundle;
        let nothing = |settled| (settled, Vec::new());
        if let Err(error) = self.catch_up_scratch().await {
            self.cannot_read(&error);
            self.reread = true;
            return nothing(Settled::Unavailable);
        }
        if self.head.last != planned_at {
            return nothing(Settled::Moved);
        }
        let mut batch = Batch::default();
        for command in commands {
            let submission = Submission::now(actor.clone(), command);
            if let Answer::Refused { refusal } = self.decide_one(&submission, &mut batch) {
                // The scratch board holds what was decided before.
                self.reread = true;
                return nothing(Settled::Refused(refusal));
            }
        }
        let at = self.clock.machine().now();
        let reached = contacts
            .into_iter()
            .map(|(participant, contact)| Beside::Reached {
                participant,
                contact,
                at,
            });
        batch.beside.extend(reached);
        match self.append(&mut batch).await {
            Appended::Yes => (Settled::Done, self.show(batch)),
            Appended::Conflict => nothing(Settled::Moved),
            Appended::No => nothing(Settled::Unavailable),
        }
    }

    fn cannot_read(&mut self, error: &LogError) {
        if self.is_void {
            return;
        }
        self.legible.note(error.unreadable());
        if let Some(untold) = self.trouble.tell() {
            tracing::error!(exchange = %self.id, %error, untold, "the log of exchange {} cannot be read; commands are answered unavailable: {error}{}", self.id, what_to_do(error));
        }
    }

    /// Commits a batch. After one that is not committed, the log is read again before the next decision.
    async fn append(&mut self, batch: &mut Batch) -> Appended {
        if batch.is_empty() {
            return Appended::Yes;
        }
        batch.follows = self.view.newest();
        let began = tokio::time::Instant::now();
        let appended = self.log.append(self.id, batch).await;
        let outcome = match &appended {
            Ok(()) => "yes",
            Err(AppendError::Conflict) => "conflict",
            Err(AppendError::NotWritten(_) | AppendError::Unknown(_)) => "no",
        };
        measure::commit(batch.outcomes.len(), began.elapsed(), outcome);
        traces::committed(outcome);
        match appended {
            Ok(()) => Appended::Yes,
            Err(AppendError::Conflict) => {
                self.reread = true;
                Appended::Conflict
            }
            Err(error @ (AppendError::NotWritten(_) | AppendError::Unknown(_))) => {
                if let Some(untold) = self.trouble.tell() {
                    tracing::error!(exchange = %self.id, %error, untold, "a batch of exchange {} was not committed; its commands are answered unavailable: {error}", self.id);
                }
                self.reread = true;
                Appended::No
            }
        }
    }

    /// Applies a committed batch to the boards.
    fn show(&mut self, batch: Batch) -> Vec<(Audience, Frame)> {
        self.trouble.is_over();
        for outcome in &batch.outcomes {
            let last = self.last_written.entry(outcome.device).or_default();
            *last = (*last).max(Some(outcome.written_at));
        }
        let recorded: Vec<Recorded> = batch.entries.into_iter().map(|entry| entry.recorded).collect();
        self.view.apply(&recorded)
    }

    /// Brings the scratch board to what is committed, if it may be behind.
    async fn catch_up_scratch(&mut self) -> Result<(), LogError> {
        if self.reread {
            self.scratch = self.view.staff_board();
            self.head = self.view.heads();
            self.catch_up().await?;
            self.legible.note(None);
            self.last_written.clear();
            self.reread = false;
        }
        Ok(())
    }

    /// Brings the scratch board to what is committed, and looks up what became of the batch's ids.
    async fn prepare(&mut self, waiting: &[Waiting]) -> Result<HashMap<CommandId, Outcome>, LogError> {
        self.catch_up_scratch().await?;
        let devices: Vec<DeviceId> = waiting
            .iter()
            .map(|waiting| waiting.submission.actor.device)
            .filter(|device| !self.last_written.contains_key(device))
            .collect::<HashSet<_>>()
            .into_iter()
            .collect();
        if !devices.is_empty() {
            let found = self.log.last_written(self.id, &devices).await?;
            let looked_up = devices
                .into_iter()
                .map(|device| (device, found.get(&device).copied()));
            self.last_written.extend(looked_up);
        }
        let ids: Vec<CommandId> = waiting.iter().map(|waiting| waiting.submission.id).collect();
        self.log.outcomes(self.id, &ids).await
    }

    /// Shows what other nodes have written.
    async fn follow_others(&mut self) {
        let known = self.view.heads().last;
        if self.reread {
            self.head = self.view.heads();
            self.scratch = self.view.staff_board();
        }
        match self.catch_up().await {
            Ok(()) => {
                self.legible.note(None);
                if self.head.last != known {
                    self.last_written.clear();
                }
            }
            Err(LogError::Erased | LogError::Lost) => self.reread = true,
            Err(error) => {
                self.reread = true;
                self.legible.note(error.unreadable());
                if let Some(untold) = self.trouble.tell() {
                    tracing::warn!(exchange = %self.id, %error, untold, "the log of exchange {} cannot be read: {error}; it is tried again{}", self.id, what_to_do(&error));
                }
            }
        }
    }

    /// Reads what the log holds beyond the head, and shows it: it is committed. What is shown is void if somebody was erased from it, or if
    /// another event lies at the head, or none: the database went on from a replica that lacked it.
    async fn catch_up(&mut self) -> Result<(), LogError> {
        loop {
            let shown = self.view.newest();
            let after = shown.map_or(self.head.last, |(seq, _)| Seq(seq.0 - 1));
            let mut recorded = self.log.read(self.id, after, READ_EVENTS).await?;
            if let Some((seq, at)) = shown {
                if recorded
                    .first()
                    .is_none_or(|first| (first.seq, first.at) != (seq, at))
                {
                    self.is_void = true;
                    tracing::error!(exchange = %self.id, "the database has lost events of exchange {}, which was at position {}: its floor is opened anew from what there is", self.id, seq.0);
                    return Err(LogError::Lost);
                }
                recorded.remove(0);
            }
            if recorded.is_empty() {
                return Ok(());
            }
            if recorded
                .iter()
                .any(|recorded| matches!(recorded.event, Event::DataErased { .. }))
            {
                self.is_void = true;
                return Err(LogError::Erased);
            }
            for recorded in &recorded {
                apply(&mut self.scratch, &recorded.event);
                self.head.follow(recorded);
            }
            let frames = self.view.apply(&recorded);
            self.legible.tell_breaks(&self.id.to_string(), &self.view);
            if let Some(newest) = recorded.last() {
                measure::lag(self.clock.now().ms_since(newest.at));
            }
            self.rooms.send(frames).await;
        }
    }

    /// Decides a batch on the scratch board, in order.
    fn decide(
        &mut self,
        waiting: &[Waiting],
        mut known: HashMap<CommandId, Outcome>,
    ) -> (Batch, Vec<Answer>) {
        let mut batch = Batch::default();
        let answers = waiting
            .iter()
            .map(|waiting| {
                let submission = &waiting.submission;
                // However a text is spelt that is kept the same, the command is the same. As it came it is compared too: so
                // it was kept by versions that tidied nothing.
                let content = content_of(&submission.command.tidied());
                if let Some(earlier) = known.get(&submission.id) {
                    let is_same =
                        earlier.content == content || earlier.content == content_of(&submission.command);
                    // The same from another device is of a tablet that was paired anew after its answer was lost. Ids are drawn by
                    // chance and answers hold no secret, so who knows both and might ask it may know what came of it.
                    let is_same_hand = earlier.device == submission.actor.device
                        || submission.actor.role.has(submission.command.right());
                    // What it did is in the archive, and nothing of it on this board.
                    let is_archived = submission.command.is_of_the_evening()
                        && self
                            .head
                            .history
                            .begun_at
                            .is_some_and(|begun_at| earlier.answered_at < begun_at);
                    return if is_same_hand && is_same && is_archived {
                        Answer::Refused {
                            refusal: Refusal::OfARehearsal,
                        }
                    } else if is_same_hand && is_same {
                        earlier.answer.clone()
                    } else {
                        Answer::Refused {
                            refusal: Refusal::IdReused,
                        }
                    };
                }
                let answer = self.decide_one(submission, &mut batch);
                // Nobody asks for an answer to the clock: of two nodes' clocks, one is refused, and that is all.
                let is_outcome = !matches!(&answer, Answer::Refused { refusal } if !refusal.is_outcome());
                if !is_outcome || submission.actor.role == Role::Clock {
                    return answer;
                }
                let outcome = Outcome {
                    command: submission.id,
                    device: submission.actor.device,
                    content,
                    written_at: submission
                        .written_at
                        .map_or(self.head.at, |at| at.min(self.head.at)),
                    answered_at: self.head.at,
                    answer: answer.clone(),
                };
                known.insert(submission.id, outcome.clone());
                batch.outcomes.push(outcome);
                answer
            })
            .collect();
        (batch, answers)
    }

    /// Whether a command is about an evening that is in an archive by now: it says in which history it was written, or when.
    fn is_of_an_earlier_history(&self, submission: &Submission) -> bool {
        let History {
            epoch,
            begins_after,
            begun_at,
        } = self.head.history;
        let (Some(begun_at), true) = (begun_at, submission.command.is_of_the_evening()) else {
            return false;
        };
        match (submission.epoch, submission.written_at, submission.clock) {
            // Whoever follows as the public knows it by the public's name, or by its own from a version before.
            (Some(written_in), _, _) => {
                let (of_history, formerly) = &self.formerly;
                let formerly = formerly.iter().filter(|_| *of_history == begins_after);
                !formerly.chain([&epoch]).any(|name| {
                    Audience::ALL
                        .into_iter()
                        .any(|audience| written_in == audience.epoch(*name))
                })
            }
            (None, Some(written_at), ClockTrust::Estimated) => written_at < begun_at,
            (None, Some(_), ClockTrust::Unknown) | (None, None, _) => false,
        }
    }

    /// What follows an event in the tables beside the log.
    fn beside(&self, recorded: &Recorded, submission: &Submission) -> Option<Beside> {
        let Event::BegunAnew { epoch, .. } = recorded.event else {
            return Beside::of(&self.scratch, &recorded.event);
        };
        let History {
            epoch: closed,
            begins_after,
            ..
        } = self.head.history;
        Some(Beside::BegunAnew {
            epoch,
            archive: Archive {
                epoch: closed,
                first: begins_after.next(),
                last: self.head.last,
                made_at: recorded.at,
                role: submission.actor.role,
                device: submission.actor.device,
                deals: self.scratch.totals.deals,
            },
        })
    }

    fn decide_one(&mut self, submission: &Submission, batch: &mut Batch) -> Answer {
        // The clock was raised to everything that is shown; the head may hold what is being decided.
        self.head.at = self.clock.now().max(self.head.at);
        let now = Now {
            at: self.head.at,
            written_at: submission.written_at,
            clock: submission.clock,
            last_answered_at: self.last_written.get(&submission.actor.device).copied().flatten(),
        };
        // Devices are paired by the wall clock, and bells strike by exchange time.
        let mut actor = submission.actor.clone();
        actor.paired_at = actor.paired_at.plus_ms(self.clock.ahead_ms());
        let decided = if self.is_of_an_earlier_history(submission) {
            Err(Refusal::OfARehearsal)
        } else {
            decide(&self.scratch, &actor, &submission.command, now)
        };
        // Which zones there are is the time zone database's to say, which `decide` does not have.
        let decided = match &submission.command {
            Command::Configure { settings } if !is_time_zone(&settings.time_zone) => {
                decided.and(Err(Refusal::NotATimeZone))
            }
            _ => decided,
        };
        match decided {
            Err(refusal) => Answer::Refused { refusal },
            Ok(events) => {
                for event in events {
                    let recorded = Recorded {
                        seq: self.head.last.next(),
                        prev_public: self.head.last_public,
                        at: self.head.at,
                        audience: disclosure::of_event(&self.scratch, &event),
                        event,
                    };
                    batch.beside.extend(self.beside(&recorded, submission));
                    apply(&mut self.scratch, &recorded.event);
                    self.head.follow(&recorded);
                    batch.entries.push(Entry {
                        recorded,
                        role: submission.actor.role,
                        device: submission.actor.device,
                    });
                }
                Answer::Accepted { seq: self.head.last }
            }
        }
    }
}

/// What to do about a log that cannot be read, if it is the log itself that is amiss.
fn what_to_do(error: &LogError) -> String {
    let fault = error.unreadable();
    fault.map_or(String::new(), |fault| format!(". {}", fault.sentence()))
}

/// How a batch was committed.
enum Appended {
    Yes,
    /// Another writer was first.
    Conflict,
    No,
}

/// A command of the exchange's own clock. Nobody waits for its answer.
fn by_the_clock(command: Command) -> Waiting {
    let actor = Actor {
        role: Role::Clock,
        device: DeviceId(uuid::Uuid::nil()),
        name: String::new(),
        paired_at: Instant::default(),
    };
    Waiting {
        submission: Submission::now(actor, command),
        reply: oneshot::channel().0,
        span: Span::none(),
    }
}

/// Waits so long, and until nothing keeps the exchange's clock waiting; for ever if nothing will be due.
async fn until_due(wait_ms: Option<u64>, not_before: Option<tokio::time::Instant>) {
    let Some(wait_ms) = wait_ms else {
        return std::future::pending().await;
    };
    tokio::time::sleep(Duration::from_millis(wait_ms)).await;
    if let Some(not_before) = not_before {
        tokio::time::sleep_until(not_before).await;
    }
}

/// SHA-256, in hex, of a command as this version writes it: spelling and order of the client's JSON do not matter.
fn content_of(command: &Command) -> String {
    let canonical = serde_json::to_vec(command).expect("a command has string keys and finite numbers only");
    hex::encode(Sha256::digest(canonical))
}
