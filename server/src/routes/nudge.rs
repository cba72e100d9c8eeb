//! `POST /api/v1/exchanges/{slug}/screens/{number}`: asks something of one connected screen. Nothing of it is logged.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::wire::Nudge;

use crate::api::{Asked, Denied};
use crate::hub::Hub;
use crate::nodes;

/// Nudges a screen by its number, whichever node has it.
pub(super) async fn nudge(
    State(hub): State<Arc<Hub>>,
    Path((slug, number)): Path<(String, String)>,
    asked: Result<Asked<Nudge>, Denied>,
) -> Result<StatusCode, Denied> {
    let floor = hub.floors.get(&slug).await?;
    let Asked(nudge) = asked?;
    let number = number.parse().map_err(|_| Denied::UnknownScreen)?;
    let screens = &floor.view.screens;
    if screens.nudge(number, nudge) {
        return Ok(StatusCode::NO_CONTENT);
    }
    if !screens.is_elsewhere(number) {
        return Err(Denied::UnknownScreen);
    }
    nodes::pass_on(&hub, floor.exchange.id, number, nudge).await?;
    Ok(StatusCode::NO_CONTENT)
}
