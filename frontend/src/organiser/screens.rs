//! The way to every screen of the exchange.

use borsklokka_shared::role::Role;
use borsklokka_shared::screen::{Screen, is_this_machine};
use leptos::prelude::*;

use crate::evening::called;
use crate::live::Live;
use crate::reach::{Whom, host_for};
use crate::texts::texts;

/// Every screen's address.
#[component]
pub fn Screens() -> impl IntoView {
    let t = texts();
    let live = Live::of_page();
    let slug = live.slug();
    let those = move |role| called(live, role, t.organiser().role_name(role));
    let (devices, guests) = (host_for(Whom::Devices), host_for(Whom::Guests));
    let words = move |screen| {
        Some(match screen {
            Screen::Wall => t.organiser().wall.to_owned(),
            Screen::Moderator => called(live, Role::Moderator, t.organiser().moderator),
            Screen::Broker => those(Role::Broker),
            Screen::Notary => those(Role::Notary),
            Screen::Door => those(Role::Door),
            Screen::Phone => t.organiser().phone.to_owned(),
            Screen::Paper => t.organiser().paper.to_owned(),
            Screen::Pair => t.organiser().pair.to_owned(),
            // This page.
            Screen::Organiser => return None,
        })
    };
    let link = |screen: Screen| {
        let path = screen.path(&slug);
        let host = if screen == Screen::Phone { guests } else { devices };
        let below = path.clone();
        let address = move || host.get().map(|host| format!("{host}{below}"));
        view! {
            <li>
                <a href=path target="_blank">
                    {move || words(screen)}
                </a>
                <span class="office-note">{address}</span>
            </li>
        }
    };
    let links = Screen::ALL
        .into_iter()
        .filter(|screen| *screen != Screen::Organiser)
        .map(link)
        .collect_view();
    let leads_nobody = move || devices.with(|host| host.as_deref().is_some_and(is_this_machine));
    view! {
        <section class="card">
            <h2 class="form-heading">{t.organiser().screens}</h2>
            <p class="lacks" data-testid="screens-only-here" hidden=move || !leads_nobody()>
                {t.organiser().leads_nowhere()}
            </p>
            <ul class="screen-links">{links}</ul>
        </section>
    }
}
