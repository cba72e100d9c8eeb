//! The programme: its editor, and a card that shows it.

mod editor;

use borsklokka_shared::exchange::{ProgrammeItem, Slot};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use self::editor::{Column, Editor};
use super::gone::{Gone, WhatIsGone};
use super::half_typed::Remark;
use super::office::Office;
use super::plan::{Addition, Fault, Kind, Line, LineId, Plan};
use super::rail::Onward;
use super::ways::{Way, Ways};
use crate::components::focus::{AfterRow, focus, has_focus};
use crate::components::{Button, Weight};
use crate::readiness::pages::Page;
use crate::texts::organiser::{Plan as PlanWords, plan_words, work_words};
use crate::texts::texts;

/// The programme, as it is set.
#[component]
pub fn ProgrammeCard() -> impl IntoView {
    let t = work_words();
    let items = Office::of_page().desk.live.board(|board| board.programme.clone());
    let line = move |ProgrammeItem { time, title, slot }| {
        let length = match slot {
            Slot::Round { minutes, .. } => Some(texts().organiser().minutes(minutes)),
            Slot::Gathering | Slot::Closing => None,
        };
        let is_round = length.is_some();
        view! {
            <li class:round=is_round>
                <span>{time}</span>
                <span dir="auto">{title}</span>
                <span>{length}</span>
            </li>
        }
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 class="form-heading">{t.page_name(Page::Programme)}</h2>
                <a class="button" href=Page::Programme.address()>
                    {t.change}
                </a>
            </div>
            <ol class="organiser-programme">
                {move || items.get().unwrap_or_default().into_iter().map(line).collect_view()}
            </ol>
        </section>
    }
}

/// The programme's page.
#[component]
pub fn Programme() -> impl IntoView {
    let t = plan_words();
    let editor = Editor::of_pages(Office::of_page().desk.live);
    let plan = editor.plan;
    let ids = move || plan.with(|plan| plan.lines.iter().map(|line| line.id).collect::<Vec<_>>());
    let is_empty = Memo::new(move |_| plan.with(|plan| plan.lines.is_empty()));
    let is_under_way = Memo::new(move |_| plan.with(|plan| plan.lines.iter().any(|line| line.is_held)));
    let cut_off = editor.cut_off;
    let is_full = Signal::derive(move || cut_off.get() || plan.with(Plan::is_full));
    let add = move |additions: Vec<Addition>| {
        editor.change(move |plan| {
            for &addition in &additions {
                plan.add(addition, title_of(t, addition, plan));
            }
        });
    };
    let additions = Addition::ALL
        .map(|addition| {
            view! {
                <Button testid=addition.as_str() disabled=is_full press=move || add(vec![addition])>
                    {name_of(t, addition)}
                </Button>
            }
        })
        .collect_view();
    let said = move || {
        if editor.is_unsaved() {
            Some(t.unsaved)
        } else {
            editor.is_saved().then_some(t.saved)
        }
    };
    view! {
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {work_words().page_name(Page::Programme)}
            </h1>
            <p class="plan-state">
                <span role="status" data-testid="plan-said">
                    {said}
                </span>
                <Undo editor />
            </p>
        </div>
        <section class="card">
            <p class="office-note">{move || if is_under_way.get() { t.under_way } else { t.lead }}</p>
            <Show when=move || is_empty.get()>
                <p class="form-acts">
                    <Button
                        weight=Weight::Primary
                        testid="plan-usual"
                        disabled=cut_off
                        press=move || add(Addition::USUAL.to_vec())
                    >
                        {t.usual}
                    </Button>
                </p>
            </Show>
            <div class="plan-heads" aria-hidden="true" hidden=move || is_empty.get()>
                <span>{t.start}</span>
                <span>{t.title}</span>
                <span>{t.length}</span>
            </div>
            <ol class="plan" data-testid="plan">
                <For each=ids key=|id| *id let(id)>
                    <PlanLine editor id />
                </For>
            </ol>
            <WhatIsGone
                testid="plan-gone"
                read="plan-gone-read"
                typed=Gone::of_page().programme
                words=move |text: String| t.gone(text)
            />
            <p class="field-error" role="alert" data-testid="plan-refused" hidden=move || editor.refused.with(Option::is_none)>
                {move || editor.refused.get()}
            </p>
            <div class="form-acts" role="group" aria-label=t.add>
                <span class="field-label">{t.add}</span>
                {additions}
            </div>
        </section>
        <Onward page=Page::Programme />
    }
}

/// Takes the last change back. The button is gone by that: whoever pressed it goes on at the line that comes back, once it is there, or else
/// at the page's title.
#[component]
fn Undo(editor: Editor) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    // The lines that were there when it was pressed, until it is seen what came of it.
    let before = StoredValue::new(None::<Vec<LineId>>);
    let plan = editor.plan;
    let lines =
        Memo::new(move |_| plan.with(|plan| plan.lines.iter().map(|line| line.id).collect::<Vec<_>>()));
    Effect::new(move || {
        let (now, is_over) = (lines.get(), editor.has_taken_back());
        let Some(old) = before.get_value() else { return };
        let came = now.into_iter().find(|line| !old.contains(line));
        if came.is_some() || is_over {
            before.set_value(None);
            go_on_from(button, came);
        }
    });
    view! {
        <button
            node_ref=button
            type="button"
            class="row-act"
            data-testid="plan-undo"
            hidden=move || !editor.can_take_back()
            disabled=editor.cut_off
            on:click=move |_| {
                before.set_value(Some(lines.get_untracked()));
                editor.take_back();
            }
        >
            {plan_words().undo}
        </button>
    }
}

/// By the next frame the line has the focus, or else the page's title, unless somebody has gone elsewhere than to the button that took a change
/// back.
fn go_on_from(button: NodeRef<html::Button>, line: Option<LineId>) {
    request_animation_frame(move || {
        let button = button.try_get_untracked().flatten();
        let is_button = |control: &Element| button.as_ref().is_some_and(|button| ***button == *control);
        if has_focus().is_some_and(|control| !is_button(&control)) {
            return;
        }
        let line = line.and_then(|line| document().get_element_by_id(&remove_of(line)));
        let title = document().query_selector(".page-title").ok().flatten();
        let control = line.or(title);
        if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
            focus(&control);
        }
    });
}

/// A field of a line.
#[component]
fn PlanField(
    /// The page's state.
    editor: Editor,
    /// Of which line.
    id: LineId,
    /// Which field.
    column: Column,
    /// How the field is told from the others in style sheets.
    class: &'static str,
    /// What tests call it.
    testid: &'static str,
    /// What the keyboard shows, as HTML names it.
    keyboard: &'static str,
    /// What is asked.
    label: &'static str,
    /// Where the line stands.
    place: Memo<usize>,
    /// Whether it cannot be written in.
    disabled: Signal<bool>,
) -> impl IntoView {
    let t = plan_words();
    let field = (id, column);
    let shown = Memo::new(move |_| editor.shows(field));
    let is_wrong = move || editor.remark(field).is_some();
    view! {
        <input
            class=class
            id=format!("{testid}-{}", id.0)
            inputmode=keyboard
            autocomplete="off"
            dir="auto"
            data-testid=testid
            aria-label=move || t.of_line(label, place.get() + 1)
            aria-invalid=move || is_wrong().to_string()
            aria-describedby=move || is_wrong().then(|| error_of(id))
            disabled=disabled
            prop:value=move || shown.get()
            on:input=move |event| editor.write(field, event_target_value(&event))
            // Not by `change`, which comes beside either: leaving once more has a meaning of its own.
            on:blur=move |_| editor.leave(field)
            on:keydown=move |event| {
                if event.key() == "Enter" && !event.repeat() {
                    editor.press(field);
                }
            }
        />
    }
}

/// A line with its fields.
#[component]
fn PlanLine(editor: Editor, id: LineId) -> impl IntoView {
    let t = plan_words();
    let plan = editor.plan;
    let line = Memo::new(move |_| plan.with(|plan| plan.line(id).cloned()));
    let place = Memo::new(move |_| plan.with(|plan| plan.place(id)).unwrap_or_default());
    let has = move |read: fn(&Line) -> bool| line.with(|line| line.as_ref().is_some_and(read));
    let is_held = Memo::new(move |_| has(|line| line.is_held));
    let cut_off = editor.cut_off;
    let title = Signal::derive(move || {
        let title = line.with(|line| line.as_ref().map(|line| line.title.clone()));
        title.unwrap_or_default()
    });
    let has_no_length = Signal::derive(move || is_held.get() || has(|line| line.minutes.is_none()));
    let words = move || {
        let columns = [Column::Start, Column::Title, Column::Length];
        let remarks = columns
            .into_iter()
            .filter_map(|column| editor.remark((id, column)));
        let said: Vec<String> = remarks
            .map(|remark| match remark {
                Remark::Fault(Fault::Earlier) => t.too_early.to_owned(),
                Remark::Fault(Fault::NotATime) => t.not_a_time.to_owned(),
                Remark::Fault(Fault::NotMinutes) => t.not_minutes.to_owned(),
                Remark::Fault(Fault::NoTitle) => t.no_title.to_owned(),
                Remark::Changed(says) => t.changed_meanwhile(says),
            })
            .collect();
        (!said.is_empty()).then(|| said.join(" "))
    };
    view! {
        <li
            class="plan-line"
            data-testid="plan-line"
            data-held=move || is_held.get().to_string()
            data-round=move || has(|line| matches!(line.kind, Kind::Round(_))).to_string()
        >
            <PlanField
                editor
                id
                column=Column::Start
                class="field-input plan-start"
                testid="plan-start"
                keyboard="numeric"
                label=t.start
                place
                disabled=is_held.into()
            />
            <PlanField
                editor
                id
                column=Column::Title
                class="field-input"
                testid="plan-title"
                keyboard="text"
                label=t.title
                place
                disabled=is_held.into()
            />
            <PlanField
                editor
                id
                column=Column::Length
                class="field-input plan-length"
                testid="plan-length"
                keyboard="numeric"
                label=t.length
                place
                disabled=has_no_length
            />
            <span class="plan-held" hidden=move || !is_held.get()>
                {t.held}
            </span>
            <PlanActs editor id title is_held cut_off />
            <p class="field-error plan-error" id=error_of(id) role="alert" dir="auto" data-testid="plan-error">
                {words}
            </p>
        </li>
    }
}

/// What is done to a line as a whole.
#[component]
fn PlanActs(
    /// The page's state.
    editor: Editor,
    /// To which line.
    id: LineId,
    /// What it is called.
    title: Signal<String>,
    /// Whether it has been held, so that it stays.
    is_held: Memo<bool>,
    /// Whether nothing can be done just now.
    cut_off: Signal<bool>,
) -> impl IntoView {
    let t = plan_words();
    let plan = editor.plan;
    let place = Memo::new(move |_| plan.with(|plan| plan.place(id)));
    let can_sink = Memo::new(move |_| plan.with(|plan| place.get().is_some_and(|line| plan.can_sink(line))));
    let above = Memo::new(move |_| {
        plan.with(|plan| {
            let above = place.get()?.checked_sub(1)?;
            plan.can_sink(above).then(|| plan.lines[above].id)
        })
    });
    let act = move |act: &str| t.act_on(act, title.get());
    let after = AfterRow::start();
    let up = Way {
        testid: "plan-up",
        words: Signal::derive(move || act(t.earlier)),
        can: Signal::derive(move || above.get().is_some() && !cut_off.get()),
        go: Box::new(move || {
            if let Some(above) = above.get_untracked() {
                editor.change_line(above, Plan::sink);
            }
        }),
    };
    let down = Way {
        testid: "plan-down",
        words: Signal::derive(move || act(t.later)),
        can: Signal::derive(move || can_sink.get() && !cut_off.get()),
        go: Box::new(move || editor.change_line(id, Plan::sink)),
    };
    view! {
        <span class="plan-acts" hidden=is_held>
            <Ways place up down />
            <button
                type="button"
                class="row-act"
                id=remove_of(id)
                data-testid="plan-remove"
                aria-label=move || act(t.remove)
                disabled=cut_off
                on:click=move |event| {
                    after.leave(&event_target::<Element>(&event), "plan-remove");
                    editor.remove(id);
                }
            >
                {t.remove}
            </button>
        </span>
    }
}

/// Finds what takes a line out.
fn remove_of(id: LineId) -> String {
    format!("plan-{}-remove", id.0)
}

/// Joins a line's fields and what is wrong with them.
fn error_of(id: LineId) -> String {
    format!("plan-{}-error", id.0)
}

/// What a new line is called.
fn title_of(t: &'static PlanWords, addition: Addition, plan: &Plan) -> String {
    match addition {
        Addition::Round => t.round_number(plan.rounds() + 1),
        Addition::Arrival | Addition::Welcome | Addition::Break | Addition::Closing => {
            name_of(t, addition).to_owned()
        }
    }
}

fn name_of(t: &'static PlanWords, addition: Addition) -> &'static str {
    let t = &t.addition;
    match addition {
        Addition::Arrival => t.arrival,
        Addition::Welcome => t.welcome,
        Addition::Round => t.round,
        Addition::Break => t.pause,
        Addition::Closing => t.closing,
    }
}
