//! Choosing the language of this device: it stays chosen in this browser, and its exchange goes on in its own.

use borsklokka_shared::language::Language;
use leptos::prelude::*;

use crate::browser;
use crate::language::{choose, keep, of_device};
use crate::live::Live;
use crate::texts::texts;

/// The choice on a desk.
#[component]
pub fn DeviceLanguage() -> impl IntoView {
    let t = texts().desk();
    view! { <LanguageChoice label=t.own_language usual=t.usual_language /> }
}

/// A list of the languages, each by its own name, with the exchange's first.
#[component]
pub fn LanguageChoice(
    /// What is asked.
    label: &'static str,
    /// The words for the language that is spoken where none is chosen.
    usual: &'static str,
) -> impl IntoView {
    let live = Live::of_page();
    languages(label, Some(usual), of_device(), move |own| live.speak(own))
}

/// The language of a page outside any exchange. Copied freely; made once a page.
#[derive(Clone, Copy)]
pub struct PageLanguage(RwSignal<Language>);

impl PageLanguage {
    /// This device's own, or else the browser's. What is below may choose another.
    pub fn start() -> Self {
        let page = Self(RwSignal::new(outside(of_device())));
        provide_context(page);
        page
    }

    /// What the page speaks.
    pub fn language(self) -> Signal<Language> {
        self.0.into()
    }
}

fn outside(own: Option<Language>) -> Language {
    choose(own, None, &browser::language_tag())
}

/// The choice on a page outside any exchange. There is none to follow: what the page speaks is chosen.
#[component]
pub fn PageLanguageChoice() -> impl IntoView {
    let (t, page) = (texts(), expect_context::<PageLanguage>());
    let speak = move |own| page.0.set(outside(own));
    languages(t.desk().own_language, None, Some(t.language), speak)
}

/// A list of the languages, with the usual one first if there is any.
fn languages(
    label: &'static str,
    usual: Option<&'static str>,
    own: Option<Language>,
    speak: impl Fn(Option<Language>) + 'static,
) -> impl IntoView {
    let choose = move |tag: &str| {
        let own = Language::from_tag(tag);
        keep(own);
        speak(own);
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
                {usual.map(|usual| view! { <option value="" selected=own.is_none()>{usual}</option> })}
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
