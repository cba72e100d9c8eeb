//! What a handler knows of its caller: the peer and the headers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName};

use super::denied::Denied;
use super::host::Host;

/// Headers that a proxy adds, besides those that begin with [`FORWARDED`]. Behind one, every peer looks like this machine, so none
/// counts as it.
const PROXY_HEADERS: [&str; 7] = [
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
];
/// How most of them begin.
const FORWARDED: &str = "x-forwarded-";

/// What a connection's bytes go through on their way to this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Nothing: plain http.
    Plain,
    /// TLS that this server ends itself.
    Tls,
    /// A proxy that the operator trusts, and that the client reached in plain http; or one that is known for one by how it speaks.
    ProxiedPlain,
    /// A proxy that the operator trusts, and that the client reached over TLS.
    ProxiedTls,
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
    /// Whether a request with these headers comes from the server's own machine: from loopback, to loopback, and through nothing
    /// that says it stands between. A proxy that says nothing of itself still passes on a host that is not loopback.
    fn is_on_this_machine(self, headers: &HeaderMap) -> bool {
        let is_direct = matches!(self.channel, Channel::Plain | Channel::Tls) && !is_proxied(headers);
        let is_meant = Host::asked(headers).is_some_and(|host| host.is_loopback());
        self.address.to_canonical().is_loopback() && is_meant && is_direct
    }

    /// Whether nobody in the hall can read or change a request with these headers on its way: it comes from the server's own
    /// machine, through the server's own TLS, or through that of a trusted proxy.
    pub(crate) fn is_private(self, headers: &HeaderMap) -> bool {
        match self.channel {
            Channel::Plain => self.is_on_this_machine(headers),
            Channel::Tls => !is_proxied(headers),
            Channel::ProxiedTls => true,
            Channel::ProxiedPlain => false,
        }
    }
}

/// Whether something that stands between says so.
pub(crate) fn is_proxied(headers: &HeaderMap) -> bool {
    let is_forwarded = |name: &HeaderName| name.as_str().starts_with(FORWARDED);
    PROXY_HEADERS.iter().any(|name| headers.contains_key(*name)) || headers.keys().any(is_forwarded)
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

    /// Whether nobody in the hall can read the request on its way.
    pub(crate) fn is_private(&self) -> bool {
        self.peer.is_private(&self.headers)
    }

    /// Lets only requests through that nobody in the hall can read: the passphrase is in them, or what it opens.
    ///
    /// # Errors
    /// If the request comes from another machine in plain http, or through a proxy.
    pub(crate) fn must_be_private(&self) -> Result<(), Denied> {
        if self.is_private() {
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

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    fn headers(host: &str, more: Option<&'static str>) -> HeaderMap {
        let more = more.map(|name| (HeaderName::from_static(name), HeaderValue::from_static("x")));
        let host = (header::HOST, HeaderValue::from_str(host).unwrap());
        std::iter::once(host).chain(more).collect()
    }

    #[test]
    fn this_machine_is_who_comes_from_it_and_asks_for_it() {
        for (peer, host, expected) in [
            ("127.0.0.1", "localhost:8080", true),
            ("127.8.8.8", "127.0.0.1:8080", true),
            ("::1", "[::1]:8080", true),
            ("::ffff:127.0.0.1", "LOCALHOST.", true),
            ("192.168.1.20", "localhost:8080", false),
            ("0.0.0.0", "localhost:8080", false),
            // A proxy beside the server that passes on the host and says nothing of itself.
            ("127.0.0.1", "bors.example.org", false),
            ("127.0.0.1", "192.168.1.5:8080", false),
            ("127.0.0.1", "localhost.example.org", false),
            ("127.0.0.1", "localhost@example.org", false),
        ] {
            let over = |channel| Peer {
                address: peer.parse().unwrap(),
                channel,
            };
            let asked = headers(host, None);
            assert_eq!(over(Channel::Plain).is_private(&asked), expected, "{peer} {host}");
            assert!(over(Channel::Tls).is_private(&asked), "{peer} {host}");
            for channel in [Channel::ProxiedPlain, Channel::ProxiedTls] {
                assert!(
                    !over(channel).is_on_this_machine(&asked),
                    "{peer} {host} {channel:?}"
                );
            }
        }
    }

    #[test]
    fn a_proxy_does_not_make_the_internet_local() {
        for name in
            PROXY_HEADERS
                .into_iter()
                .chain(["x-forwarded-for", "x-forwarded-proto", "x-forwarded-server"])
        {
            for channel in [Channel::Plain, Channel::Tls] {
                let address = "127.0.0.1".parse().unwrap();
                let asked = headers("localhost:8080", Some(name));
                assert!(
                    !Peer { address, channel }.is_private(&asked),
                    "{name} {channel:?}"
                );
            }
        }
    }
}
