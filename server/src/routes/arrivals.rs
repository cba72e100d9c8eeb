//! `GET /api/v1/exchanges/{slug}/arrivals`: who has come. The door sees no board of staff's, and this is all of it that it needs.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use borsklokka_shared::ids::ParticipantId;
use serde::Serialize;

use crate::api::Denied;
use crate::entered::Entered;
use crate::hub::Hub;

/// Who has come, in the order of arrival.
#[derive(Serialize)]
pub(super) struct Arrivals {
    arrived: Vec<ParticipantId>,
}

pub(super) async fn arrivals(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Arrivals>, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let arrived = floor.view.with_staff_board(|board| board.arrived.clone());
    Ok(Json(Arrivals { arrived }))
}
