//! How much of the page is seen: a keyboard on the glass covers half of it, and on some tablets the page is not told.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::Intake;
use crate::browser;
use crate::texts::texts;

/// Less than this, in pixels, is little: the header and the button would take most of it.
const LITTLE_PX: f64 = 480.0;
/// What a pixel more or less than whole is.
const SLACK_PX: f64 = 2.0;

/// How much is seen, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    height_px: RwSignal<f64>,
    /// Whether that is little.
    pub(super) is_little: Memo<bool>,
}

impl Seen {
    /// Follows what the browser says, for the styles too.
    pub(super) fn follow() -> Self {
        let height_px = RwSignal::new(height());
        let measure = move || {
            let _gone = height_px.try_set(height());
        };
        let resized = window_event_listener(ev::resize, move |_| measure());
        on_cleanup(move || resized.remove());
        if let Some(viewport) = window().visual_viewport() {
            let changed = Closure::<dyn Fn()>::new(measure);
            viewport.set_onresize(Some(changed.as_ref().unchecked_ref()));
            // The page's only one.
            changed.forget();
        }
        Effect::new(move || browser::set_root_property("--seen-height", &format!("{}px", height_px.get())));
        Self {
            height_px,
            is_little: Memo::new(move |_| height_px.get() < LITTLE_PX),
        }
    }
}

fn height() -> f64 {
    let viewport = window().visual_viewport();
    // A page that was made larger by two fingers shows less of itself, and no keyboard.
    let seen = viewport.map(|viewport| viewport.height() * viewport.scale());
    let page = || window().inner_height().ok().and_then(|height| height.as_f64());
    seen.or_else(page).unwrap_or_default()
}

/// Says that the form goes on below the button, or the button below what is seen; a tap goes there. It comes last in the
/// form, in the row of the button.
#[component]
pub fn MoreBelow(has_more: RwSignal<bool>) -> impl IntoView {
    let intake = Intake::of_page();
    let seen: Seen = expect_context();
    let t = texts().broker();
    let measure = move || {
        if let Some(more) = is_more_below(seen.height_px.get_untracked(), seen.is_little.get_untracked())
            && has_more.try_get_untracked() == Some(!more)
        {
            has_more.set(more);
        }
    };
    let scrolled = window_event_listener(ev::scroll, move |_| measure());
    on_cleanup(move || scrolled.remove());
    Effect::new(move || {
        seen.height_px.track();
        intake.draft.track();
        intake.wrong.track();
        intake.question.track();
        intake.turned.track();
        request_animation_frame(measure);
    });
    view! {
        <Show when=move || has_more.get()>
            <button type="button" class="more-below" data-testid="more-below" on:click=move |_| go_down()>
                {t.more_below} <span aria-hidden="true">" ↓"</span>
            </button>
        </Show>
    }
}

fn rect(selector: &str) -> Option<web_sys::DomRect> {
    let element = document().query_selector(selector).ok().flatten()?;
    Some(element.get_bounding_client_rect())
}

fn is_more_below(height_px: f64, is_little: bool) -> Option<bool> {
    let row = rect(".post-row")?;
    let is_more = if is_little {
        rect(".post")?.bottom() > height_px + SLACK_PX
    } else {
        rect(".form-end")?.bottom() > row.top() + SLACK_PX
    };
    Some(is_more)
}

fn go_down() {
    let Some(end) = document().query_selector(".form-end").ok().flatten() else {
        return;
    };
    let middle = web_sys::ScrollIntoViewOptions::new();
    middle.set_block(web_sys::ScrollLogicalPosition::Center);
    end.scroll_into_view_with_scroll_into_view_options(&middle);
}
