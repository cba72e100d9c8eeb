//! `GET /api/v1/exchanges/{slug}/live`: the WebSocket.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use borsklokka_shared::wire::{CloseCode, SUBPROTOCOL};
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

use crate::api::{Caller, Denied};
use crate::doors::Place;
use crate::entered::arrive;
use crate::hub::Hub;
use crate::networks::network_of;
use crate::socket::{self, Arrival, Visit};

/// Upgrades to the wire. A credential that does not hold is refused before the upgrade; who speaks another version, or
/// has too many sockets, is told by a close code, which a browser can read.
pub(super) async fn live(
    State(hub): State<Arc<Hub>>,
    Extension(place): Extension<Arc<Place>>,
    Path(slug): Path<String>,
    caller: Caller,
    mut request: Request,
) -> Result<Response, Denied> {
    // Before the session is looked up, so that a revocation in between is heard.
    let revocations = hub.access.revocations();
    let (floor, session) = arrive(&hub, &slug, &caller).await?;
    let mut response = create_response_with_body(&request, Body::empty)
        .map_err(|error| Denied::NotAWebSocket(error.to_string()))?;
    if session.is_some() {
        place.vouch();
    }
    let seat = session.as_ref().map(|session| hub.doors.seat(session.device));
    let share = match &session {
        None => hub.doors.share(&place, caller.peer.address),
        Some(_) => Ok(None),
    };
    let protocol = protocol(request.headers());
    let turned_away = match (&protocol, &seat) {
        (Protocol::Other(_), _) => Some(CloseCode::Version),
        (_, Some(None)) => Some(CloseCode::TooMany),
        // The places that are left are kept for devices.
        (_, None) if place.is_on_trial() || share.is_err() => Some(CloseCode::TooMany),
        (_, Some(Some(_)) | None) => None,
    };
    if let Protocol::Ours(name) | Protocol::Other(name) = protocol {
        response
            .headers_mut()
            .insert(header::SEC_WEBSOCKET_PROTOCOL, name);
    }
    let arrival = Box::new(Arrival {
        session: session.map(|session| Visit {
            session: session.called_in(floor.language()),
            revocations,
            seat: seat.flatten(),
        }),
        floor,
        place,
        share: share.ok().flatten(),
        address: network_of(caller.peer.address),
        turned_away,
        hub: Arc::clone(&hub),
    });
    let upgrade = hyper::upgrade::on(&mut request);
    hub.tasks.spawn(async move {
        // A client that goes before the upgrade has nothing to be told.
        if let Ok(upgraded) = upgrade.await {
            socket::serve(upgraded, arrival).await;
        }
    });
    Ok(response)
}

/// Which protocol a client offers.
enum Protocol {
    /// None: it is taken to speak ours.
    Unsaid,
    /// Ours.
    Ours(HeaderValue),
    /// Only others. The first is answered, since a browser would not tell the close code otherwise.
    Other(HeaderValue),
}

fn protocol(headers: &HeaderMap) -> Protocol {
    let mut offered = headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .peekable();
    let Some(first) = offered.peek().copied() else {
        return Protocol::Unsaid;
    };
    if offered.any(|name| name == SUBPROTOCOL) {
        return Protocol::Ours(HeaderValue::from_static(SUBPROTOCOL));
    }
    HeaderValue::from_str(first).map_or(Protocol::Unsaid, Protocol::Other)
}
