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
use axum::extract::Request;
use axum::routing::{get, post};
use tower::util::MapRequest;

use crate::access;
use crate::agreement;
use crate::hub::Hub;
use crate::trust;

/// Where exchanges are, up to an exchange's own address.
const EXCHANGES: &str = "/api/v1/exchanges/";

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
    let app = app
        .layer(axum::middleware::from_fn_with_state(hosts, access::guard))
        .with_state(hub);
    // Around the router, which chooses by the address.
    Router::new().fallback_service(MapRequest::new(app, with_small_slug))
}

/// A request whose exchange is written in small letters, as every exchange's address is: a phone's keyboard writes a capital
/// first. The page at `/Drammen` folds it itself.
fn with_small_slug(mut request: Request) -> Request {
    let uri = request.uri();
    let Some((slug, rest)) = uri
        .path()
        .strip_prefix(EXCHANGES)
        .map(|path| path.split_at(path.find('/').unwrap_or(path.len())))
    else {
        return request;
    };
    if slug.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let folded = format!("{EXCHANGES}{}{rest}{query}", slug.to_ascii_lowercase());
        // An address stays one when letters of it become small.
        if let Ok(folded) = folded.parse() {
            *request.uri_mut() = folded;
        }
    }
    request
}
