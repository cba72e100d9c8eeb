//! The scene that staff chose for this screen alone. It is theirs until they take it back: a screen that loads itself anew
//! keeps it, and the screen itself says which it is, so that every desk knows.

use borsklokka_shared::exchange::Scene;
use leptos::prelude::*;

use crate::browser;
use crate::live::Live;

/// Takes up what was chosen before the page was loaded anew; keeps and tells it from now on. `asked` is the scene that the
/// address asks for.
pub fn follow(live: Live, asked: Option<Scene>) {
    let own = live.own_scene();
    let name = format!("own_scene/{}", live.slug());
    if let Some(kept) = browser::session_item(&name).and_then(|kept| Scene::named(&kept)) {
        own.set(Some(kept));
    }
    Effect::new(move || {
        let chosen = own.get();
        browser::keep_for_session(&name, chosen.map_or("", Scene::as_str));
        live.report(|status| {
            status.own_scene = chosen;
            status.address_scene = asked;
        });
    });
}
