//! How many may come in: connections in all, from one address, and of one session.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use borsklokka_shared::ids::DeviceId;
use dashmap::DashMap;

/// Sockets of one session at a time: a broker may have a few tabs open, a load test many.
pub const SOCKETS_PER_SESSION_MAX: u32 = 64;

/// Counts everybody who is in.
pub struct Doors {
    connections_max: u32,
    per_address_max: u32,
    connections: AtomicU32,
    addresses: DashMap<IpAddr, u32>,
    sessions: DashMap<DeviceId, u32>,
}

/// One connection's place, given back when it is dropped.
pub struct Place {
    doors: Arc<Doors>,
    address: IpAddr,
}

/// One socket of a session, given back when it is dropped.
pub struct Seat {
    doors: Arc<Doors>,
    device: DeviceId,
}

/// Nobody more is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// The server has as many connections as it takes.
    #[error("the server has {max} connections, which is all it takes")]
    Server {
        /// How many that are.
        max: u32,
    },
    /// The address has as many connections as one may have.
    #[error("{address} has {max} connections, which is all that one address may have")]
    Address {
        /// The address; of IPv6 the network of 64 bits.
        address: IpAddr,
        /// How many that are.
        max: u32,
    },
}

impl Doors {
    /// Doors for at most so many connections in all, and from one address.
    pub fn new(connections_max: u32, per_address_max: u32) -> Arc<Self> {
        Arc::new(Self {
            connections_max,
            per_address_max,
            connections: AtomicU32::new(0),
            addresses: DashMap::new(),
            sessions: DashMap::new(),
        })
    }

    /// Lets a connection in.
    ///
    /// # Errors
    /// If there are as many as may be.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Result<Place, Full> {
        let address = network_of(peer);
        if self.connections.fetch_add(1, Ordering::AcqRel) >= self.connections_max {
            self.connections.fetch_sub(1, Ordering::AcqRel);
            return Err(Full::Server {
                max: self.connections_max,
            });
        }
        if !take(&self.addresses, address, self.per_address_max) {
            self.connections.fetch_sub(1, Ordering::AcqRel);
            return Err(Full::Address {
                address,
                max: self.per_address_max,
            });
        }
        Ok(Place {
            doors: Arc::clone(self),
            address,
        })
    }

    /// Seats one more socket of a session; `None` if it has too many.
    pub fn seat(self: &Arc<Self>, device: DeviceId) -> Option<Seat> {
        take(&self.sessions, device, SOCKETS_PER_SESSION_MAX).then(|| Seat {
            doors: Arc::clone(self),
            device,
        })
    }

    /// Connections that may be in.
    pub fn connections_max(&self) -> u32 {
        self.connections_max
    }

    /// Connections that are in.
    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::Acquire)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.doors.connections.fetch_sub(1, Ordering::AcqRel);
        give_back(&self.doors.addresses, self.address);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        give_back(&self.doors.sessions, self.device);
    }
}

fn take<K: Eq + Hash>(counts: &DashMap<K, u32>, key: K, max: u32) -> bool {
    let mut count = counts.entry(key).or_default();
    let free = *count < max;
    if free {
        *count += 1;
    }
    free
}

fn give_back<K: Eq + Hash>(counts: &DashMap<K, u32>, key: K) {
    if let dashmap::Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

/// The address, or of IPv6 its network: a household has 2^64 of them.
fn network_of(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let doors = Doors::new(3, 2);
        let (first, _second) = (doors.enter(ip("10.0.0.1")), doors.enter(ip("::ffff:10.0.0.1")));
        let full = doors.enter(ip("10.0.0.1")).err();
        assert!(matches!(full, Some(Full::Address { max: 2, .. })), "{full:?}");
        let _other = doors.enter(ip("10.0.0.2")).expect("a place is left");
        assert_eq!(doors.enter(ip("10.0.0.3")).err(), Some(Full::Server { max: 3 }));
        drop(first);
        assert!(doors.enter(ip("10.0.0.1")).is_ok(), "a place that was given back");
        assert_eq!(doors.connections(), 2);
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let doors = Doors::new(10, 1);
        let _first = doors.enter(ip("2001:db8:1:2::1"));
        assert!(doors.enter(ip("2001:db8:1:2:ffff::9")).is_err());
        assert!(doors.enter(ip("2001:db8:1:3::1")).is_ok());
    }

    #[test]
    fn counts_of_those_who_left_are_not_kept() {
        let doors = Doors::new(10, 10);
        drop(doors.enter(ip("10.0.0.1")));
        drop(doors.seat(DeviceId(uuid::Uuid::nil())));
        assert!(doors.addresses.is_empty() && doors.sessions.is_empty());
    }
}
