//! Choosing the language of this device: it stays chosen in this browser, and its exchange goes on in its own.

use borsklokka_shared::language::Language;
use leptos::prelude::*;

use crate::browser;
use crate::language::{keep, of_device};
use crate::live::Live;
use crate::texts::texts;

/// The choice on a desk.
#[component]
pub fn DeviceLanguage() -> impl IntoView {
    let t = texts().desk();
    view! { <LanguageChoice label=t.own_language usual=t.usual_language /> }
}

/// A list of the languages, each by its own name, with the usual one first.
#[component]
pub fn LanguageChoice(
    /// What is asked.
    label: &'static str,
    /// The words for the language that is spoken where none is chosen.
    usual: &'static str,
) -> impl IntoView {
    let live = use_context::<Live>();
    // Outside an exchange there is none to follow: what the page speaks is chosen.
    let own = of_device().or_else(|| live.is_none().then(|| texts().language));
    let choose = move |tag: &str| {
        let own = Language::from_tag(tag);
        keep(own);
        match live {
            Some(live) => live.speak(own),
            // Nothing is written outside an exchange that could be lost.
            None => browser::go_instead(&browser::path()),
        }
    };
    view! {
        <label class="field language-choice">
            <span class="field-label">{label}</span>
            <select
                class="field-input"
                data-testid="own-language"
                aria-label=label
                on:change=move |event| choose(&event_target_value(&event))
            >
                {live.map(|_| view! { <option value="" selected=own.is_none()>{usual}</option> })}
                {Language::ALL
                    .map(|one| {
                        let tag = one.as_str();
                        view! {
                            <option value=tag lang=tag selected=own == Some(one)>
                                {one.own_name()}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}
