//! Who came in: what a route's row finds out about a request before its handler runs.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::Actor;

use crate::access::{Account, Deed, Session};
use crate::api::{Caller, Denied};
use crate::floor::FloorHandle;
use crate::hub::Hub;

/// Somebody who has the right that a route asks for.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The exchange that the address names.
    pub exchange: ExchangeId,
    /// Who it is.
    pub session: Session,
}

/// The operator, on a route of the operator's.
#[derive(Clone, Debug)]
pub struct LoggedIn(pub Session);

/// The operator or an organiser with an account, on a route of both.
#[derive(Clone, Debug)]
pub enum Member {
    /// The operator.
    Operator(Session),
    /// An organiser.
    Account(Account),
}

impl Member {
    /// Who stands behind the making of an exchange.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Operator(session) => session.actor(),
            Self::Account(account) => account.actor(),
        }
    }
}

/// Lets in whoever has a right in the exchange at an address.
///
/// # Errors
/// If there is no such exchange, or the caller shows no credential, or none with that right; and [`Denied::PlainHttp`] if it is for
/// nobody to read on the way.
pub async fn enter(hub: &Hub, slug: &str, caller: &Caller, right: Right) -> Result<Entered, Denied> {
    let exchange = find_exchange(hub, slug)?;
    let session = hub
        .access
        .session_with(exchange, slug, &caller.headers, caller.peer, right)
        .await?
        .ok_or(Denied::NotPaired)?;
    if right.needs_private_channel() {
        must_be_unread(hub, caller)?;
    }
    unread(hub, caller, &session)?;
    Ok(Entered { exchange, session })
}

/// Lets in whoever has a session in the exchange at an address, as what it is.
///
/// # Errors
/// If there is no such exchange, or the caller shows no credential, or none that holds there.
pub async fn enter_as(hub: &Hub, slug: &str, caller: &Caller) -> Result<Entered, Denied> {
    let exchange = find_exchange(hub, slug)?;
    let session = hub
        .access
        .own_session(exchange, slug, &caller.headers, caller.peer)
        .await?
        .ok_or(Denied::NotPaired)?;
    unread(hub, caller, &session)?;
    // Its log can be read.
    hub.floors.by_id(exchange).await?;
    Ok(Entered { exchange, session })
}

/// Lets in the operator, or an account that may do what a route is for.
///
/// # Errors
/// If nobody is logged in, there is no such exchange, or the account may not do it.
pub async fn enter_member(
    hub: &Hub,
    slug: Option<&str>,
    caller: &Caller,
    deed: Deed,
) -> Result<Member, Denied> {
    let account = match hub.access.operator(caller).await {
        Err(Denied::NotLoggedIn) => hub.access.account(caller).await?,
        operator => return operator.map(Member::Operator),
    };
    let exchange = slug.map(|slug| find_exchange(hub, slug)).transpose()?;
    hub.access.must_be_able(&account, exchange, deed).await?;
    Ok(Member::Account(account))
}

/// The floor at an address, and the session that a caller has there; none shows a viewer.
///
/// # Errors
/// If there is no such exchange, what the caller shows does not hold there, or its log cannot be read; and [`Denied::PlainHttp`] if
/// the session is for nobody to read on the way.
pub async fn arrive(
    hub: &Hub,
    slug: &str,
    caller: &Caller,
) -> Result<(FloorHandle, Option<Session>), Denied> {
    let exchange = find_exchange(hub, slug)?;
    let session = hub
        .access
        .session(exchange, slug, &caller.headers, caller.peer)
        .await?;
    if let Some(session) = &session {
        unread(hub, caller, session)?;
    }
    Ok((hub.floors.by_id(exchange).await?, session))
}

/// Lets only those sessions through plain http that anybody there may read.
fn unread(hub: &Hub, caller: &Caller, session: &Session) -> Result<(), Denied> {
    if session.role.needs_private_channel() {
        must_be_unread(hub, caller)
    } else {
        Ok(())
    }
}

/// Refuses what everybody on the network can read, unless the operator wants it so.
///
/// # Errors
/// If they can.
pub(crate) fn must_be_unread(hub: &Hub, caller: &Caller) -> Result<(), Denied> {
    if hub.config.plain || caller.is_private() {
        Ok(())
    } else {
        Err(Denied::PlainHttp)
    }
}

/// The exchange at an address.
///
/// # Errors
/// If there is none.
pub(crate) fn find_exchange(hub: &Hub, slug: &str) -> Result<ExchangeId, Denied> {
    let exchange = hub.floors.find(slug).ok_or(Denied::UnknownExchange)?;
    Ok(exchange.id)
}

impl<S: Send + Sync> FromRequestParts<S> for Entered {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        found(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        found(parts)
    }
}

/// An organiser with an account, on a route of her own.
impl<S: Send + Sync> FromRequestParts<S> for Account {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        found(parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for LoggedIn {
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        found(parts)
    }
}

/// What the row has found out; nothing, if it asks for less than its handler.
fn found<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, Denied> {
    let found = parts.extensions.get::<T>().cloned();
    found.ok_or_else(|| Denied::Broken("a route lets in whom its handler does not expect".to_owned()))
}
