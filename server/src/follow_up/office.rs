//! What the organiser has of it: a list by who is called next, the answers that she types, her notes, and the parties' links.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::board::Board;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::date::Date;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::follow_up::{
    AnsweredBy, Asked as AskedAll, Call, Facts, FollowUpCounts, FollowUpLink, FollowUpSettings,
    FollowUpState, FollowUps, FollowedDeal, FollowedParty, NewCall, Saying, order, urgency,
};
use borsklokka_shared::ids::{DealId, ExchangeId, FollowUpCallId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::{
    FOLLOW_UP_DAYS_BEFORE_MAX, FOLLOW_UP_NOTE_CHARS_MAX, FOLLOW_UP_TEXT_CHARS_MAX,
};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::text::readable;
use uuid::Uuid;

use super::count::{followed, parties, stand_of};
use super::reminders;
use super::store::{self, Answers, Before, Teller};
use crate::api::{AskedWhole, Denied};
use crate::clock::day_at;
use crate::entered::Entered;
use crate::hub::Hub;
use crate::links;

/// What is known of deals beside the board.
struct Known {
    answers: Answers,
    calls: HashMap<DealId, Vec<Call>>,
    linked: HashMap<(DealId, ParticipantId), Instant>,
    contacts: HashMap<ParticipantId, Contact>,
}

impl Known {
    /// A deal, and how urgent it is.
    fn told(&self, board: &Board, deal: &Deal, today: Date) -> (FollowedDeal, Facts) {
        let calls = self.calls.get(&deal.id).cloned().unwrap_or_default();
        let party = |participant: ParticipantId| {
            let one = board.participant(participant)?;
            Some(FollowedParty {
                participant,
                name: one.name.clone(),
                sector: one.sector,
                contact: self.contacts.get(&participant).cloned().unwrap_or_default(),
                answer: self.answers.get(&(deal.id, Teller::Party(participant))).cloned(),
                linked_at: self.linked.get(&(deal.id, participant)).copied(),
                is_erased: board.is_erased(participant),
            })
        };
        let parties: Vec<FollowedParty> = parties(deal).into_iter().filter_map(party).collect();
        let facts = Facts {
            stand: stand_of(deal, &self.answers),
            due: deal.terms.due(),
            deadline: deal.terms.deadline,
            was_asked: !calls.is_empty() || parties.iter().any(|one| one.linked_at.is_some()),
            again_on: calls.first().and_then(|call| call.again_on),
        };
        let bargain = &deal.terms.bargain;
        let told = FollowedDeal {
            deal: deal.id,
            number: deal.number,
            what: bargain.service().text.clone(),
            in_return: bargain.return_service().map(|service| service.text.clone()),
            first_step: deal.terms.first_step.clone(),
            deadline: deal.terms.deadline,
            stand: facts.stand,
            urgency: urgency(facts, today),
            parties,
            office: self.answers.get(&(deal.id, Teller::Office)).cloned(),
            calls,
        };
        (told, facts)
    }
}

/// `GET /api/v1/exchanges/{slug}/follow-ups`: every deal that counts, whoever is called next first.
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<FollowUps>, Denied> {
    let (access, now) = (&hub.access, hub.clock.now());
    let known = Known {
        answers: store::answers(access, exchange).await?,
        calls: store::calls(access, exchange).await?,
        linked: store::linked(access, exchange, now).await?,
        contacts: access.contacts(exchange).await?,
    };
    let settings = store::settings(access, exchange).await?;
    let floor = hub.floors.by_id(exchange).await?;
    let told = floor.view.with_staff_board(|board| {
        let today = day_at(now, &board.settings.as_ref()?.time_zone);
        let mut deals: Vec<(FollowedDeal, Facts)> = followed(board)
            .map(|(_, deal)| known.told(board, deal, today))
            .collect();
        deals.sort_by_cached_key(|(deal, facts)| (order(*facts, today, deal.number), deal.deal));
        Some((today, deals))
    });
    let (today, deals) = told.ok_or(Refusal::NotConfigured)?;
    Ok(Json(FollowUps {
        settings,
        today,
        counts: FollowUpCounts::of(deals.iter().map(|(deal, _)| deal.stand)),
        can_mail: hub.post.office().is_some(),
        deals: deals.into_iter().map(|(deal, _)| deal).collect(),
    }))
}

/// `PUT /api/v1/exchanges/{slug}/follow-ups/settings`
pub(crate) async fn set_settings(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    AskedWhole(settings): AskedWhole<FollowUpSettings>,
) -> Result<Json<FollowUpSettings>, Denied> {
    if settings.days_before_step > FOLLOW_UP_DAYS_BEFORE_MAX {
        return Err(Denied::Malformed(format!(
            "days_before_step is at most {FOLLOW_UP_DAYS_BEFORE_MAX}"
        )));
    }
    store::set_settings(&hub.access, exchange, &settings).await?;
    Ok(Json(settings))
}

/// A deal that is followed up.
async fn find(hub: &Hub, exchange: ExchangeId, deal: &str) -> Result<Deal, Denied> {
    let id: DealId = deal.parse().map_err(|_| Denied::UnknownDeal)?;
    let floor = hub.floors.by_id(exchange).await?;
    let deal = floor
        .view
        .with_staff_board(|board| board.deals.get(&id).filter(|deal| deal.counts()).cloned());
    deal.ok_or(Denied::UnknownDeal)
}

/// Who says something of a deal: one of its parties, or the office.
fn teller(deal: &Deal, name: &str) -> Result<Teller, Denied> {
    match Teller::named(name) {
        Some(Teller::Office) => Ok(Teller::Office),
        Some(Teller::Party(party)) if parties(deal).contains(&party) => Ok(Teller::Party(party)),
        Some(Teller::Party(_)) | None => Err(Refusal::UnknownParticipant.into()),
    }
}

fn text(field: &'static str, text: Option<String>, chars_max: usize) -> Result<Option<String>, Refusal> {
    let said = text.filter(|text| !text.trim().is_empty());
    said.map(|text| readable(field, &text, chars_max)).transpose()
}

/// `PUT /api/v1/exchanges/{slug}/follow-ups/{deal}/answers/{teller}`: what a party said on the telephone, or the office's own word.
pub(crate) async fn say(
    State(hub): State<Arc<Hub>>,
    Path((_, deal, name)): Path<(String, String, String)>,
    Entered { exchange, .. }: Entered,
    AskedWhole(saying): AskedWhole<Saying>,
) -> Result<StatusCode, Denied> {
    let deal = find(&hub, exchange, &deal).await?;
    let teller = teller(&deal, &name)?;
    let is_over = saying.state == FollowUpState::Infeasible;
    let saying = Saying {
        state: saying.state,
        reason: saying.reason.filter(|_| is_over),
        text: text("text", saying.text, FOLLOW_UP_TEXT_CHARS_MAX)?,
    };
    let now = hub.clock.now();
    store::say(
        &hub.access,
        exchange,
        (deal.id, teller, Before::Anything),
        &saying,
        AnsweredBy::Office,
        now,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v1/exchanges/{slug}/follow-ups/{deal}/answers/{teller}`: it was not said; be there nothing.
pub(crate) async fn take_back(
    State(hub): State<Arc<Hub>>,
    Path((_, deal, name)): Path<(String, String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    let deal = find(&hub, exchange, &deal).await?;
    let teller = teller(&deal, &name)?;
    store::take_back(&hub.access, exchange, (deal.id, teller)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/exchanges/{slug}/follow-ups/{deal}/calls`: notes a call, and when to call again.
pub(crate) async fn call(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
    AskedWhole(NewCall { note, again_on }): AskedWhole<NewCall>,
) -> Result<(StatusCode, Json<Call>), Denied> {
    let deal = find(&hub, exchange, &deal).await?;
    let call = Call {
        id: FollowUpCallId(Uuid::now_v7()),
        at: hub.clock.now(),
        note: text("note", note, FOLLOW_UP_NOTE_CHARS_MAX)?,
        again_on,
    };
    store::add_call(&hub.access, exchange, deal.id, &call).await?;
    Ok((StatusCode::CREATED, Json(call)))
}

/// `POST /api/v1/exchanges/{slug}/follow-ups/{deal}/links/{participant}`: a link for a party, shown once.
pub(crate) async fn link(
    State(hub): State<Arc<Hub>>,
    Path((_, deal, name)): Path<(String, String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<(StatusCode, Json<FollowUpLink>), Denied> {
    let deal = find(&hub, exchange, &deal).await?;
    let Teller::Party(party) = teller(&deal, &name)? else {
        return Err(Refusal::UnknownParticipant.into());
    };
    let opens = store::opens(deal.id, party);
    let made = links::make(&hub.access, exchange, &opens, hub.clock.now()).await?;
    let link = FollowUpLink {
        url: links::url(&hub.public_url(), opens.page, &made.token),
        expires_at: made.expires_at,
        lasts: hub.config.address_lasts(),
    };
    Ok((StatusCode::CREATED, Json(link)))
}

/// `DELETE /api/v1/exchanges/{slug}/follow-ups/{deal}/links`: revokes every link of the deal's parties, be there none.
pub(crate) async fn revoke(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    let deal = find(&hub, exchange, &deal).await?;
    for party in parties(&deal) {
        links::revoke(
            &hub.access,
            exchange,
            &store::opens(deal.id, party),
            hub.clock.now(),
        )
        .await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/exchanges/{slug}/follow-ups/ask`: a mail to each party that has something left to say.
pub(crate) async fn ask(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<AskedAll>, Denied> {
    Ok(Json(reminders::ask(&hub, exchange).await?))
}
