//! Deals drawn from what an exchange has: its participants, and its catalogue.

use std::collections::BTreeMap;

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::deal::{Bargain, Service, Terms};
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::wire::Catalogue;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::{Chance, ClientError};

/// Bytes of a catalogue that are read at most.
const CATALOGUE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Where deals come from. The same seed draws the same terms in the same order.
pub(super) struct Draw {
    participants: Vec<ParticipantId>,
    /// An offer with a wish of its category by someone else.
    matches: Vec<(Listing, Listing)>,
    chance: Chance,
}

impl Draw {
    pub(super) fn new(mut participants: Vec<ParticipantId>, catalogue: Catalogue, seed: u64) -> Self {
        participants.sort();
        let mut by_category: BTreeMap<_, (Vec<Listing>, Vec<Listing>)> = BTreeMap::new();
        let mut listings = catalogue.listings;
        listings.sort_by_key(|listing| listing.id);
        for listing in listings {
            let (offers, wishes) = by_category.entry(listing.category.clone()).or_default();
            match listing.kind {
                ListingKind::Offer => offers.push(listing),
                ListingKind::Wish => wishes.push(listing),
            }
        }
        let mut matches = Vec::new();
        for (offers, wishes) in by_category.values() {
            for (offer, wish) in offers.iter().zip(wishes.iter().cycle()) {
                if offer.participant != wish.participant {
                    matches.push((offer.clone(), wish.clone()));
                }
            }
        }
        Self {
            participants,
            matches,
            chance: Chance(seed),
        }
    }

    /// The next deal; `None` if there are not two to make one.
    pub(super) fn deal(&mut self) -> Option<(DealId, Command)> {
        let (giver, receiver, service) = match self.pick(self.matches.len()) {
            Some(index) => {
                let (offer, wish) = &self.matches[index];
                let service = Service {
                    text: offer.text.clone(),
                    category: Some(offer.category.clone()),
                    quantity: offer.quantity.clone(),
                    effort_minutes: offer.effort_minutes,
                    worth: None,
                    listings: vec![offer.id, wish.id],
                };
                (offer.participant, wish.participant, service)
            }
            None => {
                let giver = self.pick(self.participants.len())?;
                let further = 1 + self.pick(self.participants.len() - 1)?;
                let service = Service {
                    text: "En time hjelp".to_owned(),
                    category: None,
                    quantity: None,
                    effort_minutes: Some(60),
                    worth: None,
                    listings: Vec::new(),
                };
                let receiver = (giver + further) % self.participants.len();
                (self.participants[giver], self.participants[receiver], service)
            }
        };
        let deal = DealId(Uuid::now_v7());
        let terms = Terms {
            givers: vec![giver],
            receivers: vec![receiver],
            bargain: Bargain::OneWay { service },
            first_step: None,
            deadline: None,
        };
        let command = Command::PostDeal {
            deal,
            terms,
            written_on: WrittenOn::Tablet,
            broker: None,
        };
        Some((deal, command))
    }

    fn pick(&mut self, from: usize) -> Option<usize> {
        (from > 0).then(|| self.chance.below(from as u64) as usize)
    }
}

/// Reads an exchange's catalogue.
pub(super) async fn catalogue(address: &str, slug: &str) -> Result<Catalogue, ClientError> {
    let mut stream = TcpStream::connect(address)
        .await
        .map_err(ClientError::Catalogue)?;
    // Version 1.0: the answer comes in one piece and ends with the connection.
    let request = format!("GET /api/v1/exchanges/{slug}/catalogue HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .map_err(ClientError::Catalogue)?;
    let mut answer = Vec::new();
    stream
        .take(CATALOGUE_BYTES_MAX)
        .read_to_end(&mut answer)
        .await
        .map_err(ClientError::Catalogue)?;
    let body = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|end| &answer[end + 4..]);
    body.and_then(|body| serde_json::from_slice(body).ok())
        .ok_or_else(|| ClientError::NoExchange(slug.to_owned()))
}
