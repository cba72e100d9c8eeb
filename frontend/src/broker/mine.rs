//! «Mine avtaler»: what this device has written, and what can be done about it.

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::{CommandId, DealId, ParticipantId};
use leptos::prelude::*;

use super::Table;
use super::agreement::OpenAgreement;
use super::done::Done;
use super::draft::Draft;
use super::line::{self, Line, State, Subject};
use super::save::SaveOutbox;
use crate::components::SymbolChip;
use crate::components::deal::Sides;
use crate::live::answer::Answer;
use crate::live::outbox::personal::{Contact, Matter, Personal};
use crate::live::outbox::queue::Errand;
use crate::texts::desk_texts;

/// The list.
#[component]
pub fn Mine() -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let lines = table.lines;
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
            <SaveOutbox outbox=table.outbox />
        </aside>
    }
}

#[component]
fn MineLine(line: Line, open: RwSignal<Option<Subject>>) -> impl IntoView {
    let t = &desk_texts().broker;
    let subject = line.subject;
    let (testid, about) = match subject {
        Subject::Deal(_) => ("deal", None),
        Subject::Amendment(_) => ("amendment", Some((t.amendment)(line.number))),
        Subject::WalkIn(_) => ("walk-in", Some(t.walk_in.to_owned())),
        Subject::Contact(_) => ("contact", Some(t.contact.to_owned())),
        Subject::Signature(_) => ("signature", Some(t.signature.to_owned())),
    };
    let number = match subject {
        Subject::Deal(_) => line.number,
        Subject::Amendment(_) | Subject::WalkIn(_) | Subject::Contact(_) | Subject::Signature(_) => None,
    };
    let sides = match subject {
        Subject::WalkIn(_) | Subject::Contact(_) | Subject::Signature(_) => line
            .givers
            .clone()
            .into_iter()
            .map(|party| view! { <SymbolChip symbol=party.symbol sector=party.sector /> })
            .collect_view()
            .into_any(),
        Subject::Deal(_) | Subject::Amendment(_) => {
            view! { <Sides givers=line.givers.clone() receivers=line.receivers.clone() /> }.into_any()
        }
    };
    let why = match &line.state {
        State::Refused(why) => Some(why.clone()),
        State::SentBack(remark) => Some(remark.clone()),
        _ => None,
    };
    let always = line.state.asks_for_broker();
    let is_open = Memo::new(move |_| always || open.get() == Some(subject));
    let toggle = move |_| open.update(|open| *open = (*open != Some(subject)).then_some(subject));
    let (text, state, name) = (line.text.clone(), (t.state)(&line.state), line.state.as_str());
    view! {
        <li class="mine-line" data-testid=testid data-state=name>
            <button type="button" class="mine-head" aria-expanded=move || is_open.get().to_string() on:click=toggle>
                <span class="mine-top">
                    {number.map(|number| view! { <b class="mine-number" data-testid="number">{number}</b> })}
                    {about.map(|about| view! { <span class="mine-about">{about}</span> })}
                    {sides}
                    <span class="mine-state" role="status">{state}</span>
                </span>
                <span class="mine-text">{text}</span>
            </button>
            {why.map(|why| view! { <p class="mine-why" data-testid="refusal" role="alert">{why}</p> })}
            {move || is_open.get().then(|| view! { <Actions line=line.clone() /> })}
        </li>
    }
}

/// What can be done about a line.
#[component]
fn Actions(line: Line) -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let said = RwSignal::new(None::<String>);
    let deal = match line.subject {
        Subject::Deal(deal) | Subject::Amendment(deal) => Some(deal),
        Subject::WalkIn(_) | Subject::Contact(_) | Subject::Signature(_) => None,
    };
    let change = deal.map(|deal| move || amend(&table, deal));
    let ask = move |command: Command| {
        said.set(None);
        table.live.ask(&command, move |answer| {
            said.try_set(match answer {
                Answer::Accepted { .. } => None,
                Answer::Refused { message, .. } => Some(message),
                Answer::NotSent => Some(t.needs_connection.to_owned()),
                Answer::Lost => Some(t.answer_lost.to_owned()),
            });
        });
    };
    let withdraw = move || {
        if let Some(deal) = deal {
            table.last.set(Some(Done::Withdrawn(deal)));
            ask(Command::WithdrawDeal { deal });
        }
    };
    let reinstate = move || {
        if let Some(deal) = deal {
            table.last.set(Some(Done::Reinstated(deal)));
            ask(Command::ReinstateDeal { deal });
        }
    };
    let here = line.command;
    let buttons = match &line.state {
        State::Kept => view! { <Delete line=line.clone() /> }.into_any(),
        State::Refused(_) if matches!(line.subject, Subject::Contact(_)) => {
            view! { <MendContact line=line.clone() /> <Delete line=line.clone() /> }.into_any()
        }
        State::Refused(_) => {
            let mend = deal.map(|_| {
                view! {
                    <button
                        type="button"
                        class="paper-button paper-button-main"
                        data-testid="mend"
                        on:click=move |_| {
                            if let Some(here) = here {
                                mend(&table, here);
                            }
                        }
                    >
                        {t.mend}
                    </button>
                }
            });
            view! { {mend} <Delete line=line.clone() /> }.into_any()
        }
        State::Posted | State::Written | State::Concealed | State::Held | State::SentBack(_) => view! {
            <button
                type="button"
                class="paper-button"
                data-testid="amend"
                on:click=move |_| {
                    if let Some(change) = change {
                        change();
                    }
                }
            >
                {t.change}
            </button>
            <button type="button" class="paper-button" data-testid="withdraw" on:click=move |_| withdraw()>
                {t.withdraw}
            </button>
        }
        .into_any(),
        State::Withdrawn => view! {
            <button type="button" class="paper-button" data-testid="reinstate" on:click=move |_| reinstate()>
                {t.reinstate}
            </button>
        }
        .into_any(),
        State::Sending | State::Declined | State::Removed => ().into_any(),
    };
    view! {
        <div class="mine-actions">
            <OpenAgreement deal=deal.filter(|_| line.state.can_be_signed()) />
            {buttons}
            {move || said.get().map(|said| view! { <p class="mine-why" role="alert">{said}</p> })}
        </div>
    }
}

/// The contact line once more; what is written is sent in the place of what was refused.
#[component]
fn MendContact(line: Line) -> impl IntoView {
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let written = RwSignal::new(line.text);
    let refused = line.command;
    let send = move || {
        let participant = refused.and_then(|refused| whose_contact(&table, refused));
        if let (Some(refused), Some(participant)) = (refused, participant) {
            let contact = Contact::of_line(&written.get_untracked());
            table
                .outbox
                .post_personal(Matter::Contact { participant, contact });
            table.outbox.delete(refused);
        }
    };
    view! {
        <input
            class="field-input"
            aria-label=t.party_contact
            data-testid="contact-line"
            autocomplete="off"
            prop:value=move || written.get()
            on:input=move |event| written.set(event_target_value(&event))
        />
        <button type="button" class="paper-button paper-button-main" data-testid="mend" on:click=move |_| send()>
            {t.mend}
        </button>
    }
}

fn whose_contact(table: &Table, refused: CommandId) -> Option<ParticipantId> {
    table.outbox.peek(|items| {
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
    let table = Table::of_page();
    let t = &desk_texts().broker;
    let surely = RwSignal::new(false);
    let command = line.command;
    view! {
        <Show
            when=move || surely.get()
            fallback=move || {
                view! {
                    <button
                        type="button"
                        class="paper-button"
                        data-testid="delete"
                        on:click=move |_| surely.set(true)
                    >
                        {t.delete}
                    </button>
                }
            }
        >
            <button
                type="button"
                class="paper-button paper-button-danger"
                data-testid="delete-surely"
                on:click=move |_| {
                    if let Some(command) = command {
                        table.outbox.delete(command);
                    }
                }
            >
                {t.delete_surely}
            </button>
            <button type="button" class="paper-button" on:click=move |_| surely.set(false)>{t.keep}</button>
        </Show>
    }
}

/// Opens a deal that the server has in the form.
fn amend(table: &Table, deal: DealId) {
    let terms = table
        .live
        .peek(|board| {
            // A change that waits for the notary is what was written last.
            let proposed = board
                .after_hammer
                .get(&deal)
                .and_then(|after| after.proposed.clone());
            proposed.or_else(|| board.deals.get(&deal).map(|deal| deal.terms.clone()))
        })
        .flatten();
    if let Some(terms) = terms {
        table.open(Draft::of(&terms, Some(deal), None));
    }
}

/// Opens a refused deal or amendment in the form. It is sent as a new one, in the place of the refused one.
fn mend(table: &Table, command: CommandId) {
    let refused = table.outbox.peek(|items| {
        items
            .iter()
            .find(|item| item.record.id() == command)
            .and_then(line::command)
    });
    match refused {
        Some(Command::PostDeal { terms, .. }) => table.open(Draft::of(&terms, None, Some(command))),
        Some(Command::AmendDeal { deal, terms }) => {
            table.open(Draft::of(&terms, Some(deal), Some(command)));
        }
        _ => {}
    }
}
