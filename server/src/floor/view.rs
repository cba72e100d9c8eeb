//! What the sockets of an exchange read: for each audience its board, its snapshot, and its latest frames.
//!
//! A frame is encoded once for all sockets of its audience, and a snapshot once a position. The view knows nobody who reads
//! it: what is written to whom, and when, is the matter of the audience's [room](super::room).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::disclosure::seen_by;
use borsklokka_shared::event::{Event, Recorded};
use borsklokka_shared::ids::{Epoch, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::wire::{Catalogue, EventMessage, Position, RESUME_EVENTS_MAX, ServerMessage};
use bytes::Bytes;

use super::screens::Screens;
use crate::clock::{ExchangeClock, SharedClock};
use crate::link::frame::text_frame;
use crate::log::ExchangeRow;

/// Breaks of a log that are told, at most.
const BREAKS_MAX: usize = 16;
/// Frames that are kept for those who missed them, and the one before: whoever has that one missed the others.
const RECENT_MAX: usize = RESUME_EVENTS_MAX as usize + 1;

/// How far the log has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heads {
    pub(super) history: History,
    pub(super) last: Seq,
    pub(super) last_public: Seq,
    pub(super) at: Instant,
}

/// Which history the log is now.
#[derive(Clone, Copy, Debug)]
pub(super) struct History {
    pub(super) epoch: Epoch,
    /// The position after which it begins.
    pub(super) begins_after: Seq,
    /// When it began, if there was one before it.
    pub(super) begun_at: Option<Instant>,
}

/// An event, encoded for one audience.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The audience's position after it.
    pub seq: Seq,
    /// The audience's position before it.
    pub prev: Seq,
    /// Its position in the log, for staff to be told of who has come this far.
    in_log: Seq,
    /// When the event was recorded.
    at: Instant,
    /// The message, framed for the wire.
    pub bytes: Bytes,
}

/// Where a client starts from.
#[derive(Debug)]
pub(super) enum Start {
    /// From the board at a position.
    Snapshot {
        /// The position.
        seq: Seq,
        /// When the event there was recorded.
        at: Option<Instant>,
        /// The board, encoded.
        board: Bytes,
    },
    /// From its own position, with what it missed.
    Resume {
        /// Its position.
        seq: Seq,
        /// What it missed, in order.
        missed: Vec<Frame>,
    },
}

/// What one audience sees.
struct Side {
    seq: Seq,
    /// When the event there was recorded.
    at: Option<Instant>,
    board: Board,
    snapshot: Option<Bytes>,
    /// The catalogue at this position, encoded, once somebody has asked for it.
    catalogue: Option<Bytes>,
    recent: VecDeque<Frame>,
}

struct State {
    public: Side,
    staff: Side,
    heads: Heads,
    /// Where the log does not go on as it is written, as far as it was not told yet.
    breaks: Vec<String>,
    /// The last change to the catalogue.
    catalogue: Change,
}

/// Where something changed last, as each audience counts.
#[derive(Clone, Copy, Default)]
struct Change {
    public: Seq,
    staff: Seq,
}

/// What the sockets of an exchange read.
pub struct View {
    /// The screens that said how they are.
    pub screens: Arc<Screens>,
    /// Exchange time, the same for everybody: it is raised to what is applied here.
    pub clock: Arc<ExchangeClock>,
    state: Mutex<State>,
}

impl View {
    /// A view of an empty log.
    pub(super) fn of_empty_log(exchange: &ExchangeRow, clock: &SharedClock) -> Self {
        let side = |audience| Side {
            seq: Seq(0),
            at: None,
            board: Board::empty(audience),
            snapshot: None,
            catalogue: None,
            recent: VecDeque::new(),
        };
        let state = State {
            public: side(Audience::Public),
            staff: side(Audience::Staff),
            heads: Heads::before(exchange),
            breaks: Vec::new(),
            catalogue: Change::default(),
        };
        Self {
            screens: Arc::default(),
            clock: Arc::new(ExchangeClock::anchored(Arc::clone(clock))),
            state: Mutex::new(state),
        }
    }

    /// Where a client starts that has come this far.
    pub(super) fn start(&self, audience: Audience, position: Option<&Position>) -> Start {
        let mut state = self.lock();
        let epoch = audience.epoch(state.heads.history.epoch);
        let side = state.side(audience);
        position
            .filter(|position| position.epoch == epoch && position.audience == audience)
            .and_then(|position| side.resume(position))
            .unwrap_or_else(|| side.snapshot())
    }

    /// The history that the exchange's log is now.
    pub fn epoch(&self) -> Epoch {
        self.lock().heads.history.epoch
    }

    /// The audience's last position.
    pub fn head(&self, audience: Audience) -> Seq {
        self.lock().side(audience).seq
    }

    /// Reads staff's board, which holds everything.
    pub fn with_staff_board<T>(&self, read: impl FnOnce(&Board) -> T) -> T {
        read(&self.lock().staff.board)
    }

    /// Reads the public's board.
    pub fn with_public_board<T>(&self, read: impl FnOnce(&Board) -> T) -> T {
        read(&self.lock().public.board)
    }

    /// The public's board as JSON, with the history as the public knows it, its position there, and when the event there was recorded.
    pub fn public_snapshot(&self) -> (Epoch, Seq, Option<Instant>, Bytes) {
        let mut state = self.lock();
        let epoch = Audience::Public.epoch(state.heads.history.epoch);
        let side = state.side(Audience::Public);
        let (seq, at) = (side.seq, side.at);
        (epoch, seq, at, side.board_json())
    }

    /// Reads staff's board at its position.
    pub fn with_staff_board_at<T>(&self, read: impl FnOnce(&Board, Seq) -> T) -> T {
        let state = self.lock();
        read(&state.staff.board, state.heads.last)
    }

    /// The catalogue as an audience gets it, and the audience's position at the last change to it.
    /// It is JSON, of which all who ask between two events share one copy.
    pub fn catalogue(&self, audience: Audience) -> (Seq, Bytes) {
        let mut state = self.lock();
        let changed_at = state.catalogue.of(audience);
        if let Some(catalogue) = &state.side(audience).catalogue {
            return (changed_at, catalogue.clone());
        }
        let listings = state.staff.board.listings.values().cloned().collect();
        let side = state.side(audience);
        let catalogue = Catalogue {
            seq: side.seq,
            listings,
        };
        let json =
            serde_json::to_vec(&catalogue).expect("a catalogue has string keys and whole numbers only");
        let json = side.catalogue.insert(Bytes::from(json));
        (changed_at, json.clone())
    }

    /// The audience's position at the last change to the catalogue.
    pub fn catalogue_changed_at(&self, audience: Audience) -> Seq {
        self.lock().catalogue.of(audience)
    }

    /// How far in the log somebody has come who has come so far as their audience counts: what staff are told of a screen. One
    /// that is further behind than anybody may resume from is told as before all events.
    pub fn in_log(&self, audience: Audience, position: Seq) -> Seq {
        if audience == Audience::Staff {
            return position;
        }
        let mut state = self.lock();
        let last = state.heads.last;
        let side = state.side(audience);
        if position >= side.seq {
            return last;
        }
        let reached = side.recent.iter().find(|frame| frame.seq == position);
        reached.map_or(Seq(0), |frame| frame.in_log)
    }

    /// Where the newest event is, and when it was recorded; none while there is none.
    pub(super) fn newest(&self) -> Option<(Seq, Instant)> {
        let state = self.lock();
        state.staff.at.map(|at| (state.staff.seq, at))
    }

    /// When the newest event happened.
    pub(crate) fn newest_at(&self) -> Instant {
        self.lock().heads.at
    }

    pub(super) fn staff_board(&self) -> Board {
        self.lock().staff.board.clone()
    }

    pub(super) fn heads(&self) -> Heads {
        self.lock().heads
    }

    /// Applies committed events to both boards and encodes them, once for each audience.
    pub(super) fn apply(&self, committed: &[Recorded]) -> Vec<(Audience, Frame)> {
        let mut state = self.lock();
        let mut frames = Vec::with_capacity(committed.len() * 2);
        for recorded in committed {
            for audience in Audience::ALL
                .into_iter()
                .filter(|audience| audience.sees(recorded.audience))
            {
                frames.push((audience, state.side(audience).take(recorded, audience)));
            }
            state.follow(recorded);
            self.clock.raise(recorded.at);
        }
        frames
    }

    /// Applies what a log holds already when it is opened: nobody watches yet, so only what may be missed is encoded.
    pub(super) fn restore(&self, committed: &[Recorded]) {
        let mut state = self.lock();
        for audience in Audience::ALL {
            let side = state.side(audience);
            let seen: Vec<&Recorded> = committed
                .iter()
                .filter(|recorded| audience.sees(recorded.audience))
                .collect();
            let old = seen.len().saturating_sub(RECENT_MAX);
            for (index, recorded) in seen.into_iter().enumerate() {
                if index < old {
                    apply(&mut side.board, &seen_by(audience, &recorded.event));
                } else {
                    side.take(recorded, audience);
                }
            }
        }
        for recorded in committed {
            state.follow(recorded);
            self.clock.raise(recorded.at);
        }
    }

    /// Where the log that was applied does not go on as it is written, as far as nobody was told: positions that are missing, a time that
    /// goes back, a position of the public that is another.
    pub(super) fn take_breaks(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().breaks)
    }

    /// Whether somebody panicked while holding the boards: an event may be on one of them in part.
    pub(super) fn is_torn(&self) -> bool {
        self.state.is_poisoned()
    }

    /// The boards, also after a panic: whoever only read harmed nothing, and after the writer's own the floor closes.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heads {
    /// Before the first event of an exchange's history.
    pub(super) fn before(exchange: &ExchangeRow) -> Self {
        Self {
            history: History {
                epoch: exchange.epoch,
                begins_after: exchange.begins_after,
                begun_at: None,
            },
            last: exchange.begins_after,
            last_public: Seq(0),
            at: Instant::default(),
        }
    }

    /// What is amiss with an event as the next one, if anything is. Before the first of today's history the public's position is not known,
    /// unless it is the first of all.
    fn break_before(&self, recorded: &Recorded) -> Option<String> {
        let (seq, last) = (recorded.seq.0, self.last.0);
        let is_first = self.last == self.history.begins_after && last > 0;
        if recorded.seq != self.last.next() {
            Some(format!("after position {last} comes {seq}"))
        } else if recorded.at < self.at {
            Some(format!(
                "position {seq} was recorded earlier than those before it"
            ))
        } else if recorded.prev_public != self.last_public && !is_first {
            let (said, public) = (recorded.prev_public.0, self.last_public.0);
            Some(format!(
                "position {seq} comes after the public's {said}, which is at {public}"
            ))
        } else {
            None
        }
    }

    pub(super) fn follow(&mut self, recorded: &Recorded) {
        if let Event::BegunAnew { epoch, .. } = recorded.event {
            // The history that is there when the floor opens has the name that the list of exchanges says: it may have got another
            // since its first event.
            let is_todays = self.last == self.history.begins_after;
            self.history = History {
                epoch: if is_todays { self.history.epoch } else { epoch },
                begins_after: self.last,
                begun_at: Some(recorded.at),
            };
        }
        self.last = recorded.seq;
        self.last_public = recorded.position(Audience::Public);
        self.at = self.at.max(recorded.at);
    }
}

impl Change {
    fn of(self, audience: Audience) -> Seq {
        match audience {
            Audience::Public => self.public,
            Audience::Staff => self.staff,
        }
    }
}

impl State {
    fn follow(&mut self, recorded: &Recorded) {
        if self.breaks.len() < BREAKS_MAX {
            self.breaks.extend(self.heads.break_before(recorded));
        }
        self.heads.follow(recorded);
        if recorded.event.changes_catalogue() {
            self.catalogue = Change {
                public: recorded.position(Audience::Public),
                staff: recorded.position(Audience::Staff),
            };
            for audience in Audience::ALL {
                self.side(audience).catalogue = None;
            }
        }
    }

    fn side(&mut self, audience: Audience) -> &mut Side {
        match audience {
            Audience::Public => &mut self.public,
            Audience::Staff => &mut self.staff,
        }
    }
}

impl Side {
    fn take(&mut self, recorded: &Recorded, audience: Audience) -> Frame {
        let message = EventMessage::of(recorded, audience);
        if let Event::BegunAnew { .. } = recorded.event {
            // The log says more of what stays than the wire does.
            apply(&mut self.board, &seen_by(audience, &recorded.event));
        } else {
            apply(&mut self.board, &message.event);
        }
        let message = ServerMessage::Event(message);
        let text = serde_json::to_vec(&message).expect("an event has string keys and finite numbers only");
        let frame = Frame {
            seq: recorded.position(audience),
            prev: recorded.prev(audience),
            in_log: recorded.seq,
            at: recorded.at,
            bytes: text_frame(&text),
        };
        self.seq = frame.seq;
        self.at = Some(frame.at);
        self.snapshot = None;
        self.catalogue = None;
        self.recent.push_back(frame.clone());
        if self.recent.len() > RECENT_MAX {
            self.recent.pop_front();
        }
        frame
    }

    /// What somebody missed, if what they have is of this history: the event at their position is the one that is there now. Before all
    /// events there is none.
    fn resume(&self, position: &Position) -> Option<Start> {
        let seq = position.seq;
        let (from, at) = if seq == self.seq {
            (self.recent.len(), self.at)
        } else if seq == Seq(0) {
            (self.recent.iter().position(|frame| frame.prev == seq)?, None)
        } else {
            let own = self.recent.iter().position(|frame| frame.seq == seq)?;
            (own + 1, Some(self.recent[own].at))
        };
        let missed = self.recent.iter().skip(from);
        (position.at == at && missed.len() <= RESUME_EVENTS_MAX as usize).then(|| Start::Resume {
            seq,
            missed: missed.cloned().collect(),
        })
    }

    /// The board, encoded: once a position, for all who ask.
    fn board_json(&mut self) -> Bytes {
        let board = self.snapshot.get_or_insert_with(|| {
            serde_json::to_vec(&self.board)
                .expect("a board has string keys and finite numbers only")
                .into()
        });
        Bytes::clone(board)
    }

    fn snapshot(&mut self) -> Start {
        Start::Snapshot {
            seq: self.seq,
            at: self.at,
            board: self.board_json(),
        }
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::ExchangeId;
    use uuid::Uuid;

    use super::*;
    use crate::fixture::FakeClock;

    const BELLS: u64 = RESUME_EVENTS_MAX + 50;

    fn at(seq: u64) -> Instant {
        Instant::from_unix_ms(seq as i64 * 1_000)
    }

    fn empty() -> View {
        let exchange = ExchangeRow {
            id: ExchangeId(Uuid::nil()),
            slug: "drammen".to_owned(),
            epoch: Epoch(Uuid::nil()),
            formerly: Vec::new(),
            begins_after: Seq(0),
        };
        View::of_empty_log(&exchange, &(FakeClock::shared() as SharedClock))
    }

    /// A view of a log of bells, so many of which were there when it was opened.
    fn after_bells(restored: u64) -> View {
        let bells: Vec<Recorded> = (1..=BELLS)
            .map(|seq| Recorded {
                seq: Seq(seq),
                prev_public: Seq(seq - 1),
                at: at(seq),
                audience: Audience::Public,
                event: Event::BellRung { ring_at: at(seq) },
            })
            .collect();
        let view = empty();
        let (there, more) = bells.split_at(restored as usize);
        view.restore(there);
        view.apply(more);
        view
    }

    /// How much somebody is told to have missed who has come so far; none if they get a snapshot.
    fn missed(view: &View, seq: u64, at: Option<Instant>) -> Option<usize> {
        let position = Position {
            epoch: Audience::Public.epoch(view.epoch()),
            audience: Audience::Public,
            seq: Seq(seq),
            at,
        };
        match view.start(Audience::Public, Some(&position)) {
            Start::Resume { missed, .. } => Some(missed.len()),
            Start::Snapshot { .. } => None,
        }
    }

    #[test]
    fn a_position_holds_if_its_event_is_the_one_that_is_there_and_not_too_much_was_missed() {
        for restored in [0, 100, BELLS] {
            let view = after_bells(restored);
            for back in [0, 1, 299, RESUME_EVENTS_MAX] {
                let seq = BELLS - back;
                assert_eq!(
                    missed(&view, seq, Some(at(seq))),
                    Some(back as usize),
                    "{restored}"
                );
                // Of another history, and of who does not say.
                assert_eq!(missed(&view, seq, Some(at(seq + 1))), None, "{restored} {back}");
                assert_eq!(missed(&view, seq, None), None, "{restored} {back}");
            }
            let seq = BELLS - RESUME_EVENTS_MAX - 1;
            assert_eq!(missed(&view, seq, Some(at(seq))), None, "{restored}");
            assert_eq!(missed(&view, 0, None), None, "{restored}");
            assert_eq!(missed(&view, BELLS + 1, Some(at(BELLS + 1))), None, "{restored}");
        }
        assert_eq!(missed(&empty(), 0, None), Some(0), "before all events");
    }
}
