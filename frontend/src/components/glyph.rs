//! Signs that the typeface does not have. They take the size and colour of the text around them.

use borsklokka_shared::icon::Icon;
use leptos::prelude::*;

use crate::kind::Kind;

/// From the givers to the receivers, and back where something is given in return; no way at all where both mean to meet.
#[component]
pub fn Arrow(
    /// What kind of agreement it is.
    #[prop(default = Kind::Gift)]
    kind: Kind,
) -> impl IntoView {
    let path = match kind {
        Kind::Gift => "M3 12h17M13 5l7 7-7 7",
        Kind::Trade => "M4 8h16m-5-5 5 5-5 5M20 17H4m5 5-5-5 5-5",
        Kind::Intention => "M2 12h4m4 0h4m4 0h4",
    };
    view! {
        <svg class="glyph arrow" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path />
        </svg>
    }
}

/// Which way a figure goes, and by how much in words.
pub fn trend(change: i32, by: String) -> AnyView {
    let direction = match change {
        ..0 => "down",
        0 => "same",
        1.. => "up",
    };
    view! {
        <em class="trend" data-trend=direction>
            <svg class="glyph glyph-full" viewBox="0 0 24 24" aria-hidden="true">
                <path d="M12 4 22 20H2Z" />
            </svg>
            {by}
        </em>
    }
    .into_any()
}

/// Done.
#[component]
pub fn Tick() -> impl IntoView {
    view! {
        <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 13l5 5L20 6" />
        </svg>
    }
}

/// A category's icon, beside its name.
pub fn drawn(icon: Icon) -> AnyView {
    lines(icon.lines())
}

/// The same in a list: what has none has its room, so that all names begin in one line.
pub fn drawn_or_room(icon: Option<Icon>) -> AnyView {
    lines(icon.map_or("", Icon::lines))
}

/// A category has none, where one is chosen.
pub fn no_icon() -> AnyView {
    lines("M7 12h10")
}

fn lines(lines: &'static str) -> AnyView {
    view! {
        <svg class="glyph icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=lines />
        </svg>
    }
    .into_any()
}

/// The mark of the product.
#[component]
pub fn BellGlyph() -> impl IntoView {
    view! {
        <svg class="bell" viewBox="0 0 40 44" aria-hidden="true">
            <circle cx="20" cy="3.5" r="3" />
            <path d="M20 4c7 0 11 5.5 11 13v8l4 7H5l4-7v-8C9 9.5 13 4 20 4Z" />
            <circle class="bell-clapper" cx="20" cy="37.5" r="4.5" />
        </svg>
    }
}

/// The notary's hammer over its block.
#[component]
pub fn GavelGlyph() -> impl IntoView {
    view! {
        <svg class="gavel" viewBox="0 0 120 92" aria-hidden="true">
            <g class="gavel-hammer">
                <rect x="46" y="40" width="72" height="9" rx="4.5" />
                <rect x="20" y="22" width="30" height="46" rx="5" />
                <path class="gavel-band" d="M20 31h30M20 59h30" />
            </g>
            <rect x="8" y="70" width="54" height="9" rx="3" />
            <rect x="0" y="82" width="70" height="9" rx="3" />
        </svg>
    }
}
