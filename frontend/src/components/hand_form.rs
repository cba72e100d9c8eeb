//! A form that only its button sends. On the glass Return sits where the thumb falls, and what it would send is seen by a
//! hall: so it goes to the next field, and from the last one the keyboard goes away.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use super::focus::focus;

/// What is typed in, in the order of the page.
const FIELDS: &str = "input:not([type=checkbox]):not([type=radio]):not([type=hidden]), textarea";

/// A form whose button, of the type `button`, is pressed to send it. Return sends nothing, whatever is held with it; while a
/// word is being composed it belongs to the composing.
#[component]
pub fn HandForm(
    /// How it looks.
    class: &'static str,
    /// What a reader of screens calls it.
    #[prop(optional, into)]
    label: Option<String>,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <form
            class=class
            aria-label=label
            novalidate
            on:submit=move |event| event.prevent_default()
            on:keydown=move |event| on_return(&event)
            on:focusin=move |event| {
                if let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
                    say_what_return_does(&field);
                }
            }
        >
            {children()}
        </form>
    }
}

fn on_return(event: &KeyboardEvent) {
    let is_taken = event.default_prevented() || event.is_composing();
    if event.key() != "Enter" || is_taken {
        return;
    }
    let Some(field) = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    // Buttons, links and lists to choose from keep their Return.
    if !is_field(&field) {
        return;
    }
    event.prevent_default();
    match next(&field) {
        Some(next) => focus(&next),
        None => {
            let _gone = field.blur();
        }
    }
}

fn is_field(element: &HtmlElement) -> bool {
    element.matches(FIELDS) == Ok(true) || element.dyn_ref::<HtmlInputElement>().is_some()
}

/// The key on the glass says what it does.
fn say_what_return_does(field: &HtmlElement) {
    if field.matches(FIELDS) != Ok(true) {
        return;
    }
    let does = if next(field).is_some() { "next" } else { "done" };
    if let Err(error) = field.set_attribute("enterkeyhint", does) {
        web_sys::console::warn_1(&error);
    }
}

/// The next field that can be typed in.
fn next(field: &HtmlElement) -> Option<HtmlElement> {
    let form = field.closest("form").ok().flatten()?;
    let fields = form.query_selector_all(FIELDS).ok()?;
    let all = (0..fields.length()).filter_map(|at| fields.item(at)?.dyn_into::<HtmlElement>().ok());
    all.skip_while(|other| other != field)
        .skip(1)
        .find(|other| other.offset_parent().is_some() && !other.has_attribute("disabled"))
}
