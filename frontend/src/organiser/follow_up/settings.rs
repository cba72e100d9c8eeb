//! Whether parties are reminded, whether everybody may read the figures, and the letter to everybody.

use borsklokka_shared::follow_up::{Asked, FollowUpSettings, FollowUps};
use borsklokka_shared::limits::{FOLLOW_UP_DAYS_BEFORE_MAX, FOLLOW_UP_SHOWN_DEALS_MIN};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::desk::Desk;
use crate::desk::TwicePressed;
use crate::organiser::fields::{Text, Tick};
use crate::organiser::form::{DIGITS_MAX, Faults, Filled, InWords, KeptForm};
use crate::request;
use crate::texts::Texts;
use crate::texts::organiser::{FollowUp as Words, follow_up_words};

/// The card.
#[component]
pub fn SettingsCard(desk: Desk) -> impl IntoView {
    let t = follow_up_words();
    let known = desk.known();
    let stands = Memo::new(move |_| known.with(|known| known.as_ref().map(|known| known.settings.clone())));
    let can_mail = move || known.with(|known| known.as_ref().is_some_and(|known| known.can_mail));
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
                <KeptForm
                    testid="follow-up-settings"
                    button="follow-up-settings-save"
                    stands
                    read_at="follow-ups"
                    of=|all: FollowUps| all.settings
                    written_at="follow-ups/settings"
                    fill
                    then=move || desk.read()
                />
            </details>
            <p class="office-note" hidden=can_mail>
                {t.no_mail}
            </p>
            <p class="form-acts" hidden=move || !can_mail()>
                <TwicePressed testid="follow-up-ask" press=ask>
                    {t.ask_all}
                </TwicePressed>
                <span role="status">{asked}</span>
            </p>
        </section>
    }
}

impl InWords for FollowUpSettings {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let t = Words::of(texts.language);
        match field {
            // These are one of two: who changes them both ways changes nothing.
            "reminds" => (t.reminds, String::new()),
            "shows_rate" => (t.shows_rate, String::new()),
            _ => (t.days_before, self.days_before_step.to_string()),
        }
    }
}

fn fill(known: &FollowUpSettings, faults: Faults) -> Filled<FollowUpSettings> {
    let t = follow_up_words();
    let (reminds, shows_rate) = (RwSignal::new(known.reminds), RwSignal::new(known.shows_rate));
    let days = RwSignal::new(known.days_before_step.to_string());
    let write = move |settings: &mut FollowUpSettings| {
        settings.reminds = reminds.get();
        settings.shows_rate = shows_rate.get();
        let number = days.with(|days| days.trim().parse().ok());
        match number.filter(|days| *days <= FOLLOW_UP_DAYS_BEFORE_MAX) {
            Some(days) => settings.days_before_step = days,
            None => faults.say("follow-up-days", t.not_days(FOLLOW_UP_DAYS_BEFORE_MAX)),
        }
    };
    let fields = view! {
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
    };
    Filled::new(write, fields)
}
