//! Where other devices reach this server: a page that is open on this machine itself does not know.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::hub::Hub;

/// Both addresses, without what follows the host, such as `http://192.168.1.5:8080`.
#[derive(Serialize)]
pub(super) struct Addresses {
    /// That staff's devices use.
    devices: String,
    /// That guests use: the same, but in plain http where a device must first learn to trust the server.
    guests: String,
}

/// `GET /api/v1/addresses`
pub(super) async fn show(State(hub): State<Arc<Hub>>) -> Json<Addresses> {
    Json(Addresses {
        devices: hub.public_url(),
        guests: hub.guests_url(),
    })
}
