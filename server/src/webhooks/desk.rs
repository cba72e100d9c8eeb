//! What the organiser does with the addresses that are told what happens.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::ids::{DeliveryId, ExchangeId, WebhookId};
use borsklokka_shared::programs::{Delivery, DisabledWhy, Webhook, WebhookKind, WebhookMade, WebhookWanted};
use serde::Deserialize;
use uuid::Uuid;

use super::address::{self, Reach, Unreached};
use super::queue::{self, Goal};
use super::signature::new_secret;
use crate::api::{Asked, AskedWhole, Denied, WebhookFault};
use crate::entered::Entered;
use crate::hub::Hub;

/// Deliveries that are listed, counted.
const LISTED_MAX: i64 = 100;

/// The addresses of an exchange.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn webhooks(hub: &Hub, exchange: ExchangeId) -> Result<Vec<Webhook>, Denied> {
    queue::webhooks(&hub.access, exchange).await
}

/// The newest of what went to them, or is to go.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn deliveries(hub: &Hub, exchange: ExchangeId) -> Result<Vec<Delivery>, Denied> {
    queue::deliveries(&hub.access, exchange, LISTED_MAX).await
}

fn some(kinds: Vec<WebhookKind>) -> Result<Vec<WebhookKind>, Denied> {
    if kinds.is_empty() {
        return Err(WebhookFault::NoKinds.into());
    }
    Ok(kinds)
}

/// `POST /api/v1/exchanges/{slug}/webhooks`
pub(crate) async fn add(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    Asked(WebhookWanted { url, kinds }): Asked<WebhookWanted>,
) -> Result<(StatusCode, Json<WebhookMade>), Denied> {
    let reach = Reach::of(hub.config.webhooks_to_private_networks);
    let url = address::read(&url, reach)?;
    let kinds = some(kinds)?;
    // It is kept all the same: in a hall without a network nobody knows any name, and what happens is sent when there is one.
    let unknown_host = match address::look_up(&url, reach).await {
        Ok(_) => None,
        Err(Unreached::Refused(fault)) => return Err(fault.into()),
        Err(Unreached::Unknown(host)) => Some(host),
    };
    let (id, secret) = (WebhookId(Uuid::now_v7()), new_secret()?);
    let goal = Goal {
        url: url.to_string(),
        secret,
    };
    queue::add(&hub.access, exchange, id, &goal, &kinds, hub.clock.now()).await?;
    let made = WebhookMade {
        id,
        secret: goal.secret,
        unknown_host,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// What is to be other with an address.
#[derive(Deserialize)]
pub(crate) struct Change {
    kinds: Option<Vec<WebhookKind>>,
    enabled: Option<bool>,
}

/// `PATCH /api/v1/exchanges/{slug}/webhooks/{id}`
pub(crate) async fn change(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
    AskedWhole(Change { kinds, enabled }): AskedWhole<Change>,
) -> Result<StatusCode, Denied> {
    let id = known(&hub, exchange, &id).await?;
    if let Some(kinds) = kinds {
        queue::set_kinds(&hub.access, exchange, id, &some(kinds)?).await?;
    }
    let now = hub.clock.now();
    match enabled {
        Some(true) => queue::enable(&hub.access, exchange, id, now).await?,
        Some(false) => {
            let database = hub.access.database();
            queue::disable(database, exchange, id, DisabledWhy::Organiser, now).await?;
        }
        None => {}
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v1/exchanges/{slug}/webhooks/{id}`
pub(crate) async fn remove(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    let id = id.parse().map_err(|_| Denied::UnknownWebhook)?;
    if !queue::remove(&hub.access, exchange, id).await? {
        return Err(Denied::UnknownWebhook);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/exchanges/{slug}/webhooks/{id}/test`
pub(crate) async fn test(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    let id = known(&hub, exchange, &id).await?;
    queue::queue_test(&hub.access, exchange, id, hub.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/exchanges/{slug}/deliveries/{id}`: sends one again.
pub(crate) async fn again(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    let id: DeliveryId = id.parse().map_err(|_| Denied::UnknownDelivery)?;
    if queue::send_again(&hub.access, exchange, id, hub.clock.now()).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(if queue::is_known(&hub.access, exchange, id).await? {
        Denied::DeliveryChanged
    } else {
        Denied::UnknownDelivery
    })
}

/// An address of the exchange, by what its id is said to be.
async fn known(hub: &Hub, exchange: ExchangeId, id: &str) -> Result<WebhookId, Denied> {
    let id: WebhookId = id.parse().map_err(|_| Denied::UnknownWebhook)?;
    let found = queue::goal(&hub.access, exchange, id).await?;
    found.map(|_| id).ok_or(Denied::UnknownWebhook)
}
