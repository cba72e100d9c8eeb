//! Pictures that the server has: a missing one leaves no hole.

use leptos::prelude::*;

/// A picture, hidden if it does not load.
#[component]
pub fn Picture(
    /// Its class in style sheets.
    class: &'static str,
    /// Where it is.
    src: String,
    /// What it shows, for those who do not see it.
    #[prop(optional)]
    alt: String,
) -> impl IntoView {
    let is_missing = RwSignal::new(false);
    view! {
        <img class=class class:missing=move || is_missing.get() src=src alt=alt on:error=move |_| is_missing.set(true) />
    }
}
