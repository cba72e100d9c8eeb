//! The paired devices: who they are, whether they are there, and the way to send one out.

use borsklokka_shared::ids::DeviceId;
use borsklokka_shared::instant::Instant;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::office::{Device, Office};
use crate::desk::TwicePressed;
use crate::evening::called;
use crate::request;
use crate::texts::texts;

/// The paired devices that may come in.
#[component]
pub fn Devices() -> impl IntoView {
    let office = Office::of_page();
    let desk = office.desk;
    let t = texts();
    let listed = office.devices();
    let devices = Memo::new(move |_| {
        let listed = listed.get().unwrap_or_default().into_iter();
        listed.filter(|device| !device.revoked).collect::<Vec<_>>()
    });
    let revoke = move |id: DeviceId| {
        desk.alert.set(None);
        spawn_local(async move {
            let url = office.url(&format!("devices/{id}"));
            match request::ask::<()>("DELETE", &url, &json!(null)).await {
                Ok(()) => office.read_devices(),
                Err(trouble) => desk.warn(trouble.words(t.desk())),
            }
        });
    };
    view! {
        <section class="card">
            <h2 class="form-heading">{t.organiser().devices}</h2>
            {move || {
                devices
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="office-note">{t.organiser().no_devices}</p> })
            }}
            <ul class="device-list">
                <For each=move || devices.get() key=|device| (device.id, device.name.clone()) let(device)>
                    <DeviceRow device revoke=move |id| revoke(id) />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn DeviceRow(device: Device, revoke: impl Fn(DeviceId) + 'static) -> impl IntoView {
    let t = texts();
    let live = Office::of_page().desk.live;
    let (screens, tick) = (live.screens(), live.tick());
    let Device {
        id,
        role,
        name,
        last_seen,
        ..
    } = device;
    let is_there =
        Memo::new(move |_| screens.with(|screens| screens.iter().any(|screen| screen.device == Some(id))));
    // What the server said of it is as old as the page. Whoever goes meanwhile was last seen then.
    let seen = Memo::new(move |before: Option<&(bool, Instant)>| {
        let is_there = is_there.get();
        (
            is_there,
            seen_last(before.copied(), is_there, last_seen, tick.get_untracked()),
        )
    });
    let state = Memo::new(move |_| {
        let (is_there, last_seen) = seen.get();
        if is_there {
            t.organiser().connected.to_owned()
        } else {
            let ago_s = tick.get().ms_since(last_seen) / 1_000;
            t.organiser().last_seen(t.common().ago_s(ago_s))
        }
    });
    view! {
        <li class="device-row" data-testid="device-row" data-role=role.as_str() data-there=move || is_there.get().to_string()>
            <span>
                <b dir="auto">{name}</b>
                <small dir="auto">{move || called(live, role, t.organiser().role_name(role))} " · " {state}</small>
            </span>
            <TwicePressed testid="revoke" press=move || revoke(id)>
                {t.organiser().revoke}
            </TwicePressed>
        </li>
    }
}

/// When a device was last seen, as this page knows it: now, if it is there or goes now; else as before, or as the server said at first.
fn seen_last(before: Option<(bool, Instant)>, is_there: bool, said: Instant, now: Instant) -> Instant {
    match before {
        Some((false, seen)) if !is_there => seen,
        None if !is_there => said,
        Some(_) | None => now.max(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_goes_while_the_page_is_open_was_last_seen_then() {
        let at = |minute: i64| Instant::from_unix_ms(minute * 60_000);
        let said = at(0);
        let mut seen = None;
        for (minute, is_there, expected) in [
            (5, false, 0),
            (6, true, 6),
            (21, false, 21),
            (36, false, 21),
            (40, true, 40),
        ] {
            let last = seen_last(seen, is_there, said, at(minute));
            assert_eq!(last, at(expected), "minute {minute}");
            seen = Some((is_there, last));
        }
        assert_eq!(
            seen_last(None, false, at(9), at(3)),
            at(9),
            "a clock that is behind"
        );
    }
}
