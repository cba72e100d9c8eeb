//! `GET /healthz`: whether the server can do its work, for a watchdog or a proxy.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::hub::Hub;

/// `ok`; or 503, a code, and what to do, if nothing can be saved.
pub(super) async fn healthz(State(hub): State<Arc<Hub>>) -> Response {
    if let Some(fault) = hub.access.database().writes().fault() {
        return amiss(&format!("database_{}", fault.as_str()), fault.sentence());
    }
    if let Some(fault) = hub.floors.known_unreadable() {
        return amiss(&format!("log_{}", fault.as_str()), fault.sentence());
    }
    "ok".into_response()
}

fn amiss(code: &str, message: &str) -> Response {
    let body = serde_json::json!({ "code": code, "message": message });
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}
