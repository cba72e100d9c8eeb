//! The writer of a floor: it takes all that waits, and what it has committed it shows, answers and sends.

mod deciding;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::decide::{break_end, due};
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{CommandId, DeviceId, Epoch, ExchangeId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::{Actor, Role};
use borsklokka_shared::round::{Round, RoundState};
use borsklokka_shared::sleep::{Sleep, SleepSign};
use tokio::sync::{Notify, mpsc, oneshot};
use tracing::{Instrument as _, Span};

use super::bundle::{Bundle, Settled, WaitingBundle};
use super::fall::{Fall, caught};
use super::legible::Legible;
use super::room::Rooms;
use super::submission::{Submission, Waiting, content_of};
use super::view::{Frame, Heads, View};
use crate::clock::{Clock, ExchangeClock, JUMP_MS_MIN, Jump, JumpWatch};
use crate::log::{Answer, AppendError, Batch, Beside, ExchangeRow, Log, LogError, Outcome};
use crate::measure;
use crate::seldom::Seldom;
use crate::stop::Stop;
use crate::traces;

/// Most commands that share one transaction, those of a bundle apart.
const BATCH_COMMANDS_MAX: usize = 256;
/// Events that are read from the log at a time.
pub(super) const READ_EVENTS: u32 = 5_000;
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

/// Everything that others hand to the writer.
pub(super) struct Inbox {
    pub(super) queue: mpsc::Receiver<Waiting>,
    pub(super) bundles: mpsc::Receiver<WaitingBundle>,
    /// Those who ask whether it is there.
    pub(super) roll_calls: mpsc::Receiver<oneshot::Sender<()>>,
}

/// The single writer of an exchange.
pub(super) struct Writer {
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
    /// One that has read nothing yet for its decisions: the boards are `view`'s, and it hears of more by `behind`.
    pub(super) fn new(
        exchange: &ExchangeRow,
        log: Arc<dyn Log>,
        clock: &dyn Clock,
        view: &Arc<View>,
        rooms: &Arc<Rooms>,
        legible: &Arc<Legible>,
        behind: &Arc<Notify>,
    ) -> Self {
        Self {
            id: exchange.id,
            formerly: (exchange.begins_after, exchange.formerly.clone()),
            behind: Arc::clone(behind),
            legible: Arc::clone(legible),
            trouble: Trouble::default(),
            log,
            clock: Arc::clone(&view.clock),
            jumps: JumpWatch::new(clock),
            view: Arc::clone(view),
            rooms: Arc::clone(rooms),
            scratch: Board::empty(Audience::Staff),
            head: Heads::before(exchange),
            last_written: HashMap::new(),
            reread: true,
            is_void: false,
        }
    }

    /// Does what is asked and what is due until it is stopped, and then what waits.
    pub(super) async fn run(mut self, inbox: Inbox, stop: Stop) {
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
