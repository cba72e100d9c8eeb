//! `GET /api/v1/exchanges/{slug}/check`: the server's part of the check before doors.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::api::Denied;
use crate::entered::Entered;
use crate::hub::Hub;
use crate::readiness::{self, Evening, Finding};

/// Everything that was looked at.
#[derive(Serialize)]
pub(super) struct Check {
    findings: Vec<Finding>,
}

/// Looks, for the desk.
pub(super) async fn check(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Check>, Denied> {
    let database = hub.access.database();
    let floor = hub.floors.by_id(exchange).await?;
    let day = floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.date));
    let evening = Evening {
        exchange,
        day,
        unreadable: hub.floors.unreadable(&floor).await,
    };
    let findings = readiness::look(
        evening,
        &floor.view.clock,
        database,
        &hub.config,
        &hub.doors,
        hub.tls.as_deref(),
    )
    .await;
    Ok(Json(Check { findings }))
}
