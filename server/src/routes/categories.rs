//! `POST /api/v1/exchanges/{slug}/categories/merge`: lays a category into another, with all that is offered and wished for in it. Deals
//! stay what they were when they were agreed, and so does the category of one.

#[cfg(test)]
mod tests;

use std::future::ready;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::listing::Listing;
use borsklokka_shared::refusal::Refusal;
use serde::Deserialize;

use crate::api::{Asked, Denied};
use crate::entered::Entered;
use crate::floor::FloorHandle;
use crate::hub::Hub;
use crate::registrations;
use crate::together::{self, Planned};

/// Which category goes, and which has what was in it.
#[derive(Debug, Deserialize)]
pub(super) struct Merge {
    kept: CategoryId,
    gone: CategoryId,
}

/// Lays one into the other.
pub(super) async fn merge(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, session }: Entered,
    Asked(merge): Asked<Merge>,
) -> Result<StatusCode, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let plan = || ready(merge.planned(&floor));
    together::write(&floor, &session.actor(), plan).await?;
    // It is done: what cannot be kept of this is told to whoever runs the server.
    let moved = registrations::move_category(&hub.access, exchange, &merge.gone, &merge.kept);
    if let Err(denied) = moved.await {
        denied.tell();
    }
    Ok(StatusCode::NO_CONTENT)
}

impl Merge {
    fn planned(&self, floor: &FloorHandle) -> Result<Planned<()>, Denied> {
        floor.view.with_staff_board_at(|board, at| {
            Ok(Planned {
                commands: self.commands(board)?,
                contacts: Vec::new(),
                at,
                then: (),
            })
        })
    }

    /// What it takes on a board as it stands.
    fn commands(&self, board: &Board) -> Result<Vec<Command>, Denied> {
        let Self { kept, gone } = self;
        let mut settings = board.settings.clone().ok_or(Refusal::NotConfigured)?;
        let find = |id: &CategoryId| settings.categories.iter().find(|one| one.id == *id);
        let (Some(goes), Some(_)) = (find(gone), find(kept)) else {
            return Err(Refusal::UnknownCategory.into());
        };
        if kept == gone {
            return Err(Denied::CategoryIntoItself);
        }
        if let Some(deals) = board.dealt_categories().get(gone).copied() {
            return Err(Denied::CategoryHasDeals {
                name: goes.name.clone(),
                deals,
            });
        }
        settings.categories.retain(|one| one.id != *gone);
        let listings = board
            .listings
            .values()
            .filter(|listing| listing.category == *gone);
        let amended = listings.map(|listing| Command::AmendListing {
            listing: Listing {
                category: kept.clone(),
                ..listing.clone()
            },
            expected: None,
        });
        let settings = Box::new(settings);
        Ok(amended.chain([Command::configure(settings)]).collect())
    }
}
