//! How the evening stands on a board: what a desk believes of it, and what a step keeps of it.

use crate::board::Board;
use crate::command::{Expected, ExpectedRound};
use crate::exchange::PublicTotals;
use crate::instant::Instant;
use crate::limits::STEPS_MAX;
use crate::round::RoundState;
use crate::step::{Did, RoundStand, Stand, Step};

impl Expected {
    /// What a desk believes that sees this board.
    #[must_use]
    pub fn of(board: &Board) -> Self {
        Self::exactly(
            board.floor.settled_phase(),
            board.current_round().map(|round| round.id),
        )
    }

    /// Whether it is true of this board.
    pub fn holds(self, board: &Board) -> bool {
        let truth = Self::of(board);
        match self.round {
            ExpectedRound::Any => self.phase == truth.phase,
            ExpectedRound::Exactly(_) => self == truth,
        }
    }
}

impl Stand {
    /// How it stands now.
    pub fn of(board: &Board) -> Self {
        let started = board
            .rounds
            .iter()
            .filter(|round| round.state != RoundState::Ready);
        Self {
            trading: board.floor.trading.clone(),
            rounds: started
                .map(|round| RoundStand {
                    round: round.id,
                    state: round.state,
                })
                .collect(),
            scene: board.scene,
            break_until: board.break_until,
            was_frozen: board.was_frozen,
            result_at: board.result_at,
        }
    }
}

/// Keeps how the board stands, before it is changed by what was `did` at `at`.
pub(crate) fn keep(board: &mut Board, did: Did, at: Instant) {
    if let Some(last) = board.steps.last_mut().filter(|last| last.at == at)
        && let Some(joined) = last.did.joined(did)
    {
        last.did = joined;
        return;
    }
    board.last_step += 1;
    let step = Step {
        number: board.last_step,
        at,
        did,
        is_frozen: board.public_totals != PublicTotals::Live,
        before: Stand::of(board),
    };
    board.steps.retain(|earlier| earlier.is_open(at));
    board.steps.push(step);
    let surplus = board.steps.len().saturating_sub(STEPS_MAX);
    board.steps.drain(..surplus);
}
