//! Which audience each event is for, and what of it.

use std::borrow::Cow;

use crate::audience::Audience;
use crate::board::Board;
use crate::deal::{Bargain, Broker, Deal, FirstStep, Service, Terms};
use crate::event::Event;
use crate::ids::DealId;
use crate::kept::Kept;
use crate::participant::Participant;

/// Who may see `event`, judged on the staff's board before it is applied.
pub fn of_event(board: &Board, event: &Event) -> Audience {
    match event {
        Event::DealWritten { .. }
        | Event::DealHeld { .. }
        | Event::DealDeclined { .. }
        | Event::DealSentBack { .. }
        | Event::DealChangeProposed { .. }
        | Event::DealChangeDeclined { .. }
        | Event::ParticipantArrived { .. }
        | Event::ArrivalTakenBack { .. }
        | Event::DealShortlisted { .. }
        | Event::ServerSlept { .. }
        | Event::SleepAnswered { .. }
        | Event::DataErased { .. } => Audience::Staff,
        Event::DealPosted { deal } | Event::DealReinstated { deal } => of_deal(deal),
        Event::DealAmended { deal, .. }
        | Event::DealSpotlit { deal: Some(deal) }
        | Event::DealWithdrawn { deal }
        | Event::DealRemoved { deal }
        | Event::DealRecalled { deal } => of_known_deal(board, *deal),
        Event::ExchangeConfigured { .. }
        | Event::BegunAnew { .. }
        | Event::ProgrammeSet { .. }
        | Event::ParticipantRegistered { .. }
        | Event::ParticipantAmended { .. }
        | Event::ParticipantsMerged { .. }
        | Event::ParticipantRemoved { .. }
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
        | Event::PrizeAwarded { .. }
        | Event::PrizeTakenBack { .. }
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

/// What an audience gets of an event that it may see: staff all of it, the public what `OfThePublic` leaves.
pub fn seen_by(audience: Audience, event: &Event) -> Cow<'_, Event> {
    match audience {
        Audience::Staff => Cow::Borrowed(event),
        Audience::Public => of_the_public(event),
    }
}

fn of_the_public(event: &Event) -> Cow<'_, Event> {
    Cow::Owned(match event {
        Event::DealPosted { deal } => Event::DealPosted {
            deal: deal.clone().of_the_public(),
        },
        Event::DealReinstated { deal } => Event::DealReinstated {
            deal: deal.clone().of_the_public(),
        },
        Event::DealsRevealed { deals } => Event::DealsRevealed {
            deals: deals.iter().cloned().map(Deal::of_the_public).collect(),
        },
        Event::DealAmended { deal, terms } => Event::DealAmended {
            deal: *deal,
            terms: terms.clone().of_the_public(),
        },
        Event::ParticipantRegistered { participant } => Event::ParticipantRegistered {
            participant: participant.clone().of_the_public(),
        },
        Event::ParticipantAmended { participant } => Event::ParticipantAmended {
            participant: participant.clone().of_the_public(),
        },
        Event::BegunAnew { epoch, kept } => Event::BegunAnew {
            epoch: Audience::Public.epoch(*epoch),
            kept: kept.clone().map(|kept| Box::new(kept.of_the_public())),
        },
        Event::ParticipantsMerged {
            kept,
            gone,
            name,
            listings,
            deals: _,
        } => Event::ParticipantsMerged {
            kept: *kept,
            gone: *gone,
            name: name.clone(),
            listings: *listings,
            deals: None,
        },
        // Nothing of a deal or a participant is in these, or they are not the public's.
        Event::DealWritten { .. }
        | Event::DealHeld { .. }
        | Event::DealDeclined { .. }
        | Event::DealSentBack { .. }
        | Event::DealChangeProposed { .. }
        | Event::DealChangeDeclined { .. }
        | Event::DealWithdrawn { .. }
        | Event::DealRemoved { .. }
        | Event::DealRecalled { .. }
        | Event::DealSpotlit { .. }
        | Event::DealShortlisted { .. }
        | Event::PrizeAwarded { .. }
        | Event::PrizeTakenBack { .. }
        | Event::ExchangeConfigured { .. }
        | Event::ProgrammeSet { .. }
        | Event::ParticipantArrived { .. }
        | Event::ArrivalTakenBack { .. }
        | Event::ParticipantRemoved { .. }
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
        | Event::TotalsThawed
        | Event::MilestoneReached { .. }
        | Event::AnnouncementMade { .. }
        | Event::AnnouncementEnded { .. }
        | Event::SceneSet { .. }
        | Event::ResultAnnounced { .. }
        | Event::BreakSet { .. }
        | Event::StepUndone { .. }
        | Event::ServerSlept { .. }
        | Event::SleepAnswered { .. }
        | Event::DataErased { .. } => return Cow::Borrowed(event),
    })
}

/// What is left for the public. Every field is named, so that one that is added does not compile until it is said here whose it
/// is: the public's goes on, what is staff's alone becomes its default.
trait OfThePublic {
    fn of_the_public(self) -> Self;
}

impl OfThePublic for Deal {
    fn of_the_public(self) -> Self {
        let Self {
            id,
            terms,
            standing,
            number,
            broker: Broker { device, name },
            written_at,
            struck_at,
            late_at,
        } = self;
        Self {
            id,
            terms: terms.of_the_public(),
            standing,
            number,
            broker: Broker { device, name },
            written_at,
            struck_at,
            late_at,
        }
    }
}

impl OfThePublic for Terms {
    fn of_the_public(self) -> Self {
        let Self {
            givers,
            receivers,
            bargain,
            first_step,
            deadline,
        } = self;
        Self {
            givers,
            receivers,
            bargain: match bargain {
                Bargain::OneWay { service } => Bargain::OneWay {
                    service: service.of_the_public(),
                },
                Bargain::TwoWay {
                    service,
                    return_service,
                } => Bargain::TwoWay {
                    service: service.of_the_public(),
                    return_service: return_service.of_the_public(),
                },
                Bargain::Intention { service } => Bargain::Intention {
                    service: service.of_the_public(),
                },
            },
            first_step: first_step.map(FirstStep::of_the_public),
            deadline,
        }
    }
}

impl OfThePublic for FirstStep {
    fn of_the_public(self) -> Self {
        let Self { by, what, due } = self;
        Self { by, what, due }
    }
}

impl OfThePublic for Service {
    fn of_the_public(self) -> Self {
        let Self {
            text,
            category,
            quantity,
            effort_minutes,
            worth,
            listings,
        } = self;
        Self {
            text,
            category,
            quantity,
            effort_minutes,
            worth,
            listings,
        }
    }
}

impl OfThePublic for Kept {
    fn of_the_public(self) -> Self {
        let Self {
            settings,
            programme,
            participants,
            listings,
            erased: _,
        } = self;
        Self {
            settings,
            programme,
            participants: participants.into_iter().map(Participant::of_the_public).collect(),
            listings,
            erased: Vec::new(),
        }
    }
}

impl OfThePublic for Participant {
    fn of_the_public(self) -> Self {
        let Self {
            id,
            name,
            sector,
            symbol,
            place,
            was,
            was_symbols,
            is_erased,
        } = self;
        Self {
            id,
            name,
            sector,
            symbol,
            place,
            was,
            was_symbols,
            is_erased,
        }
    }
}
