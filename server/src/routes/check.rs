//! `GET /api/v1/exchanges/{slug}/check`: the server's part of the check before doors.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use borsklokka_shared::right::Right;
use serde::Serialize;

use crate::access::{AccessError, Caller, enter};
use crate::hub::Hub;
use crate::readiness::{self, Finding};

/// Everything that was looked at.
#[derive(Serialize)]
pub(super) struct Check {
    findings: Vec<Finding>,
}

/// Looks, for the desk.
pub(super) async fn check(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Result<Json<Check>, AccessError> {
    let (exchange, _) = enter(hub.as_ref(), &slug, &caller, Right::CheckServer).await?;
    let database = hub.access.database();
    let floor = hub.floors.by_id(exchange).ok_or(AccessError::UnknownExchange)?;
    let unreadable = hub.floors.unreadable(&floor).await;
    let findings = readiness::look(
        exchange,
        &floor.view.clock,
        unreadable,
        database,
        &hub.config,
        &hub.doors,
        hub.tls.as_deref(),
    )
    .await;
    Ok(Json(Check { findings }))
}
