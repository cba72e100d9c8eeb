//! The wall.

use leptos::prelude::*;

use super::{in_exchange, not_found, outside};
use crate::browser;
use crate::live::Live;
use crate::route::{Route, Screen};
use crate::wall::{self, Wall};

/// The wall, if the address asks for it.
pub fn app() -> AnyView {
    match Route::of_path(&browser::path()) {
        Route::Exchange {
            slug,
            screen: Screen::Wall,
        } => {
            let live = Live::start(&slug);
            wall::begin(live);
            in_exchange(live, |_| (), || view! { <Wall /> }.into_any())
        }
        Route::Exchange { .. } | Route::Home | Route::Setup | Route::Unknown => outside(|_| (), not_found),
    }
}
