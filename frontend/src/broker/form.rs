//! The form: one column of decisions, one large button.

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::limits::REMARK_CHARS_MAX;
use borsklokka_shared::refusal::Refusal;
use leptos::prelude::*;

use super::Table;
use super::agreement::SignLast;
use super::draft::{Draft, Field, Half, stepped};
use super::line::{State, Subject};
use super::party_field::PartyField;
use super::service_field::ServiceField;
use super::walk_in::Side;
use crate::browser;
use crate::components::field::{FieldError, TextField};
use crate::components::{Arrow, SymbolChip};
use crate::offline::Offline;
use crate::texts::desk_texts;

/// The form.
#[component]
pub fn Form() -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let is_new = Memo::new(move |_| {
        table
            .draft
            .with(|draft| draft.amends.is_none() && draft.mends.is_none())
    });
    let is_blank = Memo::new(move |_| table.draft.with(|draft| *draft == Draft::default()));
    let phase = table.live.board_at(|board, now| board.floor.phase(now));
    let wrong = table.wrong_with(Field::Form);
    let offline = expect_context::<Signal<Offline>>();
    view! {
        <form
            class="deal-form"
            aria-label=t.post
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit(&table);
            }
        >
            {move || {
                phase
                    .get()
                    .and_then(t.floor)
                    .map(|words| view! { <p class="deal-note" data-testid="floor-note" role="status">{words}</p> })
            }}
            <Show when=move || table.outbox.memory_only().get()>
                <p class="deal-note" role="alert" data-testid="memory-only">{t.memory_only}</p>
            </Show>
            {move || {
                (t.offline)(offline.get())
                    .map(|words| view! { <p class="deal-note" data-testid="offline-note">{words}</p> })
            }}
            <Show when=move || !is_new.get()>
                <p class="deal-note deal-amending">{move || (t.amending)(amended_number(&table))}</p>
            </Show>
            <div class="parties">
                <PartyField side=Side::Givers />
                <button
                    type="button"
                    class="swap"
                    aria-label=t.swap
                    title=t.swap
                    data-testid="swap"
                    on:click=move |_| table.write(Field::Givers, Draft::swap)
                >
                    <Arrow />
                </button>
                <PartyField side=Side::Receivers />
            </div>
            <ServiceField half=Half::Service />
            <div class="returned">
                <Show when=move || !table.draft.with(|draft| draft.intention)>
                    <ServiceField half=Half::Return />
                </Show>
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="intention"
                        prop:checked=move || table.draft.with(|draft| draft.intention)
                        on:change=move |event| {
                            let on = event_target_checked(&event);
                            table.write(Field::Return, |draft| draft.intention = on);
                        }
                    />
                    {t.intention}
                </label>
            </div>
            <div class="particulars">
                <Hours />
                <FirstStep />
                <TextField
                    id="due"
                    testid="due"
                    kind="date"
                    label=t.due
                    value=Signal::derive(move || table.draft.with(|draft| draft.due.clone()))
                    error=table.wrong_with(Field::Due)
                    write=move |day| table.write(Field::Due, |draft| draft.due = day)
                />
                <TextField
                    id="deadline"
                    testid="deadline"
                    kind="date"
                    label=t.deadline
                    value=Signal::derive(move || table.draft.with(|draft| draft.deadline.clone()))
                    error=table.wrong_with(Field::Deadline)
                    write=move |day| table.write(Field::Deadline, |draft| draft.deadline = day)
                />
            </div>
            <div class="post-row">
                <FieldError id="form" error=wrong />
                <button class="post" type="submit" data-testid="post">
                    {move || if table.draft.with(|draft| draft.amends.is_some()) { t.amend } else { t.post }}
                </button>
                <div class="post-under">
                    <JustWritten />
                    <SignLast />
                    <Show when=move || !is_blank.get()>
                        <button
                            type="button"
                            class="quiet"
                            data-testid="clear"
                            on:click=move |_| table.begin(Draft::default())
                        >
                            {move || if is_new.get() { t.clear } else { t.leave }}
                        </button>
                    </Show>
                </div>
            </div>
        </form>
    }
}

fn amended_number(table: &Table) -> Option<u32> {
    let deal = table.draft.with(|draft| draft.amends)?;
    let number = table
        .live
        .read(|board| board.deals.get(&deal).and_then(|deal| deal.number));
    number.flatten().map(|number| number.0)
}

/// The hours, typed or stepped.
#[component]
fn Hours() -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let wrong = table.wrong_with(Field::Hours);
    let step = move |up| {
        table.write(Field::Hours, |draft| {
            draft.service.hours = stepped(&draft.service.hours, up);
        });
    };
    view! {
        <div class="field" class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for="hours">{t.hours}</label>
            <div class="stepper">
                <button type="button" aria-label=t.fewer data-testid="hours-fewer" on:click=move |_| step(false)>
                    "−"
                </button>
                <input
                    class="field-input"
                    id="hours"
                    data-testid="hours"
                    inputmode="decimal"
                    autocomplete="off"
                    maxlength="6"
                    placeholder="–"
                    aria-invalid=move || wrong.with(Option::is_some).to_string()
                    prop:value=move || table.draft.with(|draft| draft.service.hours.clone())
                    on:input=move |event| {
                        table.write(Field::Hours, |draft| draft.service.hours = event_target_value(&event));
                    }
                />
                <button type="button" aria-label=t.more data-testid="hours-more" on:click=move |_| step(true)>
                    "+"
                </button>
            </div>
            <FieldError id="hours" error=wrong />
        </div>
    }
}

/// Who moves first, and what they do.
#[component]
fn FirstStep() -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let wrong = table.wrong_with(Field::FirstStep);
    let parties = Memo::new(move |_| {
        table
            .draft
            .with(|draft| draft.parties().collect::<Vec<_>>())
            .into_iter()
            .filter_map(|id| table.party(id))
            .map(|party| (party.id, party.symbol.to_string(), party.sector))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="field first-step" class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for="first-what">{t.first_step}</label>
            <div class="first-step-line">
                <div class="first-by" role="group" aria-label=t.nobody_yet>
                    {move || {
                        parties
                            .get()
                            .into_iter()
                            .map(|(id, symbol, sector)| {
                                let on = move || table.draft.with(|draft| draft.first_by == Some(id));
                                view! {
                                    <button
                                        type="button"
                                        class="first-party"
                                        data-testid="first-by"
                                        aria-pressed=move || on().to_string()
                                        on:click=move |_| {
                                            table
                                                .write(
                                                    Field::FirstStep,
                                                    |draft| {
                                                        draft.first_by = (draft.first_by != Some(id)).then_some(id);
                                                    },
                                                );
                                        }
                                    >
                                        <SymbolChip symbol sector />
                                    </button>
                                }
                            })
                            .collect_view()
                    }}
                </div>
                <input
                    class="field-input"
                    id="first-what"
                    data-testid="first-what"
                    autocomplete="off"
                    maxlength=REMARK_CHARS_MAX
                    aria-label=t.first_what
                    placeholder=t.first_default
                    prop:value=move || table.draft.with(|draft| draft.first_what.clone())
                    on:input=move |event| {
                        table.write(Field::FirstStep, |draft| draft.first_what = event_target_value(&event));
                    }
                />
            </div>
            <FieldError id="first-what" error=wrong />
        </div>
    }
}

/// Where the deal that was sent last stands.
#[component]
fn JustWritten() -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let line = Memo::new(move |_| {
        let last = table.last.get()?;
        table.lines.with(|lines| {
            lines
                .iter()
                .find(|line| line.subject == Subject::Deal(last))
                .map(|line| (line.state.clone(), line.number))
        })
    });
    let name = move || line.with(|line| line.as_ref().map(|(state, _)| state.as_str()));
    view! {
        <p class="just-written" role="status" data-testid="just-written" data-state=name>
            {move || line.get().map(|(state, number)| (t.just_written)(&state, number))}
        </p>
    }
}

/// Judges what the form holds; puts it in the outbox, or says what is wrong.
fn submit(table: &Table) {
    let t = &texts_of(table).broker;
    let draft = table.draft.get_untracked();
    let mut wrong: Vec<(Field, String)> = draft
        .missing()
        .into_iter()
        .map(|field| (field, (t.wrong)(field).to_owned()))
        .collect();
    match written(table, &draft, t.first_default) {
        Err(field) => wrong.push((field, (t.wrong)(field).to_owned())),
        Ok(command) if wrong.is_empty() => match judge(table, &draft, &command) {
            Ok(()) => return send(table, &draft, &command),
            Err(refusal) => wrong.push((
                Field::of_refusal(&refusal),
                refusal.message(table.live.language().get_untracked()),
            )),
        },
        Ok(_) => {}
    }
    table.wrong.set(wrong);
}

/// The texts, outside a component.
fn texts_of(table: &Table) -> &'static crate::texts::DeskTexts {
    crate::texts::DeskTexts::of(table.live.language().get_untracked())
}

fn written(table: &Table, draft: &Draft, step: &str) -> Result<Command, Field> {
    let parties: Vec<_> = draft.parties().collect();
    let terms = draft.terms(step, |id| {
        // What the catalogue does not hold may be of a deal that is amended: the server knows.
        let whose = table
            .live
            .peek(|board| board.listings.get(&id).map(|listing| listing.participant));
        whose.flatten().is_none_or(|whose| parties.contains(&whose))
    })?;
    Ok(match draft.amends {
        Some(deal) => Command::AmendDeal { deal, terms },
        None => Command::PostDeal {
            deal: DealId(browser::fresh_uuid()),
            terms,
            written_on: WrittenOn::Tablet,
        },
    })
}

/// What is certainly wrong. A floor that is not open is the server's to judge, by when the deal was written; and a
/// walk-in whose registration waits here is not on the board yet.
fn judge(table: &Table, draft: &Draft, command: &Command) -> Result<(), Refusal> {
    let known = table
        .live
        .peek(|board| draft.parties().all(|party| board.participant(party).is_some()));
    if known != Some(true) {
        return shape(command);
    }
    match table.live.judge(command) {
        Err(Refusal::FloorNotOpen | Refusal::FloorClosed) => Ok(()),
        judged => judged,
    }
}

fn send(table: &Table, draft: &Draft, command: &Command) {
    table.outbox.post(command);
    if let Some(refused) = draft.mends {
        table.outbox.delete(refused);
    }
    let last = match command {
        Command::PostDeal { deal, .. } | Command::AmendDeal { deal, .. } => Some(*deal),
        _ => None,
    };
    table.last.set(last);
    table.begin(Draft::default());
}

/// Whether a state asks for its broker.
pub(super) const fn asks_for_broker(state: &State) -> bool {
    matches!(state, State::Refused(_) | State::SentBack(_))
}
