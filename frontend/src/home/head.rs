//! The head of the pages that belong to no exchange.

use leptos::prelude::*;

use crate::components::BellGlyph;
use crate::texts::texts;

/// Whose page it is.
#[component]
pub fn Head() -> impl IntoView {
    let t = texts();
    view! {
        <header class="home-head">
            <BellGlyph />
            <div>
                <h1 class="home-title">{t.common().product}</h1>
                <p class="home-tagline">{t.front().tagline}</p>
            </div>
        </header>
    }
}
