//! One row of the table of routes: what is asked of a request before its handler sees it, and before its body is read.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{DefaultBodyLimit, RawPathParams, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use borsklokka_shared::right::Right;
use borsklokka_shared::security::SecurityEvent;
use http_body_util::LengthLimitError;
use tower_http::set_header::SetResponseHeaderLayer;
use uuid::Uuid;

use crate::access::{Deed, Note};
use crate::api::{Caller, Denied, Period};
use crate::doors::{Coming, Place};
use crate::entered::{Entered, LoggedIn, enter, enter_as, enter_member};
use crate::hub::{Counted, Hub};
use crate::strangers::TooOften;

/// How long a body may take to come, however small it is.
const BODY_WAIT: Duration = Duration::from_secs(15);
/// What a slow network carries, in bytes a second: a large body may take so much longer.
const BODY_BYTES_PER_S: usize = 64 * 1_024;

/// Who is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admits {
    /// Everybody. If there is a secret in what they send, a code or a link, the handler judges it.
    Everyone,
    /// Everybody, as a viewer; but a credential that is shown must hold. What it opens is judged by the handler.
    Viewers,
    /// Whoever has a session in the exchange that the address names. What it opens is judged by the handler, which gets an
    /// [`Entered`].
    Paired,
    /// Everybody, to what is public of it; to the rest whoever has the right. The handler tells which is asked for.
    Partly(Right),
    /// Whoever has a right in the exchange that the address names. The handler gets an [`Entered`].
    Having(Right),
    /// Everybody whom nobody in the hall can overhear.
    Private,
    /// The operator, whom nobody in the hall can overhear. The handler gets a [`LoggedIn`].
    Operator,
    /// An organiser who is logged in to an account, whom nobody in the hall can overhear. The handler gets an
    /// [`Account`](crate::access::Account).
    Account,
    /// The operator, or an account that may do it. The handler gets a [`Member`](crate::entered::Member).
    Member(Deed),
}

/// What else than the number of connections bounds how often a route is asked. The counts are kept where it is known what
/// counts: a wrong link does, a right one does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rate {
    /// Nothing.
    Connections,
    /// What each address reads without a credential.
    Guests,
    /// What each device writes that is no command.
    Writes,
    /// Each device's commands.
    Commands,
    /// Each address's tries to pair.
    Pairings,
    /// Wrong passphrases.
    Logins,
    /// Each address's wrong links, and each deal's copies.
    Links,
    /// What each address registers; the page says so, with all that was typed.
    Registrations,
}

impl Rate {
    /// What is counted by it, if what comes too often is not told when to come again where it is counted.
    const fn counted(self) -> Option<Counted> {
        match self {
            Self::Guests => Some(Counted::Guests),
            Self::Writes => Some(Counted::Writes),
            Self::Commands => Some(Counted::Commands),
            Self::Registrations => Some(Counted::Registrations),
            Self::Connections | Self::Pairings | Self::Logins | Self::Links => None,
        }
    }
}

/// A route.
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) admits: Admits,
    /// Largest body, in bytes; 0 where none is read.
    pub(super) body_bytes_max: usize,
    /// What a larger one is answered.
    too_large: fn() -> Denied,
    pub(super) rate: Rate,
    /// Whether guests have it in plain http too, where https asks a device to trust this server first.
    pub(super) for_guests: bool,
    /// Whether the handler says for how long the answer may be kept; else nobody keeps it.
    pub(super) cached: bool,
    /// What is noted when it was granted.
    pub(super) noted: Option<SecurityEvent>,
    handler: MethodRouter<Arc<Hub>>,
}

impl Route {
    pub(super) fn get<T: 'static>(
        path: &'static str,
        admits: Admits,
        handler: impl Handler<T, Arc<Hub>>,
    ) -> Self {
        Self::on(Method::GET, path, admits, handler)
    }

    pub(super) fn post<T: 'static>(
        path: &'static str,
        admits: Admits,
        handler: impl Handler<T, Arc<Hub>>,
    ) -> Self {
        Self::on(Method::POST, path, admits, handler)
    }

    pub(super) fn put<T: 'static>(
        path: &'static str,
        admits: Admits,
        handler: impl Handler<T, Arc<Hub>>,
    ) -> Self {
        Self::on(Method::PUT, path, admits, handler)
    }

    pub(super) fn patch<T: 'static>(
        path: &'static str,
        admits: Admits,
        handler: impl Handler<T, Arc<Hub>>,
    ) -> Self {
        Self::on(Method::PATCH, path, admits, handler)
    }

    pub(super) fn delete<T: 'static>(
        path: &'static str,
        admits: Admits,
        handler: impl Handler<T, Arc<Hub>>,
    ) -> Self {
        Self::on(Method::DELETE, path, admits, handler)
    }

    fn on<T: 'static>(
        method: Method,
        path: &'static str,
        admits: Admits,
        handler: impl Handler<T, Arc<Hub>>,
    ) -> Self {
        let filter = MethodFilter::try_from(method.clone()).expect("a method of HTTP's own");
        let rate = match admits {
            Admits::Everyone | Admits::Viewers | Admits::Partly(_) => Rate::Guests,
            Admits::Having(_) | Admits::Paired if method != Method::GET => Rate::Writes,
            Admits::Having(_)
            | Admits::Paired
            | Admits::Private
            | Admits::Operator
            | Admits::Account
            | Admits::Member(_) => Rate::Connections,
        };
        Self {
            method,
            path,
            admits,
            body_bytes_max: 0,
            too_large: || Denied::TooLarge,
            rate,
            for_guests: false,
            cached: false,
            noted: None,
            handler: on(filter, handler),
        }
    }

    /// Takes a body, of at most so many bytes.
    pub(super) fn body(self, body_bytes_max: usize) -> Self {
        Self {
            body_bytes_max,
            ..self
        }
    }

    /// Takes a file, of at most so many bytes; what a larger one is answered says of what kind it must be.
    pub(super) fn file(self, bytes_max: usize, too_large: fn() -> Denied) -> Self {
        Self {
            too_large,
            ..self.body(bytes_max)
        }
    }

    /// Is bounded by more than the number of connections.
    pub(super) fn rate(self, rate: Rate) -> Self {
        Self { rate, ..self }
    }

    /// Is answered to guests in plain http too, where https asks a device to trust this server first.
    pub(super) fn for_guests(self) -> Self {
        Self {
            for_guests: true,
            ..self
        }
    }

    /// May be kept by caches, as its handler says.
    pub(super) fn cached(self) -> Self {
        Self { cached: true, ..self }
    }

    /// Is noted as something that concerns safety each time that it is granted, with who asked and what the address names. Only a
    /// row that lets in by a session knows who asks.
    pub(super) fn noted(self, event: SecurityEvent) -> Self {
        Self {
            noted: Some(event),
            ..self
        }
    }

    /// The handler, behind everything that the row asks.
    pub(super) fn serve(self, hub: &Arc<Hub>) -> MethodRouter<Arc<Hub>, Infallible> {
        let door = Door {
            hub: Arc::clone(hub),
            admits: self.admits,
            rate: self.rate,
            body_bytes_max: self.body_bytes_max,
            too_large: self.too_large,
            noted: self.noted,
        };
        let served = self
            .handler
            .route_layer(from_fn_with_state(Arc::new(door), admit))
            .layer(DefaultBodyLimit::max(self.body_bytes_max));
        if self.cached {
            return served;
        }
        let no_store = HeaderValue::from_static("no-store");
        served.layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            no_store,
        ))
    }
}

/// What a row asks of a request.
struct Door {
    hub: Arc<Hub>,
    admits: Admits,
    rate: Rate,
    body_bytes_max: usize,
    too_large: fn() -> Denied,
    noted: Option<SecurityEvent>,
}

/// Lets a request through to its handler, or answers why not. What comes too often is told how long its row has it wait.
async fn admit(
    State(door): State<Arc<Door>>,
    caller: Caller,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let answered = let_in(&door, caller, params, request, next).await;
    let mut response = answered.unwrap_or_else(Denied::into_response);
    if response.status() == StatusCode::TOO_MANY_REQUESTS
        && let Some(counted) = door.rate.counted()
    {
        let period = Period(door.hub.rates.period_s(counted));
        response.extensions_mut().insert(period);
    }
    response
}

/// Lets a request through to its handler, with whom it comes from and with its whole body. The body is read when it is known who sends
/// it, and not before.
async fn let_in(
    door: &Door,
    caller: Caller,
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Result<Response, Denied> {
    let Door { hub, admits, .. } = door;
    let params = params.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let slug = || {
        let slug = params.iter().find(|(name, _)| *name == "slug");
        slug.map(|(_, slug)| slug).ok_or(Denied::UnknownExchange)
    };
    let entered = match admits {
        Admits::Everyone | Admits::Viewers | Admits::Partly(_) => None,
        Admits::Private => {
            caller.must_be_private()?;
            None
        }
        Admits::Operator => {
            let operator = hub.access.operator(&caller).await?;
            vouch(&request);
            request.extensions_mut().insert(LoggedIn(operator));
            None
        }
        Admits::Account => {
            let account = hub.access.account(&caller).await?;
            vouch(&request);
            request.extensions_mut().insert(account);
            None
        }
        Admits::Member(deed) => {
            let member = enter_member(hub, slug().ok(), &caller, *deed).await?;
            vouch(&request);
            request.extensions_mut().insert(member);
            None
        }
        Admits::Paired => Some(enter_as(hub, slug()?, &caller).await?),
        Admits::Having(right) => Some(enter(hub, slug()?, &caller, *right).await?),
    };
    match (door.rate, &entered) {
        (Rate::Guests, _) => hub.rates.guest(&caller)?,
        // Its page says so, with what was typed.
        (Rate::Registrations, _) if hub.rates.guest(&caller).is_err() => {
            request.extensions_mut().insert(TooOften);
        }
        (Rate::Writes, Some(Entered { session, .. })) => hub.rates.write(session.device)?,
        _ => {}
    }
    let is_logged_in = matches!(admits, Admits::Operator | Admits::Account | Admits::Member(_));
    let is_known = entered.is_some() || is_logged_in;
    let mut noted = None;
    if let Some(entered) = entered {
        vouch(&request);
        noted = door.noted.map(|event| {
            Note::of(event)
                .in_exchange(entered.exchange)
                .by(entered.session.actor())
                .about(ids(&params))
                .from(caller.peer.address)
        });
        request.extensions_mut().insert(entered);
    }
    let is_counted = !is_known && door.body_bytes_max > 0;
    let coming = is_counted.then(|| hub.coming(&caller)).flatten();
    let request = door.with_whole_body(request, coming.as_ref()).await?;
    drop(coming);
    let response = next.run(request).await;
    if let Some(note) = noted.filter(|_| response.status().is_success()) {
        hub.access.note(note);
    }
    Ok(response)
}

/// What an address names beside the exchange.
fn ids(params: &RawPathParams) -> impl Iterator<Item = Uuid> {
    let named = params.iter().filter(|(name, _)| *name != "slug");
    named.filter_map(|(_, id)| id.parse().ok())
}

/// Notes that the connection is of somebody who has a session here.
fn vouch(request: &Request) {
    if let Some(place) = request.extensions().get::<Arc<Place>>() {
        place.vouch();
    }
}

impl Door {
    /// Reads a request's body, as far as the row allows and as long as anybody should need; one that is counted, until it must go for
    /// another.
    async fn with_whole_body(&self, request: Request, coming: Option<&Coming>) -> Result<Request, Denied> {
        let bytes_max = self.body_bytes_max;
        if bytes_max == 0 {
            return Ok(request);
        }
        let (parts, body) = request.into_parts();
        if body.size_hint().lower() > bytes_max as u64 {
            return Err((self.too_large)());
        }
        let wait = BODY_WAIT + Duration::from_secs((bytes_max / BODY_BYTES_PER_S) as u64);
        let gone = async {
            match coming {
                Some(coming) => coming.gone().await,
                None => std::future::pending().await,
            }
        };
        let read = tokio::select! {
            biased;
            read = tokio::time::timeout(wait, to_bytes(body, bytes_max)) => read.map_err(|_| Denied::TooSlow)?,
            () = gone => return Err(Denied::TooSlow),
        };
        let whole = read.map_err(|error| {
            let is_too_large = matches!(error.source(), Some(why) if why.is::<LengthLimitError>());
            if is_too_large {
                (self.too_large)()
            } else {
                Denied::Torn(error.to_string())
            }
        })?;
        Ok(Request::from_parts(parts, Body::from(whole)))
    }
}
