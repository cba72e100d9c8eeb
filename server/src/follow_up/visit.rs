//! The page of a party: a link and a button, and it is said. No script, and nothing of what others say.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use borsklokka_shared::deal::Deal;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::follow_up::{Answer, AnsweredBy, FollowUpReason, FollowUpState, Saying};
use borsklokka_shared::ids::{ExchangeId, ParticipantId};
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::FOLLOW_UP_TEXT_CHARS_MAX;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::security::SecurityEvent;
use borsklokka_shared::text::readable;

use super::count::parties;
use super::page::{self, Fault, Page, REASON, STATE, TEXT, Told};
use super::store::{self, Teller};
use crate::access::Note;
use crate::api::{Caller, Denied, language as asked_language};
use crate::entered::must_be_unread;
use crate::hub::Hub;
use crate::links::{self, Page as Linked};
use crate::mail::languages;
use crate::poster;
use crate::strangers::{
    Asks, HEADERS, Sent, TooOften, fields, language_of, respond, to_go_back_to, translates,
};

/// What a link leads to, while it holds.
struct Visit {
    exchange: ExchangeId,
    /// Where the exchange's poster is.
    picture: String,
    settings: Settings,
    deal: Deal,
    party: ParticipantId,
    /// The names of the deal's parties, as they are shown.
    names: BTreeMap<ParticipantId, String>,
    language: Language,
    said: Option<Answer>,
}

impl Visit {
    async fn find(hub: &Arc<Hub>, token: &str, caller: &Caller) -> Result<Self, Denied> {
        must_be_unread(hub, caller)?;
        let found = links::find(&hub.access, Linked::FollowUp, token).await;
        if let Err(Denied::UnknownLink) = &found {
            hub.access.try_wrong_link(caller.peer.address)?;
        }
        let found = found?;
        if !found.holds_at(hub.clock.now()) {
            return Err(Denied::LinkGone);
        }
        let (deal, party) = store::asked(&found.about)?;
        let floor = hub.floors.by_id(found.exchange).await?;
        let seen = floor.view.with_staff_board(|board| {
            let settings = board.settings.clone().ok_or(Refusal::NotConfigured)?;
            // Of what was taken back, and of what is another's now, nobody is asked.
            let deal = board.deals.get(&deal);
            let party = board.participant(party).map(|one| one.id);
            let of_it = deal
                .zip(party)
                .filter(|(deal, party)| parties(deal).contains(party));
            let (deal, party) = match of_it {
                Some((deal, _)) if deal.standing.is_off() => return Err(Denied::DealWithdrawn),
                Some(found) if found.0.counts() => found,
                Some(_) | None => return Err(Denied::LinkGone),
            };
            let names = parties(deal)
                .into_iter()
                .filter_map(|id| Some((id, board.participant(id)?.name.clone())));
            Ok::<_, Denied>((settings, deal.clone(), party, names.collect()))
        });
        let (settings, deal, party, names) = seen?;
        let spoken = languages(&hub.access, found.exchange).await?;
        let mut answers = store::answers(&hub.access, found.exchange).await?;
        Ok(Self {
            exchange: found.exchange,
            picture: poster::url(&hub.public_url(), &floor.exchange.slug),
            language: spoken.get(&party).copied().unwrap_or(settings.language),
            said: answers.remove(&(deal.id, Teller::Party(party))),
            settings,
            deal,
            party,
            names,
        })
    }

    fn respond(&self, status: StatusCode, language: Language, told: Option<&Told>) -> Response {
        let page = Page {
            settings: &self.settings,
            picture: &self.picture,
            deal: &self.deal,
            party: self.party,
            names: &self.names,
            language,
            said: self.said.as_ref(),
        };
        let page = respond(status, page.html(told));
        if told.is_some() { to_go_back_to(page) } else { page }
    }
}

/// `GET /follow-up/{token}`: the deal, and five buttons.
pub(crate) async fn open(
    State(hub): State<Arc<Hub>>,
    Path(token): Path<String>,
    asks: Asks,
    caller: Caller,
) -> Response {
    let asked = language_of(asks);
    match Visit::find(&hub, &token, &caller).await {
        Ok(visit) => visit.respond(StatusCode::OK, asked.unwrap_or(visit.language), None),
        Err(denied) => denied_page(&denied, asked, &caller, None),
    }
}

/// `POST /follow-up/{token}`: what a button says; or why a deal comes to nothing, which was said before; or what is typed of that in another
/// language.
pub(crate) async fn answer(
    State(hub): State<Arc<Hub>>,
    Path(token): Path<String>,
    asks: Asks,
    caller: Caller,
    too_often: Option<Extension<TooOften>>,
    sent: Sent,
) -> Response {
    let asked = language_of(asks);
    let fields = match fields(sent).map_err(Denied::Malformed) {
        Ok(fields) => fields,
        Err(denied) => return denied_page(&denied, asked, &caller, None),
    };
    if too_often.is_some() {
        let told = Told::of(Fault::TooMany, &fields);
        return denied_page(&Denied::from(Refusal::Throttled), asked, &caller, Some(&told));
    }
    let answered = async {
        let visit = Visit::find(&hub, &token, &caller).await?;
        let language = asked.unwrap_or(visit.language);
        let again = |status, told: &Told| Ok(visit.respond(status, language, Some(told)));
        if translates(&fields) {
            return again(StatusCode::OK, &Told::typed(&fields));
        }
        if hub.rates.registration(&caller).is_err() {
            return again(StatusCode::TOO_MANY_REQUESTS, &Told::of(Fault::TooMany, &fields));
        }
        let field = |name: &str| {
            fields
                .get(name)
                .map(|text| text.trim())
                .filter(|text| !text.is_empty())
        };
        let state = field(STATE).and_then(FollowUpState::named);
        let state = state.ok_or_else(|| Denied::Malformed("no state".to_owned()))?;
        let text = match field(TEXT).map(|text| readable(TEXT, text, FOLLOW_UP_TEXT_CHARS_MAX)) {
            Some(Ok(text)) => Some(text),
            Some(Err(refusal)) => {
                return again(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    &Told::refused(&refusal, &fields),
                );
            }
            None => None,
        };
        let is_over = state == FollowUpState::Infeasible;
        let saying = Saying {
            state,
            reason: field(REASON).and_then(FollowUpReason::named).filter(|_| is_over),
            text: text.filter(|_| is_over),
        };
        let teller = (visit.deal.id, Teller::Party(visit.party));
        let now = hub.clock.now();
        let kept = store::say(
            &hub.access,
            visit.exchange,
            teller,
            &saying,
            AnsweredBy::Link,
            now,
        )
        .await;
        if let Err(denied) = kept {
            if !denied.is_unavailable() {
                return Err(denied);
            }
            denied.tell();
            return again(denied.status(), &Told::of(Fault::Unavailable, &fields));
        }
        let said = Note::of(SecurityEvent::FollowUpAnswered)
            .in_exchange(visit.exchange)
            .about([visit.deal.id.0]);
        hub.access.note(said.from(caller.peer.address));
        let address = format!("/follow-up/{token}?lang={}", language.as_str());
        Ok((HEADERS, Redirect::to(&address)).into_response())
    };
    answered.await.unwrap_or_else(|denied| {
        // What was typed stands there again only where it may be sent again.
        let told = denied
            .is_unavailable()
            .then(|| Told::of(Fault::Unavailable, &fields));
        denied_page(&denied, asked, &caller, told.as_ref())
    })
}

/// A page that says why there is nothing: whoever opens these addresses is a person.
fn denied_page(denied: &Denied, asked: Option<Language>, caller: &Caller, told: Option<&Told>) -> Response {
    denied.tell();
    let language = asked.unwrap_or_else(|| asked_language(&caller.headers));
    respond(denied.status(), page::only(denied, language, told))
}
