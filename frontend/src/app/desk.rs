//! The desks beside the brokers': notary, moderator, door and paper, and the first page.

use borsklokka_shared::screen::{Address, Screen};
use leptos::prelude::*;

use super::{at_desk, not_found, outside, outside_at_desk, renew_unseen, renew_unwritten, sit_at};
use crate::door::Door;
use crate::home::Home;
use crate::moderator::Moderator;
use crate::notary::Notary;
use crate::paper::Paper;
use crate::{browser, language};

/// The screen that the address asks for.
pub fn app() -> AnyView {
    match Address::of_path(&browser::path()) {
        Address::Exchange { slug, screen } => {
            let live = sit_at(&slug, screen);
            match screen {
                Screen::Door | Screen::Paper => renew_unwritten(live),
                _ => renew_unseen(),
            }
            at_desk(live, move || exchange_screen(screen))
        }
        Address::Home => outside_at_desk(|| view! { <Home /> }.into_any()),
        Address::Setup | Address::Start | Address::Account | Address::Accounts | Address::Unknown => {
            outside(language::of_device(), not_found)
        }
    }
}

fn exchange_screen(screen: Screen) -> AnyView {
    match screen {
        Screen::Notary => view! { <Notary /> }.into_any(),
        Screen::Moderator => view! { <Moderator /> }.into_any(),
        Screen::Door => view! { <Door /> }.into_any(),
        Screen::Paper => view! { <Paper /> }.into_any(),
        Screen::Broker | Screen::Pair | Screen::Organiser | Screen::Wall | Screen::Phone => not_found(),
    }
}
