//! The photo of a deal, on a sheet: taken with the tablet's camera while the parties stand there, and shown to the hall only if each of them
//! says so. It is not kept on the tablet: where it cannot be sent it is not taken.

pub mod part;

use borsklokka_shared::ids::DealId;
use leptos::prelude::*;

use self::part::{Look, Photo};
use crate::desk::Desk;
use crate::sheet::{Sheet, Sheets};
use crate::texts::texts;

/// A desk's buttons.
const LOOK: Look = Look {
    button: "button",
    main: "button button-primary",
};

/// Opens the sheet.
#[component]
pub fn PhotoButton(
    /// Of which deal.
    deal: DealId,
    /// How it looks.
    class: &'static str,
) -> impl IntoView {
    let sheets = Sheets::of_page();
    view! {
        <button
            type="button"
            class=class
            data-testid="photo-open"
            on:click=move |_| sheets.lay(move || view! { <PhotoSheet deal /> })
        >
            {texts().photo().open}
        </button>
    }
}

/// The sheet.
#[component]
fn PhotoSheet(deal: DealId) -> impl IntoView {
    let t = texts().photo();
    let cut_off = Desk::of_page().is_cut_off();
    let lacks = Signal::derive(move || cut_off.get().then_some(t.needs_network));
    view! {
        <Sheet testid="photo-sheet" title=t.title>
            <Photo deal look=LOOK lacks />
        </Sheet>
    }
}
