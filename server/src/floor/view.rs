//! What the sockets of an exchange read: for each audience its board, its snapshot, and its latest frames.
//!
//! A frame is encoded once for all sockets of its audience, and a snapshot once a position. A client that joins
//! subscribes first and reads its start second, so it can neither miss nor double an event.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::ws::Utf8Bytes;
use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::event::Recorded;
use borsklokka_shared::ids::{Epoch, Seq};
use borsklokka_shared::wire::{Catalogue, EventMessage, Position, RESUME_EVENTS_MAX, ServerMessage};
use serde_json::value::RawValue;
use tokio::sync::broadcast;

use super::Heads;

/// Frames that a slow socket may fall behind before it is closed (4408) to resume.
const SOCKET_FRAMES_MAX: usize = 1_024;

/// An event, encoded for one audience.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its position.
    pub seq: Seq,
    /// The audience's position before it.
    pub prev: Seq,
    /// The message.
    pub text: Utf8Bytes,
}

/// Where a client starts from.
#[derive(Clone, Debug)]
pub enum Start {
    /// From the board at a position.
    Snapshot {
        /// The position.
        seq: Seq,
        /// The board, encoded.
        board: Arc<RawValue>,
    },
    /// From its own position, with what it missed.
    Resume {
        /// Its position.
        seq: Seq,
        /// What it missed, in order.
        missed: Vec<Frame>,
    },
}

/// A client that has joined.
pub struct Joined {
    /// Where it starts.
    pub start: Start,
    /// Every frame from about then on; those up to the start's position must be dropped.
    pub frames: broadcast::Receiver<Frame>,
}

/// What one audience sees.
struct Side {
    seq: Seq,
    board: Board,
    snapshot: Option<Arc<RawValue>>,
    recent: VecDeque<Frame>,
}

struct State {
    public: Side,
    staff: Side,
    heads: Heads,
    catalogue_seq: Seq,
}

/// What the sockets of an exchange read.
pub struct View {
    /// The history that the exchange's log is.
    pub epoch: Epoch,
    state: Mutex<State>,
    public: broadcast::Sender<Frame>,
    staff: broadcast::Sender<Frame>,
}

impl View {
    pub(super) fn empty(epoch: Epoch) -> Self {
        let side = |audience| Side {
            seq: Seq(0),
            board: Board::empty(audience),
            snapshot: None,
            recent: VecDeque::new(),
        };
        let state = State {
            public: side(Audience::Public),
            staff: side(Audience::Staff),
            heads: Heads::default(),
            catalogue_seq: Seq(0),
        };
        Self {
            epoch,
            state: Mutex::new(state),
            public: broadcast::channel(SOCKET_FRAMES_MAX).0,
            staff: broadcast::channel(SOCKET_FRAMES_MAX).0,
        }
    }

    /// Joins an audience, from a client's position if it still holds, else from a snapshot.
    pub fn join(&self, audience: Audience, position: Option<&Position>) -> Joined {
        let frames = self.sender(audience).subscribe();
        let mut state = self.lock();
        let side = state.side(audience);
        let start = position
            .filter(|position| position.epoch == self.epoch && position.audience == audience)
            .and_then(|position| side.resume(position.seq))
            .unwrap_or_else(|| side.snapshot());
        Joined { start, frames }
    }

    /// The audience's last position.
    pub fn head(&self, audience: Audience) -> Seq {
        self.lock().side(audience).seq
    }

    /// Reads staff's board, which holds everything.
    pub fn with_staff_board<T>(&self, read: impl FnOnce(&Board) -> T) -> T {
        read(&self.lock().staff.board)
    }

    /// The catalogue, and the position of the last change to it.
    pub fn catalogue(&self) -> (Seq, Catalogue) {
        let state = self.lock();
        let listings = state.staff.board.listings.values().cloned().collect();
        (
            state.catalogue_seq,
            Catalogue {
                seq: state.heads.last,
                listings,
            },
        )
    }

    /// The position of the last change to the catalogue.
    pub fn catalogue_seq(&self) -> Seq {
        self.lock().catalogue_seq
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
            state.heads.follow(recorded);
            if changes_catalogue(recorded) {
                state.catalogue_seq = recorded.seq;
            }
        }
        frames
    }

    /// Sends frames to every socket of their audience.
    pub(super) fn send(&self, frames: Vec<(Audience, Frame)>) {
        for (audience, frame) in frames {
            // Nobody listens: then nobody misses it either.
            let _ = self.sender(audience).send(frame);
        }
    }

    fn sender(&self, audience: Audience) -> &broadcast::Sender<Frame> {
        match audience {
            Audience::Public => &self.public,
            Audience::Staff => &self.staff,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds the boards")
    }
}

impl State {
    fn side(&mut self, audience: Audience) -> &mut Side {
        match audience {
            Audience::Public => &mut self.public,
            Audience::Staff => &mut self.staff,
        }
    }
}

impl Side {
    fn take(&mut self, recorded: &Recorded, audience: Audience) -> Frame {
        apply(&mut self.board, &recorded.event);
        let message = ServerMessage::Event(EventMessage::of(recorded, audience));
        let text = serde_json::to_string(&message).expect("an event has string keys and finite numbers only");
        let frame = Frame {
            seq: recorded.seq,
            prev: recorded.prev(audience),
            text: text.into(),
        };
        self.seq = recorded.seq;
        self.snapshot = None;
        self.recent.push_back(frame.clone());
        if self.recent.len() as u64 > RESUME_EVENTS_MAX {
            self.recent.pop_front();
        }
        frame
    }

    fn resume(&self, seq: Seq) -> Option<Start> {
        if seq == self.seq {
            return Some(Start::Resume {
                seq,
                missed: Vec::new(),
            });
        }
        let from = self.recent.iter().position(|frame| frame.prev == seq)?;
        Some(Start::Resume {
            seq,
            missed: self.recent.iter().skip(from).cloned().collect(),
        })
    }

    fn snapshot(&mut self) -> Start {
        let board = self.snapshot.get_or_insert_with(|| {
            let board = serde_json::value::to_raw_value(&self.board)
                .expect("a board has string keys and finite numbers only");
            Arc::from(board)
        });
        Start::Snapshot {
            seq: self.seq,
            board: Arc::clone(board),
        }
    }
}

fn changes_catalogue(recorded: &Recorded) -> bool {
    use borsklokka_shared::event::Event;
    matches!(
        recorded.event,
        Event::ListingAdded { .. } | Event::ListingAmended { .. } | Event::ListingRemoved { .. }
    )
}
