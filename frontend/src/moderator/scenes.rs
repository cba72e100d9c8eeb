//! What the wall shows, and the switch that darkens it.

use borsklokka_shared::exchange::Scene;
use leptos::prelude::*;

use super::controls::Controls;
use crate::components::Button;
use crate::desk::Desk;
use crate::texts::moderator::details;
use crate::texts::texts;

/// How long a break may be by one press, in minutes.
const BREAKS: [u32; 4] = [5, 10, 15, 20];

/// One button a scene; the one on the wall is pressed.
#[component]
pub fn Scenes() -> impl IntoView {
    let (desk, controls) = (Desk::of_page(), Controls::of_page());
    let t = texts().moderator();
    let (shown, cut_off) = (desk.live.board(|board| board.scene), desk.is_cut_off());
    view! {
        <section class="panel">
            <h2>{t.scenes}</h2>
            <div class="scene-buttons">
                {Scene::ALL
                    .into_iter()
                    // The dark has a switch of its own.
                    .filter(|scene| *scene != Scene::Blackout)
                    .map(|scene| {
                        view! {
                            <button
                                type="button"
                                class="button button-choice"
                                data-testid=format!("scene-{}", scene.as_str())
                                aria-pressed=move || (shown.get() == Some(scene)).to_string()
                                disabled=cut_off
                                on:click=move |_| controls.show(scene)
                            >
                                {t.scene(scene)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <p class="break-lengths">
                <span>{details().steps().break_lasts}</span>
                {BREAKS
                    .map(|minutes| {
                        view! {
                            <Button
                                testid="break-minutes"
                                disabled=cut_off
                                press=move || controls.take_break(minutes)
                            >
                                {details().steps().minutes(minutes)}
                            </Button>
                        }
                    })
                    .collect_view()}
            </p>
        </section>
    }
}

/// Darkens the wall; once more, and it shows what it showed before.
#[component]
pub fn Blackout() -> impl IntoView {
    let (desk, controls) = (Desk::of_page(), Controls::of_page());
    let t = texts().moderator();
    let (shown, cut_off) = (desk.live.board(|board| board.scene), desk.is_cut_off());
    let is_dark = move || shown.get() == Some(Scene::Blackout);
    view! {
        <button
            type="button"
            class="button button-choice"
            data-testid="scene-blackout"
            aria-pressed=move || is_dark().to_string()
            disabled=cut_off
            on:click=move |_| controls.blackout()
        >
            {move || if is_dark() { t.lights } else { t.blackout }}
        </button>
    }
}
