//! The organiser's app, and the first start of a server.

use borsklokka_shared::language::Language;
use borsklokka_shared::screen::{Address, Screen};
use leptos::prelude::*;

use super::{in_exchange, not_found, outside};
use crate::home::{SetUp, known};
use crate::live::Live;
use crate::organiser::Organiser;
use crate::texts::{DeskTexts, OfficeTexts};
use crate::{browser, language, offline};

/// The page that the address asks for.
pub fn app() -> AnyView {
    match Address::of_path(&browser::path()) {
        Address::Exchange {
            slug,
            screen: screen @ Screen::Organiser,
        } => {
            let live = Live::start(&slug, language::of_device());
            live.keep();
            if let Some(role) = screen.role() {
                known::remember(live, role);
            }
            live.reload_with(offline::renew);
            // The desks of the same browser start without a network, and a new version comes in when nobody looks.
            provide_context(offline::start(browser::is_unused));
            in_exchange(live, teach, || view! { <Organiser /> }.into_any())
        }
        Address::Setup => outside(language::of_device(), teach, || view! { <SetUp /> }.into_any()),
        Address::Exchange { .. } | Address::Home | Address::Unknown => {
            outside(language::of_device(), teach, not_found)
        }
    }
}

fn teach(language: Language) {
    DeskTexts::of(language).provide();
    OfficeTexts::of(language).provide();
}
