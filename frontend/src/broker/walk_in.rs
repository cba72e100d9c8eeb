//! Someone who was not in the catalogue: a small dialog, and they can trade at once.

use borsklokka_shared::command::Command;
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::{NAME_CHARS_MAX, PLACE_CHARS_MAX};
use borsklokka_shared::participant::{NameShown, ParticipantEntry, Sector};
use leptos::html;
use leptos::prelude::*;

use super::Table;
use super::draft::{Draft, Field};
use crate::browser;
use crate::components::TextField;
use crate::texts::{DeskTexts, desk_texts};

/// A side of the deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who gives.
    Givers,
    /// Who receives.
    Receivers,
}

impl Side {
    /// The side's name in the page.
    pub const fn id(self) -> &'static str {
        match self {
            Side::Givers => "giver",
            Side::Receivers => "receiver",
        }
    }

    /// Where what is wrong with it is said.
    pub const fn field(self) -> Field {
        match self {
            Side::Givers => Field::Givers,
            Side::Receivers => Field::Receivers,
        }
    }

    /// What is asked.
    pub const fn label(self, texts: &DeskTexts) -> &'static str {
        match self {
            Side::Givers => texts.broker.giver,
            Side::Receivers => texts.broker.receiver,
        }
    }

    /// Its parties.
    pub const fn of(self, draft: &Draft) -> &Vec<ParticipantId> {
        match self {
            Side::Givers => &draft.givers,
            Side::Receivers => &draft.receivers,
        }
    }

    /// Its parties, to be changed.
    pub const fn of_mut(self, draft: &mut Draft) -> &mut Vec<ParticipantId> {
        match self {
            Side::Givers => &mut draft.givers,
            Side::Receivers => &mut draft.receivers,
        }
    }
}

/// Registers a participant and puts it on one side of the deal.
#[component]
pub fn WalkIn(
    /// For which side.
    side: Side,
    /// What was typed in the search.
    name: String,
) -> impl IntoView {
    let table = Table::of_page();
    let t = desk_texts();
    let name = RwSignal::new(name);
    let place = RwSignal::new(String::new());
    let sector = RwSignal::new(Sector::Voluntary);
    let wrong = RwSignal::new(None::<String>);
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
            && let Err(error) = dialog.show_modal()
        {
            web_sys::console::warn_1(&error);
        }
    });
    let close = move || table.walk_in.set(None);
    let register = move || {
        let id = ParticipantId(browser::fresh_uuid());
        let place = place.get_untracked().trim().to_owned();
        let command = Command::RegisterParticipant {
            participant: ParticipantEntry {
                id,
                name: name.get_untracked().trim().to_owned(),
                sector: sector.get_untracked(),
                name_shown: NameShown::First,
                symbol: None,
                place: (!place.is_empty()).then_some(place),
            },
        };
        // A walk-in is welcome though the network is gone, so only what is written is judged.
        match shape(&command) {
            Ok(()) => {
                table.outbox.post(&command);
                table.write(side.field(), |draft| side.of_mut(draft).push(id));
                close();
            }
            Err(refusal) => wrong.set(Some(refusal.message(table.live.language().get_untracked()))),
        }
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="walk-in-title" on:close=move |_| close()>
            <form
                class="dialog-form"
                on:submit=move |event| {
                    event.prevent_default();
                    register();
                }
            >
                <h2 class="dialog-title" id="walk-in-title">{t.broker.new_party}</h2>
                <TextField
                    id="walk-in-name"
                    testid="walk-in-name"
                    label=t.broker.party_name
                    chars_max=NAME_CHARS_MAX
                    focused=true
                    value=name
                    error=wrong
                    write=move |text| {
                        name.set(text);
                        wrong.set(None);
                    }
                />
                <fieldset class="sectors">
                    <legend class="field-label">{t.broker.party_sector}</legend>
                    {Sector::ALL
                        .into_iter()
                        .map(|one| {
                            view! {
                                <label class="sector">
                                    <input
                                        type="radio"
                                        name="sector"
                                        data-testid=format!("sector-{}", one.as_str())
                                        prop:checked=move || sector.get() == one
                                        on:change=move |_| sector.set(one)
                                    />
                                    <span class=format!("chip chip-{}", one.as_str())>{(t.common.sector)(one)}</span>
                                </label>
                            }
                        })
                        .collect_view()}
                </fieldset>
                <Show when=move || sector.get() == Sector::Individual>
                    <p class="dialog-note">{t.broker.first_name_only}</p>
                </Show>
                <TextField
                    id="walk-in-place"
                    testid="walk-in-place"
                    label=t.broker.party_place
                    chars_max=PLACE_CHARS_MAX
                    hint=t.broker.place_hint
                    value=place
                    write=move |text| place.set(text)
                />
                <div class="dialog-actions">
                    <button type="button" class="paper-button" on:click=move |_| close()>{t.broker.cancel}</button>
                    <button type="submit" class="paper-button paper-button-main" data-testid="walk-in-submit">
                        {t.broker.register_now}
                    </button>
                </div>
            </form>
        </dialog>
    }
}
