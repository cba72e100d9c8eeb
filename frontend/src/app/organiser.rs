//! The organiser's app, and the first start of a server.

use borsklokka_shared::screen::{Address, Screen};
use leptos::prelude::*;

use super::{at_desk, not_found, outside, outside_at_desk, renew_unseen, sit_at};
use crate::home::{OperatorsAccounts, OwnAccount, SetUp};
use crate::organiser::Organiser;
use crate::{browser, language};

/// The page that the address asks for.
pub fn app() -> AnyView {
    match Address::of_path(&browser::path()) {
        Address::Exchange {
            slug,
            screen: screen @ Screen::Organiser,
        } => {
            // The desks of the same browser start without a network.
            renew_unseen();
            at_desk(sit_at(&slug, screen), || view! { <Organiser /> }.into_any())
        }
        Address::Setup => outside_at_desk(|| view! { <SetUp /> }.into_any()),
        Address::Account => outside_at_desk(|| view! { <OwnAccount /> }.into_any()),
        Address::Accounts => outside_at_desk(|| view! { <OperatorsAccounts /> }.into_any()),
        Address::Exchange { .. } | Address::Home | Address::Start | Address::Unknown => {
            outside(language::of_device(), not_found)
        }
    }
}
