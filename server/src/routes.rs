//! Every route on one page.

mod audit;
mod catalogue;
mod check;
mod commands;
mod live;
mod nudge;
mod screens;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::access;
use crate::agreement;
use crate::hub::Hub;

/// The server's routes.
pub fn routes(hub: Arc<Hub>) -> Router {
    let hosts = Arc::new(hub.config.host_policy());
    let desk = Router::new()
        .route("/api/v1/exchanges/{slug}/screens/{number}", post(nudge::nudge))
        .route("/api/v1/exchanges/{slug}/audit", get(audit::audit))
        .route("/api/v1/exchanges/{slug}/check", get(check::check));
    Router::new()
        .route("/api/v1/exchanges/{slug}/live", get(live::live))
        .route("/api/v1/exchanges/{slug}/commands", post(commands::commands))
        .route("/api/v1/exchanges/{slug}/catalogue", get(catalogue::catalogue))
        .route("/healthz", get(healthz))
        .route("/assets/{file}", get(screens::asset))
        .merge(access::private(desk))
        .merge(access::routes::<Hub>())
        .merge(agreement::routes())
        .fallback(screens::screen)
        .layer(axum::middleware::from_fn_with_state(hosts, access::guard))
        .with_state(hub)
}

/// Says that the server answers.
async fn healthz() -> &'static str {
    "ok"
}
