//! The morning after: what is left to do once the evening is over. What can be seen is counted; the rest the organiser ticks off.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::afterwards::{Afterwards, Errand, Tick, Ticked};
use borsklokka_shared::ids::{ExchangeId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::mail::{MailKind, MailState};
use borsklokka_shared::refusal::Refusal;

use crate::access::Access;
use crate::api::{Asked, Denied};
use crate::database::{on_either, write_on};
use crate::entered::Entered;
use crate::follow_up::{Progress, progress};
use crate::hub::Hub;
use crate::mail::agreements::about;
use crate::mail::intake::goes_nowhere;

/// `GET /api/v1/exchanges/{slug}/afterwards`
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Afterwards>, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let contacts = hub.access.contacts(exchange).await?;
    let has_email = |party: &ParticipantId| {
        let contact = contacts.get(party);
        contact.is_some_and(|contact| contact.email.is_some())
    };
    // Those of a rehearsal, or of a deal that does not count any more, are not what is left to do.
    let mails = mails(&hub.access, exchange).await?;
    let no_mail = mails.is_empty() && goes_nowhere(&hub, exchange).await?;
    let Progress { followed_up, settled } = progress(&hub, exchange).await?;
    let mut wanted = BTreeSet::new();
    let counted = floor.view.with_staff_board(|board| {
        let settings = board.settings.as_ref()?;
        let mut counted = Afterwards {
            prizes: board.standing_prizes().count() as u32,
            sponsors: settings.staging.sponsors.len() as u32,
            no_mail,
            followed_up,
            settled,
            ..Afterwards::default()
        };
        let mut unreachable = BTreeSet::new();
        for deal in board.standing_deals() {
            counted.deals += 1;
            if board.is_of_erased(deal) {
                continue;
            }
            for party in deal.terms.parties() {
                if !no_mail && has_email(&party) {
                    counted.reachable += 1;
                    wanted.insert(about(deal.id, party));
                } else {
                    unreachable.insert(party);
                }
            }
        }
        counted.unreachable = unreachable.len() as u32;
        Some(counted)
    });
    let mut afterwards = counted.ok_or(Refusal::NotConfigured)?;
    for (_, state) in mails.into_iter().filter(|(about, _)| wanted.contains(about)) {
        match state {
            MailState::Sent => afterwards.sent += 1,
            MailState::Held | MailState::Waiting | MailState::Sending => afterwards.waiting += 1,
            MailState::Bounced | MailState::Failed | MailState::Unknown => afterwards.undelivered += 1,
            MailState::Cancelled => {}
        }
    }
    afterwards.ticked = ticked(&hub.access, exchange).await?;
    Ok(Json(afterwards))
}

/// `PUT /api/v1/exchanges/{slug}/afterwards/{errand}`: ticks something off, or takes the tick back.
pub(crate) async fn tick(
    State(hub): State<Arc<Hub>>,
    Path((_, errand)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
    Asked(Tick { done }): Asked<Tick>,
) -> Result<StatusCode, Denied> {
    let errand = Errand::named(&errand)
        .ok_or_else(|| Denied::Malformed(format!("{errand:?} is nothing to do afterwards")))?;
    let statement = if done {
        "INSERT INTO afterwards (exchange_id, errand, ticked_at_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM afterwards WHERE exchange_id = $1 AND errand = $2 AND ticked_at_ms <= $3"
    };
    write_on!(hub.access.database(), on => sqlx::query(statement)
        .bind(exchange.to_string())
        .bind(errand.as_str())
        .bind(hub.clock.now().unix_ms)
        .execute(on)
        .await
        .map(drop))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn ticked(access: &Access, exchange: ExchangeId) -> Result<Vec<Ticked>, Denied> {
    let rows: Vec<(String, i64)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT errand, ticked_at_ms FROM afterwards WHERE exchange_id = $1 ORDER BY ticked_at_ms, errand",
    )
    .bind(exchange.to_string())
    .fetch_all(on)
    .await)?;
    let known = rows.into_iter().filter_map(|(errand, at)| {
        Some(Ticked {
            errand: Errand::named(&errand)?,
            at: Instant::from_unix_ms(at),
        })
    });
    Ok(known.collect())
}

/// What each mail with an agreement is about, and what became of it.
async fn mails(access: &Access, exchange: ExchangeId) -> Result<Vec<(String, MailState)>, Denied> {
    let rows: Vec<(String, String)> = on_either!(access.database().reading(), on => sqlx::query_as(
        "SELECT about, state FROM mails WHERE exchange_id = $1 AND kind = $2",
    )
    .bind(exchange.to_string())
    .bind(MailKind::Agreement.as_str())
    .fetch_all(on)
    .await)?;
    let known = rows
        .into_iter()
        .filter_map(|(about, state)| Some((about, MailState::named(&state)?)));
    Ok(known.collect())
}
