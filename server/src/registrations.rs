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

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
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

use self::page::{Page, Puzzle, Show};
use self::proof::{Key, SCRIPT};
use self::store::{Added, Held, Kept};
use self::written::{PROOF, SHOWN_AT, Slip, TRAP, Written};
use crate::access::{cookie, link_token};
use crate::api::{Asked, AskedWhole, Caller, Denied, language as asked_language};
use crate::clock::day_at;
use crate::entered::{Entered, find_exchange, must_be_unread};
use crate::floor::{Bundle, FloorHandle, Settled};
use crate::hub::Hub;
use crate::roster::{Names, fold};
use crate::strangers::{Asks, HEADERS, Listed, Sent, TooOften, fields, language_of, respond, respond_as};

/// Largest form that is taken, in bytes: twice what it takes with every text as long as it may be, in letters of twelve bytes each on the
/// way. Whoever pastes too much into it has its beginning shown again, with how much is to be cut.
pub(crate) const FORM_BYTES_MAX: usize = 64 * 1_024;
/// How soon after it was shown nobody has filled a form in, in milliseconds.
const HASTE_MS: i64 = 3_000;
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

    /// Keeps what is sent once more where it was kept: the same words change nothing, others wait for the organiser anew.
    async fn amend(&self, kept: &Kept, written: &Written, language: Language) -> Result<(), Denied> {
        if let Ok(entry) = written.entry_as(&self.settings, &kept.entry)
            && !entry.says_the_same_as(&kept.entry)
        {
            let id = (self.floor.exchange.id, kept.id);
            store::rewrite(&self.hub.access, id, (&entry, language), None, self.now).await?;
        }
        Ok(())
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
        respond(status, self.page(language, &show))
    }

    /// The form once more, which asks the browser for another proof and is sent by itself.
    async fn asked(&self, written: &Written, language: Language) -> Result<Response, Denied> {
        let anew = written.clone().on_form(link_token()?);
        let slips = [Slip::of_form(written::Fault::NoProof)];
        self.again(language, (StatusCode::OK, &slips), &anew, false).await
    }

    /// The form once more, since nothing can be kept just now: whoever sends it again has one entry, and what its browser has done for it
    /// is of use then.
    fn not_kept(&self, denied: &Denied, language: Language, written: &Written) -> Response {
        denied.tell();
        let fault = if denied.is_unavailable() {
            written::Fault::Unavailable
        } else {
            written::Fault::TooMany
        };
        let slips = [Slip::of_form(fault)];
        self.shown(language, (denied.status(), &slips), written, None)
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
                let mut page = respond_as(place.listed(), StatusCode::OK, html);
                // Whoever goes back to it has the page that they sent, not another one: it says nothing of anybody.
                page.headers_mut().insert(
                    header::CACHE_CONTROL,
                    HeaderValue::from_static("private, no-cache"),
                );
                page
            }
            state => {
                let html = place.page(language, &Show::NoForm(state));
                respond_as(place.listed(), StatusCode::OK, html)
            }
        })
    };
    match shown.await {
        Ok(page) => page,
        Err(denied) => denied_page(&denied, language_at(&hub, &slug, asked).await, &caller),
    }
}

/// `POST /{slug}/register`: keeps what was written, or shows it again with what is to be mended. Nothing that was typed is lost, also when
/// nothing can be kept just now.
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
            match keep(&place, &caller, &written, language).await {
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
    let transport = hub.transport(caller);
    let here = |token: &str| {
        let sent = [(header::SET_COOKIE, cookie::set_sent(slug, token, transport))];
        (HEADERS, sent, Redirect::to(&address_of(token, language))).into_response()
    };
    let entry = written.entry(&place.settings);
    let sent_before = cookie::value(&caller.headers, &cookie::sent_name(slug));
    // Sent by a second tap, once more by the browser, or by whoever went back to it.
    if let Ok(entry) = &entry
        && let Some((kept, token)) = place.sent(written, sent_before.as_deref(), entry).await?
    {
        if hub.rates.registration(caller).is_err() {
            let slips = [Slip::of_form(written::Fault::TooMany)];
            let mend = (StatusCode::TOO_MANY_REQUESTS, slips.as_slice());
            return place.again(language, mend, written, false).await;
        }
        place.amend(&kept, written, language).await?;
        return Ok(here(token));
    }
    let none = |state| respond(StatusCode::CONFLICT, place.page(language, &Show::NoForm(state)));
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
    let is_hasty = shown_at.is_none_or(|ms: i64| place.now.unix_ms - ms < HASTE_MS);
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
                Some(kept) => place.amend(&kept, written, language).await?,
                // A proof holds once.
                None if is_rush => return place.asked(written, language).await,
                None => {
                    token = link_token()?;
                    continue;
                }
            },
        }
        return Ok(here(&token));
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

/// What became of a change to one's own entry.
enum Changed {
    Done,
    /// It came to nothing: the page says why.
    Told(Response),
    /// Somebody else was quicker: it is looked at anew.
    Moved,
}

/// An entry, for whoever has its link.
struct Own {
    place: Place,
    kept: Kept,
}

impl Own {
    async fn find(hub: &Arc<Hub>, token: &str, caller: &Caller) -> Result<Self, Denied> {
        must_be_unread(hub, caller)?;
        let found = store::by_token(&hub.access, token).await?;
        let Some((exchange, kept)) = found else {
            hub.access.try_wrong_link(caller.peer.address)?;
            return Err(Denied::UnknownRegistration);
        };
        Ok(Self {
            place: Place::of(hub, exchange).await?,
            kept,
        })
    }

    /// Whether it may still be changed: for as long as the evening is not over.
    fn is_open(&self) -> bool {
        let Place { settings, .. } = &self.place;
        self.place.today() <= settings.date
            && matches!(
                self.kept.state,
                RegistrationState::Waiting | RegistrationState::Approved
            )
    }

    /// Changes it to what was written, or withdraws it.
    async fn change(
        &self,
        caller: &Caller,
        written: &Written,
        language: Language,
    ) -> Result<Changed, Denied> {
        let Place { hub, floor, now, .. } = &self.place;
        // Whoever withdraws has typed nothing: if it cannot be, what stands is shown.
        let (written, changed_meanwhile) = if written.withdraws() {
            (None, Vec::new())
        } else {
            let (written, slips) = written.clone().on_top_of(&self.kept.entry);
            (Some(written), slips)
        };
        let again = |status, slips: Vec<Slip>| {
            let stands = || Written::again(&self.kept.entry);
            let shown = written
                .as_ref()
                .map_or_else(|| Cow::Owned(stands()), Cow::Borrowed);
            // What somebody else has changed is said of a field before anything else is.
            let slips = [changed_meanwhile.as_slice(), slips.as_slice()].concat();
            Ok(Changed::Told(self.respond(status, language, &shown, &slips)))
        };
        if hub.rates.registration(caller).is_err() {
            let slips = vec![Slip::of_form(written::Fault::TooMany)];
            return again(StatusCode::TOO_MANY_REQUESTS, slips);
        }
        if !self.is_open() {
            return again(StatusCode::CONFLICT, Vec::new());
        }
        let id = (floor.exchange.id, self.kept.id);
        let kept = match &written {
            None => store::set_state(&hub.access, id, RegistrationState::Withdrawn, *now)
                .await
                .map(|()| true),
            Some(written) => match written.entry_as(&self.place.settings, &self.kept.entry) {
                Err(slips) => return again(StatusCode::UNPROCESSABLE_ENTITY, slips),
                Ok(_) if !changed_meanwhile.is_empty() => return again(StatusCode::CONFLICT, Vec::new()),
                Ok(entry) if entry == self.kept.entry => Ok(true),
                Ok(entry) => {
                    let seen = Some(self.kept.changed_at);
                    store::rewrite(&hub.access, id, (&entry, language), seen, *now).await
                }
            },
        };
        match kept {
            Ok(true) => Ok(Changed::Done),
            Ok(false) => Ok(Changed::Moved),
            Err(denied) if denied.is_unavailable() => {
                denied.tell();
                again(denied.status(), vec![Slip::of_form(written::Fault::Unavailable)])
            }
            Err(denied) => Err(denied),
        }
    }

    fn respond(&self, status: StatusCode, language: Language, written: &Written, slips: &[Slip]) -> Response {
        let is_open = self.is_open();
        let show = Show::Own {
            kept: &self.kept,
            written: is_open.then_some(written),
            slips,
        };
        respond(status, self.place.page(language, &show))
    }
}

/// `GET /registration/{token}`: one's own entry, and what became of it.
pub(crate) async fn open(
    State(hub): State<Arc<Hub>>,
    Path(token): Path<String>,
    asks: Asks,
    caller: Caller,
) -> Response {
    let asked = language_of(asks);
    match Own::find(&hub, &token, &caller).await {
        Ok(own) => {
            let language = asked.unwrap_or(own.kept.language);
            own.respond(StatusCode::OK, language, &Written::again(&own.kept.entry), &[])
        }
        Err(denied) => denied_page(&denied, asked, &caller),
    }
}

/// `POST /registration/{token}`: changes one's own entry, or withdraws it.
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
            let own = Own::find(&hub, &token, &caller).await.ok();
            let language = asked.or(own.map(|own| own.kept.language));
            return denied_page(&denied, language, &caller);
        }
    };
    if too_often.is_some() {
        return send_again(&Denied::from(Refusal::Throttled), asked, &caller, &written);
    }
    for _ in 0..TRIES_MAX {
        let own = match Own::find(&hub, &token, &caller).await {
            Ok(own) => own,
            Err(denied) if denied.is_unavailable() => {
                return send_again(&denied, asked, &caller, &written);
            }
            Err(denied) => return refused(&denied),
        };
        let language = asked.unwrap_or(own.kept.language);
        match own.change(&caller, &written, language).await {
            Ok(Changed::Told(page)) => return page,
            Ok(Changed::Done) => {
                return (HEADERS, Redirect::to(&address_of(&token, language))).into_response();
            }
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
