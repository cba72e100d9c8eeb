//! A request's session in one exchange: found from its cookie or its bearer token.

use axum::http::HeaderMap;
use borsklokka_shared::ids::{AccountId, DeviceId, ExchangeId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::right::Right;
use borsklokka_shared::role::{Actor, Role};

use super::{Access, cookie, secret};
use crate::api::{Denied, Peer};
use crate::spoken::operator::Operator as Words;

/// Who a request comes from, in one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The paired device.
    pub device: DeviceId,
    /// What it may do.
    pub role: Role,
    /// The name given at pairing. The operator's session is of no device and has none.
    pub name: String,
    /// When the device was paired.
    pub paired_at: Instant,
    /// The account that it is of, which is shown nothing of the server beyond its exchanges.
    pub account: Option<AccountId>,
}

impl Session {
    /// With what the operator is called in an exchange's language, if it is the operator's.
    #[must_use]
    pub fn called_in(self, language: Language) -> Self {
        if self.name.is_empty() {
            let name = Words::of(language).name.to_owned();
            Self { name, ..self }
        } else {
            self
        }
    }

    /// The actor behind this session's commands.
    pub fn actor(&self) -> Actor {
        Actor {
            role: self.role,
            device: self.device,
            name: self.name.clone(),
            paired_at: self.paired_at,
        }
    }
}

/// What a credential opens.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// A session in the exchange.
    Here(Session),
    /// An account's session, which is not of this exchange.
    Elsewhere,
    /// Nothing any more.
    Nothing,
}

/// What a request shows.
enum Credential {
    /// A device's token, from the exchange's cookie.
    Device(String),
    /// A device's token or another program's, from the Authorization header.
    Bearer(String),
    /// An account's token.
    Account(String),
    /// The operator's token.
    Operator(String),
}

impl Access {
    /// The session of a request in an exchange; none if it shows no credential: a viewer.
    ///
    /// An organiser's session counts only from the server's own machine, or over the server's own TLS.
    ///
    /// # Errors
    /// [`Denied::NotAllowed`] if what it shows is unknown, revoked or expired, so that a tablet learns of it; and
    /// if the database cannot be read.
    pub async fn session(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Option<Session>, Denied> {
        match self
            .first_session(exchange, slug, headers, peer, is_of_people)
            .await
        {
            Err(Denied::NotYours) => Ok(None),
            found => found,
        }
    }

    /// Like [`Access::session`], but an account that is no organiser here is no viewer either.
    ///
    /// # Errors
    /// As of [`Access::session`], and [`Denied::NotYours`].
    pub(crate) async fn own_session(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Option<Session>, Denied> {
        self.first_session(exchange, slug, headers, peer, is_of_people)
            .await
    }

    /// Like [`Access::session`], but of several credentials takes the first that has a right: the operator's browser may be
    /// paired as a broker too.
    ///
    /// # Errors
    /// As of `own_session`, and [`Denied::NotAllowed`] if no credential has the right.
    pub async fn session_with(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
        peer: Peer,
        right: Right,
    ) -> Result<Option<Session>, Denied> {
        self.first_session(exchange, slug, headers, peer, |role| role.has(right))
            .await
    }

    async fn first_session(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
        peer: Peer,
        admits: impl Fn(Role) -> bool,
    ) -> Result<Option<Session>, Denied> {
        let shown = credentials(slug, headers);
        let mut elsewhere = 0;
        for credential in &shown {
            match self.holder(exchange, credential).await? {
                Holds::Here(session) if session.role == Role::Organiser && !peer.is_private(headers) => {}
                Holds::Here(session) if admits(session.role) => return Ok(Some(session)),
                Holds::Elsewhere => elsewhere += 1,
                Holds::Here(_) | Holds::Nothing => {}
            }
        }
        match shown.len() {
            0 => Ok(None),
            all if all == elsewhere => Err(Denied::NotYours),
            _ => Err(Denied::NotAllowed),
        }
    }

    async fn holder(&self, exchange: ExchangeId, credential: &Credential) -> Result<Holds, Denied> {
        let found = match credential {
            Credential::Device(token) => {
                self.device_session(exchange, &secret::token_sha256(token))
                    .await?
            }
            Credential::Bearer(token) => {
                match self
                    .device_session(exchange, &secret::token_sha256(token))
                    .await?
                {
                    None => self.program_session(exchange, token).await?,
                    device => device,
                }
            }
            Credential::Account(token) => return self.account_in(exchange, token).await,
            Credential::Operator(token) => self.operator_session(token).await?,
        };
        Ok(found.map_or(Holds::Nothing, Holds::Here))
    }

    /// The cookies of this request that open nothing any more.
    pub(crate) async fn stale_cookies(
        &self,
        exchange: ExchangeId,
        slug: &str,
        headers: &HeaderMap,
    ) -> Result<Vec<String>, Denied> {
        let mut stale = vec![];
        for (name, credential) in cookies(slug, headers) {
            if self.holder(exchange, &credential).await? == Holds::Nothing {
                stale.push(name);
            }
        }
        Ok(stale)
    }
}

/// Whether people stand behind it: what another program may read is opened by a right, and by nothing else.
fn is_of_people(role: Role) -> bool {
    Role::OF_DEVICES.contains(&role)
}

/// A bearer token alone; else the exchange's cookie before an account's, and that before the operator's.
fn credentials(slug: &str, headers: &HeaderMap) -> Vec<Credential> {
    match cookie::bearer(headers) {
        Some(token) => vec![Credential::Bearer(token.to_owned())],
        None => cookies(slug, headers)
            .into_iter()
            .map(|(_, credential)| credential)
            .collect(),
    }
}

fn cookies(slug: &str, headers: &HeaderMap) -> Vec<(String, Credential)> {
    let shown = |name: String, credential: fn(String) -> Credential| {
        let token = cookie::value(headers, &name)?;
        Some((name, credential(token)))
    };
    let kinds = [
        shown(cookie::name(slug), Credential::Device),
        shown(cookie::ACCOUNT.to_owned(), Credential::Account),
        shown(cookie::OPERATOR.to_owned(), Credential::Operator),
    ];
    kinds.into_iter().flatten().collect()
}
