//! Signatures: strokes that a hand drew, in a table of their own, never in the log and never on a socket. A signature
//! belongs to the terms that it was made under. It comes from the same outbox as its deal, after it. What is replaced or wiped
//! stays in a history, with device and time.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::deal::{Deal, Terms};
use borsklokka_shared::decide::terms_of_today;
use borsklokka_shared::ids::{DealId, DeviceId, ExchangeId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::NAME_CHARS_MAX;
use borsklokka_shared::text::readable;
use serde::{Deserialize, Serialize};

use super::find::{self, InExchange};
use crate::access::Access;
use crate::agreement::signature::{Signature, Strokes};
use crate::api::{Asked, Denied, Thing};
use crate::database::{Transaction, on_either, within};
use crate::entered::Entered;
use crate::floor::View;
use crate::hub::Hub;
use crate::log::terms_sha256;
use crate::privacy::must_not_be_erased;

/// Most that is done to one party's place under one agreement by signing, counted: each signature stays in the history.
const TURNS_MAX: u32 = 32;

/// Which place under which agreement.
struct Place {
    exchange: ExchangeId,
    deal: DealId,
    participant: ParticipantId,
}

/// Which device did something, and when.
struct Deed {
    device: DeviceId,
    at: Instant,
}

/// Keeps a signature in place of the party's earlier one, which stays in the history. The same drawing again changes nothing: an
/// outbox that sends it once more after an amendment signs nothing anew.
async fn keep(access: &Access, place: &Place, signature: &Signature, deed: Deed) -> Result<(), Denied> {
    let strokes =
        serde_json::to_string(&signature.strokes).map_err(|error| Denied::Broken(error.to_string()))?;
    let mut transaction = access.database().begin().await?;
    let kept = within!(&mut transaction, on => sqlx::query(
        "INSERT INTO signatures (exchange_id, deal_id, participant_id, terms_sha256, name, strokes, signed_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (exchange_id, deal_id, participant_id) DO UPDATE SET terms_sha256 = excluded.terms_sha256, \
         name = excluded.name, strokes = excluded.strokes, signed_at_ms = excluded.signed_at_ms \
         WHERE signatures.name <> excluded.name OR signatures.strokes <> excluded.strokes",
    )
    .bind(place.exchange.to_string())
    .bind(place.deal.to_string())
    .bind(place.participant.to_string())
    .bind(&signature.terms_sha256)
    .bind(&signature.name)
    .bind(&strokes)
    .bind(deed.at.unix_ms)
    .execute(&mut **on)
    .await.map(|done| done.rows_affected()))?;
    if kept > 0 {
        let turn = next_turn(&mut transaction, place).await?;
        if turn > i64::from(TURNS_MAX) {
            return Err(Denied::TooMany {
                thing: Thing::Signatures,
                max: TURNS_MAX,
            });
        }
        note(&mut transaction, place, &deed, turn, Some((signature, &strokes))).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Takes a signature off the agreement, if there is one; it stays in the history.
async fn take_off(access: &Access, place: &Place, deed: Deed) -> Result<(), Denied> {
    let mut transaction = access.database().begin().await?;
    let taken = within!(&mut transaction, on => sqlx::query(
        "DELETE FROM signatures WHERE exchange_id = $1 AND deal_id = $2 AND participant_id = $3",
    )
    .bind(place.exchange.to_string())
    .bind(place.deal.to_string())
    .bind(place.participant.to_string())
    .execute(&mut **on)
    .await.map(|done| done.rows_affected()))?;
    if taken > 0 {
        let turn = next_turn(&mut transaction, place).await?;
        note(&mut transaction, place, &deed, turn, None).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Adds to a place's history what was drawn there, or that it was wiped.
async fn note(
    transaction: &mut Transaction,
    place: &Place,
    deed: &Deed,
    turn: i64,
    drawn: Option<(&Signature, &str)>,
) -> Result<(), Denied> {
    within!(transaction, on => sqlx::query(
        "INSERT INTO signature_history \
         (exchange_id, deal_id, participant_id, turn, device_id, done_at_ms, terms_sha256, name, strokes) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(place.exchange.to_string())
    .bind(place.deal.to_string())
    .bind(place.participant.to_string())
    .bind(turn)
    .bind(deed.device.to_string())
    .bind(deed.at.unix_ms)
    .bind(drawn.map(|(signature, _)| &signature.terms_sha256))
    .bind(drawn.map(|(signature, _)| &signature.name))
    .bind(drawn.map(|(_, strokes)| strokes))
    .execute(&mut **on)
    .await.map(drop))?;
    Ok(())
}

/// The number of what is done next to a party's place. Of two that are done at once on two nodes the second fails, and is asked
/// again by whoever sent it.
async fn next_turn(transaction: &mut Transaction, place: &Place) -> Result<i64, Denied> {
    let done: i64 = within!(transaction, on => sqlx::query_scalar(
        "SELECT COUNT(*) FROM signature_history \
         WHERE exchange_id = $1 AND deal_id = $2 AND participant_id = $3",
    )
    .bind(place.exchange.to_string())
    .bind(place.deal.to_string())
    .bind(place.participant.to_string())
    .fetch_one(&mut **on)
    .await)?;
    Ok(done + 1)
}

/// Who has signed.
#[derive(Serialize)]
pub(crate) struct Signed {
    signatures: Vec<Signatory>,
}

#[derive(Serialize)]
struct Signatory {
    participant: ParticipantId,
    name: String,
    signed_at: Instant,
    /// It was made under terms that have been amended since, and no longer counts.
    stale: bool,
}

/// `GET /api/v1/exchanges/{slug}/deals/{deal}/signatures`: who has signed, and when; no strokes.
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
) -> Result<Json<Signed>, Denied> {
    let InExchange { exchange, deal, .. } = find::deal(&hub, entered, &deal).await?;
    let rows: Vec<(String, String, String, i64)> = on_either!(hub.access.database().reading(), on => sqlx::query_as(
        "SELECT participant_id, name, terms_sha256, signed_at_ms FROM signatures \
         WHERE exchange_id = $1 AND deal_id = $2 ORDER BY signed_at_ms, participant_id",
    )
    .bind(exchange.to_string())
    .bind(deal.id.to_string())
    .fetch_all(on)
    .await)?;
    let terms = terms_sha256(&deal.terms);
    let signatures = rows.into_iter().map(|(participant, name, under, at_ms)| {
        let participant: ParticipantId = participant
            .parse()
            .map_err(|_| Denied::Broken("a stored signature names no participant".to_owned()))?;
        Ok(Signatory {
            participant,
            name,
            signed_at: Instant::from_unix_ms(at_ms),
            stale: under != terms || !is_party(&deal, participant),
        })
    });
    Ok(Json(Signed {
        signatures: signatures.collect::<Result<_, Denied>>()?,
    }))
}

/// What a party draws.
#[derive(Deserialize)]
pub(crate) struct Drawing {
    name: String,
    strokes: Strokes,
    /// The terms that it was made under, if the client says so; else those that hold now.
    terms: Option<Terms>,
}

/// `PUT /api/v1/exchanges/{slug}/deals/{deal}/signatures/{participant}`
pub(crate) async fn sign(
    State(hub): State<Arc<Hub>>,
    Path((_, deal, participant)): Path<(String, String, String)>,
    entered: Entered,
    asked: Result<Asked<Drawing>, Denied>,
) -> Result<StatusCode, Denied> {
    let InExchange {
        exchange,
        deal,
        session,
    } = find::own_deal(&hub, entered, &deal).await?;
    let floor = find::floor(&hub, exchange).await?;
    let participant = today(
        &floor.view,
        participant.parse().map_err(|_| Denied::NotAParticipant)?,
    );
    if !is_party(&deal, participant) {
        return Err(Denied::NotAParty);
    }
    must_not_be_erased(&hub, exchange, participant).await?;
    let Asked(Drawing { name, strokes, terms }) = asked?;
    strokes.check()?;
    let signature = Signature {
        // The log has the terms tidied; the client may have them as they were typed.
        terms_sha256: match terms {
            Some(terms) if terms != deal.terms => {
                let tidied = terms.tidied();
                let terms = floor.view.with_staff_board(|board| terms_of_today(tidied, board));
                terms_sha256(&terms)
            }
            Some(_) | None => terms_sha256(&deal.terms),
        },
        name: readable("name", &name, NAME_CHARS_MAX)?,
        strokes,
    };
    let place = Place {
        exchange,
        deal: deal.id,
        participant,
    };
    let deed = Deed {
        device: session.device,
        at: hub.clock.now(),
    };
    keep(&hub.access, &place, &signature, deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v1/exchanges/{slug}/deals/{deal}/signatures/{participant}`; of one that is not there, too.
pub(crate) async fn wipe(
    State(hub): State<Arc<Hub>>,
    Path((_, deal, participant)): Path<(String, String, String)>,
    entered: Entered,
) -> Result<StatusCode, Denied> {
    let InExchange {
        exchange,
        deal,
        session,
    } = find::own_deal(&hub, entered, &deal).await?;
    let place = Place {
        exchange,
        deal: deal.id,
        participant: today(
            &find::floor(&hub, exchange).await?.view,
            participant.parse().map_err(|_| Denied::NotAParticipant)?,
        ),
    };
    let deed = Deed {
        device: session.device,
        at: hub.clock.now(),
    };
    take_off(&hub.access, &place, deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The participant that an id means today: another, if it was merged.
pub(super) fn today(view: &View, id: ParticipantId) -> ParticipantId {
    view.with_staff_board(|board| board.participant(id).map_or(id, |one| one.id))
}

pub(super) fn is_party(deal: &Deal, participant: ParticipantId) -> bool {
    deal.terms.parties().any(|party| party == participant)
}
