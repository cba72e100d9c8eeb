//! A field of a form: its label, the control, and what is wrong with it, in words.

use leptos::html;
use leptos::prelude::*;

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
    /// Most characters that can be written.
    #[prop(default = 200)]
    chars_max: usize,
    /// Shown while nothing is written.
    #[prop(optional)]
    hint: &'static str,
    /// Takes the focus when the field appears.
    #[prop(optional)]
    focused: bool,
    /// What is written.
    #[prop(into)]
    value: Signal<String>,
    /// Called with every change.
    write: impl Fn(String) + 'static,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let control = NodeRef::<html::Input>::new();
    if focused {
        Effect::new(move || {
            if let Some(control) = control.get() {
                focus(&control);
            }
        });
    }
    view! {
        <div class="field" class:wrong=move || error.with(Option::is_some)>
            <label class="field-label" for=id>{label}</label>
            <input
                class="field-input"
                node_ref=control
                id=id
                type=kind
                inputmode=keyboard
                maxlength=chars_max
                placeholder=hint
                autocomplete="off"
                dir="auto"
                data-testid=testid
                aria-invalid=move || error.with(Option::is_some).to_string()
                aria-describedby=move || error.with(Option::is_some).then(|| format!("{id}-error"))
                prop:value=move || value.get()
                on:input=move |event| write(event_target_value(&event))
            />
            <FieldError id error />
        </div>
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

/// Once what a button opened on the page is gone, the button has the focus again, unless something else has it. For what
/// is no [`Modal`](super::Modal): there the browser does it.
pub fn focus_returns(is_open: Memo<bool>, opener: NodeRef<html::Button>) {
    Effect::new(move |was_open: Option<bool>| {
        let is_open = is_open.get();
        if was_open == Some(true) && !is_open {
            // By the next frame what was open is off the page, and the button is back on it.
            request_animation_frame(move || {
                if let Some(opener) = opener.try_get_untracked().flatten()
                    && is_focus_nowhere()
                {
                    focus(&opener);
                }
            });
        }
        is_open
    });
}

fn is_focus_nowhere() -> bool {
    let document = document();
    let has_focus = document.active_element();
    has_focus.is_none_or(|has_focus| document.body().is_some_and(|body| *body == has_focus))
}

/// Moves the focus to a control that is on the page.
pub fn focus(control: &web_sys::HtmlElement) {
    if control.focus().is_err() {
        web_sys::console::warn_1(&"a control could not take the focus".into());
    }
}
