//! «Mine avtaler»: what this device has written, and what can be done about it.

use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::{CommandId, DealId, ParticipantId};
use leptos::html;
use leptos::prelude::*;

use super::Intake;
use super::agreement::OpenAgreement;
use crate::components::SymbolChip;
use crate::components::deal::Sides;
use crate::desk::TwicePressed;
use crate::draft::Draft;
use crate::line::done::Done;
use crate::line::state::State;
use crate::line::{self, Line, Subject};
use crate::live::outbox::personal::{Matter, Personal};
use crate::live::outbox::queue::{Condition, Errand, Unreadable};
use crate::newcomer::reached::{Reached, contact_fault};
use crate::signed::unsent_terms;
use crate::tablet::save::SaveOutbox;
use crate::texts::texts;

/// The list.
#[component]
pub fn Mine() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let (lines, unreadable) = (intake.lines, intake.outbox.unreadable());
    let open = RwSignal::new(None::<Subject>);
    let deals = Memo::new(move |_| {
        lines.with(|lines| {
            lines
                .iter()
                .filter(|line| matches!(line.subject, Subject::Deal(_)))
                .count()
        })
    });
    view! {
        <aside class="mine" data-testid="mine" aria-labelledby="mine-title">
            <h2 class="mine-title" id="mine-title">
                {t.mine} <span>{move || deals.get()}</span>
            </h2>
            <Show when=move || lines.with(Vec::is_empty)>
                <p class="mine-none">{t.none_yet}</p>
            </Show>
            <ul class="mine-list">
                <For
                    each=move || lines.get()
                    key=Clone::clone
                    children=move |line| view! { <MineLine line open /> }
                />
            </ul>
            <ul class="mine-list">
                <For
                    each=move || unreadable.get()
                    key=Clone::clone
                    children=move |raw| view! { <RawLine raw /> }
                />
            </ul>
            <SaveOutbox outbox=intake.outbox />
        </aside>
    }
}

#[component]
fn MineLine(line: Line, open: RwSignal<Option<Subject>>) -> impl IntoView {
    let t = texts().broker();
    let subject = line.subject;
    let (testid, about) = match subject {
        Subject::Deal(_) => ("deal", None),
        Subject::Amendment(_) => ("amendment", Some(t.amendment(line.number))),
        Subject::Withdrawal(_) => ("withdrawal", Some(t.withdrawal(line.number))),
        Subject::Reinstatement(_) => ("reinstatement", Some(t.reinstatement(line.number))),
        Subject::Other(_) => ("other", Some(texts().outbox().raw.to_owned())),
        Subject::WalkIn(_) => ("walk-in", Some(t.walk_in.to_owned())),
        Subject::Contact(_) => ("contact", Some(t.contact.to_owned())),
        Subject::Signature(_) => ("signature", Some(t.signature.to_owned())),
    };
    let number = match subject {
        Subject::Deal(_) => line.number,
        Subject::Amendment(_)
        | Subject::Withdrawal(_)
        | Subject::Reinstatement(_)
        | Subject::WalkIn(_)
        | Subject::Contact(_)
        | Subject::Signature(_)
        | Subject::Other(_) => None,
    };
    let sides = match subject {
        Subject::WalkIn(_) | Subject::Contact(_) | Subject::Signature(_) | Subject::Other(_) => line
            .givers
            .clone()
            .into_iter()
            .map(|party| view! { <SymbolChip symbol=party.symbol sector=party.sector /> })
            .collect_view()
            .into_any(),
        Subject::Deal(_) | Subject::Amendment(_) | Subject::Withdrawal(_) | Subject::Reinstatement(_) => {
            view! { <Sides givers=line.givers.clone() receivers=line.receivers.clone() kind=line.kind /> }
                .into_any()
        }
    };
    let why = line.state.why().map(str::to_owned);
    let always = line.state.asks_for_broker();
    let is_open = Memo::new(move |_| always || open.get() == Some(subject));
    let item = NodeRef::<html::Li>::new();
    let toggle = move |_| {
        open.update(|open| *open = (*open != Some(subject)).then_some(subject));
        if is_open.get_untracked() {
            // What it opens may lie under the edge.
            request_animation_frame(move || {
                if let Some(item) = item.try_get_untracked().flatten() {
                    bring_into_view(&item);
                }
            });
        }
    };
    let (text, state, name) = (line.text.clone(), t.state(&line.state), line.state.as_str());
    view! {
        <li class="mine-line" node_ref=item data-testid=testid data-state=name>
            <button type="button" class="mine-head" aria-expanded=move || is_open.get().to_string() on:click=toggle>
                <span class="mine-top">
                    {number.map(|number| view! { <b class="mine-number" data-testid="number">{number}</b> })}
                    {about.map(|about| view! { <span class="mine-about">{about}</span> })}
                    {sides}
                    <span class="mine-state" role="status">{state}</span>
                </span>
                <span class="mine-text" dir="auto">{text}</span>
            </button>
            {why.map(|why| view! { <p class="mine-why" data-testid="refusal" role="alert">{why}</p> })}
            {move || is_open.get().then(|| view! { <Actions line=line.clone() /> })}
        </li>
    }
}

/// Scrolls as little as shows all of a line.
fn bring_into_view(item: &web_sys::HtmlElement) {
    let nearest = web_sys::ScrollIntoViewOptions::new();
    nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
    item.scroll_into_view_with_scroll_into_view_options(&nearest);
}

/// What a button does with a line's deal; what the board says against it is said.
type Press = fn(&Intake, DealId, RwSignal<Option<String>>);

/// What can be done about a line.
#[component]
fn Actions(line: Line) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let said = RwSignal::new(None::<String>);
    let deal = line.subject.deal();
    // One type of button for all: each is of the app that a tablet loads.
    let button = move |testid: &'static str, says: &'static str, press: Press| {
        view! {
            <button
                type="button"
                class="paper-button"
                data-testid=testid
                on:click=move |_| {
                    if let Some(deal) = deal {
                        press(&intake, deal, said);
                    }
                }
            >
                {says}
            </button>
        }
        .into_any()
    };
    let change = move || button("amend", t.change, |intake, deal, _| amend(intake, deal));
    let buttons = match &line.state {
        _ if line.is_turning => ().into_any(),
        State::Here(Condition::Writing | Condition::OnDisk | Condition::OnlyInMemory(_)) => {
            let is_deal = matches!(line.subject, Subject::Deal(_));
            view! { {is_deal.then(change)} <Delete line=line.clone() /> }.into_any()
        }
        State::Here(Condition::Refused(_)) if matches!(line.subject, Subject::Contact(_)) => {
            view! { <MendContact line=line.clone() /> <Delete line=line.clone() /> }.into_any()
        }
        State::Here(Condition::Refused(_)) | State::Due => {
            view! { <SendOrMend line=line.clone() /> <Delete line=line.clone() /> }.into_any()
        }
        State::Posted
        | State::Written
        | State::Concealed
        | State::Held
        | State::SentBack(_)
        | State::ChangeWaits
        | State::ChangeSentBack(_) => {
            let has_wish = matches!(line.state, State::ChangeWaits | State::ChangeSentBack(_));
            let wish = has_wish.then(|| button("let-be", t.let_be, let_be));
            view! { {change()} {wish} {button("withdraw", t.withdraw, withdraw)} }.into_any()
        }
        State::Withdrawn => button("reinstate", t.reinstate, reinstate),
        State::Here(
            Condition::WritingAndSending
            | Condition::Sending
            | Condition::SendingFromMemory(_)
            | Condition::Unreadable,
        )
        | State::Declined
        | State::Removed => ().into_any(),
    };
    view! {
        <div class="mine-actions">
            <OpenAgreement deal=deal.filter(|_| line.state.can_be_signed()) />
            {buttons}
            {move || said.get().map(|said| view! { <p class="mine-why" role="alert">{said}</p> })}
        </div>
    }
}

/// What was refused goes once more, as it is if its reason no longer holds, or mended.
#[component]
fn SendOrMend(line: Line) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let here = line.command;
    let is_due = line.state == State::Due;
    let send = is_due.then(|| {
        view! {
            <button
                type="button"
                class="paper-button paper-button-main"
                data-testid="send-again"
                on:click=move |_| {
                    if let Some(here) = here {
                        send_again(&intake, here);
                    }
                }
            >
                {t.send_again}
            </button>
        }
    });
    let can_be_mended = matches!(line.subject, Subject::Deal(_) | Subject::Amendment(_));
    let mend = can_be_mended.then(|| {
        view! {
            <button
                type="button"
                class="paper-button"
                class:paper-button-main=!is_due
                data-testid="mend"
                on:click=move |_| {
                    if let Some(here) = here {
                        mend(&intake, here);
                    }
                }
            >
                {t.mend}
            </button>
        }
    });
    view! { {send} {mend} }
}

/// A record that this version cannot read: it is here, and its broker's to save or delete.
#[component]
fn RawLine(raw: Unreadable) -> impl IntoView {
    let outbox = Intake::of_page().outbox;
    let t = texts().outbox();
    let condition = Condition::Unreadable;
    let delete = move || outbox.delete_unreadable(&raw.key);
    view! {
        <li class="mine-line" data-testid="raw" data-state=condition.as_str()>
            <div class="mine-head">
                <span class="mine-top">
                    <span class="mine-about">{t.raw}</span>
                    <span class="mine-state" role="status">{t.condition(&condition)}</span>
                </span>
            </div>
            <p class="mine-why">{t.raw_why}</p>
            <div class="mine-actions">
                <DeleteTwice delete />
            </div>
        </li>
    }
}

/// The contact line once more; what is written is sent in the place of what was refused.
#[component]
fn MendContact(line: Line) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let written = RwSignal::new(line.text);
    let refused = line.command;
    let wrong = RwSignal::new(None::<String>);
    let send = move || {
        let participant = refused.and_then(|refused| whose_contact(&intake, refused));
        if let (Some(refused), Some(participant)) = (refused, participant) {
            match Contact::of_line(&written.get_untracked()).checked() {
                Ok(contact) => {
                    intake
                        .outbox
                        .post_personal(Matter::Contact { participant, contact });
                    intake.outbox.delete(refused);
                }
                Err(fault) => wrong.set(Some(contact_fault(
                    &fault,
                    intake.live.language().get_untracked(),
                ))),
            }
        }
    };
    view! {
        <input
            class="field-input"
            aria-label=t.party_contact
            data-testid="contact-line"
            autocomplete="off"
            prop:value=move || written.get()
            on:input=move |event| {
                written.set(event_target_value(&event));
                wrong.set(None);
            }
        />
        <Reached line=written />
        {move || wrong.get().map(|wrong| view! { <p class="mine-why" role="alert">{wrong}</p> })}
        <button type="button" class="paper-button paper-button-main" data-testid="mend" on:click=move |_| send()>
            {t.mend}
        </button>
    }
}

fn whose_contact(intake: &Intake, refused: CommandId) -> Option<ParticipantId> {
    intake.outbox.peek(|items| {
        let item = items.iter().find(|item| item.record.id() == refused)?;
        match &item.record.errand {
            Errand::Personal(Personal {
                matter: Matter::Contact { participant, .. },
                ..
            }) => Some(*participant),
            Errand::Personal(_) | Errand::Command(_) => None,
        }
    })
}

/// Deletes from the outbox, after a second tap: it cannot be undone.
#[component]
fn Delete(line: Line) -> impl IntoView {
    let intake = Intake::of_page();
    let command = line.command;
    let delete = move || {
        if let Some(command) = command {
            if let Some(Command::AmendDeal {
                deal,
                terms,
                expected: Some(before),
            }) = written(&intake, command)
            {
                intake.want(deal, &terms, &before);
            }
            intake.outbox.delete(command);
        }
    };
    view! { <DeleteTwice delete /> }
}

/// What lies in the outbox under this name.
fn written(intake: &Intake, id: CommandId) -> Option<Command> {
    intake.outbox.peek(|items| {
        let item = items.iter().find(|item| item.record.id() == id)?;
        line::command(item)
    })
}

#[component]
fn DeleteTwice(delete: impl Fn() + 'static) -> impl IntoView {
    let t = texts().broker();
    view! {
        <TwicePressed testid="delete" class="paper-button" asks=t.delete_surely press=delete>
            {t.delete}
        </TwicePressed>
    }
}

/// Asks for something of a deal, and tells whether it went out. What the board already says no to is said at once; the rest waits in
/// the outbox, network or not.
fn ask(intake: &Intake, done: Done, command: &Command, said: RwSignal<Option<String>>) -> bool {
    intake.last.set(Some(done));
    let refusal = intake.live.judge(command).err();
    let goes_out = refusal.is_none();
    if goes_out {
        intake.outbox.post(command);
    }
    said.set(refusal.map(|refusal| refusal.message(intake.live.language().get_untracked())));
    goes_out
}

fn withdraw(intake: &Intake, deal: DealId, said: RwSignal<Option<String>>) {
    ask(
        intake,
        Done::Withdrawn(deal),
        &Command::WithdrawDeal { deal },
        said,
    );
}

fn reinstate(intake: &Intake, deal: DealId, said: RwSignal<Option<String>>) {
    ask(
        intake,
        Done::Reinstated(deal),
        &Command::ReinstateDeal { deal },
        said,
    );
}

/// Lets a deal say what it says: what was wanted of it, be it with the notary or sent back, is wanted no more.
fn let_be(intake: &Intake, deal: DealId, said: RwSignal<Option<String>>) {
    let of_board = |board: &Board| Some((board.deals.get(&deal)?.terms.clone(), board.wanted(deal)?));
    let Some((terms, wanted)) = intake.live.peek(of_board).flatten() else {
        return;
    };
    let command = Command::AmendDeal {
        deal,
        terms: terms.clone(),
        expected: Some(Box::new(wanted.clone())),
    };
    if ask(intake, Done::LetBe(deal), &command, said) {
        intake.want(deal, &wanted, &terms);
    }
}

/// Opens a deal in the form, as this tablet knows it last.
fn amend(intake: &Intake, deal: DealId) {
    let unsent = |board: Option<&Board>| intake.outbox.peek(|items| unsent_terms(deal, board, items));
    // A change that waits for the notary, or was sent back, is what was written last.
    let terms = intake
        .live
        .peek(|board| unsent(Some(board)).or_else(|| board.wanted(deal)));
    let terms = terms.unwrap_or_else(|| unsent(None));
    if let Some(terms) = terms {
        intake.open(Draft::of(&terms, Some(deal), None));
    }
}

/// Sends once more, as it is, what was refused for a reason that no longer holds. A deal keeps its id: what was signed is still its.
pub(super) fn send_again(intake: &Intake, refused: CommandId) {
    let command = intake.outbox.peek(|items| {
        let item = items.iter().find(|item| item.record.id() == refused)?;
        let mut command = line::command(item)?;
        if let Command::PostDeal { deal, terms, .. } = &mut command
            && let Some(changed) = unsent_terms(*deal, None, items)
        {
            *terms = changed;
        }
        Some(command)
    });
    let Some(command) = command else { return };
    if let Command::PostDeal { deal, .. } = command {
        intake.last.set(Some(Done::Sent(deal)));
    }
    intake.outbox.post(&command);
    intake.outbox.delete(refused);
}

/// Opens a refused deal or amendment in the form. It is sent as a new one, in the place of the refused one.
fn mend(intake: &Intake, command: CommandId) {
    match written(intake, command) {
        // What was changed since goes with it.
        Some(Command::PostDeal {
            deal,
            terms,
            written_on,
            broker: _,
        }) => {
            let changed = intake.outbox.peek(|items| unsent_terms(deal, None, items));
            let mut draft = Draft::of(&changed.unwrap_or(terms), None, Some(command));
            draft.on_paper = written_on == WrittenOn::Paper;
            intake.open(draft);
        }
        Some(Command::AmendDeal {
            deal,
            terms,
            expected,
        }) => {
            // On top of what it is to say by now, which is what is shown from here on.
            let mut draft = Draft::of(&terms, Some(deal), Some(command));
            draft.amended = expected;
            let stands = intake
                .live
                .peek(|board| Some(draft.put_on(&terms, &board.wanted(deal)?, board)));
            intake.open(draft);
            let stands = stands.flatten().unwrap_or_default();
            intake.wrong.set(intake.texts().broker().overtaken(stands));
        }
        _ => {}
    }
}
