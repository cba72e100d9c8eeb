//! Under a number: what it was read as, where that is not plain.

use borsklokka_shared::language::Language;
use leptos::prelude::*;

use super::Intake;

/// What was read from a text, unless it is plain digits.
#[component]
pub fn ReadAs(
    /// What is typed.
    text: Signal<String>,
    /// What it says in words; none if it cannot be read, or says nothing.
    read: fn(&str, Language) -> Option<String>,
) -> impl IntoView {
    let language = Intake::of_page().live.language();
    let said = Memo::new(move |_| {
        let is_plain = text.with(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        (!is_plain)
            .then(|| text.with(|text| read(text, language.get())))
            .flatten()
    });
    move || {
        said.get()
            .map(|said| view! { <p class="read-as" data-testid="read-as">"= " {said}</p> })
    }
}
