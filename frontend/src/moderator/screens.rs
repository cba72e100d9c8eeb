//! Walls and tablets: how each is, and what can be asked of one of them alone.

use std::time::Duration;

use borsklokka_shared::exchange::Scene;
use borsklokka_shared::wire::Nudge;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::watch::{ScreenLine, Watch};
use crate::attendance::health::Mark;
use crate::components::Lapse;
use crate::desk::Desk;
use crate::request;
use crate::texts::moderator::details;
use crate::texts::texts;

/// Every wall and every tablet.
#[component]
pub fn Screens() -> impl IntoView {
    let t = details().screens();
    let lines = expect_context::<Watch>().lines;
    view! {
        <section class="panel" data-testid="screens">
            <h2>{t.title}</h2>
            <Show when=move || lines.with(Vec::is_empty)>
                <p class="panel-note">{t.none}</p>
            </Show>
            <ul class="screen-rows">
                <For
                    each=move || lines.get()
                    key=|line| (line.number, line.title.clone(), line.is_there)
                    children=move |line| {
                        let number = line.number;
                        let now = Memo::new(move |_| {
                            lines.with(|lines| lines.iter().find(|line| line.number == number).cloned())
                        });
                        view! { <ScreenRow line now /> }
                    }
                />
            </ul>
        </section>
    }
}

/// One screen. The row stays while its figures change, so that a menu in it stays open.
#[component]
fn ScreenRow(line: ScreenLine, now: Memo<Option<ScreenLine>>) -> impl IntoView {
    let desk = Desk::of_page();
    let t = details().screens();
    let ScreenLine {
        number,
        title,
        is_there,
        is_wall,
        ..
    } = line;
    // What can be asked of a screen keeps its place while the screen is gone.
    let is_cut_off = desk.is_cut_off();
    let cut_off = Signal::derive(move || !is_there || is_cut_off.get());
    let mark = Memo::new(move |_| {
        now.with(|line| line.as_ref().map(|line| line.mark))
            .unwrap_or_default()
    });
    let remarks = move || {
        now.with(|line| {
            let remarks = line.as_ref().map_or(&[][..], |line| &line.remarks);
            let words: Vec<String> = remarks.iter().map(|remark| t.remark(remark)).collect();
            words.join(" · ")
        })
    };
    let named = title.clone();
    view! {
        <li class="screen-row" data-testid="screen-row" data-mark=move || mark.get().as_str()>
            <MarkDot mark />
            <span class="screen-what">
                <b dir="auto">{title}</b>
                <small title=remarks>{remarks}</small>
            </span>
            <span class="screen-acts" role="group" aria-label=named>
                {is_wall
                    .then(|| {
                        view! {
                            <OwnScene number now cut_off />
                            <button
                                type="button"
                                class="deal-act"
                                data-testid="identify"
                                disabled=cut_off
                                on:click=move |_| nudge(desk, number, Nudge::Identify)
                            >
                                {t.identify}
                            </button>
                            <button
                                type="button"
                                class="deal-act"
                                data-testid="test-sound"
                                disabled=cut_off
                                on:click=move |_| nudge(desk, number, Nudge::TestSound)
                            >
                                {t.test_sound}
                            </button>
                        }
                    })}
                <button
                    type="button"
                    class="deal-act"
                    data-testid="reload"
                    disabled=cut_off
                    on:click=move |_| nudge(desk, number, Nudge::Reload)
                >
                    {t.reload}
                </button>
            </span>
        </li>
    }
}

/// How long what was chosen here is shown before the screen has said so itself.
const CHOSEN: Duration = Duration::from_secs(5);

/// The scene of one wall alone. It is the wall that says which it has: another desk, or this one before, may have chosen it.
#[component]
fn OwnScene(number: u32, now: Memo<Option<ScreenLine>>, cut_off: Signal<bool>) -> impl IntoView {
    let desk = Desk::of_page();
    let t = details().screens();
    let words = texts().moderator();
    let said = Memo::new(move |_| now.with(|line| line.as_ref().and_then(|line| line.own_scene)));
    let of_address = Memo::new(move |_| now.with(|line| line.as_ref().and_then(|line| line.address_scene)));
    // What was chosen here, until the screen says so or has not done it.
    let chosen = Lapse::<Option<Scene>>::new();
    let shown = Memo::new(move |_| chosen.now().get().unwrap_or(said.get()));
    Effect::new(move || {
        if chosen.now().get() == Some(said.get()) {
            chosen.end();
        }
    });
    let choose = move |scene: Option<Scene>| {
        chosen.begin(scene, CHOSEN);
        nudge(desk, number, Nudge::ShowScene { scene });
    };
    view! {
        <select
            class="screen-scene"
            data-testid="screen-scene"
            aria-label=t.own_scene
            disabled=cut_off
            on:change=move |event| choose(Scene::named(&event_target_value(&event)))
        >
            <option value="" prop:selected=move || shown.get().is_none()>
                {move || {
                    of_address
                        .get()
                        .map_or(t.follows.to_owned(), |scene| t.follows_address(words.scene(scene)))
                }}
            </option>
            {Scene::ALL
                .into_iter()
                .filter(|scene| *scene != Scene::Automatic)
                .map(|scene| {
                    view! {
                        <option value=scene.as_str() prop:selected=move || shown.get() == Some(scene)>
                            {words.scene(scene)}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
}

/// A mark as colour, shape and, for those who hear the screen, words.
#[component]
pub fn MarkDot(
    /// The mark.
    #[prop(into)]
    mark: Signal<Mark>,
) -> impl IntoView {
    let t = details().screens();
    view! {
        <span class="mark" data-mark=move || mark.get().as_str()>
            <svg viewBox="0 0 24 24" aria-hidden="true">
                {move || match mark.get() {
                    Mark::Right => view! { <circle cx="12" cy="12" r="9" /> }.into_any(),
                    Mark::Look => view! { <path d="M12 2 23 21H1Z" /> }.into_any(),
                    Mark::Wrong => view! { <path d="M5 2 12 9l7-7 3 3-7 7 7 7-3 3-7-7-7 7-3-3 7-7-7-7Z" /> }.into_any(),
                }}
            </svg>
            <span class="hidden-text">{move || t.mark(mark.get())}</span>
        </span>
    }
}

/// Asks something of one screen. It shows by itself whether it was done; only trouble is said here.
pub(super) fn nudge(desk: Desk, screen: u32, nudge: Nudge) {
    desk.alert.set(None);
    spawn_local(async move {
        let url = format!("/api/v1/exchanges/{}/screens/{screen}", desk.live.slug());
        let body = serde_json::to_value(nudge).expect("a nudge has string keys only");
        if let Err(trouble) = request::ask::<()>("POST", &url, &body).await {
            desk.warn_of(trouble);
        }
    });
}
