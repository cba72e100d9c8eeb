//! How long it takes, who moves first and by when. Days are filled in as they mostly are.

use borsklokka_shared::limits::REMARK_CHARS_MAX;
use leptos::prelude::*;

use super::intake::Intake;
use super::read_as::ReadAs;
use crate::components::field::{FieldError, TextField};
use crate::components::{LongText, SymbolChip, TooLong};
use crate::draft::usual::Usual;
use crate::draft::{Draft, Field, LeftOut};
use crate::numbers::{minutes, stepped};
use crate::texts::{Common, texts};

/// Hours, first step, days.
#[component]
pub fn Particulars() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let day = move |read: fn(&Draft, &Usual) -> String| {
        Signal::derive(move || {
            intake
                .usual
                .with(|usual| intake.draft.with(|draft| read(draft, usual)))
        })
    };
    let has_hours = intake.live.board(|board| {
        let settings = board.settings.as_ref()?;
        Some(settings.estimates.has_hours())
    });
    let has_hours = Memo::new(move |_| {
        // What was written is never hidden: an offer of before may bring it.
        let is_written = intake.draft.with(|draft| !draft.service.hours.is_empty());
        is_written || has_hours.get().flatten() != Some(false)
    });
    let has_step = move || {
        intake
            .draft
            .with(|draft| draft.first_mover().is_some() || draft.givers.is_empty())
    };
    view! {
        <div class="particulars" class:no-hours=move || !has_hours.get()>
            <Hours />
            <FirstStep />
            <Show when=has_step>
                <TextField
                    id="due"
                    testid="due"
                    kind="date"
                    label=t.due
                    value=day(Draft::due)
                    error=intake.wrong_with(Field::Due)
                    write=move |day| intake.write(Field::Due, |draft| draft.due = Some(day))
                />
            </Show>
            <TextField
                id="deadline"
                testid="deadline"
                kind="date"
                label=t.deadline
                value=day(Draft::deadline)
                error=intake.wrong_with(Field::Deadline)
                write=move |day| intake.write(Field::Deadline, |draft| draft.deadline = Some(day))
            />
        </div>
        <LeftOutNote of=|left_out| matches!(left_out, LeftOut::FirstStep(_)) />
    }
}

/// What stands in the form and does not go out as things are, in words.
#[component]
pub fn LeftOutNote(
    /// Which of it.
    of: fn(&LeftOut) -> bool,
) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let left_out = Memo::new(move |_| intake.draft.with(|draft| draft.left_out().into_iter().find(of)));
    // The place is there before it speaks, so that a reader of screens hears it.
    view! {
        <p class="left-out" role="status" data-testid="left-out">
            {move || left_out.with(|left_out| left_out.as_ref().map(|left_out| t.left_out(left_out)))}
        </p>
    }
}

/// Hours that are longer are words, such as `halvannen time`: they have the buttons' room, in characters.
const FIGURES_CHARS_MAX: usize = 6;

/// The hours, typed or stepped.
#[component]
fn Hours() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let wrong = intake.wrong_with(Field::Hours);
    let hours = Signal::derive(move || intake.draft.with(|draft| draft.service.hours.clone()));
    let step = move |up| match stepped(&hours.get_untracked(), up) {
        Some(hours) => intake.write(Field::Hours, |draft| draft.service.write_hours(hours)),
        // What was typed stays.
        None => intake.say_wrong(Field::Hours, t.wrong(Field::Hours)),
    };
    view! {
        <div class="field" class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for="hours">{t.hours}</label>
            <div class="stepper" class:in-words=move || hours.with(|hours| hours.chars().count() > FIGURES_CHARS_MAX)>
                <button type="button" aria-label=t.fewer data-testid="hours-fewer" on:click=move |_| step(false)>
                    "−"
                </button>
                <input
                    class="field-input"
                    id="hours"
                    data-testid="hours"
                    inputmode="decimal"
                    autocomplete="off"
                    placeholder="–"
                    aria-invalid=move || wrong.with(Option::is_some).to_string()
                    aria-describedby=move || wrong.with(Option::is_some).then_some("hours-error")
                    prop:value=move || hours.get()
                    on:input=move |event| {
                        intake.write(Field::Hours, |draft| draft.service.write_hours(event_target_value(&event)));
                    }
                />
                <button type="button" aria-label=t.more data-testid="hours-more" on:click=move |_| step(true)>
                    "+"
                </button>
            </div>
            <ReadAs
                text=hours
                read=|text, language| minutes(text).ok()?.map(|minutes| Common::of(language).time(minutes))
            />
            <FieldError id="hours" error=wrong />
        </div>
    }
}

/// Who moves first, and what they do.
#[component]
fn FirstStep() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let wrong = intake.wrong_with(Field::FirstStep);
    let what = Signal::derive(move || intake.draft.with(|draft| draft.first_what.clone()));
    let parties = Memo::new(move |_| {
        intake
            .draft
            .with(|draft| draft.parties().collect::<Vec<_>>())
            .into_iter()
            .filter_map(|id| intake.party(id))
            .map(|party| (party.id, party.symbol.to_string(), party.sector))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="field first-step" class:wrong=move || wrong.with(Option::is_some)>
            <label class="field-label" for="first-what">{t.first_step}</label>
            <div class="first-step-line">
                <div class="first-by" role="group" aria-label=t.nobody_yet>
                    {move || {
                        parties
                            .get()
                            .into_iter()
                            .map(|(id, symbol, sector)| {
                                let on = move || intake.draft.with(|draft| draft.first_mover() == Some(id));
                                view! {
                                    <button
                                        type="button"
                                        class="first-party"
                                        data-testid="first-by"
                                        aria-pressed=move || on().to_string()
                                        on:click=move |_| {
                                            intake.write(Field::FirstStep, |draft| draft.choose_first(id));
                                        }
                                    >
                                        <SymbolChip symbol sector />
                                    </button>
                                }
                            })
                            .collect_view()
                    }}
                </div>
                <LongText
                    id="first-what"
                    testid="first-what"
                    class="usual"
                    label=t.first_what
                    hint=t.first_default
                    value=what
                    write=move |what| intake.write(Field::FirstStep, |draft| draft.first_what = what)
                    wrong=Signal::derive(move || wrong.with(Option::is_some))
                />
            </div>
            <TooLong text=what chars_max=REMARK_CHARS_MAX />
            <FieldError id="first-what" error=wrong />
        </div>
    }
}
