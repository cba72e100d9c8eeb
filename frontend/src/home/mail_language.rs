//! In which language an organiser is written to.

use borsklokka_shared::language::Language;
use leptos::prelude::*;

use crate::texts::texts;

/// The choice.
#[component]
pub fn MailLanguage(
    /// What is chosen.
    #[prop(into)]
    value: Signal<Language>,
    /// Called with another one.
    choose: impl Fn(Language) + 'static,
) -> impl IntoView {
    let options = Language::ALL.map(|one| {
        let tag = one.as_str();
        view! {
            <option value=tag lang=tag prop:selected=move || value.get() == one>
                {one.own_name()}
            </option>
        }
    });
    view! {
        <label class="field">
            <span class="field-label">{texts().accounts().mail_language}</span>
            <select
                class="field-input"
                data-testid="mail-language"
                on:change=move |event| {
                    if let Some(one) = Language::from_tag(&event_target_value(&event)) {
                        choose(one);
                    }
                }
            >
                {options.collect_view()}
            </select>
        </label>
    }
}
