//! Everyone who trades: a table to search in, and the form beside a line.

use borsklokka_shared::participant::Participant;
use leptos::prelude::*;

use super::participant_form::ParticipantForm;
use crate::components::{Button, SymbolChip, Weight};
use crate::desk::Desk;
use crate::texts::office_texts;

/// What the form is open for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Editing {
    /// Nothing.
    Nobody,
    /// A new participant.
    New,
    /// One that is registered.
    Known(Box<Participant>),
}

/// The participants.
#[component]
pub fn Participants() -> impl IntoView {
    let desk = Desk::of_page();
    let t = office_texts();
    let everyone = desk.live.board(|board| {
        let mut everyone: Vec<Participant> = board.participants.values().cloned().collect();
        everyone.sort_by_cached_key(|participant| participant.name.to_lowercase());
        everyone
    });
    let (wanted, editing) = (RwSignal::new(String::new()), RwSignal::new(Editing::Nobody));
    let found = Memo::new(move |_| {
        let wanted = wanted.with(|wanted| wanted.trim().to_lowercase());
        everyone.with(|everyone| {
            let everyone = everyone.as_deref().unwrap_or_default();
            everyone
                .iter()
                .filter(|participant| matches(participant, &wanted))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let count = Memo::new(move |_| everyone.with(|everyone| everyone.as_ref().map_or(0, Vec::len)));
    view! {
        <section class="card">
            <div class="card-head">
                <h2 class="form-heading">{move || t.organiser.participants(count.get())}</h2>
                <Button weight=Weight::Primary testid="participant-add" press=move || editing.set(Editing::New)>
                    {t.organiser.add}
                </Button>
            </div>
            {move || {
                let close = move || editing.set(Editing::Nobody);
                match editing.get() {
                    Editing::Nobody => ().into_any(),
                    Editing::New => view! { <ParticipantForm known=None close /> }.into_any(),
                    Editing::Known(known) => view! { <ParticipantForm known=Some(*known) close /> }.into_any(),
                }
            }}
            <input
                class="field-input"
                type="search"
                data-testid="participant-search"
                aria-label=t.organiser.search
                placeholder=t.organiser.search
                prop:value=wanted
                on:input=move |event| wanted.set(event_target_value(&event))
            />
            <table class="participants">
                <thead>
                    <tr>
                        <th scope="col">{t.organiser.symbol}</th>
                        <th scope="col">{t.organiser.name}</th>
                        <th scope="col">{t.organiser.sector}</th>
                        <th scope="col">{t.organiser.place}</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || found.get() key=key let(participant)>
                        <Row participant edit=move |known| editing.set(Editing::Known(known)) />
                    </For>
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(participant: Participant, edit: impl Fn(Box<Participant>) + 'static) -> impl IntoView {
    let t = office_texts();
    let known = Box::new(participant.clone());
    let Participant {
        name,
        sector,
        symbol,
        place,
        ..
    } = participant;
    view! {
        <tr data-testid="participant-row" data-symbol=symbol.to_string()>
            <td>
                <SymbolChip symbol=symbol.to_string() sector />
            </td>
            <td dir="auto">{name}</td>
            <td>{t.common.sector(sector)}</td>
            <td dir="auto">{place}</td>
            <td>
                <button
                    type="button"
                    class="row-act"
                    data-testid="participant-edit"
                    on:click=move |_| edit(known.clone())
                >
                    {t.organiser.edit}
                </button>
            </td>
        </tr>
    }
}

/// A line is drawn anew when anything in it changes.
fn key(participant: &Participant) -> String {
    format!("{participant:?}")
}

fn matches(participant: &Participant, wanted: &str) -> bool {
    let place = participant.place.as_deref().unwrap_or_default();
    [participant.name.as_str(), participant.symbol.as_str(), place]
        .iter()
        .any(|text| text.to_lowercase().contains(wanted))
}
