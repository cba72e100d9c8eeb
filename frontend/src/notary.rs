//! The notary's desk: written deals, the oldest first; looked over, hammered through, sent back with a remark, or taken back.
//!
//! What is ticked off is the notary's own: it stays on this screen, and begins anew when the deal changes.

pub mod sheet;

use std::collections::BTreeSet;

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::limits::REMARK_CHARS_MAX;
use borsklokka_shared::role::Role;
use leptos::html;
use leptos::prelude::*;

use self::sheet::{Check, Sheet, queue, ratified};
use crate::broker::header::TabletHeader;
use crate::components::deal::Sides;
use crate::components::{GavelGlyph, HoldButton, Holding, TextField, focus_returns};
use crate::desk::undo::{Undo, UndoBar};
use crate::desk::{Alert, Desk};
use crate::live::Live;
use crate::live::answer::Answer;
use crate::pair::Gate;
use crate::texts::desk_texts;

/// Who may hold the hammer.
const HAMMER: &[Role] = &[Role::Notary, Role::Moderator, Role::Organiser];

/// The notary's screen.
#[component]
pub fn Notary() -> impl IntoView {
    Undo::start(Desk::start("notary"));
    view! {
        <Gate roles=HAMMER>
            <Room />
        </Gate>
    }
}

#[component]
fn Room() -> impl IntoView {
    let alert = Desk::of_page().alert;
    let live = Live::of_page();
    let t = desk_texts();
    let waiting = live.board(move |board| queue(board, t));
    let remark = RwSignal::new(None);
    let struck = live.board(move |board| ratified(board, t));
    let ceremony = live.board(|board| board.settings.as_ref().map(|settings| settings.ceremony));
    let is_empty = move || waiting.with(|waiting| waiting.as_ref().is_none_or(Vec::is_empty));
    let at_once = move || ceremony.get().flatten() == Some(Ceremony::PostedAtOnce);
    view! {
        <div class="tablet notary">
            <TabletHeader />
            <Alert alert />
            <main class="notary-main">
                <section class="notary-queue" data-testid="queue">
                    <h2 class="mine-title">
                        {t.notary.queue}
                        <span>{move || waiting.with(|waiting| waiting.as_ref().map_or(0, Vec::len))}</span>
                    </h2>
                    <Show when=is_empty>
                        <p class="mine-none">
                            {move || if at_once() { t.notary.posted_at_once } else { t.notary.none }}
                        </p>
                    </Show>
                    <For
                        each=move || waiting.get().unwrap_or_default()
                        key=Clone::clone
                        children=move |sheet| view! { <Waiting sheet remark /> }
                    />
                </section>
                <Show when=move || struck.with(|struck| struck.as_ref().is_some_and(|struck| !struck.is_empty()))>
                    <section class="notary-ratified">
                        <h2 class="mine-title">{t.notary.ratified}</h2>
                        <For
                            each=move || struck.get().unwrap_or_default()
                            key=Clone::clone
                            children=|sheet| view! { <Ratified sheet /> }
                        />
                    </section>
                </Show>
            </main>
            <UndoBar />
        </div>
    }
}

/// A deal that waits.
#[component]
fn Waiting(
    sheet: Sheet,
    /// The remark that is being written, and to which deal.
    remark: RwSignal<Option<(DealId, String)>>,
) -> impl IntoView {
    let live = Live::of_page();
    let t = &desk_texts().notary;
    let (id, written_at) = (sheet.id, sheet.written_at);
    let tick = live.tick();
    let waited = Memo::new(move |_| (t.waited_s)(tick.get().ms_since(written_at) / 1_000));
    let is_open =
        Memo::new(move |_| remark.with(|remark| remark.as_ref().is_some_and(|(deal, _)| *deal == id)));
    let said = RwSignal::new(None::<String>);
    let (names, title) = (names(&sheet), format!("deed-{id}"));
    let titled_by = title.clone();
    let send_back = NodeRef::<html::Button>::new();
    focus_returns(is_open, send_back);
    view! {
        <article class="deed" data-testid="written" aria-labelledby=titled_by>
            <header class="deed-top">
                <Sides givers=sheet.givers.clone() receivers=sheet.receivers.clone() />
                <span class="deed-waited">{move || waited.get()}</span>
            </header>
            <h3 class="deed-names" id=title>{names.clone()}</h3>
            <p class="deed-text">{sheet.text}</p>
            <dl class="deed-rest">
                {sheet
                    .rest
                    .into_iter()
                    .map(|(label, words)| view! { <div><dt>{label}</dt> <dd>{words}</dd></div> })
                    .collect_view()}
            </dl>
            <p class="deed-broker">{(t.broker)(&sheet.broker)}</p>
            <Checks lacks=sheet.lacks />
            {move || if is_open.get() {
                view! { <Remark id remark said /> }.into_any()
            } else {
                view! { <Verdict id names=names.clone() send_back remark said /> }.into_any()
            }}
            {move || said.get().map(|said| view! { <p class="field-error" data-testid="refusal" role="alert">{said}</p> })}
        </article>
    }
}

/// What the notary ticks off.
#[component]
fn Checks(
    /// What the deal does not have.
    lacks: Vec<Check>,
) -> impl IntoView {
    let t = &desk_texts().notary;
    let ticked = RwSignal::new(BTreeSet::new());
    let check = move |check: Check| {
        let lacking = (t.lacks)(check).filter(|_| lacks.contains(&check));
        let tick = move |is_on| {
            ticked.update(|ticked| {
                if is_on {
                    ticked.insert(check);
                } else {
                    ticked.remove(&check);
                }
            });
        };
        view! {
            <label class="check" class:lacking=lacking.is_some()>
                <input
                    type="checkbox"
                    data-testid=format!("check-{}", check.as_str())
                    prop:checked=move || ticked.with(|ticked| ticked.contains(&check))
                    on:change=move |event| tick(event_target_checked(&event))
                />
                <span>{lacking.unwrap_or((t.check)(check))}</span>
            </label>
        }
    };
    view! {
        <fieldset class="checks" data-testid="checks">
            <legend>{t.checks}</legend>
            {Check::ALL.into_iter().map(check).collect_view()}
        </fieldset>
    }
}

/// The hammer, which is held, and the way back to the broker.
#[component]
fn Verdict(
    id: DealId,
    /// The parties, for when it is done.
    names: String,
    /// Opens the remark.
    send_back: NodeRef<html::Button>,
    remark: RwSignal<Option<(DealId, String)>>,
    said: RwSignal<Option<String>>,
) -> impl IntoView {
    let (desk, undo) = (Desk::of_page(), Undo::of_page());
    let t = &desk_texts().notary;
    let holding = Holding::new();
    let cut_off = desk.is_cut_off();
    let names = StoredValue::new(names);
    let ratify = move || {
        let done = (t.did_ratify)(&names.get_value());
        ask(desk.live, &Command::RatifyDeal { deal: id }, said, move || {
            undo.offer(done, Command::RecallDeal { deal: id });
        });
    };
    view! {
        <div class="deed-actions">
            <HoldButton
                class="hammer-hold"
                testid="ratify"
                holding
                press=move |event| holding.press(event, ratify)
                disabled=cut_off
            >
                <GavelGlyph />
                <span>{move || if cut_off.get() { t.cannot_ratify } else { t.ratify }}</span>
            </HoldButton>
            <button
                type="button"
                class="paper-button"
                node_ref=send_back
                data-testid="send-back"
                on:click=move |_| remark.set(Some((id, String::new())))
            >
                {t.send_back}
            </button>
        </div>
    }
}

/// What the broker must mend.
#[component]
fn Remark(
    id: DealId,
    remark: RwSignal<Option<(DealId, String)>>,
    said: RwSignal<Option<String>>,
) -> impl IntoView {
    let live = Live::of_page();
    let t = &desk_texts().notary;
    let words = move || remark.get().map(|(_, words)| words).unwrap_or_default();
    let send_back = move || {
        let written = remark.get_untracked().map(|(_, words)| words);
        let command = Command::SendBackDeal {
            deal: id,
            remark: written.unwrap_or_default(),
        };
        // The deal comes back with what was mended, and then nothing is written to its broker yet.
        ask(live, &command, said, move || remark.set(None));
    };
    view! {
        <form
            class="deed-remark"
            on:submit=move |event| {
                event.prevent_default();
                send_back();
            }
        >
            <TextField
                id="remark"
                testid="remark"
                label=t.remark
                hint=t.remark_hint
                focused=true
                chars_max=REMARK_CHARS_MAX
                value=Signal::derive(words)
                write=move |text| remark.set(Some((id, text)))
            />
            <div class="deed-actions">
                <button type="submit" class="paper-button paper-button-main" data-testid="send-back-now">
                    {t.send_back_now}
                </button>
                <button type="button" class="paper-button" on:click=move |_| remark.set(None)>
                    {t.cancel}
                </button>
            </div>
        </form>
    }
}

/// A deal that was hammered through.
#[component]
fn Ratified(sheet: Sheet) -> impl IntoView {
    let (live, undo) = (Live::of_page(), Undo::of_page());
    let t = &desk_texts().notary;
    let said = RwSignal::new(None::<String>);
    let id: DealId = sheet.id;
    let recall = move || {
        let recall = Command::RecallDeal { deal: id };
        ask(live, &recall.clone(), said, move || undo.forget(&recall));
    };
    let names = names(&sheet);
    view! {
        <article class="deed deed-small" data-testid="ratified" aria-label=names>
            <header class="deed-top">
                {sheet.number.map(|number| view! { <b class="mine-number">{number}</b> })}
                <Sides givers=sheet.givers receivers=sheet.receivers />
            </header>
            <p>{sheet.text}</p>
            <button
                type="button"
                class="paper-button"
                data-testid="recall"
                on:click=move |_| recall()
            >
                {t.recall}
            </button>
            {move || said.get().map(|said| view! { <p class="field-error" role="alert">{said}</p> })}
        </article>
    }
}

fn names(sheet: &Sheet) -> String {
    let side = |parties: &[crate::components::Party]| {
        parties
            .iter()
            .map(|party| party.name.clone())
            .collect::<Vec<_>>()
            .join(", ")
    };
    format!("{} → {}", side(&sheet.givers), side(&sheet.receivers))
}

/// Asks at once: the hammer does not wait in an outbox. Goes on with `accepted` if it took effect.
fn ask(live: Live, command: &Command, said: RwSignal<Option<String>>, accepted: impl FnOnce() + 'static) {
    let t = &crate::texts::DeskTexts::of(live.language().get_untracked()).broker;
    said.set(None);
    live.ask(command, move |answer| {
        said.try_set(match answer {
            Answer::Accepted { .. } => {
                accepted();
                None
            }
            Answer::Refused { message, .. } => Some(message),
            Answer::NotSent => Some(t.needs_connection.to_owned()),
            Answer::Lost => Some(t.answer_lost.to_owned()),
        });
    });
}
