//! What the app asks of the browser that holds it: clocks, chance, the address, the languages.

use borsklokka_shared::instant::Instant;
pub use borsklokka_shared::screen::is_this_machine;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};

/// This device's monotonic clock, in milliseconds since the page was loaded.
pub fn monotonic_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// This device's own guess of the time. Use `Live::now` wherever the server's clock can be known.
pub fn device_time() -> Instant {
    Instant::from_unix_ms(js_sys::Date::now() as i64)
}

/// From 0 to below 1.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// A new random id. Works without TLS, where the browser's own `randomUUID` does not.
pub fn fresh_uuid() -> Uuid {
    let mut bytes = [0; 16];
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok())
        .expect("every browser that runs WebAssembly has getRandomValues");
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// The page's path, such as `/drammen/wall`.
pub fn path() -> String {
    web_sys::window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_default()
}

/// The page's query, such as `?lang=en`.
pub fn query() -> String {
    web_sys::window()
        .and_then(|window| window.location().search().ok())
        .unwrap_or_default()
}

/// Where this page is on its server: path, query and what follows `#`.
pub fn here() -> String {
    format!("{}{}{}", path(), query(), fragment())
}

/// The server's name and port, such as `192.168.1.20:8080`.
pub fn host() -> String {
    web_sys::window()
        .and_then(|window| window.location().host().ok())
        .unwrap_or_default()
}

/// Puts a text on the clipboard. Gives whether the browser let it: over plain http there is none.
pub async fn copy(text: &str) -> bool {
    let clipboard = web_sys::window()
        .and_then(|window| js_sys::Reflect::get(&window.navigator(), &"clipboard".into()).ok());
    let written = clipboard.and_then(|clipboard| {
        let write = js_sys::Reflect::get(&clipboard, &"writeText".into()).ok()?;
        let write: js_sys::Function = write.dyn_into().ok()?;
        let promise = write.call1(&clipboard, &text.into()).ok()?;
        promise.dyn_into::<js_sys::Promise>().ok()
    });
    match written {
        Some(written) => wasm_bindgen_futures::JsFuture::from(written).await.is_ok(),
        None => false,
    }
}

/// What follows `#` in the page's address, with it.
pub fn fragment() -> String {
    web_sys::window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// Leaves this page for another of this origin.
pub fn go(address: &str) {
    if let Some(window) = web_sys::window() {
        // Only an address of another origin could be refused.
        let _begun = window.location().assign(address);
    }
}

/// Leaves this page for another of this origin, which takes its place: going back does not come here again.
pub fn go_instead(address: &str) {
    if let Some(window) = web_sys::window() {
        // Only an address of another origin could be refused.
        let _begun = window.location().replace(address);
    }
}

/// Whether somebody came to this page by going back or forward.
pub fn was_gone_back_to() -> bool {
    let kind = web_sys::window()
        .and_then(|window| window.performance())
        .map(|performance| performance.get_entries_by_type("navigation").get(0))
        .and_then(|entry| js_sys::Reflect::get(&entry, &"type".into()).ok())
        .and_then(|kind| kind.as_string());
    kind.as_deref() == Some("back_forward")
}

/// The browser's language, such as `nb-NO`.
pub fn language_tag() -> String {
    web_sys::window()
        .and_then(|window| window.navigator().language())
        .unwrap_or_default()
}

/// Whether the person asked for less motion.
pub fn wants_less_motion() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok())
        .flatten()
        .is_some_and(|query| query.matches())
}

/// An attribute of the page's root.
pub fn root_attribute(name: &str) -> Option<String> {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
        .and_then(|root| root.get_attribute(name))
}

/// Sets an attribute of the page's root.
pub fn set_root_attribute(name: &str, value: &str) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        root.set_attribute(name, value)
            .expect("the app's attribute names are valid");
    }
}

/// Sets a custom property of the page's root, such as `--brass`.
pub fn set_root_property(name: &str, value: &str) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
        .and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(root) = root {
        // Only a misspelt name could fail.
        let _set = web_sys::HtmlElement::style(&root).set_property(name, value);
    }
}

/// What this browser was told to keep under a name.
pub fn kept(name: &str) -> Option<String> {
    let storage = web_sys::window()?.local_storage().ok().flatten()?;
    storage.get_item(name).ok().flatten()
}

/// Keeps something under a name, on this browser alone. One that keeps nothing asks again next time.
pub fn keep(name: &str, value: &str) {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    if let Some(storage) = storage {
        let _kept = storage.set_item(name, value);
    }
}

/// Forgets what this browser was told to keep under a name.
pub fn forget(name: &str) {
    let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
    if let Some(storage) = storage {
        let _forgotten = storage.remove_item(name);
    }
}

/// Takes the query off the page's address. Nothing is loaded.
pub fn forget_query() {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        // Only an address of another origin could be refused.
        let _written =
            history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{}{}", path(), fragment())));
    }
}

/// Asks the browser to keep what this origin has on its disk though it is short of room. It decides, or asks the person.
pub fn persist() {
    // Not offered without TLS.
    let manager = web_sys::window()
        .and_then(|window| js_sys::Reflect::get(&window.navigator(), &"storage".into()).ok())
        .and_then(|manager| manager.dyn_into::<web_sys::StorageManager>().ok());
    if let Some(manager) = manager {
        let _asked = manager.persist();
    }
}

/// Lets the person keep a text as a file.
///
/// # Errors
/// If the browser does not allow it.
pub fn save_file(name: &str, text: &str) -> Result<(), JsValue> {
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(JsValue::NULL)?;
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type("application/json");
    let parts = js_sys::Array::of1(&text.into());
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &kind)?;
    let address = web_sys::Url::create_object_url_with_blob(&blob)?;
    let link: web_sys::HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    web_sys::Url::revoke_object_url(&address)
}

/// The page's title, as the tab shows it.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Takes away what the page itself painted before its app stood, by its id.
pub fn take_away(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(first) = document.and_then(|document| document.get_element_by_id(id)) {
        first.remove();
    }
}

/// The page's size, in CSS pixels.
pub fn size() -> Option<(u32, u32)> {
    let window = web_sys::window()?;
    let pixels = |side: Result<JsValue, JsValue>| side.ok()?.as_f64().map(|pixels| pixels as u32);
    Some((pixels(window.inner_width())?, pixels(window.inner_height())?))
}

/// Fills the screen with the page, where the browser lets it; call it from a touch.
pub fn fill_screen() {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        // Refused in a frame and on some phones: the page then stays as it is.
        let _asked = root.request_fullscreen();
    }
}

/// What the tab keeps under a name, for as long as it lives.
pub fn session_item(name: &str) -> Option<String> {
    session_storage()?.get_item(name).ok().flatten()
}

/// Keeps something in the tab, for as long as it lives.
pub fn keep_for_session(name: &str, value: &str) {
    if let Some(storage) = session_storage() {
        // A browser that keeps nothing asks again after a reload.
        let _kept = storage.set_item(name, value);
    }
}

fn session_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Loads the app anew, at most once in `RELOAD_EVERY_MS`: a server that is older than the app must not make it spin.
pub fn reload() {
    // Whole milliseconds: reading and writing fractions would make a first visit larger.
    let now_ms = js_sys::Date::now() as i64;
    let last_ms = session_item(RELOADED_AT)
        .and_then(|text| text.parse::<i64>().ok())
        .unwrap_or(0);
    let wait_ms = last_ms
        .saturating_add(RELOAD_EVERY_MS)
        .saturating_sub(now_ms)
        .clamp(0, RELOAD_EVERY_MS);
    leptos::leptos_dom::helpers::set_timeout(
        move || {
            // A browser that keeps nothing reloads at once each time.
            keep_for_session(RELOADED_AT, &device_time().unix_ms.to_string());
            if let Some(window) = web_sys::window() {
                let _begun = window.location().reload();
            }
        },
        std::time::Duration::from_millis(wait_ms as u64),
    );
}

/// Whether the device itself says that it has no network.
pub fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

/// Whether nobody can see this page: another tab or window lies over it, or the screen is off.
pub fn is_hidden() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}

/// Whether nobody works with this page: it has just been opened, or it is out of sight.
pub fn is_unused() -> bool {
    is_hidden() || monotonic_ms() < JUST_OPENED_MS
}

/// How long a page has just been opened, in milliseconds.
const JUST_OPENED_MS: f64 = 10_000.0;

const RELOADED_AT: &str = "reloaded_at";
/// Shortest time between two reloads, in milliseconds.
const RELOAD_EVERY_MS: i64 = 15_000;
