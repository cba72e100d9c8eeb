//! The form that others fill in: whether it is open and where, and how it is set.

use borsklokka_shared::date::Date;
use borsklokka_shared::limits::FORM_TEXT_CHARS_MAX;
use borsklokka_shared::registration::{
    DaysFault, FormSettings, FormState, Registrations, usual_consent, usual_welcome,
};
use borsklokka_shared::screen::leads_nowhere;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser;
use crate::components::{Button, Picture};
use crate::organiser::fields::{Lines, Text, Tick};
use crate::organiser::form::{DIGITS_MAX, Faults, Filled, InWords, KeptForm};
use crate::organiser::office::Office;
use crate::reach::{Short, falls_short};
use crate::texts::organiser::{Registrations as Words, registration_words};
use crate::texts::{Texts, texts};

/// Lines of a text that are seen at once.
const ROWS: u32 = 3;

/// The form's card.
#[component]
pub fn FormCard() -> impl IntoView {
    let t = registration_words();
    let all = Office::of_page().registrations();
    let state = Memo::new(move |_| all.with(|all| all.as_ref().map(|all| all.form_state)));
    let says = Memo::new(move |_| {
        all.with(|all| {
            let all = all.as_ref()?;
            let day = |day: Option<Date>| day.map(|day| texts().common().day(day.day(), day.month()));
            Some(t.says_form(all.form_state, day(all.form.opens_on), day(all.form.closes_on)))
        })
    });
    let url = Memo::new(move |_| all.with(|all| all.as_ref().map(|all| all.url.clone()).unwrap_or_default()));
    let short =
        Memo::new(move |_| all.with(|all| all.as_ref().and_then(|all| falls_short(&all.url, all.lasts))));
    let caution = move || {
        short.get().map(|short| match short {
            Short::Nowhere => texts().organiser().leads_nowhere(),
            Short::InTheHall => t.here_only.to_owned(),
        })
    };
    let is_off = state.get_untracked() == Some(FormState::Off);
    view! {
        <section class="card" data-testid="registration-form" data-state=move || state.get().map(FormState::as_str)>
            <div class="card-head">
                <h2 class="form-heading">{t.form}</h2>
                <b role="status" class:lacks=move || state.get() != Some(FormState::Open)>
                    {says}
                </b>
            </div>
            <p class="office-note">{t.form_why}</p>
            <Address url />
            <p class="lacks" data-testid="registration-here-only" hidden=move || short.get().is_none()>
                {caution}
            </p>
            <details class="more" open=is_off>
                <summary>{t.settings}</summary>
                <Settings />
            </details>
        </section>
    }
}

/// The form's address, to be hung where people are.
#[component]
fn Address(url: Memo<String>) -> impl IntoView {
    let t = registration_words();
    let said = RwSignal::new(None::<&'static str>);
    let copy = move || {
        let url = url.get_untracked();
        spawn_local(async move {
            let words = if browser::copy(&url).await {
                t.copied
            } else {
                t.not_copied
            };
            let _gone = said.try_set(Some(words));
        });
    };
    let slug = Office::of_page().desk.live.slug();
    let qr = format!("/api/v1/exchanges/{slug}/qr.svg?to=register");
    let file = format!("{}.svg", t.qr);
    // A code that leads a phone to itself is worse than none.
    let leads = move || url.with(|url| !leads_nowhere(url));
    view! {
        <div class="form-acts">
            <Show when=leads>
                <a class="form-qr" href=qr.clone() download=file.clone() data-testid="registration-qr" title=t.qr_save>
                    <Picture class="qr" src=qr.clone() alt=t.qr_save.to_owned() />
                </a>
            </Show>
            <p class="form-address">
                <span class="field-label">{t.address}</span>
                <a href=url target="_blank" rel="noopener" data-testid="registration-address">
                    {url}
                </a>
            </p>
            <Button testid="registration-copy" press=copy>
                {t.copy}
            </Button>
            <span role="status">{said}</span>
        </div>
    }
}

/// Its settings.
#[component]
fn Settings() -> impl IntoView {
    let office = Office::of_page();
    let all = office.registrations();
    let stands = Memo::new(move |_| all.with(|all| all.as_ref().map(|all| all.form.clone())));
    view! {
        <KeptForm
            testid="registration-settings"
            button="registration-save"
            stands
            read_at="registrations"
            of=|all: Registrations| all.form
            written_at="registrations/form"
            fill
            then=move || office.read_registrations()
        />
    }
}

impl InWords for FormSettings {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let t = Words::of(texts.language);
        let day = |day: Option<Date>| day.map(|day| texts.common().date(day)).unwrap_or_default();
        match field {
            "opens_on" => (t.opens_on, day(self.opens_on)),
            "closes_on" => (t.closes_on, day(self.closes_on)),
            "places" => {
                let places = self.places.map(|places| places.to_string());
                (t.places, places.unwrap_or_default())
            }
            "welcome" => (t.welcome, self.welcome.clone().unwrap_or_default()),
            "consent" => (t.consent, self.consent.clone().unwrap_or_default()),
            // These are one of two: who changes them both ways changes nothing.
            "is_on" => (t.is_on, String::new()),
            _ => (t.shows_missing, String::new()),
        }
    }
}

fn fill(known: &FormSettings, faults: Faults) -> Filled<FormSettings> {
    let (t, o) = (registration_words(), texts().organiser());
    let live = Office::of_page().desk.live;
    let day = |day: Option<Date>| RwSignal::new(day.map(|day| day.to_string()).unwrap_or_default());
    let (is_on, shows_missing) = (RwSignal::new(known.is_on), RwSignal::new(known.shows_missing));
    let (opens_on, closes_on) = (day(known.opens_on), day(known.closes_on));
    let places = RwSignal::new(known.places.map(|places| places.to_string()).unwrap_or_default());
    let welcome = RwSignal::new(known.welcome.clone().unwrap_or_default());
    let consent = RwSignal::new(known.consent.clone().unwrap_or_default());
    let write = move |form: &mut FormSettings| {
        let written = |field: RwSignal<String>| {
            let text = field.with(|text| text.trim().to_owned());
            (!text.is_empty()).then_some(text)
        };
        let day = |id, field| {
            let day = written(field)?.parse::<Date>();
            if day.is_err() {
                faults.say(id, o.not_a_date.to_owned());
            }
            day.ok()
        };
        *form = FormSettings {
            is_on: is_on.get(),
            opens_on: day("registration-opens", opens_on),
            closes_on: day("registration-closes", closes_on),
            places: written(places).map(|_| faults.number("registration-places", places, t.places)),
            welcome: written(welcome),
            consent: written(consent),
            shows_missing: shows_missing.get(),
        };
        let held_on = live.peek(|board| board.settings.as_ref().map(|settings| settings.date));
        if let Some(fault) = form.days_fault(held_on.flatten()) {
            let words = match fault {
                DaysFault::ClosesFirst => t.closes_first,
                DaysFault::ClosesLate => t.closes_late,
            };
            faults.say("registration-closes", words.to_owned());
        }
    };
    let language = texts().language;
    let fields = view! {
        <Tick id="registration-on" words=t.is_on value=is_on />
            <div class="form-pair form-days">
            <Text
                id="registration-opens"
                label=t.opens_on
                kind="date"
                error=faults.at("registration-opens")
                value=opens_on
            />
            <Text
                id="registration-closes"
                label=t.closes_on
                kind="date"
                error=faults.at("registration-closes")
                value=closes_on
            />
            <Text
                id="registration-places"
                label=t.places
                keyboard="numeric"
                chars_max=DIGITS_MAX
                hint=t.places_hint
                error=faults.at("registration-places")
                value=places
            />
        </div>
        <p class="office-note">{t.days_why}</p>
        <Lines
            id="registration-welcome"
            label=t.welcome
            rows=ROWS
            chars_max=FORM_TEXT_CHARS_MAX
            hint=usual_welcome(language)
            value=welcome
        />
        <Lines
            id="registration-consent"
            label=t.consent
            rows=ROWS
            chars_max=FORM_TEXT_CHARS_MAX
            hint=usual_consent(language)
            note=t.consent_why
            value=consent
        />
        <Tick id="registration-missing" words=t.shows_missing value=shows_missing />
    };
    Filled::new(write, fields)
}
