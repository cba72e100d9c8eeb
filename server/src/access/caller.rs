//! What a handler knows of its caller: the peer, the headers, the language; and how a body is read.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use borsklokka_shared::language::Language;
use serde::de::DeserializeOwned;

use super::error::AccessError;

/// Headers that a proxy adds. Behind one, every peer looks like this machine, so none counts as it.
const PROXY_HEADERS: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// What a connection's bytes go through on their way to this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Nothing: plain http.
    Plain,
    /// TLS that this server ends itself. A proxy's TLS is not: what it passes on is plain.
    Tls,
}

impl Channel {
    /// The channel that a request was noted to come through; plain if none was.
    pub(super) fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self::Plain)
    }
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// How it reaches this server.
    pub channel: Channel,
}

impl Peer {
    /// Whether a request with these headers comes from the server's own machine.
    fn is_on_this_machine(self, headers: &HeaderMap) -> bool {
        self.address.to_canonical().is_loopback() && !is_proxied(headers)
    }

    /// Whether nobody in the hall can read or change a request with these headers on its way: it comes from the server's own
    /// machine, or through the server's own TLS.
    pub(super) fn is_private(self, headers: &HeaderMap) -> bool {
        match self.channel {
            Channel::Plain => self.is_on_this_machine(headers),
            Channel::Tls => !is_proxied(headers),
        }
    }
}

fn is_proxied(headers: &HeaderMap) -> bool {
    PROXY_HEADERS.iter().any(|name| headers.contains_key(*name))
}

/// Who sends a request, as far as the connection shows.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The other end.
    pub peer: Peer,
    /// All headers.
    pub headers: HeaderMap,
}

impl Caller {
    /// Whether the request comes from the server's own machine.
    pub(super) fn is_on_this_machine(&self) -> bool {
        self.peer.is_on_this_machine(&self.headers)
    }

    /// Lets only requests through that nobody in the hall can read: the passphrase is in them, or what it opens.
    ///
    /// # Errors
    /// If the request comes from another machine in plain http, or through a proxy.
    pub(crate) fn must_be_private(&self) -> Result<(), AccessError> {
        if self.peer.is_private(&self.headers) {
            Ok(())
        } else {
            Err(AccessError::ThisMachineOnly)
        }
    }
}

/// Needs the server to be made with connect info; without it the peer is no machine's address.
impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let address = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| {
                address.ip()
            });
        Ok(Self {
            address,
            channel: Channel::of(&parts.extensions),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self {
            peer: Peer::from_request_parts(parts, state).await?,
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
            let over = |channel| Peer {
                address: peer.parse().unwrap(),
                channel,
            };
            assert_eq!(over(Channel::Plain).is_private(&none), expected, "{peer}");
            assert!(over(Channel::Tls).is_private(&none), "{peer}");
        }
        for name in PROXY_HEADERS {
            let headers = HeaderMap::from_iter([(
                header::HeaderName::from_static(name),
                HeaderValue::from_static("x"),
            )]);
            for channel in [Channel::Plain, Channel::Tls] {
                let address = "127.0.0.1".parse().unwrap();
                assert!(
                    !Peer { address, channel }.is_private(&headers),
                    "{name} {channel:?}"
                );
            }
        }
    }
}
