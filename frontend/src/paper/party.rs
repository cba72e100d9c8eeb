//! A party that is typed by name or symbol: the first that fits is taken by Enter, and the keys go on.

use std::collections::BTreeMap;

use borsklokka_shared::participant::Participant;
use leptos::prelude::*;

use super::typing::{Side, Typing};
use crate::components::{FieldError, SymbolChip};
use crate::rank::search::search;
use crate::texts::texts;

/// How the field stands, shared by its parts.
#[derive(Clone, Copy)]
struct Search {
    typing: Typing,
    side: Side,
    is_open: RwSignal<bool>,
    /// What the keys stand on, counted from the top; after the last is whoever is not registered.
    at: RwSignal<usize>,
    found: Memo<Vec<Participant>>,
    next: Callback<()>,
}

impl Search {
    fn start(side: Side, next: Callback<()>) -> Self {
        let typing = Typing::of_page();
        let is_open = RwSignal::new(false);
        let here = typing.live.board(|board| board.arrived.clone());
        let found = Memo::new(move |_| {
            if !is_open.get() {
                return Vec::new();
            }
            let (query, here) = (side.text.get(), here.get().unwrap_or_default());
            typing.parties.with(|parties| {
                let found = search(parties, &BTreeMap::new(), &here, &query);
                found.into_iter().cloned().collect()
            })
        });
        Self {
            typing,
            side,
            is_open,
            at: RwSignal::new(0),
            found,
            next,
        }
    }

    fn is_written(self) -> bool {
        !self.side.text.with(|text| text.trim().is_empty())
    }

    fn is_shown(self) -> bool {
        self.is_open.get() && self.is_written()
    }

    fn option_id(self, index: usize) -> String {
        format!("{}-option-{index}", self.side.id)
    }

    /// What the keys stand on; none if that is whoever is not registered.
    fn marked(self) -> Option<Participant> {
        let at = self.at.get_untracked();
        self.found.with_untracked(|found| found.get(at).cloned())
    }

    fn choose(self, party: Option<&Participant>) {
        if let Some(party) = party {
            self.side.put(party);
            self.next.run(());
        } else {
            self.typing.register(self.side);
        }
        self.is_open.set(false);
    }

    fn write(self, typed: String) {
        self.side.text.set(typed);
        self.side.chosen.set(None);
        self.side.wrong.set(None);
        self.at.set(0);
        self.is_open.set(true);
    }

    fn on_key(self, event: &web_sys::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let is_written = untrack(|| self.is_written());
        let is_chosen = self.side.chosen.get_untracked().is_some();
        match event.key().as_str() {
            "ArrowDown" => {
                let last = self.found.with_untracked(Vec::len);
                self.at.update(|at| *at = (*at + 1).min(last));
            }
            "ArrowUp" => self.at.update(|at| *at = at.saturating_sub(1)),
            "Escape" if self.is_open.get_untracked() => self.is_open.set(false),
            "Enter" if is_chosen => self.next.run(()),
            "Enter" if is_written => {
                self.is_open.set(true);
                self.choose(self.marked().as_ref());
            }
            // Enter sends nothing from here.
            "Enter" => {}
            // Tab takes what stands first, and goes on by itself.
            "Tab" if !event.shift_key() && is_written && !is_chosen => {
                if let Some(party) = self.marked() {
                    self.side.put(&party);
                }
                self.is_open.set(false);
                return;
            }
            _ => return,
        }
        event.prevent_default();
    }
}

/// The field and its list.
#[component]
pub fn PartyField(
    /// Which side.
    side: Side,
    /// What is asked.
    label: &'static str,
    /// Goes on to the next field.
    #[prop(into)]
    next: Callback<()>,
) -> impl IntoView {
    let search = Search::start(side, next);
    let id = side.id;
    let is_wrong = move || side.wrong.with(Option::is_some);
    view! {
        <div class="field typing-party" class:wrong=is_wrong>
            <label class="field-label" for=id>{label}</label>
            <input
                class="field-input"
                node_ref=side.field
                id=id
                data-testid=id
                role="combobox"
                aria-autocomplete="list"
                aria-expanded=move || search.is_shown().to_string()
                aria-controls=format!("{id}-options")
                aria-activedescendant=move || search.is_shown().then(|| search.option_id(search.at.get()))
                aria-invalid=move || is_wrong().to_string()
                aria-describedby=move || is_wrong().then(|| format!("{id}-error"))
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                dir="auto"
                prop:value=move || side.text.get()
                on:focus=move |_| {
                    if let Some(field) = side.field.get_untracked() {
                        field.select();
                    }
                }
                on:blur=move |_| _ = search.is_open.try_set(false)
                on:input=move |event| search.write(event_target_value(&event))
                on:keydown=move |event| search.on_key(&event)
            />
            {move || search.is_shown().then(|| view! { <Options search label /> })}
            <FieldError id error=side.wrong.into() />
        </div>
    }
}

/// The list: who fits, and at its end the registration of somebody new.
#[component]
fn Options(search: Search, label: &'static str) -> impl IntoView {
    let t = texts().broker();
    let row = move |(index, party): (usize, Participant)| {
        let (symbol, name, place) = (party.symbol.to_string(), party.name.clone(), party.place.clone());
        let sector = party.sector;
        view! {
            <div
                class="party-option"
                role="option"
                data-testid="option"
                id=search.option_id(index)
                aria-selected=move || (search.at.get() == index).to_string()
                on:click=move |_| search.choose(Some(&party))
            >
                <SymbolChip symbol sector />
                <span class="party-name" dir="auto">
                    {name} <small dir="auto">{place}</small>
                </span>
            </div>
        }
    };
    let rows = move || search.found.get().into_iter().enumerate().map(row).collect_view();
    let last = move || search.found.with(Vec::len);
    view! {
        <div
            class="party-options"
            role="listbox"
            id=format!("{}-options", search.side.id)
            aria-label=label
            // The focus stays in the field.
            on:mousedown=move |event| event.prevent_default()
        >
            {rows}
            <div
                class="party-option party-register"
                role="option"
                data-testid="register"
                id=move || search.option_id(last())
                aria-selected=move || (search.at.get() == last()).to_string()
                on:click=move |_| search.choose(None)
            >
                {move || t.register(search.side.text.with(|text| text.trim().to_owned()))}
            </div>
        </div>
    }
}
