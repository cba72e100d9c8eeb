//! The wall as it is, small: the hall's own page in a frame of a projector's size, scaled to the column. It is for looking
//! only: it takes no focus and no touch, and makes no sound.

use borsklokka_shared::screen::Screen;
use leptos::html;
use leptos::prelude::*;

use crate::desk::Desk;
use crate::texts::texts;

/// The frame's width, in CSS pixels: a projector's, so that the preview breaks its lines where the wall does.
const WIDTH_PX: i32 = 1280;
/// Its height.
const HEIGHT_PX: i32 = 720;

/// The wall, small, and the way to the whole one.
#[component]
pub fn Preview() -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts().moderator();
    let wall = Screen::Wall.path(&desk.live.slug());
    let place = NodeRef::<html::Div>::new();
    let scale = RwSignal::new(0.0);
    let measure = move || {
        if let Some(place) = place.get_untracked() {
            scale.set(f64::from(place.client_width()) / f64::from(WIDTH_PX));
        }
    };
    Effect::new(move || {
        if place.get().is_some() {
            measure();
        }
    });
    // Without the network it would be the browser's own page; once it is there it comes back by itself.
    let cut_off = desk.is_cut_off();
    let is_there = Memo::new(move |before: Option<&bool>| before == Some(&true) || !cut_off.get());
    let resized = window_event_listener_untyped("resize", move |_| measure());
    on_cleanup(move || resized.remove());
    view! {
        <section class="panel">
            <div class="panel-head">
                <h2>{t.preview}</h2>
                <a class="panel-link" href=wall.clone() target="_blank" data-testid="open-wall">
                    {t.open_wall}
                </a>
            </div>
            <div
                class="preview"
                node_ref=place
                inert=true
                aria-hidden="true"
                style:--preview-width=format!("{WIDTH_PX}px")
                style:--preview-height=format!("{HEIGHT_PX}px")
                style:--preview-scale=move || format!("{:.4}", scale.get())
            >
                {move || {
                    is_there
                        .get()
                        .then(|| {
                            view! {
                                <iframe
                                    class="preview-frame"
                                    data-testid="preview"
                                    src=format!("{wall}?preview=1")
                                    title=t.preview
                                    tabindex="-1"
                                ></iframe>
                            }
                        })
                }}
            </div>
        </section>
    }
}
