//! The fields of somebody who is registered in the hall.

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::{PARTICIPANT_NAME_CHARS_MAX, PLACE_CHARS_MAX, SYMBOL_CHARS_MAX};
use borsklokka_shared::participant::{Participant, Sector};
use leptos::prelude::*;

use super::duplicates::duplicates;
use super::reached::Reached;
use super::{Newcomer, Wrong};
use crate::components::{SymbolChip, TextField};
use crate::texts::texts;

/// Longest contact line, in characters: a name, a number and the longest mail address that people have.
const CONTACT_CHARS_MAX: usize = 200;

/// What it is called, and who it may be already: a tap takes that party instead.
#[component]
pub fn Named(
    /// What is written.
    new: Newcomer,
    /// Who is known.
    #[prop(into)]
    parties: Signal<Vec<Participant>>,
    /// Takes a party that was there already.
    #[prop(into)]
    taken: Callback<ParticipantId>,
) -> impl IntoView {
    let t = texts().broker();
    let alike = Memo::new(move |_| {
        new.name.with(|name| {
            parties.with(|parties| duplicates(name, parties).into_iter().cloned().collect::<Vec<_>>())
        })
    });
    let row = move |party: Participant| {
        let id = party.id;
        view! {
            <button type="button" class="known" data-testid="duplicate" on:click=move |_| taken.run(id)>
                <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
                <span class="party-name" dir="auto">{party.name} <small dir="auto">{party.place}</small></span>
            </button>
        }
    };
    view! {
        <TextField
            id="walk-in-name"
            testid="walk-in-name"
            label=t.party_name
            grows=true
            chars_max=PARTICIPANT_NAME_CHARS_MAX
            focused=true
            value=new.name
            error=new.error(|wrong| matches!(wrong, Wrong::Name(_)))
            write=move |text| new.write(new.name, text)
        />
        // The place is there before it speaks, so that a reader of screens hears it.
        <div class="alike" role="status">
            {move || {
                alike
                    .with(|alike| !alike.is_empty())
                    .then(|| {
                        view! {
                            <p class="field-label">{t.is_it_one_of_these}</p>
                            {alike.get().into_iter().map(row).collect_view()}
                        }
                    })
            }}
        </div>
    }
}

/// Whose sector it is, and what an individual is called on the wall: made of the name where that tells it, and asked for where it
/// does not.
#[component]
pub fn Sectors(
    /// What is written.
    new: Newcomer,
) -> impl IntoView {
    let t = texts();
    let sector = new.sector;
    let choice = move |one: Sector| {
        view! {
            <label class="sector">
                <input
                    type="radio"
                    name="sector"
                    data-testid=format!("sector-{}", one.as_str())
                    prop:checked=move || sector.get() == one
                    on:change=move |_| sector.set(one)
                />
                <span class=format!("chip chip-{}", one.as_str())>{t.common().sector(one)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="sectors">
            <legend class="field-label">{t.broker().party_sector}</legend>
            {Sector::ALL.into_iter().map(choice).collect_view()}
        </fieldset>
        <Show when=move || sector.get() == Sector::Individual>
            <TextField
                id="walk-in-shown"
                testid="walk-in-shown"
                label=t.broker().on_the_wall
                chars_max=PARTICIPANT_NAME_CHARS_MAX
                hint=t.broker().on_the_wall_hint
                value=Signal::derive(move || new.written().on_the_wall())
                error=new.error(|wrong| matches!(wrong, Wrong::Shown))
                write=move |text| new.write(new.shown, Some(text))
            />
        </Show>
    }
}

/// How to reach it, on one line, and how that is read.
#[component]
pub fn ReachedBy(
    /// What is written.
    new: Newcomer,
) -> impl IntoView {
    let t = texts().broker();
    view! {
        <TextField
            id="walk-in-contact"
            testid="walk-in-contact"
            label=t.party_contact
            grows=true
            chars_max=CONTACT_CHARS_MAX
            hint=t.contact_hint
            value=new.contact
            error=new.error(|wrong| matches!(wrong, Wrong::Contact(_)))
            write=move |text| new.write(new.contact, text)
        />
        <Reached line=new.contact />
    }
}

/// Where it stands in the hall.
#[component]
pub fn Placed(
    /// What is written.
    new: Newcomer,
    /// Takes the focus when it appears.
    #[prop(optional)]
    focused: bool,
) -> impl IntoView {
    let t = texts().broker();
    view! {
        <TextField
            id="walk-in-place"
            testid="walk-in-place"
            label=t.party_place
            chars_max=PLACE_CHARS_MAX
            hint=t.place_hint
            focused
            value=new.place
            write=move |text| new.place.set(text)
        />
    }
}

/// What the ticker is to call it: proposed by the name until somebody chooses another.
#[component]
pub fn Called(
    /// What is written.
    new: Newcomer,
    /// What it would be called.
    #[prop(into)]
    proposed: Signal<String>,
) -> impl IntoView {
    let t = texts().door();
    let shown = Signal::derive(move || {
        let chosen = new.symbol.get();
        if chosen.is_empty() { proposed.get() } else { chosen }
    });
    view! {
        <TextField
            id="walk-in-symbol"
            testid="walk-in-symbol"
            label=t.symbol
            chars_max=SYMBOL_CHARS_MAX
            value=shown
            error=new.error(|wrong| matches!(wrong, Wrong::Symbol(_)))
            write=move |text| new.write(new.symbol, text)
        />
    }
}
