//! Where other devices reach the server. A page that is open on the server's own machine asks: what stands in its address bar leads
//! whoever reads it to their own device.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use crate::{browser, request};

/// What the server says.
#[derive(Deserialize)]
struct Addresses {
    devices: String,
    guests: String,
}

/// Who is led there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Staff's devices.
    Devices,
    /// Guests' phones.
    Guests,
}

/// The host and port at which they reach the server; none until that is known. It is this machine's own if nobody else reaches it.
pub fn host_for(whom: Whom) -> Signal<Option<String>> {
    let own = browser::host();
    let is_own = browser::is_this_machine(&own);
    let host = RwSignal::new((!is_own).then(|| own.clone()));
    if is_own {
        spawn_local(async move {
            let told = request::read::<Addresses>("/api/v1/addresses").await.ok();
            let told = told.and_then(|told| {
                let url = match whom {
                    Whom::Devices => told.devices,
                    Whom::Guests => told.guests,
                };
                Some(url.split_once("://")?.1.to_owned())
            });
            let _gone = host.try_set(Some(told.unwrap_or(own)));
        });
    }
    host.into()
}
