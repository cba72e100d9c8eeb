//! One row of the table of routes: what is asked of a request before its handler sees it, and before its body is read.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{DefaultBodyLimit, RawPathParams, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use borsklokka_shared::right::Right;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::api::{Caller, Denied, speak};
use crate::entered::{LoggedIn, enter};
use crate::hub::Hub;

/// Who is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admits {
    /// Everybody. If there is a secret in what they send, a code or a link, the handler judges it.
    Everyone,
    /// Everybody, as a viewer; but a credential that is shown must hold. What it opens is judged by the handler.
    Viewers,
    /// Everybody, to what is public of it; to the rest whoever has the right. The handler tells which is asked for.
    Partly(Right),
    /// Whoever has a right in the exchange that the address names. The handler gets an [`Entered`](crate::entered::Entered).
    Having(Right),
    /// Everybody whom nobody in the hall can overhear.
    Private,
    /// The operator, whom nobody in the hall can overhear. The handler gets a [`LoggedIn`].
    Operator,
}

/// What else than the number of connections bounds how often a route is asked. The counts are kept where it is known what
/// counts: a wrong link does, a right one does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rate {
    /// Nothing.
    Connections,
    /// Each device's commands.
    Commands,
    /// Each address's tries to pair.
    Pairings,
    /// Wrong passphrases.
    Logins,
    /// Each address's wrong links, and each deal's copies.
    Links,
}

/// A route.
pub(super) struct Route {
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests ask by it"))]
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) admits: Admits,
    /// Largest body, in bytes; 0 where none is read.
    pub(super) body_bytes_max: usize,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests hold the handlers to it"))]
    pub(super) rate: Rate,
    /// Whether guests have it in plain http too, where https asks a device to trust this server first.
    pub(super) for_guests: bool,
    /// Whether the handler says for how long the answer may be kept; else nobody keeps it.
    cached: bool,
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
        Self {
            method,
            path,
            admits,
            body_bytes_max: 0,
            rate: Rate::Connections,
            for_guests: false,
            cached: false,
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

    /// The handler, behind everything that the row asks.
    pub(super) fn serve(self, hub: &Arc<Hub>) -> MethodRouter<Arc<Hub>, Infallible> {
        let door = (Arc::clone(hub), self.admits);
        let served = self
            .handler
            .route_layer(from_fn_with_state(door, admit))
            .layer(DefaultBodyLimit::max(self.body_bytes_max))
            .layer(from_fn(speak));
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

/// Lets a request through to its handler, with whom it comes from, or answers why not.
async fn admit(
    State((hub, admits)): State<(Arc<Hub>, Admits)>,
    caller: Caller,
    params: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Result<Response, Denied> {
    match admits {
        Admits::Everyone | Admits::Viewers | Admits::Partly(_) => {}
        Admits::Private => caller.must_be_private()?,
        Admits::Operator => {
            let operator = hub.access.operator(&caller).await?;
            request.extensions_mut().insert(LoggedIn(operator));
        }
        Admits::Having(right) => {
            let params = params.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
            let slug = params.iter().find(|(name, _)| *name == "slug");
            let (_, slug) = slug.ok_or(Denied::UnknownExchange)?;
            let entered = enter(&hub, slug, &caller, right).await?;
            request.extensions_mut().insert(entered);
        }
    }
    Ok(next.run(request).await)
}
