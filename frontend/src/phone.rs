//! The phone: the live board and the catalogue in anyone's hand.

use leptos::prelude::*;

use crate::components::ConnectionMark;

/// The phone.
#[component]
pub fn Phone() -> impl IntoView {
    view! { <main class="phone"><ConnectionMark /></main> }
}
