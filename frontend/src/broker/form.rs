//! The form: one column of decisions, one large button.

use std::time::Duration;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::decide::{check_order, shape};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::refusal::Refusal;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::Intake;
use super::agreement::SignLast;
use super::extras::Extras;
use super::mine::send_again;
use super::paper::{self, OnPaper};
use super::particulars::Particulars;
use super::party_field::PartyField;
use super::question::{self, Asked, LikeOwn};
use super::seen::MoreBelow;
use super::service_field::ServiceField;
use crate::browser;
use crate::components::field::{FieldError, is_half_typed, show_first_error};
use crate::components::focus::go_on_next_frame;
use crate::components::{Arrow, HandForm};
use crate::draft::{Draft, Field, Half, Side, Turned};
use crate::line::done::{Done, GoesTo};
use crate::offline::Offline;
use crate::texts::texts;

/// A tap on the button that comes so soon after the last is of a hand that trembled, in milliseconds.
const SECOND_TAP_MS: f64 = 1_000.0;
/// How long what was settled is news.
const NEWS_FOR: Duration = Duration::from_secs(20);

/// The form.
#[component]
pub fn Form() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let phase = intake.live.board_at(|board, now| board.floor.phase(now));
    let wrong = intake.wrong_with(Field::Form);
    let has_more = RwSignal::new(false);
    let ceremony = intake
        .live
        .board(|board| board.settings.as_ref().map(|settings| settings.ceremony));
    // Whom the deal goes to when it is sent now.
    let goes_to = Memo::new(move |_| GoesTo::of(ceremony.get().flatten().unwrap_or_default(), phase.get()));
    view! {
        <HandForm class="deal-form" label=t.form>
            <Notes phase />
            <div class="parties">
                <PartyField side=Side::Givers />
                <button
                    type="button"
                    class="swap"
                    aria-label=t.swap
                    title=t.swap
                    data-testid="swap"
                    on:click=move |_| swap(&intake)
                >
                    <Arrow />
                </button>
                <PartyField side=Side::Receivers />
            </div>
            <TurnedNote />
            <ServiceField half=Half::Service />
            <Show when=move || !intake.draft.with(|draft| draft.intention)>
                <ServiceField half=Half::Return />
            </Show>
            <Extras />
            <Particulars />
            <div class="form-end"></div>
            <div class="post-row" class:has-more=move || has_more.get()>
                <FieldError id="form" error=wrong />
                <LikeOwn />
                <Asked send=move |()| submit(&intake) />
                <button class="post" type="button" data-testid="post" on:click=move |_| submit(&intake)>
                    {move || {
                        if intake.draft.with(|draft| draft.amends.is_some()) { t.amend } else { t.post(goes_to.get()) }
                    }}
                </button>
                <UnderThePost />
                <MoreBelow has_more />
            </div>
        </HandForm>
    }
}

/// What is to be known before the deal is written.
#[component]
fn Notes(#[prop(into)] phase: Signal<Option<Phase>>) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let is_new = Memo::new(move |_| intake.draft.with(Draft::is_new));
    let asks = Memo::new(move |_| {
        intake.draft.with(|draft| {
            intake
                .lines
                .with(|lines| lines.iter().any(|line| line.must_be_opened(draft)))
        })
    });
    let offline = expect_context::<Signal<Offline>>();
    let risk = intake.outbox.risk();
    view! {
        {move || {
            phase
                .get()
                .and_then(|phase| t.floor(phase))
                .map(|words| view! { <p class="deal-note" data-testid="floor-note" role="status">{words}</p> })
        }}
        <OnPaper />
        {move || {
            risk.get()
                .map(|fault| {
                    view! {
                        <p class="deal-note" role="alert" data-testid="memory-only">
                            {texts().outbox().at_risk(fault)}
                        </p>
                    }
                })
        }}
        {move || {
            t.offline(offline.get())
                .map(|words| view! { <p class="deal-note" data-testid="offline-note">{words}</p> })
        }}
        <Show when=move || asks.get()>
            <p class="deal-note" role="status" data-testid="asks">{t.asks}</p>
        </Show>
        <Show when=move || !is_new.get()>
            <p class="deal-note deal-amending" tabindex="-1">{move || t.amending(amended_number(&intake))}</p>
        </Show>
    }
}

/// What came of the deal before, and what can be done with this one beside sending it.
#[component]
fn UnderThePost() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let is_new = Memo::new(move |_| intake.draft.with(Draft::is_new));
    let is_blank = Memo::new(move |_| intake.draft.with(|draft| *draft == Draft::default()));
    view! {
        <div class="post-under">
            <JustWritten />
            <SignLast />
            {move || {
                let doubt = intake.doubt.get()?;
                // Once the server has it, or said no, its word holds.
                intake.lines.track();
                let waits = intake.last.get().is_some_and(|done| intake.outbox.holds(done.deal()));
                waits.then(|| view! { <p class="doubt" role="status" data-testid="doubt">{t.doubt(&doubt)}</p> })
            }}
            <Show when=move || !is_blank.get()>
                <button
                    type="button"
                    class="quiet"
                    data-testid="clear"
                    on:click=move |_| intake.replace(intake.draft.get_untracked().beneath())
                >
                    {move || if is_new.get() { t.clear } else { t.leave }}
                </button>
            </Show>
            <Show when=move || intake.replaced.with(Option::is_some)>
                <button
                    type="button"
                    class="quiet"
                    data-testid="take-back"
                    on:click=move |_| intake.take_back()
                >
                    {t.take_back}
                </button>
            </Show>
        </div>
    }
}

fn amended_number(intake: &Intake) -> Option<u32> {
    let deal = intake.draft.with(|draft| draft.amends)?;
    let number = intake
        .live
        .read(|board| board.deals.get(&deal).and_then(|deal| deal.number));
    number.flatten().map(|number| number.0)
}

/// Turns the deal round. That can be taken back, and what turned is said.
fn swap(intake: &Intake) {
    let mut turned = None;
    intake.replace_with(Field::Givers, |draft| turned = Some(draft.swap()));
    intake.turned.set(turned);
}

/// What turned with the parties, and the other way to mean it.
#[component]
fn TurnedNote() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let turn_texts = move |_| {
        intake.replace_with(Field::Service, Draft::turn_texts);
        intake.turned.set(None);
    };
    move || {
        let turned = intake.turned.get().filter(|turned| *turned != Turned::Parties)?;
        Some(view! {
            <div class="deal-note turned" role="status" data-testid="turned">
                <p>{t.turned(turned)}</p>
                <button type="button" class="quiet" data-testid="turn-texts" on:click=turn_texts>
                    {t.turn_texts(turned)}
                </button>
            </div>
        })
    }
}

/// What came of what was done last. What is settled is news for a while; what waits stands until it is settled.
#[component]
fn JustWritten() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let outcome = Memo::new(move |_| {
        let done = intake.last.get()?;
        let (outcome, number) = intake.lines.with(|lines| done.outcome(lines))?;
        Some((done, outcome, number))
    });
    let is_old = RwSignal::new(false);
    Effect::new(move |earlier: Option<Option<TimeoutHandle>>| {
        if let Some(earlier) = earlier.flatten() {
            earlier.clear();
        }
        // Whatever is done is news, be it the same as before.
        intake.last.track();
        is_old.set(false);
        let is_settled =
            outcome.with(|news| news.as_ref().is_some_and(|(_, outcome, _)| outcome.is_settled()));
        let forget = move || {
            let _gone = is_old.try_set(true);
        };
        is_settled
            .then(|| set_timeout_with_handle(forget, NEWS_FOR).ok())
            .flatten()
    });
    let shown = Memo::new(move |_| outcome.get().filter(|_| !is_old.get()));
    let name = move || shown.with(|shown| shown.as_ref().map(|(_, outcome, _)| outcome.as_str()));
    let due = Memo::new(move |_| {
        let (done, outcome, _) = shown.get()?;
        outcome
            .is_due()
            .then(|| intake.lines.with(|lines| done.waiting_command(lines)))?
    });
    view! {
        <p class="just-written" role="status" data-testid="just-written" data-state=name>
            {move || shown.get().map(|(_, outcome, number)| t.just_written(&outcome, number))}
        </p>
        {move || {
            due.get()
                .map(|command| {
                    view! {
                        <button
                            type="button"
                            class="paper-button paper-button-main"
                            data-testid="send-again-last"
                            on:click=move |_| send_again(&intake, command)
                        >
                            {t.send_again}
                        </button>
                    }
                })
        }}
    }
}

/// Judges what the form holds; puts it in the outbox, or says what is wrong.
fn submit(intake: &Intake) {
    let t = intake.texts().broker();
    let draft = intake.draft.get_untracked();
    let is_second_tap = browser::monotonic_ms() - intake.sent_ms.get_value() < SECOND_TAP_MS;
    if is_second_tap && (draft == Draft::default() || intake.wrong.with_untracked(|wrong| !wrong.is_empty()))
    {
        return;
    }
    let unchosen = draft
        .unchosen()
        .map(|(side, name)| (side.field(), t.unchosen(name)));
    let mut wrong: Vec<(Field, String)> = unchosen.collect();
    // Days that stand in a field half typed.
    for (id, field) in [("due", Field::Due), ("deadline", Field::Deadline)] {
        if is_half_typed(id) {
            wrong.push((field, t.wrong(field).to_owned()));
        }
    }
    for field in draft.missing() {
        if wrong.iter().all(|(other, _)| *other != field) {
            wrong.push((field, t.wrong(field).to_owned()));
        }
    }
    match written(intake, &draft) {
        Err(field) => wrong.push((field, t.wrong(field).to_owned())),
        Ok(command) if wrong.is_empty() => {
            wrong = overtaken(intake, &command);
            if wrong.is_empty() {
                match judge(intake, &draft, &command) {
                    Ok(()) => match question::first(intake, &draft, &command) {
                        None => return send(intake, &draft, &command),
                        question => intake.question.set(question),
                    },
                    Err(refusal) => wrong.push((
                        field_of(intake, &draft, &refusal),
                        refusal.message(intake.live.language().get_untracked()),
                    )),
                }
            }
        }
        Ok(_) => {}
    }
    intake.last.set(None);
    intake.wrong.set(wrong);
    go_on_next_frame(|| show_first_error(".deal-form"));
}

/// Where a refusal of the draft belongs: whoever is gone stands on one of its sides.
fn field_of(intake: &Intake, draft: &Draft, refusal: &Refusal) -> Field {
    match refusal {
        Refusal::UnknownParticipant if draft.givers.iter().any(|id| !intake.knows(*id)) => Field::Givers,
        Refusal::UnknownParticipant => Field::Receivers,
        _ => Field::of_refusal(refusal),
    }
}

fn written(intake: &Intake, draft: &Draft) -> Result<Command, Field> {
    let mut draft = draft.clone();
    for half in [Half::Service, Half::Return] {
        let met = untrack(|| intake.met_by(&draft, half));
        draft.half_mut(half).listings.extend(met);
    }
    let is_whole = intake.live.has_catalogue().get_untracked();
    let terms = draft.terms(&intake.usual.get_untracked(), |id| {
        let keeps = intake.live.peek(|board| draft.keeps(id, board, is_whole));
        // Without a board the server knows.
        keeps != Some(false)
    })?;
    Ok(match draft.amends {
        Some(deal) => Command::AmendDeal {
            deal,
            terms,
            expected: draft.amended.clone(),
        },
        None => Command::PostDeal {
            deal: DealId(browser::fresh_uuid()),
            terms,
            written_on: paper::written_on(intake, &draft),
            broker: intake.live.broker(),
        },
    })
}

/// What is certainly wrong. A floor that is not open is the server's to judge, by when the deal was written; and a
/// walk-in whose registration waits here is not on the board yet.
fn judge(intake: &Intake, draft: &Draft, command: &Command) -> Result<(), Refusal> {
    let judged = if can_judge(intake, draft) && !waits_here(intake, command) {
        intake.live.judge(command)
    } else {
        shape(command)
    };
    match judged {
        Ok(()) | Err(Refusal::FloorNotOpen | Refusal::FloorClosed) => {}
        Err(refusal) => return Err(refusal),
    }
    // The order of two days is wrong on every board.
    let (Command::PostDeal { terms, .. } | Command::AmendDeal { terms, .. }) = command else {
        return Ok(());
    };
    let earlier = |board: &Board| Some(board.deals.get(&draft.amends?)?.terms.clone());
    check_order(terms, intake.live.peek(earlier).flatten().as_ref())
}

/// What this device's board would refuse of a deal that goes out all the same: without a network the board is old, and the
/// server decides.
fn doubt(intake: &Intake, draft: &Draft, command: &Command) -> Option<Refusal> {
    if !can_judge(intake, draft) || waits_here(intake, command) {
        return None;
    }
    match intake.live.judge_by_board(command) {
        Ok(()) | Err(Refusal::FloorNotOpen | Refusal::FloorClosed) => None,
        Err(refusal) => Some(refusal),
    }
}

/// Whether it changes what waits in the outbox: no board knows yet what that says, and the server takes one after the other.
fn waits_here(intake: &Intake, command: &Command) -> bool {
    matches!(command, Command::AmendDeal { deal, .. } if intake.outbox.holds(*deal))
}

/// What somebody else changed too of a correction, in words, field by field. The form holds it on top of what stands now: the next press
/// sends it, and a hand that trembles does not.
fn overtaken(intake: &Intake, command: &Command) -> Vec<(Field, String)> {
    let Command::AmendDeal { deal, terms, .. } = command else {
        return Vec::new();
    };
    if waits_here(intake, command) {
        return Vec::new();
    }
    let mut draft = intake.draft.get_untracked();
    let stands = intake
        .live
        .peek(|board| Some(draft.put_on(terms, &board.wanted(*deal)?, board)));
    let stands = stands.flatten().unwrap_or_default();
    if !stands.is_empty() {
        intake.draft.set(draft);
        intake.sent_ms.set_value(browser::monotonic_ms());
    }
    intake.texts().broker().overtaken(stands)
}

/// Whether the board can judge a draft: nobody in it is known here alone.
fn can_judge(intake: &Intake, draft: &Draft) -> bool {
    let is_judged = |board: &Board| {
        let mut parties = draft.parties();
        parties.all(|party| board.participant(party).is_some() || !intake.knows(party))
    };
    intake.live.peek(is_judged) == Some(true)
}

fn send(intake: &Intake, draft: &Draft, command: &Command) {
    let doubt = doubt(intake, draft, command);
    intake.outbox.post(command);
    if let Some(refused) = draft.mends {
        intake.outbox.delete(refused);
    }
    intake.begin(draft.clone().beneath());
    let last = match command {
        Command::PostDeal { deal, .. } => Some(Done::Sent(*deal)),
        Command::AmendDeal { deal, terms, .. } => {
            if let Some(before) = &draft.amended {
                intake.want(*deal, before, terms);
            }
            let of = |board: &Board| Done::of_change(*deal, board.deals.get(deal), terms);
            Some(intake.live.peek(of).unwrap_or(Done::Mended(*deal)))
        }
        _ => None,
    };
    intake.last.set(last);
    intake.sent_ms.set_value(browser::monotonic_ms());
    let language = intake.live.language().get_untracked();
    intake.doubt.set(doubt.map(|refusal| refusal.message(language)));
}
