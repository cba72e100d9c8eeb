//! The wall: what the hall sees on the projector.

use leptos::prelude::*;

use crate::components::ConnectionMark;

/// The wall.
#[component]
pub fn Wall() -> impl IntoView {
    view! { <main class="wall"><ConnectionMark /></main> }
}
