//! Every route on one page.

mod audit;
mod catalogue;
mod check;
mod commands;
mod healthz;
mod live;
mod nudge;
pub(crate) mod screens;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::access;
use crate::agreement;
use crate::hub::Hub;
use crate::trust;

/// The server's routes.
pub fn routes(hub: Arc<Hub>) -> Router {
    let desk = Router::new()
        .route("/api/v1/exchanges/{slug}/screens/{number}", post(nudge::nudge))
        .route("/api/v1/exchanges/{slug}/audit", get(audit::audit))
        .route("/api/v1/exchanges/{slug}/check", get(check::check));
    let app = Router::new()
        .route("/api/v1/exchanges/{slug}/live", get(live::live))
        .route("/api/v1/exchanges/{slug}/commands", post(commands::commands))
        .route("/api/v1/exchanges/{slug}/catalogue", get(catalogue::catalogue))
        .route("/healthz", get(healthz::healthz))
        .route("/assets/{file}", get(screens::asset))
        .route("/sw.js", get(screens::worker))
        .merge(access::private(desk))
        .merge(access::routes::<Hub>())
        .merge(agreement::routes())
        .merge(trust::routes(&hub))
        .fallback(screens::screen);
    guarded(app, hub)
}

/// What plain http gets where there is TLS: the way to trust, and the way to https. No session, no board.
pub fn before_trust(hub: Arc<Hub>) -> Router {
    let app = trust::routes(&hub).fallback(trust::to_https);
    guarded(app, hub)
}

fn guarded(app: Router<Arc<Hub>>, hub: Arc<Hub>) -> Router {
    let hosts = Arc::new(hub.config.host_policy());
    app.layer(axum::middleware::from_fn_with_state(hosts, access::guard))
        .with_state(hub)
}
