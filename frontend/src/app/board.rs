//! The board: the wall and everyone's phone.

use leptos::prelude::*;

use super::{in_exchange, not_found, outside};
use crate::browser;
use crate::live::Live;
use crate::phone::Phone;
use crate::route::{Route, Screen};
use crate::wall::{self, Wall};

/// The screen that the address asks for.
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
        Route::Exchange {
            slug,
            screen: Screen::Phone,
        } => in_exchange(Live::start(&slug), |_| (), || view! { <Phone /> }.into_any()),
        Route::Exchange { .. } | Route::Home | Route::Setup | Route::Unknown => outside(|_| (), not_found),
    }
}
