//! The form, for whoever has its address: it is shown, and what was written is kept, or comes back with what is to be mended. Whoever
//! sends it once more changes the entry that they have.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::RegistrationId;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::registration::{Entry, FormState, RegistrationState};
use phonenumber::country::Id;
use uuid::Uuid;

use super::mails;
use super::own::{Changed, Own, address_of};
use super::page::{self, Puzzle, Show};
use super::place::{Place, TRIES_MAX, denied_page};
use super::proof::{Key, SCRIPT};
use super::store::{self, Added, Kept};
use super::written::{self, PROOF, SHOWN_AT, Slip, TRAP, Written};
use crate::access::{cookie, link_token};
use crate::api::{Caller, Denied};
use crate::hub::Hub;
use crate::phones;
use crate::roster::fold;
use crate::strangers::{Asks, HEADERS, Listed, Sent, TooOften, fields, language_of, script_of};

/// How soon after it was shown nobody has filled a form in, in milliseconds.
pub(super) const HASTE_MS: i64 = 3_000;
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

impl Place {
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
            let home = phones::home(&self.settings.time_zone);
            let is_of_them = may_change && sender.is_of(&kept.entry, entry, home);
            (exchange == self.floor.exchange.id && is_of_them).then_some(kept)
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
            let on_top = Written::again(entry)
                .on_base(base)
                .on_top_of(&kept.entry, &self.settings);
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
        self.answer(language, (status, Listed::No), &show)
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
        self.answer(language, (status, Listed::No), &show)
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
    /// Whether two entries are of the same people, who may have mended what they are called, how they are reached, or who speaks for them,
    /// and not two of these at once. A browser may be everybody's, in a library: there both what they are called and how they are reached
    /// must tell. Numbers without the code of their country are of the country where the exchange is at home.
    fn is_of(self, before: &Entry, entry: &Entry, home: Option<Id>) -> bool {
        let (was, is) = (&before.contact, &entry.contact);
        let same = |was: &Option<String>, is: &Option<String>| was.is_some() && was == is;
        let is_called_so = fold(&before.name) == fold(&entry.name);
        let is_reached_so = same(&was.email, &is.email) || phones::have_one_in_common(was, is, home);
        let is_spoken_for_so = same(&was.person, &is.person);
        match self {
            Self::Form => {
                let agrees = [is_called_so, is_reached_so, is_spoken_for_so];
                agrees.into_iter().filter(|agrees| *agrees).count() >= 2
            }
            Self::Browser => is_called_so && is_reached_so,
        }
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
        let found = (StatusCode::OK, place.listed());
        Ok(match place.state().await? {
            FormState::Open => {
                let token = link_token()?;
                let puzzle = place.puzzle(&token).await?;
                let show = Show::Form {
                    written: &Written::blank(token),
                    slips: &[],
                    puzzle: puzzle.as_ref(),
                };
                place.answer(language, found, &show)
            }
            state => place.answer(language, found, &Show::NoForm { state, typed: None }),
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
    script_of(SCRIPT)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::contact::Contact;
    use borsklokka_shared::participant::{NameShown, Sector};

    use super::*;

    fn entry([name, person, email, phone]: [&str; 4]) -> Entry {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Entry {
            name: name.to_owned(),
            sector: Sector::Voluntary,
            name_shown: NameShown::First,
            contact: Contact {
                person: known(person),
                email: known(email),
                phone: known(phone),
            },
            people: 1,
            listings: Vec::new(),
        }
    }

    #[test]
    fn on_the_same_form_two_of_three_tell_who_it_is_and_in_the_same_browser_the_name_must() {
        let before = entry(["Turlaget", "Kari", "kari@example.org", "912 34 567"]);
        for (now, on_the_form, in_the_browser) in [
            (["Turlaget", "Kari", "kari@example.org", "912 34 567"], true, true),
            (["TURLAGET", "Ola", "ola@example.org", "912 34 567"], true, true),
            (["Turlaget", "Ola", "", "+47 91 23 45 67"], true, true),
            (["Turlaget Ung", "Kari", "", "0047 91234567"], true, false),
            (["Turlaget", "Ola", "", "+45 91 23 45 67"], false, false),
            (["Turlaget", "Kari", "ola@example.org", ""], true, false),
            (["Turlaget Ung", "Kari", "kari@example.org", ""], true, false),
            (["Turlaget Ung", "Kari", "", "22 33 44 55"], false, false),
            (
                ["Turlaget Ung", "Ola", "kari@example.org", "912 34 567"],
                false,
                false,
            ),
            (["Turlaget", "Ola", "ola@example.org", ""], false, false),
        ] {
            let entry = entry(now);
            let home = phones::home("Europe/Oslo");
            let is_of = |sender: Sender| sender.is_of(&before, &entry, home);
            assert_eq!(is_of(Sender::Form), on_the_form, "{now:?}");
            assert_eq!(is_of(Sender::Browser), in_the_browser, "{now:?}");
        }
    }
}
