//! A field of a form: its label, the control, and what is wrong with it, in words.
//!
//! No field cuts what is typed or pasted: what is too long stays whole, and the field says by how much.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::focus::focus;
use crate::texts::texts;

/// How close to its limit a text is counted, in characters, and as a part of the limit: whichever is less.
const COUNTED_FROM: usize = 20;
const COUNTED_FROM_PART: usize = 8;

/// A field to write in.
#[component]
pub fn TextField(
    /// Joins label, control and error; one of its kind on the page.
    id: &'static str,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What tests call the control.
    #[prop(optional)]
    testid: &'static str,
    /// The kind of control, as HTML names it.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the keyboard shows, as HTML names it.
    #[prop(default = "text")]
    keyboard: &'static str,
    /// Most characters that are taken; what is longer stays, and the field says so.
    #[prop(default = 200)]
    chars_max: usize,
    /// What a browser may fill in, as HTML names it.
    #[prop(default = "off")]
    filled_as: &'static str,
    /// Shown while nothing is written.
    #[prop(optional)]
    hint: &'static str,
    /// Takes the focus when the field appears.
    #[prop(optional)]
    focused: bool,
    /// Grows with what is written, so that all of it is seen.
    #[prop(optional)]
    grows: bool,
    /// What is written.
    #[prop(into)]
    value: Signal<String>,
    /// Called with every change.
    write: impl Fn(String) + 'static,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let is_wrong = Signal::derive(move || error.with(Option::is_some));
    let control = if grows {
        view! { <LongText id testid hint focused value write wrong=is_wrong /> }.into_any()
    } else {
        let control = NodeRef::<html::Input>::new();
        if focused {
            Effect::new(move || {
                if let Some(control) = control.get() {
                    focus(&control);
                }
            });
        }
        view! {
            <input
                class="field-input"
                node_ref=control
                id=id
                type=kind
                inputmode=keyboard
                placeholder=hint
                autocomplete=filled_as
                dir="auto"
                data-testid=testid
                aria-invalid=move || is_wrong.get().to_string()
                aria-describedby=move || is_wrong.get().then(|| format!("{id}-error"))
                prop:value=move || value.get()
                on:input=move |event| write(event_target_value(&event))
            />
        }
        .into_any()
    };
    view! {
        <div class="field" class:wrong=move || is_wrong.get()>
            <label class="field-label" for=id>{label}</label>
            {control}
            {is_counted(kind).then(|| view! { <TooLong text=value chars_max /> })}
            <FieldError id error />
        </div>
    }
}

/// Whether the characters of such a control are counted: the browser gives a day its form, and none can be too long.
fn is_counted(kind: &str) -> bool {
    kind != "date"
}

/// By how much a text is too long, or how near it is to that.
#[component]
pub fn TooLong(
    /// What is written.
    #[prop(into)]
    text: Signal<String>,
    /// Most characters that are taken.
    chars_max: usize,
) -> impl IntoView {
    let t = texts().common();
    let room = Memo::new(move |_| room(&text.get(), chars_max));
    // The place is there before it speaks, so that a reader of screens hears it.
    view! {
        <p class="field-room" class:too-long=move || room.get().is_some_and(|room| room < 0) role="status">
            {move || {
                room.get()
                    .map(|room| match room {
                        0.. => t.chars_left(room.unsigned_abs()),
                        _ => t.chars_too_many(room.unsigned_abs()),
                    })
            }}
        </p>
    }
}

/// How many characters more a text may have, once that matters.
fn room(text: &str, chars_max: usize) -> Option<isize> {
    let chars = text.trim().chars().count();
    let near = COUNTED_FROM.min(chars_max / COUNTED_FROM_PART);
    (chars + near > chars_max).then(|| chars_max as isize - chars as isize)
}

/// A control for one line of words that may be long: it grows, and shows all of them. A line that is broken by what was
/// pasted is joined.
#[component]
pub fn LongText(
    /// The control's id.
    id: &'static str,
    /// What tests call it.
    testid: &'static str,
    /// What a reader of screens calls it, if it has no label.
    #[prop(optional)]
    label: Option<&'static str>,
    /// How it looks beside being a field.
    #[prop(default = "")]
    class: &'static str,
    /// Shown while nothing is written.
    #[prop(default = "")]
    hint: &'static str,
    /// Takes the focus when the field appears.
    #[prop(optional)]
    focused: bool,
    /// What is written.
    #[prop(into)]
    value: Signal<String>,
    /// Called with every change.
    write: impl Fn(String) + 'static,
    /// Whether something is wrong with it.
    #[prop(into)]
    wrong: Signal<bool>,
) -> impl IntoView {
    let control = NodeRef::<html::Textarea>::new();
    if focused {
        Effect::new(move || {
            if let Some(control) = control.get() {
                focus(&control);
            }
        });
    }
    if !grows_by_itself() {
        Effect::new(move || {
            value.track();
            if let Some(control) = control.get() {
                request_animation_frame(move || grow(&control));
            }
        });
    }
    view! {
        <textarea
            class=format!("field-input long-text {class}")
            node_ref=control
            id=id
            data-testid=testid
            rows="1"
            autocomplete="off"
            dir="auto"
            placeholder=hint
            aria-label=label
            aria-invalid=move || wrong.get().to_string()
            aria-describedby=move || wrong.get().then(|| format!("{id}-error"))
            prop:value=move || value.get()
            on:input=move |event| write(in_one_line(&event_target_value(&event)))
        ></textarea>
    }
}

fn in_one_line(text: &str) -> String {
    let mut joined = text.replace("\r\n", " ");
    if joined.contains(['\n', '\r', '\t']) {
        joined = joined.replace(['\n', '\r', '\t'], " ");
    }
    joined
}

/// Whether the browser knows `field-sizing`: to measure here as well would lay the page out three times a change.
fn grows_by_itself() -> bool {
    web_sys::css::supports_with_value("field-sizing", "content").unwrap_or_default()
}

fn grow(control: &web_sys::HtmlTextAreaElement) {
    let style = web_sys::HtmlElement::style(control);
    let set = |height: &str| style.set_property("height", height);
    let border = control.offset_height() - control.client_height();
    let grown = set("auto").and_then(|()| set(&format!("{}px", control.scroll_height() + border)));
    if let Err(error) = grown {
        web_sys::console::warn_1(&error);
    }
}

/// What is wrong with a field.
#[component]
pub fn FieldError(
    /// The field's id.
    id: &'static str,
    /// What is wrong with it.
    error: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        error.get().map(|error| {
            view! { <p class="field-error" id=format!("{id}-error") role="alert">{error}</p> }
        })
    }
}

/// Whether a day stands in a field half typed: the page's script is told that it is empty.
pub fn is_half_typed(id: &str) -> bool {
    let field = document().get_element_by_id(id);
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    field.is_some_and(|field| field.validity().bad_input())
}

/// Brings the first thing that is wrong on a form, which a selector names, into sight, and the focus to it.
pub fn show_first_error(form: &str) {
    let Ok(Some(error)) = document().query_selector(&format!("{form} .field-error")) else {
        return;
    };
    let field = error.parent_element();
    let control = field.and_then(|field| field.query_selector("[aria-invalid=true]").ok().flatten());
    if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
        focus(&control);
    }
    let middle = ScrollIntoViewOptions::new();
    middle.set_block(ScrollLogicalPosition::Center);
    error.scroll_into_view_with_scroll_into_view_options(&middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_not_counted() {
        assert!(is_counted("text") && is_counted("email"));
        assert!(!is_counted("date"));
    }

    #[test]
    fn a_text_is_counted_once_that_matters() {
        for (chars, expected) in [
            (0, None),
            (180, None),
            (181, Some(19)),
            (200, Some(0)),
            (253, Some(-53)),
        ] {
            assert_eq!(room(&"å".repeat(chars), 200), expected, "{chars}");
        }
        assert_eq!((room("  å  ", 1), room("  åå  ", 1)), (None, Some(-1)));
        assert_eq!(
            (room("", 6), room("123456", 6), room("1234567", 6)),
            (None, None, Some(-1))
        );
    }

    #[test]
    fn broken_lines_are_joined() {
        assert_eq!(
            in_one_line("20 timer\r\nsnekkerhjelp\ttil\nbrygge"),
            "20 timer snekkerhjelp til brygge"
        );
    }
}
