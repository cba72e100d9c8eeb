//! Which audience each event is for.

use crate::audience::Audience;
use crate::board::Board;
use crate::deal::Deal;
use crate::event::Event;
use crate::ids::DealId;

/// Who may see `event`, judged on the staff's board before it is applied.
pub fn of_event(board: &Board, event: &Event) -> Audience {
    match event {
        Event::DealWritten { .. }
        | Event::DealHeld { .. }
        | Event::DealDeclined { .. }
        | Event::DealSentBack { .. }
        | Event::DealChangeProposed { .. }
        | Event::DealChangeDeclined { .. }
        | Event::ServerSlept { .. }
        | Event::SleepAnswered { .. } => Audience::Staff,
        Event::DealPosted { deal } | Event::DealReinstated { deal } => of_deal(deal),
        Event::DealAmended { deal, .. }
        | Event::DealSpotlit { deal: Some(deal) }
        | Event::DealWithdrawn { deal }
        | Event::DealRemoved { deal }
        | Event::DealRecalled { deal } => of_known_deal(board, *deal),
        Event::ExchangeConfigured { .. }
        | Event::ProgrammeSet { .. }
        | Event::ParticipantRegistered { .. }
        | Event::ParticipantAmended { .. }
        | Event::ListingAdded { .. }
        | Event::ListingAmended { .. }
        | Event::ListingRemoved { .. }
        | Event::FloorOpened { .. }
        | Event::FloorClosed { .. }
        | Event::BellRung { .. }
        | Event::RoundStarted { .. }
        | Event::RoundPaused { .. }
        | Event::RoundResumed { .. }
        | Event::RoundAdjusted { .. }
        | Event::RoundEnded { .. }
        | Event::TotalsFrozen { .. }
        | Event::DealsRevealed { .. }
        | Event::TotalsThawed
        | Event::MilestoneReached { .. }
        | Event::AnnouncementMade { .. }
        | Event::AnnouncementEnded { .. }
        | Event::SceneSet { .. }
        | Event::DealSpotlit { deal: None }
        | Event::ResultAnnounced { .. }
        | Event::BreakSet { .. }
        | Event::StepUndone { .. } => Audience::Public,
    }
}

fn of_deal(deal: &Deal) -> Audience {
    if deal.is_public() {
        Audience::Public
    } else {
        Audience::Staff
    }
}

fn of_known_deal(board: &Board, id: DealId) -> Audience {
    board.deals.get(&id).map_or(Audience::Staff, of_deal)
}
