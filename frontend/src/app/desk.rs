//! The desks: broker, notary, moderator, and the doors to them.

use borsklokka_shared::language::Language;
use borsklokka_shared::screen::{Address, Screen};
use leptos::prelude::*;

use super::{in_exchange, not_found, outside};
use crate::broker::Broker;
use crate::browser;
use crate::door::Door;
use crate::home::{Home, known};
use crate::language;
use crate::live::{Live, Outbox};
use crate::moderator::Moderator;
use crate::notary::Notary;
use crate::offline;
use crate::pair::Pair;
use crate::paper::Paper;
use crate::texts::DeskTexts;

/// The screen that the address asks for.
pub fn app() -> AnyView {
    match Address::of_path(&browser::path()) {
        Address::Exchange { slug, screen } => {
            let live = Live::start(&slug, language::of_device());
            live.keep();
            if let Some(role) = screen.role() {
                known::remember(live, role);
            }
            live.reload_with(offline::renew);
            if matches!(screen, Screen::Broker | Screen::Door | Screen::Paper) {
                // Such a screen lets a new version in when its outbox is empty; the others when nobody looks.
                provide_context(Outbox::start(live));
            } else {
                provide_context(offline::start(browser::is_unused));
            }
            in_exchange(live, teach, move || exchange_screen(screen))
        }
        Address::Home => outside(language::of_device(), teach, || view! { <Home /> }.into_any()),
        Address::Setup | Address::Unknown => outside(language::of_device(), teach, not_found),
    }
}

fn teach(language: Language) {
    DeskTexts::of(language).provide();
}

fn exchange_screen(screen: Screen) -> AnyView {
    match screen {
        Screen::Broker => view! { <Broker /> }.into_any(),
        Screen::Notary => view! { <Notary /> }.into_any(),
        Screen::Pair => view! { <Pair /> }.into_any(),
        Screen::Moderator => view! { <Moderator /> }.into_any(),
        Screen::Door => view! { <Door /> }.into_any(),
        Screen::Paper => view! { <Paper /> }.into_any(),
        Screen::Organiser | Screen::Wall | Screen::Phone => not_found(),
    }
}
