//! Making an exchange: what must be known, with the usual for the rest. The organiser changes it later.

use std::collections::BTreeMap;

use borsklokka_shared::exchange::{Category, Ceremony, Estimates, LastRound, Settings, Staging};
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::limits::{NAME_CHARS_MAX, SLUG_CHARS_MAX};
use borsklokka_shared::screen::Screen;
use borsklokka_shared::slug::slug_of;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use crate::civil_time::device_time_zone;
use crate::components::TextField;
use crate::texts::{self, texts};
use crate::typed::fields::Fields;
use crate::{browser, request};

/// Most digits of a goal.
const GOAL_CHARS_MAX: usize = 5;
/// A goal that an evening can reach.
const GOAL_USUAL: &str = "60";
/// The time zone if the browser does not tell its own.
const TIME_ZONE_USUAL: &str = "Europe/Oslo";

/// What the fields of the form are called by.
const FORM: &str = "new/";

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    slug: RwSignal<String>,
    /// Whether the address was written by hand, and no longer follows the name.
    slug_is_own: RwSignal<bool>,
    place: RwSignal<String>,
    date: RwSignal<String>,
    goal: RwSignal<String>,
}

impl Form {
    /// What is typed on this page.
    fn of(fields: Fields) -> Self {
        let named = |name: &str| format!("{FORM}{name}");
        Self {
            name: fields.field(named("name"), String::new()),
            slug: fields.kept(named("slug"), String::new()),
            slug_is_own: fields.field(named("slug-is-own"), false),
            place: fields.field(named("place"), String::new()),
            date: fields.field(named("date"), String::new()),
            goal: fields.field(named("goal"), GOAL_USUAL.to_owned()),
        }
    }

    fn settings(self, t: &texts::Home) -> Result<Settings, &'static str> {
        Ok(Settings {
            name: self.name.get_untracked().trim().to_owned(),
            place: self.place.get_untracked().trim().to_owned(),
            date: self.date.get_untracked().parse().map_err(|_| t.date_missing)?,
            time_zone: device_time_zone().unwrap_or_else(|| TIME_ZONE_USUAL.to_owned()),
            language: t.language,
            ceremony: Ceremony::default(),
            last_round: LastRound::default(),
            goal: self
                .goal
                .get_untracked()
                .trim()
                .parse()
                .map_err(|_| t.goal_missing)?,
            sector_goals: BTreeMap::new(),
            benchmark: None,
            late_minutes: Settings::LATE_MINUTES_USUAL,
            milestone_every: Settings::MILESTONE_EVERY_USUAL,
            estimates: Estimates::default(),
            currency: t
                .language
                .currency()
                .unwrap_or(Settings::CURRENCY_USUAL)
                .to_owned(),
            categories: t
                .categories()
                .map(|(id, name, icon)| Category {
                    id: CategoryId(id.to_owned()),
                    name: name.to_owned(),
                    icon: Some(icon),
                })
                .to_vec(),
            role_titles: BTreeMap::new(),
            staging: Staging::default(),
            privacy: None,
            is_found: false,
        })
    }
}

#[derive(Deserialize)]
struct Made {
    slug: String,
}

/// The form for a new exchange.
#[component]
pub fn MakeExchange(
    /// Where trouble is shown.
    alert: RwSignal<Option<String>>,
) -> impl IntoView {
    let t = texts();
    let fields = Fields::of_page();
    let form = Form::of(fields);
    let make = move || {
        alert.set(None);
        let settings = match form.settings(t.home()) {
            Ok(settings) => settings,
            Err(words) => return alert.set(Some(words.to_owned())),
        };
        let body = json!({ "slug": form.slug.get_untracked().trim(), "settings": settings });
        spawn_local(async move {
            match request::ask::<Made>("POST", "/api/v1/exchanges", &body).await {
                Ok(Made { slug }) => {
                    fields.clear(FORM);
                    browser::go(&Screen::Organiser.path(&slug));
                }
                Err(trouble) => alert.set(Some(trouble.words(t.desk()))),
            }
        });
    };
    view! {
        <form
            class="form card"
            on:submit=move |event| {
                event.prevent_default();
                make();
            }
        >
            <h2 class="form-heading">{t.home().new_heading}</h2>
            <TextField
                id="new-name"
                label=t.home().name
                testid="new-name"
                chars_max=NAME_CHARS_MAX
                hint=t.home().name_hint
                value=form.name
                write=move |text| {
                    if !form.slug_is_own.get_untracked() {
                        form.slug.set(slug_of(&text));
                    }
                    form.name.set(text);
                }
            />
            <TextField
                id="new-slug"
                label=t.home().slug
                testid="new-slug"
                chars_max=SLUG_CHARS_MAX
                value=form.slug
                write=move |text| {
                    form.slug_is_own.set(!text.is_empty());
                    form.slug.set(text);
                }
            />
            <TextField
                id="new-place"
                label=t.home().place
                testid="new-place"
                chars_max=NAME_CHARS_MAX
                value=form.place
                write=move |text| form.place.set(text)
            />
            <div class="form-pair">
                <TextField
                    id="new-date"
                    label=t.home().date
                    testid="new-date"
                    kind="date"
                    value=form.date
                    write=move |text| form.date.set(text)
                />
                <TextField
                    id="new-goal"
                    label=t.home().goal
                    testid="new-goal"
                    keyboard="numeric"
                    chars_max=GOAL_CHARS_MAX
                    value=form.goal
                    write=move |text| form.goal.set(text)
                />
            </div>
            <button type="submit" class="button button-primary" data-testid="new-submit">
                {t.home().make}
            </button>
        </form>
    }
}
