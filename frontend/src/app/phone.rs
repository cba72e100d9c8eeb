//! Everyone's phone, and every address that is no screen's.

use leptos::prelude::*;

use super::{in_exchange, not_found, outside};
use crate::browser;
use crate::live::Live;
use crate::phone::Phone;
use crate::route::{Route, Screen};

/// The phone, if the address asks for it.
pub fn app() -> AnyView {
    match Route::of_path(&browser::path()) {
        Route::Exchange {
            slug,
            screen: Screen::Phone,
        } => in_exchange(Live::start(&slug), |_| (), || view! { <Phone /> }.into_any()),
        Route::Exchange { .. } | Route::Home | Route::Setup | Route::Unknown => outside(|_| (), not_found),
    }
}
