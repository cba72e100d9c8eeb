//! The fields that the organiser's forms are made of.

use borsklokka_shared::limits::NAME_CHARS_MAX;
use leptos::prelude::*;

use crate::components::TextField;

/// A field that writes into its own signal; tests call it by its id.
#[component]
pub fn Text(
    /// Joins label and control.
    id: &'static str,
    /// What is asked.
    label: &'static str,
    /// The kind of control, as HTML names it.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the keyboard shows, as HTML names it.
    #[prop(default = "text")]
    keyboard: &'static str,
    /// Most characters that can be written.
    #[prop(default = NAME_CHARS_MAX)]
    chars_max: usize,
    /// Shown while nothing is written.
    #[prop(default = "")]
    hint: &'static str,
    /// What is written.
    value: RwSignal<String>,
) -> impl IntoView {
    view! {
        <TextField id label testid=id kind keyboard chars_max hint value write=move |text| value.set(text) />
    }
}

/// One of several values; tests call it by its id.
#[component]
pub fn Select<T>(
    /// Joins label and control.
    id: &'static str,
    /// What is asked.
    label: &'static str,
    /// The values.
    options: &'static [T],
    /// The name of one in the page.
    name: fn(T) -> &'static str,
    /// The words of one.
    words: fn(T) -> &'static str,
    /// What is chosen.
    value: RwSignal<T>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let chosen = value.get_untracked();
    let shown = options
        .iter()
        .map(|one| {
            view! {
                <option value=name(*one) selected=*one == chosen>
                    {words(*one)}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
            </label>
            <select
                class="field-input"
                id=id
                data-testid=id
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    if let Some(one) = options.iter().find(|one| name(**one) == chosen) {
                        value.set(*one);
                    }
                }
            >
                {shown}
            </select>
        </div>
    }
}
