//! Copies: gathers what the board, the contacts, the signatures and the logo say of an agreement, and has it printed.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::deal::{Deal, Standing};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DealId, DealNumber, ExchangeId};
use borsklokka_shared::limits::AGREEMENTS_PER_FILE_MAX;
use serde::Deserialize;

use super::find::{self, InExchange};
use super::signatures;
use crate::agreement::paper::{Facts, Logo, Private, Sheaf};
use crate::agreement::press::has_room_for;
use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::entered::Entered;
use crate::floor::FloorHandle;
use crate::hub::Hub;

/// A printed copy.
pub(crate) struct Copy {
    name: String,
    pdf: Vec<u8>,
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

/// `GET /api/v1/exchanges/{slug}/deals/{deal}/agreement.pdf`, for staff.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
) -> Result<Copy, Denied> {
    let InExchange { exchange, deal, .. } = find::deal(&hub, entered, &deal).await?;
    one(&hub, &find::floor(&hub, exchange).await?, deal.id).await
}

/// One agreement.
pub(super) async fn one(hub: &Arc<Hub>, floor: &FloorHandle, deal: DealId) -> Result<Copy, Denied> {
    let exchange = floor.exchange.id;
    let facts = floor
        .view
        .with_staff_board(|board| Facts::of(board, |known| known.id == deal));
    let facts = facts.ok_or(Denied::UnknownDeal)?;
    let found = facts.deals.first().ok_or(Denied::UnknownDeal)?;
    let file = Texts::of(facts.settings.language).file;
    let name = match found.number {
        Some(number) => format!("{file}-{}", number.0),
        None => file.to_owned(),
    };
    let mut contacts = HashMap::new();
    for party in found.terms.parties() {
        contacts.insert(party, hub.access.contact(exchange, party).await?);
    }
    let private = Private {
        contacts,
        signatures: signatures::of_deal(&hub.access, exchange, deal).await?,
        logo: logo(hub, exchange, &facts.settings).await?,
    };
    print(hub, &facts, private, name).await
}

/// Which agreements of all.
#[derive(Deserialize)]
pub(crate) struct Span {
    /// From this number; else from the first.
    from: Option<DealNumber>,
    /// To this number; else to the last, and those that have none yet.
    to: Option<DealNumber>,
    /// A copy for each of these parties, all of one together; else each agreement once.
    parties: Option<Addressees>,
}

/// For whom copies are.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Addressees {
    /// Every party.
    Everyone,
    /// Those without an e-mail address: what is sent to the others need not be printed for them.
    WithoutEmail,
}

impl Span {
    fn holds(&self, deal: &Deal) -> bool {
        let in_span = match deal.number {
            Some(number) => {
                self.from.is_none_or(|from| from <= number) && self.to.is_none_or(|to| number <= to)
            }
            None => self.to.is_none(),
        };
        in_span && !matches!(deal.standing, Standing::Removed { .. })
    }
}

/// `GET /api/v1/exchanges/{slug}/agreements.pdf`, for the desk: all of them, by number. What was taken off every screen is
/// left out. With `parties`, those that count, by party.
pub(crate) async fn all(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    span: Result<Query<Span>, QueryRejection>,
) -> Result<Copy, Denied> {
    let Query(span) = span.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let floor = find::floor(&hub, exchange).await?;
    let facts = floor.view.with_staff_board(|board| {
        let counts = |deal: &Deal| span.parties.is_none() || deal.counts();
        let wanted = |deal: &Deal| span.holds(deal) && counts(deal);
        let count = board
            .deals
            .values()
            .filter(|deal| wanted(deal))
            .take(AGREEMENTS_PER_FILE_MAX as usize + 1);
        if count.count() > AGREEMENTS_PER_FILE_MAX as usize {
            Err(Denied::TooManyAgreements {
                max: AGREEMENTS_PER_FILE_MAX,
            })
        } else {
            Facts::of(board, wanted).ok_or(Denied::NoAgreements)
        }
    })?;
    let contacts = hub.access.contacts(exchange).await?;
    let facts = match span.parties {
        None => facts,
        Some(Addressees::Everyone) => facts.by_party(|_| true),
        Some(Addressees::WithoutEmail) => facts.by_party(|party| {
            let contact = contacts.get(&party);
            contact.is_none_or(|contact| contact.email.is_none())
        }),
    };
    match facts.deals.len() {
        0 => return Err(Denied::NoAgreements),
        many if many > AGREEMENTS_PER_FILE_MAX as usize => {
            return Err(Denied::TooManyAgreements {
                max: AGREEMENTS_PER_FILE_MAX,
            });
        }
        _ => {}
    }
    let private = Private {
        contacts,
        signatures: signatures::of_exchange(&hub.access, exchange).await?,
        logo: logo(&hub, exchange, &facts.settings).await?,
    };
    let name = format!("{}-{slug}", Texts::of(facts.settings.language).file);
    print(&hub, &facts, private, name).await
}

async fn print(hub: &Arc<Hub>, facts: &Facts, private: Private, name: String) -> Result<Copy, Denied> {
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
