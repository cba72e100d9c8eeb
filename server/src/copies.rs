//! Copies: gathers what the board, the contacts, the signatures and the logo say of an agreement, and has it printed.

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DealId, DealNumber, ExchangeId, ParticipantId};
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;

use crate::access::Access;
use crate::agreement::paper::{Facts, Logo, Private, Sheaf};
use crate::agreement::press::has_room_for;
use crate::agreement::signature::Signature;
use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::database::on_either;
use crate::floor::FloorHandle;
use crate::hub::Hub;

/// A printed copy.
pub(crate) struct Copy {
    /// Its file's name, without the ending.
    pub(crate) name: String,
    pub(crate) pdf: Vec<u8>,
}

impl Copy {
    /// A file of this name, without its ending.
    pub(crate) fn new(name: String, pdf: Vec<u8>) -> Self {
        Self { name, pdf }
    }
}

impl IntoResponse for Copy {
    fn into_response(self) -> Response {
        let name = format!("inline; filename=\"{}.pdf\"", self.name);
        let headers = [
            (header::CONTENT_TYPE, "application/pdf".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ];
        (headers, self.pdf).into_response()
    }
}

/// One agreement.
pub(crate) async fn one(hub: &Arc<Hub>, floor: &FloorHandle, deal: DealId) -> Result<Copy, Denied> {
    let exchange = floor.exchange.id;
    let facts = floor.view.with_staff_board(|board| {
        let is_of_erased = board
            .deals
            .get(&deal)
            .is_some_and(|known| board.is_of_erased(known));
        // Nothing is left to print of it.
        (!is_of_erased)
            .then(|| Facts::of(board, board.deals.get(&deal)))
            .ok_or(Refusal::ParticipantErased)
    })?;
    let facts = facts.ok_or(Denied::UnknownDeal)?;
    let found = facts.deals.first().ok_or(Denied::UnknownDeal)?;
    let name = name_of(facts.settings.language, found.number);
    let mut contacts = HashMap::new();
    for party in found.terms.parties() {
        contacts.insert(party, hub.access.contact(exchange, party).await?);
    }
    let private = Private {
        contacts,
        signatures: signatures_of_deal(&hub.access, exchange, deal).await?,
        logo: logo(hub, exchange, &facts.settings).await?,
    };
    print(hub, &facts, private, name).await
}

/// What the file of an agreement is called, without the ending.
pub(crate) fn name_of(language: Language, number: Option<DealNumber>) -> String {
    let file = Texts::of(language).file;
    match number {
        Some(number) => format!("{file}-{}", number.0),
        None => file.to_owned(),
    }
}

/// Prints agreements as one file.
pub(crate) async fn print(
    hub: &Arc<Hub>,
    facts: &Facts,
    private: Private,
    name: String,
) -> Result<Copy, Denied> {
    let pdf = hub.press.print(Sheaf::of(facts, private)).await?;
    Ok(Copy::new(name, pdf))
}

/// The exchange's logo, if it has one that can be shown.
pub(crate) async fn logo(
    hub: &Hub,
    exchange: ExchangeId,
    settings: &Settings,
) -> Result<Option<Logo>, Denied> {
    let Some(id) = settings.staging.logo else {
        return Ok(None);
    };
    match hub.access.picture_content(exchange, id).await {
        Ok(content) => Ok(Some(Logo { content }).filter(has_room_for)),
        Err(Denied::UnknownPicture) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A signature as it is stored: the deal, the participant, the hash of the terms, the name, and the strokes.
type Columns = (String, String, String, String, String);

fn read_signature(
    (deal, participant, terms_sha256, name, strokes): Columns,
) -> Result<((DealId, ParticipantId), Signature), Denied> {
    let broken = || Denied::Broken("a stored signature cannot be read".to_owned());
    let deal = deal.parse().map_err(|_| broken())?;
    let participant = participant.parse().map_err(|_| broken())?;
    let signature = Signature {
        terms_sha256,
        name,
        strokes: serde_json::from_str(&strokes).map_err(|_| broken())?,
    };
    Ok(((deal, participant), signature))
}

/// The signatures of one deal.
async fn signatures_of_deal(
    access: &Access,
    exchange: ExchangeId,
    deal: DealId,
) -> Result<HashMap<(DealId, ParticipantId), Signature>, Denied> {
    let rows: Vec<Columns> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT deal_id, participant_id, terms_sha256, name, strokes FROM signatures \
         WHERE exchange_id = $1 AND deal_id = $2",
    )
    .bind(exchange.to_string())
    .bind(deal.to_string())
    .fetch_all(on)
    .await)?;
    rows.into_iter().map(read_signature).collect()
}

/// The signatures of all deals of an exchange.
pub(crate) async fn signatures_of_exchange(
    access: &Access,
    exchange: ExchangeId,
) -> Result<HashMap<(DealId, ParticipantId), Signature>, Denied> {
    let rows: Vec<Columns> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT deal_id, participant_id, terms_sha256, name, strokes FROM signatures WHERE exchange_id = $1",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    rows.into_iter().map(read_signature).collect()
}
