//! The operator's list of exchanges.

use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use serde::Deserialize;

use super::make::MakeExchange;
use crate::components::Button;
use crate::texts::desk_texts;

/// What the server lists.
#[derive(Deserialize)]
pub struct Listing {
    /// Every exchange of the server.
    pub exchanges: Vec<Listed>,
}

/// An exchange in the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Its address.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// Every exchange with its screens, and the form for another.
#[component]
pub fn Exchanges(
    /// The exchanges.
    exchanges: Vec<Listed>,
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
    /// Called to log out.
    log_out: impl Fn() + 'static,
) -> impl IntoView {
    let t = desk_texts();
    let is_empty = exchanges.is_empty();
    let links = |slug: &str| {
        [
            (Screen::Organiser, t.home.organiser),
            (Screen::Moderator, t.moderator.title),
            (Screen::Wall, t.home.wall),
        ]
        .map(|(screen, words)| view! { <a href=screen.path(slug)>{words}</a> })
        .collect_view()
    };
    view! {
        <section class="card">
            <h2 class="form-heading">{t.home.exchanges}</h2>
            {is_empty.then(|| view! { <p class="office-note">{t.home.no_exchanges}</p> })}
            <ul class="exchange-list">
                {exchanges
                    .into_iter()
                    .map(|Listed { slug, name }| {
                        view! {
                            <li>
                                <a
                                    class="exchange-name"
                                    dir="auto"
                                    data-testid="exchange-link"
                                    data-slug=slug.clone()
                                    href=Screen::Organiser.path(&slug)
                                >
                                    {name}
                                </a>
                                <span class="exchange-links">{links(&slug)}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
        <MakeExchange alert />
        <p class="home-foot">
            <Button testid="logout" press=log_out>
                {t.home.log_out}
            </Button>
        </p>
    }
}
