//! One's own entry, for whoever has its link: what became of it, and the page by which it is changed or withdrawn.

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::registration::{FormState, RegistrationState};

use super::page::{self, Changes, Saved, Show};
use super::place::{Place, TRIES_MAX, denied_page};
use super::store::{self, Kept};
use super::written::{self, OnTop, Slip, Written};
use crate::api::{Caller, Denied, language as asked_language};
use crate::entered::must_be_unread;
use crate::hub::Hub;
use crate::strangers::{Asks, HEADERS, Listed, Sent, TooOften, fields, language_of, respond, to_go_back_to};

/// For how long one's own page says that something was saved, in milliseconds: whoever loads it anew later is not told so for ever.
const SAVED_SAID_MS: u64 = 60_000;

/// Where an entry's own page is.
pub(super) fn address_of(token: &str, language: Language) -> String {
    format!("/registration/{token}?lang={}", language.as_str())
}

/// What stands behind the address of one's own page to which whoever saved something is led.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct JustSaved {
    /// When that was, in milliseconds since 1970.
    saved: Option<i64>,
    /// Whether what was changed elsewhere meanwhile is in it.
    joined: bool,
}

impl JustSaved {
    /// What was saved, if it was a moment ago.
    fn at(self, now: Instant) -> Option<Saved> {
        let saved_at = Instant::from_unix_ms(self.saved?);
        let is_said = now.ms_since(saved_at).unsigned_abs() < SAVED_SAID_MS;
        let saved = if self.joined { Saved::OnTop } else { Saved::Alone };
        is_said.then_some(saved)
    }
}

/// What became of a change to one's own entry.
pub(super) enum Changed {
    Saved(Saved),
    Withdrawn,
    /// It came to nothing: the page says why.
    Told(Response),
    /// Somebody else was quicker: it is looked at anew.
    Moved,
}

/// An entry, for whoever has its link.
pub(super) struct Own<'a> {
    pub(super) place: &'a Place,
    pub(super) kept: &'a Kept,
    pub(super) token: &'a str,
}

/// The entry that a link opens, and the exchange that it is for.
async fn find_own(hub: &Arc<Hub>, token: &str, caller: &Caller) -> Result<(Place, Kept), Denied> {
    must_be_unread(hub, caller)?;
    let found = store::by_token(&hub.access, token).await?;
    let Some((exchange, kept)) = found else {
        hub.access.try_wrong_link(caller.peer.address)?;
        return Err(Denied::UnknownRegistration);
    };
    Ok((Place::of(hub, exchange).await?, kept))
}

impl Own<'_> {
    /// Whether it may still be changed: for as long as the evening is not over.
    fn is_open(&self) -> bool {
        self.place.today() <= self.place.settings.date
            && matches!(
                self.kept.state,
                RegistrationState::Waiting | RegistrationState::Approved
            )
    }

    /// Whether whoever was taken in by it is on the board no more.
    fn is_taken_out(&self) -> bool {
        self.kept.participant.is_some_and(|id| {
            let is_there = self
                .place
                .floor
                .view
                .with_staff_board(|board| board.participant(id).is_some_and(|one| !one.is_erased));
            !is_there
        })
    }

    /// Whether those whose entry it is may register anew.
    async fn may_register(&self) -> bool {
        self.kept.state == RegistrationState::Withdrawn
            && self
                .place
                .state()
                .await
                .is_ok_and(|state| state == FormState::Open)
    }

    /// Where its page is, which says for a moment what was saved.
    pub(super) fn saved_address(&self, saved: Saved, language: Language) -> String {
        let (address, saved_at) = (address_of(self.token, language), self.place.now.unix_ms);
        match saved {
            Saved::Alone => format!("{address}&saved={saved_at}"),
            Saved::OnTop => format!("{address}&saved={saved_at}&joined=true"),
        }
    }

    /// Changes it to what was written, or withdraws it.
    async fn change(
        &self,
        caller: &Caller,
        written: &Written,
        language: Language,
    ) -> Result<Changed, Denied> {
        let is_too_often = self.place.hub.rates.registration(caller).is_err();
        let too_many = || vec![Slip::of_form(written::Fault::TooMany)];
        if written.withdraws() {
            return self.withdraw(is_too_often.then(too_many), language).await;
        }
        let on_top = written.clone().on_top_of(&self.kept.entry, &self.place.settings);
        if is_too_often {
            let status = StatusCode::TOO_MANY_REQUESTS;
            return Ok(self.told(language, (status, too_many()), Some(&on_top)).await);
        }
        self.save(&on_top, language).await
    }

    /// Withdraws it. Whoever does has typed nothing: if it cannot be, what stands is shown.
    async fn withdraw(&self, too_many: Option<Vec<Slip>>, language: Language) -> Result<Changed, Denied> {
        let Place { hub, floor, now, .. } = self.place;
        if let Some(slips) = too_many {
            let status = StatusCode::TOO_MANY_REQUESTS;
            return Ok(self.told(language, (status, slips), None).await);
        }
        if !self.is_open() {
            let status = StatusCode::CONFLICT;
            return Ok(self.told(language, (status, Vec::new()), None).await);
        }
        let id = (floor.exchange.id, self.kept.id);
        match store::set_state(&hub.access, id, RegistrationState::Withdrawn, *now).await {
            Ok(()) => Ok(Changed::Withdrawn),
            Err(denied) => self.not_kept(denied, language, None).await,
        }
    }

    /// Keeps what was written on top of what stands, unless it is to be mended or looked over.
    pub(super) async fn save(&self, on_top: &OnTop, language: Language) -> Result<Changed, Denied> {
        let Place { hub, floor, now, .. } = self.place;
        let entry = match on_top.written.entry_as(&self.place.settings, &self.kept.entry) {
            _ if !self.is_open() => Err((StatusCode::CONFLICT, Vec::new())),
            Err(slips) => Err((StatusCode::UNPROCESSABLE_ENTITY, slips)),
            Ok(_) if !on_top.slips.is_empty() => Err((StatusCode::CONFLICT, Vec::new())),
            Ok(entry) => Ok(entry),
        };
        let entry = match entry {
            Ok(entry) => entry,
            Err(why) => return Ok(self.told(language, why, Some(on_top)).await),
        };
        let id = (floor.exchange.id, self.kept.id);
        let kept = if entry == self.kept.entry {
            Ok(true)
        } else {
            store::rewrite(&hub.access, id, (&entry, language), self.kept.changed_at, *now).await
        };
        match kept {
            Ok(true) if on_top.is_joined => Ok(Changed::Saved(Saved::OnTop)),
            Ok(true) => Ok(Changed::Saved(Saved::Alone)),
            Ok(false) => Ok(Changed::Moved),
            Err(denied) => self.not_kept(denied, language, Some(on_top)).await,
        }
    }

    /// Its page once more, since nothing can be kept just now.
    async fn not_kept(
        &self,
        denied: Denied,
        language: Language,
        on_top: Option<&OnTop>,
    ) -> Result<Changed, Denied> {
        if !denied.is_unavailable() {
            return Err(denied);
        }
        denied.tell();
        let slips = vec![Slip::of_form(written::Fault::Unavailable)];
        Ok(self.told(language, (denied.status(), slips), on_top).await)
    }

    /// It came to nothing: its page says why, with all that was typed. What somebody else has changed is said of a field before anything
    /// else is.
    async fn told(
        &self,
        language: Language,
        (status, slips): (StatusCode, Vec<Slip>),
        on_top: Option<&OnTop>,
    ) -> Changed {
        let changed_meanwhile = on_top.map(|on_top| on_top.slips.as_slice()).unwrap_or_default();
        let slips = [changed_meanwhile, slips.as_slice()].concat();
        let typed = on_top.map(|on_top| &on_top.written);
        Changed::Told(self.shown(language, (status, &slips), typed, None).await)
    }

    /// Its page: with what was typed, if anything was, else with what stands.
    async fn shown(
        &self,
        language: Language,
        (status, slips): (StatusCode, &[Slip]),
        typed: Option<&Written>,
        saved: Option<Saved>,
    ) -> Response {
        let stands = Written::again(&self.kept.entry);
        let changes = if self.is_open() {
            Changes::Open(typed.unwrap_or(&stands))
        } else {
            let may_register = self.may_register().await;
            Changes::Over { typed, may_register }
        };
        let show = Show::Own(page::Own {
            kept: self.kept,
            is_taken_out: self.is_taken_out(),
            token: self.token,
            changes,
            slips,
            saved: saved.filter(|_| self.is_open()),
        });
        self.place.answer(language, (status, Listed::No), &show)
    }
}

/// `GET /registration/{token}`: one's own entry, and what became of it.
pub(crate) async fn open(
    State(hub): State<Arc<Hub>>,
    Path(token): Path<String>,
    asks: Asks,
    just_saved: Result<Query<JustSaved>, QueryRejection>,
    caller: Caller,
) -> Response {
    let asked = language_of(asks);
    match find_own(&hub, &token, &caller).await {
        Ok((place, kept)) => {
            let language = asked.unwrap_or(kept.language);
            let saved = just_saved.ok().and_then(|Query(saved)| saved.at(place.now));
            let own = Own {
                place: &place,
                kept: &kept,
                token: &token,
            };
            own.shown(language, (StatusCode::OK, &[]), None, saved).await
        }
        Err(denied) => denied_page(&denied, asked, &caller),
    }
}

/// `POST /registration/{token}`: changes one's own entry, or withdraws it, or shows what is typed in another language.
pub(crate) async fn change(
    State(hub): State<Arc<Hub>>,
    Path(token): Path<String>,
    asks: Asks,
    caller: Caller,
    too_often: Option<Extension<TooOften>>,
    sent: Sent,
) -> Response {
    let asked = language_of(asks);
    let refused = |denied: &Denied| denied_page(denied, asked, &caller);
    let written = match fields(sent).map(Written::of).map_err(Denied::Malformed) {
        Ok(written) => written,
        Err(denied) => {
            let own = find_own(&hub, &token, &caller).await.ok();
            let language = asked.or(own.map(|(_, kept)| kept.language));
            return denied_page(&denied, language, &caller);
        }
    };
    if too_often.is_some() {
        return send_again(&Denied::from(Refusal::Throttled), asked, &caller, &written);
    }
    let led_to = |address: &str| (HEADERS, Redirect::to(address)).into_response();
    for _ in 0..TRIES_MAX {
        let (place, kept) = match find_own(&hub, &token, &caller).await {
            Ok(found) => found,
            Err(denied) if denied.is_unavailable() => {
                return send_again(&denied, asked, &caller, &written);
            }
            Err(denied) => return refused(&denied),
        };
        let language = asked.unwrap_or(kept.language);
        let own = Own {
            place: &place,
            kept: &kept,
            token: &token,
        };
        if written.translates() {
            return own
                .shown(language, (StatusCode::OK, &[]), Some(&written), None)
                .await;
        }
        match own.change(&caller, &written, language).await {
            Ok(Changed::Told(page)) => return page,
            Ok(Changed::Withdrawn) => return led_to(&address_of(&token, language)),
            Ok(Changed::Saved(saved)) => return led_to(&own.saved_address(saved, language)),
            Ok(Changed::Moved) => {}
            Err(denied) => return refused(&denied),
        }
    }
    refused(&Denied::RegistrationChanged)
}

/// What was sent, on a page by which it is sent again: nobody can say just now whose entry it is.
fn send_again(denied: &Denied, asked: Option<Language>, caller: &Caller, written: &Written) -> Response {
    denied.tell();
    let language = asked.unwrap_or_else(|| asked_language(&caller.headers));
    to_go_back_to(respond(
        denied.status(),
        page::send_again(denied, language, written),
    ))
}
