//! The paired devices: who they are, whether they are there, and the way to send one out.

use borsklokka_shared::ids::DeviceId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::office::{Device, Office};
use crate::desk::TwicePressed;
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
    let state = Memo::new(move |_| {
        if is_there.get() {
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
                <small>{t.organiser().role_name(role)} " · " {state}</small>
            </span>
            <TwicePressed testid="revoke" press=move || revoke(id)>
                {t.organiser().revoke}
            </TwicePressed>
        </li>
    }
}
