//! How a request that was not granted is answered: in one place, in the language that it asks for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::ids::CommandId;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::screen::Address;
use borsklokka_shared::wire::ServerMessage;
use maud::html;
use serde_json::json;

use super::denied::Denied;
use super::language::language;
use crate::seldom::Seldom;
use crate::spoken::denied::Denied as Words;
use crate::spoken::follow_up::FollowUp;
use crate::spoken::registration::Registration;
use crate::strangers::{Matter, alike, instead, language_in, respond};

/// How often it is told that requests cannot be answered.
const TELL_EVERY: Duration = Duration::from_mins(1);
/// What a page is called that is of no exchange.
const TITLE: &str = "Børsklokka";

/// When whoever was put off asks again, where nothing says when it will be granted, in seconds: so often it is tried to save again.
const AGAIN_S: u64 = 5;
/// Codes of 503 against which asking again is no help.
const LASTING: [&str; 2] = ["log_damaged", "log_newer"];

/// The code of what was not granted, for whoever sees the answer go out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Why(pub(crate) &'static str);

/// How long whoever asked for this too often waits at most, in seconds, as the answer's row knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period(pub(crate) u64);

/// Says in an answer when to ask again, wherever it was made: what came too often, and what cannot be granted just now. What lasts until
/// somebody mends it says nothing of the kind, and nor does what says it better itself.
pub(crate) fn say_when(response: &mut Response) {
    let lasts = || {
        let why = response.extensions().get();
        why.is_some_and(|Why(code)| LASTING.contains(code))
    };
    let wait_s = match response.status() {
        StatusCode::TOO_MANY_REQUESTS => response
            .extensions()
            .get()
            .map_or(1, |Period(period_s)| *period_s),
        StatusCode::SERVICE_UNAVAILABLE if !lasts() => AGAIN_S,
        _ => return,
    };
    let headers = response.headers_mut();
    headers
        .entry(header::RETRY_AFTER)
        .or_insert_with(|| HeaderValue::from(wait_s));
}

impl Denied {
    /// A sentence for the person at the screen: what happened and what to do.
    pub fn message(&self, language: Language) -> String {
        Words::of(language).sentence(self)
    }

    /// The error as JSON.
    pub fn body(&self, language: Language) -> serde_json::Value {
        let mut body = json!({ "code": self.code(), "message": self.message(language) });
        if let Some(detail) = self.detail() {
            body["detail"] = json!(detail);
        }
        body
    }

    /// Whether nothing can be read or kept just now: the same may be asked again.
    pub(crate) fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Database(_) | Self::Broken(_) | Self::Refused(Refusal::Unavailable)
        )
    }

    /// Tells the log what the server lacks, if it is that: a crowd asks while the database is away, and one line says it.
    pub(crate) fn tell(&self) {
        static TOLD: Mutex<Seldom> = Mutex::new(Seldom::every(TELL_EVERY));
        self.tell_seldom(&TOLD);
    }

    fn tell_seldom(&self, told: &Mutex<Seldom>) {
        if !matches!(self, Self::Database(_) | Self::Broken(_)) {
            return;
        }
        let untold = told.lock().unwrap_or_else(PoisonError::into_inner).tell(false);
        if let Some(untold) = untold {
            tracing::error!(
                untold,
                "a request was answered with unavailable: {self} ({untold} more since this was last said)"
            );
        }
    }
}

/// In bokmål; [`speak`] puts it in the user's language.
impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        self.tell();
        let mut response = (self.status(), Json(self.body(Language::default()))).into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Self::TooManyTries { wait_s } = self {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        }
        if let Self::MethodNotAllowed { allow: Some(allow) } = self {
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if let Self::NotAWebSocket(_) = self {
            let headers = response.headers_mut();
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        }
        response.extensions_mut().insert(Why(self.code()));
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What the domain refuses of a command, as the wire says it.
pub fn refused_message(id: Option<CommandId>, refusal: &Refusal, language: Language) -> ServerMessage {
    ServerMessage::Refused {
        id,
        code: refusal.code().to_owned(),
        message: refusal.message(language),
        detail: refusal.detail().map(str::to_owned),
    }
}

/// The same as the answer to a request. What the domain refuses of anything else is a [`Denied`].
pub fn refused(id: Option<CommandId>, refusal: &Refusal, language: Language) -> Response {
    let status = match refusal {
        Refusal::NotAllowed => StatusCode::FORBIDDEN,
        Refusal::Malformed { .. } | Refusal::UnknownCommand => StatusCode::BAD_REQUEST,
        Refusal::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::CONFLICT,
    };
    (status, Json(refused_message(id, refusal, language))).into_response()
}

/// Who reads an answer.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    language: Language,
    /// The page that a person opened or sent, if it is one: what goes wrong before it is reached is told in words.
    page: Option<Page>,
}

/// A page that a person opened or sent.
#[derive(Clone, Debug)]
enum Page {
    /// One of those for strangers, with its address.
    Strangers(Matter, String),
    /// A screen's.
    Screen,
}

impl Reader {
    pub(super) fn of(request: &Request) -> Self {
        let uri = request.uri();
        // What no page sends is a program's.
        let is_of_a_page = matches!(*request.method(), Method::GET | Method::HEAD | Method::POST);
        let page = Matter::at(uri.path()).filter(|_| is_of_a_page).map(|matter| {
            let language = uri.query().and_then(language_in);
            let asked = language.map(|language| format!("?lang={}", language.as_str()));
            (
                matter,
                format!("{}{}", uri.path(), asked.unwrap_or_default()),
                language,
            )
        });
        let asked = page.as_ref().and_then(|(_, _, language)| *language);
        let page = page.map(|(matter, address, _)| Page::Strangers(matter, address));
        Self {
            language: asked.unwrap_or_else(|| language(request.headers())),
            page: page.or_else(|| is_of_a_screen(request).then_some(Page::Screen)),
        }
    }
}

/// Whether a browser loads the page of a screen: it says that it would show one, which no program does.
fn is_of_a_screen(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT);
    let shows_pages = accepted
        .and_then(|accepted| accepted.to_str().ok())
        .is_some_and(|accepted| accepted.contains("text/html"));
    shows_pages
        && matches!(*request.method(), Method::GET | Method::HEAD)
        && Address::of_path(request.uri().path()) != Address::Unknown
}

/// Puts an error's sentence in the user's language. A layer for [`axum::middleware::from_fn`].
pub async fn speak(request: Request, next: Next) -> Response {
    let reader = Reader::of(&request);
    let response = next.run(request).await;
    spoken(response, &reader)
}

/// The response with its error's sentence, if it is an error of this module, as its reader needs it.
pub(super) fn spoken(mut response: Response, reader: &Reader) -> Response {
    let Some(error) = response.extensions_mut().remove::<Arc<Denied>>() else {
        return response;
    };
    let language = reader.language;
    let page = match &reader.page {
        Some(Page::Strangers(matter, address)) => of_strangers(&error, language, *matter, address),
        Some(Page::Screen) => {
            let main = html! {
                header { h1 { (TITLE) } }
                p class="told" role="alert" { (error.message(language)) }
            };
            alike(language, TITLE, &main)
        }
        None => {
            *response.body_mut() = Body::from(error.body(language).to_string());
            return response;
        }
    };
    let (page, body) = respond(response.status(), page).into_parts();
    response.headers_mut().extend(page.headers);
    *response.body_mut() = body;
    response
}

/// A page that says what went wrong, in words that are true of what was sent there, and leads back.
fn of_strangers(error: &Denied, language: Language, matter: Matter, address: &str) -> String {
    let (title, too_large, too_many, back) = match matter {
        Matter::Registration => {
            let words = Registration::of(language);
            (
                words.title,
                words.too_large,
                words.fault.too_many,
                words.open_again,
            )
        }
        Matter::FollowUp => {
            let words = FollowUp::of(language);
            (words.title, words.too_large, words.too_many, words.open_again)
        }
    };
    let sentence = match error {
        Denied::TooLarge => too_large.to_owned(),
        // Nothing is sent again by itself from here.
        Denied::Refused(Refusal::Throttled) => too_many.to_owned(),
        error => error.message(language),
    };
    instead(language, title, &sentence, (address, back))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_passes_says_when_to_ask_again_and_what_lasts_does_not() {
        let throttled = || Denied::from(Refusal::Throttled);
        let (period, own) = (Some(Period(12)), Denied::TooManyTries { wait_s: 30 });
        for (denied, period, expected) in [
            (throttled(), period, Some("12")),
            (throttled(), None, Some("1")),
            (own, period, Some("30")),
            (Denied::PressBusy, None, Some("5")),
            (Denied::ReadersBusy, None, Some("5")),
            (Denied::Overtaken, None, Some("5")),
            (Denied::from(Refusal::Unavailable), None, Some("5")),
            (Denied::LogDamaged, None, None),
            (Denied::LogRowDamaged, None, None),
            (Denied::LogNewer, None, None),
            (Denied::NotPaired, period, None),
        ] {
            let code = denied.code();
            let mut response = denied.into_response();
            if let Some(period) = period {
                response.extensions_mut().insert(period);
            }
            say_when(&mut response);
            let said = response.headers().get(header::RETRY_AFTER);
            assert_eq!(said.and_then(|said| said.to_str().ok()), expected, "{code}");
        }
        // As a page says it, or the answer to a command.
        for (refusal, expected) in [(Refusal::Throttled, "1"), (Refusal::Unavailable, "5")] {
            let mut response = refused(None, &refusal, Language::default());
            say_when(&mut response);
            assert_eq!(response.headers()[header::RETRY_AFTER], expected);
        }
    }

    /// What a subscriber wrote.
    #[derive(Clone, Default)]
    struct Told(Arc<Mutex<Vec<u8>>>);

    impl Write for Told {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_is_away_is_told_once_a_minute_however_many_ask() {
        let told = Told::default();
        let write = told.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || write.clone())
            .with_ansi(false);
        let _telling = tracing::subscriber::set_default(subscriber.finish());
        let seldom = Mutex::new(Seldom::every(TELL_EVERY));
        for _ in 0..105 {
            Denied::Database(sqlx::Error::PoolTimedOut).tell_seldom(&seldom);
            Denied::NotPaired.tell_seldom(&seldom);
        }
        tokio::time::advance(TELL_EVERY).await;
        Denied::Database(sqlx::Error::PoolClosed).tell_seldom(&seldom);
        let text = String::from_utf8(told.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        for (line, error, untold) in [
            (lines[0], sqlx::Error::PoolTimedOut, "0 more"),
            (lines[1], sqlx::Error::PoolClosed, "104 more"),
        ] {
            assert!(
                line.contains(&error.to_string()) && line.contains(untold),
                "{line}"
            );
        }
    }
}
