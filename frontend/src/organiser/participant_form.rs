//! The form for one participant, new or known.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::{PARTICIPANT_NAME_CHARS_MAX, PLACE_CHARS_MAX, SYMBOL_CHARS_MAX};
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, first_name};
use borsklokka_shared::text::{is_visible, tidy};
use leptos::prelude::*;

use super::fields::{Choice, Text};
use super::form::{Faults, Filled, Following, InWords, SavedForm};
use super::office::open_from;
use crate::browser;
use crate::desk::Desk;
use crate::desk::surety::Surety;
use crate::readiness::pages::Page;
use crate::texts::organiser::guest_words;
use crate::texts::{Texts, texts};

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    sector: RwSignal<Sector>,
    /// What the wall calls an individual, if that was said.
    shown: RwSignal<String>,
    /// Whether somebody said it here.
    shown_is_own: RwSignal<bool>,
    /// What it is called there so far, if it is an individual: it stays for as long as the name does.
    agreed: StoredValue<Option<String>>,
    symbol: RwSignal<String>,
    place: RwSignal<String>,
    faults: Faults,
}

impl Form {
    fn of(entry: &ParticipantEntry, faults: Faults) -> Self {
        let is_known = !entry.name.is_empty() && entry.sector == Sector::Individual;
        Self {
            name: RwSignal::new(entry.name.clone()),
            sector: RwSignal::new(entry.sector),
            shown: RwSignal::new(entry.name.clone()),
            shown_is_own: RwSignal::new(false),
            agreed: StoredValue::new(is_known.then(|| entry.name.clone())),
            symbol: RwSignal::new(entry.symbol.clone().unwrap_or_default()),
            place: RwSignal::new(entry.place.clone().unwrap_or_default()),
            faults,
        }
    }

    /// Writes what the form holds; what is wrong with it is said at its field.
    fn write(self, entry: &mut ParticipantEntry) {
        let written = |text: RwSignal<String>| Some(tidy(&text.get())).filter(|text| !text.is_empty());
        let full_name = tidy(&self.name.get());
        let is_named = is_visible(&full_name);
        if !is_named {
            self.faults
                .say("participant-name", guest_words().no_name.to_owned());
        }
        entry.sector = self.sector.get();
        entry.name = if entry.sector == Sector::Individual {
            tidy(&self.shown.get())
        } else {
            full_name
        };
        if is_named && !is_visible(&entry.name) {
            self.faults.say(
                "participant-shown",
                texts().broker().on_the_wall_missing.to_owned(),
            );
        }
        entry.symbol = written(self.symbol);
        entry.place = written(self.place);
    }
}

/// A participant as the form writes it.
fn entry_of(known: &Participant) -> ParticipantEntry {
    ParticipantEntry {
        id: known.id,
        name: known.name.clone(),
        sector: known.sector,
        name_shown: NameShown::Full,
        symbol: Some(known.symbol.to_string()),
        place: known.place.clone(),
    }
}

/// Nobody yet.
fn new_entry() -> ParticipantEntry {
    ParticipantEntry {
        id: ParticipantId(browser::fresh_uuid()),
        name: String::new(),
        sector: Sector::Voluntary,
        name_shown: NameShown::Full,
        symbol: None,
        place: None,
    }
}

impl InWords for ParticipantEntry {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let o = texts.organiser();
        match field {
            "sector" => (o.sector, texts.common().sector(self.sector).to_owned()),
            "symbol" => (o.symbol, self.symbol.clone().unwrap_or_default()),
            "place" => (o.place, self.place.clone().unwrap_or_default()),
            _ => (o.name, self.name.clone()),
        }
    }
}

/// The form for one participant. A new one's page opens when it is saved.
#[component]
pub fn ParticipantForm(
    /// The one to change; a new one is made without.
    participant: Option<ParticipantId>,
) -> impl IntoView {
    let desk = Desk::of_page();
    let live = desk.live;
    let known = live.board(move |board| board.participant(participant?).map(entry_of));
    let nobody = participant.is_none().then(new_entry);
    let stands = Memo::new(move |_| nobody.clone().or_else(|| known.get().flatten()));
    let name = participant.map(|id| id.to_string()).unwrap_or_default();
    let form = Following::start(stands, format!("participant-form {name}"), participant);
    let save = move || {
        let expected = participant.and_then(|id| live.peek(|board| board.participant(id).cloned()).flatten());
        // Who is gone is not made anew.
        if participant.is_some() && expected.is_none() {
            return;
        }
        let Some(now) = form.now() else { return };
        let ready = form.press().and_then(|sending| form.on_top(sending, now));
        let Some(ready) = ready else { return };
        let entry = ready.value();
        let id = entry.id;
        let command = match expected {
            None => Command::RegisterParticipant { participant: entry },
            Some(expected) => Command::AmendParticipant {
                participant: entry,
                expected: Some(Box::new(expected)),
            },
        };
        let written = match command.tidied() {
            Command::RegisterParticipant { participant } | Command::AmendParticipant { participant, .. } => {
                participant
            }
            _ => ready.value(),
        };
        desk.ask_beside(form.refused, Surety::Pressed, &command, move || {
            form.settle_by_board(ready, written);
            if participant.is_none() {
                open_from(Page::Participant(None), Page::Participant(Some(id)));
            }
        });
    };
    let fill = move |entry: &ParticipantEntry, faults| {
        let form = Form::of(entry, faults);
        Filled::new(
            move |entry| form.write(entry),
            view! { <Fields form is_new=participant.is_none() /> },
        )
    };
    view! {
        <SavedForm testid="participant-form" button="participant-save" form save>
            {form.fields(fill)}
        </SavedForm>
    }
}

#[component]
fn Fields(form: Form, is_new: bool) -> impl IntoView {
    let o = texts().organiser();
    // What is on the wall already, and the first name of another, until somebody says otherwise.
    Effect::new(move || {
        let name = form.name.get();
        let agreed = form.agreed.get_value().filter(|agreed| *agreed == name);
        if !form.shown_is_own.get() {
            form.shown
                .set(agreed.or_else(|| first_name(&tidy(&name))).unwrap_or_default());
        }
    });
    view! {
        <Text
            id="participant-name"
            label=o.name
            chars_max=PARTICIPANT_NAME_CHARS_MAX
            focused=is_new
            error=form.faults.at("participant-name")
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
                    error=form.faults.at("participant-shown")
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
