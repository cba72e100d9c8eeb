//! The form: one column of decisions, one large button.

use borsklokka_shared::command::Command;
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::refusal::Refusal;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::Table;
use super::agreement::SignLast;
use super::draft::{Draft, Field, Half};
use super::extras::Extras;
use super::line::Subject;
use super::paper::{self, OnPaper};
use super::particulars::Particulars;
use super::party_field::PartyField;
use super::service_field::ServiceField;
use super::side::Side;
use crate::browser;
use crate::components::Arrow;
use crate::components::field::{FieldError, focus};
use crate::offline::Offline;
use crate::texts::desk_texts;

/// A tap on the button that comes so soon after the last is of a hand that trembled, in milliseconds.
const SECOND_TAP_MS: f64 = 1_000.0;

/// The form.
#[component]
pub fn Form() -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let is_new = Memo::new(move |_| table.draft.with(Draft::is_new));
    let asks = Memo::new(move |_| {
        table
            .lines
            .with(|lines| lines.iter().any(|line| line.state.asks_for_broker()))
    });
    let is_blank = Memo::new(move |_| table.draft.with(|draft| *draft == Draft::default()));
    let phase = table.live.board_at(|board, now| board.floor.phase(now));
    let wrong = table.wrong_with(Field::Form);
    let offline = expect_context::<Signal<Offline>>();
    let risk = table.outbox.risk();
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
            <OnPaper />
            {move || {
                risk.get()
                    .map(|fault| {
                        view! {
                            <p class="deal-note" role="alert" data-testid="memory-only">
                                {(desk_texts().outbox.at_risk)(fault)}
                            </p>
                        }
                    })
            }}
            {move || {
                (t.offline)(offline.get())
                    .map(|words| view! { <p class="deal-note" data-testid="offline-note">{words}</p> })
            }}
            <Show when=move || asks.get()>
                <p class="deal-note" role="status" data-testid="asks">{t.asks}</p>
            </Show>
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
            <Show when=move || !table.draft.with(|draft| draft.intention)>
                <ServiceField half=Half::Return />
            </Show>
            <Extras />
            <Particulars />
            <div class="post-row">
                <FieldError id="form" error=wrong />
                <button class="post" type="submit" data-testid="post">
                    {move || if table.draft.with(|draft| draft.amends.is_some()) { t.amend } else { t.post }}
                </button>
                <div class="post-under">
                    <JustWritten />
                    <SignLast />
                    {move || {
                        table
                            .doubt
                            .get()
                            .map(|doubt| view! { <p class="doubt" role="status" data-testid="doubt">{(t.doubt)(&doubt)}</p> })
                    }}
                    <Show when=move || !is_blank.get()>
                        <button
                            type="button"
                            class="quiet"
                            data-testid="clear"
                            on:click=move |_| table.replace(table.draft.get_untracked().beneath())
                        >
                            {move || if is_new.get() { t.clear } else { t.leave }}
                        </button>
                    </Show>
                    <Show when=move || table.replaced.with(Option::is_some)>
                        <button
                            type="button"
                            class="quiet"
                            data-testid="take-back"
                            on:click=move |_| table.take_back()
                        >
                            {t.take_back}
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
    let is_second_tap = browser::monotonic_ms() - table.sent_ms.get_value() < SECOND_TAP_MS;
    if is_second_tap && draft == Draft::default() {
        return;
    }
    let mut wrong: Vec<(Field, String)> = draft
        .missing()
        .into_iter()
        .map(|field| (field, (t.wrong)(field).to_owned()))
        .collect();
    match written(table, &draft) {
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
    table.last.set(None);
    table.wrong.set(wrong);
    request_animation_frame(show_first_error);
}

/// What is wrong first may be out of sight.
fn show_first_error() {
    let Ok(Some(error)) = document().query_selector(".deal-form .field-error") else {
        return;
    };
    let field = error.parent_element();
    let control = field.and_then(|field| field.query_selector("[aria-invalid=true]").ok().flatten());
    if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
        focus(&control);
    }
    let middle = ScrollIntoViewOptions::new();
    middle.set_block(ScrollLogicalPosition::Center);
    error.scroll_into_view_with_scroll_into_view_options(&middle);
}

/// The texts, outside a component.
fn texts_of(table: &Table) -> &'static crate::texts::DeskTexts {
    crate::texts::DeskTexts::of(table.live.language().get_untracked())
}

fn written(table: &Table, draft: &Draft) -> Result<Command, Field> {
    let parties: Vec<_> = draft.parties().collect();
    let terms = draft.terms(&table.usual.get_untracked(), |id| {
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
            written_on: paper::written_on(table),
        },
    })
}

/// What is certainly wrong. A floor that is not open is the server's to judge, by when the deal was written; and a
/// walk-in whose registration waits here is not on the board yet.
fn judge(table: &Table, draft: &Draft, command: &Command) -> Result<(), Refusal> {
    if !knows_all(table, draft) || waits_here(table, command) {
        return shape(command);
    }
    match table.live.judge(command) {
        Err(Refusal::FloorNotOpen | Refusal::FloorClosed) => Ok(()),
        judged => judged,
    }
}

/// What this device's board would refuse of a deal that goes out all the same: without a network the board is old, and the
/// server decides.
fn doubt(table: &Table, draft: &Draft, command: &Command) -> Option<Refusal> {
    if !knows_all(table, draft) || waits_here(table, command) {
        return None;
    }
    match table.live.judge_by_board(command) {
        Ok(()) | Err(Refusal::FloorNotOpen | Refusal::FloorClosed) => None,
        Err(refusal) => Some(refusal),
    }
}

/// Whether it changes a deal that waits in the outbox: no board knows that one yet.
fn waits_here(table: &Table, command: &Command) -> bool {
    matches!(command, Command::AmendDeal { deal, .. } if table.outbox.holds(*deal))
}

fn knows_all(table: &Table, draft: &Draft) -> bool {
    let known = table
        .live
        .peek(|board| draft.parties().all(|party| board.participant(party).is_some()));
    known == Some(true)
}

fn send(table: &Table, draft: &Draft, command: &Command) {
    let doubt = doubt(table, draft, command);
    table.outbox.post(command);
    if let Some(refused) = draft.mends {
        table.outbox.delete(refused);
    }
    let last = match command {
        Command::PostDeal { deal, .. } | Command::AmendDeal { deal, .. } => Some(*deal),
        _ => None,
    };
    table.begin(draft.clone().beneath());
    table.last.set(last);
    table.sent_ms.set_value(browser::monotonic_ms());
    let language = table.live.language().get_untracked();
    table.doubt.set(doubt.map(|refusal| refusal.message(language)));
}
