//! People's texts in an event. Whoever adds an event says here what people wrote in it: what is left out is never searched.

use crate::command::{of_quantity, of_settings, of_terms};
use crate::deal::{Deal, Standing};
use crate::event::Event;
use crate::listing::Listing;
use crate::participant::Participant;

impl Event {
    /// Everything in it that somebody typed. Keys, times, zones and colours are no such texts.
    pub(crate) fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Event::ExchangeConfigured { settings } => of_settings(settings),
            Event::BegunAnew { kept, .. } => kept.as_mut().map_or_else(Vec::new, |kept| {
                let mut texts: Vec<&mut String> = kept.settings.as_mut().map_or_else(Vec::new, of_settings);
                texts.extend(kept.programme.iter_mut().map(|item| &mut item.title));
                texts.extend(kept.participants.iter_mut().flat_map(of_participant));
                texts.extend(kept.listings.iter_mut().flat_map(of_listing));
                texts
            }),
            Event::ProgrammeSet { items } => items.iter_mut().map(|item| &mut item.title).collect(),
            Event::ParticipantRegistered { participant } | Event::ParticipantAmended { participant } => {
                of_participant(participant)
            }
            Event::ParticipantsMerged { name, .. } | Event::ParticipantRemoved { name, .. } => vec![name],
            Event::ListingAdded { listing } | Event::ListingAmended { listing } => of_listing(listing),
            Event::DealPosted { deal }
            | Event::DealWritten { deal }
            | Event::DealHeld { deal }
            | Event::DealReinstated { deal } => of_deal(deal),
            Event::DealsRevealed { deals } => deals.iter_mut().flat_map(of_deal).collect(),
            Event::DealAmended { terms, .. } | Event::DealChangeProposed { terms, .. } => of_terms(terms),
            Event::DealSentBack { remark, .. } | Event::DealChangeDeclined { remark, .. } => vec![remark],
            Event::AnnouncementMade { announcement } => vec![&mut announcement.text],
            Event::ParticipantArrived { .. }
            | Event::ArrivalTakenBack { .. }
            | Event::ListingRemoved { .. }
            | Event::FloorOpened { .. }
            | Event::FloorClosed { .. }
            | Event::BellRung { .. }
            | Event::RoundStarted { .. }
            | Event::RoundPaused { .. }
            | Event::RoundResumed { .. }
            | Event::RoundAdjusted { .. }
            | Event::RoundEnded { .. }
            | Event::DealDeclined { .. }
            | Event::DealWithdrawn { .. }
            | Event::DealRemoved { .. }
            | Event::DealRecalled { .. }
            | Event::TotalsFrozen { .. }
            | Event::TotalsThawed
            | Event::MilestoneReached { .. }
            | Event::AnnouncementEnded { .. }
            | Event::SceneSet { .. }
            | Event::DealSpotlit { .. }
            | Event::ResultAnnounced { .. }
            | Event::DealShortlisted { .. }
            | Event::PrizeAwarded { .. }
            | Event::PrizeTakenBack { .. }
            | Event::BreakSet { .. }
            | Event::StepUndone { .. }
            | Event::ServerSlept { .. }
            | Event::SleepAnswered { .. }
            | Event::DataErased { .. } => Vec::new(),
        }
    }
}

fn of_participant(participant: &mut Participant) -> Vec<&mut String> {
    std::iter::once(&mut participant.name)
        .chain(&mut participant.place)
        .collect()
}

fn of_listing(listing: &mut Listing) -> Vec<&mut String> {
    std::iter::once(&mut listing.text)
        .chain(&mut listing.description)
        .chain(of_quantity(&mut listing.quantity))
        .collect()
}

fn of_deal(deal: &mut Deal) -> Vec<&mut String> {
    let mut texts = of_terms(&mut deal.terms);
    texts.push(&mut deal.broker.name);
    texts.extend(remark_of(&mut deal.standing));
    texts
}

fn remark_of(standing: &mut Standing) -> Option<&mut String> {
    match standing {
        Standing::SentBack { remark } => Some(remark),
        Standing::Withdrawn { before } | Standing::Removed { before } => remark_of(before),
        Standing::Written
        | Standing::Held { .. }
        | Standing::Declined
        | Standing::Concealed
        | Standing::Posted => None,
    }
}
