//! The desks' apps on the device: a worker keeps every file of them, so that a tablet starts with no network.
//!
//! A new version waits until the outbox is empty and nothing is being written. Without TLS browsers offer no worker, except on
//! the server's own machine: then the app only lives as long as its page, and says so.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use borsklokka_shared::screen::Address;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RegistrationOptions, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration};

use crate::browser;

const WORKER: &str = "/sw.js";
/// What lets a waiting worker in.
const ACTIVATE: &str = "activate";
/// What lets a worker keep the app that asks, beside those that it keeps already.
const KEEP: &str = "keep";
/// How often a page looks whether a new version may come in, in milliseconds.
const LOOK_EVERY_MS: u64 = 2_000;
/// How often it asks the server for a new version, in looks.
const LOOKS_AN_ASK: u32 = 300;

/// Whether this device can start without a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offline {
    /// The worker has not said yet.
    Preparing,
    /// It can.
    Ready,
    /// It cannot: the page came over plain http.
    NotSecure,
    /// It cannot: the browser refused.
    Refused,
}

impl Offline {
    /// The state's name in tests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Offline::Preparing => "preparing",
            Offline::Ready => "ready",
            Offline::NotSecure => "not_secure",
            Offline::Refused => "refused",
        }
    }
}

/// Keeps the app on this device; `is_free` says whether nothing would be interrupted by a new version.
pub fn start(is_free: impl Fn() -> bool + 'static) -> Signal<Offline> {
    let state = RwSignal::new(Offline::Preparing);
    let Some(workers) = workers() else {
        state.set(Offline::NotSecure);
        return state.into();
    };
    // The screen is made anew in another language: then what is asked here is gone.
    let is_over = Arc::new(AtomicBool::new(false));
    on_cleanup({
        let is_over = Arc::clone(&is_over);
        move || is_over.store(true, Ordering::Relaxed)
    });
    // The first worker takes over the page that brought it; the next one brings another app.
    let kept = Cell::new(workers.controller().is_some());
    let changed = Rc::new(Cell::new(false));
    let has_changed = Rc::clone(&changed);
    let on_change = move || {
        if kept.replace(true) {
            has_changed.set(true);
        }
    };
    let on_change = Closure::<dyn FnMut()>::new(on_change).into_js_value();
    workers.set_oncontrollerchange(Some(on_change.unchecked_ref()));
    spawn_local(async move {
        let registration = match register(&workers).await {
            Ok(registration) => registration,
            Err(error) => {
                web_sys::console::warn_1(&error);
                let _gone = state.try_set(Offline::Refused);
                return;
            }
        };
        let looking = Rc::new(Cell::new(None::<IntervalHandle>));
        let looks = Cell::new(0_u32);
        let own = Rc::clone(&looking);
        let look = move || {
            if is_over.load(Ordering::Relaxed) {
                if let Some(looking) = own.take() {
                    looking.clear();
                }
                return;
            }
            if let (Some(worker), Offline::Preparing) = (registration.active(), state.get_untracked()) {
                spawn_local(async move {
                    if is_kept().await {
                        let _gone = state.try_set(Offline::Ready);
                    } else {
                        say(&worker, KEEP);
                    }
                });
            }
            looks.set(looks.get() + 1);
            if looks.get().is_multiple_of(LOOKS_AN_ASK) {
                // A failure is a network that is gone: it is asked again.
                let _asked = registration.update();
            }
            if !is_free() {
                return;
            }
            if changed.get() {
                browser::reload();
            } else if let Some(waiting) = registration.waiting() {
                let_in(&waiting);
            }
        };
        look();
        looking.set(set_interval_with_handle(look, Duration::from_millis(LOOK_EVERY_MS)).ok());
    });
    state.into()
}

/// Loads the newest app, whatever is under way: the server speaks of what this one does not know.
pub fn renew() {
    spawn_local(async {
        if let Some(workers) = workers()
            && let Err(error) = take_newest(&workers).await
        {
            web_sys::console::warn_1(&error);
        }
        browser::reload();
    });
}

async fn take_newest(workers: &ServiceWorkerContainer) -> Result<(), JsValue> {
    let registration = register(workers).await?;
    JsFuture::from(registration.update()?).await?;
    if let Some(worker) = registration.waiting().or_else(|| registration.installing()) {
        let_in(&worker);
    }
    Ok(())
}

async fn register(workers: &ServiceWorkerContainer) -> Result<ServiceWorkerRegistration, JsValue> {
    let options = RegistrationOptions::new();
    options.set_update_via_cache(web_sys::ServiceWorkerUpdateViaCache::None);
    JsFuture::from(workers.register_with_options(WORKER, &options))
        .await?
        .dyn_into()
}

/// Whether this page's app lies on the device; that of an app that never does, whether the worker is there.
async fn is_kept() -> bool {
    let Some(page) = Address::of_path(&browser::path()).app().kept_page() else {
        return true;
    };
    let Some(caches) = web_sys::window().and_then(|window| window.caches().ok()) else {
        return false;
    };
    let found = JsFuture::from(caches.match_with_str(page)).await;
    found.is_ok_and(|found| !found.is_undefined())
}

fn let_in(worker: &ServiceWorker) {
    say(worker, ACTIVATE);
}

fn say(worker: &ServiceWorker, what: &str) {
    if let Err(error) = worker.post_message(&what.into()) {
        web_sys::console::warn_1(&error);
    }
}

/// The browser's workers; none if the page is not in a secure context.
fn workers() -> Option<ServiceWorkerContainer> {
    let window = web_sys::window()?;
    if !window.is_secure_context() {
        return None;
    }
    let workers = js_sys::Reflect::get(&window.navigator(), &"serviceWorker".into()).ok()?;
    workers.dyn_into().ok()
}
