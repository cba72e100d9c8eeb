//! Participants in a command: whoever names one that was merged means the one that it was merged into, for ever. This is the
//! one place where that is so.

use crate::board::Board;
use crate::command::Command;
use crate::deal::Terms;
use crate::ids::ParticipantId;
use crate::prize::{Prize, Winner};

/// The command with the participants of today: a device that was offline names them as it knew them. What it says of
/// somebody in whole, such as another name, is not the other's, and stays as it is.
pub(super) fn of_today(command: Command, board: &Board) -> Command {
    let today = |id: ParticipantId| board.participant(id).map_or(id, |one| one.id);
    match command {
        Command::PostDeal {
            deal,
            terms,
            written_on,
            broker,
        } => Command::PostDeal {
            deal,
            terms: terms_of_today(terms, board),
            written_on,
            broker,
        },
        Command::AmendDeal {
            deal,
            terms,
            expected,
        } => Command::AmendDeal {
            deal,
            terms: terms_of_today(terms, board),
            expected: expected.map(|expected| Box::new(terms_of_today(*expected, board))),
        },
        Command::RatifyDeal { deal, expected } => Command::RatifyDeal {
            deal,
            expected: expected.map(|expected| Box::new(terms_of_today(*expected, board))),
        },
        Command::AddListing { mut listing } => {
            listing.participant = today(listing.participant);
            Command::AddListing { listing }
        }
        Command::AmendListing {
            mut listing,
            mut expected,
        } => {
            listing.participant = today(listing.participant);
            if let Some(expected) = &mut expected {
                expected.participant = today(expected.participant);
            }
            Command::AmendListing { listing, expected }
        }
        Command::MergeParticipants { kept, gone } => Command::MergeParticipants {
            kept: today(kept),
            gone: today(gone),
        },
        Command::MarkArrived { participant } => Command::MarkArrived {
            participant: today(participant),
        },
        Command::TakeBackArrival { participant } => Command::TakeBackArrival {
            participant: today(participant),
        },
        Command::RemoveParticipant { participant } => Command::RemoveParticipant {
            participant: today(participant),
        },
        Command::AwardPrize { prize } => Command::AwardPrize {
            prize: match prize.winner() {
                Winner::Participant(participant) => Prize::most_deals(today(participant)),
                Winner::Deal(_) => prize,
            },
        },
        same @ (Command::Configure { .. }
        | Command::BeginAnew { .. }
        | Command::SetProgramme { .. }
        | Command::RegisterParticipant { .. }
        | Command::AmendParticipant { .. }
        | Command::RemoveListing { .. }
        | Command::OpenFloor { .. }
        | Command::CloseFloor { .. }
        | Command::RingBell { .. }
        | Command::StartRound { .. }
        | Command::PauseRound { .. }
        | Command::ResumeRound { .. }
        | Command::AdjustRound { .. }
        | Command::EndRound { .. }
        | Command::WithdrawDeal { .. }
        | Command::RemoveDeal { .. }
        | Command::ReinstateDeal { .. }
        | Command::SendBackDeal { .. }
        | Command::RecallDeal { .. }
        | Command::AdmitDeal { .. }
        | Command::DeclineDeal { .. }
        | Command::FreezeTotals
        | Command::RevealDeals { .. }
        | Command::Announce { .. }
        | Command::EndAnnouncement { .. }
        | Command::SetScene { .. }
        | Command::SpotlightDeal { .. }
        | Command::ShortlistDeal { .. }
        | Command::TakePrizeBack { .. }
        | Command::TakeBack { .. }
        | Command::AddRound { .. }
        | Command::SetBreak { .. }
        | Command::AnnounceResult
        | Command::NoteSleep { .. }
        | Command::AnswerSleep { .. }) => same,
    }
}

/// The terms with the participants of today, as they stand in the log.
#[must_use]
pub fn terms_of_today(mut terms: Terms, board: &Board) -> Terms {
    let parties: Vec<ParticipantId> = terms.parties().collect();
    let step = terms.first_step.as_ref().map(|step| step.by);
    for named in parties.into_iter().chain(step) {
        if let Some(today) = board.participant(named)
            && today.id != named
        {
            terms.rename(named, today.id);
        }
    }
    terms
}
