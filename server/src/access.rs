//! Who may come in, and as what: the operator's passphrase, pairing, devices and their sessions, the exchanges' contacts
//! and pictures, and the guard that every request passes. Secrets and contacts live in their own tables, never in the log and never
//! on a socket; what a role may do with an exchange is decided in `borsklokka-shared`.

mod caller;
mod contacts;
mod cookie;
mod devices;
mod error;
mod exchanges;
#[cfg(test)]
mod fences;
#[cfg(test)]
mod fixture;
mod guard;
mod limit;
mod operator;
mod pair;
mod pairing;
mod pictures;
mod qr;
mod secret;
mod sentences;
mod session;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::routing::{delete, get, post, put};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DealId, DeviceId, ExchangeId};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::{Actor, Role};
use serde::Serialize;
use tokio::sync::broadcast;
use tower_http::set_header::SetResponseHeaderLayer;

pub use self::caller::{Asked, Caller, Channel, Peer, language, speak};
pub use self::error::{AccessError, Thing};
pub use self::exchanges::check_slug;
pub use self::guard::{HostPolicy, guard};
pub(crate) use self::qr::svg as qr_svg;
pub(crate) use self::secret::{token as link_token, token_sha256};
pub use self::session::Session;

use self::cookie::Transport;
use self::limit::Limits;
use crate::clock::SharedClock;
use crate::database::Database;

/// How long a session lasts, in days.
const SESSION_DAYS: i64 = 30;
/// How long a session lasts, in milliseconds.
const SESSION_MS: i64 = SESSION_DAYS * 24 * 60 * 60 * 1_000;
/// Longest name of a device, in characters: it stands with every deal that the device writes.
const DEVICE_NAME_CHARS_MAX: usize = 40;
/// Longest body that these routes take, in bytes. The largest is an exchange's settings.
const BODY_BYTES_MAX: usize = 64 * 1_024;
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
    revocations: broadcast::Sender<Revocation>,
    /// SHA-256 of the token in the set-up link.
    set_up_link: Mutex<Option<String>>,
}

impl Access {
    /// Access to the exchanges of a database.
    pub fn new(database: Database, clock: SharedClock) -> Self {
        Self {
            database,
            limits: Limits::new(clock.clone()),
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

    /// Where all of it is kept.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Counts a link to no agreement.
    ///
    /// # Errors
    /// If there were too many from this address.
    pub(crate) fn try_wrong_link(&self, peer: IpAddr) -> Result<(), AccessError> {
        self.limits.try_wrong_link(peer)
    }

    /// Counts a copy that a link gives.
    ///
    /// # Errors
    /// If there were too many of this deal.
    pub(crate) fn try_copy(&self, deal: DealId) -> Result<(), AccessError> {
        self.limits.try_copy(deal)
    }

    fn set_up_link(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.set_up_link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An exchange, as the operator's list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedExchange {
    /// Which one.
    pub id: ExchangeId,
    /// Its address.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// What these routes need of the server around them.
pub trait HasAccess: Send + Sync + 'static {
    /// Who may come in.
    fn access(&self) -> &Access;

    /// The address that people use, such as `http://192.168.1.5:8080`.
    fn public_url(&self) -> String;

    /// Where a new device learns to trust this server, if it must before it can use that address.
    fn trust_url(&self) -> Option<String>;

    /// Whether a proxy carries everything over TLS, so that cookies may be `Secure` though what it passes on is plain.
    fn is_behind_tls(&self) -> bool;

    /// The exchange at an address.
    fn exchange(&self, slug: &str) -> impl Future<Output = Result<Option<ExchangeId>, Refusal>> + Send;

    /// Every exchange.
    fn exchanges(&self) -> impl Future<Output = Result<Vec<ListedExchange>, Refusal>> + Send;

    /// Makes an exchange. The address has the right shape; [`Refusal::AlreadyExists`] if it is taken.
    fn make_exchange(
        &self,
        slug: &str,
        settings: Settings,
        organiser: Actor,
    ) -> impl Future<Output = Result<ExchangeId, Refusal>> + Send;
}

/// Every route of this module, under `/api/v1`.
pub fn routes<H: HasAccess>() -> Router<Arc<H>> {
    let exchange = Router::new()
        .route("/session", get(session::show::<H>))
        .route("/session/name", put(devices::rename_own::<H>))
        .route("/pairing-codes", get(pairing::list::<H>).post(pairing::make::<H>))
        .route("/pairing-codes/{id}", delete(pairing::withdraw::<H>))
        .route("/pair", post(pair::pair::<H>))
        .route("/devices", get(devices::list::<H>))
        .route(
            "/devices/{id}",
            delete(devices::revoke::<H>).patch(devices::rename::<H>),
        )
        .route("/contacts", get(contacts::people::<H>))
        .route(
            "/contacts/{participant}",
            get(contacts::show::<H>).put(contacts::write::<H>),
        )
        .route("/qr.svg", get(qr::show::<H>));
    let routes = Router::new()
        .route("/api/v1/setup", post(operator::set_up::<H>))
        .route("/api/v1/login", post(operator::log_in::<H>))
        .route("/api/v1/logout", post(operator::log_out::<H>))
        .route(
            "/api/v1/exchanges",
            get(exchanges::list::<H>).post(exchanges::make::<H>),
        )
        .nest("/api/v1/exchanges/{slug}", exchange);
    let pictures = Router::new()
        .route(
            "/api/v1/exchanges/{slug}/pictures/{id}",
            get(pictures::show::<H>)
                .put(pictures::hang::<H>)
                .delete(pictures::take_down::<H>),
        )
        .layer(axum::middleware::from_fn(speak));
    private(routes).merge(pictures)
}

/// Routes whose answers are for their caller alone: small bodies, errors in the caller's language, nothing kept in a cache.
pub fn private<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(axum::middleware::from_fn(speak))
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
}

/// The exchange at an address.
async fn find_exchange<H: HasAccess>(hub: &H, slug: &str) -> Result<ExchangeId, AccessError> {
    hub.exchange(slug).await?.ok_or(AccessError::UnknownExchange)
}

/// The exchange at an address, for a caller who has a right in it.
///
/// # Errors
/// If there is no such exchange, or the caller shows no credential, or none with that right.
pub async fn enter<H: HasAccess>(
    hub: &H,
    slug: &str,
    caller: &Caller,
    right: Right,
) -> Result<(ExchangeId, Session), AccessError> {
    let exchange = find_exchange(hub, slug).await?;
    let session = hub
        .access()
        .session_with(exchange, slug, &caller.headers, caller.peer, right)
        .await?;
    Ok((exchange, session.ok_or(AccessError::NotPaired)?))
}

/// How cookies may travel that are set for a caller. Plain http on the server's own machine stays without `Secure`, also where
/// the hall comes over TLS: not every browser would keep the cookie.
fn transport<H: HasAccess>(hub: &H, caller: &Caller) -> Transport {
    match caller.peer.channel {
        Channel::Tls => Transport::Tls,
        Channel::Plain if hub.is_behind_tls() => Transport::Tls,
        Channel::Plain => Transport::Plain,
    }
}

/// A device's id as it is stored.
fn stored_device(text: &str) -> Result<DeviceId, AccessError> {
    text.parse()
        .map_err(|_| AccessError::Broken(format!("a stored device id is not a UUID: {text}")))
}

/// A role as it is stored.
fn stored_role(text: &str) -> Result<Role, AccessError> {
    text.parse()
        .map_err(|_| AccessError::Broken(format!("a stored role is not one: {text}")))
}
