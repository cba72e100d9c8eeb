//! `GET /api/v1/exchanges/{slug}/live`: the WebSocket.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::wire::{CLIENT_FRAME_BYTES_MAX, SUBPROTOCOL};

use super::commands::{Caller, caller};
use crate::hub::Hub;
use crate::socket;

/// Bytes that are read from a socket at a time. Clients say little; the default of 128 KiB would be kept for each of them.
const READ_BYTES: usize = 4 * 1024;

/// Upgrades to the wire. A credential that does not hold is refused before the upgrade.
pub(super) async fn live(
    State(hub): State<Arc<Hub>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    // Before the session is looked up, so that a revocation in between is heard.
    let revocations = hub.access.revocations();
    match caller(&hub, &slug, &headers, peer.ip()).await {
        Ok(Caller { floor, session }) => upgrade
            .protocols([SUBPROTOCOL])
            .read_buffer_size(READ_BYTES)
            .max_message_size(CLIENT_FRAME_BYTES_MAX)
            .max_frame_size(CLIENT_FRAME_BYTES_MAX)
            .on_upgrade(move |socket| socket::serve(socket, hub, floor, session, revocations)),
        Err(refused) => refused.into_response(),
    }
}
