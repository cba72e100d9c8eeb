//! How the evening stands, for every screen that says so: which scene the hall sees, the count against the goal and where it
//! is heading, the round's clock, and what comes after the break.

pub mod count;
pub mod next;
pub mod pace;
pub mod pause;
pub mod round;
pub mod scene;

use borsklokka_shared::board::Board;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::instant::Instant;

/// Whether anyone is still called on for help: not once the closing bell has struck.
pub fn is_called_for(board: &Board, now: Instant) -> bool {
    board.floor.phase(now) != Phase::Closed
}
