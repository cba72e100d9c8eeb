//! A participant's row: what is written in the table is kept when the field is left, and Enter goes to the row below.

use std::collections::BTreeMap;

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::PLACE_CHARS_MAX;
use borsklokka_shared::participant::ParticipantEntry;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::several::Chosen;
use crate::components::SymbolChip;
use crate::components::focus::focus;
use crate::desk::surety::Surety;
use crate::organiser::contact_form::{add, fault_words};
use crate::organiser::listings::count;
use crate::organiser::office::Office;
use crate::readiness::pages::Page;
use crate::texts::organiser::{guest_words, several_words, work_words};
use crate::texts::texts;

/// The row.
#[component]
#[expect(clippy::too_many_lines, reason = "a row, cell by cell")]
pub fn Row(
    /// Whose.
    id: ParticipantId,
    /// Who may be the same as whom.
    alike: Memo<BTreeMap<ParticipantId, ParticipantId>>,
    /// Those that are chosen.
    chosen: Chosen,
) -> impl IntoView {
    let (t, s, texts) = (guest_words(), several_words(), texts());
    let office = Office::of_page();
    let desk = office.desk;
    let known = desk.live.board(move |board| board.participant(id).cloned());
    let known = Memo::new(move |_| known.get().flatten());
    let counts = desk.live.board(move |board| count(board, id));
    let has_catalogue = desk.live.has_catalogue();
    let is_here = desk.live.board(move |board| board.arrived.contains(&id));
    let wrong = RwSignal::new(None::<String>);
    let name = move || known.with(|known| known.as_ref().map(|known| known.name.clone()).unwrap_or_default());
    let place = move || {
        known
            .with(|known| known.as_ref()?.place.clone())
            .unwrap_or_default()
    };
    // The row may be gone: a field that is taken out of the page may say so as a change. What is written is kept all the same.
    let set_place = move |place: String| {
        let known = desk.live.peek(|board| board.participant(id).cloned());
        let Some(known) = known.flatten() else {
            return;
        };
        let place = place.trim().to_owned();
        let entry = ParticipantEntry {
            place: (!place.is_empty()).then_some(place),
            ..known.entry()
        };
        if entry.place == known.place {
            return;
        }
        if entry
            .place
            .as_ref()
            .is_some_and(|place| place.chars().count() > PLACE_CHARS_MAX)
        {
            wrong.set(Some(texts.common().chars_too_many(1_usize)));
            return;
        }
        let command = Command::AmendParticipant {
            participant: entry,
            expected: Some(Box::new(known)),
        };
        desk.ask_beside(wrong, Surety::Pressed, &command, || ());
    };
    let set_contact = move |line: String| {
        if line.trim().is_empty() {
            return wrong.set(None);
        }
        match Contact::of_line(&line).checked() {
            Ok(contact) if contact.person.is_none() => wrong.set(Some(t.no_name.to_owned())),
            Ok(contact) => spawn_local(async move {
                let said = add(office, id, contact, texts).await.err();
                let _gone = wrong.try_set(said);
            }),
            // Words are the page's, and so is whoever reads them.
            Err(fault) => wrong.update(|wrong| *wrong = Some(fault_words(&fault))),
        }
    };
    let row_id = format!("row-{id}");
    let described = row_id.clone();
    let contact = move || {
        let person = office
            .people()
            .with(|people| people.as_ref().map(|people| people.get(&id).cloned()));
        match person {
            None => ().into_any(),
            Some(Some(person)) => view! { <span dir="auto">{person}</span> }.into_any(),
            Some(None) => view! {
                <input
                    class="field-input cell"
                    autocomplete="off"
                    data-testid="contact-line"
                    data-column="contact"
                    placeholder=t.contact_hint
                    aria-label=move || t.contact_of(name())
                    disabled=desk.is_cut_off()
                    on:keydown=move |event| go_below(&event)
                    on:change=move |event| set_contact(event_target_value(&event))
                />
            }
            .into_any(),
        }
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
                        aria-label=move || s.one(name())
                        prop:checked=move || chosen.has(id)
                        on:change=move |event| chosen.set(id, event_target_checked(&event))
                    />
                </label>
            </td>
            <td>{chip}</td>
            <th scope="row" dir="auto">
                <a href=Page::Participant(Some(id)).address() data-testid="participant-open">
                    {name}
                </a>
                <small class="has-come" hidden=move || is_here.get() != Some(true)>
                    {s.is_here}
                </small>
                {move || {
                    let other = alike.with(|alike| alike.get(&id).copied())?;
                    let name = desk.live.peek(|board| Some(board.participant(other)?.symbol.to_string()));
                    let words = t.twice(name.flatten().unwrap_or_default());
                    Some(view! {
                        <a class="button lacks" data-testid="compare" href=Page::Compare(id, other).address()>
                            {words}
                        </a>
                    })
                }}
                <p class="field-error" role="alert" id=row_id>
                    {move || wrong.get()}
                </p>
            </th>
            <td>
                <input
                    class="field-input cell cell-place"
                    autocomplete="off"
                    dir="auto"
                    data-testid="place-cell"
                    data-column="place"
                    aria-label=move || t.place_of(name())
                    aria-describedby=described
                    disabled=desk.is_cut_off()
                    prop:value=place
                    on:keydown=move |event| go_below(&event)
                    on:change=move |event| set_place(event_target_value(&event))
                />
            </td>
            <td class="cell-listings">
                {move || counts.get().filter(|_| has_catalogue.get()).map(|(offers, wishes)| {
                    let w = work_words();
                    w.listings_of(w.offers(offers), w.wishes(wishes))
                })}
            </td>
            <td>{contact}</td>
        </tr>
    }
}

/// Enter goes to the field below, as in a spreadsheet.
fn go_below(event: &KeyboardEvent) {
    if event.key() != "Enter" {
        return;
    }
    let control = event_target::<HtmlInputElement>(event);
    let below = below(&control);
    match below {
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
