//! The exchange itself: what it is called, where and when it is, what it aims at, and how deals get on the wall.

use borsklokka_shared::exchange::{Benchmark, Ceremony, Estimates, LastRound, Privacy, Settings};
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::{NAME_CHARS_MAX, PLACE_CHARS_MAX, PRIVACY_CHARS_MAX};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use leptos::prelude::*;

use super::course;
use super::fields::{Lines, Select, Text};
use super::form::{DIGITS_MAX, Faults, Filled, InWords, SettingsForm};
use super::office::Office;
use super::rail::{Onward, Title};
use crate::civil_time::device_time_zone;
use crate::readiness::pages::Page;
use crate::texts::{Texts, texts};

/// Letters of a currency's code.
const CURRENCY_CHARS: usize = 3;
/// Lines of a course that are seen at once.
const COURSE_ROWS: u32 = 4;
/// Lines of the text about personal data that are seen at once.
const PRIVACY_ROWS: u32 = 4;
/// How long data is usually kept, in months: until it is known what became of each deal.
const KEEP_MONTHS_USUAL: &str = "12";
/// Where such evenings are held; the exchange's own zone and this device's are offered beside them.
const ZONES: [&str; 9] = [
    "Europe/Oslo",
    "Europe/Stockholm",
    "Europe/Copenhagen",
    "Europe/Helsinki",
    "Europe/Amsterdam",
    "Europe/Brussels",
    "Europe/Berlin",
    "Europe/London",
    "Atlantic/Reykjavik",
];
/// The roles whose titles are read aloud.
const TITLED: [(Role, &str); 3] = [
    (Role::Moderator, "title-moderator"),
    (Role::Broker, "title-broker"),
    (Role::Notary, "title-notary"),
];

/// The page. Its forms are there once the settings are.
#[component]
pub fn ExchangePage() -> impl IntoView {
    let live = Office::of_page().desk.live;
    let is_here = live.board(|board| board.settings.is_some());
    view! {
        <Title page=Page::Exchange />
        <Show when=move || is_here.get() == Some(true)>
            <Forms />
        </Show>
        <Onward page=Page::Exchange />
    }
}

#[component]
fn Forms() -> impl IntoView {
    let t = texts().organiser();
    view! {
        <div class="page-columns page-halves">
            <div class="page-column">
                <section class="card">
                    <h2 class="form-heading">{t.where_and_when}</h2>
                    <SettingsForm testid="settings-form" fill=facts />
                </section>
                <section class="card">
                    <h2 class="form-heading">{t.the_evening}</h2>
                    <SettingsForm testid="evening-form" fill=evening />
                </section>
            </div>
            <div class="page-column">
                <section class="card">
                    <h2 class="form-heading">{t.goals}</h2>
                    <SettingsForm testid="goals-form" fill=goals />
                </section>
                <section class="card">
                    <h2 class="form-heading">{t.privacy}</h2>
                    <SettingsForm testid="privacy-form" fill=promise />
                </section>
            </div>
        </div>
    }
}

impl InWords for Settings {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let t = texts.organiser();
        let (field, within) = field.split_once('.').unwrap_or((field, ""));
        match field {
            "name" => (t.name, self.name.clone()),
            "place" => (t.venue, self.place.clone()),
            "date" => (t.date, texts.common().date(self.date)),
            "time_zone" => (t.zone, town(&self.time_zone)),
            "language" => (t.language_of_screens, self.language.own_name().to_owned()),
            "ceremony" => (t.ceremony, t.ceremony_name(self.ceremony).to_owned()),
            "last_round" => (t.last_round, t.last_round_name(self.last_round).to_owned()),
            "goal" => (t.goal, self.goal.to_string()),
            "sector_goals" => {
                let sector = Sector::named(within);
                let goal = sector.and_then(|sector| self.sector_goals.get(&sector));
                let name = sector.map_or(t.sector_goals, |sector| texts.common().sector(sector));
                (name, goal.map(u32::to_string).unwrap_or_default())
            }
            "benchmark" => self.benchmark.as_ref().map_or_else(
                || (t.benchmark, String::new()),
                |other| match within {
                    "total" => (t.benchmark_total, other.total.to_string()),
                    "course" => (t.course, course::lines(&other.course)),
                    _ => (t.benchmark_name, format!("{} ({})", other.name, other.total)),
                },
            ),
            "late_minutes" => (t.late_minutes, self.late_minutes.to_string()),
            "milestone_every" => (t.milestone, self.milestone_every.to_string()),
            "currency" => (t.currency, self.currency.clone()),
            "estimates" => (t.estimates, t.estimates_name(self.estimates).to_owned()),
            "role_titles" => {
                let name = Role::named(within).map_or(t.titles, |role| t.role_name(role));
                (name, self.role_titles.get(within).cloned().unwrap_or_default())
            }
            "privacy" => self.privacy.as_ref().map_or_else(
                || (t.privacy, String::new()),
                |privacy| match within {
                    "keep_months" => (t.keep_months, privacy.keep_months.to_string()),
                    _ => (t.privacy, privacy.text.clone()),
                },
            ),
            "is_found" => {
                let words = if self.is_found { t.found_yes } else { t.found_no };
                (t.found, words.to_owned())
            }
            _ => self.staging.in_words(field, texts),
        }
    }
}

/// The town is what people know of a zone.
fn town(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or_default().replace('_', " ")
}

/// What it is called, where and when.
fn facts(settings: &Settings, faults: Faults) -> Filled<Settings> {
    let t = texts().organiser();
    let (name, place, date) = (
        RwSignal::new(settings.name.clone()),
        RwSignal::new(settings.place.clone()),
        RwSignal::new(settings.date.to_string()),
    );
    let (language, zone) = (
        RwSignal::new(settings.language),
        RwSignal::new(settings.time_zone.clone()),
    );
    let write = move |settings: &mut Settings| {
        for (id, value) in [("settings-name", name), ("settings-place", place)] {
            if value.with(|text| text.trim().is_empty()) {
                faults.say(id, t.not_empty.to_owned());
            }
        }
        name.with(|text| text.trim().clone_into(&mut settings.name));
        place.with(|text| text.trim().clone_into(&mut settings.place));
        match date.get().parse() {
            Ok(day) => settings.date = day,
            Err(_) => faults.say("settings-date", t.not_a_date.to_owned()),
        }
        settings.language = language.get();
        settings.time_zone = zone.get();
    };
    let mut zones: Vec<String> = ZONES.map(str::to_owned).to_vec();
    for other in [Some(zone.get_untracked()), device_time_zone()]
        .into_iter()
        .flatten()
    {
        if !zones.contains(&other) {
            zones.insert(0, other);
        }
    }
    let fields = view! {
        <Text
            id="settings-name"
            label=t.name
            chars_max=NAME_CHARS_MAX
            error=faults.at("settings-name")
            value=name
        />
        <Text
            id="settings-place"
            label=t.venue
            chars_max=NAME_CHARS_MAX
            error=faults.at("settings-place")
            value=place
        />
        <div class="form-pair">
            <Text id="settings-date" label=t.date kind="date" error=faults.at("settings-date") value=date />
            <Select
                id="settings-language"
                label=t.language_of_screens
                options=&Language::ALL
                name=Language::as_str
                words=Language::own_name
                value=language
            />
        </div>
        <div class="field">
            <label class="field-label" for="settings-zone">
                {t.zone}
            </label>
            <select
                class="field-input"
                id="settings-zone"
                data-testid="settings-zone"
                on:change=move |event| zone.set(event_target_value(&event))
            >
                {zones
                    .into_iter()
                    .map(|one| {
                        let chosen = one == zone.get_untracked();
                        let town = town(&one);
                        view! {
                            <option value=one selected=chosen>
                                {town}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </div>
    };
    Filled::new(write, fields)
}

/// What it aims at.
fn goals(settings: &Settings, faults: Faults) -> Filled<Settings> {
    let t = texts().organiser();
    let goal = RwSignal::new(settings.goal.to_string());
    let sectors = Sector::ALL.map(|sector| {
        let goal = settings.sector_goals.get(&sector).map(u32::to_string);
        (sector, RwSignal::new(goal.unwrap_or_default()))
    });
    let benchmark = settings.benchmark.as_ref();
    let (whose, total, evening) = (
        RwSignal::new(benchmark.map(|other| other.name.clone()).unwrap_or_default()),
        RwSignal::new(benchmark.map(|other| other.total.to_string()).unwrap_or_default()),
        RwSignal::new(
            benchmark
                .map(|other| course::lines(&other.course))
                .unwrap_or_default(),
        ),
    );
    let has_benchmark = benchmark.is_some();
    let write = move |settings: &mut Settings| {
        settings.goal = faults.number("settings-goal", goal, t.goal);
        settings.sector_goals.clear();
        for (sector, value) in sectors {
            if value.with(|text| !text.trim().is_empty()) {
                let goal = faults.number(goal_id(sector), value, texts().common().sector(sector));
                settings.sector_goals.insert(sector, goal);
            }
        }
        let name = whose.with(|text| text.trim().to_owned());
        // One says nothing without the others.
        let is_any = [whose, total, evening]
            .iter()
            .any(|field| field.with(|text| !text.trim().is_empty()));
        if is_any && name.is_empty() {
            faults.say("settings-benchmark-name", t.not_empty.to_owned());
        }
        settings.benchmark = is_any.then(|| Benchmark {
            name,
            total: faults.number("settings-benchmark-total", total, t.benchmark_total),
            course: course::read(&evening.get()).unwrap_or_else(|line| {
                faults.say("settings-course", t.not_a_course(line));
                Vec::new()
            }),
        });
    };
    let fields = view! {
        <Text
            id="settings-goal"
            label=t.goal
            keyboard="numeric"
            chars_max=DIGITS_MAX
            error=faults.at("settings-goal")
            value=goal
        />
        <fieldset class="form form-goals">
            <legend class="field-label">{t.sector_goals}</legend>
            {sectors
                .map(|(sector, value)| {
                    let id = goal_id(sector);
                    let label = texts().common().sector(sector);
                    view! { <Text id label keyboard="numeric" chars_max=DIGITS_MAX error=faults.at(id) value /> }
                })
                .collect_view()}
        </fieldset>
        <details class="more" open=has_benchmark>
            <summary>{t.benchmark}</summary>
            <div class="form">
                <div class="form-pair">
                    <Text
                        id="settings-benchmark-name"
                        label=t.benchmark_name
                        chars_max=NAME_CHARS_MAX
                        error=faults.at("settings-benchmark-name")
                        value=whose
                    />
                    <Text
                        id="settings-benchmark-total"
                        label=t.benchmark_total
                        keyboard="numeric"
                        chars_max=DIGITS_MAX
                        error=faults.at("settings-benchmark-total")
                        value=total
                    />
                </div>
                <Lines
                    id="settings-course"
                    label=t.course
                    rows=COURSE_ROWS
                    note=t.course_how
                    error=faults.at("settings-course")
                    value=evening
                />
            </div>
        </details>
    };
    Filled::new(write, fields)
}

/// What is promised of personal data.
fn promise(settings: &Settings, faults: Faults) -> Filled<Settings> {
    let t = texts().organiser();
    let is_found = RwSignal::new(settings.is_found);
    let privacy = settings.privacy.as_ref();
    let (text, months) = (
        RwSignal::new(privacy.map(|privacy| privacy.text.clone()).unwrap_or_default()),
        RwSignal::new(
            privacy
                .map(|privacy| privacy.keep_months.to_string())
                .unwrap_or_default(),
        ),
    );
    let write = move |settings: &mut Settings| {
        let text = text.with(|text| text.trim().to_owned());
        // Either says nothing without the other.
        let is_promised = !text.is_empty() || months.with(|months| !months.trim().is_empty());
        settings.privacy = is_promised.then(|| {
            if text.is_empty() {
                faults.say("settings-privacy", t.privacy_missing.to_owned());
            }
            let keep_months = faults.number("settings-keep", months, t.keep_months);
            Privacy { text, keep_months }
        });
        settings.is_found = is_found.get();
    };
    let fields = view! {
        <Lines
            id="settings-privacy"
            label=t.privacy_how
            rows=PRIVACY_ROWS
            chars_max=PRIVACY_CHARS_MAX
            hint=t.privacy_hint
            error=faults.at("settings-privacy")
            value=text
        />
        <Text
            id="settings-keep"
            label=t.keep_months
            keyboard="numeric"
            chars_max=DIGITS_MAX
            hint=KEEP_MONTHS_USUAL
            error=faults.at("settings-keep")
            value=months
        />
        <Select
            id="settings-found"
            label=t.found
            options=&[false, true]
            name=|is_found| if is_found { "yes" } else { "no" }
            words=|is_found| {
                let t = texts().organiser();
                if is_found { t.found_yes } else { t.found_no }
            }
            value=is_found
        />
        <p class="hint">{t.found_how}</p>
    };
    Filled::new(write, fields)
}

const fn goal_id(sector: Sector) -> &'static str {
    match sector {
        Sector::Business => "settings-goal-business",
        Sector::Public => "settings-goal-public",
        Sector::Voluntary => "settings-goal-voluntary",
        Sector::Individual => "settings-goal-individual",
    }
}

/// How the evening runs.
fn evening(settings: &Settings, faults: Faults) -> Filled<Settings> {
    let t = texts().organiser();
    let ceremony = RwSignal::new(settings.ceremony);
    let last_round = RwSignal::new(settings.last_round);
    let estimates = RwSignal::new(settings.estimates);
    let currency = RwSignal::new(settings.currency.clone());
    let late = RwSignal::new(settings.late_minutes.to_string());
    let milestone = RwSignal::new(settings.milestone_every.to_string());
    let titles = TITLED.map(|(role, id)| {
        let title = settings
            .role_titles
            .get(role.as_str())
            .cloned()
            .unwrap_or_default();
        (role, id, RwSignal::new(title))
    });
    let write = move |settings: &mut Settings| {
        settings.ceremony = ceremony.get();
        settings.last_round = last_round.get();
        settings.estimates = estimates.get();
        settings.currency = currency.with(|currency| currency.trim().to_uppercase());
        settings.late_minutes = faults.number("settings-late", late, t.late_minutes);
        settings.milestone_every = faults.number("settings-milestone", milestone, t.milestone);
        for (role, _, title) in titles {
            let title = title.with(|title| title.trim().to_owned());
            if title.is_empty() {
                settings.role_titles.remove(role.as_str());
            } else {
                settings.role_titles.insert(role.as_str().to_owned(), title);
            }
        }
    };
    let fields = view! {
        <Select
            id="settings-ceremony"
            label=t.ceremony
            options=&Ceremony::ALL
            name=Ceremony::as_str
            words=|ceremony| texts().organiser().ceremony_name(ceremony)
            value=ceremony
        />
        <Select
            id="settings-last-round"
            label=t.last_round
            options=&LastRound::ALL
            name=LastRound::as_str
            words=|last| texts().organiser().last_round_name(last)
            value=last_round
        />
        <div class="form-pair">
            <Select
                id="settings-estimates"
                label=t.estimates
                options=&Estimates::ALL
                name=Estimates::as_str
                words=|estimates| texts().organiser().estimates_name(estimates)
                value=estimates
            />
            <Text id="settings-currency" label=t.currency chars_max=CURRENCY_CHARS value=currency />
        </div>
        <Text
            id="settings-late"
            label=t.late_minutes
            keyboard="numeric"
            chars_max=DIGITS_MAX
            error=faults.at("settings-late")
            value=late
        />
        <Text
            id="settings-milestone"
            label=t.milestone
            keyboard="numeric"
            chars_max=DIGITS_MAX
            error=faults.at("settings-milestone")
            value=milestone
        />
        <details class="more">
            <summary>{t.titles}</summary>
            <div class="form">
                <p class="office-note">{t.titles_why}</p>
                {titles
                    .map(|(role, id, value)| {
                        let label = t.role_name(role);
                        view! { <Text id label chars_max=PLACE_CHARS_MAX hint=label value /> }
                    })
                    .collect_view()}
            </div>
        </details>
    };
    Filled::new(write, fields)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::rebase::{Rebase, Rebased};
    use serde_json::Value;
    use test_support::settings;

    use super::*;

    #[test]
    fn whatever_both_can_change_is_told_by_a_name_of_its_own() {
        let t = Texts::of(Language::En);
        let now = Settings {
            privacy: Some(Privacy {
                text: "Kept".to_owned(),
                keep_months: 6,
            }),
            ..settings()
        };
        let Value::Object(fields) = serde_json::json!(now) else {
            panic!("settings are an object")
        };
        for field in fields
            .keys()
            .filter(|field| *field != "categories" && *field != "staging")
        {
            let (name, _) = now.in_words(field, t);
            assert!(!name.is_empty(), "{field}");
        }
        let Value::Object(staging) = serde_json::json!(now.staging) else {
            panic!("the staging is an object")
        };
        for field in staging.keys() {
            assert!(!now.in_words(field, t).0.is_empty(), "{field}");
        }
        assert_eq!(now.in_words("privacy.keep_months", t).1, "6");
        let written = Settings {
            place: "Folkets Hus".to_owned(),
            ..now.clone()
        };
        let theirs = Settings {
            place: "Biblioteket".to_owned(),
            ..now.clone()
        };
        let Rebased { both, .. } = Settings::rebase(&now, &written, &theirs);
        let told: Vec<_> = both.iter().map(|field| theirs.in_words(field, t).1).collect();
        assert_eq!(told, ["Biblioteket"]);
    }
}
