//! The address of another program: whether it may be told anything, and where it is. A server that posts wherever somebody asks it to would
//! reach into the network that it stands in; so only what is on the internet is spoken to, and encrypted, unless the operator says otherwise.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::LazyLock;
use std::time::Duration;

use borsklokka_shared::limits::WEBHOOK_URL_CHARS_MAX;
use ipnet::IpNet;
use tokio::net::lookup_host;
use tokio::time::timeout;
use url::{Host, Url};

use crate::api::WebhookFault;

/// How long a name server has to say where an address is, in seconds.
const LOOK_UP_S: u64 = 5;
/// Addresses of one name that are tried, counted.
const ADDRESSES_MAX: usize = 3;

/// Where a network address lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lies {
    /// On the internet.
    Public,
    /// On this machine, or in a network of somebody's own.
    Private,
    /// Nowhere where a program could be told anything: a link's own addresses, where clouds keep what they know of a machine, among them.
    Nowhere,
}

/// What is not on the internet. The first network that holds an address says where it lies.
static NETWORKS: LazyLock<Vec<(IpNet, Lies)>> = LazyLock::new(|| {
    [
        ("127.0.0.0/8", Lies::Private),
        ("10.0.0.0/8", Lies::Private),
        ("172.16.0.0/12", Lies::Private),
        ("192.168.0.0/16", Lies::Private),
        ("100.64.0.0/10", Lies::Private),
        ("0.0.0.0/8", Lies::Nowhere),
        ("169.254.0.0/16", Lies::Nowhere),
        ("192.0.0.0/24", Lies::Nowhere),
        ("192.0.2.0/24", Lies::Nowhere),
        ("192.88.99.0/24", Lies::Nowhere),
        ("198.18.0.0/15", Lies::Nowhere),
        ("198.51.100.0/24", Lies::Nowhere),
        ("203.0.113.0/24", Lies::Nowhere),
        ("224.0.0.0/4", Lies::Nowhere),
        ("240.0.0.0/4", Lies::Nowhere),
        ("::1/128", Lies::Private),
        ("fc00::/7", Lies::Private),
        ("2001::/23", Lies::Nowhere),
        ("2001:db8::/32", Lies::Nowhere),
        ("2002::/16", Lies::Nowhere),
        ("3fff::/20", Lies::Nowhere),
        // Of the sixth version only this is on the internet.
        ("2000::/3", Lies::Public),
        ("::/0", Lies::Nowhere),
    ]
    .map(|(network, lies)| (network.parse().expect("a network"), lies))
    .to_vec()
});

/// Where it lies. One that carries an address of the fourth version lies where that does.
fn lies(address: IpAddr) -> Lies {
    let address = match address.to_canonical() {
        IpAddr::V6(address) => carried(address).map_or(IpAddr::V6(address), IpAddr::V4),
        address @ IpAddr::V4(_) => address,
    };
    let found = NETWORKS.iter().find(|(network, _)| network.contains(&address));
    found.map_or(Lies::Public, |(_, lies)| *lies)
}

/// The address that a translator between the two versions is asked for.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
        }
        _ => None,
    }
}

/// Which addresses are spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those on the internet, encrypted.
    Internet,
    /// Those of private networks too, and there in plain http.
    PrivateNetworksToo,
}

impl Reach {
    /// As the command line says.
    pub(super) const fn of(to_private_networks: bool) -> Self {
        if to_private_networks {
            Self::PrivateNetworksToo
        } else {
            Self::Internet
        }
    }

    fn judge(self, is_tls: bool, address: IpAddr) -> Result<(), WebhookFault> {
        match (self, lies(address)) {
            (_, Lies::Public) if is_tls => Ok(()),
            (Self::PrivateNetworksToo, Lies::Private) => Ok(()),
            (_, Lies::Public) => Err(WebhookFault::NotHttps),
            (Self::Internet, Lies::Private) => Err(WebhookFault::Private),
            (_, Lies::Nowhere) => Err(WebhookFault::Nowhere),
        }
    }
}

/// Reads an address as somebody wrote it.
///
/// # Errors
/// If nothing is told to such a one.
pub(super) fn read(text: &str, reach: Reach) -> Result<Url, WebhookFault> {
    let text = text.trim();
    if text.chars().count() > WEBHOOK_URL_CHARS_MAX {
        return Err(WebhookFault::NotAnAddress);
    }
    let url = Url::parse(text).map_err(|_| WebhookFault::NotAnAddress)?;
    let is_tls = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(WebhookFault::NotAnAddress),
    };
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if !is_bare {
        return Err(WebhookFault::NotAnAddress);
    }
    match url.host() {
        None => Err(WebhookFault::NotAnAddress),
        Some(Host::Domain(_)) if !is_tls && reach == Reach::Internet => Err(WebhookFault::NotHttps),
        Some(Host::Domain(_)) => Ok(url),
        Some(Host::Ipv4(address)) => reach.judge(is_tls, address.into()).map(|()| url),
        Some(Host::Ipv6(address)) => reach.judge(is_tls, address.into()).map(|()| url),
    }
}

/// Why an address is not connected to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreached {
    /// It must not be.
    #[error("{0}")]
    Refused(WebhookFault),
    /// Nobody knows where it is.
    #[error("the name {0} is not known")]
    Unknown(String),
}

/// Where an address is now: what is connected to is what was judged here, whatever its name says a moment later. One place where it must
/// not be is enough to refuse all.
///
/// # Errors
/// If it must not be spoken to, or nobody knows where it is.
pub(super) async fn look_up(url: &Url, reach: Reach) -> Result<Vec<SocketAddr>, Unreached> {
    let is_tls = url.scheme() == "https";
    let port = url.port_or_known_default().unwrap_or(443);
    let found: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(address)) => vec![SocketAddr::new(address.into(), port)],
        Some(Host::Ipv6(address)) => vec![SocketAddr::new(address.into(), port)],
        Some(Host::Domain(name)) => {
            let unknown = || Unreached::Unknown(name.to_owned());
            let found = timeout(Duration::from_secs(LOOK_UP_S), lookup_host((name, port))).await;
            found.map_err(|_| unknown())?.map_err(|_| unknown())?.collect()
        }
        None => Vec::new(),
    };
    for address in &found {
        reach.judge(is_tls, address.ip()).map_err(Unreached::Refused)?;
    }
    if found.is_empty() {
        return Err(Unreached::Unknown(url.host_str().unwrap_or_default().to_owned()));
    }
    Ok(found.into_iter().take(ADDRESSES_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_internet_is_on_the_internet() {
        for (address, expected) in [
            ("93.184.216.34", Lies::Public),
            ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", Lies::Public),
            ("64:ff9b::5db8:d822", Lies::Public),
            ("127.0.0.1", Lies::Private),
            ("127.8.8.8", Lies::Private),
            ("10.1.2.3", Lies::Private),
            ("172.31.255.255", Lies::Private),
            ("172.32.0.1", Lies::Public),
            ("192.168.1.5", Lies::Private),
            ("100.100.100.100", Lies::Private),
            ("::1", Lies::Private),
            ("fd00::7", Lies::Private),
            ("::ffff:192.168.1.5", Lies::Private),
            ("::ffff:169.254.169.254", Lies::Nowhere),
            ("64:ff9b::a9fe:a9fe", Lies::Nowhere),
            ("64:ff9b::c0a8:105", Lies::Private),
            ("169.254.169.254", Lies::Nowhere),
            ("0.0.0.0", Lies::Nowhere),
            ("::", Lies::Nowhere),
            ("::192.168.1.5", Lies::Nowhere),
            ("fe80::1", Lies::Nowhere),
            ("fec0::1", Lies::Nowhere),
            ("ff02::1", Lies::Nowhere),
            ("2002:c0a8:105::1", Lies::Nowhere),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", Lies::Nowhere),
            ("224.0.0.1", Lies::Nowhere),
            ("255.255.255.255", Lies::Nowhere),
        ] {
            assert_eq!(lies(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn an_address_is_https_on_the_internet_unless_the_operator_says_otherwise() {
        use WebhookFault::{NotAnAddress, NotHttps, Nowhere, Private};
        for (text, internet, private) in [
            ("https://example.org/hook?key=1", Ok(()), Ok(())),
            (" https://example.org ", Ok(()), Ok(())),
            ("http://example.org/hook", Err(NotHttps), Ok(())),
            ("http://127.0.0.1:9000/", Err(Private), Ok(())),
            ("https://127.0.0.1:9000/", Err(Private), Ok(())),
            ("https://[::1]/", Err(Private), Ok(())),
            // Numbers as browsers read them.
            ("https://2130706433/", Err(Private), Ok(())),
            ("https://0x7f.1/", Err(Private), Ok(())),
            // Neither https nor the operator can help there.
            ("https://169.254.169.254/latest", Err(Nowhere), Err(Nowhere)),
            ("http://169.254.169.254/", Err(Nowhere), Err(Nowhere)),
            ("http://[fe80::1]/", Err(Nowhere), Err(Nowhere)),
            ("http://93.184.216.34/", Err(NotHttps), Err(NotHttps)),
            (
                "https://kari:secret@example.org/",
                Err(NotAnAddress),
                Err(NotAnAddress),
            ),
            ("https://example.org/#part", Err(NotAnAddress), Err(NotAnAddress)),
            ("ftp://example.org/", Err(NotAnAddress), Err(NotAnAddress)),
            ("example.org/hook", Err(NotAnAddress), Err(NotAnAddress)),
            ("", Err(NotAnAddress), Err(NotAnAddress)),
        ] {
            assert_eq!(read(text, Reach::Internet).map(drop), internet, "{text}");
            assert_eq!(read(text, Reach::PrivateNetworksToo).map(drop), private, "{text}");
        }
        let long = format!("https://example.org/{}", "a".repeat(WEBHOOK_URL_CHARS_MAX));
        assert_eq!(read(&long, Reach::Internet), Err(NotAnAddress));
    }

    #[tokio::test]
    async fn a_name_is_judged_by_where_it_leads() {
        let url = |text: &str| Url::parse(text).unwrap();
        let inside = look_up(&url("https://localhost:9000/"), Reach::Internet).await;
        assert_eq!(inside, Err(Unreached::Refused(WebhookFault::Private)));
        let inside = look_up(&url("http://localhost:9000/"), Reach::PrivateNetworksToo).await;
        assert!(
            inside
                .unwrap()
                .iter()
                .all(|address| address.ip().is_loopback() && address.port() == 9_000)
        );
        let nowhere = look_up(&url("https://no-such-name.invalid/"), Reach::Internet).await;
        assert_eq!(
            nowhere,
            Err(Unreached::Unknown("no-such-name.invalid".to_owned()))
        );
    }
}
