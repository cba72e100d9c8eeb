//! A new exchange after one that was: its settings, programme and pictures, and its participants if they are wanted. What the hall did
//! then stays where it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::date::Date;
use borsklokka_shared::ids::{ExchangeId, ParticipantId};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;
use serde::Deserialize;

use super::{Made, check_slug, make_hers, not_made};
use crate::access::Access;
use crate::api::{AskedWhole, Denied};
use crate::database::{Transaction, within};
use crate::entered::Member;
use crate::floor::{Bundle, FloorHandle, Settled};
use crate::hub::Hub;

#[derive(Deserialize)]
pub(crate) struct Copied {
    /// The new one's address.
    slug: String,
    /// Its name.
    name: String,
    /// On which day it is held.
    date: Date,
    /// Whether the participants come along, with their offers and wishes and how to reach them.
    #[serde(default)]
    with_participants: bool,
}

/// `POST /api/v1/exchanges/{slug}/copy`: all of it is made, or nothing.
pub(crate) async fn make(
    State(hub): State<Arc<Hub>>,
    member: Member,
    Path(from): Path<String>,
    asked: Result<AskedWhole<Copied>, Denied>,
) -> Result<(StatusCode, Json<Made>), Denied> {
    let original = hub.floors.get(&from).await?;
    let AskedWhole(copied) = asked?;
    check_slug(&copied.slug)?;
    let board = original.view.with_staff_board(Board::clone);
    let mut settings = board.settings.clone().ok_or(Denied::UnknownExchange)?;
    settings.name.clone_from(&copied.name);
    settings.date = copied.date;
    let actor = member.actor();
    let id = hub
        .make_exchange(&copied.slug, settings, actor.clone())
        .await
        .map_err(not_made)?;
    make_hers(&hub, &member, actor.device, id).await?;
    let floor = hub.floors.by_id(id).await?;
    let filled = fill(
        &hub.access,
        &original,
        &board,
        &floor,
        actor,
        copied.with_participants,
    )
    .await;
    if let Err(denied) = filled {
        hub.take_back(&floor, "half a copy").await;
        return Err(denied);
    }
    let slug = copied.slug;
    Ok((StatusCode::CREATED, Json(Made { id, slug })))
}

/// Brings everything else over.
async fn fill(
    access: &Access,
    original: &FloorHandle,
    board: &Board,
    floor: &FloorHandle,
    actor: Actor,
    with_participants: bool,
) -> Result<(), Denied> {
    let mut commands = vec![Command::set_programme(board.programme.clone())];
    let mut contacts = Vec::new();
    if with_participants {
        let is_there = |id: &ParticipantId| board.participants.contains_key(id) && !board.erased.contains(id);
        let there = board.participants.values().filter(|one| is_there(&one.id));
        let entries = there.map(|one| Command::RegisterParticipant {
            participant: one.entry(),
        });
        commands.extend(entries);
        let listings = board.listings.values();
        let listings = listings.filter(|listing| is_there(&listing.participant));
        let listings = listings.map(|listing| Command::AddListing {
            listing: listing.clone(),
        });
        commands.extend(listings);
        let known = access.contacts(original.exchange.id).await?;
        contacts.extend(known.into_iter().filter(|(of, _)| is_there(of)));
    }
    let (from, to) = (original.exchange.id, floor.exchange.id);
    let mut transaction = access.database().begin().await?;
    copy_rows(&mut transaction, PICTURES, from, to).await?;
    if with_participants {
        copy_rows(&mut transaction, FURTHER_CONTACTS, from, to).await?;
    }
    transaction.commit().await?;
    let bundle = Bundle {
        actor,
        commands,
        contacts,
        planned_at: floor.view.head(Audience::Staff),
    };
    match floor.submit_together(bundle).await {
        Settled::Done => Ok(()),
        Settled::Refused(refusal) => Err(refusal.into()),
        Settled::Moved | Settled::Unavailable => Err(Refusal::Unavailable.into()),
    }
}

const PICTURES: &str = "INSERT INTO pictures (exchange_id, id, media_type, content, made_at_ms) \
    SELECT $2, id, media_type, content, made_at_ms FROM pictures WHERE exchange_id = $1";
const FURTHER_CONTACTS: &str = "INSERT INTO further_contacts \
    (exchange_id, participant_id, place, person, email, phone, changed_at_ms) \
    SELECT $2, participant_id, place, person, email, phone, changed_at_ms FROM further_contacts WHERE exchange_id = $1";

async fn copy_rows(
    transaction: &mut Transaction,
    statement: &'static str,
    from: ExchangeId,
    to: ExchangeId,
) -> Result<(), sqlx::Error> {
    within!(transaction, on => sqlx::query(statement)
        .bind(from.to_string())
        .bind(to.to_string())
        .execute(&mut **on)
        .await
        .map(drop))
}
