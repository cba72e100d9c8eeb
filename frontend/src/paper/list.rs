//! What was typed in, with where it stands and the way back.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::{CommandId, DealId};
use borsklokka_shared::paper::PaperSheet;
use borsklokka_shared::right::may_change;
use leptos::prelude::*;

use super::sheets::{Entry, free};
use super::typing::Typing;
use crate::amend::AmendSheet;
use crate::components::deal::Sides;
use crate::desk::{Desk, TwicePressed};
use crate::line::command;
use crate::line::state::State;
use crate::live::outbox::queue::Condition;
use crate::sheet::Sheets;
use crate::texts::texts;

/// The sheets, the last one first.
#[component]
pub fn List() -> impl IntoView {
    let typing = Typing::of_page();
    let t = texts().paper();
    let entries = typing.entries;
    let count = move || {
        let standing = entries.with(|entries| entries.iter().filter(|entry| entry.stands()).count());
        t.typed_in(standing)
    };
    view! {
        <section class="typing-list" aria-labelledby="typed-in">
            <h2 class="field-label" id="typed-in">{count}</h2>
            <ul class="mine-list">
                <For
                    each=move || entries.get()
                    key=Clone::clone
                    children=move |entry| view! { <Line entry /> }
                />
            </ul>
        </section>
    }
}

#[component]
fn Line(entry: Entry) -> impl IntoView {
    let t = texts();
    let why = entry
        .was_second()
        .then(|| t.paper().was_second.to_owned())
        .or_else(|| entry.state.why().map(str::to_owned));
    let number = match entry.sheet.copy {
        0 => entry.sheet.number.to_string(),
        copy => t.paper().copy(copy + 1, entry.sheet.number),
    };
    let text = match &entry.returned {
        Some(returned) => t.paper().for_return(returned, &entry.text),
        None => entry.text.clone(),
    };
    let (stands, state) = (entry.stands(), entry.state.as_str());
    view! {
        <li class="typing-row" data-testid="sheet" data-state=state class:off=!stands>
            <b class="typing-number">{number}</b>
            <Sides givers=entry.givers.clone() receivers=entry.receivers.clone() kind=entry.kind />
            <span class="typing-text" dir="auto">
                {text} {why.map(|why| view! { <small class="mine-why" role="alert">{why}</small> })}
            </span>
            <span class="typing-state">{t.broker().state(&entry.state)}</span>
            <span class="typing-acts">
                <Acts entry />
            </span>
        </li>
    }
}

/// What can be done about a sheet.
#[component]
fn Acts(entry: Entry) -> impl IntoView {
    let typing = Typing::of_page();
    let (desk, sheets) = (Desk::of_page(), Sheets::of_page());
    let t = texts();
    let deal = entry.deal;
    let button = move |testid: &'static str, words: &'static str, press: Callback<()>| {
        view! {
            <button type="button" class="paper-button" data-testid=testid on:click=move |_| press.run(())>
                {words}
            </button>
        }
    };
    let post = move |command: Command| match typing.live.judge(&command) {
        Ok(()) => typing.outbox.post(&command),
        Err(refusal) => desk.warn(refusal.message(typing.live.language().get_untracked())),
    };
    let on_board = move |acts: fn() -> Vec<Act>| {
        move || {
            let buttons = acts().into_iter().map(move |act| {
                let press = move || match act {
                    Act::Amend => sheets.lay(move || view! { <AmendSheet deal /> }),
                    Act::Withdraw => post(Command::WithdrawDeal { deal }),
                    Act::Reinstate => post(Command::ReinstateDeal { deal }),
                };
                let (testid, words) = match act {
                    Act::Amend => ("sheet-amend", t.broker().change),
                    Act::Withdraw => ("sheet-undo", t.paper().undo),
                    Act::Reinstate => ("sheet-reinstate", t.broker().reinstate),
                };
                button(testid, words, Callback::new(move |()| press()))
            });
            is_ours(&typing, deal).then(|| buttons.collect_view())
        }
    };
    let back = entry.clone();
    let take_back = Callback::new(move |()| typing.take_back(&back));
    match entry.state {
        _ if entry.is_turning => ().into_any(),
        State::Here(Condition::Writing | Condition::OnDisk | Condition::OnlyInMemory(_)) => {
            button("sheet-undo", t.paper().undo, take_back).into_any()
        }
        State::Here(Condition::Refused(_)) | State::Due => {
            let again = if entry.state == State::Due {
                let again = Callback::new(move |()| send_again(&typing, entry.command, entry.sheet));
                button("sheet-again", t.broker().send_again, again)
            } else if entry.was_second() {
                let number = entry.sheet.number;
                let another = Callback::new(move |()| {
                    let sheet = typing.entries.with_untracked(|entries| free(entries, number));
                    send_again(&typing, entry.command, sheet);
                });
                button("sheet-again", t.paper().another, another)
            } else {
                button("sheet-again", t.broker().mend, take_back)
            };
            let delete = move || {
                if let Some(refused) = entry.command {
                    typing.outbox.delete(refused);
                }
            };
            view! {
                {again}
                <TwicePressed testid="delete" class="paper-button" asks=t.broker().delete_surely press=delete>
                    {t.broker().delete}
                </TwicePressed>
            }
            .into_any()
        }
        State::Posted
        | State::Written
        | State::Concealed
        | State::Held
        | State::SentBack(_)
        | State::ChangeWaits
        | State::ChangeSentBack(_) => on_board(|| vec![Act::Amend, Act::Withdraw]).into_any(),
        State::Withdrawn => on_board(|| vec![Act::Reinstate]).into_any(),
        State::Here(
            Condition::WritingAndSending
            | Condition::Sending
            | Condition::SendingFromMemory(_)
            | Condition::Unreadable,
        )
        | State::Declined
        | State::Removed => ().into_any(),
    }
}

/// What can be done about a deal that the server has.
#[derive(Clone, Copy)]
enum Act {
    Amend,
    Withdraw,
    Reinstate,
}

/// Whether this device may change a deal.
fn is_ours(typing: &Typing, deal: DealId) -> bool {
    let session = typing.live.session().get();
    let may = session.and_then(|session| {
        let device = session.device?;
        typing.live.read(|board| {
            let deal = board.deals.get(&deal);
            deal.is_some_and(|deal| may_change(deal, session.role, device))
        })
    });
    may == Some(true)
}

/// Sends what was refused once more, as what is on a sheet.
fn send_again(typing: &Typing, refused: Option<CommandId>, sheet: PaperSheet) {
    let Some(refused) = refused else { return };
    let command = typing.outbox.peek(|items| {
        let item = items.iter().find(|item| item.record.id() == refused)?;
        command(item)
    });
    if let Some(Command::PostDeal {
        terms, written_on, ..
    }) = command
    {
        let deal = sheet.deal();
        typing.outbox.post(&Command::PostDeal {
            deal,
            terms,
            written_on,
            broker: typing.live.broker(),
        });
        typing.outbox.delete(refused);
    }
}
