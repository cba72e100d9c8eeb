//! Coming in: what the pages of pairing, of devices and of the operator ask.

pub(super) mod account;
pub(super) mod accounts;
pub(super) mod devices;
pub(super) mod operator;
pub(super) mod pair;
pub(super) mod pairing;
pub(super) mod passkeys;
pub(super) mod session;
mod whose;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::access::cookie;
use crate::api::Caller;
use crate::hub::Hub;

/// Gives the cookies of each request the names that everything behind knows, and sets those anew that are called as before. A layer
/// for [`axum::middleware::from_fn_with_state`].
pub(super) async fn know_cookies(
    State(hub): State<Arc<Hub>>,
    caller: Caller,
    mut request: Request,
    next: Next,
) -> Response {
    let olders = cookie::bare(request.headers_mut(), hub.transport(&caller));
    let mut response = next.run(request).await;
    cookie::set_anew(olders, response.headers_mut());
    response
}
