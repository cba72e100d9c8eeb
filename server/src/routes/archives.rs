//! `GET /api/v1/exchanges/{slug}/archives` and `…/archives/{epoch}`: what an exchange was before it went back to nought.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use borsklokka_shared::board::Board;
use borsklokka_shared::ids::Epoch;
use serde::Serialize;

use crate::api::Denied;
use crate::entered::Entered;
use crate::hub::Hub;
use crate::log::{Archive, LogError};

/// Every archive, the newest first.
#[derive(Serialize)]
pub(super) struct Archives {
    archives: Vec<Archive>,
}

/// An archive, and the board as it stood at its end.
#[derive(Serialize)]
pub(super) struct Opened {
    archive: Archive,
    board: Board,
}

pub(super) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Archives>, Denied> {
    let archives = hub
        .floors
        .archives(exchange)
        .await
        .map_err(|error| broken(&error))?;
    Ok(Json(Archives { archives }))
}

pub(super) async fn open(
    State(hub): State<Arc<Hub>>,
    Path((_, epoch)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Opened>, Denied> {
    let epoch: Epoch = epoch.parse().map_err(|_| Denied::UnknownArchive)?;
    let archives = hub
        .floors
        .archives(exchange)
        .await
        .map_err(|error| broken(&error))?;
    let archive = archives.into_iter().find(|archive| archive.epoch == epoch);
    let archive = archive.ok_or(Denied::UnknownArchive)?;
    let board = hub
        .floors
        .archived_board(exchange, &archive)
        .await
        .map_err(|error| broken(&error))?;
    Ok(Json(Opened { archive, board }))
}

fn broken(error: &LogError) -> Denied {
    Denied::Broken(error.to_string())
}
