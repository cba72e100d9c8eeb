//! Who may see what. An event that is not for an audience is never sent to it, and each audience has a board of its own.

use serde::{Deserialize, Serialize};

use crate::board::Board;
use crate::deal::Deal;
use crate::event::Event;
use crate::ids::DealId;
use crate::right::Right;
use crate::role::Role;

/// Who sees an event: everyone, or staff alone. Staff see all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Walls, phones and staff.
    Public,
    /// Whoever has [`Right::SeeStaffBoard`].
    Staff,
}

impl Audience {
    /// Both, the smaller first.
    pub const ALL: [Audience; 2] = [Audience::Public, Audience::Staff];

    /// The audience that a role belongs to.
    pub fn of_role(role: Role) -> Self {
        if role.has(Right::SeeStaffBoard) {
            Audience::Staff
        } else {
            Audience::Public
        }
    }

    /// Whether this audience sees an event that is meant for `other`.
    pub fn sees(self, other: Audience) -> bool {
        self >= other
    }

    /// The audience's name on the wire and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Audience::Public => "public",
            Audience::Staff => "staff",
        }
    }
}

/// The text is not the name of an audience.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an audience: public or staff")]
pub struct UnknownAudience;

impl std::str::FromStr for Audience {
    type Err = UnknownAudience;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Audience::ALL
            .into_iter()
            .find(|audience| audience.as_str() == text)
            .ok_or(UnknownAudience)
    }
}

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
