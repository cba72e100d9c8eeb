//! How many deals came true: for the report, and for everybody if the organiser wants that.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::follow_up::{Answer, FollowUpCounts, FollowUpShown, FollowUpStand, stand};
use borsklokka_shared::ids::{DealId, ExchangeId, ParticipantId};
use borsklokka_shared::limits::FOLLOW_UP_SHOWN_DEALS_MIN;

use super::store::{self, Answers, Teller};
use crate::api::Denied;
use crate::entered::find_exchange;
use crate::hub::Hub;

/// The parties of a deal, each once.
pub(super) fn parties(deal: &Deal) -> Vec<ParticipantId> {
    let mut parties = Vec::new();
    for party in deal.terms.parties() {
        if !parties.contains(&party) {
            parties.push(party);
        }
    }
    parties
}

/// How a deal stands. Who is no party of it any more has said nothing.
pub(super) fn stand_of(deal: &Deal, answers: &Answers) -> FollowUpStand {
    let said: Vec<&Answer> = parties(deal)
        .into_iter()
        .filter_map(|party| answers.get(&(deal.id, Teller::Party(party))))
        .collect();
    stand(answers.get(&(deal.id, Teller::Office)), said.iter().copied())
}

/// The deals that are followed up: those that stand. What waits or was taken back is no promise.
pub(super) fn followed(board: &Board) -> impl Iterator<Item = (&DealId, &Deal)> {
    board.standing_deals().map(|deal| (&deal.id, deal))
}

/// How many deals of an exchange stand how; nothing, if nobody has said anything of any.
pub(crate) async fn counts(hub: &Hub, exchange: ExchangeId) -> Result<Option<FollowUpCounts>, Denied> {
    let answers = store::answers(&hub.access, exchange).await?;
    if answers.is_empty() {
        return Ok(None);
    }
    let floor = hub.floors.by_id(exchange).await?;
    let counts = floor.view.with_staff_board(|board| {
        FollowUpCounts::of(followed(board).map(|(_, deal)| stand_of(deal, &answers)))
    });
    Ok((counts.known() > 0).then_some(counts))
}

/// How far the follow-up of an exchange's deals has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Deals of which somebody has said something, or was asked: by a call, or by a link that still holds.
    pub(crate) followed_up: u32,
    /// Deals of which nothing is left to ask.
    pub(crate) settled: u32,
}

/// How far it has come.
pub(crate) async fn progress(hub: &Hub, exchange: ExchangeId) -> Result<Progress, Denied> {
    let answers = store::answers(&hub.access, exchange).await?;
    let calls = store::calls(&hub.access, exchange).await?;
    let linked = store::linked(&hub.access, exchange, hub.clock.now()).await?;
    let floor = hub.floors.by_id(exchange).await?;
    Ok(floor.view.with_staff_board(|board| {
        let is_begun = |(id, deal): &(&DealId, &Deal)| {
            let is_linked = |party| linked.contains_key(&(**id, party));
            stand_of(deal, &answers) != FollowUpStand::Unknown
                || calls.contains_key(*id)
                || parties(deal).into_iter().any(is_linked)
        };
        Progress {
            followed_up: followed(board).filter(is_begun).count() as u32,
            settled: FollowUpCounts::of(followed(board).map(|(_, deal)| stand_of(deal, &answers))).settled(),
        }
    }))
}

/// `GET /api/v1/exchanges/{slug}/follow-up`: how many deals came true, if the organiser lets everybody know; else nothing.
pub(crate) async fn shown(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
) -> Result<Json<Option<FollowUpShown>>, Denied> {
    let exchange = find_exchange(&hub, &slug)?;
    if !store::settings(&hub.access, exchange).await?.shows_rate {
        return Ok(Json(None));
    }
    let counts = counts(&hub, exchange).await?;
    let enough = counts.filter(|counts| counts.deals >= FOLLOW_UP_SHOWN_DEALS_MIN);
    Ok(Json(enough.map(|counts| FollowUpShown {
        deals: counts.deals,
        done: counts.done,
        under_way: counts.under_way,
    })))
}
