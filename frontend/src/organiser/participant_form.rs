//! The form for one participant, new or known.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::{NAME_CHARS_MAX, PLACE_CHARS_MAX, SYMBOL_CHARS_MAX};
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, first_name};
use borsklokka_shared::text::{is_visible, tidy};
use leptos::prelude::*;

use crate::browser;
use crate::components::{Button, TextField};
use crate::desk::Desk;
use crate::texts::office_texts;

/// The form for one participant.
#[component]
#[expect(clippy::too_many_lines, reason = "a form, field by field")]
pub fn ParticipantForm(
    /// The one to change; a new one is made without.
    known: Option<Participant>,
    /// Called when the form is done with.
    close: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let desk = Desk::of_page();
    let t = office_texts();
    let is_new = known.is_none();
    let expected = StoredValue::new(known.clone().map(Box::new));
    let heading = known.as_ref().map_or_else(
        || t.organiser.new_participant.to_owned(),
        |known| known.name.clone(),
    );
    let id = known
        .as_ref()
        .map_or_else(|| ParticipantId(browser::fresh_uuid()), |known| known.id);
    let name = RwSignal::new(known.as_ref().map(|known| known.name.clone()).unwrap_or_default());
    let sector = RwSignal::new(known.as_ref().map_or(Sector::Voluntary, |known| known.sector));
    let known_name = known
        .as_ref()
        .filter(|known| known.sector == Sector::Individual)
        .map(|known| known.name.clone());
    let symbol = RwSignal::new(
        known
            .as_ref()
            .map(|known| known.symbol.to_string())
            .unwrap_or_default(),
    );
    let place = RwSignal::new(known.and_then(|known| known.place).unwrap_or_default());
    // What is on the wall already is what was agreed.
    let shown = RwSignal::new(known_name);
    let on_the_wall = move || {
        shown
            .get()
            .unwrap_or_else(|| name.with(|name| first_name(&tidy(name))).unwrap_or_default())
    };
    let wrong = RwSignal::new(None::<String>);
    let written = |text: RwSignal<String>| {
        let text = text.get_untracked().trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let save = move || {
        let is_individual = sector.get_untracked() == Sector::Individual;
        let full_name = tidy(&name.get_untracked());
        let shown = if is_individual && is_visible(&full_name) {
            tidy(&untrack(on_the_wall))
        } else {
            full_name.clone()
        };
        if is_individual && is_visible(&full_name) && !is_visible(&shown) {
            wrong.set(Some(t.broker.on_the_wall_missing.to_owned()));
            return;
        }
        let participant = ParticipantEntry {
            id,
            name: shown,
            sector: sector.get_untracked(),
            name_shown: NameShown::Full,
            symbol: written(symbol),
            place: written(place),
        };
        let command = if is_new {
            Command::RegisterParticipant { participant }
        } else {
            Command::AmendParticipant {
                participant,
                expected: expected.get_value(),
            }
        };
        desk.ask_then(&command, close);
    };
    view! {
        <form
            class="form form-inset"
            data-testid="participant-form"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <h3 class="form-heading">{heading}</h3>
            <TextField
                id="participant-name"
                label=t.organiser.name
                testid="participant-name"
                chars_max=NAME_CHARS_MAX
                focused=true
                value=name
                write=move |text| name.set(text)
            />
            <fieldset class="choices">
                <legend class="field-label">{t.organiser.sector}</legend>
                {Sector::ALL
                    .map(|choice| {
                        view! {
                            <label class="choice">
                                <input
                                    type="radio"
                                    name="sector"
                                    value=choice.as_str()
                                    prop:checked=move || sector.get() == choice
                                    on:change=move |_| sector.set(choice)
                                />
                                {t.common.sector(choice)}
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <Show when=move || sector.get() == Sector::Individual>
                <TextField
                    id="participant-shown"
                    label=t.broker.on_the_wall
                    testid="participant-shown"
                    chars_max=NAME_CHARS_MAX
                    hint=t.broker.on_the_wall_hint
                    value=Signal::derive(on_the_wall)
                    error=wrong
                    write=move |text| {
                        shown.set(Some(text));
                        wrong.set(None);
                    }
                />
            </Show>
            <div class="form-pair">
                <TextField
                    id="participant-symbol"
                    label=t.organiser.symbol
                    testid="participant-symbol"
                    chars_max=SYMBOL_CHARS_MAX
                    hint=t.organiser.symbol_hint
                    value=symbol
                    write=move |text| symbol.set(text)
                />
                <TextField
                    id="participant-place"
                    label=t.organiser.place
                    testid="participant-place"
                    chars_max=PLACE_CHARS_MAX
                    value=place
                    write=move |text| place.set(text)
                />
            </div>
            <div class="form-acts">
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="participant-save"
                    disabled=desk.is_cut_off()
                >
                    {t.organiser.save}
                </button>
                <Button testid="participant-cancel" press=close>
                    {t.organiser.cancel}
                </Button>
            </div>
        </form>
    }
}
