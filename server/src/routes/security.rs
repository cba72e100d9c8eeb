//! `GET /api/v1/exchanges/{slug}/security`: what concerns safety, of the exchange and of the server, newest first.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use borsklokka_shared::security::SecurityPage;
use serde::Deserialize;

use crate::api::{Denied, Limit};
use crate::entered::Entered;
use crate::hub::Hub;

/// Entries that a page has, unless the caller asks for another number.
const ENTRIES: u32 = 50;
/// Most entries of a page; who asks for more gets this many.
const ENTRIES_MAX: u32 = 200;

/// Which page.
#[derive(Deserialize)]
pub(super) struct Page {
    /// Only what lies before this entry; the newest if absent.
    before: Option<i64>,
    /// At most so many.
    limit: Option<Limit>,
}

/// The list, for the organiser.
pub(super) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, session }: Entered,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<SecurityPage>, Denied> {
    let Query(Page { before, limit }) = page.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let limit = Limit::of(limit, ENTRIES, ENTRIES_MAX);
    Ok(Json(
        hub.access.notes(exchange, session.account, before, limit).await?,
    ))
}

#[cfg(test)]
mod tests;
