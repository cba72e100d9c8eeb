//! Typing paper in: the numbered agreements that were written by hand when there was no power. Number, giver, receiver, what, Enter;
//! the keys alone do it, and the next number stands there already.
//!
//! It goes by the outbox like everything that is written in the hall, and whoever may write a deal may type one in. A sheet's number
//! is in its deal's id, so that of two who type in the same sheet the second is told.

pub mod half;
pub mod list;
pub mod party;
pub mod sheets;
pub mod typing;

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::SERVICE_CHARS_MAX;
use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use self::list::List;
use self::party::PartyField;
use self::typing::{Side, Typing, go_to};
use crate::components::{FieldError, HandForm, Modal, ModalRef, TooLong};
use crate::desk::undo::{Undo, UndoBar};
use crate::desk::{Alert, Desk};
use crate::live::{Live, Outbox};
use crate::newcomer::fields::{Named, Placed, ReachedBy, Sectors};
use crate::pair::Gate;
use crate::sheet::{SheetPlace, Sheets};
use crate::tablet::header::TabletHeader;
use crate::tablet::save::SaveOutbox;
use crate::texts::texts;
use crate::{browser, offline};

/// The screen.
#[component]
pub fn Paper() -> impl IntoView {
    let desk = Desk::start(Screen::Paper);
    Undo::start(desk);
    Sheets::start();
    view! {
        <Gate right=Right::WriteDeal>
            <Room />
        </Gate>
    }
}

#[component]
fn Room() -> impl IntoView {
    let (live, outbox) = (Live::of_page(), Outbox::of_page());
    let desk = Desk::of_page();
    let t = texts().paper();
    let typing = Typing::start(live, outbox);
    let waiting = outbox.waiting();
    provide_context(offline::start(move || {
        waiting.get_untracked() == 0 && typing.is_blank() && typing.newcomer.with_untracked(Option::is_none)
    }));
    outbox.report(live, Screen::Paper);
    view! {
        <div class="tablet typing">
            <TabletHeader />
            <main class="typing-main">
                <h1 class="form-heading">{t.title}</h1>
                <p class="typing-lead">{t.lead}</p>
                <Alert alert=desk.alert />
                <Form />
                <List />
                <SaveOutbox outbox />
            </main>
            <UndoBar />
            <SheetPlace />
            {move || typing.newcomer.get().map(|end| view! { <Unregistered side=typing.side(end) /> })}
        </div>
    }
}

/// One sheet.
#[component]
fn Form() -> impl IntoView {
    let typing = Typing::of_page();
    let t = texts().paper();
    let on_number = move |event: &web_sys::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            if typing.settled_number().is_some() {
                go_to(typing.giver.field);
            }
        }
    };
    let (number_wrong, what_wrong) = (typing.number_wrong, typing.what_wrong);
    view! {
        <form
            class="typing-form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                typing.save();
            }
        >
            <div class="field" class:wrong=move || number_wrong.with(Option::is_some)>
                <label class="field-label" for="paper-number">{t.number}</label>
                <input
                    class="field-input"
                    node_ref=typing.number_field
                    id="paper-number"
                    data-testid="paper-number"
                    inputmode="numeric"
                    autocomplete="off"
                    autofocus
                    aria-invalid=move || number_wrong.with(Option::is_some).to_string()
                    aria-describedby=move || number_wrong.with(Option::is_some).then_some("paper-number-error")
                    prop:value=move || typing.number.get()
                    on:focus=move |_| {
                        if let Some(field) = typing.number_field.get_untracked() {
                            field.select();
                        }
                    }
                    on:input=move |event| {
                        typing.number.set(event_target_value(&event));
                        number_wrong.set(None);
                        typing.asked.set(None);
                        typing.saved.set(None);
                    }
                    on:keydown=move |event| on_number(&event)
                />
            </div>
            <PartyField side=typing.giver label=t.giver next=move |()| go_to(typing.receiver.field) />
            <PartyField side=typing.receiver label=t.receiver next=move |()| go_to(typing.what_field) />
            <div class="field" class:wrong=move || what_wrong.with(Option::is_some)>
                <label class="field-label" for="paper-what">{t.what}</label>
                <input
                    class="field-input"
                    node_ref=typing.what_field
                    id="paper-what"
                    data-testid="paper-what"
                    autocomplete="off"
                    dir="auto"
                    aria-invalid=move || what_wrong.with(Option::is_some).to_string()
                    aria-describedby=move || what_wrong.with(Option::is_some).then_some("paper-what-error")
                    prop:value=move || typing.what.get()
                    on:input=move |event| {
                        typing.what.set(event_target_value(&event));
                        what_wrong.set(None);
                    }
                />
                <TooLong text=typing.what chars_max=SERVICE_CHARS_MAX />
                <FieldError id="paper-what" error=what_wrong.into() />
            </div>
            <div class="field">
                <label class="field-label" for="paper-return">{t.returned}</label>
                <input
                    class="field-input"
                    id="paper-return"
                    data-testid="paper-return"
                    autocomplete="off"
                    dir="auto"
                    prop:value=move || typing.returned.get()
                    on:input=move |event| typing.returned.set(event_target_value(&event))
                />
                <TooLong text=typing.returned chars_max=SERVICE_CHARS_MAX />
            </div>
            <button type="submit" class="paper-button paper-button-main" data-testid="paper-save">
                {t.save}
            </button>
            <div class="typing-said">
                <FieldError id="paper-number" error=number_wrong.into() />
                <p role="status" data-testid="paper-saved">
                    {move || typing.saved.get().map(|number| t.saved(number))}
                </p>
            </div>
        </form>
    }
}

/// Somebody on the paper who is not registered.
#[component]
fn Unregistered(side: Side) -> impl IntoView {
    let typing = Typing::of_page();
    let t = texts().broker();
    let new = typing.new;
    let modal = ModalRef::new();
    let is = move |party: ParticipantId| {
        let known = typing
            .parties
            .with_untracked(|parties| parties.iter().find(|one| one.id == party).cloned());
        if let Some(known) = known {
            side.put(&known);
        }
        modal.close();
    };
    let register = move || {
        let id = ParticipantId(browser::fresh_uuid());
        if let Some(registration) = new.judged(id, &typing.parties.get_untracked()) {
            registration.post(typing.outbox);
            is(id);
        }
    };
    view! {
        <Modal class="dialog walk-in" titled_by="walk-in-title" modal closed=move || typing.put_away()>
            <HandForm class="dialog-form">
                <h2 class="dialog-title" id="walk-in-title">{t.new_party}</h2>
                <Named new parties=typing.parties taken=is />
                <Sectors new />
                <ReachedBy new />
                <Placed new />
                <div class="dialog-actions">
                    <button type="button" class="paper-button" on:click=move |_| modal.close()>{t.cancel}</button>
                    <button
                        type="button"
                        class="paper-button paper-button-main"
                        data-testid="walk-in-submit"
                        on:click=move |_| register()
                    >
                        {t.register_now}
                    </button>
                </div>
            </HandForm>
        </Modal>
    }
}
