//! The notary's desk: written deals, the oldest first; looked over, hammered through, sent back with a remark, or taken back.
//!
//! What is ticked off is the notary's own: it stays on this screen, whichever language that speaks, and begins anew when the deal changes.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::exchange::{Ceremony, NotaryTicks};
use borsklokka_shared::ids::DealId;
use borsklokka_shared::limits::REMARK_CHARS_MAX;
use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use leptos::html;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::alike::{Alike, LikeMark};
use crate::amend::AmendSheet;
use crate::components::deal::Sides;
use crate::components::{GavelGlyph, HandForm, HoldButton, Holding, TextField, focus_returns};
use crate::deed::{Change, Deed, Matter, may_wait, others, queue};
use crate::desk::surety::Surety;
use crate::desk::undo::{Back, Undo, UndoBar};
use crate::desk::{Alert, Desk, TwicePressed};
use crate::live::Live;
use crate::live::connection::LinkState;
use crate::pair::Gate;
use crate::party::Party;
use crate::photo::PhotoButton;
use crate::sheet::{SheetPlace, Sheets};
use crate::tablet::header::TabletHeader;
use crate::texts::moderator::details;
use crate::texts::texts;
use crate::tick::NotaryTick;
use crate::typed::{self, lasting};

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

/// What the tab keeps of what the notary writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    open: Option<DealId>,
    remarks: Vec<(DealId, String)>,
}

impl Kept {
    /// Whether nothing is written.
    fn is_blank(&self) -> bool {
        self.open.is_none() && self.remarks.iter().all(|(_, remark)| remark.trim().is_empty())
    }
}

/// What was ticked off of a deal, and the deal as it was then, in no language's words.
struct LookedOver {
    deed: Deed,
    ticked: BTreeSet<NotaryTick>,
}

/// What the notary types and ticks off, each deal's until it is let through or sent back. It outlives the words, and what is written
/// outlives the page, and a deal that is taken away and put back. Copied freely.
#[derive(Clone, Copy)]
struct Typed {
    /// The deal whose remark is open.
    open: RwSignal<Option<DealId>>,
    /// What is being written to brokers.
    remarks: RwSignal<BTreeMap<DealId, String>>,
    looked_over: RwSignal<BTreeMap<DealId, LookedOver>>,
    /// What is sought.
    query: RwSignal<String>,
}

impl Typed {
    /// What the tab kept, which it goes on keeping as long as the device may.
    fn start(live: Live) -> Self {
        let slug = live.slug();
        let typed = Self::of(typed::kept(&slug, Screen::Notary).unwrap_or_default());
        let may_keep = live.may_keep();
        let place = slug.clone();
        Effect::new(move || {
            let kept = Kept {
                open: typed.open.get(),
                remarks: typed.remarks.get().into_iter().collect(),
            };
            let is_kept = may_keep.get() && !kept.is_blank();
            typed::keep(&place, Screen::Notary, is_kept.then_some(&kept));
        });
        on_cleanup(move || typed::keep::<Kept>(&slug, Screen::Notary, None));
        typed
    }

    fn of(kept: Kept) -> Self {
        Self {
            open: RwSignal::new(kept.open),
            remarks: RwSignal::new(kept.remarks.into_iter().collect()),
            looked_over: RwSignal::new(BTreeMap::new()),
            query: RwSignal::new(String::new()),
        }
    }

    /// Forgets what is of a deal that waits no more: it was sent back, or let through. What is written stays as long as the deal may wait
    /// again. What the disk told may be of before a deal was written, so that only the server's board says so.
    fn follow(self, live: Live, waiting: Memo<Option<Vec<Deed>>>) {
        let link = live.link();
        let may_wait = live.board(may_wait);
        Effect::new(move || {
            if link.get() != LinkState::Connected {
                return;
            }
            waiting.with(|waiting| {
                may_wait.with(|may_wait| {
                    if let (Some(waiting), Some(may_wait)) = (waiting, may_wait) {
                        self.keep_of(|deal| waiting.iter().any(|deed| deed.id == deal), may_wait);
                    }
                });
            });
        });
    }

    fn keep_of(self, waits: impl Fn(DealId) -> bool, may_wait: &BTreeSet<DealId>) {
        if self
            .remarks
            .with_untracked(|remarks| !remarks.keys().all(|deal| may_wait.contains(deal)))
        {
            self.remarks
                .update(|remarks| remarks.retain(|deal, _| may_wait.contains(deal)));
        }
        if self
            .looked_over
            .with_untracked(|looked_over| !looked_over.keys().all(|deal| waits(*deal)))
        {
            self.looked_over
                .update(|looked_over| looked_over.retain(|deal, _| waits(*deal)));
        }
        if self.open.get_untracked().is_some_and(|deal| !waits(deal)) {
            self.open.set(None);
        }
    }

    fn remark(self, deal: DealId) -> String {
        self.remarks
            .with(|remarks| remarks.get(&deal).cloned().unwrap_or_default())
    }

    fn write(self, deal: DealId, remark: String) {
        self.remarks.update(|remarks| drop(remarks.insert(deal, remark)));
    }

    /// It is sent.
    fn forget(self, deal: DealId) {
        self.remarks.update(|remarks| drop(remarks.remove(&deal)));
        if self.open.get_untracked() == Some(deal) {
            self.open.set(None);
        }
    }

    /// Goes on with what was ticked off of a deal, unless it has changed since.
    fn look_over(self, deed: &Deed) {
        let deed = without_words(deed);
        let is_same = self.looked_over.with_untracked(|looked_over| {
            let before = looked_over.get(&deed.id);
            before.is_some_and(|before| before.deed == deed)
        });
        if !is_same {
            let (deal, ticked) = (deed.id, BTreeSet::new());
            self.looked_over
                .update(|looked_over| drop(looked_over.insert(deal, LookedOver { deed, ticked })));
        }
    }

    /// What is ticked off of a deal.
    fn ticked(self, deal: DealId) -> BTreeSet<NotaryTick> {
        self.looked_over.with(|looked_over| {
            let of_deal = looked_over.get(&deal);
            of_deal.map(|one| one.ticked.clone()).unwrap_or_default()
        })
    }

    fn tick(self, deal: DealId, tick: NotaryTick, is_on: bool) {
        self.looked_over.update(|looked_over| {
            if let Some(one) = looked_over.get_mut(&deal) {
                if is_on {
                    one.ticked.insert(tick);
                } else {
                    one.ticked.remove(&tick);
                }
            }
        });
    }
}

/// What is the same of a deed in every language: its terms say the rest.
fn without_words(deed: &Deed) -> Deed {
    Deed {
        rest: Vec::new(),
        changes: Vec::new(),
        standing: None,
        ..deed.clone()
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
    let typed = lasting(|| Typed::start(live));
    typed.follow(live, waiting);
    let (query, most) = (typed.query, RwSignal::new(ROWS));
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
                        children=move |deed| view! { <Waiting deed typed /> }
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
    /// What the notary types and ticks off.
    typed: Typed,
) -> impl IntoView {
    let live = Live::of_page();
    let t = texts().notary();
    let (id, written_at) = (deed.id, deed.written_at);
    let terms = StoredValue::new(deed.terms.clone());
    let is_new = deed.matter == Matter::New;
    if is_new {
        typed.look_over(&deed);
    }
    let tick = live.tick();
    let waited = Memo::new(move |_| t.waited_s(tick.get().ms_since(written_at) / 1_000));
    let is_open = Memo::new(move |_| typed.open.get() == Some(id));
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
            {is_new.then(|| view! { <Checks id lacks=deed.lacks typed /> })}
            {move || if is_open.get() {
                view! { <Remark id typed said /> }.into_any()
            } else {
                view! { <Verdict id is_new terms names=names.clone() typed send_back said /> }.into_any()
            }}
            {move || said.get().map(|said| view! { <p class="field-error" data-testid="refusal" role="alert">{said}</p> })}
        </article>
    }
}

/// What the notary ticks off.
#[component]
fn Checks(
    id: DealId,
    /// What the deal does not have.
    lacks: Vec<NotaryTick>,
    /// What is ticked off.
    typed: Typed,
) -> impl IntoView {
    let t = texts().notary();
    let row = move |tick: NotaryTick| {
        let lacking = t.lacks(tick).filter(|_| lacks.contains(&tick));
        view! {
            <label class="check" class:lacking=lacking.is_some()>
                <input
                    type="checkbox"
                    data-testid=format!("check-{}", tick.as_str())
                    prop:checked=move || typed.ticked(id).contains(&tick)
                    on:change=move |event| typed.tick(id, tick, event_target_checked(&event))
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
    /// What is shown, and what the hammer falls on.
    terms: StoredValue<Terms>,
    /// The parties, for when it is done.
    names: String,
    /// What is ticked off, and written.
    typed: Typed,
    /// Opens the remark.
    send_back: NodeRef<html::Button>,
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
            NotaryTick::ALL.len() - typed.ticked(id).len()
        } else {
            0
        }
    });
    let ratify = move || {
        let done = t.did_ratify(names.get_value());
        let hammer = Command::RatifyDeal {
            deal: id,
            expected: Some(Box::new(terms.get_value())),
        };
        desk.ask_beside(said, Surety::Sure, &hammer, move || {
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
                on:click=move |_| typed.open.set(Some(id))
            >
                {t.send_back}
            </button>
            <PhotoButton deal=id class="paper-button" />
        </div>
    }
}

/// What the broker must mend.
#[component]
fn Remark(id: DealId, typed: Typed, said: RwSignal<Option<String>>) -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts().notary();
    let send_back = move || {
        let command = Command::SendBackDeal {
            deal: id,
            remark: untrack(|| typed.remark(id)),
        };
        // The deal comes back with what was mended, and then nothing is written to its broker yet.
        desk.ask_beside(said, Surety::Pressed, &command, move || typed.forget(id));
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
                value=Signal::derive(move || typed.remark(id))
                write=move |text| typed.write(id, text)
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
                <button type="button" class="paper-button" on:click=move |_| typed.open.set(None)>
                    {t.cancel}
                </button>
            </div>
        </HandForm>
    }
}

/// A deal that does not wait: it is read, corrected, and taken back after a second press. One that was taken away is put back first.
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
    let reinstate = move || {
        let reinstate = Command::ReinstateDeal { deal: id };
        desk.ask_beside(said, Surety::Pressed, &reinstate, || ());
    };
    let names = names(&deed);
    let first = match deed.matter {
        Matter::New | Matter::ToChange | Matter::Ratified | Matter::Other => view! {
            <button
                type="button"
                class="paper-button"
                data-testid="amend-open"
                on:click=move |_| sheets.lay(move || view! { <AmendSheet deal=id /> })
            >
                {details().amend().open}
            </button>
        }
        .into_any(),
        Matter::Away => view! {
            <button type="button" class="paper-button" data-testid="reinstate" on:click=move |_| reinstate()>
                {texts().moderator().reinstate}
            </button>
        }
        .into_any(),
        Matter::Declined => ().into_any(),
    };
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
                {first}
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

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::board::Board;
    use borsklokka_shared::date::Date;
    use borsklokka_shared::deal::{Deal, Standing};
    use borsklokka_shared::ids::ParticipantId;
    use borsklokka_shared::language::Language;
    use test_support::{one_way, posted, service};
    use uuid::Uuid;

    use super::*;
    use crate::json;
    use crate::texts::Texts;

    const DEAL: DealId = DealId(Uuid::from_u128(7));

    fn terms(text: &str, deadline: &str) -> Terms {
        let [giver, receiver] = [1, 2].map(|n| ParticipantId(Uuid::from_u128(n)));
        let deadline: Date = deadline.parse().unwrap();
        Terms {
            deadline: Some(deadline),
            ..one_way(&[giver], &[receiver], service(text))
        }
    }

    /// The deal as it waits, in a language's words.
    fn deed(terms: Terms, language: Language) -> Deed {
        let mut board = Board::empty(Audience::Staff);
        let deal = Deal {
            id: DEAL,
            standing: Standing::Written,
            ..posted(7, terms)
        };
        board.deals.insert(DEAL, deal);
        queue(&board, Texts::of(language)).remove(0)
    }

    #[test]
    fn ticks_are_of_the_deal_in_whichever_words_and_begin_anew_when_it_changes() {
        let _page = Owner::new_root(None);
        let typed = Typed::of(Kept::default());
        let look = |text: &str, deadline: &str, language| {
            typed.look_over(&deed(terms(text, deadline), language));
            untrack(|| typed.ticked(DEAL).len())
        };
        assert_eq!(look("Maler klubbhuset", "2026-05-01", Language::Nb), 0);
        typed.tick(DEAL, NotaryTick::Parties, true);
        typed.tick(DEAL, NotaryTick::Service, true);
        typed.tick(DEAL, NotaryTick::Service, false);
        for language in Language::ALL {
            assert_eq!(
                look("Maler klubbhuset", "2026-05-01", language),
                1,
                "{language:?}"
            );
        }
        // The day is said in words alone.
        assert_eq!(look("Maler klubbhuset", "2026-06-01", Language::Nb), 0);
        typed.tick(DEAL, NotaryTick::Parties, true);
        assert_eq!(look("Maler boden", "2026-06-01", Language::Nb), 0);
    }

    #[test]
    fn what_is_of_a_deal_that_waits_no_more_is_forgotten() {
        let _page = Owner::new_root(None);
        let other = DealId(Uuid::from_u128(8));
        let typed = Typed::of(Kept {
            open: Some(DEAL),
            remarks: vec![(DEAL, "Hvem?".to_owned()), (other, "Når?".to_owned())],
        });
        typed.look_over(&deed(terms("Maler", "2026-05-01"), Language::Nb));
        typed.tick(DEAL, NotaryTick::Parties, true);
        // It was taken away, and may be put back: what is written is for its broker all the same.
        typed.keep_of(|deal| deal == other, &BTreeSet::from([DEAL, other]));
        assert_eq!(typed.open.get_untracked(), None);
        assert_eq!(untrack(|| typed.ticked(DEAL)), BTreeSet::new());
        assert_eq!(untrack(|| typed.remark(DEAL)), "Hvem?");
        typed.keep_of(|deal| deal == other, &BTreeSet::from([other]));
        assert_eq!(untrack(|| typed.remark(DEAL)), "");
        assert_eq!(untrack(|| typed.remark(other)), "Når?");
    }

    #[test]
    fn a_remark_is_kept_as_it_was_written_and_nothing_is_not() {
        let emptied = Kept {
            open: None,
            remarks: vec![(DEAL, " ".to_owned())],
        };
        assert!(Kept::default().is_blank() && emptied.is_blank());
        let written = Kept {
            remarks: vec![(DEAL, "Hvem?".to_owned())],
            ..emptied
        };
        assert!(!written.is_blank());
        let kept = serde_json::to_string(&written).unwrap();
        assert_eq!(json::read::<Kept>(&kept).unwrap(), written);
    }
}
