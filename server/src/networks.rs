//! Networks, and who counts as one neighbour in them.

use std::net::IpAddr;

use clap::ValueEnum;
use ipnet::IpNet;

/// Whether an address is in one of the networks.
pub(crate) fn is_in(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|network| network.contains(&address))
}

/// The address, or of IPv6 its network: a household has 2^64 of them.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        address @ IpAddr::V4(_) => address,
    }
}

/// By which headers a trusted proxy says whom it passes a request on for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProxyHeader {
    /// X-Forwarded-For and X-Forwarded-Proto
    XForwarded,
    /// Forwarded, of RFC 7239
    Forwarded,
}
