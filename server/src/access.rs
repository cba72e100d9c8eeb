//! Who may come in, and as what: the operator's passphrase, organisers' accounts, pairing, devices and their sessions. Secrets live in their own tables,
//! never in the log and never on a socket; what a role may do with an exchange is decided in `borsklokka-shared`.

pub(crate) mod accounts;
pub(crate) mod cookie;
pub(crate) mod devices;
mod guesses;
mod ledger;
mod limit;
pub(crate) mod operator;
pub(crate) mod pair;
pub(crate) mod pairing;
mod passkeys;
pub(crate) mod passphrase;
mod program_tokens;
mod revocation;
pub(crate) mod secret;
mod security;
pub(crate) mod session;

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use borsklokka_shared::ids::{DealId, DeviceId};
use borsklokka_shared::role::Role;
use tokio::sync::broadcast;

pub use self::accounts::{Account, Deed};
pub use self::ledger::Note;
pub use self::passkeys::Passkeys;
pub(crate) use self::revocation::{leave_account_mails, revoke_everything};
pub(crate) use self::secret::{PairingCode, token as link_token, token_sha256};
pub use self::session::Session;

use self::guesses::Guesses;
use self::ledger::Ledger;
use self::limit::Limits;
use crate::api::Denied;
use crate::clock::SharedClock;
use crate::database::Database;

/// How long a session lasts, in days.
const SESSION_DAYS: i64 = 30;
/// How long a session lasts, in milliseconds.
pub(crate) const SESSION_MS: i64 = SESSION_DAYS * 24 * 60 * 60 * 1_000;
/// Revocations that a slow listener may lag behind.
const REVOCATIONS_MAX: usize = 256;

/// What ends sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// This device's has ended.
    Device(DeviceId),
    /// Any may have.
    Unheard,
}

/// Everything that lets people in.
pub struct Access {
    database: Database,
    clock: SharedClock,
    limits: Limits,
    guesses: Guesses,
    ledger: Ledger,
    revocations: broadcast::Sender<Revocation>,
    /// SHA-256 of the token in the set-up link.
    set_up_link: Mutex<Option<String>>,
}

impl Access {
    /// Access to the exchanges of a database. What is noted is written by a task of its own.
    pub fn new(database: Database, clock: SharedClock) -> Self {
        Self {
            ledger: Ledger::of(database.clone(), &clock),
            database,
            limits: Limits::new(clock.clone()),
            guesses: Guesses::new(clock.clone()),
            clock,
            revocations: broadcast::Sender::new(REVOCATIONS_MAX),
            set_up_link: Mutex::default(),
        }
    }

    /// Devices whose session ends from now on: their sockets close. Listen before you ask for the session, or a
    /// revocation in between is missed; a listener that lagged asks for its session again.
    pub fn revocations(&self) -> broadcast::Receiver<Revocation> {
        self.revocations.subscribe()
    }

    /// Closes this node's sockets of a device whose session has ended.
    pub fn close_sockets(&self, device: DeviceId) {
        // An error means that no socket listens, so there is none to close.
        let _: Result<usize, _> = self.revocations.send(Revocation::Device(device));
    }

    /// Lets every staff socket of this node come back, so that its session is looked up anew: another node may have ended
    /// some while it could not be heard.
    pub fn doubt_sessions(&self) {
        // As above.
        let _: Result<usize, _> = self.revocations.send(Revocation::Unheard);
    }

    /// Tells in the server's own log who was turned away and why, once a minute each.
    pub(crate) fn tell_turned_away(&self, peer: IpAddr, code: &'static str, route: &str) {
        self.ledger.tell_turned_away(peer, code, route);
    }

    /// What time it is by.
    pub(crate) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// Where all of it is kept.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Forgets whoever has been quiet for so long that no limit reckons with them any more.
    pub(crate) fn forget_quiet(&self) {
        self.limits.forget_quiet();
        self.guesses.forget_quiet();
        self.ledger.forget_quiet();
    }

    /// Addresses, accounts and the like that each limit remembers, counted.
    pub(crate) fn keys(&self) -> Vec<(&'static str, usize)> {
        let mut keys = self.limits.keys().to_vec();
        keys.extend(self.guesses.keys());
        keys.push(("noted", self.ledger.keys()));
        keys
    }

    /// Counts a try to pair.
    ///
    /// # Errors
    /// If there were too many from this address.
    pub(crate) fn try_to_pair(&self, peer: IpAddr) -> Result<(), Denied> {
        self.limits.try_to_pair(peer)
    }

    /// Counts a wrong code.
    pub(crate) fn wrong_code(&self, peer: IpAddr) {
        self.limits.wrong_code(peer);
    }

    /// Counts a link to no agreement.
    ///
    /// # Errors
    /// If there were too many from this address.
    pub(crate) fn try_wrong_link(&self, peer: IpAddr) -> Result<(), Denied> {
        self.limits.try_wrong_link(peer)
    }

    /// Counts a copy that a link gives.
    ///
    /// # Errors
    /// If there were too many of this deal.
    pub(crate) fn try_copy(&self, deal: DealId) -> Result<(), Denied> {
        self.limits.try_copy(deal)
    }

    fn set_up_link(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.set_up_link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A device's id as it is stored.
fn stored_device(text: &str) -> Result<DeviceId, Denied> {
    text.parse()
        .map_err(|_| Denied::Broken(format!("a stored device id is not a UUID: {text}")))
}

/// A role as it is stored.
fn stored_role(text: &str) -> Result<Role, Denied> {
    text.parse()
        .map_err(|_| Denied::Broken(format!("a stored role is not one: {text}")))
}
