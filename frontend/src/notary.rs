//! The notary's desk: written deals, the oldest first; looked over, hammered through, sent back with a remark, or taken back.
//!
//! What is ticked off is the notary's own: it stays on this screen, and begins anew when the deal changes.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::{Ceremony, NotaryTicks};
use borsklokka_shared::ids::DealId;
use borsklokka_shared::limits::REMARK_CHARS_MAX;
use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use leptos::html;
use leptos::prelude::*;

use crate::alike::{Alike, LikeMark};
use crate::amend::AmendSheet;
use crate::components::deal::Sides;
use crate::components::{GavelGlyph, HandForm, HoldButton, Holding, TextField, focus_returns};
use crate::deed::{Change, Deed, Matter, others, queue};
use crate::desk::surety::Surety;
use crate::desk::undo::{Back, Undo, UndoBar};
use crate::desk::{Alert, Desk, TwicePressed};
use crate::live::Live;
use crate::pair::Gate;
use crate::party::Party;
use crate::photo::PhotoButton;
use crate::sheet::{SheetPlace, Sheets};
use crate::tablet::header::TabletHeader;
use crate::texts::moderator::details;
use crate::texts::texts;
use crate::tick::NotaryTick;

/// How many deals that do not wait are shown before more are asked for, and how many more each time.
const ROWS: usize = 8;

/// The notary's screen.
#[component]
pub fn Notary() -> impl IntoView {
    Undo::start(Desk::start(Screen::Notary));
    Sheets::start();
    view! {
        <Gate right=Right::Hammer>
            <Room />
        </Gate>
    }
}

/// The remarks that are being written: one is open, and each is its own deal's until it is sent. Copied freely.
#[derive(Clone, Copy)]
struct Remarks {
    open: RwSignal<Option<DealId>>,
    written: RwSignal<BTreeMap<DealId, String>>,
}

impl Remarks {
    /// None yet. What is written of a deal that waits no more is forgotten: it was sent back, or let through.
    fn start(waiting: Memo<Option<Vec<Deed>>>) -> Self {
        let remarks = Self {
            open: RwSignal::new(None),
            written: RwSignal::new(BTreeMap::new()),
        };
        Effect::new(move || {
            waiting.with(|waiting| {
                if let Some(waiting) = waiting {
                    remarks.keep_of(|deal| waiting.iter().any(|deed| deed.id == deal));
                }
            });
        });
        remarks
    }

    fn keep_of(self, waits: impl Fn(DealId) -> bool) {
        if self
            .written
            .with_untracked(|written| !written.keys().all(|deal| waits(*deal)))
        {
            self.written
                .update(|written| written.retain(|deal, _| waits(*deal)));
        }
        if self.open.get_untracked().is_some_and(|deal| !waits(deal)) {
            self.open.set(None);
        }
    }

    fn of(self, deal: DealId) -> String {
        self.written
            .with(|written| written.get(&deal).cloned().unwrap_or_default())
    }

    fn write(self, deal: DealId, remark: String) {
        self.written.update(|written| drop(written.insert(deal, remark)));
    }

    /// It is sent.
    fn forget(self, deal: DealId) {
        self.written.update(|written| drop(written.remove(&deal)));
        if self.open.get_untracked() == Some(deal) {
            self.open.set(None);
        }
    }
}

#[component]
fn Room() -> impl IntoView {
    let desk = Desk::of_page();
    Alike::start(desk);
    let alert = desk.alert;
    let live = Live::of_page();
    let t = texts();
    let waiting = live.board(move |board| queue(board, t));
    let remarks = Remarks::start(waiting);
    let (query, most) = (RwSignal::new(String::new()), RwSignal::new(ROWS));
    let rest = live.board(move |board| query.with(|query| others(board, t, query, most.get())));
    let rest = Memo::new(move |_| rest.get().unwrap_or_default());
    let is_sought = move || !query.with(String::is_empty) || rest.with(|(_, count)| *count > 0);
    let ceremony = live.board(|board| board.settings.as_ref().map(|settings| settings.ceremony));
    // Without a board nobody knows whether something waits.
    let is_empty = move || waiting.with(|waiting| waiting.as_ref().is_some_and(Vec::is_empty));
    let is_unknown = move || waiting.with(Option::is_none);
    let at_once = move || ceremony.get().flatten() == Some(Ceremony::PostedAtOnce);
    view! {
        <div class="tablet notary">
            <TabletHeader />
            <Alert alert />
            <main class="notary-main">
                <section class="notary-queue" data-testid="queue">
                    <h2 class="mine-title">
                        {t.notary().queue}
                        <span>{move || waiting.with(|waiting| waiting.as_ref().map(Vec::len))}</span>
                    </h2>
                    <Show when=is_unknown>
                        <p class="mine-none">{t.common().connecting}</p>
                    </Show>
                    <Show when=is_empty>
                        <p class="mine-none">
                            {move || if at_once() { t.notary().posted_at_once } else { t.notary().none }}
                        </p>
                    </Show>
                    <For
                        each=move || waiting.get().unwrap_or_default()
                        key=Clone::clone
                        children=move |deed| view! { <Waiting deed remarks /> }
                    />
                </section>
                <Show when=is_sought>
                    <section class="notary-ratified" data-testid="others">
                        <h2 class="mine-title">
                            {t.notary().ratified}
                            <span>{move || rest.with(|(_, count)| *count)}</span>
                        </h2>
                        <input
                            type="search"
                            class="field-input"
                            data-testid="others-query"
                            autocomplete="off"
                            aria-label=t.notary().find
                            placeholder=t.notary().find
                            prop:value=query
                            on:input=move |event| query.set(event_target_value(&event))
                        />
                        <For
                            each=move || rest.with(|(deeds, _)| deeds.clone())
                            key=Clone::clone
                            children=|deed| view! { <Other deed /> }
                        />
                        <Show when=move || rest.with(|(deeds, count)| deeds.len() < *count)>
                            <button
                                type="button"
                                class="paper-button"
                                data-testid="others-more"
                                on:click=move |_| most.update(|most| *most += ROWS)
                            >
                                {t.notary().more}
                            </button>
                        </Show>
                    </section>
                </Show>
            </main>
            <UndoBar />
            <SheetPlace />
        </div>
    }
}

/// What was, and what is.
#[component]
fn Changes(
    /// Over them.
    title: &'static str,
    changes: Vec<Change>,
) -> impl IntoView {
    let t = texts().notary();
    let or_none = |words: String| {
        if words.is_empty() {
            t.nothing.to_owned()
        } else {
            words
        }
    };
    (!changes.is_empty()).then(|| {
        view! {
            <div class="deed-changes" data-testid="changes">
                <b>{title}</b>
                <dl>
                    {changes
                        .into_iter()
                        .map(|change| {
                            view! {
                                <div>
                                    <dt>{change.label}</dt>
                                    <dd dir="auto">
                                        <del>{or_none(change.was)}</del>
                                        " "
                                        <ins>{or_none(change.is)}</ins>
                                    </dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
            </div>
        }
    })
}

/// A deal that waits.
#[component]
fn Waiting(
    deed: Deed,
    /// What is being written to brokers.
    remarks: Remarks,
) -> impl IntoView {
    let live = Live::of_page();
    let t = texts().notary();
    let (id, written_at) = (deed.id, deed.written_at);
    let is_new = deed.matter == Matter::New;
    let ticked = RwSignal::new(BTreeSet::new());
    let tick = live.tick();
    let waited = Memo::new(move |_| t.waited_s(tick.get().ms_since(written_at) / 1_000));
    let is_open = Memo::new(move |_| remarks.open.get() == Some(id));
    let said = RwSignal::new(None::<String>);
    let (names, title) = (names(&deed), format!("deed-{id}"));
    let titled_by = title.clone();
    let send_back = NodeRef::<html::Button>::new();
    focus_returns(is_open, send_back);
    view! {
        <article class="deed" data-testid="written" data-matter=if is_new { "new" } else { "change" } aria-labelledby=titled_by>
            <header class="deed-top">
                {deed.number.map(|number| view! { <b class="mine-number">{number}</b> })}
                <Sides givers=deed.givers.clone() receivers=deed.receivers.clone() kind=deed.kind />
                <span class="deed-waited">
                    {move || if is_new { waited.get() } else { t.wants_change.to_owned() }}
                </span>
            </header>
            <h3 class="deed-names" id=title dir="auto">{names.clone()}</h3>
            <p class="deed-text" dir="auto">{deed.text}</p>
            <dl class="deed-rest">
                {deed
                    .rest
                    .into_iter()
                    .map(|(label, words)| view! { <div><dt>{label}</dt> <dd dir="auto">{words}</dd></div> })
                    .collect_view()}
            </dl>
            <p class="deed-broker" dir="auto">{t.broker(&deed.broker)}</p>
            <LikeMark deal=id />
            <Changes title=t.to_change changes=deed.changes />
            {is_new.then(|| view! { <Checks lacks=deed.lacks ticked /> })}
            {move || if is_open.get() {
                view! { <Remark id remarks said /> }.into_any()
            } else {
                view! { <Verdict id is_new names=names.clone() ticked send_back remarks said /> }.into_any()
            }}
            {move || said.get().map(|said| view! { <p class="field-error" data-testid="refusal" role="alert">{said}</p> })}
        </article>
    }
}

/// What the notary ticks off.
#[component]
fn Checks(
    /// What the deal does not have.
    lacks: Vec<NotaryTick>,
    /// What is ticked off.
    ticked: RwSignal<BTreeSet<NotaryTick>>,
) -> impl IntoView {
    let t = texts().notary();
    let row = move |tick: NotaryTick| {
        let lacking = t.lacks(tick).filter(|_| lacks.contains(&tick));
        let mark = move |is_on| {
            ticked.update(|ticked| {
                if is_on {
                    ticked.insert(tick);
                } else {
                    ticked.remove(&tick);
                }
            });
        };
        view! {
            <label class="check" class:lacking=lacking.is_some()>
                <input
                    type="checkbox"
                    data-testid=format!("check-{}", tick.as_str())
                    prop:checked=move || ticked.with(|ticked| ticked.contains(&tick))
                    on:change=move |event| mark(event_target_checked(&event))
                />
                <span>{lacking.unwrap_or(t.check(tick))}</span>
            </label>
        }
    };
    view! {
        <fieldset class="checks" data-testid="checks">
            <legend>{t.checks}</legend>
            {NotaryTick::ALL.into_iter().map(row).collect_view()}
        </fieldset>
    }
}

/// The hammer, which is held, and the way back to the broker.
#[component]
fn Verdict(
    id: DealId,
    /// Whether it has not been hammered through before.
    is_new: bool,
    /// The parties, for when it is done.
    names: String,
    /// What is ticked off.
    ticked: RwSignal<BTreeSet<NotaryTick>>,
    /// Opens the remark.
    send_back: NodeRef<html::Button>,
    remarks: Remarks,
    said: RwSignal<Option<String>>,
) -> impl IntoView {
    let (desk, undo) = (Desk::of_page(), Undo::of_page());
    let t = texts().notary();
    let holding = Holding::new();
    let cut_off = desk.is_cut_off();
    let names = StoredValue::new(names);
    let asks_ticks = desk.live.board(|board| {
        let settings = board.settings.as_ref()?;
        Some(settings.staging.notary_ticks == NotaryTicks::Asked)
    });
    let left = Memo::new(move |_| {
        if is_new && asks_ticks.get().flatten() == Some(true) {
            NotaryTick::ALL.len() - ticked.with(BTreeSet::len)
        } else {
            0
        }
    });
    let ratify = move || {
        let done = t.did_ratify(names.get_value());
        desk.ask_beside(said, Surety::Sure, &Command::RatifyDeal { deal: id }, move || {
            // A change that was let through is no new deal on the wall: taking it back would take the deal down.
            if is_new {
                undo.offer(done, Command::RecallDeal { deal: id });
            }
        });
    };
    let says = move || match (cut_off.get(), left.get()) {
        (true, _) => t.cannot_ratify.to_owned(),
        (false, 0) if is_new => t.ratify.to_owned(),
        (false, 0) => t.ratify_change.to_owned(),
        (false, left) => t.ticks_left(left),
    };
    view! {
        <div class="deed-actions">
            <HoldButton
                class="hammer-hold"
                testid="ratify"
                holding
                press=move |event| holding.press(event, ratify)
                disabled=Signal::derive(move || cut_off.get() || left.get() > 0)
            >
                <GavelGlyph />
                <span>{says}</span>
            </HoldButton>
            <button
                type="button"
                class="paper-button"
                node_ref=send_back
                data-testid="send-back"
                on:click=move |_| remarks.open.set(Some(id))
            >
                {t.send_back}
            </button>
            <PhotoButton deal=id class="paper-button" />
        </div>
    }
}

/// What the broker must mend.
#[component]
fn Remark(id: DealId, remarks: Remarks, said: RwSignal<Option<String>>) -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts().notary();
    let send_back = move || {
        let command = Command::SendBackDeal {
            deal: id,
            remark: untrack(|| remarks.of(id)),
        };
        // The deal comes back with what was mended, and then nothing is written to its broker yet.
        desk.ask_beside(said, Surety::Pressed, &command, move || remarks.forget(id));
    };
    view! {
        <HandForm class="deed-remark">
            <TextField
                id="remark"
                testid="remark"
                label=t.remark
                hint=t.remark_hint
                focused=true
                chars_max=REMARK_CHARS_MAX
                value=Signal::derive(move || remarks.of(id))
                write=move |text| remarks.write(id, text)
            />
            <div class="deed-actions">
                <button
                    type="button"
                    class="paper-button paper-button-main"
                    data-testid="send-back-now"
                    on:click=move |_| send_back()
                >
                    {t.send_back_now}
                </button>
                <button type="button" class="paper-button" on:click=move |_| remarks.open.set(None)>
                    {t.cancel}
                </button>
            </div>
        </HandForm>
    }
}

/// A deal that does not wait: it is read, corrected, and taken back after a second press.
#[component]
fn Other(deed: Deed) -> impl IntoView {
    let (desk, undo, sheets) = (Desk::of_page(), Undo::of_page(), Sheets::of_page());
    let t = texts().notary();
    let said = RwSignal::new(None::<String>);
    let id: DealId = deed.id;
    let recall = move || {
        let recall = Command::RecallDeal { deal: id };
        desk.ask_beside(said, Surety::Sure, &recall.clone(), move || {
            undo.forget(&Back::Command(Box::new(recall)));
        });
    };
    let names = names(&deed);
    view! {
        <article class="deed deed-small" data-testid="ratified" aria-label=names>
            <header class="deed-top">
                {deed.number.map(|number| view! { <b class="mine-number">{number}</b> })}
                <Sides givers=deed.givers receivers=deed.receivers kind=deed.kind />
                {deed.standing.map(|standing| view! { <span class="deed-waited">{standing}</span> })}
            </header>
            <p dir="auto">{deed.text}</p>
            <LikeMark deal=id />
            <Changes title=t.changed changes=deed.changes />
            <div class="deed-actions">
                <button type="button" class="paper-button" data-testid="amend-open" on:click=move |_| sheets.lay(move || view! { <AmendSheet deal=id /> })>
                    {details().amend().open}
                </button>
                <PhotoButton deal=id class="paper-button" />
                {(deed.matter == Matter::Ratified)
                    .then(|| {
                        view! {
                            <TwicePressed testid="recall" class="paper-button" asks=t.recall_surely press=recall>
                                {t.recall}
                            </TwicePressed>
                        }
                    })}
            </div>
            {move || said.get().map(|said| view! { <p class="field-error" role="alert">{said}</p> })}
        </article>
    }
}

fn names(deed: &Deed) -> String {
    let side = |parties: &[Party]| {
        parties
            .iter()
            .map(|party| party.name.clone())
            .collect::<Vec<_>>()
            .join(", ")
    };
    format!("{} → {}", side(&deed.givers), side(&deed.receivers))
}
