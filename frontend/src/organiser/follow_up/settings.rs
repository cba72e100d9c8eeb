//! Whether parties are reminded, whether everybody may read the figures, and the letter to everybody.

use borsklokka_shared::follow_up::{Asked, FollowUpSettings};
use borsklokka_shared::limits::{FOLLOW_UP_DAYS_BEFORE_MAX, FOLLOW_UP_SHOWN_DEALS_MIN};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::desk::Desk;
use crate::desk::TwicePressed;
use crate::organiser::fields::Text;
use crate::organiser::form::{DIGITS_MAX, Faults, SavedForm};
use crate::organiser::unsaved::Remembered;
use crate::request;
use crate::texts::organiser::follow_up_words;

/// The card.
#[component]
pub fn SettingsCard(desk: Desk) -> impl IntoView {
    let t = follow_up_words();
    let known = desk.known().with_untracked(|known| {
        known
            .as_ref()
            .map(|known| (known.settings.clone(), known.can_mail))
    });
    let (known, can_mail) = known.unwrap_or_default();
    let faults = Faults::new();
    let (refused, saved) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let (reminds, shows_rate) = (RwSignal::new(known.reminds), RwSignal::new(known.shows_rate));
    let days = RwSignal::new(known.days_before_step.to_string());
    let remembered = Remembered::start("follow-up-settings".to_owned(), None, || true);
    let save = move || {
        saved.set(false);
        refused.set(None);
        faults.clear();
        let number = days.with_untracked(|days| days.trim().parse().ok());
        let number = number.filter(|days| *days <= FOLLOW_UP_DAYS_BEFORE_MAX);
        let Some(days_before_step) = number else {
            faults.say("follow-up-days", t.not_days(FOLLOW_UP_DAYS_BEFORE_MAX));
            return;
        };
        let settings = FollowUpSettings {
            reminds: reminds.get_untracked(),
            days_before_step,
            shows_rate: shows_rate.get_untracked(),
        };
        let url = desk.office.url("follow-ups/settings");
        let forget = remembered.forget();
        spawn_local(async move {
            match request::ask::<FollowUpSettings>("PUT", &url, &json!(settings)).await {
                Ok(_) => {
                    forget();
                    let _gone = saved.try_set(true);
                }
                Err(trouble) => drop(refused.try_set(Some(desk.office.desk.words_of(trouble)))),
            }
        });
    };
    let asked = RwSignal::new(None::<String>);
    let ask = move || {
        let url = desk.office.url("follow-ups/ask");
        spawn_local(async move {
            let words = match request::ask::<Asked>("POST", &url, &json!({})).await {
                Ok(done) => t.asked(done.letters, done.without_mail),
                Err(trouble) => desk.office.desk.words_of(trouble),
            };
            let _gone = asked.try_set(Some(words));
            desk.read();
        });
    };
    view! {
        <section class="card">
            <details class="more">
                <summary data-testid="follow-up-settings-open">{t.settings}</summary>
                <SavedForm
                    testid="follow-up-settings"
                    button="follow-up-settings-save"
                    class="form page-narrow"
                    remembered
                    refused
                    saved
                    save
                >
                    <Tick id="follow-up-reminds" words=t.reminds value=reminds />
                    <Text
                        id="follow-up-days"
                        label=t.days_before
                        keyboard="numeric"
                        chars_max=DIGITS_MAX
                        error=faults.at("follow-up-days")
                        value=days
                    />
                    <Tick id="follow-up-shows-rate" words=t.shows_rate value=shows_rate />
                    <p class="office-note">{t.rate_why(FOLLOW_UP_SHOWN_DEALS_MIN)}</p>
                </SavedForm>
            </details>
            <p class="office-note" hidden=can_mail>
                {t.no_mail}
            </p>
            <p class="form-acts" hidden=!can_mail>
                <TwicePressed testid="follow-up-ask" press=ask>
                    {t.ask_all}
                </TwicePressed>
                <span role="status">{asked}</span>
            </p>
        </section>
    }
}

/// A box to tick.
#[component]
fn Tick(id: &'static str, words: &'static str, value: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="checkbox"
                data-testid=id
                prop:checked=value
                on:change=move |event| value.set(event_target_checked(&event))
            />
            {words}
        </label>
    }
}
