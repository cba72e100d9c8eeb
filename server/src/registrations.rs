//! Registrations by the participants themselves: a form at one address, a link to one's own entry, and the organiser who says yes or no.
//! The pages are made here and need no script; what waits is in tables of its own, and comes onto the board as everything else does.

mod approval;
mod mails;
mod page;
mod proof;
mod store;
#[cfg(test)]
mod tests;
mod written;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use borsklokka_shared::board::Board;
use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{ExchangeId, RegistrationId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{FORM_TEXT_CHARS_MAX, REGISTRATIONS_MAX};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::registration::{
    DaysFault, Entry, FormSettings, FormState, Judgement, Registration, RegistrationState, Registrations,
    Verdict,
};
use borsklokka_shared::text::readable_lines;
use uuid::Uuid;

use self::page::{Changes, Page, Puzzle, Saved, Show};
use self::proof::{Key, SCRIPT};
use self::store::{Added, Held, Kept};
use self::written::{OnTop, PROOF, SHOWN_AT, Slip, TRAP, Written};
use crate::access::{cookie, link_token};
use crate::api::{Asked, AskedWhole, Caller, Denied, language as asked_language};
use crate::clock::day_at;
use crate::entered::{Entered, find_exchange, must_be_unread};
use crate::floor::{Bundle, FloorHandle, Settled};
use crate::hub::Hub;
use crate::roster::{Names, fold};
use crate::strangers::{
    Asks, HEADERS, Listed, Sent, TooOften, fields, language_of, respond, respond_as, to_go_back_to,
};

/// Largest form that is taken, in bytes: twice what it takes with every text as long as it may be, in letters of twelve bytes each on the
/// way. Whoever pastes too much into it has its beginning shown again, with how much is to be cut.
pub(crate) const FORM_BYTES_MAX: usize = 64 * 1_024;
/// How soon after it was shown nobody has filled a form in, in milliseconds.
const HASTE_MS: i64 = 3_000;
/// For how long one's own page says that something was saved, in milliseconds: whoever loads it anew later is not told so for ever.
const SAVED_SAID_MS: u64 = 60_000;
/// How often a verdict or a change is planned anew that something else was quicker than.
const TRIES_MAX: u32 = 5;
/// An entry, and what is read of it when it is shown and sent again; or the fields that are to be mended.
pub(crate) type ReadForm = Result<(Entry, Result<Entry, Vec<String>>), Vec<String>>;

/// What a form says, and what its entry says when it is shown and sent again; or the fields that are to be mended.
pub(crate) fn read_form(fields: BTreeMap<String, String>, settings: &Settings) -> ReadForm {
    let fields_of = |slips: Vec<Slip>| slips.into_iter().map(|slip| slip.field).collect();
    let entry = Written::of(fields).entry(settings).map_err(fields_of)?;
    let again = Written::again(&entry)
        .entry_as(settings, &entry)
        .map_err(fields_of);
    Ok((entry, again))
}

/// The last day on which one may register; none if the form is off, or stays.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn last_day(hub: &Hub, exchange: ExchangeId) -> Result<Option<Date>, Denied> {
    let form = store::form(&hub.access, exchange).await?;
    Ok(form.closes_on.filter(|_| form.is_on))
}

/// An exchange that somebody registers for.
struct Place {
    hub: Arc<Hub>,
    floor: FloorHandle,
    settings: Settings,
    form: FormSettings,
    now: Instant,
}

impl Place {
    async fn of(hub: &Arc<Hub>, exchange: ExchangeId) -> Result<Self, Denied> {
        let form = store::form(&hub.access, exchange).await?;
        Self::with(hub, exchange, form).await
    }

    async fn with(hub: &Arc<Hub>, exchange: ExchangeId, form: FormSettings) -> Result<Self, Denied> {
        let floor = hub.floors.by_id(exchange).await?;
        let settings = floor.view.with_staff_board(|board| board.settings.clone());
        Ok(Self {
            hub: Arc::clone(hub),
            settings: settings.ok_or(Refusal::NotConfigured)?,
            form,
            now: hub.clock.now(),
            floor,
        })
    }

    /// The one at an address, for whoever nobody overhears.
    async fn at(hub: &Arc<Hub>, slug: &str, caller: &Caller) -> Result<Self, Denied> {
        let exchange = find_exchange(hub, slug)?;
        must_be_unread(hub, caller)?;
        Self::of(hub, exchange).await
    }

    /// The same while the database cannot be read, as far as it is in memory: nobody knows what the organiser said of the form.
    async fn from_memory(hub: &Arc<Hub>, slug: &str, caller: &Caller) -> Result<Self, Denied> {
        let exchange = find_exchange(hub, slug)?;
        must_be_unread(hub, caller)?;
        Self::with(hub, exchange, FormSettings::default()).await
    }

    /// What the same people sent before, on this form or in this browser: what they send now is in its stead. Somebody else's words on
    /// the same form are an entry of their own.
    async fn before(&self, (token, sender): (&str, Sender), entry: &Entry) -> Result<Option<Kept>, Denied> {
        let found = store::by_token(&self.hub.access, token).await?;
        Ok(found.and_then(|(exchange, kept)| {
            let may_change = match kept.state {
                RegistrationState::Waiting | RegistrationState::Approved => true,
                RegistrationState::Declined => kept.entry.says_the_same_as(entry),
                RegistrationState::Withdrawn => false,
            };
            let is_it = exchange == self.floor.exchange.id && may_change && sender.is_of(&kept.entry, entry);
            is_it.then_some(kept)
        }))
    }

    /// What they sent before, and by which token: the form's own, or the one that their browser kept.
    async fn sent<'a>(
        &self,
        written: &'a Written,
        in_browser: Option<&'a str>,
        entry: &Entry,
    ) -> Result<Option<(Kept, &'a str)>, Denied> {
        let on_form = written.token().map(|token| (token, Sender::Form));
        let in_browser = in_browser.map(|token| (token, Sender::Browser));
        for sent in [on_form, in_browser].into_iter().flatten() {
            if let Some(kept) = self.before(sent, entry).await? {
                return Ok(Some((kept, sent.0)));
            }
        }
        Ok(None)
    }

    /// Changes what the same people sent before to what they send now, and leads them to their entry's own page. What was changed there
    /// since they sent it stays; what they changed otherwise now, they look over there.
    async fn sent_again(
        &self,
        caller: &Caller,
        (mut kept, token): (Kept, &str),
        (entry, before): (&Entry, Option<SentBefore<'_>>),
        language: Language,
    ) -> Result<Response, Denied> {
        for _ in 0..TRIES_MAX {
            if entry.says_the_same_as(&kept.entry) {
                return Ok(self.led_to(&address_of(token, language), caller, (token, entry)));
            }
            let base = SentBefore::base(before, token, &kept);
            let on_top = Written::again(entry).on_base(base).on_top_of(&kept.entry);
            let own = Own {
                place: self,
                kept: &kept,
                token,
            };
            match own.save(&on_top, language).await? {
                Changed::Told(page) => return Ok(page),
                Changed::Saved(saved) => {
                    let address = own.saved_address(saved, language);
                    return Ok(self.led_to(&address, caller, (token, entry)));
                }
                Changed::Withdrawn | Changed::Moved => {}
            }
            let moved = store::one(&self.hub.access, self.floor.exchange.id, kept.id).await?;
            kept = moved.ok_or(Denied::UnknownRegistration)?;
        }
        Err(Denied::RegistrationChanged)
    }

    /// Leads whoever sent the form to their entry's own page; their browser keeps what it sent.
    fn led_to(&self, address: &str, caller: &Caller, (token, entry): (&str, &Entry)) -> Response {
        let (slug, transport) = (&self.floor.exchange.slug, self.hub.transport(caller));
        let sent = SentBefore::written(token, entry);
        let sent = [(header::SET_COOKIE, cookie::set_sent(slug, &sent, transport))];
        (HEADERS, sent, Redirect::to(address)).into_response()
    }

    /// What is asked of whoever sends the form with this token, while registrations come in a rush.
    async fn puzzle(&self, token: &str) -> Result<Option<Puzzle>, Denied> {
        let exchange = self.floor.exchange.id;
        let Some(lasts) = self.hub.rates.rush.lasts(exchange) else {
            return Ok(None);
        };
        let key = Key::of(&self.hub.access).await?;
        let challenge = key.ask(exchange, token, self.now)?;
        Ok(Some(Puzzle { challenge, lasts }))
    }

    /// Whether what was written is sent with a proof that holds.
    async fn is_proven(&self, written: &Written) -> Result<bool, Denied> {
        let sent = written.token().zip(written.get(PROOF));
        let Some((token, proof)) = sent.filter(|(_, proof)| !proof.is_empty()) else {
            return Ok(false);
        };
        let key = Key::of(&self.hub.access).await?;
        Ok(key.holds(self.floor.exchange.id, token, self.now, proof))
    }

    /// The form once more, with what is to be mended and all that was typed.
    async fn again(
        &self,
        language: Language,
        (status, slips): (StatusCode, &[Slip]),
        written: &Written,
        is_proven: bool,
    ) -> Result<Response, Denied> {
        let puzzle = match written.token().filter(|_| !is_proven) {
            Some(token) => self.puzzle(token).await?,
            None => None,
        };
        Ok(self.shown(language, (status, slips), written, puzzle.as_ref()))
    }

    fn shown(
        &self,
        language: Language,
        (status, slips): (StatusCode, &[Slip]),
        written: &Written,
        puzzle: Option<&Puzzle>,
    ) -> Response {
        let show = Show::Form {
            written,
            slips,
            puzzle,
        };
        to_go_back_to(respond(status, self.page(language, &show)))
    }

    /// Why nothing can be registered, with what was typed all the same.
    fn not_open(
        &self,
        language: Language,
        status: StatusCode,
        state: FormState,
        typed: &Written,
    ) -> Response {
        let show = Show::NoForm {
            state,
            typed: Some(typed),
        };
        to_go_back_to(respond(status, self.page(language, &show)))
    }

    /// The form in another language, with all that was typed: nothing of it is judged, counted or kept.
    async fn translated(&self, written: &Written, language: Language) -> Result<Response, Denied> {
        let state = self.state().await?;
        if state != FormState::Open {
            return Ok(self.not_open(language, StatusCode::OK, state, written));
        }
        let is_proven = self.is_proven(written).await?;
        self.again(language, (StatusCode::OK, &[]), written, is_proven)
            .await
    }

    /// The form once more, which asks the browser for another proof and is sent by itself.
    async fn asked(&self, written: &Written, language: Language) -> Result<Response, Denied> {
        let anew = written.clone().on_form(link_token()?);
        let slips = [Slip::of_form(written::Fault::NoProof)];
        self.again(language, (StatusCode::OK, &slips), &anew, false).await
    }

    /// The form once more, since nothing can be kept just now: whoever sends it again has one entry, and what its browser has done for it
    /// is of use then. Whoever only takes another language has it all the same.
    fn not_kept(&self, denied: &Denied, language: Language, written: &Written) -> Response {
        denied.tell();
        let fault = if denied.is_unavailable() {
            written::Fault::Unavailable
        } else {
            written::Fault::TooMany
        };
        let slip = (!written.translates()).then(|| Slip::of_form(fault));
        self.shown(language, (denied.status(), slip.as_slice()), written, None)
    }

    /// Whether search engines may list the form.
    fn listed(&self) -> Listed {
        if self.settings.is_found {
            Listed::Yes
        } else {
            Listed::No
        }
    }

    /// How the form stands.
    async fn state(&self) -> Result<FormState, Denied> {
        let held = store::count(&self.hub.access, self.floor.exchange.id).await?;
        Ok(form_state(&self.form, self.today(), held))
    }

    /// Which day it is where the exchange is held.
    fn today(&self) -> Date {
        day_at(self.now, &self.settings.time_zone)
    }

    fn page(&self, language: Language, show: &Show<'_>) -> String {
        let missing = self.form.shows_missing.then(|| {
            let board = |board: &Board| page::Missing::of(board, &self.settings);
            self.floor.view.with_staff_board(board)
        });
        let public_url = self.hub.public_url();
        Page {
            settings: &self.settings,
            form: &self.form,
            language,
            slug: &self.floor.exchange.slug,
            public_url: &public_url,
            shown_at: self.now,
            missing,
        }
        .html(show)
    }
}

/// By what somebody is known who sends a form once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sender {
    /// The form itself: the page that they went back to.
    Form,
    /// Their browser, which had the form loaded anew.
    Browser,
}

impl Sender {
    /// Whether two entries are of the same people. A browser may be everybody's, in a library: there the name alone tells nothing.
    fn is_of(self, before: &Entry, entry: &Entry) -> bool {
        let (was, is) = (&before.contact, &entry.contact);
        let same = |was: &Option<String>, is: &Option<String>| was.is_some() && was == is;
        let is_reached_so = same(&was.email, &is.email) || same(&was.phone, &is.phone);
        let is_known = match self {
            Self::Form => is_reached_so || same(&was.person, &is.person),
            Self::Browser => is_reached_so,
        };
        is_known && fold(&before.name) == fold(&entry.name)
    }
}

/// What a browser keeps of what it sent last of a form.
#[derive(Clone, Copy)]
struct SentBefore<'a> {
    token: &'a str,
    /// The marks of what it said.
    base: Option<&'a str>,
}

impl<'a> SentBefore<'a> {
    /// As its cookie has it.
    fn of(kept: &'a str) -> Self {
        let parts = kept.split_once('.');
        let (token, base) = parts.map_or((kept, None), |(token, base)| (token, Some(base)));
        Self { token, base }
    }

    fn written(token: &str, entry: &Entry) -> String {
        format!("{token}.{}", Written::base_of(entry))
    }

    /// What somebody's form was filled in with who sends it once more: what their browser sent last. Where nobody knows that, it is what
    /// stands, unless that was changed since it was sent first.
    fn base(before: Option<Self>, token: &str, kept: &Kept) -> String {
        let known = before.filter(|before| before.token == token);
        match known.and_then(|before| before.base) {
            Some(base) => base.to_owned(),
            None if kept.changed_at == kept.made_at => Written::base_of(&kept.entry),
            None => Written::unknown_base(),
        }
    }
}

/// How a form stands on a day, when so many have registered.
fn form_state(form: &FormSettings, today: Date, held: Held) -> FormState {
    let places = form.places.map_or(usize::MAX, |places| places as usize);
    if !form.is_on {
        FormState::Off
    } else if form.opens_on.is_some_and(|day| today < day) {
        FormState::NotYet
    } else if form.closes_on.is_some_and(|day| day < today) {
        FormState::Closed
    } else if held.counting >= places || held.all >= REGISTRATIONS_MAX {
        FormState::Full
    } else {
        FormState::Open
    }
}

/// Where an exchange's form is.
pub(crate) fn url(hub: &Hub, slug: &str) -> String {
    format!("{}/{slug}/register", hub.public_url().trim_end_matches('/'))
}

/// `GET /{slug}/register`: the form, or why there is none.
pub(crate) async fn form(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    asks: Asks,
    caller: Caller,
) -> Response {
    let asked = language_of(asks);
    let shown = async {
        let place = Place::at(&hub, &slug, &caller).await?;
        let language = asked.unwrap_or(place.settings.language);
        Ok(match place.state().await? {
            FormState::Open => {
                let token = link_token()?;
                let puzzle = place.puzzle(&token).await?;
                let show = Show::Form {
                    written: &Written::blank(token),
                    slips: &[],
                    puzzle: puzzle.as_ref(),
                };
                let html = place.page(language, &show);
                // Then it has the token that they sent, not another one. It says nothing of anybody.
                to_go_back_to(respond_as(place.listed(), StatusCode::OK, html))
            }
            state => {
                let html = place.page(language, &Show::NoForm { state, typed: None });
                respond_as(place.listed(), StatusCode::OK, html)
            }
        })
    };
    match shown.await {
        Ok(page) => page,
        Err(denied) => denied_page(&denied, language_at(&hub, &slug, asked).await, &caller),
    }
}

/// `POST /{slug}/register`: keeps what was written, or shows it again with what is to be mended, or in another language. Nothing that was
/// typed is lost, also when nothing can be kept just now.
pub(crate) async fn send(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    asks: Asks,
    caller: Caller,
    too_often: Option<Extension<TooOften>>,
    sent: Sent,
) -> Response {
    let asked = language_of(asks);
    let written = fields(sent).map(Written::of).map_err(Denied::Malformed);
    let place = if too_often.is_some() {
        Err(Denied::from(Refusal::Throttled))
    } else {
        Place::at(&hub, &slug, &caller).await
    };
    let denied = match (place, written) {
        (Ok(place), Ok(written)) => {
            let language = asked.unwrap_or(place.settings.language);
            let answer = if written.translates() {
                place.translated(&written, language).await
            } else {
                keep(&place, &caller, &written, language).await
            };
            match answer {
                Ok(answer) => return answer,
                Err(denied) if denied.is_unavailable() => return place.not_kept(&denied, language, &written),
                Err(denied) => denied,
            }
        }
        (Err(denied), Ok(written)) if too_often.is_some() || denied.is_unavailable() => {
            match Place::from_memory(&hub, &slug, &caller).await {
                Ok(place) => {
                    let language = asked.unwrap_or(place.settings.language);
                    return place.not_kept(&denied, language, &written);
                }
                Err(_) => denied,
            }
        }
        (Err(denied), _) | (Ok(_), Err(denied)) => denied,
    };
    denied_page(&denied, language_at(&hub, &slug, asked).await, &caller)
}

/// Keeps what was written, or says what is to be mended.
async fn keep(
    place: &Place,
    caller: &Caller,
    written: &Written,
    language: Language,
) -> Result<Response, Denied> {
    let (hub, slug) = (&place.hub, place.floor.exchange.slug.as_str());
    let entry = written.entry(&place.settings);
    let in_browser = cookie::value(&caller.headers, &cookie::sent_name(slug));
    let before = in_browser.as_deref().map(SentBefore::of);
    // Sent by a second tap, once more by the browser, or by whoever went back to it.
    if let Ok(entry) = &entry
        && let Some(sent) = place
            .sent(written, before.map(|before| before.token), entry)
            .await?
    {
        if hub.rates.registration(caller).is_err() {
            let slips = [Slip::of_form(written::Fault::TooMany)];
            let mend = (StatusCode::TOO_MANY_REQUESTS, slips.as_slice());
            return place.again(language, mend, written, false).await;
        }
        return place.sent_again(caller, sent, (entry, before), language).await;
    }
    let none = |state| place.not_open(language, StatusCode::CONFLICT, state, written);
    let state = place.state().await?;
    if state != FormState::Open {
        return Ok(none(state));
    }
    let exchange = place.floor.exchange.id;
    let is_proven = place.is_proven(written).await?;
    let again = |status, fault| async move {
        let slips = [Slip::of_form(fault)];
        place.again(language, (status, &slips), written, is_proven).await
    };
    let is_trapped = written.get(TRAP).is_some_and(|text| !text.is_empty());
    let shown_at = written.get(SHOWN_AT).and_then(|ms| ms.parse().ok());
    let is_hasty = shown_at.is_none_or(|ms: i64| place.now.unix_ms.saturating_sub(ms) < HASTE_MS);
    // What has done its work may come at once: a form that was shown again goes by itself.
    if is_trapped || (is_hasty && !is_proven) {
        hub.rates.rush.of_robot(exchange);
        return again(StatusCode::OK, written::Fault::Haste).await;
    }
    let entry = match entry {
        Ok(entry) => entry,
        Err(slips) => {
            let mend = (StatusCode::UNPROCESSABLE_ENTITY, slips.as_slice());
            return place.again(language, mend, written, is_proven).await;
        }
    };
    hub.rates.rush.entry(exchange);
    let is_rush = hub.rates.rush.lasts(exchange).is_some();
    if is_rush && !is_proven {
        return place.asked(written, language).await;
    }
    if hub.rates.registration(caller).is_err() {
        return again(StatusCode::TOO_MANY_REQUESTS, written::Fault::TooMany).await;
    }
    let consent = page::consent(&place.form, language).to_owned();
    let mut token = match written.token() {
        Some(token) => token.to_owned(),
        None => link_token()?,
    };
    loop {
        let new = store::New {
            id: RegistrationId(Uuid::now_v7()),
            entry: &entry,
            language,
            consent: &consent,
            token: &token,
            places: place.form.places,
        };
        match store::add(&hub.access, exchange, &new, place.now).await? {
            Added::Kept => mails::received(hub, exchange, new.id, &entry, language).await,
            Added::Full => return Ok(none(FormState::Full)),
            // A second tap that was as quick, or somebody else on the same form, whose entry is of its own.
            Added::Known => match place.before((&token, Sender::Form), &entry).await? {
                Some(kept) => {
                    let sent = (kept, token.as_str());
                    return place.sent_again(caller, sent, (&entry, before), language).await;
                }
                // A proof holds once.
                None if is_rush => return place.asked(written, language).await,
                None => {
                    token = link_token()?;
                    continue;
                }
            },
        }
        return Ok(place.led_to(&address_of(&token, language), caller, (&token, &entry)));
    }
}

/// `GET /proof.js`: what solves it.
pub(crate) async fn script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=600"),
    ];
    (headers, SCRIPT).into_response()
}

/// Where an entry's own page is.
fn address_of(token: &str, language: Language) -> String {
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
enum Changed {
    Saved(Saved),
    Withdrawn,
    /// It came to nothing: the page says why.
    Told(Response),
    /// Somebody else was quicker: it is looked at anew.
    Moved,
}

/// An entry, for whoever has its link.
struct Own<'a> {
    place: &'a Place,
    kept: &'a Kept,
    token: &'a str,
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
    fn saved_address(&self, saved: Saved, language: Language) -> String {
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
        let on_top = written.clone().on_top_of(&self.kept.entry);
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
    async fn save(&self, on_top: &OnTop, language: Language) -> Result<Changed, Denied> {
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
        Changed::Told(to_go_back_to(
            self.shown(language, (status, &slips), typed, None).await,
        ))
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
        respond(status, self.place.page(language, &show))
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
            let page = own
                .shown(language, (StatusCode::OK, &[]), Some(&written), None)
                .await;
            return to_go_back_to(page);
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
    respond(denied.status(), page::send_again(denied, language, written))
}

/// The language of a page at an exchange's address: what is asked for, else the exchange's own, if it can be read.
async fn language_at(hub: &Hub, slug: &str, asked: Option<Language>) -> Option<Language> {
    if asked.is_some() {
        return asked;
    }
    let floor = hub.floors.get(slug).await.ok()?;
    floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.language))
}

/// A page that says why there is nothing: whoever opens these addresses is a person.
fn denied_page(denied: &Denied, asked: Option<Language>, caller: &Caller) -> Response {
    denied.tell();
    let language = asked.unwrap_or_else(|| asked_language(&caller.headers));
    respond(denied.status(), page::only(denied, language))
}

/// `GET /api/v1/exchanges/{slug}/registrations`: everything that was sent, with who it may be.
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Registrations>, Denied> {
    let place = Place::of(&hub, exchange).await?;
    let kept = store::all(&hub.access, exchange).await?;
    let participants = place.floor.view.with_staff_board(|board| {
        let told = board.participants.values();
        Names::of(told.map(|one| (one.id, one.name.as_str())))
    });
    let stand = kept
        .iter()
        .filter(|one| one.state != RegistrationState::Withdrawn);
    let others = Names::of(stand.map(|one| (one.id, one.entry.name.as_str())));
    let registrations = kept.into_iter().map(|one| {
        let mut alike = participants.alike(&one.entry.name);
        alike.retain(|id| Some(*id) != one.participant);
        let mut alike_registrations = others.alike(&one.entry.name);
        alike_registrations.retain(|id| *id != one.id);
        Registration {
            alike,
            alike_registrations,
            id: one.id,
            state: one.state,
            language: one.language,
            made_at: one.made_at,
            changed_at: one.changed_at,
            participant: one.participant,
            entry: one.entry,
        }
    });
    Ok(Json(Registrations {
        registrations: registrations.collect(),
        form_state: place.state().await?,
        url: url(&hub, &place.floor.exchange.slug),
        lasts: hub.config.address_lasts(),
        form: place.form,
    }))
}

/// `PUT /api/v1/exchanges/{slug}/registrations/form`
pub(crate) async fn set_form(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    AskedWhole(form): AskedWhole<FormSettings>,
) -> Result<Json<FormSettings>, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let held_on = floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.date));
    match form.days_fault(held_on) {
        Some(DaysFault::ClosesFirst) => return Err(Denied::FormDays),
        Some(DaysFault::ClosesLate) => return Err(Denied::FormClosesLate),
        None => {}
    }
    let text = |field, text: Option<String>| {
        let said = text.filter(|text| !text.trim().is_empty());
        said.map(|text| readable_lines(field, &text, FORM_TEXT_CHARS_MAX))
            .transpose()
    };
    let form = FormSettings {
        welcome: text("welcome", form.welcome)?,
        consent: text("consent", form.consent)?,
        ..form
    };
    store::set_form(&hub.access, exchange, &form).await?;
    Ok(Json(form))
}

/// `POST /api/v1/exchanges/{slug}/registrations/{id}`: the organiser's yes or no.
pub(crate) async fn judge(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, session }: Entered,
    Asked(judgement): Asked<Judgement>,
) -> Result<StatusCode, Denied> {
    let id = id.parse().map_err(|_| Denied::UnknownRegistration)?;
    let kept = store::one(&hub.access, exchange, id).await?;
    let kept = kept.ok_or(Denied::UnknownRegistration)?;
    let is_as_seen = judgement.state.is_none_or(|state| state == kept.state);
    if kept.changed_at != judgement.seen || !is_as_seen {
        return Err(Denied::RegistrationChanged);
    }
    if judgement.verdict == Verdict::Decline {
        let is_kept = store::judged(&hub.access, exchange, &kept, RegistrationState::Declined, None).await?;
        if !is_kept {
            return Err(Denied::RegistrationChanged);
        }
        mails::judged(&hub, exchange, &kept, RegistrationState::Declined).await;
        return Ok(StatusCode::NO_CONTENT);
    }
    let floor = hub.floors.by_id(exchange).await?;
    let contacts: HashMap<_, _> = hub.access.contacts(exchange).await?;
    for _ in 0..TRIES_MAX {
        let planned = floor
            .view
            .with_staff_board_at(|board, at| (approval::of(board, &kept, judgement.same_as, &contacts), at));
        let (plan, planned_at) = (planned.0?, planned.1);
        let settled = if plan.commands.is_empty() && plan.contacts.is_empty() {
            Settled::Done
        } else {
            let bundle = Bundle {
                actor: session.actor(),
                commands: plan.commands,
                contacts: plan.contacts,
                planned_at,
            };
            floor.submit_together(bundle).await
        };
        match settled {
            Settled::Done => {
                let state = match kept.state {
                    RegistrationState::Withdrawn => RegistrationState::Withdrawn,
                    _ => RegistrationState::Approved,
                };
                // Who changed it meanwhile waits again: what is on the board is what was seen.
                store::judged(&hub.access, exchange, &kept, state, plan.participant).await?;
                mails::judged(&hub, exchange, &kept, state).await;
                return Ok(StatusCode::NO_CONTENT);
            }
            Settled::Moved => {}
            Settled::Refused(refusal) => return Err(refusal.into()),
            Settled::Unavailable => return Err(Refusal::Unavailable.into()),
        }
    }
    Err(Denied::ReadersBusy)
}
