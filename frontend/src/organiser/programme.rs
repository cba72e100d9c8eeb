//! The programme: its editor, and a card that shows it.

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::{ProgrammeItem, Slot};
use borsklokka_shared::limits::NAME_CHARS_MAX;
use leptos::prelude::*;

use super::office::Office;
use super::plan::{Addition, Fault, Kind, Line, Plan, time_of};
use super::rail::Onward;
use crate::components::{Button, Weight};
use crate::desk::surety::Surety;
use crate::readiness::pages::Page;
use crate::texts::organiser::{plan_words, work_words};
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

/// A field of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Start,
    Title,
    Length,
}

/// What is wrong, and where.
type Wrong = Option<(usize, Column, &'static str)>;

/// The editor's state.
#[derive(Clone, Copy)]
struct Editor {
    office: Office,
    plan: Memo<Plan>,
    wrong: RwSignal<Wrong>,
    /// What the server did not take, in words.
    refused: RwSignal<Option<String>>,
    saved: RwSignal<bool>,
    /// How it was before the last change.
    before: RwSignal<Option<Plan>>,
}

impl Editor {
    /// Changes the programme, and sends it.
    fn change(self, act: impl FnOnce(&mut Plan)) {
        let (old, mut new) = (self.plan.get_untracked(), self.plan.get_untracked());
        act(&mut new);
        self.wrong.set(None);
        if new.items() == old.items() {
            return;
        }
        self.send(&new, Some(old));
    }

    fn send(self, plan: &Plan, before: Option<Plan>) {
        self.saved.set(false);
        let items = plan.items();
        let command = Command::SetProgramme { items };
        self.office
            .desk
            .ask_beside(self.refused, Surety::Pressed, &command, move || {
                let _gone = self.saved.try_set(true);
                let _gone = self.before.try_set(before);
            });
    }

    /// Changes it by what somebody typed, or says beside the field why not.
    fn typed(self, line: usize, column: Column, act: impl FnOnce(&mut Plan) -> Result<(), Fault>) -> bool {
        let t = plan_words();
        let mut plan = self.plan.get_untracked();
        match act(&mut plan) {
            Ok(()) => {
                self.change(|changed| *changed = plan);
                true
            }
            Err(fault) => {
                let words = match fault {
                    Fault::Earlier => t.too_early,
                    Fault::NotATime => t.not_a_time,
                    Fault::NotMinutes => t.not_minutes,
                };
                self.wrong.set(Some((line, column, words)));
                false
            }
        }
    }

    fn is_wrong(self, line: usize, column: Column) -> bool {
        self.wrong
            .with(|wrong| matches!(wrong, Some((of, field, _)) if *of == line && *field == column))
    }
}

/// The programme's page.
#[component]
pub fn Programme() -> impl IntoView {
    let t = plan_words();
    let office = Office::of_page();
    let plan = office.desk.live.board(Plan::of);
    let editor = Editor {
        office,
        plan: Memo::new(move |_| plan.get().unwrap_or_default()),
        wrong: RwSignal::new(None),
        refused: RwSignal::new(None),
        saved: RwSignal::new(false),
        before: RwSignal::new(None),
    };
    let lines = Memo::new(move |_| editor.plan.with(|plan| plan.lines.len()));
    let is_under_way = Memo::new(move |_| {
        editor
            .plan
            .with(|plan| plan.lines.iter().any(|line| line.is_held))
    });
    let cut_off = office.desk.is_cut_off();
    let is_full = Signal::derive(move || cut_off.get() || editor.plan.with(Plan::is_full));
    let add = move |addition: Addition| editor.change(|plan| plan.add(addition, title_of(addition, plan)));
    let usual = move || {
        editor.change(|plan| {
            for addition in Addition::USUAL {
                plan.add(addition, title_of(addition, plan));
            }
        });
    };
    let additions = move || {
        Addition::ALL
            .map(|addition| {
                view! {
                    <Button testid=addition.as_str() disabled=is_full press=move || add(addition)>
                        {name_of(addition)}
                    </Button>
                }
            })
            .collect_view()
    };
    view! {
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {work_words().page_name(Page::Programme)}
            </h1>
            <p class="plan-state">
                <span role="status">{move || editor.saved.get().then_some(t.saved)}</span>
                <button
                    type="button"
                    class="row-act"
                    data-testid="plan-undo"
                    hidden=move || editor.before.with(Option::is_none)
                    on:click=move |_| {
                        if let Some(before) = editor.before.get_untracked() {
                            editor.send(&before, None);
                        }
                    }
                >
                    {t.undo}
                </button>
            </p>
        </div>
        <section class="card">
            <p class="office-note">{move || if is_under_way.get() { t.under_way } else { t.lead }}</p>
            <Show when=move || lines.get() == 0>
                <p class="form-acts">
                    <Button weight=Weight::Primary testid="plan-usual" disabled=cut_off press=usual>
                        {t.usual}
                    </Button>
                </p>
            </Show>
            <div class="plan-heads" aria-hidden="true" hidden=move || lines.get() == 0>
                <span>{t.start}</span>
                <span>{t.title}</span>
                <span>{t.length}</span>
            </div>
            <ol class="plan" data-testid="plan">
                <For each=move || 0..lines.get() key=|line| *line let(line)>
                    <PlanLine editor line />
                </For>
            </ol>
            <p class="field-error" role="alert" hidden=move || editor.refused.with(Option::is_none)>
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

/// A line with its fields.
#[component]
fn PlanLine(editor: Editor, line: usize) -> impl IntoView {
    let t = plan_words();
    let shown = Memo::new(move |_| editor.plan.with(|plan| plan.lines.get(line).cloned()));
    let has = move |read: fn(&Line) -> bool| shown.with(|shown| shown.as_ref().is_some_and(read));
    let is_held = Memo::new(move |_| has(|line| line.is_held));
    let last = Memo::new(move |_| editor.plan.with(|plan| plan.lines.len()) == line + 1);
    let above_is_held = Memo::new(move |_| {
        line == 0
            || editor
                .plan
                .with(|plan| plan.lines.get(line - 1).is_none_or(|above| above.is_held))
    });
    let cut_off = editor.office.desk.is_cut_off();
    let title = move || shown.with(|shown| shown.as_ref().map(|line| line.title.clone()).unwrap_or_default());
    let start =
        move || shown.with(|shown| shown.as_ref().map(|line| time_of(line.start)).unwrap_or_default());
    let length = move || {
        shown.with(|shown| {
            let minutes = shown.as_ref()?.minutes?;
            Some(minutes.to_string())
        })
    };
    let label = move |field: &str| t.of_line(field, line + 1);
    let act = move |act: &str| t.act_on(act, title());
    let error = format!("plan-{line}-error");
    let described = move |column| {
        let id = format!("plan-{line}-error");
        move || editor.is_wrong(line, column).then(|| id.clone())
    };
    let words = move || {
        editor
            .wrong
            .with(|wrong| wrong.filter(|(of, ..)| *of == line).map(|(.., words)| words))
    };
    view! {
        <li
            class="plan-line"
            data-testid="plan-line"
            data-held=move || is_held.get().to_string()
            data-round=move || has(|line| matches!(line.kind, Kind::Round(_))).to_string()
        >
            <input
                class="field-input plan-start"
                inputmode="numeric"
                autocomplete="off"
                data-testid="plan-start"
                aria-label=label(t.start)
                aria-invalid=move || editor.is_wrong(line, Column::Start).to_string()
                aria-describedby=described(Column::Start)
                disabled=move || is_held.get() || cut_off.get()
                prop:value=start
                on:change=move |event| {
                    let time = event_target_value(&event);
                    if editor.typed(line, Column::Start, |plan| plan.begin(line, &time)) {
                        // What was typed in another way is shown as all are.
                        let control = event_target::<web_sys::HtmlInputElement>(&event);
                        control.set_value(&said(&time).unwrap_or(time));
                    }
                }
            />
            <input
                class="field-input"
                autocomplete="off"
                dir="auto"
                data-testid="plan-title"
                aria-label=label(t.title)
                aria-invalid=move || editor.is_wrong(line, Column::Title).to_string()
                aria-describedby=described(Column::Title)
                disabled=move || is_held.get() || cut_off.get()
                prop:value=title
                on:change=move |event| {
                    let title = event_target_value(&event);
                    let title = title.trim();
                    if title.is_empty() || title.chars().count() > NAME_CHARS_MAX {
                        editor.wrong.set(Some((line, Column::Title, t.no_title)));
                    } else {
                        editor.change(|plan| plan.rename(line, title));
                    }
                }
            />
            <input
                class="field-input plan-length"
                inputmode="numeric"
                autocomplete="off"
                data-testid="plan-length"
                aria-label=label(t.length)
                aria-invalid=move || editor.is_wrong(line, Column::Length).to_string()
                aria-describedby=described(Column::Length)
                disabled=move || is_held.get() || cut_off.get() || length().is_none()
                prop:value=move || length().unwrap_or_default()
                on:change=move |event| {
                    let minutes = event_target_value(&event);
                    editor.typed(line, Column::Length, |plan| plan.lengthen(line, &minutes));
                }
            />
            <span class="plan-held" hidden=move || !is_held.get()>
                {t.held}
            </span>
            <span class="plan-acts" hidden=is_held>
                <button
                    type="button"
                    class="row-act row-sign"
                    data-testid="plan-up"
                    aria-label=move || act(t.earlier)
                    disabled=move || above_is_held.get() || cut_off.get()
                    on:click=move |_| editor.change(|plan| plan.sink(line - 1))
                >
                    "↑"
                </button>
                <button
                    type="button"
                    class="row-act row-sign"
                    data-testid="plan-down"
                    aria-label=move || act(t.later)
                    disabled=move || last.get() || cut_off.get()
                    on:click=move |_| editor.change(|plan| plan.sink(line))
                >
                    "↓"
                </button>
                <button
                    type="button"
                    class="row-act"
                    data-testid="plan-remove"
                    aria-label=move || act(t.remove)
                    disabled=cut_off
                    on:click=move |_| editor.change(|plan| plan.remove(line))
                >
                    {t.remove}
                </button>
            </span>
            <p class="field-error plan-error" id=error role="alert">
                {words}
            </p>
        </li>
    }
}

/// What a new line is called.
fn title_of(addition: Addition, plan: &Plan) -> String {
    match addition {
        Addition::Round => plan_words().round_number(plan.rounds() + 1),
        Addition::Arrival | Addition::Welcome | Addition::Break | Addition::Closing => {
            name_of(addition).to_owned()
        }
    }
}

fn name_of(addition: Addition) -> &'static str {
    let t = &plan_words().addition;
    match addition {
        Addition::Arrival => t.arrival,
        Addition::Welcome => t.welcome,
        Addition::Round => t.round,
        Addition::Break => t.pause,
        Addition::Closing => t.closing,
    }
}

/// A time as it is shown.
fn said(time: &str) -> Option<String> {
    super::plan::minutes_of(time).map(time_of)
}
