//! What the wall shows.

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Scene;
use leptos::prelude::*;

use crate::desk::Desk;
use crate::texts::texts;

/// The scenes, in the order of the evening.
const SCENES: [(Scene, &str); 6] = [
    (Scene::Automatic, "automatic"),
    (Scene::Welcome, "welcome"),
    (Scene::Floor, "floor"),
    (Scene::Pause, "pause"),
    (Scene::Closing, "closing"),
    (Scene::Blackout, "blackout"),
];

/// One button a scene; the one on the wall is pressed.
#[component]
pub fn Scenes() -> impl IntoView {
    let desk = Desk::of_page();
    let t = &texts().moderator;
    let (shown, cut_off) = (desk.live.board(|board| board.scene), desk.is_cut_off());
    view! {
        <section class="panel">
            <h2>{t.scenes}</h2>
            <div class="scene-buttons">
                {SCENES
                    .map(|(scene, name)| {
                        view! {
                            <button
                                type="button"
                                class="button button-choice"
                                data-testid=format!("scene-{name}")
                                aria-pressed=move || (shown.get() == Some(scene)).to_string()
                                disabled=cut_off
                                on:click=move |_| desk.ask(&Command::SetScene { scene })
                            >
                                {(t.scene)(scene)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </section>
    }
}
