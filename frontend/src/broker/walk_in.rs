//! Someone who was not in the catalogue: name, sector and contact, and they can trade at once.

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Participant;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::intake::Intake;
use super::people;
use crate::browser;
use crate::components::{HandForm, Modal, ModalRef, SymbolChip};
use crate::draft::{self, Side};
use crate::newcomer::fields::{Named, Placed, ReachedBy, Sectors};
use crate::newcomer::{Newcomer, Written};
use crate::spelling::fold;
use crate::texts::texts;

/// Fewest letters that are looked up among those who speak for others already.
const KNOWN_CHARS_MIN: usize = 2;
/// Most of them that are shown.
const KNOWN_MAX: usize = 3;

/// A newcomer for one side of the deal.
#[derive(Clone, Copy)]
struct ForSide {
    intake: Intake,
    side: Side,
    new: Newcomer,
}

impl ForSide {
    /// Keeps what is written with the deal: the dialog may be left by a slip, and the page by an empty battery.
    fn keep(self) {
        let Written {
            name,
            sector,
            contact,
            place,
            shown,
            symbol: _,
        } = self.new.written();
        let written = draft::Newcomer {
            name,
            sector,
            contact,
            place,
            shown,
        };
        self.intake.draft.update(|draft| {
            if let Some(newcomer) = draft.newcomer_mut(self.side) {
                *newcomer = written;
            }
        });
    }

    fn close(self) {
        self.intake.walk_in.set(None);
        // What was opened and left without a word is nothing to go on with.
        self.intake.draft.update(|draft| {
            draft
                .newcomer_mut(self.side)
                .take_if(|newcomer| newcomer.is_blank());
        });
    }

    /// It was there already, or is now.
    fn is(self, party: ParticipantId) {
        self.intake
            .write(self.side.field(), |draft| *draft.newcomer_mut(self.side) = None);
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
        let id = ParticipantId(browser::fresh_uuid());
        let parties = self.intake.parties.get_untracked();
        let Some(registration) = self.new.judged(id, &parties) else {
            return;
        };
        self.intake.arrived.update(|arrived| arrived.insert(0, id));
        if let Some(person) = registration.contact.person.clone() {
            self.intake
                .people
                .update(|people| drop(people.insert(id, person)));
        }
        registration.post(self.intake.outbox);
        self.is(id);
    }
}

/// Registers a participant and puts it on one side of the deal.
#[component]
pub fn WalkIn(
    /// For which side.
    side: Side,
    /// What was written before.
    newcomer: draft::Newcomer,
) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let with_place = RwSignal::new(!newcomer.place.is_empty());
    let written = Written {
        name: newcomer.name,
        sector: newcomer.sector,
        contact: newcomer.contact,
        place: newcomer.place,
        shown: newcomer.shown,
        symbol: String::new(),
    };
    let new = Newcomer::of(written, intake.live.language());
    let for_side = ForSide { intake, side, new };
    Effect::new(move || for_side.keep());
    let modal = ModalRef::new();
    view! {
        <Modal class="dialog walk-in" titled_by="walk-in-title" modal closed=move || for_side.close()>
            <HandForm class="dialog-form">
                <h2 class="dialog-title" id="walk-in-title">{t.new_party}</h2>
                <Named new parties=intake.parties taken=move |party| for_side.is(party) />
                <Sectors new />
                <ReachedBy new />
                <Known intake new />
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
                    <Placed new focused=true />
                </Show>
                <div class="dialog-actions">
                    <button type="button" class="paper-button" on:click=move |_| modal.close()>{t.cancel}</button>
                    <button
                        type="button"
                        class="paper-button paper-button-main"
                        data-testid="walk-in-submit"
                        on:click=move |_| for_side.register()
                    >
                        {t.register_now}
                    </button>
                </div>
            </HandForm>
        </Modal>
    }
}

/// Persons who speak for somebody already and whose name begins like the contact line: one person may speak for several.
#[component]
fn Known(intake: Intake, new: Newcomer) -> impl IntoView {
    let found = Memo::new(move |_| {
        let typed = new.contact.with(|line| fold(line.trim()));
        if typed.chars().count() < KNOWN_CHARS_MIN {
            return Vec::new();
        }
        intake.people.with(|people| {
            let alike = people.iter().filter(|(_, person)| {
                let person = fold(person);
                person.starts_with(&typed) && person != typed
            });
            alike
                .filter_map(|(id, person)| Some((person.clone(), intake.party(*id)?)))
                .take(KNOWN_MAX)
                .collect::<Vec<_>>()
        })
    });
    let row = move |(person, party): (String, Participant)| {
        let (id, name) = (party.id, person.clone());
        view! {
            <button type="button" class="known" data-testid="known-person" on:click=move |_| fill(&intake, new.contact, id, &name)>
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
fn fill(intake: &Intake, line: RwSignal<String>, party: ParticipantId, person: &str) {
    let (slug, person) = (intake.live.slug(), person.to_owned());
    line.set(person.clone());
    spawn_local(async move {
        if let Some(contact) = people::contact_of(&slug, party).await
            && line.try_get_untracked() == Some(person)
        {
            line.try_set(contact.to_line());
        }
    });
}
