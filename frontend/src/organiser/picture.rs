//! A picture of the exchange: chosen from the device's files, made as small as the screens need it, sent to the server, and named by the id it was sent under.

use borsklokka_shared::ids::PictureId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, File};

use crate::browser;
use crate::desk::Desk;
use crate::organiser::choose_file::ChooseFile;
use crate::request;
use crate::texts::organiser::staging;

/// What may be chosen.
const KINDS: &str = "image/png,image/jpeg,image/webp,image/svg+xml";

/// The longest side of a picture, in pixels: a quarter of a projector's picture.
const SIDE_PX_MAX: u32 = 960;
/// What is sent as it is, in bytes: the server takes somewhat more.
const BYTES_KEPT: u32 = 400 * 1_024;

#[wasm_bindgen(module = "/src/organiser/shrink.js")]
extern "C" {
    /// The picture itself if it is small, else a smaller one.
    #[wasm_bindgen(catch)]
    async fn shrunk(file: &File, side: u32, bytes: u32) -> Result<JsValue, JsValue>;
}

/// Chooses a picture, shows it, and lets it go.
#[component]
pub fn Picture(
    /// Joins label and control; tests call it so.
    #[prop(into)]
    id: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// Which picture it is.
    picture: RwSignal<Option<PictureId>>,
) -> impl IntoView {
    let desk = Desk::of_page();
    let t = staging();
    let cut_off = desk.is_cut_off();
    let is_sent = RwSignal::new(false);
    let address = move |id: PictureId| format!("/api/v1/exchanges/{}/pictures/{id}", desk.live.slug());
    let send = move |file: File| {
        desk.alert.set(None);
        is_sent.set(true);
        let id = PictureId(browser::fresh_uuid());
        spawn_local(async move {
            // What the browser cannot read is the server's to refuse, in words.
            let small = shrunk(&file, SIDE_PX_MAX, BYTES_KEPT).await.ok();
            let small = small.and_then(|small| small.dyn_into::<Blob>().ok());
            let sent = request::upload(&address(id), small.as_ref().unwrap_or(&file)).await;
            let _gone = is_sent.try_set(false);
            match sent {
                Ok(()) => {
                    let _gone = picture.try_set(Some(id));
                }
                Err(trouble) => desk.warn_of(trouble),
            }
        });
    };
    let for_id = id.clone();
    view! {
        <div class="field picture">
            <label class="field-label" for=for_id>
                {label}
            </label>
            <div class="picture-line">
                {move || {
                    picture
                        .get()
                        .map(|id| view! { <img class="picture-shown" src=address(id) alt="" data-testid="picture" /> })
                }}
                <ChooseFile id accept=KINDS disabled=Signal::derive(move || cut_off.get() || is_sent.get()) chosen=send />
                <button
                    type="button"
                    class="row-act"
                    hidden=move || picture.get().is_none()
                    on:click=move |_| picture.set(None)
                >
                    {t.no_picture}
                </button>
            </div>
        </div>
    }
}
