//! What the organiser decides about the exchange. What the form does not show stays as it is.

use std::collections::BTreeMap;

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::{Benchmark, Ceremony, Settings};
use borsklokka_shared::limits::NAME_CHARS_MAX;
use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

use super::course;
use super::fields::{Select, Text};
use super::staging::{StagingFields, StagingForm};
use crate::desk::Desk;
use crate::texts::organiser::staging;
use crate::texts::{self, office_texts};

/// Most digits of a number in the settings.
const DIGITS_MAX: usize = 5;
/// Lines of a course that are seen at once.
const COURSE_ROWS: u32 = 4;

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    place: RwSignal<String>,
    date: RwSignal<String>,
    goal: RwSignal<String>,
    ceremony: RwSignal<Ceremony>,
    late_minutes: RwSignal<String>,
    benchmark_name: RwSignal<String>,
    benchmark_total: RwSignal<String>,
    course: RwSignal<String>,
    sector_goals: [RwSignal<String>; Sector::ALL.len()],
    staging: StagingForm,
}

impl Form {
    fn of(settings: &Settings) -> Self {
        let benchmark = settings.benchmark.as_ref();
        Self {
            name: RwSignal::new(settings.name.clone()),
            place: RwSignal::new(settings.place.clone()),
            date: RwSignal::new(settings.date.to_string()),
            goal: RwSignal::new(settings.goal.to_string()),
            ceremony: RwSignal::new(settings.ceremony),
            late_minutes: RwSignal::new(settings.late_minutes.to_string()),
            benchmark_name: RwSignal::new(benchmark.map(|other| other.name.clone()).unwrap_or_default()),
            benchmark_total: RwSignal::new(
                benchmark.map(|other| other.total.to_string()).unwrap_or_default(),
            ),
            course: RwSignal::new(
                benchmark
                    .map(|other| course::lines(&other.course))
                    .unwrap_or_default(),
            ),
            sector_goals: Sector::ALL.map(|sector| {
                let goal = settings.sector_goals.get(&sector).map(u32::to_string);
                RwSignal::new(goal.unwrap_or_default())
            }),
            staging: StagingForm::of(&settings.staging),
        }
    }

    /// The settings with what the form holds; else what is wrong with it, in words.
    fn written_over(
        self,
        settings: Settings,
        t: &texts::Organiser,
        words: &texts::organiser::Staging,
    ) -> Result<Settings, String> {
        let text = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
        let number = |field, label| text(field).parse::<u32>().map_err(|_| t.not_a_number(label));
        let benchmark_name = text(self.benchmark_name);
        let benchmark = if benchmark_name.is_empty() {
            None
        } else {
            Some(Benchmark {
                course: course::read(&self.course.get_untracked()).map_err(|line| t.not_a_course(line))?,
                name: benchmark_name,
                total: number(self.benchmark_total, t.benchmark_total)?,
            })
        };
        let mut sector_goals = BTreeMap::new();
        for (sector, field) in Sector::ALL.into_iter().zip(self.sector_goals) {
            if !text(field).is_empty() {
                sector_goals.insert(sector, number(field, t.sector_goals)?);
            }
        }
        Ok(Settings {
            sector_goals,
            name: text(self.name),
            place: text(self.place),
            date: text(self.date).parse().map_err(|_| t.not_a_date.to_owned())?,
            goal: number(self.goal, t.goal)?,
            ceremony: self.ceremony.get_untracked(),
            late_minutes: number(self.late_minutes, t.late_minutes)?,
            benchmark,
            staging: self.staging.written(t, words)?,
            ..settings
        })
    }
}

/// The settings' form. It is filled anew when the settings change.
#[component]
pub fn SettingsForm() -> impl IntoView {
    let desk = Desk::of_page();
    let settings = desk.live.board(|board| board.settings.clone());
    let saved = RwSignal::new(false);
    view! {
        <section class="card">
            <h2 class="form-heading">{office_texts().organiser.settings}</h2>
            {move || settings.get().flatten().map(|settings| view! { <Fields settings saved /> })}
        </section>
    }
}

#[component]
fn Fields(settings: Settings, saved: RwSignal<bool>) -> impl IntoView {
    let desk = Desk::of_page();
    let (t, words) = (&office_texts().organiser, staging());
    let form = Form::of(&settings);
    let save = move || {
        saved.set(false);
        match form.written_over(settings.clone(), t, words) {
            Ok(settings) => {
                let settings = Box::new(settings);
                desk.ask_then(&Command::Configure { settings }, move || {
                    let _gone = saved.try_set(true);
                });
            }
            Err(words) => desk.warn(words),
        }
    };
    view! {
        <form
            class="form"
            data-testid="settings-form"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <Text id="settings-name" label=t.name chars_max=NAME_CHARS_MAX value=form.name />
            <Text id="settings-place" label=t.venue chars_max=NAME_CHARS_MAX value=form.place />
            <div class="form-pair">
                <Text id="settings-date" label=t.date kind="date" value=form.date />
                <Text id="settings-goal" label=t.goal keyboard="numeric" chars_max=DIGITS_MAX value=form.goal />
            </div>
            <fieldset class="form form-goals">
                <legend class="field-label">{t.sector_goals}</legend>
                {Sector::ALL.into_iter().zip(form.sector_goals).map(goal).collect_view()}
            </fieldset>
            <Select
                id="settings-ceremony"
                label=t.ceremony
                options=&Ceremony::ALL
                name=Ceremony::as_str
                words=|ceremony| office_texts().organiser.ceremony_name(ceremony)
                value=form.ceremony
            />
            <Text
                id="settings-late"
                label=t.late_minutes
                keyboard="numeric"
                chars_max=DIGITS_MAX
                value=form.late_minutes
            />
            <div class="form-pair">
                <Text
                    id="settings-benchmark-name"
                    label=t.benchmark_name
                    chars_max=NAME_CHARS_MAX
                    value=form.benchmark_name
                />
                <Text
                    id="settings-benchmark-total"
                    label=t.benchmark_total
                    keyboard="numeric"
                    chars_max=DIGITS_MAX
                    value=form.benchmark_total
                />
            </div>
            <div class="field">
                <label class="field-label" for="settings-course">
                    {t.course}
                </label>
                <textarea
                    class="field-input"
                    id="settings-course"
                    data-testid="settings-course"
                    rows=COURSE_ROWS
                    aria-describedby="settings-course-how"
                    prop:value=form.course
                    on:input=move |event| form.course.set(event_target_value(&event))
                ></textarea>
                <p class="office-note" id="settings-course-how">
                    {t.course_how}
                </p>
            </div>
            <StagingFields form=form.staging />
            <div class="form-acts">
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="settings-save"
                    disabled=desk.is_cut_off()
                >
                    {t.save}
                </button>
                <span role="status">{move || saved.get().then_some(t.saved)}</span>
            </div>
        </form>
    }
}

/// How many participants of a sector are hoped for.
fn goal((sector, value): (Sector, RwSignal<String>)) -> impl IntoView {
    let id = match sector {
        Sector::Business => "settings-goal-business",
        Sector::Public => "settings-goal-public",
        Sector::Voluntary => "settings-goal-voluntary",
        Sector::Individual => "settings-goal-individual",
    };
    let label = office_texts().common.sector(sector);
    view! { <Text id label keyboard="numeric" chars_max=DIGITS_MAX value /> }
}
