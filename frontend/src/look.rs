//! How an exchange looks in the hall: dark or light, and in its own colour. Set on the page's root, where the style sheets
//! read it; the address may ask for another theme.

pub mod colour;

use borsklokka_shared::exchange::Theme;
use borsklokka_shared::ids::PictureId;
use leptos::prelude::*;

use self::colour::{Alarms, Colour};
use crate::browser;
use crate::live::Live;
use crate::route::asked;

/// What the address asks for with `?theme=`.
pub fn asked_theme(query: &str) -> Option<Theme> {
    Theme::named(asked(query, "theme")?)
}

/// Where a picture of the exchange is.
pub fn picture_url(live: Live, picture: PictureId) -> String {
    format!("/api/v1/exchanges/{}/pictures/{picture}", live.slug())
}

/// Keeps the page's look as the exchange decides it.
pub fn follow(live: Live) {
    let asked_for = asked_theme(&browser::query());
    let look = live.board(move |board| {
        let staging = board.settings.as_ref().map(|settings| &settings.staging);
        let theme = asked_for.unwrap_or(staging.map_or(Theme::Dark, |staging| staging.theme));
        let accent = staging.and_then(|staging| Colour::parse(staging.accent.as_deref()?));
        (theme, accent)
    });
    Effect::new(move || {
        let (theme, accent) = look.get().unwrap_or((asked_for.unwrap_or_default(), None));
        browser::set_root_attribute("data-theme", theme.as_str());
        // Without an accent the properties are empty, and the sheet's own hold again.
        let accent = accent.map(|accent| accent.readable(theme));
        let text = |colour: Option<Colour>| colour.map(|colour| colour.to_string()).unwrap_or_default();
        browser::set_root_property("--brass", &text(accent));
        browser::set_root_property("--on-colour", &text(accent.map(Colour::ink)));
        let alarms = accent.map(|accent| Alarms::beside(accent, theme));
        browser::set_root_property("--warning", &text(alarms.map(|alarms| alarms.warning)));
        browser::set_root_property("--danger", &text(alarms.map(|alarms| alarms.danger)));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_may_ask_for_a_theme() {
        for (query, theme) in [
            ("?theme=light", Some(Theme::Light)),
            ("?lang=en&theme=dark", Some(Theme::Dark)),
            ("?theme=pink", None),
            ("", None),
        ] {
            assert_eq!(asked_theme(query), theme);
        }
    }
}
