//! How many may come in: connections in all, from one address, and of one session.
//!
//! Some places are kept for devices that show a credential. Whoever comes when only those are left, or when the address has its
//! share, comes in on trial: a connection that shows none within [`TRIAL_S`] is cut. Before that, one that has said nothing yet goes,
//! and whoever comes has its place. So it is with bodies that do not come, and with answers that nobody reads.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use borsklokka_shared::ids::DeviceId;
use bytes::Bytes;
use dashmap::DashMap;
use governor::Quota;
use ipnet::IpNet;
use tokio::sync::Notify;

use crate::clock::SharedClock;
use crate::networks::{is_in, network_of};
use crate::per_key::PerKey;

/// Sockets of one session at a time: a broker may have a few tabs open, a load test many.
pub const SOCKETS_PER_SESSION_MAX: u32 = 64;
/// The part of all places that is kept for those who show a credential: one of so many.
const KEPT_OF: u32 = 10;
/// The part of all places that one address may have, in percent, if it is less than what is allowed to it: a process that may have
/// few open files has few places, and one phone does not take them all.
const ADDRESS_PERCENT_MAX: u32 = 40;
/// Connections of one address that may be on trial at a time: one of so many of the places that are kept.
const TRIALS_OF: u32 = 8;
/// How long a connection on trial has to show a credential, in seconds.
pub const TRIAL_S: u64 = 5;
/// Bodies of one address that may be on their way at a time, of those who show no credential: what a hall sends comes at once, and only
/// whoever never ends theirs has many. Of more, the one goes that has been on its way for the longest.
pub const BODIES_PER_ADDRESS_MAX: u32 = 64;
/// Bytes of answers that may wait to be read at one address, of those who have shown no credential: what people load has gone to the
/// network before it is counted, and only whoever does not read has much.
const UNREAD_PER_ADDRESS_MAX: usize = 64 * 1_024 * 1_024;
/// The same, of all addresses.
const UNREAD_MAX: usize = 128 * 1_024 * 1_024;
/// A piece of an answer that is smaller is not counted, in bytes: of each connection there may be one.
const UNREAD_PIECE_MIN: usize = 4 * 1_024;
/// How many connections of one address come each second at leisure, once as many have come at once as it may have: a hall whose Wi-Fi
/// was away comes back at once, and only whoever comes and goes without end hurries.
const COMINGS_PER_S: NonZeroU32 = NonZeroU32::new(200).expect("200 is not zero");

/// Counts everybody who is in.
pub struct Doors {
    connections_max: u32,
    per_address_max: u32,
    /// Proxies through which everybody comes: no share is theirs, and each of their guests has one for sockets.
    proxies: Vec<IpNet>,
    connections: AtomicU32,
    addresses: DashMap<IpAddr, u32>,
    trials: DashMap<IpAddr, u32>,
    sessions: DashMap<DeviceId, u32>,
    /// Bodies that are on their way, in the order in which they began.
    bodies: DashMap<IpAddr, VecDeque<Body>>,
    /// Answers that wait to be read.
    unread: Mutex<Unread>,
    /// Those that have said nothing yet and are not on trial, by when they came.
    silent: Mutex<BTreeMap<u64, Silent>>,
    /// When the next comes, or begins to wait, counted.
    next: AtomicU64,
    /// How often those of an address come.
    comings: PerKey<IpAddr>,
}

/// A connection that goes when there is no room.
struct Silent {
    address: IpAddr,
    go: Arc<Notify>,
}

/// A body that is on its way.
struct Body {
    number: u64,
    go: Arc<Notify>,
}

/// The answers that wait to be read, of those who have shown no credential.
#[derive(Default)]
struct Unread {
    /// One of a connection, by when it began to wait.
    answers: BTreeMap<u64, Waiting>,
    /// Bytes of each address.
    addresses: HashMap<IpAddr, usize>,
    /// Bytes of all.
    bytes: usize,
}

/// What waits to be read on one connection, which goes when too much does.
struct Waiting {
    address: IpAddr,
    bytes: usize,
    go: Arc<Notify>,
}

impl Unread {
    fn add(&mut self, number: u64, address: IpAddr, bytes: usize, go: &Arc<Notify>) {
        let waiting = self.answers.entry(number).or_insert_with(|| Waiting {
            address,
            bytes: 0,
            go: Arc::clone(go),
        });
        waiting.bytes += bytes;
        *self.addresses.entry(address).or_default() += bytes;
        self.bytes += bytes;
    }

    fn forget(&mut self, number: u64) -> Option<Waiting> {
        let waiting = self.answers.remove(&number)?;
        self.bytes -= waiting.bytes;
        if let Some(bytes) = self.addresses.get_mut(&waiting.address) {
            *bytes -= waiting.bytes;
            if *bytes == 0 {
                self.addresses.remove(&waiting.address);
            }
        }
        Some(waiting)
    }

    /// What goes, if too much waits: what has waited for the longest, at the address if that has too much. Never the newest.
    fn too_much(&self, newest: u64, address: IpAddr) -> Option<u64> {
        let mut others = self.answers.iter().filter(|(number, _)| **number != newest);
        let of_address = self.addresses.get(&address).copied().unwrap_or_default();
        let first = if of_address > UNREAD_PER_ADDRESS_MAX {
            others.find(|(_, waiting)| waiting.address == address)
        } else if self.bytes > UNREAD_MAX {
            others.next()
        } else {
            None
        };
        first.map(|(number, _)| *number)
    }
}

/// One connection's place, given back when it is dropped.
pub struct Place {
    doors: Arc<Doors>,
    address: IpAddr,
    /// Whether it is a proxy's, through which anybody may come.
    is_proxys: bool,
    /// When it came, counted.
    came: u64,
    /// Whether it has shown a credential, if it has to.
    trial: Option<AtomicBool>,
    /// Whether a credential was shown.
    vouched: AtomicBool,
    /// By which number its answer waits to be read; 0 if none does.
    waits: AtomicU64,
    go: Arc<Notify>,
}

/// A socket of a guest who comes through a proxy, counted for the guest's own address until it is dropped.
pub struct Share {
    doors: Arc<Doors>,
    address: IpAddr,
}

/// The body of a guest's request, counted for the guest's address while it is read.
pub struct Coming {
    doors: Arc<Doors>,
    address: IpAddr,
    number: u64,
    go: Arc<Notify>,
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
    /// Doors for at most so many connections in all, and from one address that is none of `proxies`.
    pub fn new(
        connections_max: u32,
        per_address_max: u32,
        proxies: Vec<IpNet>,
        clock: &SharedClock,
    ) -> Arc<Self> {
        let share = (u64::from(connections_max) * u64::from(ADDRESS_PERCENT_MAX)).div_ceil(100) as u32;
        let per_address_max = per_address_max.min(share);
        let at_once = NonZeroU32::new(per_address_max).unwrap_or(NonZeroU32::MIN);
        let comings = Quota::per_second(COMINGS_PER_S).allow_burst(at_once);
        Arc::new(Self {
            connections_max,
            per_address_max,
            proxies,
            connections: AtomicU32::new(0),
            addresses: DashMap::new(),
            trials: DashMap::new(),
            sessions: DashMap::new(),
            bodies: DashMap::new(),
            unread: Mutex::default(),
            silent: Mutex::default(),
            next: AtomicU64::new(0),
            comings: PerKey::of(comings, clock),
        })
    }

    /// Counts a connection that comes, and says whether its address opens them faster than anybody needs to: it waits a little then.
    /// Nobody is sent away for it, since a hall may share the address of whoever hurries.
    pub fn hurries(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        // Through a proxy everybody comes, and at this machine's own address one may stand that nobody has named.
        let is_its_own = [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()].contains(&peer);
        !is_its_own && !is_in(&self.proxies, peer) && self.comings.count(&network_of(peer)).is_err()
    }

    /// Forgets the addresses that have been quiet.
    pub(crate) fn forget_quiet(&self) {
        self.comings.forget_quiet();
    }

    /// Addresses whose comings are remembered, counted.
    pub(crate) fn keys(&self) -> usize {
        self.comings.keys()
    }

    /// Lets a connection in, perhaps on trial, and perhaps in the place of another, which is told to go.
    ///
    /// # Errors
    /// If there are as many as may be.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Result<Place, Full> {
        let address = network_of(peer);
        let is_proxy = is_in(&self.proxies, peer);
        let before = self.connections.fetch_add(1, Ordering::AcqRel);
        let per_address_max = if is_proxy { u32::MAX } else { self.per_address_max };
        let has_room = before < self.connections_max - self.kept();
        let has_share = take(&self.addresses, address, per_address_max);
        let is_ordinary = match (has_share, has_room) {
            (true, true) => true,
            (true, false) => self.replace_silent(|_| true),
            (false, _) => self.replace_silent(|silent| silent == address),
        };
        match (has_share, is_ordinary) {
            (true, false) => give_back(&self.addresses, address),
            (false, true) => _ = take(&self.addresses, address, u32::MAX),
            (true, true) | (false, false) => {}
        }
        let trials_max = (self.kept() / TRIALS_OF).max(1);
        if !is_ordinary && before >= self.connections_max {
            self.connections.fetch_sub(1, Ordering::AcqRel);
            return Err(Full::Server {
                max: self.connections_max,
            });
        }
        if !is_ordinary && !take(&self.trials, address, trials_max) {
            self.connections.fetch_sub(1, Ordering::AcqRel);
            return Err(Full::Address {
                address,
                max: self.per_address_max,
            });
        }
        let (came, go) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(Notify::new()));
        if is_ordinary {
            let go = Arc::clone(&go);
            self.silent().insert(came, Silent { address, go });
        }
        Ok(Place {
            doors: Arc::clone(self),
            address,
            is_proxys: is_proxy,
            came,
            trial: (!is_ordinary).then(AtomicBool::default),
            vouched: AtomicBool::default(),
            waits: AtomicU64::new(0),
            go,
        })
    }

    /// Tells the one to go that has said nothing for the longest, of the addresses that are meant. Says whether there was one: until
    /// it has gone there is one more than there may be.
    fn replace_silent(&self, is_meant: impl Fn(IpAddr) -> bool) -> bool {
        let mut silent = self.silent();
        let mut meant = silent.iter().filter(|(_, found)| is_meant(found.address));
        let first = meant.next().map(|(came, _)| *came);
        let gone = first.and_then(|came| silent.remove(&came));
        if let Some(gone) = &gone {
            gone.go.notify_one();
        }
        gone.is_some()
    }

    fn silent(&self) -> MutexGuard<'_, BTreeMap<u64, Silent>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unread(&self) -> MutexGuard<'_, Unread> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of answers that wait to be read, as far as they are counted.
    #[cfg(test)]
    pub(crate) fn unread_bytes(&self) -> usize {
        self.unread().bytes
    }

    /// Places that are kept for devices.
    fn kept(&self) -> u32 {
        self.connections_max / KEPT_OF
    }

    /// Counts a guest's socket that comes through a proxy, where `place` is the proxy's, for the guest's own address, which the proxy says;
    /// nothing is counted twice.
    ///
    /// # Errors
    /// If that address has its share.
    pub fn share(self: &Arc<Self>, place: &Place, guest: IpAddr) -> Result<Option<Share>, Full> {
        let address = network_of(guest);
        // Of whom a proxy says nothing, nobody knows how many they are.
        if !place.is_proxys || is_in(&self.proxies, guest) {
            return Ok(None);
        }
        if !take(&self.addresses, address, self.per_address_max) {
            return Err(Full::Address {
                address,
                max: self.per_address_max,
            });
        }
        Ok(Some(Share {
            doors: Arc::clone(self),
            address,
        }))
    }

    /// Counts a body that somebody at an address begins to send who has shown no credential. If too many of theirs are on their way,
    /// the one is told to go that has been for the longest: whoever sends a short one at once is through in any crowd.
    pub fn coming(self: &Arc<Self>, guest: IpAddr) -> Coming {
        let address = network_of(guest);
        let (number, go) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(Notify::new()));
        let body = Body {
            number,
            go: Arc::clone(&go),
        };
        let mut bodies = self.bodies.entry(address).or_default();
        bodies.push_back(body);
        let oldest = if bodies.len() > BODIES_PER_ADDRESS_MAX as usize {
            bodies.pop_front()
        } else {
            None
        };
        drop(bodies);
        if let Some(oldest) = oldest {
            oldest.go.notify_one();
        }
        Coming {
            doors: Arc::clone(self),
            address,
            number,
            go,
        }
    }

    /// Seats one more socket of a session; `None` if it has too many.
    pub fn seat(self: &Arc<Self>, device: DeviceId) -> Option<Seat> {
        take(&self.sessions, device, SOCKETS_PER_SESSION_MAX).then(|| Seat {
            doors: Arc::clone(self),
            device,
        })
    }

    /// The devices that have sockets here.
    pub fn seated(&self) -> Vec<DeviceId> {
        self.sessions.iter().map(|seat| *seat.key()).collect()
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

impl Place {
    /// The address that it is counted for; of IPv6 the network of 64 bits.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Returns when the connection must go, for another to have its place.
    pub fn gone(&self) -> impl Future<Output = ()> + use<> {
        let go = Arc::clone(&self.go);
        async move { go.notified().await }
    }

    /// Notes that something was said: nobody else has the place from now on.
    pub fn heard(&self) {
        self.doors.silent().remove(&self.came);
    }

    /// Counts a piece of an answer until the connection has said all that it has to say. What is not this answer's alone costs nothing
    /// more, and through a proxy everybody reads. If too much waits, the connection is told to go that has waited for the longest.
    pub(crate) fn says(&self, piece: &Bytes) {
        let is_small = piece.len() < UNREAD_PIECE_MIN;
        if is_small || self.is_proxys || self.vouched.load(Ordering::Acquire) || !piece.is_unique() {
            return;
        }
        let mut unread = self.doors.unread();
        let mut number = self.waits.load(Ordering::Acquire);
        if number == 0 {
            number = self.doors.next.fetch_add(1, Ordering::Relaxed) + 1;
            self.waits.store(number, Ordering::Release);
        }
        unread.add(number, self.address, piece.len(), &self.go);
        while let Some(first) = unread.too_much(number, self.address) {
            if let Some(gone) = unread.forget(first) {
                gone.go.notify_one();
            }
        }
    }

    /// Notes that all of it was said.
    pub(crate) fn all_said(&self) {
        let number = self.waits.swap(0, Ordering::AcqRel);
        if number != 0 {
            self.doors.unread().forget(number);
        }
    }

    /// Notes that a credential was shown which holds: the place is kept for those.
    pub fn vouch(&self) {
        self.vouched.store(true, Ordering::Release);
        if let Some(shown) = &self.trial
            && !shown.swap(true, Ordering::AcqRel)
        {
            give_back(&self.doors.trials, self.address);
        }
    }

    /// Whether it came in on trial, and has shown no credential yet.
    pub fn is_on_trial(&self) -> bool {
        self.trial
            .as_ref()
            .is_some_and(|shown| !shown.load(Ordering::Acquire))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.doors.connections.fetch_sub(1, Ordering::AcqRel);
        self.heard();
        self.all_said();
        if self.trial.is_none() {
            give_back(&self.doors.addresses, self.address);
        } else if self.is_on_trial() {
            give_back(&self.doors.trials, self.address);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        give_back(&self.doors.addresses, self.address);
    }
}

impl Coming {
    /// Returns when the body must go, for another to come.
    pub async fn gone(&self) {
        self.go.notified().await;
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        if let dashmap::Entry::Occupied(mut bodies) = self.doors.bodies.entry(self.address) {
            bodies.get_mut().retain(|body| body.number != self.number);
            if bodies.get().is_empty() {
                bodies.remove();
            }
        }
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::fixture::FakeClock;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn doors(connections_max: u32, per_address_max: u32) -> Arc<Doors> {
        Doors::new(
            connections_max,
            per_address_max,
            vec!["10.9.9.0/24".parse().expect("a network")],
            &(FakeClock::shared() as SharedClock),
        )
    }

    /// Comes in as often as it can, says something, and shows no credential.
    fn strangers(doors: &Arc<Doors>, address: &str) -> Vec<Place> {
        std::iter::from_fn(|| doors.enter(ip(address)).ok().inspect(Place::heard)).collect()
    }

    fn ordinary(places: &[Place]) -> usize {
        places.iter().filter(|place| !place.is_on_trial()).count()
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let doors = doors(1_000, 4_000);
        let places = strangers(&doors, "10.0.0.1");
        assert_eq!(ordinary(&places), 400, "its share of what there is");
        assert_eq!(places.len(), 412, "and a few on trial");
        let full = doors.enter(ip("::ffff:10.0.0.1")).err();
        assert!(matches!(full, Some(Full::Address { max: 400, .. })), "{full:?}");
        let other = doors.enter(ip("10.0.0.2")).expect("a place is left");
        assert!(!other.is_on_trial());
        drop(places);
        assert_eq!(doors.connections(), 1);
        assert!(!doors.enter(ip("10.0.0.1")).expect("given back").is_on_trial());
    }

    #[test]
    fn places_are_kept_for_whoever_shows_a_credential() {
        let doors = doors(1_000, 4_000);
        let taken: Vec<Vec<Place>> = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
            .map(|address| strangers(&doors, address))
            .into();
        assert_eq!(taken.iter().flatten().count(), 912);
        let tablets: Vec<Place> = (0..20)
            .map(|_| {
                let place = doors.enter(ip("10.0.0.4")).expect("kept");
                assert!(place.is_on_trial());
                place.vouch();
                place.vouch();
                place
            })
            .collect();
        assert_eq!(ordinary(&tablets), 20);
        drop((taken, tablets));
        assert_eq!(
            (doors.connections(), doors.trials.len(), doors.addresses.len()),
            (0, 0, 0)
        );
    }

    #[test]
    fn who_has_said_nothing_goes_first() {
        let doors = doors(1_000, 4_000);
        let silent: Vec<_> = (0..400)
            .map(|_| doors.enter(ip("10.0.0.1")).expect("room"))
            .collect();
        let are_told = || {
            let is_told = |place: &&Place| place.gone().now_or_never().is_some();
            silent
                .iter()
                .filter(is_told)
                .map(|place| place.came)
                .collect::<Vec<_>>()
        };
        let speaks = doors.enter(ip("10.0.0.1")).expect("its address has its share");
        speaks.heard();
        assert_eq!((speaks.is_on_trial(), are_told()), (false, vec![0]));
        let second = strangers(&doors, "10.0.0.2");
        assert_eq!((ordinary(&second), are_told()), (400, vec![]), "there was room");
        let third = strangers(&doors, "10.0.0.3");
        assert_eq!(ordinary(&third), 400, "there was none, and the silent make it");
        assert_eq!(are_told().len(), 400 - (900 - 813));
        drop((silent, speaks, second, third));
        assert!(doors.silent().is_empty() && doors.addresses.is_empty());
    }

    #[test]
    fn who_comes_and_goes_without_end_hurries_and_a_hall_that_comes_back_does_not() {
        let clock = FakeClock::shared();
        let proxies = vec!["10.9.9.0/24".parse().expect("a network")];
        let doors = Doors::new(1_000, 300, proxies, &(clock.clone() as SharedClock));
        let at_leisure = |address: &str| (0..1_000).take_while(|_| !doors.hurries(ip(address))).count();
        assert_eq!(at_leisure("10.0.0.1"), 300, "all at once");
        assert!(doors.hurries(ip("::ffff:10.0.0.1")));
        clock.pass_ms(500);
        assert_eq!(at_leisure("10.0.0.1"), 100);
        for everybodys in ["10.9.9.9", "127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(at_leisure(everybodys), 1_000, "{everybodys}");
        }
    }

    #[test]
    fn a_proxy_brings_everybody() {
        let doors = doors(1_000, 10);
        assert_eq!(ordinary(&strangers(&doors, "10.9.9.9")), 900);
    }

    #[test]
    fn who_comes_through_a_proxy_has_a_share_of_their_own() {
        let doors = doors(1_000, 10);
        let proxys = doors.enter(ip("10.9.9.9")).expect("room");
        let directly = doors.enter(ip("192.0.2.8")).expect("room");
        let take_all = |guest: &str| -> Vec<Share> {
            std::iter::from_fn(|| doors.share(&proxys, ip(guest)).ok().flatten()).collect()
        };
        for (guest, sockets) in [
            ("192.0.2.7", 10),
            // Who is in directly too has one of its ten already.
            ("192.0.2.8", 9),
            ("2001:db8::7", 10),
            ("10.9.9.9", 0),
        ] {
            let shares = take_all(guest);
            assert_eq!(shares.len(), sockets, "{guest}");
            let full = doors.share(&proxys, ip(guest)).is_err();
            assert_eq!(full, sockets > 0, "{guest}");
        }
        let counted_already = doors.share(&directly, ip("192.0.2.8"));
        assert!(matches!(counted_already, Ok(None)));
        assert_eq!(doors.addresses.len(), 2, "given back");
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let doors = doors(10, 1);
        let first = doors.enter(ip("2001:db8:1:2::1")).expect("room");
        first.heard();
        assert!(
            doors
                .enter(ip("2001:db8:1:2:ffff::9"))
                .expect("on trial")
                .is_on_trial()
        );
        assert!(
            !doors
                .enter(ip("2001:db8:1:3::1"))
                .expect("another's")
                .is_on_trial()
        );
    }

    #[test]
    fn of_too_many_bodies_the_one_goes_that_has_been_on_its_way_for_the_longest() {
        let doors = doors(1_000, 4_000);
        let held: Vec<Coming> = (0..BODIES_PER_ADDRESS_MAX)
            .map(|_| doors.coming(ip("10.0.0.1")))
            .collect();
        let is_told = |body: &Coming| body.gone().now_or_never().is_some();
        assert!(!held.iter().any(is_told));
        let others = doors.coming(ip("10.0.0.2"));
        assert!(!held.iter().any(is_told) && !is_told(&others), "another address");
        // Whoever sends one at once is through, however often, and one of the others has gone for it.
        for _ in 0..10 {
            assert!(!is_told(&doors.coming(ip("10.0.0.1"))));
        }
        let told: Vec<usize> = (0..held.len()).filter(|at| is_told(&held[*at])).collect();
        assert_eq!(told, [0]);
        let _second = doors.coming(ip("10.0.0.1"));
        let _third = doors.coming(ip("10.0.0.1"));
        let told: Vec<usize> = (0..held.len()).filter(|at| is_told(&held[*at])).collect();
        assert_eq!(told, [1], "one had room");
    }

    fn mib() -> Bytes {
        Bytes::from(vec![7; 1 << 20])
    }

    /// Connections of an address that have an answer each which nobody reads.
    fn deaf(doors: &Arc<Doors>, address: &str, count: usize) -> Vec<Place> {
        let places = (0..count).map(|_| {
            let place = doors.enter(ip(address)).expect("room");
            place.heard();
            place.says(&mib());
            place
        });
        places.collect()
    }

    fn told(places: &[Place]) -> usize {
        let is_told = |place: &&Place| place.gone().now_or_never().is_some();
        places.iter().filter(is_told).count()
    }

    #[test]
    fn answers_wait_up_to_a_bound_and_whoever_has_not_read_for_the_longest_goes() {
        let doors = doors(1_000, 4_000);
        let mut first = deaf(&doors, "10.0.0.1", 64);
        assert_eq!((told(&first), doors.unread_bytes()), (0, 64 << 20));
        first.extend(deaf(&doors, "10.0.0.1", 6));
        assert_eq!((told(&first[..6]), told(&first[6..])), (6, 0));
        assert_eq!(doors.unread_bytes(), 64 << 20, "those six have gone");
        let second = deaf(&doors, "10.0.0.2", 64);
        assert_eq!((told(&first), told(&second)), (0, 0), "each has its own");
        let third = deaf(&doors, "10.0.0.3", 3);
        let last = &first[6..9];
        assert_eq!(
            (told(last), told(&second), told(&third)),
            (3, 0, 0),
            "and all have one"
        );
        // Whoever reads makes room.
        first[9].all_said();
        assert_eq!(doors.unread_bytes(), (128 << 20) - (1 << 20));
        drop((first, second, third));
        let unread = doors.unread();
        assert!(unread.answers.is_empty() && unread.addresses.is_empty());
        assert_eq!(unread.bytes, 0);
    }

    #[test]
    fn what_is_shared_or_small_or_somebodys_who_is_known_or_a_proxys_is_not_counted() {
        let doors = doors(1_000, 4_000);
        let guest = doors.enter(ip("10.0.0.1")).expect("room");
        let shared = mib();
        guest.says(&shared.clone());
        guest.says(&Bytes::from_static(include_bytes!("doors.rs")));
        guest.says(&Bytes::from(vec![7; 100]));
        doors.enter(ip("10.9.9.9")).expect("room").says(&mib());
        let tablet = doors.enter(ip("10.0.0.1")).expect("room");
        tablet.vouch();
        tablet.says(&mib());
        assert_eq!(doors.unread_bytes(), 0);
        // One answer in several pieces is one; and a single one may be as large as it is.
        for _ in 0..200 {
            guest.says(&mib());
        }
        assert_eq!(
            (doors.unread_bytes(), doors.unread().answers.len()),
            (200 << 20, 1)
        );
        assert!(guest.gone().now_or_never().is_none());
    }

    #[test]
    fn counts_of_those_who_left_are_not_kept() {
        let doors = doors(10, 10);
        drop(doors.enter(ip("10.0.0.1")));
        drop(doors.seat(DeviceId(uuid::Uuid::nil())));
        drop(doors.coming(ip("10.0.0.1")));
        assert!(doors.addresses.is_empty() && doors.sessions.is_empty() && doors.bodies.is_empty());
    }
}
