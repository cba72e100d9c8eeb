//! Rounds and breaks that follow each other by themselves, if the settings say so: a round that is up is followed by the next, or by
//! the break before it, and the break by the round, be it the next or one whose clock stood meanwhile. Whatever else is chosen for the wall in the break ends it: then the next round
//! is the moderator's to start. The dark ends nothing, and neither does a deal that is shown to the hall.

use crate::board::{Board, DAY_MINUTES, minutes_of_day};
use crate::command::{Command, Expected};
use crate::exchange::{ProgrammeItem, Sequence, Settings, Slot};
use crate::ids::RoundId;
use crate::instant::Instant;
use crate::limits::BREAK_MINUTES_MAX;
use crate::round::RoundState;

/// What follows a round in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Follower {
    /// The next round.
    round: RoundId,
    /// How long the break before it was planned, in minutes; none if there is no break.
    pub(super) break_minutes: Option<u32>,
}

/// What the clock will do next, and when. The floor is open, and nobody is asked about a sleep.
pub(super) fn due(board: &Board, settings: &Settings) -> Option<(Instant, Command)> {
    if !runs(settings) {
        return None;
    }
    let expected = Expected::of(board);
    let Some(current) = board.current_round() else {
        let round = next(board, last_held(board)?)?.round;
        return Some((break_end(board)?, Command::StartRound { round, expected }));
    };
    let ends_at = match current.state {
        RoundState::Running { ends_at, .. } => ends_at,
        RoundState::Paused { .. } => return Some((break_end(board)?, Command::ResumeRound { expected })),
        RoundState::Ready | RoundState::Ended { .. } => return None,
    };
    let Follower { round, break_minutes } = next(board, current.id)?;
    let command = match break_minutes {
        Some(_) => Command::EndRound { expected },
        None => Command::StartRound { round, expected },
    };
    Some((ends_at, command))
}

/// Whether lines follow each other by themselves.
pub(super) fn runs(settings: &Settings) -> bool {
    settings.staging.sequence == Sequence::ByItself
}

/// When the break ends by itself that the hall has.
pub fn break_end(board: &Board) -> Option<Instant> {
    let by_itself = board.settings.as_ref().is_some_and(runs);
    board.break_until.filter(|_| by_itself)
}

/// What follows a round, if it has not been held.
pub(super) fn next(board: &Board, round: RoundId) -> Option<Follower> {
    let is_ready = |id| {
        board
            .round(id)
            .is_some_and(|round| round.state == RoundState::Ready)
    };
    follower(&board.programme, round).filter(|follower| is_ready(follower.round))
}

/// The round that was started last in the order of the programme.
fn last_held(board: &Board) -> Option<RoundId> {
    let held = |item: &ProgrammeItem| match item.slot {
        Slot::Round { round, .. } => board
            .round(round)
            .filter(|round| round.state != RoundState::Ready)
            .map(|round| round.id),
        Slot::Gathering | Slot::Closing => None,
    };
    board.programme.iter().rev().find_map(held)
}

/// What follows a round in a programme, held or not.
pub(super) fn follower(programme: &[ProgrammeItem], id: RoundId) -> Option<Follower> {
    let at = programme
        .iter()
        .position(|item| matches!(item.slot, Slot::Round { round, .. } if round == id))?;
    let after = &programme[at + 1..];
    let next = after.iter().find(|item| item.slot != Slot::Gathering)?;
    let Slot::Round { round, .. } = next.slot else {
        return None;
    };
    let gathering = after.first().filter(|item| item.slot == Slot::Gathering);
    Some(Follower {
        round,
        break_minutes: gathering.map(|item| minutes_between(&item.time, &next.time)),
    })
}

/// How long it is from one time of day to another, over midnight too; as long as a break may be, a minute at least.
fn minutes_between(from: &str, to: &str) -> u32 {
    let minutes = (minutes_of_day(to) + DAY_MINUTES - minutes_of_day(from)) % DAY_MINUTES;
    minutes.clamp(1, BREAK_MINUTES_MAX)
}
