//! `GET /api/v1/exchanges/{slug}/catalogue`: every offer and wish, with an `ETag` that changes when the catalogue
//! does. What it says is the same for everybody; its position is of the audience that whoever asks belongs to.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::audience::Audience;
use borsklokka_shared::role::Role;

use crate::api::{Caller, Denied};
use crate::floor::FloorHandle;
use crate::hub::Hub;

/// The catalogue. It is public: nobody needs a session for it.
pub(super) async fn catalogue(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Result<Response, Denied> {
    let floor = hub.floors.get(&slug).await?;
    let audience = audience_of(&hub, &floor, &caller).await;
    let etag = |seq: u64| format!("\"{}-{seq}\"", audience.epoch(floor.view.epoch()));
    let known = caller
        .headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known == Some(etag(floor.view.catalogue_changed_at(audience).0).as_str()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let (seq, catalogue) = floor.view.catalogue(audience);
    Ok((
        [
            (header::ETAG, etag(seq.0)),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
            (header::VARY, "Authorization, Cookie".to_owned()),
        ],
        Json(catalogue),
    )
        .into_response())
}

/// By whose positions the answer is told: those of whoever asks. What does not hold is a guest's here, as nothing is.
async fn audience_of(hub: &Hub, floor: &FloorHandle, caller: &Caller) -> Audience {
    let exchange = &floor.exchange;
    let session = hub
        .access
        .session(exchange.id, &exchange.slug, &caller.headers, caller.peer)
        .await;
    let role = session
        .ok()
        .flatten()
        .map_or(Role::Viewer, |session| session.role);
    Audience::of_role(role)
}
