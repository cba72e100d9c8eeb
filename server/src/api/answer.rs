//! How a request that was not granted is answered: in one place, in the language that it asks for.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::language::Language;
use serde_json::json;

use super::denied::Denied;
use super::language::language;
use super::sentences;

impl Denied {
    /// A sentence for the person at the screen: what happened and what to do.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::Nb => sentences::nb(self),
            Language::En => sentences::en(self),
        }
    }

    /// The error as JSON.
    pub fn body(&self, language: Language) -> serde_json::Value {
        json!({ "code": self.code(), "message": self.message(language) })
    }
}

/// In bokmål; [`speak`] puts it in the user's language.
impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        if matches!(self, Self::Database(_) | Self::Broken(_)) {
            tracing::error!("a request was answered with unavailable: {self}");
        }
        let mut response = (self.status(), Json(self.body(Language::default()))).into_response();
        if let Self::TooManyTries { wait_s } = self {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Puts an error's sentence in the user's language. A layer for [`axum::middleware::from_fn`].
pub async fn speak(request: Request, next: Next) -> Response {
    let language = language(request.headers());
    let response = next.run(request).await;
    in_language(response, language)
}

/// The response with its error's sentence, if it is an error of this module, in `language`.
pub(super) fn in_language(mut response: Response, language: Language) -> Response {
    if let Some(error) = response.extensions_mut().remove::<Arc<Denied>>() {
        *response.body_mut() = Body::from(error.body(language).to_string());
    }
    response
}
