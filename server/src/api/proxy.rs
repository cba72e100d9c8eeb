//! Proxies that the operator named with `--trusted-proxy`: what they say of their clients is believed, and of nobody else.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::{ConnectInfo, Request};
use axum::http::header::{FORWARDED, HeaderName};
use axum::http::{HeaderMap, Version};
use ipnet::IpNet;

use super::caller::{Channel, is_proxied};
use super::host::only;
use crate::networks::{ProxyHeader, is_in};

/// Whom a proxy passes a request on for: each proxy adds at the end whom it heard it from.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Over what the client reached the proxy: `https` or `http`.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Whether people come to the server itself, or to a proxy in front of it that ends their TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Front {
    /// To the server.
    Server,
    /// To a proxy. One that says nothing of itself cannot be told from a browser beside it, so whatever comes is a proxy's.
    Proxy,
}

/// A request that a trusted proxy passed on, as of its client: at the client's address, over the channel by which the client reached
/// the proxy. Every other request stays as it is.
pub(crate) fn as_of_the_client(
    trusted: &[IpNet],
    says: ProxyHeader,
    front: Front,
    mut request: Request,
) -> Request {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let Some(peer) = peer.map(|ConnectInfo(peer)| peer.ip()) else {
        return request;
    };
    if !is_in(trusted, peer) {
        // Browsers speak HTTP/1.1. What speaks an older one is a proxy that says nothing of itself and asks for the address that it
        // was given, which may well be loopback: nginx, as long as nobody tells it more.
        let is_silent = request.version() < Version::HTTP_11;
        if is_proxied(request.headers()) || is_silent {
            tell_of_a_stranger(peer);
        }
        if is_silent || front == Front::Proxy {
            request.extensions_mut().insert(Channel::ProxiedPlain);
        }
        return request;
    }
    let said = match says {
        ProxyHeader::XForwarded => Said::by_x_forwarded(trusted, request.headers()),
        ProxyHeader::Forwarded => Said::by_forwarded(trusted, request.headers()),
    };
    if said.is_silent_of_the_channel {
        tell_of_the_silence(peer);
    }
    let client = said.client.unwrap_or(peer);
    request
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::new(client, 0)));
    request.extensions_mut().insert(said.channel);
    request
}

/// What a trusted proxy says of a request.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    /// Whom it is for.
    client: Option<IpAddr>,
    /// Over what they reached the proxy.
    channel: Channel,
    /// Whether it says whom it is for, and not over what they came: then it may pass on what a guest writes there, who is believed to have come
    /// over https. From here that is seen only when a guest wrote nothing, or the proxy adds its own to it.
    is_silent_of_the_channel: bool,
}

impl Said {
    fn by_x_forwarded(trusted: &[IpNet], headers: &HeaderMap) -> Self {
        let proto = only(headers, &FORWARDED_PROTO);
        Self {
            client: client_of(trusted, headers),
            channel: channel_of(proto),
            is_silent_of_the_channel: headers.contains_key(FORWARDED_FOR)
                && !proto.is_some_and(|proto| is_scheme(proto, "http") || is_scheme(proto, "https")),
        }
    }

    /// By the one header that says both (RFC 7239): each proxy adds at the end whom it heard it from, and how.
    fn by_forwarded(trusted: &[IpNet], headers: &HeaderMap) -> Self {
        let mut said = Self {
            client: None,
            channel: Channel::ProxiedPlain,
            is_silent_of_the_channel: false,
        };
        let values = headers
            .get_all(FORWARDED)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let steps: Vec<_> = values.flat_map(rfc7239::parse).collect();
        for step in steps.into_iter().rev() {
            // What is no address hides who stands before it.
            let Ok(step) = step else { break };
            let Some(client) = step.forwarded_for.and_then(|client| client.ip().copied()) else {
                break;
            };
            let proto = step.protocol.map(|proto| proto.trim_matches('"'));
            let client = client.to_canonical();
            said = Self {
                client: Some(client),
                channel: channel_of(proto),
                is_silent_of_the_channel: said.is_silent_of_the_channel || proto.is_none(),
            };
            if !is_in(trusted, client) {
                break;
            }
        }
        said
    }
}

fn channel_of(proto: Option<&str>) -> Channel {
    match proto {
        Some(proto) if is_scheme(proto, "https") => Channel::ProxiedTls,
        Some(_) | None => Channel::ProxiedPlain,
    }
}

/// Whether a proxy names this scheme: capital letters make no difference in one.
fn is_scheme(proto: &str, scheme: &str) -> bool {
    proto.eq_ignore_ascii_case(scheme)
}

/// Says once that a proxy stands before this server which nobody named.
fn tell_of_a_stranger(peer: IpAddr) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        tracing::warn!(
            "{peer} passes requests on like a proxy: all who come through it count as one address, and nobody may be organiser \
             there; if it is yours, start with --trusted-proxy {peer}"
        );
    });
}

/// Says once that a named proxy lets guests speak for it.
fn tell_of_the_silence(peer: IpAddr) {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        tracing::warn!(
            "the proxy {peer} does not say over what a guest came, or adds to what a guest wrote there: whoever comes through it may \
             claim to come over https, and who does come over https is not believed; let it set the header that --proxy-header names, as in \
             docs/operations.md"
        );
    });
}

/// The last address that is not a trusted proxy's itself: what stands before it, anybody may have written.
fn client_of(trusted: &[IpNet], headers: &HeaderMap) -> Option<IpAddr> {
    let said: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut client = None;
    for address in said.into_iter().rev() {
        // What is no address hides who stands before it.
        let Some(address) = address_of(address.trim()) else {
            break;
        };
        client = Some(address);
        if !is_in(trusted, address) {
            break;
        }
    }
    client
}

/// `192.0.2.7`, `192.0.2.7:50000`, `2001:db8::7` or `[2001:db8::7]:50000`.
fn address_of(text: &str) -> Option<IpAddr> {
    let address = text
        .parse()
        .or_else(|_| text.parse().map(|at: SocketAddr| at.ip()));
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    address
        .ok()
        .or_else(bracketed)
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn seen(peer: &str, headers: &[(&str, &str)]) -> (IpAddr, Channel) {
        seen_by(ProxyHeader::XForwarded, peer, headers)
    }

    fn seen_by(says: ProxyHeader, peer: &str, headers: &[(&str, &str)]) -> (IpAddr, Channel) {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "127.0.0.1/32".parse().unwrap()];
        let peer = SocketAddr::new(peer.parse().unwrap(), 50_000);
        let request = headers
            .iter()
            .fold(Request::builder(), |request, (name, value)| {
                request.header(*name, *value)
            })
            .extension(ConnectInfo(peer))
            .extension(Channel::Plain)
            .body(Body::empty());
        let request = as_of_the_client(&trusted, says, Front::Server, request.unwrap());
        let ConnectInfo(client) = request.extensions().get::<ConnectInfo<SocketAddr>>().unwrap();
        (client.ip(), Channel::of(request.extensions()))
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_nobody_else() {
        let address = |text: &str| -> IpAddr { text.parse().unwrap() };
        let (for_it, proto) = ("x-forwarded-for", "x-forwarded-proto");
        for (peer, headers, client, channel) in [
            (
                "127.0.0.1",
                vec![(for_it, "192.0.2.7"), (proto, "https")],
                "192.0.2.7",
                Channel::ProxiedTls,
            ),
            (
                "127.0.0.1",
                vec![(for_it, "192.0.2.7")],
                "192.0.2.7",
                Channel::ProxiedPlain,
            ),
            (
                "127.0.0.1",
                vec![(for_it, "192.0.2.7"), (proto, "HTTPS")],
                "192.0.2.7",
                Channel::ProxiedTls,
            ),
            (
                "127.0.0.1",
                vec![(proto, "HTTPS, https")],
                "127.0.0.1",
                Channel::ProxiedPlain,
            ),
            // What the client itself wrote stands before what the proxy added.
            (
                "10.1.1.1",
                vec![(for_it, "127.0.0.1, 192.0.2.7, 10.2.2.2")],
                "192.0.2.7",
                Channel::ProxiedPlain,
            ),
            (
                "10.1.1.1",
                vec![(for_it, "127.0.0.1"), (for_it, "192.0.2.7")],
                "192.0.2.7",
                Channel::ProxiedPlain,
            ),
            (
                "10.1.1.1",
                vec![(for_it, "192.0.2.7, unknown")],
                "10.1.1.1",
                Channel::ProxiedPlain,
            ),
            (
                "10.1.1.1",
                vec![(for_it, "[2001:db8::7]:443")],
                "2001:db8::7",
                Channel::ProxiedPlain,
            ),
            (
                "10.1.1.1",
                vec![(for_it, "192.0.2.7:50000")],
                "192.0.2.7",
                Channel::ProxiedPlain,
            ),
            (
                "::ffff:10.1.1.1",
                vec![(for_it, "192.0.2.7")],
                "192.0.2.7",
                Channel::ProxiedPlain,
            ),
            (
                "192.0.2.1",
                vec![(for_it, "192.0.2.7"), (proto, "https")],
                "192.0.2.1",
                Channel::Plain,
            ),
        ] {
            assert_eq!(
                seen(peer, &headers),
                (address(client), channel),
                "{peer} {headers:?}"
            );
        }
    }

    #[test]
    fn one_header_says_both_and_the_other_is_not_heeded_beside_it() {
        let address = |text: &str| -> IpAddr { text.parse().unwrap() };
        let (one, other) = ("forwarded", "x-forwarded-for");
        for (headers, client, channel) in [
            (
                vec![(one, "for=192.0.2.7;proto=https")],
                "192.0.2.7",
                Channel::ProxiedTls,
            ),
            (
                vec![(one, "for=192.0.2.7;Proto=HTTPS")],
                "192.0.2.7",
                Channel::ProxiedTls,
            ),
            (
                vec![(one, "For=\"[2001:db8::7]:4711\";proto=https;host=bors.example.no")],
                "2001:db8::7",
                Channel::ProxiedTls,
            ),
            // What the client itself wrote stands before what the proxies added, be it half of something.
            (
                vec![(
                    one,
                    "for=127.0.0.1;proto=https;host=\", for=192.0.2.7;proto=http, for=10.2.2.2;proto=https",
                )],
                "192.0.2.7",
                Channel::ProxiedPlain,
            ),
            (
                vec![
                    (one, "for=127.0.0.1;proto=https"),
                    (one, "for=192.0.2.7;proto=http"),
                ],
                "192.0.2.7",
                Channel::ProxiedPlain,
            ),
            (
                vec![(one, "for=192.0.2.7;proto=https, for=unknown")],
                "10.1.1.1",
                Channel::ProxiedPlain,
            ),
            (
                vec![(one, "for=192.0.2.7;proto=https, nonsense")],
                "10.1.1.1",
                Channel::ProxiedPlain,
            ),
            // A guest writes what the proxy does not set.
            (
                vec![
                    (one, "for=192.0.2.7;proto=http"),
                    (other, "127.0.0.1"),
                    ("x-forwarded-proto", "https"),
                ],
                "192.0.2.7",
                Channel::ProxiedPlain,
            ),
        ] {
            let seen = seen_by(ProxyHeader::Forwarded, "10.1.1.1", &headers);
            assert_eq!(seen, (address(client), channel), "{headers:?}");
        }
        let guest = [(other, "192.0.2.7"), (one, "for=127.0.0.1;proto=https")];
        assert_eq!(
            seen("10.1.1.1", &guest),
            (address("192.0.2.7"), Channel::ProxiedPlain)
        );
    }

    #[test]
    fn a_proxy_that_does_not_say_over_what_a_guest_came_is_noticed() {
        let (for_it, proto) = ("x-forwarded-for", "x-forwarded-proto");
        for (headers, is_silent) in [
            (vec![(for_it, "192.0.2.7"), (proto, "https")], false),
            (vec![(for_it, "192.0.2.7"), (proto, "http")], false),
            (vec![(for_it, "192.0.2.7"), (proto, "Https")], false),
            (vec![(for_it, "192.0.2.7")], true),
            (
                vec![(for_it, "192.0.2.7"), (proto, "https"), (proto, "http")],
                true,
            ),
            (vec![(for_it, "192.0.2.7"), (proto, "https, http")], true),
            // It asks for itself, whether the server is well.
            (vec![], false),
        ] {
            let named = headers.iter().map(|(name, value)| {
                let value = axum::http::HeaderValue::from_static(value);
                (HeaderName::from_static(name), value)
            });
            let map: HeaderMap = named.fold(HeaderMap::new(), |mut map, (name, value)| {
                map.append(name, value);
                map
            });
            let said = Said::by_x_forwarded(&[], &map);
            assert_eq!(said.is_silent_of_the_channel, is_silent, "{headers:?}");
        }
    }

    #[test]
    fn a_proxy_that_speaks_as_old_as_nginx_does_is_not_this_machine() {
        for (version, front, channel) in [
            (Version::HTTP_10, Front::Server, Channel::ProxiedPlain),
            (Version::HTTP_11, Front::Server, Channel::Plain),
            // It may speak a newer one, and pass on whatever host a guest names: where people come to a proxy, it is one.
            (Version::HTTP_11, Front::Proxy, Channel::ProxiedPlain),
        ] {
            let request = Request::builder()
                .version(version)
                .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
            let request = as_of_the_client(
                &[],
                ProxyHeader::XForwarded,
                front,
                request.body(Body::empty()).unwrap(),
            );
            assert_eq!(
                Channel::of(request.extensions()),
                channel,
                "{version:?} {front:?}"
            );
        }
    }
}
