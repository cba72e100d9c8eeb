//! The names under which people reach this machine.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::Uri;

use crate::config::{Config, hall_addresses};

/// Names and addresses of one machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Names, in small letters.
    pub dns: BTreeSet<String>,
    /// Addresses.
    pub addresses: BTreeSet<IpAddr>,
}

impl Names {
    /// What this machine is called just now: localhost, its own name, that name in `.local`, its addresses, and the host of the
    /// address that people use.
    pub fn of_machine(config: &Config) -> Self {
        let own_name = whoami::hostname().unwrap_or_default();
        let mut names = Self::of(&own_name, hall_addresses());
        names.addresses.insert(config.listen.ip());
        names.addresses.retain(|address| !address.is_unspecified());
        if let Some(host) = config.public_url.as_deref().and_then(host) {
            names.add(&host);
        }
        names
    }

    /// What a machine with this name and these addresses is called.
    pub fn of(host: &str, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        let mut names = Self {
            dns: BTreeSet::from(["localhost".to_owned()]),
            addresses: addresses.into_iter().collect(),
        };
        names
            .addresses
            .extend([IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]);
        names.add(host);
        let first = host.split('.').next().unwrap_or_default();
        if !first.is_empty() && host.parse::<IpAddr>().is_err() {
            names.add(first);
            names.add(&format!("{first}.local"));
        }
        names
    }

    /// Adds a name or an address; what no certificate can name is left out.
    fn add(&mut self, host: &str) {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if let Ok(address) = host.parse() {
            self.addresses.insert(address);
        } else if is_dns(&host) {
            self.dns.insert(host);
        }
    }
}

/// The host of an address such as `https://bors.example.org:8443`, without the brackets of IPv6.
pub(super) fn host(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let host = url.host()?;
    Some(host.trim_start_matches('[').trim_end_matches(']').to_owned())
}

fn is_dns(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_the_names_that_people_type() {
        for (host, dns) in [
            ("Laptop", vec!["laptop", "laptop.local", "localhost"]),
            ("laptop.local", vec!["laptop", "laptop.local", "localhost"]),
            (
                "laptop.drammen.example.",
                vec!["laptop", "laptop.drammen.example", "laptop.local", "localhost"],
            ),
            ("min_maskin", vec!["localhost"]),
            ("Bjørns Mac", vec!["localhost"]),
            ("", vec!["localhost"]),
        ] {
            let names = Names::of(host, ["192.168.1.5".parse().unwrap()]);
            assert_eq!(Vec::from_iter(&names.dns), dns, "{host}");
            let addresses: Vec<String> = names.addresses.iter().map(ToString::to_string).collect();
            assert_eq!(addresses, ["127.0.0.1", "192.168.1.5", "::1"], "{host}");
        }
    }

    #[test]
    fn the_host_of_an_address_stands_alone() {
        for (url, expected) in [
            ("https://bors.example.org:8443/x", Some("bors.example.org")),
            ("https://[fd00::5]:8080", Some("fd00::5")),
            ("https://192.168.1.5", Some("192.168.1.5")),
            ("x y", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }
}
