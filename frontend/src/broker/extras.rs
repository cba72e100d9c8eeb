//! What few deals need: that it is an intention only, and what it is worth.

use leptos::html;
use leptos::prelude::*;

use super::intake::Intake;
use super::particulars::LeftOutNote;
use super::read_as::ReadAs;
use crate::components::field::FieldError;
use crate::components::focus::focus;
use crate::draft::{Field, LeftOut};
use crate::numbers::{whole, whole_said};
use crate::texts::texts;

/// The tick and the tucked-away field.
#[component]
pub fn Extras() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let asked = RwSignal::new(false);
    let is_blank = Memo::new(move |_| intake.draft.with(|draft| draft.service.text.is_empty()));
    Effect::new(move || {
        // A form that starts anew is small again.
        if is_blank.get() {
            asked.set(false);
        }
    });
    let has_worth = Memo::new(move |_| {
        let worth = intake.draft.with(|draft| !draft.service.worth.is_empty());
        worth || asked.get()
    });
    let is_asked_for = intake.live.board(|board| {
        let settings = board.settings.as_ref()?;
        Some(settings.estimates.has_money())
    });
    view! {
        <div class="extras">
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="intention"
                    prop:checked=move || intake.draft.with(|draft| draft.intention)
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        intake.write(Field::Return, |draft| draft.intention = on);
                    }
                />
                {t.intention}
            </label>
            {move || {
                if has_worth.get() {
                    view! { <Worth asked=asked.get_untracked() /> }.into_any()
                } else {
                    view! {
                        <button
                            type="button"
                            class="quiet"
                            data-testid="add-worth"
                            hidden=move || is_asked_for.get().flatten() == Some(false)
                            on:click=move |_| asked.set(true)
                        >
                            {t.add_worth}
                        </button>
                    }
                        .into_any()
                }
            }}
        </div>
        <LeftOutNote of=|left_out| matches!(left_out, LeftOut::Return(_)) />
    }
}

#[component]
fn Worth(asked: bool) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let wrong = intake.wrong_with(Field::Worth);
    let written = Signal::derive(move || intake.draft.with(|draft| draft.service.worth.clone()));
    let control = NodeRef::<html::Input>::new();
    let currency = intake.live.board(|board| {
        board
            .settings
            .as_ref()
            .map(|settings| settings.currency.clone())
            .unwrap_or_default()
    });
    if asked {
        Effect::new(move || {
            if let Some(control) = control.get() {
                focus(&control);
            }
        });
    }
    view! {
        <div class="worth" class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for="worth">
                {move || t.worth(currency.get().unwrap_or_default())}
            </label>
            <input
                class="field-input"
                node_ref=control
                id="worth"
                data-testid="worth"
                inputmode="numeric"
                autocomplete="off"
                aria-invalid=move || wrong.with(Option::is_some).to_string()
                aria-describedby=move || wrong.with(Option::is_some).then_some("worth-error")
                prop:value=move || written.get()
                on:input=move |event| {
                    intake.write(Field::Worth, |draft| draft.service.worth = event_target_value(&event));
                }
            />
            <ReadAs
                text=written
                read=|text, language| whole(text).ok()?.map(|worth| whole_said(worth, language))
            />
            <FieldError id="worth" error=wrong />
        </div>
    }
}
