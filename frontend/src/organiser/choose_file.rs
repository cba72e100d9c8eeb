//! Chooses a file of the device's, with a button whose words are ours: the browser's own speak its language.

use leptos::prelude::*;
use web_sys::{Event, File, HtmlInputElement};

use crate::texts::organiser::work_words;

/// Where a file is chosen, or dropped.
#[component]
pub fn ChooseFile(
    /// Joins it with a label; tests call it so.
    #[prop(into)]
    id: String,
    /// What it is called where no label is joined with it.
    #[prop(optional, into)]
    called: Option<&'static str>,
    /// What the browser's list of files shows.
    accept: &'static str,
    /// Whether it is the one thing to do here: then it is a field, large enough to drop something on.
    #[prop(optional)]
    is_field: bool,
    /// Whether nothing can be chosen just now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Called with what was chosen.
    chosen: impl Fn(File) + 'static,
) -> impl IntoView {
    let take = move |event: Event| {
        let control: HtmlInputElement = event_target(&event);
        let file = control.files().and_then(|files| files.get(0));
        // Choosing the same file again is a change then.
        control.set_value("");
        if let Some(file) = file {
            chosen(file);
        }
    };
    view! {
        <div class="choose-file" class:choose-file-field=is_field class:is-disabled=disabled>
            <span class=if is_field { "button button-primary" } else { "button" } aria-hidden="true">
                {work_words().choose_file}
            </span>
            <input
                type="file"
                class="choose-file-input"
                data-testid=id.clone()
                id=id
                aria-label=called
                accept=accept
                disabled=disabled
                on:change=take
            />
        </div>
    }
}
