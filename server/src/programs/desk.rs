//! The organiser's page, and what she does with tokens and the calendar's links. Webhooks have a room of their own.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::programs::{
    CalendarLink, CalendarLinkMade, ProgramTokenMade, ProgramTokenWanted, Programs,
};

use super::calendar;
use crate::api::{AskedWhole, Denied};
use crate::entered::Entered;
use crate::hub::Hub;
use crate::links::{self, Link, Page};
use crate::webhooks;

/// Where the interface is described.
const OPENAPI: &str = "/api/openapi.json";

/// `GET /api/v1/exchanges/{slug}/programs`
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Programs>, Denied> {
    let links = links::holding(&hub.access, exchange, Page::Calendar, hub.clock.now()).await?;
    let links = links
        .into_iter()
        .map(|(made_at, expires_at)| CalendarLink { made_at, expires_at });
    let public_url = hub.public_url();
    let base = public_url.trim_end_matches('/');
    Ok(Json(Programs {
        webhooks: webhooks::webhooks(&hub, exchange).await?,
        deliveries: webhooks::deliveries(&hub, exchange).await?,
        tokens: hub.access.program_tokens(exchange).await?,
        calendars: links.collect(),
        public_calendar: format!("{base}/api/v1/exchanges/{slug}/calendar.ics"),
        openapi: format!("{base}{OPENAPI}"),
        to_private_networks: hub.config.webhooks_to_private_networks,
    }))
}

/// `POST /api/v1/exchanges/{slug}/tokens`
pub(crate) async fn make_token(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    AskedWhole(wanted): AskedWhole<ProgramTokenWanted>,
) -> Result<(StatusCode, Json<ProgramTokenMade>), Denied> {
    let made = hub.access.make_program_token(exchange, &wanted).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// `DELETE /api/v1/exchanges/{slug}/tokens/{id}`
pub(crate) async fn revoke_token(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    let id = id.parse().map_err(|_| Denied::UnknownProgramToken)?;
    hub.access.revoke_program_token(exchange, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/exchanges/{slug}/calendar`: makes a link to the organiser's calendar.
pub(crate) async fn make_calendar(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<(StatusCode, Json<CalendarLinkMade>), Denied> {
    let opens = calendar::opens(exchange);
    let Link { token, expires_at } = links::make(&hub.access, exchange, &opens, hub.clock.now()).await?;
    let made = CalendarLinkMade {
        url: links::url(&hub.public_url(), opens.page, &token),
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// `DELETE /api/v1/exchanges/{slug}/calendar`: revokes every link to it, be there none.
pub(crate) async fn revoke_calendars(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    links::revoke(&hub.access, exchange, &calendar::opens(exchange), hub.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
