//! Where the icon on a home screen leads, with a network or without: back to the desk that this browser has been.

use leptos::prelude::*;

use super::head::Head;
use super::known::{self, KnownDesks};
use crate::browser;
use crate::texts::texts;

/// The page of the icon.
#[component]
pub fn Start() -> impl IntoView {
    let t = texts();
    let desks = RwSignal::new(known::all());
    desks.with_untracked(|desks| known::lead(desks));
    view! {
        <main class="office home" data-testid="start-page">
            <Head />
            <KnownDesks desks />
            {move || {
                desks
                    .with(Vec::is_empty)
                    .then(|| view! { <p class="office-note">{t.front().for_others}</p> })
            }}
            // It needs the network; where it is back, the icon is pressed again.
            <p class="home-foot" hidden=browser::is_offline()>
                <a class="button" data-testid="front-page" href="/">
                    {t.front().front_page}
                </a>
            </p>
        </main>
    }
}
