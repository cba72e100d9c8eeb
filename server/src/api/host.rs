//! A host as requests name it.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::{self, HeaderName};
use axum::http::uri::Authority;

/// A host, without its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// By its address.
    Address(IpAddr),
    /// By its name, in small letters.
    Name(String),
}

impl Host {
    /// A host as it is compared: brackets, a closing dot and capital letters make no difference.
    pub(crate) fn named(host: &str) -> Self {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) => Self::Address(address.to_canonical()),
            Err(_) => Self::Name(bare.trim_end_matches('.').to_ascii_lowercase()),
        }
    }

    /// The host of `host[:port]`. What stands before an @ is no host; no browser sends it here.
    pub(crate) fn of(authority: &str) -> Option<Self> {
        let authority: Authority = authority.parse().ok()?;
        let host = authority.host();
        // Behind the host stands a port and nothing else, or nothing.
        let behind = authority.as_str().strip_prefix(host)?;
        let is_port =
            |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
        (behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port)).then(|| Self::named(host))
    }

    /// The host that a request says it is meant for, if it says so exactly once.
    pub(crate) fn asked(headers: &HeaderMap) -> Option<Self> {
        only(headers, &header::HOST).and_then(Self::of)
    }

    /// Whether it is the machine itself, by whatever name the machine has for itself.
    pub(crate) fn is_loopback(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Name(name) => name == "localhost",
        }
    }
}

/// The value of a header that stands exactly once.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}
