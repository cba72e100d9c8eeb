//! Keeps the wall's screen from going to sleep, where the browser can (over https, or on this machine), and says how that
//! stands.

use std::time::Duration;

use borsklokka_shared::wire::WakeLock;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::EventTarget;

use crate::browser;
use crate::live::Live;

/// How often a lock that was refused or taken back is asked for again, in milliseconds.
const AGAIN_MS: u64 = 30_000;

/// The screen's lock.
#[derive(Clone, Copy)]
struct Awake {
    live: Live,
    state: StoredValue<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is not held.
    Free,
    /// The browser has not answered yet.
    Asked,
    /// It is held.
    Held,
}

/// Keeps the screen awake from now on, and tells staff whether it is. The lock is asked for whenever it is not held and the
/// page may have it: at the start, when the page is seen again, when the browser gave it back, at a touch, and now and then.
pub fn keep(live: Live) {
    let awake = Awake {
        live,
        state: StoredValue::new(State::Free),
    };
    for event in ["visibilitychange", "pageshow", "pointerdown", "keydown"] {
        window_event_listener_untyped(event, move |_| awake.ask());
    }
    set_interval(move || awake.ask(), Duration::from_millis(AGAIN_MS));
    awake.ask();
}

impl Awake {
    fn ask(self) {
        if self.state.get_value() != State::Free {
            return;
        }
        if browser::is_hidden() {
            return self.tell(WakeLock::Released);
        }
        let Some(promise) = request() else {
            return self.tell(WakeLock::Unavailable);
        };
        self.state.set_value(State::Asked);
        spawn_local(async move {
            match JsFuture::from(promise).await {
                Ok(sentinel) => self.hold(&sentinel),
                Err(_) => {
                    self.state.set_value(State::Free);
                    self.tell(WakeLock::Refused);
                }
            }
        });
    }

    fn hold(self, sentinel: &JsValue) {
        self.state.set_value(State::Held);
        self.tell(WakeLock::Held);
        let released = Closure::once_into_js(move || {
            self.state.set_value(State::Free);
            self.tell(WakeLock::Released);
            self.ask();
        });
        let listens = sentinel
            .unchecked_ref::<EventTarget>()
            .add_event_listener_with_callback("release", released.unchecked_ref());
        // Only what is no event target would refuse.
        debug_assert!(listens.is_ok());
    }

    fn tell(self, lock: WakeLock) {
        self.live.report(|status| {
            status.wake_lock = Some(lock);
            status.awake = Some(lock == WakeLock::Held);
        });
    }
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
