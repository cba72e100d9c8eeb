//! Follows one exchange from outside: a board that is kept true by the server's messages. Every client has one.

use crate::apply::apply;
use crate::audience::Audience;
use crate::board::Board;
use crate::event::Event;
use crate::ids::{Epoch, Seq};
use crate::instant::Instant;
use crate::role::Role;
use crate::wire::{EventMessage, Position, ServerMessage};

/// A client's copy of the board, and how far it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Follower {
    /// The history that the board belongs to.
    pub epoch: Epoch,
    /// The last event that was applied.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Option<Instant>,
    /// The board.
    pub board: Board,
}

/// What a message did to a follower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The board was replaced.
    Replaced,
    /// The event was applied.
    Applied,
    /// The event was known already.
    Known,
    /// Something was missed: reconnect, giving the position.
    Hole,
    /// The message is not about the board.
    Other,
}

impl Follower {
    /// The follower that a welcome starts.
    pub fn welcomed(role: Role, epoch: Epoch, (seq, at): (Seq, Option<Instant>), board: Board) -> Self {
        debug_assert_eq!(Audience::of_role(role), board.audience);
        Self {
            epoch,
            seq,
            at,
            board,
        }
    }

    /// The position to give in a hello.
    pub fn position(&self) -> Position {
        Position {
            epoch: self.epoch,
            audience: self.board.audience,
            seq: self.seq,
            at: self.at,
        }
    }

    /// Takes an event: applies it only if it follows the last one.
    pub fn take(&mut self, message: &EventMessage) -> Step {
        if message.seq <= self.seq {
            Step::Known
        } else if message.prev == self.seq {
            apply(&mut self.board, &message.event);
            if let Event::BegunAnew { epoch, .. } = message.event {
                self.epoch = epoch;
            }
            self.seq = message.seq;
            self.at = Some(message.at);
            Step::Applied
        } else {
            Step::Hole
        }
    }
}

/// Lets a follower, or the lack of one, take any message of the server.
pub fn follow(follower: &mut Option<Follower>, message: &ServerMessage) -> Step {
    match (message, follower.as_mut()) {
        (
            ServerMessage::Welcome {
                role,
                epoch,
                seq,
                at,
                board,
                ..
            },
            _,
        ) => {
            *follower = Some(Follower::welcomed(*role, *epoch, (*seq, *at), (**board).clone()));
            Step::Replaced
        }
        (ServerMessage::Event(event), Some(follower)) => follower.take(event),
        (ServerMessage::Pong { head, .. }, Some(follower)) if *head > follower.seq => Step::Hole,
        (ServerMessage::Resumed { seq, .. }, Some(follower)) if *seq != follower.seq => Step::Hole,
        (ServerMessage::Event(_) | ServerMessage::Resumed { .. }, None) => Step::Hole,
        (
            ServerMessage::Resumed { .. }
            | ServerMessage::Accepted { .. }
            | ServerMessage::Refused { .. }
            | ServerMessage::Pong { .. }
            | ServerMessage::Screens { .. }
            | ServerMessage::Identify { .. }
            | ServerMessage::Reload
            | ServerMessage::ShowScene { .. }
            | ServerMessage::TestSound,
            _,
        ) => Step::Other,
    }
}
