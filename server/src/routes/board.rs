//! `GET /api/v1/exchanges/{slug}/board`: the public's board in one answer, with its position, for programs that do not follow a socket.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::ids::{Epoch, Seq};
use borsklokka_shared::instant::Instant;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::api::Denied;
use crate::entered::Entered;
use crate::hub::Hub;

#[derive(Serialize)]
struct Answer<'a> {
    epoch: Epoch,
    seq: Seq,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Instant>,
    board: &'a RawValue,
}

/// The public's board, whoever asks: a token opens no more of it than a phone in the hall sees.
pub(super) async fn show(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Response, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let (epoch, seq, at, board) = floor.view.public_snapshot();
    let broken = |error| Denied::Broken(format!("a board cannot be encoded: {error}"));
    let board = serde_json::from_slice(&board).map_err(broken)?;
    let answer = serde_json::to_vec(&Answer {
        epoch,
        seq,
        at,
        board,
    })
    .map_err(broken)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
}
