//! A deal to correct, on a sheet: all of it, whoever wrote it.

pub mod correction;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::limits::{REMARK_CHARS_MAX, SERVICE_CHARS_MAX, UNIT_CHARS_MAX};
use borsklokka_shared::order;
use leptos::prelude::*;

use self::correction::{Correction, Side, Wording, Wrong};
use crate::components::{SymbolChip, TextField};
use crate::desk::Desk;
use crate::desk::undo::Undo;
use crate::party::Party;
use crate::sheet::{Sheet, Sheets};
use crate::texts::moderator::Amend;
use crate::texts::moderator::details;
use crate::texts::texts;

/// Most digits of a number, with the spaces between them.
const DIGITS_MAX: usize = 11;
/// The longest day as it is written.
const DAY_CHARS_MAX: usize = 10;

/// A deal to correct.
#[component]
pub fn AmendSheet(
    /// Which deal.
    deal: DealId,
) -> impl IntoView {
    let (desk, sheets, undo) = (Desk::of_page(), Sheets::of_page(), Undo::of_page());
    let (t, words) = (texts().moderator(), details().amend());
    let before = desk
        .live
        .peek(|board| {
            let deal = board.deals.get(&deal)?;
            Some((deal.terms.clone(), deal.number))
        })
        .flatten();
    // A snapshot in between may have taken the deal away: there is nothing to correct then.
    let form = before.map(|(before, number)| {
        let correction = RwSignal::new(Correction::of(&before));
        let send = move |terms| {
            let back = Command::AmendDeal {
                deal,
                terms: before.clone(),
            };
            undo.ask(&Command::AmendDeal { deal, terms }, t.did_amend.to_owned(), back);
            sheets.close();
        };
        view! {
            <CorrectionForm
                correction
                lead=number.map_or_else(|| words.no_number.to_owned(), |number| words.deal(number.0))
                command=move |terms| Command::AmendDeal { deal, terms }
                send
            />
        }
    });
    view! {
        <Sheet testid="amend" title=words.title>
            {form}
        </Sheet>
    }
}

/// The form.
#[component]
pub fn CorrectionForm(
    /// What it holds.
    correction: RwSignal<Correction>,
    /// What it says first.
    lead: String,
    /// What is asked with these terms: what the server would refuse for its shape is said while it can be mended.
    command: impl Fn(Terms) -> Command + 'static,
    /// Goes on with the terms.
    send: impl Fn(Terms) + 'static,
) -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().amend();
    let wrong = RwSignal::new(None::<String>);
    let save = move || {
        let parties: Vec<ParticipantId> = correction.with_untracked(|form| form.parties().collect());
        let keep = |listing| {
            let owner = desk
                .live
                .peek(|board| board.listings.get(&listing).map(|listing| listing.participant));
            // What has left the catalogue may stay; what belongs to nobody here is not met.
            owner.flatten().is_none_or(|owner| parties.contains(&owner))
        };
        match correction.with_untracked(|form| form.terms(keep)) {
            Ok(terms) => match shape(&command(terms.clone())) {
                Ok(()) => send(terms),
                Err(refusal) => wrong.set(Some(refusal.message(desk.live.language().get_untracked()))),
            },
            Err(why) => wrong.set(Some(says(words, why).to_owned())),
        }
    };
    let field = move |read: fn(&Correction) -> &String| {
        Signal::derive(move || correction.with(|form| read(form).clone()))
    };
    view! {
        <form
            class="sheet-form"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <p class="sheet-lead">{lead}</p>
            <div class="sheet-pair">
                <PartiesOf correction side=Side::Givers legend=words.givers testid="amend-givers" />
                <PartiesOf correction side=Side::Receivers legend=words.receivers testid="amend-receivers" />
            </div>
            <label class="sheet-choice">
                <input
                    type="checkbox"
                    data-testid="amend-intention"
                    prop:checked=move || correction.with(|form| form.intention)
                    on:change=move |event| {
                        let is_on = event_target_checked(&event);
                        correction.update(|form| form.intention = is_on);
                    }
                />
                <span>{words.intention}</span>
            </label>
            <Direction ids=SERVICE legend=words.service correction half=|form| &mut form.service />
            <div hidden=move || correction.with(|form| form.intention)>
                <Direction ids=RETURN legend=words.returned correction half=|form| &mut form.returned />
            </div>
            <fieldset class="sheet-fields">
                <legend class="sheet-legend">{words.particulars}</legend>
                <div class="sheet-trio">
                    <FirstBy correction />
                    <TextField
                        id="amend-first-what"
                        testid="amend-first-what"
                        label=words.first_what
                        chars_max=REMARK_CHARS_MAX
                        value=field(|form| &form.first_what)
                        write=move |text| correction.update(|form| form.first_what = text)
                    />
                    <TextField
                        id="amend-due"
                        testid="amend-due"
                        kind="date"
                        label=words.due
                        chars_max=DAY_CHARS_MAX
                        value=field(|form| &form.due)
                        write=move |text| correction.update(|form| form.due = text)
                    />
                    <TextField
                        id="amend-deadline"
                        testid="amend-deadline"
                        kind="date"
                        label=words.deadline
                        chars_max=DAY_CHARS_MAX
                        value=field(|form| &form.deadline)
                        write=move |text| correction.update(|form| form.deadline = text)
                    />
                </div>
            </fieldset>
            <p class="sheet-acts sheet-foot">
                <span class="sheet-wrong" role="alert">{wrong}</span>
                <button type="submit" class="button button-primary" data-testid="amend-save" disabled=desk.is_cut_off()>
                    {words.save}
                </button>
            </p>
        </form>
    }
}

/// Why it cannot be kept.
fn says(words: &Amend, wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Parties => words.wrong_parties,
        Wrong::Text => words.wrong_text,
        Wrong::Amount => words.wrong_amount,
        Wrong::Hours => words.wrong_hours,
        Wrong::Worth => words.wrong_worth,
        Wrong::Day => words.wrong_day,
    }
}

/// Everyone who may be a party, by name.
fn everyone(board: &Board) -> Vec<(ParticipantId, String)> {
    let mut all: Vec<(ParticipantId, String)> = board
        .participants
        .values()
        .map(|party| (party.id, format!("{} ({})", party.name, party.symbol)))
        .collect();
    order::sort_by_key(&mut all, |(id, name)| (name.to_lowercase(), *id));
    all
}

/// Who is on a side: each can be taken off, and anybody put there.
#[component]
fn PartiesOf(
    correction: RwSignal<Correction>,
    side: Side,
    legend: &'static str,
    testid: &'static str,
) -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().amend();
    let all = desk.live.peek(everyone).unwrap_or_default();
    let here = desk.live.board(move |board| {
        correction.with(|form| {
            let ids = form.side(side);
            ids.iter()
                .copied()
                .zip(Party::all(board, ids))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <fieldset class="sheet-fields">
            <legend class="sheet-legend">{legend}</legend>
            <ul class="sheet-parties">
                {move || {
                    here.get()
                        .unwrap_or_default()
                        .into_iter()
                        .map(|(id, party)| {
                            let takes_off = words.take_off(&party.name);
                            view! {
                                <li>
                                    <SymbolChip symbol=party.symbol sector=party.sector />
                                    <span dir="auto">{party.name}</span>
                                    <button
                                        type="button"
                                        class="deal-act"
                                        data-testid="amend-off"
                                        aria-label=takes_off
                                        on:click=move |_| correction.update(|form| form.drop_party(id))
                                    >
                                        "×"
                                    </button>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <select
                class="screen-scene"
                data-testid=testid
                aria-label=legend
                prop:value=move || {
                    // Once somebody is chosen it asks anew.
                    here.track();
                    ""
                }
                on:change=move |event| {
                    if let Ok(id) = event_target_value(&event).parse() {
                        correction.update(|form| form.put(side, ParticipantId(id)));
                    }
                }
            >
                <option value="">{words.put_on}</option>
                {all
                    .into_iter()
                    .map(|(id, name)| view! { <option value=id.0.to_string()>{name}</option> })
                    .collect_view()}
            </select>
        </fieldset>
    }
}

/// Who moves first.
#[component]
fn FirstBy(correction: RwSignal<Correction>) -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().amend();
    let choices = desk.live.board(move |board| {
        correction.with(|form| {
            let named = |id| Some((id, board.participant(id)?.name.clone()));
            form.parties().filter_map(named).collect::<Vec<_>>()
        })
    });
    view! {
        <div class="field">
            <label class="field-label" for="amend-first-by">{words.first_by}</label>
            <select
                class="screen-scene"
                id="amend-first-by"
                data-testid="amend-first-by"
                on:change=move |event| {
                    let by = event_target_value(&event).parse().ok().map(ParticipantId);
                    correction.update(|form| form.first_by = by);
                }
            >
                <option value="">{words.nobody}</option>
                {move || {
                    let by = correction.with_untracked(|form| form.first_by);
                    choices
                        .get()
                        .unwrap_or_default()
                        .into_iter()
                        .map(|(id, name)| {
                            view! { <option value=id.0.to_string() selected=by == Some(id)>{name}</option> }
                        })
                        .collect_view()
                }}
            </select>
        </div>
    }
}

/// What joins the labels of a direction to their fields.
#[derive(Clone, Copy)]
struct Ids {
    text: &'static str,
    category: &'static str,
    amount: &'static str,
    unit: &'static str,
    hours: &'static str,
    worth: &'static str,
}

const SERVICE: Ids = Ids {
    text: "amend-text",
    category: "amend-category",
    amount: "amend-amount",
    unit: "amend-unit",
    hours: "amend-hours",
    worth: "amend-worth",
};
const RETURN: Ids = Ids {
    text: "amend-return-text",
    category: "amend-return-category",
    amount: "amend-return-amount",
    unit: "amend-return-unit",
    hours: "amend-return-hours",
    worth: "amend-return-worth",
};

/// What one side does.
#[component]
fn Direction(
    ids: Ids,
    legend: &'static str,
    correction: RwSignal<Correction>,
    half: fn(&mut Correction) -> &mut Wording,
) -> impl IntoView {
    let desk = Desk::of_page();
    let t = details().amend();
    let categories = desk
        .live
        .peek(|board| {
            board
                .settings
                .as_ref()
                .map(|settings| settings.categories.clone())
        })
        .flatten()
        .unwrap_or_default();
    let wording = move || correction.with(|form| half(&mut form.clone()).clone());
    let field = move |read: fn(&Wording) -> &String| Signal::derive(move || read(&wording()).clone());
    let number = move |id: &'static str, label, keyboard, read: fn(&mut Wording) -> &mut String| {
        let value = Signal::derive(move || read(&mut wording()).clone());
        view! {
            <TextField
                id=id
                testid=id
                label=label
                keyboard=keyboard
                chars_max=DIGITS_MAX
                value
                write=move |text| correction.update(|form| *read(half(form)) = text)
            />
        }
    };
    view! {
        <fieldset class="sheet-fields">
            <legend class="sheet-legend">{legend}</legend>
            <TextField
                id=ids.text
                testid=ids.text
                label=t.text
                chars_max=SERVICE_CHARS_MAX
                value=field(|wording| &wording.text)
                write=move |text| correction.update(|form| half(form).text = text)
            />
            <div class="sheet-trio">
                {number(ids.amount, t.amount, "numeric", |wording| &mut wording.amount)}
                <TextField
                    id=ids.unit
                    testid=ids.unit
                    label=t.unit
                    chars_max=UNIT_CHARS_MAX
                    value=field(|wording| &wording.unit)
                    write=move |text| correction.update(|form| half(form).unit = text)
                />
                {number(ids.hours, t.hours, "decimal", |wording| &mut wording.hours)}
                {number(ids.worth, t.worth, "numeric", |wording| &mut wording.worth)}
                <div class="field">
                    <label class="field-label" for=ids.category>{t.category}</label>
                    <select
                        class="screen-scene"
                        id=ids.category
                        data-testid=ids.category
                        on:change=move |event| {
                            let chosen = event_target_value(&event);
                            correction.update(|form| half(form).category = chosen);
                        }
                    >
                        <option value="">{t.no_category}</option>
                        {categories
                            .into_iter()
                            .map(|category| {
                                let key = category.id.0.clone();
                                let chosen = move || wording().category == key;
                                view! {
                                    <option dir="auto" value=category.id.0 selected=chosen>{category.name}</option>
                                }
                            })
                            .collect_view()}
                    </select>
                </div>
            </div>
        </fieldset>
    }
}
