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

use crate::access::cookie::Transport;
use crate::api::{Caller, Channel};
use crate::hub::Hub;

/// How cookies may travel that are set for a caller. Plain http on the server's own machine stays without `Secure`, also where
/// the hall comes over TLS: not every browser would keep the cookie.
fn transport(hub: &Hub, caller: &Caller) -> Transport {
    match caller.peer.channel {
        Channel::Tls | Channel::ProxiedTls => Transport::Tls,
        Channel::Plain | Channel::ProxiedPlain if hub.is_behind_tls() => Transport::Tls,
        Channel::Plain | Channel::ProxiedPlain => Transport::Plain,
    }
}
