//! Someone who was not in the catalogue: name, sector and contact, and they can trade at once.

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{PARTICIPANT_NAME_CHARS_MAX, PLACE_CHARS_MAX};
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, first_name};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::text::{is_visible, tidy};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::duplicates::duplicates;
use super::intake::Intake;
use super::people;
use super::reached::{Reached, contact_fault};
use crate::browser;
use crate::components::{HandForm, Modal, ModalRef, SymbolChip, TextField};
use crate::draft::{self, Side};
use crate::live::outbox::personal::Matter;
use crate::spelling::fold;
use crate::texts::desk_texts;

/// Longest contact line, in characters: a name, a number and the longest mail address that people have.
const CONTACT_CHARS_MAX: usize = 200;
/// Fewest letters that are looked up among those who speak for others already.
const KNOWN_CHARS_MIN: usize = 2;
/// Most of them that are shown.
const KNOWN_MAX: usize = 3;

/// What is written of the newcomer.
#[derive(Clone, Copy)]
struct Newcomer {
    intake: Intake,
    side: Side,
    name: RwSignal<String>,
    sector: RwSignal<Sector>,
    contact: RwSignal<String>,
    place: RwSignal<String>,
    /// What an individual is called on the wall, once somebody wrote it; before, it is made of the name.
    shown: RwSignal<Option<String>>,
    wrong: RwSignal<Option<Wrong>>,
}

/// Which field is wrong, and why.
#[derive(Clone, Debug, PartialEq)]
enum Wrong {
    Name(Refusal),
    /// It is not said what the wall calls an individual.
    Shown,
    Contact(ContactFault),
}

impl Wrong {
    fn message(&self, language: Language) -> String {
        match self {
            Wrong::Name(refusal) => refusal.message(language),
            Wrong::Shown => desk_texts().broker.on_the_wall_missing.to_owned(),
            Wrong::Contact(fault) => contact_fault(fault, language),
        }
    }
}

impl Newcomer {
    /// Keeps what is written with the deal: the dialog may be left by a slip, and the page by an empty battery.
    fn keep(self) {
        let written = draft::Newcomer {
            side: self.side,
            name: self.name.get(),
            sector: self.sector.get(),
            contact: self.contact.get(),
            place: self.place.get(),
            shown: self.shown.get(),
        };
        self.intake.draft.update(|draft| {
            if draft.newcomer.is_some() {
                draft.newcomer = Some(written);
            }
        });
    }

    fn close(self) {
        self.intake.walk_in.set(false);
        // What was opened and left without a word is nothing to go on with.
        self.intake.draft.update(|draft| {
            if draft.newcomer.as_ref().is_some_and(draft::Newcomer::is_blank) {
                draft.newcomer = None;
            }
        });
    }

    /// It was there already, or is now.
    fn is(self, party: ParticipantId) {
        self.intake
            .write(self.side.field(), |draft| draft.newcomer = None);
        self.close();
        let stands = self
            .intake
            .draft
            .with_untracked(|draft| draft.parties().any(|other| other == party));
        if !stands {
            self.intake.take(self.side, party);
        }
    }

    fn register(self) {
        match self.post() {
            Ok(party) => self.is(party),
            Err(wrong) => self.wrong.set(Some(wrong)),
        }
    }

    /// What is wrong with a field, in words.
    fn error(self, is: fn(&Wrong) -> bool) -> Signal<Option<String>> {
        let language = self.intake.live.language();
        Signal::derive(move || {
            let wrong = self.wrong.get().filter(is)?;
            Some(wrong.message(language.get()))
        })
    }

    /// What the wall calls an individual.
    fn on_the_wall(self) -> String {
        let written = self.shown.get();
        written.unwrap_or_else(|| self.name.with(|name| first_name(&tidy(name))).unwrap_or_default())
    }

    /// Puts registration and contact in the outbox. A walk-in is welcome though the network is gone, so only what is
    /// written is judged.
    fn post(self) -> Result<ParticipantId, Wrong> {
        let id = ParticipantId(browser::fresh_uuid());
        let place = self.place.get_untracked().trim().to_owned();
        let full_name = tidy(&self.name.get_untracked());
        let participant = ParticipantEntry {
            id,
            name: full_name.clone(),
            sector: self.sector.get_untracked(),
            name_shown: NameShown::Full,
            symbol: None,
            place: (!place.is_empty()).then_some(place),
        };
        shape(&Command::RegisterParticipant {
            participant: participant.clone(),
        })
        .map_err(Wrong::Name)?;
        let participant = match participant.sector {
            Sector::Individual => ParticipantEntry {
                name: Some(untrack(|| self.on_the_wall()))
                    .filter(|name| is_visible(name))
                    .ok_or(Wrong::Shown)?,
                ..participant
            },
            Sector::Business | Sector::Public | Sector::Voluntary => participant,
        };
        let contact = reached_as(participant.sector, &full_name, &self.contact.get_untracked())
            .checked()
            .map_err(Wrong::Contact)?;
        let command = Command::RegisterParticipant { participant };
        shape(&command).map_err(Wrong::Name)?;
        self.intake.outbox.post(&command);
        self.intake.arrived.update(|arrived| arrived.insert(0, id));
        if let Some(person) = &contact.person {
            let person = person.clone();
            self.intake
                .people
                .update(|people| drop(people.insert(id, person)));
        }
        if !contact.is_empty() {
            let participant = id;
            self.intake
                .outbox
                .post_personal(Matter::Contact { participant, contact });
        }
        Ok(id)
    }
}

/// An individual speaks for themself: of their name the board only shows what was agreed, and the contact has all of it, also
/// where somebody else is to be called.
fn reached_as(sector: Sector, full_name: &str, line: &str) -> Contact {
    let contact = Contact::of_line(line);
    let person = match (sector, contact.person) {
        (Sector::Individual, None) => Some(full_name.to_owned()),
        (Sector::Individual, Some(other)) if fold(&other) != fold(full_name) => {
            Some(format!("{other} ({full_name})"))
        }
        (_, person) => person,
    };
    Contact { person, ..contact }
}

/// Registers a participant and puts it on one side of the deal.
#[component]
pub fn WalkIn(
    /// What was written before, and for which side.
    newcomer: draft::Newcomer,
) -> impl IntoView {
    let intake = Intake::of_page();
    let t = &desk_texts().broker;
    let with_place = RwSignal::new(!newcomer.place.is_empty());
    let new = Newcomer {
        intake,
        side: newcomer.side,
        name: RwSignal::new(newcomer.name),
        sector: RwSignal::new(newcomer.sector),
        contact: RwSignal::new(newcomer.contact),
        place: RwSignal::new(newcomer.place),
        shown: RwSignal::new(newcomer.shown),
        wrong: RwSignal::new(None),
    };
    Effect::new(move || new.keep());
    let modal = ModalRef::new();
    view! {
        <Modal class="dialog walk-in" titled_by="walk-in-title" modal closed=move || new.close()>
            <HandForm class="dialog-form">
                <h2 class="dialog-title" id="walk-in-title">{t.new_party}</h2>
                <TextField
                    id="walk-in-name"
                    testid="walk-in-name"
                    label=t.party_name
                    grows=true
                    chars_max=PARTICIPANT_NAME_CHARS_MAX
                    focused=true
                    value=new.name
                    error=new.error(|wrong| matches!(wrong, Wrong::Name(_)))
                    write=move |text| {
                        new.name.set(text);
                        new.wrong.set(None);
                    }
                />
                <Alike new />
                <Sectors sector=new.sector />
                <OnTheWall new />
                <TextField
                    id="walk-in-contact"
                    testid="walk-in-contact"
                    label=t.party_contact
                    grows=true
                    chars_max=CONTACT_CHARS_MAX
                    hint=t.contact_hint
                    value=new.contact
                    error=new.error(|wrong| matches!(wrong, Wrong::Contact(_)))
                    write=move |text| {
                        new.contact.set(text);
                        new.wrong.set(None);
                    }
                />
                <Reached line=new.contact />
                <Known new />
                <Show
                    when=move || with_place.get()
                    fallback=move || {
                        view! {
                            <button
                                type="button"
                                class="quiet"
                                data-testid="add-place"
                                on:click=move |_| with_place.set(true)
                            >
                                {t.add_place}
                            </button>
                        }
                    }
                >
                    <TextField
                        id="walk-in-place"
                        testid="walk-in-place"
                        label=t.party_place
                        chars_max=PLACE_CHARS_MAX
                        hint=t.place_hint
                        focused=true
                        value=new.place
                        write=move |text| new.place.set(text)
                    />
                </Show>
                <div class="dialog-actions">
                    <button type="button" class="paper-button" on:click=move |_| modal.close()>{t.cancel}</button>
                    <button
                        type="button"
                        class="paper-button paper-button-main"
                        data-testid="walk-in-submit"
                        on:click=move |_| new.register()
                    >
                        {t.register_now}
                    </button>
                </div>
            </HandForm>
        </Modal>
    }
}

/// Whose sector it is.
#[component]
fn Sectors(sector: RwSignal<Sector>) -> impl IntoView {
    let t = desk_texts();
    view! {
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
                            <span class=format!("chip chip-{}", one.as_str())>{t.common.sector(one)}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}

/// What an individual is called on the wall: made of the name where that tells it, and asked for where it does not.
#[component]
fn OnTheWall(new: Newcomer) -> impl IntoView {
    let t = &desk_texts().broker;
    view! {
        <Show when=move || new.sector.get() == Sector::Individual>
            <TextField
                id="walk-in-shown"
                testid="walk-in-shown"
                label=t.on_the_wall
                chars_max=PARTICIPANT_NAME_CHARS_MAX
                hint=t.on_the_wall_hint
                value=Signal::derive(move || new.on_the_wall())
                error=new.error(|wrong| matches!(wrong, Wrong::Shown))
                write=move |text| {
                    new.shown.set(Some(text));
                    new.wrong.set(None);
                }
            />
        </Show>
    }
}

/// Who it may be already. A tap takes that party instead.
#[component]
fn Alike(new: Newcomer) -> impl IntoView {
    let t = &desk_texts().broker;
    let alike = Memo::new(move |_| {
        let parties = new.intake.parties;
        new.name.with(|name| {
            parties.with(|parties| duplicates(name, parties).into_iter().cloned().collect::<Vec<_>>())
        })
    });
    let row = move |party: Participant| {
        let id = party.id;
        view! {
            <button type="button" class="known" data-testid="duplicate" on:click=move |_| new.is(id)>
                <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
                <span class="party-name" dir="auto">{party.name} <small dir="auto">{party.place}</small></span>
            </button>
        }
    };
    // The place is there before it speaks, so that a reader of screens hears it.
    view! {
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

/// Persons who speak for somebody already and whose name begins like the contact line: one person may speak for several.
#[component]
fn Known(new: Newcomer) -> impl IntoView {
    let found = Memo::new(move |_| {
        let typed = new.contact.with(|line| fold(line.trim()));
        if typed.chars().count() < KNOWN_CHARS_MIN {
            return Vec::new();
        }
        new.intake.people.with(|people| {
            let alike = people.iter().filter(|(_, person)| {
                let person = fold(person);
                person.starts_with(&typed) && person != typed
            });
            alike
                .filter_map(|(id, person)| Some((person.clone(), new.intake.party(*id)?)))
                .take(KNOWN_MAX)
                .collect::<Vec<_>>()
        })
    });
    let row = move |(person, party): (String, Participant)| {
        let (id, name) = (party.id, person.clone());
        view! {
            <button type="button" class="known" data-testid="known-person" on:click=move |_| fill(&new, id, &name)>
                <span class="party-name" dir="auto">{person}</span>
                <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
            </button>
        }
    };
    move || {
        found
            .with(|found| !found.is_empty())
            .then(|| view! { <div class="alike">{found.get().into_iter().map(row).collect_view()}</div> })
    }
}

/// Writes a known person in the contact line, with what the server tells of them unless somebody has written on.
fn fill(new: &Newcomer, party: ParticipantId, person: &str) {
    let (line, slug, person) = (new.contact, new.intake.live.slug(), person.to_owned());
    line.set(person.clone());
    spawn_local(async move {
        if let Some(contact) = people::contact_of(&slug, party).await
            && line.try_get_untracked() == Some(person)
        {
            line.try_set(contact.to_line());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_individual_speaks_for_themself_and_the_full_name_is_kept() {
        let person = |sector, line: &str| reached_as(sector, "Kari Nordmann", line).person;
        assert_eq!(
            person(Sector::Individual, "912 34 567").as_deref(),
            Some("Kari Nordmann")
        );
        assert_eq!(
            person(Sector::Individual, "kari nordmann 912 34 567").as_deref(),
            Some("kari nordmann")
        );
        assert_eq!(
            person(Sector::Individual, "Ola 912 34 567").as_deref(),
            Some("Ola (Kari Nordmann)")
        );
        assert_eq!(person(Sector::Voluntary, "912 34 567"), None);
    }
}
