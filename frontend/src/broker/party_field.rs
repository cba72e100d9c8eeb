//! Who gives, who receives: the parties that were chosen, and the field to choose one in.

use borsklokka_shared::ids::ParticipantId;
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
    let rows = Memo::new(move |before: Option<&Vec<Row>>| {
        let has_board = intake.live.read(|_| ()).is_some();
        let row = |id: ParticipantId| {
            let party = intake.party(id);
            let is_gone = party.is_none();
            // Whoever is gone is shown all the same, by what they were called last: what nobody sees nobody takes away.
            let last = || before?.iter().find(|row| row.id == id)?.party.clone();
            let row = Row {
                id,
                party: party.or_else(last),
                is_gone,
            };
            (has_board || !is_gone).then_some(row)
        };
        picked.with(|picked| picked.iter().copied().filter_map(row).collect::<Vec<_>>())
    });
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
                <For each=move || rows.get() key=Row::key children=move |row| view! { <Picked side row /> } />
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
        let is_open = intake.walk_in.get() == Some(side);
        intake.draft.with(|draft| {
            let newcomer = draft.newcomer(side);
            newcomer
                .filter(|newcomer| !is_open && !newcomer.is_blank())
                .map(|newcomer| newcomer.name.clone())
        })
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
                        on:click=move |_| intake.walk_in.set(Some(side))
                    >
                        {t.go_on_registering}
                    </button>
                    <button
                        type="button"
                        class="paper-button"
                        data-testid="drop-newcomer"
                        on:click=move |_| intake.replace_with(side.field(), |draft| *draft.newcomer_mut(side) = None)
                    >
                        {t.drop_newcomer}
                    </button>
                </div>
            }
        })
    }
}

/// A party that was chosen.
#[derive(Clone, PartialEq)]
struct Row {
    id: ParticipantId,
    /// As it is, or as it was when it was last there.
    party: Option<Participant>,
    /// It was taken away while the deal is written.
    is_gone: bool,
}

impl Row {
    /// What of it is seen.
    fn key(&self) -> String {
        let seen = self.party.as_ref().map(|party| (&party.name, &party.place));
        format!("{} {seen:?} {}", self.id, self.is_gone)
    }
}

#[component]
fn Picked(side: Side, row: Row) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let Row { id, party, is_gone } = row;
    let about = match &party {
        Some(party) if !is_gone => whereabouts(party),
        _ => t.gone.to_owned(),
    };
    let name = party.as_ref().map(|party| party.name.clone()).unwrap_or_default();
    let chip =
        party.map(|party| view! { <SymbolChip symbol=party.symbol.to_string() sector=party.sector /> });
    view! {
        <li class="party-picked" data-testid=format!("{}-picked", side.id())>
            {chip} <span class="party-name" dir="auto">{name.clone()} <small>{about}</small></span>
            <button
                type="button"
                class="party-away"
                aria-label=t.take_away(&name)
                // Of this side alone: two that were merged may stand on either.
                on:click=move |_| intake.write(side.field(), |draft| draft.side_mut(side).retain(|other| *other != id))
            >
                "×"
            </button>
        </li>
    }
}
