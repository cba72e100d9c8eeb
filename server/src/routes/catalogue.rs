//! `GET /api/v1/exchanges/{slug}/catalogue`: every offer and wish, with an `ETag` that changes when the catalogue does.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::api::Denied;
use crate::hub::Hub;

/// The catalogue. It is public: nobody needs a session for it.
pub(super) async fn catalogue(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let floor = hub.floors.get(&slug).ok_or(Denied::UnknownExchange)?;
    let etag = |seq: u64| format!("\"{}-{seq}\"", floor.view.epoch());
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known == Some(etag(floor.view.catalogue_seq().0).as_str()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let (seq, catalogue) = floor.view.catalogue();
    Ok((
        [
            (header::ETAG, etag(seq.0)),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
        ],
        Json(catalogue),
    )
        .into_response())
}
