//! The way to every screen of the exchange.

use borsklokka_shared::role::Role;
use leptos::prelude::*;

use crate::browser;
use crate::live::Live;
use crate::texts::desk_texts;

/// Every screen's address.
#[component]
pub fn Screens() -> impl IntoView {
    let t = desk_texts();
    let slug = Live::of_page().slug();
    let links = [
        (t.organiser.wall, "/wall"),
        (t.moderator.title, "/moderator"),
        ((t.organiser.role_name)(Role::Broker), "/broker"),
        ((t.organiser.role_name)(Role::Notary), "/notary"),
        (t.organiser.phone, ""),
        (t.organiser.pair, "/pair"),
    ]
    .map(|(words, screen)| {
        let path = format!("/{slug}{screen}");
        let address = format!("{}{path}", browser::host());
        view! {
            <li>
                <a href=path target="_blank">
                    {words}
                </a>
                <span class="office-note">{address}</span>
            </li>
        }
    })
    .collect_view();
    view! {
        <section class="card">
            <h2 class="form-heading">{t.organiser.screens}</h2>
            <ul class="screen-links">{links}</ul>
        </section>
    }
}
