//! What the jury has in mind, and what it gives.

use crate::board::Board;
use crate::event::Event;
use crate::exchange::Scene;
use crate::ids::DealId;
use crate::prize::{Prize, PrizeKind, Winner};
use crate::refusal::Refusal;

/// Puts a deal on the shortlist or takes it off.
pub(super) fn shortlist(board: &Board, id: DealId, on: bool) -> Result<Vec<Event>, Refusal> {
    let deal = board.deals.get(&id).ok_or(Refusal::UnknownDeal)?;
    if on && !deal.counts() {
        return Err(Refusal::WrongStanding);
    }
    if board.shortlist.contains(&id) == on {
        return Err(Refusal::AlreadySo);
    }
    Ok(vec![Event::DealShortlisted { deal: id, on }])
}

/// Awards a prize, in place of whoever had it, and shows it to the hall.
pub(super) fn award(board: &Board, prize: Prize) -> Result<Vec<Event>, Refusal> {
    match prize.winner() {
        Winner::Deal(id) => {
            let deal = board.deals.get(&id).ok_or(Refusal::UnknownDeal)?;
            if !deal.counts() {
                return Err(Refusal::WrongStanding);
            }
        }
        Winner::Participant(id) => {
            let winner = board.participant(id).ok_or(Refusal::UnknownParticipant)?;
            if board.deals_of(winner.id) == 0 {
                return Err(Refusal::WrongStanding);
            }
        }
    }
    let shown = (board.scene != Scene::Prizes).then_some(Event::SceneSet { scene: Scene::Prizes });
    Ok([Event::PrizeAwarded { prize }].into_iter().chain(shown).collect())
}

/// Takes a prize back.
pub(super) fn take_back(board: &Board, kind: PrizeKind) -> Result<Vec<Event>, Refusal> {
    if !board.prizes.iter().any(|prize| prize.kind() == kind) {
        return Err(Refusal::AlreadySo);
    }
    Ok(vec![Event::PrizeTakenBack { prize: kind }])
}
