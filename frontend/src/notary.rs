//! The notary's desk: written deals, the oldest first; hammered through, sent back with a remark, or taken back.

pub mod sheet;

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::limits::REMARK_CHARS_MAX;
use borsklokka_shared::role::Role;
use leptos::prelude::*;

use self::sheet::{Sheet, queue, ratified};
use crate::broker::header::TabletHeader;
use crate::components::TextField;
use crate::components::deal::Sides;
use crate::live::Live;
use crate::live::answer::Answer;
use crate::pair::Gate;
use crate::texts::desk_texts;

/// Who may hold the hammer.
const HAMMER: &[Role] = &[Role::Notary, Role::Moderator, Role::Organiser];

/// The notary's screen.
#[component]
pub fn Notary() -> impl IntoView {
    view! {
        <Gate roles=HAMMER>
            <Desk />
        </Gate>
    }
}

#[component]
fn Desk() -> impl IntoView {
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
    let words = move || remark.get().map(|(_, words)| words).unwrap_or_default();
    let said = RwSignal::new(None::<String>);
    let send_back = move || {
        let remark = remark.get_untracked().map(|(_, words)| words);
        let command = Command::SendBackDeal {
            deal: id,
            remark: remark.unwrap_or_default(),
        };
        ask(live, &command, said);
    };
    view! {
        <article class="sheet" data-testid="written">
            <header class="sheet-top">
                <Sides givers=sheet.givers.clone() receivers=sheet.receivers.clone() />
                <span class="sheet-waited">{move || waited.get()}</span>
            </header>
            <p class="sheet-names">{names(&sheet)}</p>
            <p class="sheet-text">{sheet.text}</p>
            <dl class="sheet-rest">
                {sheet
                    .rest
                    .into_iter()
                    .map(|(label, words)| view! { <div><dt>{label}</dt> <dd>{words}</dd></div> })
                    .collect_view()}
            </dl>
            <p class="sheet-broker">{(t.broker)(&sheet.broker)}</p>
            {move || if is_open.get() {
                view! {
                        <form
                            class="sheet-remark"
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
                            <div class="sheet-actions">
                                <button
                                    type="submit"
                                    class="paper-button paper-button-main"
                                    data-testid="send-back-now"
                                >
                                    {t.send_back_now}
                                </button>
                                <button type="button" class="paper-button" on:click=move |_| remark.set(None)>
                                    {t.cancel}
                                </button>
                            </div>
                        </form>
                    }
                        .into_any()
            } else {
                view! {
                        <div class="sheet-actions">
                            <button
                                type="button"
                                class="post"
                                data-testid="ratify"
                                on:click=move |_| ask(live, &Command::RatifyDeal { deal: id }, said)
                            >
                                {t.ratify}
                            </button>
                            <button
                                type="button"
                                class="paper-button"
                                data-testid="send-back"
                                on:click=move |_| remark.set(Some((id, String::new())))
                            >
                                {t.send_back}
                            </button>
                        </div>
                    }
                        .into_any()
            }}
            {move || said.get().map(|said| view! { <p class="field-error" data-testid="refusal" role="alert">{said}</p> })}
        </article>
    }
}

/// A deal that was hammered through.
#[component]
fn Ratified(sheet: Sheet) -> impl IntoView {
    let live = Live::of_page();
    let t = &desk_texts().notary;
    let said = RwSignal::new(None::<String>);
    let id: DealId = sheet.id;
    view! {
        <article class="sheet sheet-small" data-testid="ratified">
            <header class="sheet-top">
                {sheet.number.map(|number| view! { <b class="mine-number">{number}</b> })}
                <Sides givers=sheet.givers receivers=sheet.receivers />
            </header>
            <p>{sheet.text}</p>
            <button
                type="button"
                class="paper-button"
                data-testid="recall"
                on:click=move |_| ask(live, &Command::RecallDeal { deal: id }, said)
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

/// Asks at once: the hammer does not wait in an outbox.
fn ask(live: Live, command: &Command, said: RwSignal<Option<String>>) {
    let t = &crate::texts::DeskTexts::of(live.language().get_untracked()).broker;
    said.set(None);
    live.ask(command, move |answer| {
        said.try_set(match answer {
            Answer::Accepted { .. } => None,
            Answer::Refused { message, .. } => Some(message),
            Answer::NotSent => Some(t.needs_connection.to_owned()),
            Answer::Lost => Some(t.answer_lost.to_owned()),
        });
    });
}
