//! `GET /api/v1/exchanges/{slug}/audit`: what happened, by whose hand and when, newest first.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::event::Event;
use borsklokka_shared::ids::{DeviceId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::wire::EventMessage;
use serde::{Deserialize, Serialize};

use crate::api::{Denied, Limit};
use crate::entered::Entered;
use crate::hub::Hub;
use crate::log::Entry;

/// Entries that a page has, unless the caller asks for another number.
const ENTRIES: u32 = 50;
/// Most entries of a page; who asks for more gets this many.
const ENTRIES_MAX: u32 = 200;

/// Which page.
#[derive(Deserialize)]
pub(super) struct Page {
    /// Only what lies before this position; the newest if absent.
    before: Option<Seq>,
    /// At most so many.
    limit: Option<Limit>,
}

/// A page of the list.
#[derive(Serialize)]
pub(super) struct Audit {
    entries: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    seq: Seq,
    at: Instant,
    role: Role,
    /// None for the exchange's own clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    event: Event,
}

/// The audit list, for the desk.
pub(super) async fn audit(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Audit>, Denied> {
    let Query(Page { before, limit }) = page.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let limit = Limit::of(limit, ENTRIES, ENTRIES_MAX);
    let entries = hub.floors.entries(exchange, before, limit).await?;
    let names = hub.access.device_names(exchange).await?;
    let entries = entries.iter().map(|entry| row(entry, &names)).collect();
    Ok(Json(Audit { entries }))
}

fn row(entry: &Entry, names: &HashMap<DeviceId, String>) -> Row {
    let device = (entry.role != Role::Clock).then_some(entry.device);
    Row {
        seq: entry.recorded.seq,
        at: entry.recorded.at,
        role: entry.role,
        device,
        name: device.and_then(|device| names.get(&device).cloned()),
        event: EventMessage::of(&entry.recorded, Audience::Staff).event,
    }
}
