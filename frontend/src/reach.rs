//! Where other devices reach the server. A page that is open on the server's own machine asks: what stands in its address bar leads
//! whoever reads it to their own device.

use borsklokka_shared::screen::leads_nowhere;
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

/// Whether the address that the server hands out to staff's devices leads them nowhere, once it has said. What it prints and mails has that
/// address, whichever this page is open at.
pub fn hands_out_nothing() -> Signal<bool> {
    let is_nothing = RwSignal::new(false);
    spawn_local(async move {
        let told = request::read::<Addresses>("/api/v1/addresses").await;
        let _gone = is_nothing.try_set(told.is_ok_and(|told| leads_nowhere(&told.devices)));
    });
    is_nothing.into()
}

/// How an address falls short of what whoever is given it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// It leads everybody but the server's own machine nowhere.
    Nowhere,
    /// It is of the hall's network, and of this evening.
    InTheHall,
}

/// How an address that is handed out falls short, if it does: what is to be said beside it. `lasts` is what the server says of it.
pub fn falls_short(url: &str, lasts: bool) -> Option<Short> {
    if leads_nowhere(url) {
        return Some(Short::Nowhere);
    }
    (!lasts).then_some(Short::InTheHall)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_falls_short_by_is_the_worst_of_it() {
        for (url, lasts, short) in [
            (
                "http://127.0.0.1:8080/drammen/register",
                false,
                Some(Short::Nowhere),
            ),
            ("https://localhost/drammen/register", true, Some(Short::Nowhere)),
            (
                "http://192.168.1.5:8080/drammen/register",
                false,
                Some(Short::InTheHall),
            ),
            ("https://bors.example.org/drammen/register", true, None),
        ] {
            assert_eq!(falls_short(url, lasts), short, "{url}");
        }
    }
}
