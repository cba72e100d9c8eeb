//! Who gives, who receives: the parties that were chosen, and the field to choose one in.

use borsklokka_shared::limits::PARTIES_PER_SIDE_MAX;
use borsklokka_shared::participant::Participant;
use leptos::prelude::*;

use super::Intake;
use super::party_search::PartySearch;
use super::side::{label, whereabouts};
use crate::components::SymbolChip;
use crate::components::field::FieldError;
use crate::draft::Side;
use crate::texts::texts;

/// One side of the deal.
#[component]
pub fn PartyField(side: Side) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts();
    let id = side.id();
    let wrong = intake.wrong_with(side.field());
    let picked = Memo::new(move |_| intake.draft.with(|draft| draft.side(side).clone()));
    let more = RwSignal::new(false);
    let typed = Memo::new(move |_| intake.draft.with(|draft| !draft.typed(side).trim().is_empty()));
    let searching = Memo::new(move |_| picked.with(Vec::is_empty) || more.get() || typed.get());
    Effect::new(move || {
        // A form that starts anew asks for one party.
        if picked.with(Vec::is_empty) {
            more.set(false);
        }
    });
    view! {
        <div class="party" role="group" aria-label=label(side, t) class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for=id>{label(side, t)}</label>
            <ul class="party-list">
                <For
                    each=move || {
                        picked.get().into_iter().filter_map(|id| intake.party(id)).map(Row).collect::<Vec<_>>()
                    }
                    key=|row| format!("{} {} {:?}", row.0.id, row.0.name, row.0.place)
                    children=move |Row(party)| view! { <Picked side party /> }
                />
            </ul>
            {move || {
                if searching.get() {
                    view! { <PartySearch side picked=move || more.set(false) asked=more.get_untracked() /> }.into_any()
                } else if picked.with(|picked| picked.len() < PARTIES_PER_SIDE_MAX) {
                    view! {
                        <button type="button" class="party-more" on:click=move |_| more.set(true)>
                            {t.broker().one_more}
                        </button>
                    }
                        .into_any()
                } else {
                    ().into_any()
                }
            }}
            <Unregistered side />
            <FieldError id error=wrong />
        </div>
    }
}

/// Somebody new who was written for this side, and whose dialog was left before they were registered.
#[component]
fn Unregistered(side: Side) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let name = Memo::new(move |_| {
        let is_open = intake.walk_in.get();
        let newcomer = intake.draft.with(|draft| draft.newcomer.clone());
        newcomer
            .filter(|newcomer| newcomer.side == side && !is_open && !newcomer.is_blank())
            .map(|newcomer| newcomer.name)
    });
    move || {
        name.get().map(|name| {
            view! {
                <div class="unregistered" role="status" data-testid="unregistered">
                    <p>{t.unregistered(&name)}</p>
                    <button
                        type="button"
                        class="paper-button paper-button-main"
                        data-testid="go-on-registering"
                        on:click=move |_| intake.walk_in.set(true)
                    >
                        {t.go_on_registering}
                    </button>
                    <button
                        type="button"
                        class="paper-button"
                        data-testid="drop-newcomer"
                        on:click=move |_| intake.replace_with(side.field(), |draft| draft.newcomer = None)
                    >
                        {t.drop_newcomer}
                    </button>
                </div>
            }
        })
    }
}

/// A party that was chosen.
#[derive(Clone)]
struct Row(Participant);

#[component]
fn Picked(side: Side, party: Participant) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts();
    let id = party.id;
    let name = party.name.clone();
    view! {
        <li class="party-picked" data-testid=format!("{}-picked", side.id())>
            <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
            <span class="party-name" dir="auto">{party.name.clone()} <small>{whereabouts(&party)}</small></span>
            <button
                type="button"
                class="party-away"
                aria-label=t.broker().take_away(&name)
                on:click=move |_| intake.write(side.field(), |draft| draft.drop_party(id))
            >
                "×"
            </button>
        </li>
    }
}
