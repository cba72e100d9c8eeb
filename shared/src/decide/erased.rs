//! Nothing is written of somebody who was erased: a tablet that was offline may still hold a name or a text of theirs.

use crate::board::Board;
use crate::command::Command;
use crate::ids::ParticipantId;
use crate::prize::Winner;
use crate::refusal::Refusal;

/// Whether a command says something of nobody who was erased.
pub(super) fn of_nobody_erased(board: &Board, command: &Command) -> Result<(), Refusal> {
    let is_erased = |id: &ParticipantId| board.erased.contains(id);
    let says_of_one = match command {
        Command::RegisterParticipant { participant } | Command::AmendParticipant { participant, .. } => {
            is_erased(&participant.id)
        }
        Command::MergeParticipants { kept, gone } => is_erased(kept) || is_erased(gone),
        Command::AddListing { listing } | Command::AmendListing { listing, .. } => {
            is_erased(&listing.participant)
        }
        Command::PostDeal { terms, .. } | Command::AmendDeal { terms, .. } => {
            terms.parties().any(|party| is_erased(&party))
        }
        Command::MarkArrived { participant } | Command::TakeBackArrival { participant } => {
            is_erased(participant)
        }
        Command::AwardPrize { prize } => match prize.winner() {
            Winner::Deal(deal) => {
                let won = board.deals.get(&deal);
                won.is_some_and(|won| board.is_of_erased(won))
            }
            Winner::Participant(participant) => is_erased(&participant),
        },
        _ => false,
    };
    if says_of_one {
        Err(Refusal::ParticipantErased)
    } else {
        Ok(())
    }
}
