//! The desks: broker, notary, moderator, organiser, and the doors to them.

use borsklokka_shared::language::Language;
use leptos::prelude::*;

use super::{in_exchange, not_found, outside};
use crate::broker::Broker;
use crate::browser;
use crate::home::{Home, SetUp, known};
use crate::live::{Live, Outbox};
use crate::moderator::Moderator;
use crate::notary::Notary;
use crate::offline;
use crate::organiser::Organiser;
use crate::pair::Pair;
use crate::route::{Route, Screen};
use crate::texts::DeskTexts;

/// The screen that the address asks for.
pub fn app() -> AnyView {
    match Route::of_path(&browser::path()) {
        Route::Exchange { slug, screen } => {
            let live = Live::start(&slug);
            live.keep();
            if let Some(name) = desk_name(screen) {
                known::remember(live, name);
            }
            live.reload_with(offline::renew);
            if screen == Screen::Broker {
                provide_context(Outbox::start(live));
            } else {
                // The tablet lets a new version in when its outbox is empty; the other screens when nobody looks.
                provide_context(offline::start(browser::is_unused));
            }
            in_exchange(live, teach, move || exchange_screen(screen))
        }
        Route::Home => outside(teach, || view! { <Home /> }.into_any()),
        Route::Setup => outside(teach, || view! { <SetUp /> }.into_any()),
        Route::Unknown => outside(teach, not_found),
    }
}

fn teach(language: Language) {
    DeskTexts::of(language).provide();
}

/// The role that sits at a desk, by its name; none where nobody does.
const fn desk_name(screen: Screen) -> Option<&'static str> {
    match screen {
        Screen::Broker => Some("broker"),
        Screen::Notary => Some("notary"),
        Screen::Moderator => Some("moderator"),
        Screen::Organiser => Some("organiser"),
        Screen::Pair | Screen::Wall | Screen::Phone => None,
    }
}

fn exchange_screen(screen: Screen) -> AnyView {
    match screen {
        Screen::Broker => view! { <Broker /> }.into_any(),
        Screen::Notary => view! { <Notary /> }.into_any(),
        Screen::Pair => view! { <Pair /> }.into_any(),
        Screen::Moderator => view! { <Moderator /> }.into_any(),
        Screen::Organiser => view! { <Organiser /> }.into_any(),
        Screen::Wall | Screen::Phone => not_found(),
    }
}
