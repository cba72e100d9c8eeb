//! `POST /api/v1/exchanges/{slug}/screens/{number}`: asks something of one connected screen. Nothing of it is logged.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::wire::Nudge;

use crate::api::{Asked, Denied};
use crate::hub::Hub;

/// Nudges a screen of this node by its number.
pub(super) async fn nudge(
    State(hub): State<Arc<Hub>>,
    Path((slug, number)): Path<(String, String)>,
    asked: Result<Asked<Nudge>, Denied>,
) -> Result<StatusCode, Denied> {
    let floor = hub.floors.get(&slug).await?;
    let Asked(nudge) = asked?;
    let number = number.parse().map_err(|_| Denied::UnknownScreen)?;
    if floor.view.screens.nudge(number, nudge) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Denied::UnknownScreen)
    }
}
