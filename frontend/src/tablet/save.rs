//! What waits, saved as a file: for a tablet that will not reach the server again.

use leptos::prelude::*;

use crate::browser;
use crate::live::{Live, Outbox};
use crate::texts::texts;

/// Saves the outbox as a file. Nothing leaves the outbox by that.
#[component]
pub fn SaveOutbox(
    /// What waits.
    outbox: Outbox,
) -> impl IntoView {
    let t = texts().outbox();
    let slug = Live::of_page().slug();
    let is_empty = outbox.is_empty();
    let save = move || {
        let (name, text) = outbox.to_file(&slug);
        if let Err(error) = browser::save_file(&name, &text) {
            web_sys::console::warn_1(&error);
        }
    };
    view! {
        <button
            type="button"
            class="quiet"
            data-testid="save-outbox"
            title=t.save_why
            hidden=move || is_empty.get()
            on:click=move |_| save()
        >
            {t.save}
        </button>
    }
}
