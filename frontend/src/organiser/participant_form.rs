//! The form for one participant, new or known.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::{PARTICIPANT_NAME_CHARS_MAX, PLACE_CHARS_MAX, SYMBOL_CHARS_MAX};
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, first_name};
use borsklokka_shared::text::{is_visible, tidy};
use leptos::prelude::*;

use super::fields::{Choice, Text};
use crate::browser;
use crate::desk::Desk;
use crate::desk::surety::Surety;
use crate::readiness::pages::Page;
use crate::texts::organiser::guest_words;
use crate::texts::texts;

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    id: ParticipantId,
    name: RwSignal<String>,
    sector: RwSignal<Sector>,
    /// What the wall calls an individual, if that was said.
    shown: RwSignal<String>,
    shown_is_own: RwSignal<bool>,
    symbol: RwSignal<String>,
    place: RwSignal<String>,
    name_wrong: RwSignal<Option<String>>,
    shown_wrong: RwSignal<Option<String>>,
}

impl Form {
    fn of(known: Option<&Participant>) -> Self {
        let text = |read: fn(&Participant) -> String| RwSignal::new(known.map(read).unwrap_or_default());
        Self {
            id: known.map_or_else(|| ParticipantId(browser::fresh_uuid()), |known| known.id),
            name: text(|known| known.name.clone()),
            sector: RwSignal::new(known.map_or(Sector::Voluntary, |known| known.sector)),
            // What is on the wall already is what was agreed.
            shown: text(|known| known.name.clone()),
            shown_is_own: RwSignal::new(known.is_some_and(|known| known.sector == Sector::Individual)),
            symbol: text(|known| known.symbol.to_string()),
            place: text(|known| known.place.clone().unwrap_or_default()),
            name_wrong: RwSignal::new(None),
            shown_wrong: RwSignal::new(None),
        }
    }

    /// What is written, if nothing is wrong with it; what is, is said at its field.
    fn written(self) -> Option<ParticipantEntry> {
        let written =
            |text: RwSignal<String>| Some(tidy(&text.get_untracked())).filter(|text| !text.is_empty());
        let full_name = tidy(&self.name.get_untracked());
        let is_named = is_visible(&full_name);
        self.name_wrong
            .set((!is_named).then(|| guest_words().no_name.to_owned()));
        let is_individual = self.sector.get_untracked() == Sector::Individual;
        let name = if is_individual {
            tidy(&self.shown.get_untracked())
        } else {
            full_name
        };
        let is_shown = is_visible(&name);
        let lacks_shown = is_named && !is_shown;
        self.shown_wrong
            .set(lacks_shown.then(|| texts().broker().on_the_wall_missing.to_owned()));
        (is_named && is_shown).then(|| ParticipantEntry {
            id: self.id,
            name,
            sector: self.sector.get_untracked(),
            name_shown: NameShown::Full,
            symbol: written(self.symbol),
            place: written(self.place),
        })
    }
}

/// The form for one participant. A new one's page opens when it is saved.
#[component]
pub fn ParticipantForm(
    /// The one to change; a new one is made without.
    known: Option<Participant>,
) -> impl IntoView {
    let desk = Desk::of_page();
    let o = texts().organiser();
    let is_new = known.is_none();
    let form = Form::of(known.as_ref());
    let expected = StoredValue::new(known.map(Box::new));
    // The first name, until somebody says otherwise.
    Effect::new(move || {
        let first = form.name.with(|name| first_name(&tidy(name)).unwrap_or_default());
        if !form.shown_is_own.get() {
            form.shown.set(first);
        }
    });
    let (refused, saved) = (RwSignal::new(None), RwSignal::new(false));
    let save = move || {
        saved.set(false);
        let Some(participant) = form.written() else { return };
        let command = if is_new {
            Command::RegisterParticipant { participant }
        } else {
            Command::AmendParticipant {
                participant,
                expected: expected.get_value(),
            }
        };
        desk.ask_beside(refused, Surety::Pressed, &command, move || {
            if is_new {
                browser::go(&Page::Participant(Some(form.id)).address());
            } else {
                // What was seen before is not what stands there now.
                let _gone = expected.try_set_value(None);
                let _gone = saved.try_set(true);
            }
        });
    };
    view! {
        <form
            class="form"
            data-testid="participant-form"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <Text
                id="participant-name"
                label=o.name
                chars_max=PARTICIPANT_NAME_CHARS_MAX
                focused=is_new
                error=form.name_wrong
                value=form.name
            />
            <Choice
                legend=o.sector
                name="sector"
                options=&Sector::ALL
                key=Sector::as_str
                words=|sector| texts().common().sector(sector)
                value=form.sector
            />
            <OnTheWall form />
            <div class="form-pair">
                <Text
                    id="participant-symbol"
                    label=o.symbol
                    chars_max=SYMBOL_CHARS_MAX
                    hint=o.symbol_hint
                    value=form.symbol
                />
                <Text id="participant-place" label=o.place chars_max=PLACE_CHARS_MAX value=form.place />
            </div>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {move || refused.get()}
            </p>
            <div class="form-acts">
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="participant-save"
                    disabled=desk.is_cut_off()
                >
                    {o.save}
                </button>
                <span role="status">{move || saved.get().then_some(o.saved)}</span>
            </div>
        </form>
    }
}

/// What the wall calls an individual.
#[component]
fn OnTheWall(form: Form) -> impl IntoView {
    let t = texts();
    view! {
        <Show when=move || form.sector.get() == Sector::Individual>
            <div on:input=move |_| form.shown_is_own.set(true)>
                <Text
                    id="participant-shown"
                    label=t.broker().on_the_wall
                    chars_max=PARTICIPANT_NAME_CHARS_MAX
                    hint=t.broker().on_the_wall_hint
                    error=form.shown_wrong
                    value=form.shown
                />
            </div>
            <p class="office-note" role="status">
                {move || {
                    let shown = form.shown.with(|shown| tidy(shown));
                    is_visible(&shown).then(|| guest_words().on_the_wall(shown))
                }}
            </p>
        </Show>
    }
}
