//! Everyone's phone, and every address that is no screen's.

use borsklokka_shared::screen::{Address, Screen};
use leptos::prelude::*;

use super::{in_exchange, not_found, outside};
use crate::components::WhileThere;
use crate::live::Live;
use crate::phone::Phone;
use crate::{browser, language};

/// The phone, if the address asks for it.
pub fn app() -> AnyView {
    match Address::of_path(&browser::path()) {
        Address::Exchange {
            slug,
            screen: Screen::Phone,
        } => in_exchange(Live::start(&slug, language::of_device()), || {
            view! { <WhileThere><Phone /></WhileThere> }.into_any()
        }),
        Address::Exchange { .. }
        | Address::Home
        | Address::Setup
        | Address::Start
        | Address::Account
        | Address::Accounts
        | Address::Unknown => outside(language::of_device(), not_found),
    }
}
