//! What a handler knows of its caller: the address, the headers, the language; and how a body is read.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use borsklokka_shared::exchange::Language;
use serde::de::DeserializeOwned;

use super::error::AccessError;

/// Headers that a proxy adds. Behind one, every peer looks like this machine, so none counts as it.
const PROXY_HEADERS: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// Who sends a request, as far as the connection shows.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The address at the other end.
    pub peer: IpAddr,
    /// All headers.
    pub headers: HeaderMap,
}

impl Caller {
    /// Whether the request comes from the server's own machine.
    pub fn is_on_this_machine(&self) -> bool {
        is_on_this_machine(&self.headers, self.peer)
    }

    /// Lets only the server's own machine through.
    ///
    /// # Errors
    /// If the request comes from another machine, or through a proxy.
    pub(super) fn must_be_on_this_machine(&self) -> Result<(), AccessError> {
        if self.is_on_this_machine() {
            Ok(())
        } else {
            Err(AccessError::ThisMachineOnly)
        }
    }
}

/// Whether a request with these headers, from this peer, comes from the server's own machine.
pub(super) fn is_on_this_machine(headers: &HeaderMap, peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback() && !PROXY_HEADERS.iter().any(|name| headers.contains_key(*name))
}

/// Needs the server to be made with connect info; without it the peer is no machine's address.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| {
                address.ip()
            });
        Ok(Self {
            peer,
            headers: parts.headers.clone(),
        })
    }
}

/// A JSON body. What cannot be read is answered like every other error.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = AccessError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(AccessError::TooLarge)
            }
            Err(JsonRejection::JsonDataError(error)) => Err(AccessError::Malformed(root_cause(&error))),
            Err(JsonRejection::JsonSyntaxError(error)) => Err(AccessError::Malformed(root_cause(&error))),
            Err(rejection) => Err(AccessError::Malformed(rejection.body_text())),
        }
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The language that the user's browser asks for; bokmål if it asks for none of ours.
pub fn language(headers: &HeaderMap) -> Language {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut wanted: Vec<(f32, Language)> = accepted
        .split(',')
        .filter_map(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let language = Language::from_tag(pieces.next()?)?;
            let weight = pieces
                .find_map(|piece| piece.strip_prefix("q=")?.parse().ok())
                .unwrap_or(1.0);
            Some((weight, language))
        })
        .collect();
    wanted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    wanted
        .first()
        .map_or(Language::default(), |(_, language)| *language)
}

/// Puts an error's sentence in the user's language. A layer for [`axum::middleware::from_fn`].
pub async fn speak(request: Request, next: Next) -> Response {
    let language = language(request.headers());
    let response = next.run(request).await;
    in_language(response, language)
}

/// The response with its error's sentence, if it is an error of this module, in `language`.
pub(super) fn in_language(mut response: Response, language: Language) -> Response {
    if let Some(error) = response.extensions_mut().remove::<Arc<AccessError>>() {
        *response.body_mut() = Body::from(error.body(language).to_string());
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn accepting(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(text))])
    }

    #[test]
    fn speaks_the_language_that_is_wanted_most() {
        for (accepted, expected) in [
            ("", Language::Nb),
            ("de, fr", Language::Nb),
            ("en", Language::En),
            ("en-GB,en;q=0.9,nb;q=0.8", Language::En),
            ("nn-NO;q=0.9, en;q=0.8", Language::Nb),
            ("de, nb;q=0.3, en;q=0.7", Language::En),
        ] {
            assert_eq!(language(&accepting(accepted)), expected, "{accepted}");
        }
        assert_eq!(language(&HeaderMap::new()), Language::Nb);
    }

    #[test]
    fn a_proxy_does_not_make_the_internet_local() {
        let none = HeaderMap::new();
        for (peer, expected) in [
            ("127.0.0.1", true),
            ("127.8.8.8", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("192.168.1.20", false),
            ("0.0.0.0", false),
        ] {
            assert_eq!(
                is_on_this_machine(&none, peer.parse().unwrap()),
                expected,
                "{peer}"
            );
        }
        for name in PROXY_HEADERS {
            let headers = HeaderMap::from_iter([(
                header::HeaderName::from_static(name),
                HeaderValue::from_static("x"),
            )]);
            assert!(
                !is_on_this_machine(&headers, "127.0.0.1".parse().unwrap()),
                "{name}"
            );
        }
    }
}
