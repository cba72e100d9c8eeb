//! The paired devices: who they are, whether they are there, and the way to send one out.

use std::time::Duration;

use borsklokka_shared::ids::DeviceId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use crate::desk::{Desk, TwicePressed};
use crate::request;
use crate::texts::office_texts;

/// How often the list is read again, in case nobody said that it changed.
const READ_EVERY: Duration = Duration::from_secs(10);

/// A paired device, as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Device {
    id: DeviceId,
    role: Role,
    name: String,
    last_seen: Instant,
    revoked: bool,
}

#[derive(Deserialize)]
struct Devices {
    devices: Vec<Device>,
}

/// The paired devices that may come in.
#[component]
pub fn Devices() -> impl IntoView {
    let desk = Desk::of_page();
    let t = office_texts();
    let url = StoredValue::new(format!("/api/v1/exchanges/{}/devices", desk.live.slug()));
    let devices = RwSignal::new(Vec::<Device>::new());
    let read = move || {
        spawn_local(async move {
            // One that fails is followed by another, and the connection's own mark tells of an outage.
            let Some(url) = url.try_get_value() else { return };
            if let Ok(Devices { devices: listed }) = request::read(&url).await {
                let _gone = devices.try_maybe_update(|devices| {
                    let listed: Vec<Device> = listed.into_iter().filter(|device| !device.revoked).collect();
                    let changed = *devices != listed;
                    *devices = listed;
                    (changed, ())
                });
            }
        });
    };
    let screens = desk.live.screens();
    Effect::new(move || {
        screens.track();
        read();
    });
    let reading = set_interval_with_handle(read, READ_EVERY);
    on_cleanup(move || {
        if let Ok(reading) = reading {
            reading.clear();
        }
    });
    let revoke = move |id: DeviceId| {
        desk.alert.set(None);
        spawn_local(async move {
            let url = format!("{}/{id}", url.get_value());
            match request::ask::<()>("DELETE", &url, &json!(null)).await {
                Ok(()) => read(),
                Err(trouble) => desk.warn(trouble.words(t.desk)),
            }
        });
    };
    view! {
        <section class="card">
            <h2 class="form-heading">{t.organiser.devices}</h2>
            {move || {
                devices
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="office-note">{t.organiser.no_devices}</p> })
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
    let t = office_texts();
    let live = Desk::of_page().live;
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
    let state = Memo::new(move |_| {
        if is_there.get() {
            t.organiser.connected.to_owned()
        } else {
            let ago_s = tick.get().ms_since(last_seen) / 1_000;
            t.organiser.last_seen(t.common.ago_s(ago_s))
        }
    });
    view! {
        <li class="device-row" data-testid="device-row" data-role=role.as_str() data-there=move || is_there.get().to_string()>
            <span>
                <b dir="auto">{name}</b>
                <small>{t.organiser.role_name(role)} " · " {state}</small>
            </span>
            <TwicePressed testid="revoke" press=move || revoke(id)>
                {t.organiser.revoke}
            </TwicePressed>
        </li>
    }
}
