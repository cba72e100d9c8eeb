//! How a request that was not granted is answered: in one place, in the language that it asks for.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::ids::CommandId;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::wire::ServerMessage;
use serde_json::json;

use super::denied::Denied;
use super::language::language;
use crate::spoken::denied::Denied as Words;
use crate::spoken::follow_up::FollowUp;
use crate::spoken::registration::Registration;
use crate::strangers::{HEADERS, Matter, instead, language_in};

/// The code of what was not granted, for whoever sees the answer go out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Why(pub(crate) &'static str);

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
}

/// In bokmål; [`speak`] puts it in the user's language.
impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        if matches!(self, Self::Database(_) | Self::Broken(_)) {
            tracing::error!("a request was answered with unavailable: {self}");
        }
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
    /// The page that a person opened or sent, if it is one of those for strangers, with its address: what goes wrong before it is
    /// reached is told in words.
    page: Option<(Matter, String)>,
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
        Self {
            language: asked.unwrap_or_else(|| language(request.headers())),
            page: page.map(|(matter, address, _)| (matter, address)),
        }
    }
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
    let Some((matter, address)) = &reader.page else {
        *response.body_mut() = Body::from(error.body(language).to_string());
        return response;
    };
    let is_too_large = matches!(*error, Denied::TooLarge);
    let (title, too_large, back) = match matter {
        Matter::Registration => {
            let words = Registration::of(language);
            (words.title, words.too_large, words.open_again)
        }
        Matter::FollowUp => {
            let words = FollowUp::of(language);
            (words.title, words.too_large, words.open_again)
        }
    };
    let sentence = if is_too_large {
        too_large.to_owned()
    } else {
        error.message(language)
    };
    let page = instead(language, title, &sentence, (address, back));
    let headers = response.headers_mut();
    headers.extend(HEADERS.map(|(name, value)| (Some(name), value)));
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    *response.body_mut() = Body::from(page);
    response
}
