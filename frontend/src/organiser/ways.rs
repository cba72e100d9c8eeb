//! The two arrows of a row that may change its place in a list.

use leptos::html;
use leptos::prelude::*;

use crate::components::focus_stays;

/// One of the arrows.
pub struct Way {
    /// What tests call it.
    pub testid: &'static str,
    /// What it does, in words.
    pub words: Signal<String>,
    /// Whether the row can go there just now.
    pub can: Signal<bool>,
    /// Lets it go.
    pub go: Box<dyn Fn()>,
}

/// The arrows. Who presses one again and again stays on it, wherever the row goes by that.
#[component]
pub fn Ways(
    /// Where the row is.
    place: Memo<Option<usize>>,
    /// Towards the first.
    up: Way,
    /// Towards the last.
    down: Way,
) -> impl IntoView {
    let (first, second) = (NodeRef::<html::Button>::new(), NodeRef::<html::Button>::new());
    // The way that it is on, by the keys that it goes there with.
    let on_way = StoredValue::new(None::<[NodeRef<html::Button>; 2]>);
    Effect::new(move |before: Option<Option<usize>>| {
        let now = place.get();
        if before.is_some_and(|before| before != now)
            && let Some(buttons) = on_way.try_update_value(Option::take).flatten()
        {
            focus_stays(buttons);
        }
        now
    });
    let arrow = move |way: Way, sign: &'static str, buttons: [NodeRef<html::Button>; 2]| {
        let Way {
            testid,
            words,
            can,
            go,
        } = way;
        view! {
            <button
                node_ref=buttons[0]
                type="button"
                class="row-act row-sign"
                data-testid=testid
                aria-label=words
                disabled=move || !can.get()
                on:click=move |_| {
                    on_way.set_value(Some(buttons));
                    go();
                }
            >
                {sign}
            </button>
        }
    };
    (arrow(up, "↑", [first, second]), arrow(down, "↓", [second, first]))
}
