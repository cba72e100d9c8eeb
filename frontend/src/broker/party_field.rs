//! Who gives, who receives: search as you type, tap, done.

use std::collections::BTreeMap;

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::{NAME_CHARS_MAX, PARTIES_PER_SIDE_MAX};
use borsklokka_shared::participant::Participant;
use leptos::html;
use leptos::prelude::*;

use super::Table;
use super::search::search;
use super::walk_in::Side;
use crate::components::SymbolChip;
use crate::components::field::{FieldError, focus};
use crate::texts::desk_texts;

/// One side of the deal.
#[component]
pub fn PartyField(side: Side) -> impl IntoView {
    let table = Table::of_page();
    let t = desk_texts();
    let id = side.id();
    let wrong = table.wrong_with(side.field());
    let picked = Memo::new(move |_| table.draft.with(|draft| side.of(draft).clone()));
    let more = RwSignal::new(false);
    let searching = Memo::new(move |_| picked.with(Vec::is_empty) || more.get());
    Effect::new(move || {
        // A form that starts anew asks for one party.
        if picked.with(Vec::is_empty) {
            more.set(false);
        }
    });
    view! {
        <div class="party" class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for=id>{side.label(t)}</label>
            <ul class="party-list">
                <For
                    each=move || {
                        picked.get().into_iter().filter_map(|id| table.party(id)).map(Row).collect::<Vec<_>>()
                    }
                    key=|row| format!("{} {} {:?}", row.0.id, row.0.name, row.0.place)
                    children=move |Row(party)| view! { <Picked side party /> }
                />
            </ul>
            {move || {
                if searching.get() {
                    view! { <Search side picked=move || more.set(false) asked=more.get_untracked() /> }.into_any()
                } else if picked.with(|picked| picked.len() < PARTIES_PER_SIDE_MAX) {
                    view! {
                        <button type="button" class="party-more" on:click=move |_| more.set(true)>
                            {t.broker.one_more}
                        </button>
                    }
                        .into_any()
                } else {
                    ().into_any()
                }
            }}
            <FieldError id error=wrong />
        </div>
    }
}

/// A party that was chosen.
#[derive(Clone)]
struct Row(Participant);

#[component]
fn Picked(side: Side, party: Participant) -> impl IntoView {
    let table = Table::of_page();
    let t = desk_texts();
    let id = party.id;
    let name = party.name.clone();
    view! {
        <li class="party-picked" data-testid=format!("{}-picked", side.id())>
            <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
            <span class="party-name">{party.name.clone()} <small>{whereabouts(&party)}</small></span>
            <button
                type="button"
                class="party-away"
                aria-label=(t.broker.take_away)(&name)
                on:click=move |_| table.write(side.field(), |draft| draft.drop_party(id))
            >
                "×"
            </button>
        </li>
    }
}

/// Sector and place.
fn whereabouts(party: &Participant) -> String {
    let sector = (desk_texts().common.sector)(party.sector);
    match &party.place {
        Some(place) => format!("{sector} · {place}"),
        None => sector.to_owned(),
    }
}

/// The search field and what it finds.
#[component]
fn Search(
    side: Side,
    /// Called when someone was chosen.
    picked: impl Fn() + Copy + Send + Sync + 'static,
    /// Whether a person asked for the field, so that it takes the focus.
    asked: bool,
) -> impl IntoView {
    let table = Table::of_page();
    let t = desk_texts();
    let id = side.id();
    let list = format!("{id}-options");
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let control = NodeRef::<html::Input>::new();
    if asked {
        Effect::new(move || {
            if let Some(control) = control.get() {
                focus(&control);
            }
        });
    }
    let found = Memo::new(move |_| {
        let taken: Vec<ParticipantId> = table.draft.with(|draft| draft.parties().collect());
        query.with(|query| {
            table.parties.with(|parties| {
                search(parties, &BTreeMap::new(), query)
                    .into_iter()
                    .filter(|party| !taken.contains(&party.id))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        })
    });
    let typed = Memo::new(move |_| query.with(|query| query.trim().to_owned()));
    let choose = move |party: ParticipantId| {
        query.set(String::new());
        table.write(side.field(), |draft| side.of_mut(draft).push(party));
        picked();
    };
    let register = move || table.walk_in.set(Some((side, typed.get_untracked())));
    let on_key = move |event: web_sys::KeyboardEvent| {
        let found_count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(found_count)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Escape" => query.set(String::new()),
            "Enter" if !typed.with_untracked(String::is_empty) => {
                let at = at.get_untracked();
                match found.with_untracked(|found| found.get(at).map(|party| party.id)) {
                    Some(party) => choose(party),
                    None => register(),
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option_id = move |index: usize| format!("{id}-option-{index}");
    view! {
        <div class="party-search">
            <input
                class="field-input"
                node_ref=control
                id=id
                data-testid=id
                role="combobox"
                aria-autocomplete="list"
                aria-expanded=move || (!typed.with(String::is_empty)).to_string()
                aria-controls=list.clone()
                aria-activedescendant=move || (!typed.with(String::is_empty)).then(|| option_id(at.get()))
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="done"
                maxlength=NAME_CHARS_MAX
                placeholder=t.broker.search
                prop:value=move || query.get()
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    at.set(0);
                }
                on:keydown=on_key
            />
            <Show when=move || !typed.with(String::is_empty)>
                <ul class="party-options" role="listbox" id=list.clone()>
                    {move || {
                        found
                            .get()
                            .into_iter()
                            .enumerate()
                            .map(|(index, party)| {
                                let whereabouts = whereabouts(&party);
                                let party_id = party.id;
                                view! {
                                    <li
                                        class="party-option"
                                        role="option"
                                        data-testid="option"
                                        id=option_id(index)
                                        aria-selected=move || (at.get() == index).to_string()
                                        on:click=move |_| choose(party_id)
                                    >
                                        <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
                                        <span class="party-name">{party.name} <small>{whereabouts}</small></span>
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                    {move || {
                        let index = found.with(Vec::len);
                        view! {
                            <li
                                class="party-option party-register"
                                role="option"
                                data-testid="register"
                                id=option_id(index)
                                aria-selected=move || (at.get() == index).to_string()
                                on:click=move |_| register()
                            >
                                {(index == 0).then_some(t.broker.nobody)}
                                " "
                                {typed.with(|typed| (t.broker.register)(typed))}
                            </li>
                        }
                    }}
                </ul>
            </Show>
        </div>
    }
}
