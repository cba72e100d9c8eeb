//! What is said to other programs of an event: the public's copy of it, and where it stands among what the public sees.

use std::sync::Arc;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::event::Event;
use borsklokka_shared::ids::{Epoch, ExchangeId, ParticipantId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::wire::EventMessage;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::queue::Kept;
use crate::api::Denied;
use crate::hub::Hub;
use crate::log::{self, Unreadable};

/// What goes over the wire, and what is kept to know it again.
pub(super) struct Content {
    pub(super) body: Vec<u8>,
    pub(super) sha256: String,
}

/// Whether there is anything to say of it any more.
pub(super) enum Says {
    This(Content),
    /// What it was about is of a history that the exchange is no longer.
    Nothing,
    /// Its event is damaged, so that it never can be said.
    Never,
}

/// The body, in the standard's own form.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    what: &'a str,
    timestamp: Instant,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    exchange: Exchange<'a>,
    /// The history, as the public knows it.
    epoch: Epoch,
    /// The event and its positions among those that the public sees; none of a test.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    message: Option<EventMessage>,
    /// What whom it names is called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    participants: Vec<Named>,
}

#[derive(Serialize)]
struct Exchange<'a> {
    id: ExchangeId,
    slug: &'a str,
}

#[derive(Serialize)]
struct Named {
    id: ParticipantId,
    name: String,
}

/// An event's name on the wire.
pub(super) fn name_of(event: &Event) -> String {
    let value = serde_json::to_value(event).ok();
    let name = value.as_ref().and_then(|value| value["type"].as_str());
    name.unwrap_or_default().to_owned()
}

/// Makes what is said, from the log as it is now.
///
/// # Errors
/// If the log cannot be read.
pub(super) async fn make(hub: &Arc<Hub>, exchange: ExchangeId, kept: &Kept) -> Result<Says, Denied> {
    let log = log::open(hub.access.database());
    let Some(row) = log.exchange(exchange).await? else {
        return Ok(Says::Nothing);
    };
    let (timestamp, message) = match kept.seq {
        None => (kept.made_at, None),
        Some(seq) if seq <= row.begins_after => return Ok(Says::Nothing),
        Some(Seq(seq)) => {
            let found = match log.read(exchange, Seq(seq.saturating_sub(1)), 1).await {
                Ok(found) => found,
                // What a newer node wrote that one says.
                Err(error) if error.unreadable() == Some(Unreadable::Damaged) => {
                    tracing::error!(%exchange, %error, "what other programs were to be told of exchange {exchange} is damaged: {error}");
                    return Ok(Says::Never);
                }
                Err(error) => return Err(error.into()),
            };
            let found = found.into_iter().find(|recorded| recorded.seq == Seq(seq));
            let Some(recorded) = found.filter(|recorded| recorded.audience == Audience::Public) else {
                return Ok(Says::Nothing);
            };
            (recorded.at, Some(EventMessage::of(&recorded, Audience::Public)))
        }
    };
    let parties = message
        .as_ref()
        .map(|message| parties(&message.event))
        .unwrap_or_default();
    let participants = if parties.is_empty() {
        Vec::new()
    } else {
        let floor = hub.floors.by_id(exchange).await?;
        floor.view.with_public_board(|board| {
            let named = parties.into_iter().filter_map(|id| {
                let name = board.participant(id)?.name.clone();
                Some(Named { id, name })
            });
            named.collect()
        })
    };
    let body = Body {
        what: &kept.what,
        timestamp,
        data: Data {
            exchange: Exchange {
                id: exchange,
                slug: &row.slug,
            },
            epoch: Audience::Public.epoch(row.epoch),
            message,
            participants,
        },
    };
    let body = serde_json::to_vec(&body).expect("it has string keys and whole numbers only");
    let sha256 = hex::encode(Sha256::digest(&body));
    Ok(Says::This(Content { body, sha256 }))
}

/// Whom an event names by ids, each once.
fn parties(event: &Event) -> Vec<ParticipantId> {
    let of_deals = |deals: &[Deal]| deals.iter().flat_map(|deal| deal.terms.parties()).collect();
    let mut parties: Vec<ParticipantId> = match event {
        Event::DealPosted { deal } | Event::DealReinstated { deal } => of_deals(std::slice::from_ref(deal)),
        Event::DealsRevealed { deals } => of_deals(deals),
        Event::DealAmended { terms, .. } => terms.parties().collect(),
        _ => Vec::new(),
    };
    let mut seen = std::collections::BTreeSet::new();
    parties.retain(|id| seen.insert(*id));
    parties
}
