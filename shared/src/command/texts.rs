//! People's texts in a command: each is tidied before anything is decided, so that no event has one that is not.

use super::Command;
use crate::deal::{Bargain, Service, Terms};
use crate::exchange::Settings;
use crate::listing::Quantity;
use crate::text::{tidy, tidy_lines};

impl Command {
    /// The command with every text that people read [tidied](tidy). Keys, times, zones and colours are no such texts. What a desk saw of
    /// settings, programme, participants and offers stays as it saw it: it is held against what stands there, which an earlier version may
    /// have tidied otherwise.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let mut command = self.clone();
        for text in command.texts() {
            *text = tidy(text);
        }
        if let (Command::Configure { settings: kept, .. }, Command::Configure { settings: said, .. }) =
            (&mut command, self)
            && let (Some(kept), Some(said)) = (&mut kept.privacy, &said.privacy)
        {
            // Alone of all it has lines.
            kept.text = tidy_lines(&said.text);
        }
        command
    }

    fn texts(&mut self) -> Vec<&mut String> {
        match self {
            Command::Configure { settings, .. } => of_settings(settings),
            Command::BeginAnew { name, .. } => name.iter_mut().collect(),
            Command::SetProgramme { items, .. } => items.iter_mut().map(|item| &mut item.title).collect(),
            Command::RegisterParticipant { participant } | Command::AmendParticipant { participant, .. } => {
                std::iter::once(&mut participant.name)
                    .chain(&mut participant.place)
                    .collect()
            }
            Command::AddListing { listing } | Command::AmendListing { listing, .. } => {
                std::iter::once(&mut listing.text)
                    .chain(&mut listing.description)
                    .chain(of_quantity(&mut listing.quantity))
                    .collect()
            }
            Command::PostDeal { terms, broker, .. } => {
                let mut texts = of_terms(terms);
                texts.extend(broker.as_mut().map(|broker| &mut broker.name));
                texts
            }
            Command::AmendDeal { terms, expected, .. } => {
                let mut texts = of_terms(terms);
                texts.extend(expected.iter_mut().flat_map(|expected| of_terms(expected)));
                texts
            }
            Command::RatifyDeal { expected, .. } => expected
                .iter_mut()
                .flat_map(|expected| of_terms(expected))
                .collect(),
            Command::SendBackDeal { remark, .. } => vec![remark],
            Command::Announce { text, .. } => vec![text],
            Command::AddRound { title, .. } => vec![title],
            Command::MergeParticipants { .. }
            | Command::MarkArrived { .. }
            | Command::TakeBackArrival { .. }
            | Command::RemoveParticipant { .. }
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
            | Command::RecallDeal { .. }
            | Command::AdmitDeal { .. }
            | Command::DeclineDeal { .. }
            | Command::FreezeTotals
            | Command::RevealDeals { .. }
            | Command::EndAnnouncement { .. }
            | Command::SetScene { .. }
            | Command::SpotlightDeal { .. }
            | Command::ShortlistDeal { .. }
            | Command::AwardPrize { .. }
            | Command::TakePrizeBack { .. }
            | Command::TakeBack { .. }
            | Command::SetBreak { .. }
            | Command::NoteSleep { .. }
            | Command::AnswerSleep { .. }
            | Command::AnnounceResult => Vec::new(),
        }
    }
}

impl Terms {
    /// The terms with every text that people read [tidied](tidy), as they stand in the log.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let mut terms = self.clone();
        for text in of_terms(&mut terms) {
            *text = tidy(text);
        }
        terms
    }
}

pub(crate) fn of_settings(settings: &mut Settings) -> Vec<&mut String> {
    let mut texts = vec![&mut settings.name, &mut settings.place];
    texts.extend(settings.benchmark.as_mut().map(|benchmark| &mut benchmark.name));
    texts.extend(
        settings
            .staging
            .sponsors
            .iter_mut()
            .map(|sponsor| &mut sponsor.name),
    );
    texts.extend(settings.categories.iter_mut().map(|category| &mut category.name));
    texts.extend(settings.role_titles.values_mut());
    texts.extend(settings.privacy.as_mut().map(|privacy| &mut privacy.text));
    texts
}

pub(crate) fn of_terms(terms: &mut Terms) -> Vec<&mut String> {
    let mut texts = match &mut terms.bargain {
        Bargain::OneWay { service } | Bargain::Intention { service } => of_service(service),
        Bargain::TwoWay {
            service,
            return_service,
        } => {
            let mut texts = of_service(service);
            texts.extend(of_service(return_service));
            texts
        }
    };
    texts.extend(terms.first_step.as_mut().map(|step| &mut step.what));
    texts
}

fn of_service(service: &mut Service) -> Vec<&mut String> {
    std::iter::once(&mut service.text)
        .chain(of_quantity(&mut service.quantity))
        .collect()
}

pub(crate) fn of_quantity(quantity: &mut Option<Quantity>) -> Option<&mut String> {
    quantity.as_mut().map(|quantity| &mut quantity.unit)
}
