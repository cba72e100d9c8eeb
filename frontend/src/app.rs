//! The apps: the address chooses the screen, the exchange its language.
//!
//! [`wall`] is what the projector shows, [`phone`] what the hall has in its hands, [`broker`] the brokers' tablets and the
//! door to every desk, [`desk`] what others work with in the hall and [`organiser`] what is done before and after. They
//! are separate binaries, so that the hall's first visits do not load what they do not show; the server sends the page
//! that belongs to an address.

pub mod broker;
pub mod desk;
pub mod organiser;
pub mod phone;
pub mod wall;

use std::time::Duration;

use borsklokka_shared::language::Language;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use crate::components::focus::{focus_found, leave_field};
use crate::home::known;
use crate::live::{Live, Outbox};
use crate::own_language::PageLanguage;
use crate::texts::{Texts, texts};
use crate::typed::Spoken;
use crate::typed::fields::Fields;
use crate::{browser, language, offline};

/// How long a page stands still after it broke, before it loads anew, in milliseconds.
const BROKEN_MS: u64 = 3_000;

/// Mounts an app on the page's body, in place of what was painted before it stood.
pub fn start(app: fn() -> AnyView) {
    std::panic::set_hook(Box::new(|info| {
        web_sys::console::error_1(&info.to_string().into());
        // Nobody stands at the wall to press reload.
        set_timeout(browser::reload, Duration::from_millis(BROKEN_MS));
    }));
    mount_to_body(app);
    browser::take_away("first");
}

/// Follows an exchange at a desk, which the device remembers.
fn sit_at(slug: &str, screen: Screen) -> Live {
    let live = Live::start(slug, language::of_device());
    live.keep();
    if let Some(role) = screen.role() {
        known::remember(live, role);
    }
    live.reload_with(offline::renew);
    live
}

/// Lets a new version in when nobody looks.
fn renew_unseen() {
    provide_context(offline::start(browser::is_unused));
}

/// Sends what is written here, and lets a new version in when nothing waits.
fn renew_unwritten(live: Live) {
    provide_context(Outbox::start(live));
}

/// Follows an exchange, and shows a screen of it in the exchange's language. In another language the screen is made anew: what is typed
/// on it is in [`typed::lasting`](crate::typed::lasting).
fn in_exchange(live: Live, screen: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    provide_context(live);
    in_words(live.language(), screen)
}

/// [`in_exchange`] where people type.
fn at_desk(live: Live, screen: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    provide_context(live);
    where_people_type(live.language(), screen)
}

/// [`outside`] where people type: what is typed is in [`Fields`], and the page chooses its language.
fn outside_at_desk(screen: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    provide_context(Fields::start());
    where_people_type(PageLanguage::start().language(), screen)
}

/// The field that somebody types in is left before the screen is made anew, and found again.
fn where_people_type(language: Signal<Language>, screen: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let spoken = RwSignal::new(language.get_untracked());
    Effect::new(move || {
        let language = language.get();
        if language != spoken.get_untracked() {
            let field = leave_field();
            spoken.set(language);
            if let Some(field) = field {
                focus_found(field);
            }
        }
    });
    in_words(spoken.into(), move || {
        provide_context(Spoken {
            words: spoken.get_untracked(),
            language: spoken.into(),
        });
        screen()
    })
}

fn in_words(language: Signal<Language>, screen: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    (move || {
        speak(language.get());
        screen()
    })
    .into_any()
}

/// Shows a screen outside any exchange, in this device's own language or else the browser's.
fn outside(own: Option<Language>, screen: impl FnOnce() -> AnyView) -> AnyView {
    let chosen = language::choose(own, None, &browser::language_tag());
    speak(chosen);
    screen()
}

/// There is no such screen.
fn not_found() -> AnyView {
    view! { <main class="notice">{texts().common().not_found}</main> }.into_any()
}

fn speak(language: Language) {
    let texts = Texts::of(language);
    texts.provide();
    browser::set_root_attribute("lang", texts.language.as_str());
    browser::set_title(texts.common().product);
}
