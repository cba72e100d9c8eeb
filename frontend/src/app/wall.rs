//! The wall.

use borsklokka_shared::screen::{Address, Screen};
use leptos::prelude::*;

use super::{in_exchange, not_found, outside};
use crate::components::WhileThere;
use crate::live::Live;
use crate::wall::{self, Wall};
use crate::{browser, language};

/// The wall, if the address asks for it.
pub fn app() -> AnyView {
    match Address::of_path(&browser::path()) {
        Address::Exchange {
            slug,
            screen: Screen::Wall,
        } => {
            let live = Live::start(&slug, language::of_address());
            wall::begin(live);
            in_exchange(live, || view! { <WhileThere><Wall /></WhileThere> }.into_any())
        }
        Address::Exchange { .. }
        | Address::Home
        | Address::Setup
        | Address::Start
        | Address::Account
        | Address::Accounts
        | Address::Unknown => outside(language::of_address(), not_found),
    }
}
