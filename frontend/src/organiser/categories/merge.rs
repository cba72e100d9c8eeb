//! One category laid into another: into which, whether that is meant, and what the server says to it. The server does all of it or nothing,
//! whatever becomes of the page meanwhile.

use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::CategoryId;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;
use web_sys::Element;

use crate::components::focus::{AfterRow, focus_returns_to};
use crate::components::{Button, Weight};
use crate::organiser::office::Office;
use crate::request;
use crate::texts::organiser::category_words;

/// How far it has come with one. Copied freely; made once a row.
#[derive(Clone, Copy)]
pub struct Merging {
    office: Office,
    /// The one that is to go.
    gone: StoredValue<CategoryId>,
    /// The one that is chosen to have what is in it.
    kept: RwSignal<Option<CategoryId>>,
    /// Whether the server is being asked.
    is_asked: RwSignal<bool>,
    /// Why it was not done.
    refused: RwSignal<Option<String>>,
    /// Where one of the others is chosen.
    choice: NodeRef<html::Select>,
    /// Where the focus goes when the one that is to go has gone.
    after: AfterRow,
}

impl Merging {
    /// Nothing is chosen yet.
    pub fn of(gone: StoredValue<CategoryId>, after: AfterRow) -> Self {
        Self {
            office: Office::of_page(),
            gone,
            kept: RwSignal::new(None),
            is_asked: RwSignal::new(false),
            refused: RwSignal::new(None),
            choice: NodeRef::new(),
            after,
        }
    }

    /// Why it was not done, if it was asked for.
    pub fn refused(self) -> Signal<Option<String>> {
        self.refused.into()
    }

    fn choose(self, kept: Option<CategoryId>) {
        self.refused.set(None);
        self.kept.set(kept);
    }

    fn opener(self) -> Option<Element> {
        let choice = self.choice.try_get_untracked().flatten();
        choice.map(|choice| (*choice).clone().into())
    }

    /// Asks the server, once.
    fn ask(self) {
        let kept = self.kept.get_untracked();
        let Some(kept) = kept.filter(|_| !self.is_asked.get_untracked()) else {
            return;
        };
        if let Some(opener) = self.opener() {
            self.after.leave(&opener, "category-merge");
        }
        let office = self.office;
        let asked = json!({ "kept": kept, "gone": self.gone.get_value() });
        self.refused.set(None);
        self.is_asked.set(true);
        spawn_local(async move {
            let answer = request::ask::<()>("POST", &office.url("categories/merge"), &asked).await;
            // The row may be gone, as it is where it was done.
            let _gone = self.is_asked.try_set(false);
            match answer {
                Ok(()) => {
                    let _gone = self.kept.try_set(None);
                    office.read_registrations();
                }
                Err(trouble) => {
                    let _gone = self.refused.try_set(Some(office.desk.words_of(trouble)));
                }
            }
        });
    }
}

/// The choice of another one.
#[component]
pub fn MergeChoice(
    /// What is chosen.
    merging: Merging,
    /// What the one is called that is to go.
    name: Signal<String>,
    /// The others.
    others: Memo<Vec<Category>>,
    /// Whether it can be laid into one of them.
    can: Memo<bool>,
) -> impl IntoView {
    let t = category_words();
    let cut_off = merging.office.desk.is_cut_off();
    let option = move |Category { id, name, .. }: Category| {
        let key = id.0.clone();
        view! {
            <option
                dir="auto"
                value=key
                prop:selected=move || merging.kept.with(|kept| kept.as_ref() == Some(&id))
            >
                {name}
            </option>
        }
    };
    view! {
        <select
            node_ref=merging.choice
            class="row-act"
            data-testid="category-merge"
            aria-label=move || t.merge_into(name.get())
            hidden=move || !can.get()
            disabled=move || merging.is_asked.get() || cut_off.get()
            on:change=move |event| {
                let key = event_target_value(&event);
                merging.choose((!key.is_empty()).then_some(CategoryId(key)));
            }
        >
            <option value="" prop:selected=move || merging.kept.with(Option::is_none)>
                {t.merge}
            </option>
            {move || others.get().into_iter().map(option).collect_view()}
        </select>
    }
}

/// Asks whether it is meant, and does it: for as long as the chosen one is there, and it can be done.
#[component]
pub fn Sure(
    /// What is chosen.
    merging: Merging,
    /// What the one is called that is to go.
    name: Signal<String>,
    /// The others.
    others: Memo<Vec<Category>>,
    /// Whether it can be laid into one of them.
    can: Memo<bool>,
) -> impl IntoView {
    let t = category_words();
    let into = Memo::new(move |_| {
        let kept = merging.kept.get().filter(|_| can.get())?;
        others.with(|others| {
            let chosen = others.iter().find(|one| one.id == kept)?;
            Some(chosen.name.clone())
        })
    });
    let is_shown = Memo::new(move |_| into.with(Option::is_some));
    let (is_asked, cut_off) = (merging.is_asked, merging.office.desk.is_cut_off());
    // The button that asked has lost the focus, since it cannot be pressed twice.
    for is_open in [is_shown, Memo::new(move |_| is_asked.get())] {
        focus_returns_to(is_open, move || merging.opener());
    }
    let waits = Signal::derive(move || is_asked.get() || cut_off.get());
    move || {
        is_shown.get().then(|| {
            view! {
                <div class="form-inset category-sure" role="alert">
                    <p>{move || into.get().map(|into| t.sure(name.get(), into))}</p>
                    <p class="form-acts">
                        <Button
                            weight=Weight::Primary
                            testid="category-do-merge"
                            disabled=waits
                            press=move || merging.ask()
                        >
                            {move || if is_asked.get() { t.merging } else { t.do_merge }}
                        </Button>
                        <Button disabled=is_asked press=move || merging.choose(None)>
                            {t.cancel}
                        </Button>
                    </p>
                </div>
            }
        })
    }
}
