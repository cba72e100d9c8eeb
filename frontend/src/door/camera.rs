//! The camera at the door, where the browser reads codes by itself. Elsewhere a scanner that types, or a thumb, does.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::HtmlVideoElement;

use crate::texts::texts;

#[wasm_bindgen(module = "/src/door/scan.js")]
extern "C" {
    /// Whether this browser reads codes, and may use a camera here.
    #[wasm_bindgen(js_name = canScan)]
    fn can_scan() -> bool;
    /// Shows the camera, and tells each code that it sees.
    #[wasm_bindgen(catch)]
    async fn begin(video: &HtmlVideoElement, found: &js_sys::Function) -> Result<(), JsValue>;
    /// Lets the camera go.
    fn end(video: &HtmlVideoElement);
}

/// The button that opens the camera, and what it sees.
#[component]
pub fn Camera(
    /// Called with each code that is seen.
    #[prop(into)]
    found: Callback<String>,
) -> impl IntoView {
    let t = texts().door();
    let is_open = RwSignal::new(false);
    let fault = RwSignal::new(false);
    can_scan().then(|| {
        view! {
            <button
                type="button"
                class="paper-button"
                data-testid="door-camera"
                aria-pressed=move || is_open.get().to_string()
                on:click=move |_| {
                    fault.set(false);
                    is_open.update(|is_open| *is_open = !*is_open);
                }
            >
                {move || if is_open.get() { t.camera_stop } else { t.camera }}
            </button>
            {move || is_open.get().then(|| view! { <Picture found is_open fault /> })}
            <p class="entrance-note" role="status">{move || fault.get().then_some(t.camera_denied)}</p>
        }
    })
}

#[component]
fn Picture(found: Callback<String>, is_open: RwSignal<bool>, fault: RwSignal<bool>) -> impl IntoView {
    let video = NodeRef::<html::Video>::new();
    let tell = Closure::<dyn Fn(String)>::new(move |code| found.run(code)).into_js_value();
    Effect::new(move || {
        let Some(video) = video.get() else { return };
        let tell = tell.clone();
        spawn_local(async move {
            if let Err(error) = begin(&video, tell.unchecked_ref()).await {
                web_sys::console::warn_1(&error);
                let _gone = fault.try_set(true);
                let _gone = is_open.try_set(false);
            }
        });
    });
    on_cleanup(move || {
        if let Some(video) = video.try_get_untracked().flatten() {
            end(&video);
        }
    });
    view! { <video class="entrance-camera" node_ref=video muted=true playsinline=true data-testid="door-picture"></video> }
}
