//! The app: the address chooses the screen, the exchange its language.

use std::time::Duration;

use leptos::prelude::*;

use crate::live::Live;
use crate::pair::Pair;
use crate::moderator::Moderator;
use crate::phone::Phone;
use crate::route::{Route, Screen};
use crate::texts::{Texts, texts};
use crate::wall::Wall;
use crate::{browser, language};

/// How long a page stands still after it broke, before it loads anew, in milliseconds.
const BROKEN_MS: u64 = 3_000;

/// Mounts the app on the page's body.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
        // Nobody stands at the wall to press reload.
        set_timeout(browser::reload, Duration::from_millis(BROKEN_MS));
    }));
    mount_to_body(App);
}

/// The screen that the address asks for.
#[component]
fn App() -> impl IntoView {
    match Route::of_path(&browser::path()) {
        Route::Exchange { slug, screen } => {
            let live = Live::start(&slug);
            provide_context(live);
            let language = live.language();
            (move || {
                speak(Texts::of(language.get()));
                exchange_screen(screen)
            })
            .into_any()
        }
        Route::Home | Route::Setup | Route::Unknown => {
            let chosen = language::choose(&browser::query(), None, &browser::language_tag());
            speak(Texts::of(chosen));
            view! { <main class="notice">{texts().common.not_found}</main> }.into_any()
        }
    }
}

fn exchange_screen(screen: Screen) -> AnyView {
    match screen {
        Screen::Wall => view! { <Wall /> }.into_any(),
        Screen::Pair => view! { <Pair /> }.into_any(),
        Screen::Phone => view! { <Phone /> }.into_any(),
        Screen::Moderator => view! { <Moderator /> }.into_any(),
        Screen::Broker | Screen::Notary | Screen::Organiser => {
            view! { <main class="notice">{texts().common.not_found}</main> }.into_any()
        }
    }
}

fn speak(texts: &'static Texts) {
    texts.provide();
    browser::set_root_attribute("lang", texts.tag);
    browser::set_title(texts.common.product);
}
