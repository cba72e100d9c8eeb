//! A broker's tablet, and the door to every desk: pairing, and where the icon on a home screen leads.

use borsklokka_shared::screen::{Address, Screen};
use leptos::prelude::*;

use super::{at_desk, not_found, outside, renew_unseen, renew_unwritten, sit_at};
use crate::broker::Broker;
use crate::home::Start;
use crate::pair::Pair;
use crate::{browser, language};

/// The screen that the address asks for.
pub fn app() -> AnyView {
    match Address::of_path(&browser::path()) {
        Address::Exchange {
            slug,
            screen: screen @ Screen::Broker,
        } => {
            let live = sit_at(&slug, screen);
            renew_unwritten(live);
            at_desk(live, || view! { <Broker /> }.into_any())
        }
        Address::Exchange {
            slug,
            screen: screen @ Screen::Pair,
        } => {
            renew_unseen();
            at_desk(sit_at(&slug, screen), || view! { <Pair /> }.into_any())
        }
        Address::Start => outside(language::of_device(), || view! { <Start /> }.into_any()),
        Address::Exchange { .. }
        | Address::Home
        | Address::Setup
        | Address::Account
        | Address::Accounts
        | Address::Unknown => outside(language::of_device(), not_found),
    }
}
