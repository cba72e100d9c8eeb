//! The choice of a category's icon: a button that shows it, and under the row all that there are, each with what it stands for.

use borsklokka_shared::icon::Icon;
use borsklokka_shared::ids::CategoryId;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::components::focus::focus;
use crate::components::{drawn, focus_returns, no_icon};
use crate::texts::organiser::category_words;

/// A category whose icon is chosen.
#[derive(Clone, Copy)]
pub struct Chosen {
    /// What it is called.
    pub name: Signal<String>,
    /// The icon that it has.
    pub icon: Signal<Option<Icon>>,
    /// The category whose choice lies open.
    pub open: RwSignal<Option<CategoryId>>,
    /// Which one this is.
    pub id: StoredValue<CategoryId>,
}

impl Chosen {
    fn is_open(self) -> bool {
        self.open
            .with(|open| self.id.with_value(|id| open.as_ref() == Some(id)))
    }

    /// Opens its choice, which closes another's; or closes it.
    fn turn(self) {
        let is_open = untrack(|| self.is_open());
        self.open.set((!is_open).then(|| self.id.get_value()));
    }

    fn close(self) {
        self.open.set(None);
    }

    fn leave(self, event: &KeyboardEvent) {
        if event.key() == "Escape" && untrack(|| self.is_open()) {
            self.close();
        }
    }
}

/// The button.
#[component]
pub fn IconButton(chosen: Chosen, disabled: Signal<bool>) -> impl IntoView {
    let t = category_words();
    let Chosen { name, icon, .. } = chosen;
    let is_open = Memo::new(move |_| chosen.is_open());
    let opener = NodeRef::<html::Button>::new();
    focus_returns(is_open, opener);
    view! {
        <button
            node_ref=opener
            type="button"
            class="row-act row-sign category-icon"
            class:empty=move || icon.get().is_none()
            data-testid="category-icon"
            aria-label=move || t.icon_of(t.icon_name(icon.get()), name.get())
            aria-expanded=move || is_open.get().to_string()
            disabled=disabled
            on:click=move |_| chosen.turn()
            on:keydown=move |event| chosen.leave(&event)
        >
            {move || sign(icon.get())}
        </button>
    }
}

/// All icons, and none, while the choice lies open.
#[component]
pub fn IconChoice(chosen: Chosen, choose: impl Fn(Option<Icon>) + Copy + Send + 'static) -> impl IntoView {
    let t = category_words();
    let Chosen { name, icon, .. } = chosen;
    let is_open = Memo::new(move |_| chosen.is_open());
    let tile = move |one: Option<Icon>, has_it: Option<Icon>| {
        let place = NodeRef::<html::Button>::new();
        if one == has_it {
            place.on_load(|tile| focus(&tile));
        }
        view! {
            <button
                node_ref=place
                type="button"
                class="icon-tile"
                data-testid="icon"
                data-icon=one.map(Icon::as_str)
                aria-pressed=(one == has_it).to_string()
                on:click=move |_| {
                    chosen.close();
                    choose(one);
                }
            >
                {sign(one)}
                {t.icon_name(one)}
            </button>
        }
    };
    let tiles = move || {
        let has_it = icon.get_untracked();
        let all = Icon::ALL.into_iter().map(Some);
        std::iter::once(None)
            .chain(all)
            .map(|one| tile(one, has_it))
            .collect_view()
    };
    move || {
        is_open.get().then(|| {
            view! {
                <div
                    class="form-inset icon-choice"
                    role="group"
                    data-testid="category-icons"
                    aria-label=move || t.icons(name.get())
                    on:keydown=move |event| chosen.leave(&event)
                >
                    {tiles()}
                </div>
            }
        })
    }
}

fn sign(icon: Option<Icon>) -> AnyView {
    icon.map_or_else(no_icon, drawn)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use borsklokka_shared::language::Language;

    use super::*;
    use crate::texts::organiser::Categories;

    #[test]
    fn each_icon_has_a_name_of_its_own_in_every_language() {
        for language in Language::ALL {
            let t = Categories::of(language);
            let all = std::iter::once(None).chain(Icon::ALL.into_iter().map(Some));
            let names: BTreeSet<&str> = all.map(|icon| t.icon_name(icon)).collect();
            assert_eq!(names.len(), Icon::ALL.len() + 1, "{language:?}: {names:?}");
        }
    }
}
