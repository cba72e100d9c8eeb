//! Drammen's evening, from `demo/drammen.json`: a programme, 89 invented participants with their offers and wishes, and
//! deals for the rehearsal's brokers.

use borsklokka_shared::command::Command;
use borsklokka_shared::date::Date;
use borsklokka_shared::deal::{Bargain, FirstStep, Service, Terms};
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::exchange::{ProgrammeItem, Settings};
use borsklokka_shared::ids::{CategoryId, CommandId, DeviceId, ListingId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::listing::{Listing, ListingKind, Quantity};
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::{Actor, Role};
use futures_util::future::join_all;
use serde::Deserialize;
use uuid::Uuid;

use crate::floor::{FloorHandle, Submission};
use crate::log::Answer;
use borsklokka_shared::contact::Contact;

/// An evening as data.
#[derive(Debug, Deserialize)]
pub struct Demo {
    /// The exchange's address.
    pub slug: String,
    /// Its settings.
    pub settings: Settings,
    /// Its programme.
    pub programme: Vec<ProgrammeItem>,
    /// The names of its brokers.
    pub brokers: Vec<String>,
    /// Its participants, with their listings and contact details.
    pub participants: Vec<DemoParticipant>,
    /// Deals that its brokers write in a rehearsal.
    pub deals: Vec<DemoDeal>,
}

/// A participant of the demo.
#[derive(Debug, Deserialize)]
pub struct DemoParticipant {
    /// Its id.
    pub id: ParticipantId,
    name: String,
    sector: Sector,
    symbol: String,
    place: String,
    /// Whom to call. Kept apart from everything that is shown.
    pub contact: Contact,
    #[serde(default)]
    offers: Vec<DemoListing>,
    #[serde(default)]
    wishes: Vec<DemoListing>,
}

#[derive(Debug, Deserialize)]
struct DemoListing {
    id: ListingId,
    text: String,
    category: CategoryId,
    quantity: Option<u32>,
    unit: Option<String>,
    minutes: Option<u32>,
}

/// A deal of the rehearsal, with parties by symbol.
#[derive(Debug, Deserialize)]
pub struct DemoDeal {
    giver: String,
    receiver: String,
    kind: DemoKind,
    service: DemoService,
    return_service: Option<DemoService>,
    first_step: Option<DemoFirstStep>,
    deadline: Option<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DemoKind {
    OneWay,
    TwoWay,
    Intention,
}

#[derive(Debug, Deserialize)]
struct DemoService {
    text: String,
    category: Option<CategoryId>,
    minutes: Option<u32>,
    #[serde(default)]
    listings: Vec<ListingId>,
}

#[derive(Debug, Deserialize)]
struct DemoFirstStep {
    by: String,
    what: String,
    due: Option<Date>,
}

/// The demo cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[error("the demo exchange cannot be loaded: {0}")]
pub struct LoadError(Refusal);

impl Demo {
    /// Drammen's evening.
    pub fn drammen() -> Self {
        serde_json::from_str(include_str!("../../demo/drammen.json")).expect("a test reads demo/drammen.json")
    }

    /// Loads settings, programme, participants and listings into an exchange. Every command has a fixed id, so that a load
    /// that was cut short is completed by the next one, and a complete one is not repeated.
    ///
    /// # Errors
    /// With the first refusal.
    pub async fn load(&self, floor: &FloorHandle) -> Result<(), LoadError> {
        let set_up = [
            (1, Command::configure(self.settings.clone())),
            (2, Command::set_programme(self.programme.clone())),
        ];
        for (number, command) in set_up {
            submit(floor, Uuid::from_u128(number), command).await?;
        }
        let registrations = self.participants.iter().map(|participant| {
            let entry = ParticipantEntry {
                id: participant.id,
                name: participant.name.clone(),
                sector: participant.sector,
                name_shown: NameShown::First,
                symbol: Some(participant.symbol.clone()),
                place: Some(participant.place.clone()),
            };
            submit(
                floor,
                participant.id.0,
                Command::RegisterParticipant { participant: entry },
            )
        });
        join_all(registrations)
            .await
            .into_iter()
            .collect::<Result<(), _>>()?;
        let listings = self
            .participants
            .iter()
            .flat_map(DemoParticipant::listings)
            .map(|listing| submit(floor, listing.id.0, Command::AddListing { listing }));
        join_all(listings).await.into_iter().collect()
    }

    /// The terms of the deal at `index`; they repeat from the start after the last.
    pub fn terms(&self, index: usize) -> Terms {
        let deal = &self.deals[index % self.deals.len()];
        let party = |symbol: &str| {
            self.participants
                .iter()
                .find(|participant| participant.symbol == symbol)
                .map(|participant| participant.id)
                .expect("a test finds every party of the demo's deals")
        };
        let service = deal.service.service();
        let bargain = match (&deal.kind, &deal.return_service) {
            (DemoKind::TwoWay, Some(return_service)) => Bargain::TwoWay {
                service,
                return_service: return_service.service(),
            },
            (DemoKind::OneWay | DemoKind::TwoWay, _) => Bargain::OneWay { service },
            (DemoKind::Intention, _) => Bargain::Intention { service },
        };
        Terms {
            givers: vec![party(&deal.giver)],
            receivers: vec![party(&deal.receiver)],
            bargain,
            first_step: deal.first_step.as_ref().map(|step| FirstStep {
                by: party(&step.by),
                what: step.what.clone(),
                due: step.due,
            }),
            deadline: deal.deadline,
        }
    }
}

impl DemoParticipant {
    fn listings(&self) -> impl Iterator<Item = Listing> {
        let offers = self.offers.iter().map(|listing| (ListingKind::Offer, listing));
        let wishes = self.wishes.iter().map(|listing| (ListingKind::Wish, listing));
        offers.chain(wishes).map(|(kind, listing)| Listing {
            description: None,
            id: listing.id,
            participant: self.id,
            kind,
            text: listing.text.clone(),
            category: listing.category.clone(),
            quantity: listing
                .quantity
                .zip(listing.unit.clone())
                .map(|(amount, unit)| Quantity { amount, unit }),
            effort_minutes: listing.minutes,
        })
    }
}

impl DemoService {
    fn service(&self) -> Service {
        Service {
            text: self.text.clone(),
            category: self.category.clone(),
            quantity: None,
            effort_minutes: self.minutes,
            worth: None,
            listings: self.listings.clone(),
        }
    }
}

/// The hand that loads the demo.
pub fn loader() -> Actor {
    Actor {
        role: Role::Organiser,
        device: DeviceId(Uuid::nil()),
        name: "demo".to_owned(),
        paired_at: Instant::default(),
    }
}

async fn submit(floor: &FloorHandle, id: Uuid, command: Command) -> Result<(), LoadError> {
    let submission = Submission {
        actor: loader(),
        id: CommandId(id),
        command,
        written_at: None,
        clock: ClockTrust::Estimated,
        epoch: None,
    };
    match floor.submit(submission).await {
        // An id that was used for other content: an earlier version's demo. It stays as it was.
        Answer::Accepted { .. }
        | Answer::Refused {
            refusal: Refusal::IdReused,
        } => Ok(()),
        Answer::Refused { refusal } => Err(LoadError(refusal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drammens_evening_is_complete() {
        let demo = Demo::drammen();
        let count = |sector| {
            demo.participants
                .iter()
                .filter(|participant| participant.sector == sector)
                .count()
        };
        assert_eq!(
            [Sector::Business, Sector::Voluntary, Sector::Public].map(count),
            [17, 47, 25]
        );
        assert_eq!(demo.settings.goal, 60);
        let start_times: Vec<&str> = demo.programme.iter().map(|item| item.time.as_str()).collect();
        assert_eq!(
            start_times,
            ["16:30", "17:00", "17:15", "17:40", "18:05", "18:25"]
        );
        for participant in &demo.participants {
            assert!(
                (2..=4).contains(&participant.listings().count()),
                "{}",
                participant.name
            );
            let email = participant.contact.email.as_deref().unwrap_or_default();
            assert!(email.ends_with("example.org"), "{email}");
        }
        for index in 0..demo.deals.len() {
            assert_ne!(demo.terms(index).givers, demo.terms(index).receivers);
        }
    }
}
