//! What the desk calls the scenes.

use borsklokka_shared::exchange::Scene;

/// Norwegian bokmål.
pub(super) const fn nb(scene: Scene) -> &'static str {
    match scene {
        Scene::Automatic => "Følg børsen",
        Scene::Welcome => "Velkommen",
        Scene::Floor => "Tavla",
        Scene::Pause => "Pause",
        Scene::Closing => "Resultat",
        Scene::Blackout => "Mørk",
    }
}

/// English.
pub(super) const fn en(scene: Scene) -> &'static str {
    match scene {
        Scene::Automatic => "Follow",
        Scene::Welcome => "Welcome",
        Scene::Floor => "Board",
        Scene::Pause => "Break",
        Scene::Closing => "Result",
        Scene::Blackout => "Dark",
    }
}
