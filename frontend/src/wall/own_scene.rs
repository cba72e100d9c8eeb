//! The scene that staff chose for this screen alone. It is theirs until they take it back, or until another history begins, as when
//! the exchange goes back to nought: a screen that loads itself anew keeps it, and the screen itself says which it is, so that every
//! desk knows.

use borsklokka_shared::exchange::Scene;
use borsklokka_shared::ids::Epoch;
use leptos::prelude::*;

use crate::browser;
use crate::live::Live;

/// Takes up what was chosen before the page was loaded anew; keeps and tells it from now on. `asked` is the scene that the
/// address asks for.
pub fn follow(live: Live, asked: Option<Scene>) {
    let (own, history) = (live.own_scene(), live.history());
    let name = format!("own_scene/{}", live.slug());
    let (kept, chosen_in) = read(&browser::session_item(&name).unwrap_or_default());
    if kept.is_some() {
        own.set(kept);
    }
    // The history that the scene belongs to; none where nothing says it.
    let of = RwSignal::new(chosen_in);
    Effect::new(move || {
        if let Some(history) = history.get() {
            if of.get_untracked().is_some_and(|of| of != history) {
                own.set(None);
            }
            of.set(Some(history));
        }
    });
    Effect::new(move || {
        let chosen = own.get();
        browser::keep_for_session(&name, &written(chosen, of.get()));
        live.report(|status| {
            status.own_scene = chosen;
            status.address_scene = asked;
        });
    });
}

/// What the tab keeps: the scene, and after a space the history in which it was chosen.
fn written(scene: Option<Scene>, of: Option<Epoch>) -> String {
    match (scene, of) {
        (Some(scene), Some(of)) => format!("{} {of}", scene.as_str()),
        (Some(scene), None) => scene.as_str().to_owned(),
        (None, _) => String::new(),
    }
}

fn read(kept: &str) -> (Option<Scene>, Option<Epoch>) {
    let (scene, of) = kept.split_once(' ').unwrap_or((kept, ""));
    (Scene::named(scene), of.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_with_its_history() {
        let of = Some(Epoch(uuid::Uuid::from_u128(7)));
        for (scene, of) in [
            (Some(Scene::Pause), of),
            (Some(Scene::Welcome), None),
            (None, None),
        ] {
            assert_eq!(read(&written(scene, of)), (scene, of));
        }
        assert_eq!(
            read(&written(None, of)),
            (None, None),
            "what is not chosen is of none"
        );
        assert_eq!(read("fireworks 7"), (None, None));
    }
}
