//! What a handler knows of its caller: the peer and the headers; and how a body is read.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::denied::Denied;

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
    pub(crate) fn of(extensions: &Extensions) -> Self {
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
    pub(crate) fn is_private(self, headers: &HeaderMap) -> bool {
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
    pub(crate) fn is_on_this_machine(&self) -> bool {
        self.peer.is_on_this_machine(&self.headers)
    }

    /// Lets only requests through that nobody in the hall can read: the passphrase is in them, or what it opens.
    ///
    /// # Errors
    /// If the request comes from another machine in plain http, or through a proxy.
    pub(crate) fn must_be_private(&self) -> Result<(), Denied> {
        if self.peer.is_private(&self.headers) {
            Ok(())
        } else {
            Err(Denied::ThisMachineOnly)
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
    type Rejection = Denied;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Denied::TooLarge),
            Err(JsonRejection::JsonDataError(error)) => Err(Denied::Malformed(root_cause(&error))),
            Err(JsonRejection::JsonSyntaxError(error)) => Err(Denied::Malformed(root_cause(&error))),
            Err(rejection) => Err(Denied::Malformed(rejection.body_text())),
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

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

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
