//! The agreement: what both parties take home. A deal of the board becomes a paper with contact details and signatures,
//! printed as PDF for staff, or for whoever has a link to it.

mod copies;
mod find;
mod legible;
mod links;
mod paper;
mod press;
mod signatures;
mod texts;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};

pub use self::press::Press;

use crate::access;
use crate::hub::Hub;

/// Every route of this module.
pub fn routes() -> Router<Arc<Hub>> {
    let deal = Router::new()
        .route("/agreement.pdf", get(copies::show))
        .route("/link", post(links::make).delete(links::revoke))
        .route("/signatures", get(signatures::list))
        .route(
            "/signatures/{participant}",
            put(signatures::sign).delete(signatures::wipe),
        );
    let staff = Router::new()
        .nest("/api/v1/exchanges/{slug}/deals/{deal}", deal)
        .route("/api/v1/exchanges/{slug}/agreements.pdf", get(copies::all));
    access::private(staff).route("/agreement/{token}", get(links::open))
}
