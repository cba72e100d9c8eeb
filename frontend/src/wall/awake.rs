//! Keeps the wall's screen from going to sleep, where the browser can (over https, or on this machine).

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::live::Live;

/// Keeps the screen awake from now on, and tells staff whether it is. A browser takes the lock back when its tab is hidden:
/// it is asked for again when it is seen.
pub fn keep(live: Live) {
    window_event_listener_untyped("visibilitychange", move |_| ask(live));
    ask(live);
}

fn ask(live: Live) {
    spawn_local(async move {
        let is_awake = match request() {
            Some(promise) => JsFuture::from(promise).await.is_ok(),
            None => false,
        };
        live.report(|status| status.awake = Some(is_awake));
    });
}

/// `navigator.wakeLock.request('screen')`.
fn request() -> Option<Promise> {
    let lock = Reflect::get(&window().navigator(), &"wakeLock".into()).ok()?;
    let request = Reflect::get(&lock, &"request".into()).ok()?;
    let promise = request
        .dyn_ref::<Function>()?
        .call1(&lock, &JsValue::from("screen"))
        .ok()?;
    promise.dyn_into().ok()
}
