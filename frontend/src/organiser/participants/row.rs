//! A participant's row: what is written in the table is kept when the field is left, and Enter goes to the row below. What another wrote there
//! meanwhile is told before it is written over.

use std::collections::BTreeMap;

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::{Participant, ParticipantEntry};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::cells::{Cell, Cells, Column, Fault, contact_of, place_of};
use super::several::Chosen;
use crate::components::SymbolChip;
use crate::components::focus::{focus, has_focus};
use crate::organiser::contact_form::{Added, add, fault_words};
use crate::organiser::half_typed::{Remark, Sending};
use crate::organiser::listings::count;
use crate::organiser::office::Office;
use crate::readiness::pages::Page;
use crate::texts::organiser::{guest_words, plan_words, several_words, work_words};
use crate::texts::texts;

/// What stands where another has taken away what was there.
const NOTHING: &str = "–";

/// What the parts of a row share. Copied freely; made once a row.
#[derive(Clone, Copy)]
struct Shared {
    id: ParticipantId,
    cells: Cells,
    office: Office,
    known: Memo<Option<Participant>>,
    /// Why what was written did not come through, in words.
    wrong: RwSignal<Option<String>>,
}

impl Shared {
    /// What it is called; follows it.
    fn name(self) -> String {
        let name = |known: &Participant| known.name.clone();
        self.known
            .with(|known| known.as_ref().map(name).unwrap_or_default())
    }

    /// What a field says while nothing is typed there; follows it.
    fn says(self, column: Column) -> String {
        let place = |known: &Participant| place_of(known).to_owned();
        match column {
            Column::Place => self
                .known
                .with(|known| known.as_ref().map(place).unwrap_or_default()),
            Column::Contact => String::new(),
        }
    }

    fn cell(self, column: Column) -> Cell {
        Cell {
            participant: self.id,
            column,
        }
    }

    /// Finds a field, also once the page is made anew in other words.
    fn field_id(self, column: Column) -> String {
        format!("row-{}-{}", self.id, column.as_str())
    }

    /// Whom to reach, as far as the server has said; follows that.
    fn reach(self) -> Reach {
        let people = self.office.people();
        people.with(
            |people| match people.as_ref().map(|people| people.get(&self.id)) {
                None => Reach::Unknown,
                Some(Some(person)) => Reach::Person(person.clone()),
                Some(None) => Reach::Line,
            },
        )
    }

    /// What a field says in which nothing is written, beside its label: what is to be written there, or what stands though it is emptied.
    fn hint(self, column: Column) -> Option<String> {
        let t = guest_words();
        match column {
            Column::Place => None,
            Column::Contact => Some(match self.reach() {
                Reach::Person(person) => t.contact_stays(person),
                Reach::Unknown | Reach::Line => t.contact_hint.to_owned(),
            }),
        }
    }

    /// Somebody may have gone from a field. To look at another window is not to.
    fn go_from(self, column: Column) {
        let is_in = has_focus().is_some_and(|field| field.id() == self.field_id(column));
        if !is_in {
            let _gone = self.cells.within.try_set(None);
        }
    }

    /// Joins the fields and what is wrong with them.
    fn error_id(self) -> String {
        format!("row-{}", self.id)
    }

    /// What is said of what is written in the row; follows it.
    fn said(self) -> Option<String> {
        let (t, plan) = (guest_words(), plan_words());
        let typed = self.cells.typed;
        let remarks = Column::ALL
            .into_iter()
            .filter_map(|column| typed.remark(&self.cell(column)));
        let told = remarks.map(|remark| match remark {
            Remark::Fault(Fault::TooLong(chars)) => texts().common().chars_too_many(chars),
            Remark::Fault(Fault::NoName) => t.no_name.to_owned(),
            Remark::Fault(Fault::Contact(fault)) => fault_words(&fault),
            Remark::Changed(says) if says.is_empty() => plan.changed_meanwhile(NOTHING),
            Remark::Changed(says) => plan.changed_meanwhile(says),
        });
        let said: Vec<String> = self.wrong.get().into_iter().chain(told).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// A field was left; if `is_meant`, Enter was pressed in it. The row may be gone: a field that is taken out of the page may say that it
    /// is left. What is written of whoever is there is kept all the same.
    fn leave(self, column: Column, is_meant: bool) {
        let live = self.office.desk.live;
        let known = live.peek(|board| board.participant(self.id).cloned());
        let Some(known) = known.flatten().filter(|known| known.id == self.id) else {
            return;
        };
        if let Some(sending) = self.cells.leave(&known, column, is_meant) {
            match column {
                Column::Place => self.send_place(known, sending),
                Column::Contact => self.send_contact(sending),
            }
        }
    }

    fn send_place(self, known: Participant, sending: Sending<Cell, Fault>) {
        let place = sending.text().to_owned();
        let command = Command::AmendParticipant {
            participant: ParticipantEntry {
                place: (!place.is_empty()).then_some(place),
                ..known.entry()
            },
            expected: Some(Box::new(known)),
        };
        let again = move || self.leave(Column::Place, false);
        self.cells.overtaken.send(&command, self.wrong, sending, again);
    }

    fn send_contact(self, sending: Sending<Cell, Fault>) {
        let Ok(contact) = contact_of(sending.text()) else {
            return;
        };
        let (office, wrong) = (self.office, self.wrong);
        let _gone = wrong.try_set(None);
        spawn_local(async move {
            let known = sending.over();
            match add(office, self.id, contact, &known).await {
                Ok(Added::Saved(contact)) => sending.settle(&contact.to_line()),
                Ok(Added::Contested(stands)) => sending.tell(Remark::Changed(stands.to_line())),
                // It may be sent again.
                Err(words) => drop(wrong.try_set(Some(words))),
            }
        });
    }
}

/// The row.
#[component]
pub fn Row(
    /// Whose.
    id: ParticipantId,
    /// What is half typed in the table.
    cells: Cells,
    /// Who may be the same as whom.
    alike: Memo<BTreeMap<ParticipantId, ParticipantId>>,
    /// Those that are chosen.
    chosen: Chosen,
) -> impl IntoView {
    let s = several_words();
    let office = Office::of_page();
    let live = office.desk.live;
    let known = live.board(move |board| board.participant(id).cloned());
    let known = Memo::new(move |_| known.get().flatten());
    let counts = live.board(move |board| count(board, id));
    let has_catalogue = live.has_catalogue();
    let row = Shared {
        id,
        cells,
        office,
        known,
        wrong: RwSignal::new(None),
    };
    let chip = move || {
        known
            .get()
            .map(|known| view! { <SymbolChip symbol=known.symbol.to_string() sector=known.sector /> })
    };
    view! {
        <tr
            data-testid="participant-row"
            data-symbol=move || known.with(|known| known.as_ref().map(|known| known.symbol.to_string()))
        >
            <td>
                <label class="choice">
                    <input
                        type="checkbox"
                        data-testid="participant-choose"
                        aria-label=move || s.one(row.name())
                        prop:checked=move || chosen.has(id)
                        on:change=move |event| chosen.set(id, event_target_checked(&event))
                    />
                </label>
            </td>
            <td>{chip}</td>
            <Head row alike />
            <td>
                <Field row column=Column::Place />
            </td>
            <td class="cell-listings">
                {move || counts.get().filter(|_| has_catalogue.get()).map(|(offers, wishes)| {
                    let w = work_words();
                    w.listings_of(w.offers(offers), w.wishes(wishes))
                })}
            </td>
            <td>
                <Contact row />
            </td>
        </tr>
    }
}

/// Who it is, what there is to know of them, and what is said of what is written in the row.
#[component]
fn Head(row: Shared, alike: Memo<BTreeMap<ParticipantId, ParticipantId>>) -> impl IntoView {
    let (t, s) = (guest_words(), several_words());
    let (id, live) = (row.id, row.office.desk.live);
    let is_here = live.board(move |board| board.arrived.contains(&id));
    let twice = move || {
        let other = alike.with(|alike| alike.get(&id).copied())?;
        let symbol = live.peek(|board| Some(board.participant(other)?.symbol.to_string()));
        let words = t.twice(symbol.flatten().unwrap_or_default());
        Some(view! {
            <a class="button lacks" data-testid="compare" href=Page::Compare(id, other).address()>
                {words}
            </a>
        })
    };
    view! {
        <th scope="row" dir="auto">
            <a href=Page::Participant(Some(id)).address() data-testid="participant-open">
                {move || row.name()}
            </a>
            <small class="has-come" hidden=move || is_here.get() != Some(true)>
                {s.is_here}
            </small>
            {twice}
            <p class="field-error" role="alert" dir="auto" id=row.error_id()>
                {move || row.said()}
            </p>
        </th>
    }
}

/// A field of the row.
#[component]
fn Field(row: Shared, column: Column) -> impl IntoView {
    let t = guest_words();
    let (typed, cell) = (row.cells.typed, row.cell(column));
    let (testid, class) = match column {
        Column::Place => ("place-cell", "field-input cell cell-place"),
        Column::Contact => ("contact-line", "field-input cell"),
    };
    let label = move || match column {
        Column::Place => t.place_of(row.name()),
        Column::Contact => t.contact_of(row.name()),
    };
    let shown = Memo::new(move |_| typed.text(&cell).unwrap_or_else(|| row.says(column)));
    let press = move |event: &KeyboardEvent| {
        if event.key() != "Enter" || event.repeat() {
            return;
        }
        row.leave(column, true);
        // What is said of it is read in the field.
        if untrack(|| typed.remark(&cell)).is_none() {
            go_below(&event_target(event));
        }
    };
    view! {
        <input
            class=class
            id=row.field_id(column)
            autocomplete="off"
            dir="auto"
            data-testid=testid
            data-column=column.as_str()
            placeholder=move || row.hint(column)
            aria-label=label
            aria-invalid=move || typed.remark(&cell).is_some().to_string()
            aria-describedby=row.error_id()
            disabled=row.office.desk.is_cut_off()
            prop:value=move || shown.get()
            on:input=move |event| {
                row.wrong.set(None);
                typed.write(&cell, event_target_value(&event), &untrack(|| row.says(column)));
            }
            // Not by `change`, which comes beside either: leaving once more has a meaning of its own.
            on:blur=move |_| {
                row.leave(column, false);
                row.go_from(column);
            }
            on:focus=move |_| row.cells.within.set(Some(cell))
            on:keydown=move |event| press(&event)
        />
    }
}

/// Whom to reach, as far as the page knows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    /// The server has not said.
    Unknown,
    /// This person.
    Person(String),
    /// Nobody; or somebody, while another contact is half typed, or was and the field is not left.
    Line,
}

/// Whom to reach: who it is, or a field for the contact that is missing, which is there for as long as somebody is in it.
#[component]
fn Contact(row: Shared) -> impl IntoView {
    let (typed, within) = (row.cells.typed, row.cells.within);
    let cell = row.cell(Column::Contact);
    let reach = Memo::new(move |_| {
        if within.get() == Some(cell) || typed.text(&cell).is_some() {
            Reach::Line
        } else {
            row.reach()
        }
    });
    move || match reach.get() {
        Reach::Unknown => ().into_any(),
        Reach::Person(person) => view! { <span dir="auto">{person}</span> }.into_any(),
        Reach::Line => view! { <Field row column=Column::Contact /> }.into_any(),
    }
}

/// Enter goes to the field below, as in a spreadsheet.
fn go_below(control: &HtmlInputElement) {
    match below(control) {
        // Leaving the field keeps what is written in it.
        Some(below) => focus(&below),
        None => drop(control.blur()),
    }
}

fn below(control: &HtmlInputElement) -> Option<HtmlElement> {
    let column = control.get_attribute("data-column")?;
    let mut row: Element = control.closest("tr").ok().flatten()?;
    loop {
        row = row.next_element_sibling()?;
        let found = row
            .query_selector(&format!("[data-column={column}]"))
            .ok()
            .flatten();
        if let Some(found) = found {
            return found.dyn_into().ok();
        }
    }
}
