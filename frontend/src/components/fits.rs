//! A text that has the room that there is: `frontend/styles/board/fits.css`.

use leptos::prelude::*;

/// What an element of the class `fits` holds: the words twice, of which the first, unseen, ask for their room.
pub fn fitted(words: impl Fn() -> AnyView) -> AnyView {
    view! {
        <span class="fits-asks">{words()}</span>
        <span class="fits-room">
            <span class="fits-seen">{words()}</span>
        </span>
    }
    .into_any()
}
