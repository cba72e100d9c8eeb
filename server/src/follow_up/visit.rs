//! The page of a party: a link and a button, and it is said. It needs no script, and has nothing of what others say.

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
use super::store::{self, Before, Teller};
use crate::access::Note;
use crate::api::{Caller, Denied, language as asked_language};
use crate::entered::must_be_unread;
use crate::hub::Hub;
use crate::links::{self, Page as Linked};
use crate::mail::languages;
use crate::poster;
use crate::strangers::{
    Asks, HEADERS, Sent, TooOften, fields, in_language, language_of, respond, to_go_back_to, translates,
};

/// How often an answer is looked at anew that something else was quicker than.
const TRIES_MAX: u32 = 5;

/// What came of an answer that was sent.
enum Came {
    Kept,
    /// It was not kept: the page says why, with what was typed; or it was sent for nothing else than the page.
    Told(Response),
    /// Somebody else was quicker: it is looked at anew.
    Moved,
}

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
        let has_form = told.is_some() || page.has_form(told);
        let page = respond(status, page.html(told));
        if has_form { to_go_back_to(page) } else { page }
    }

    /// Keeps what was sent, unless it is to be mended, or something else was answered since its page was made.
    async fn take(
        &self,
        hub: &Hub,
        caller: &Caller,
        language: Language,
        fields: &BTreeMap<String, String>,
    ) -> Result<Came, Denied> {
        let told = |status, told: &Told| Ok(Came::Told(self.respond(status, language, Some(told))));
        if translates(fields) {
            return told(StatusCode::OK, &Told::typed(fields));
        }
        if hub.rates.registration(caller).is_err() {
            return told(StatusCode::TOO_MANY_REQUESTS, &Told::of(Fault::TooMany, fields));
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
                let mend = Told::refused(&refusal, fields);
                return told(StatusCode::UNPROCESSABLE_ENTITY, &mend);
            }
            None => None,
        };
        let is_over = state == FollowUpState::Infeasible;
        let saying = Saying {
            state,
            reason: field(REASON).and_then(FollowUpReason::named).filter(|_| is_over),
            text: text.filter(|_| is_over),
        };
        let said = self.said.as_ref();
        let before = match page::base(fields) {
            None => Before::Anything,
            // Whoever presses twice says the same twice.
            Some(base) if base == page::base_of(said) || said.is_some_and(|said| says(said, &saying)) => {
                Before::Seen(said.map(|said| said.at))
            }
            Some(_) => {
                let fault = Fault::ChangedMeanwhile { sent: state };
                return told(StatusCode::CONFLICT, &Told::of(fault, fields));
            }
        };
        let (about, now) = ((self.deal.id, Teller::Party(self.party), before), hub.clock.now());
        let by = AnsweredBy::Link;
        match store::say(&hub.access, self.exchange, about, &saying, by, now).await {
            Ok(true) => Ok(Came::Kept),
            Ok(false) => Ok(Came::Moved),
            Err(denied) if denied.is_unavailable() => {
                denied.tell();
                told(denied.status(), &Told::of(Fault::Unavailable, fields))
            }
            Err(denied) => Err(denied),
        }
    }
}

/// Whether somebody has said the very same.
fn says(said: &Answer, saying: &Saying) -> bool {
    let Saying { state, reason, text } = saying;
    (said.state, said.reason, &said.text) == (*state, *reason, text)
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
        for _ in 0..TRIES_MAX {
            let visit = Visit::find(&hub, &token, &caller).await?;
            let language = asked.unwrap_or(visit.language);
            match visit.take(&hub, &caller, language, &fields).await? {
                Came::Told(page) => return Ok(page),
                Came::Moved => {}
                Came::Kept => {
                    let said = Note::of(SecurityEvent::FollowUpAnswered)
                        .in_exchange(visit.exchange)
                        .about([visit.deal.id.0]);
                    hub.access.note(said.from(caller.peer.address));
                    let address = in_language(&format!("/follow-up/{token}"), language);
                    return Ok((HEADERS, Redirect::to(&address)).into_response());
                }
            }
        }
        Err(Denied::from(Refusal::Unavailable))
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
    let page = respond(denied.status(), page::only(denied, language, told));
    if told.is_some_and(Told::has_why) {
        to_go_back_to(page)
    } else {
        page
    }
}
