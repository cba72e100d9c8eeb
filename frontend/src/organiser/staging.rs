//! How the exchange looks and sounds in the hall, as the organiser decides it: colours, logo, sponsors, the clock's
//! warnings, and whether the count stands still before the end.

use borsklokka_shared::exchange::{
    DealSound, NotaryTicks, RoundStart, Sequence, Sponsor, Staging, Theme, TimerKind,
};
use borsklokka_shared::ids::PictureId;
use borsklokka_shared::limits::{NAME_CHARS_MAX, SPONSORS_MAX};
use leptos::prelude::*;

use super::fields::{Select, Text};
use super::form::{DIGITS_MAX, Faults, InWords};
use super::picture::Picture;
use crate::components::TooLong;
use crate::texts::organiser::{Staging as Words, staging};
use crate::texts::{Texts, texts};

/// Colours that go with the board, by their names for those who cannot tell them apart.
const COLOURS: [&str; 6] = ["#f2b632", "#e86f51", "#d95c8f", "#8f7ae0", "#3fa7d6", "#3fb27f"];
/// Brass: what the picker shows while the exchange has no colour of its own.
const BRASS: &str = "#f2b632";

/// What is wrong with the sponsors, among a form's faults.
const SPONSORS: &str = "staging-sponsors";

/// A sponsor that is being written.
#[derive(Clone, Copy)]
struct Line {
    key: u32,
    name: RwSignal<String>,
    picture: RwSignal<Option<PictureId>>,
}

impl Line {
    fn new(key: u32, sponsor: &Sponsor) -> Self {
        Self {
            key,
            name: RwSignal::new(sponsor.name.clone()),
            picture: RwSignal::new(sponsor.picture),
        }
    }
}

/// What the form holds.
#[derive(Clone, Copy)]
pub struct StagingForm {
    theme: RwSignal<Theme>,
    accent: RwSignal<String>,
    logo: RwSignal<Option<PictureId>>,
    sponsors: RwSignal<Vec<Line>>,
    deal_sound: RwSignal<DealSound>,
    timer: RwSignal<TimerKind>,
    warning_s: RwSignal<String>,
    danger_s: RwSignal<String>,
    suspense_minutes: RwSignal<String>,
    notary_ticks: RwSignal<NotaryTicks>,
    round_start: RwSignal<RoundStart>,
    sequence: RwSignal<Sequence>,
}

impl StagingForm {
    /// Filled with what holds now.
    pub fn of(staging: &Staging) -> Self {
        let lines = (0..)
            .zip(&staging.sponsors)
            .map(|(key, sponsor)| Line::new(key, sponsor));
        Self {
            theme: RwSignal::new(staging.theme),
            accent: RwSignal::new(staging.accent.clone().unwrap_or_default()),
            logo: RwSignal::new(staging.logo),
            sponsors: RwSignal::new(lines.collect()),
            deal_sound: RwSignal::new(staging.deal_sound),
            timer: RwSignal::new(staging.timer),
            warning_s: RwSignal::new(staging.warning_s.to_string()),
            danger_s: RwSignal::new(staging.danger_s.to_string()),
            suspense_minutes: RwSignal::new(staging.suspense_minutes.to_string()),
            notary_ticks: RwSignal::new(staging.notary_ticks),
            round_start: RwSignal::new(staging.round_start),
            sequence: RwSignal::new(staging.sequence),
        }
    }

    /// What the form holds. A sponsor of whom nothing is known is left out; what is wrong is said at its field.
    pub fn written(self, faults: Faults) -> Staging {
        let words = staging();
        let number = |id, value, label| faults.number(id, value, label);
        let accent = self.accent.get().trim().to_owned();
        let sponsors = self.sponsors.get().into_iter().filter_map(|line| {
            let name = line.name.get().trim().to_owned();
            let picture = line.picture.get();
            if name.is_empty() && picture.is_some() {
                faults.say(SPONSORS, texts().organiser().not_empty.to_owned());
            }
            (!name.is_empty()).then_some(Sponsor { name, picture })
        });
        Staging {
            theme: self.theme.get(),
            accent: (!accent.is_empty()).then_some(accent),
            logo: self.logo.get(),
            sponsors: sponsors.collect(),
            deal_sound: self.deal_sound.get(),
            timer: self.timer.get(),
            warning_s: number("staging-warning", self.warning_s, words.warning_s),
            danger_s: number("staging-danger", self.danger_s, words.danger_s),
            suspense_minutes: number("staging-suspense", self.suspense_minutes, words.suspense_minutes),
            notary_ticks: self.notary_ticks.get(),
            round_start: self.round_start.get(),
            sequence: self.sequence.get(),
        }
    }
}

/// The fields.
#[component]
pub fn StagingFields(
    /// What they write into.
    form: StagingForm,
    /// What is wrong with them.
    faults: Faults,
) -> impl IntoView {
    let t = staging();
    let number = move |id, label, value| {
        view! { <Text id label keyboard="numeric" chars_max=DIGITS_MAX error=faults.at(id) value /> }
    };
    view! {
        <div class="form">
            <div class="form-pair">
                <Select id="staging-theme" label=t.theme options=&Theme::ALL name=Theme::as_str words=theme value=form.theme />
                <Select id="staging-sound" label=t.deal_sound options=&DealSound::ALL name=DealSound::as_str words=deal_sound value=form.deal_sound />
            </div>
            <Colours accent=form.accent />
            <Select id="staging-timer" label=t.timer options=&TimerKind::ALL name=TimerKind::as_str words=timer value=form.timer />
            <div class="form-pair">
                {number("staging-warning", t.warning_s, form.warning_s)}
                {number("staging-danger", t.danger_s, form.danger_s)}
            </div>
            <Select
                id="staging-round-start"
                label=t.round_start
                options=&RoundStart::ALL
                name=RoundStart::as_str
                words=round_start
                value=form.round_start
            />
            <Select id="staging-sequence" label=t.sequence options=&Sequence::ALL name=Sequence::as_str words=sequence value=form.sequence />
            {number("staging-suspense", t.suspense_minutes, form.suspense_minutes)}
            <Select id="staging-ticks" label=t.notary_ticks options=&NotaryTicks::ALL name=NotaryTicks::as_str words=notary_ticks value=form.notary_ticks />
            <Picture id="staging-logo" label=t.logo picture=form.logo />
            <Sponsors lines=form.sponsors fault=faults.at(SPONSORS) />
        </div>
    }
}

/// The exchange's own colour: some that go with the board, and any other.
#[component]
fn Colours(accent: RwSignal<String>) -> impl IntoView {
    let t = staging();
    let is_own = move |colour: &'static str| {
        accent.with(|accent| {
            let chosen = if accent.is_empty() { BRASS } else { accent.as_str() };
            chosen.eq_ignore_ascii_case(colour)
        })
    };
    let named = COLOURS.into_iter().zip(t.colours.iter().copied());
    view! {
        <fieldset class="choices colours">
            <legend class="field-label">{t.accent}</legend>
            {named
                .map(|(colour, name)| {
                    view! {
                        <button
                            type="button"
                            class="swatch"
                            style:--swatch=colour
                            aria-label=name
                            title=name
                            aria-pressed=move || is_own(colour).to_string()
                            on:click=move |_| accent.set(if colour == BRASS { String::new() } else { colour.to_owned() })
                        ></button>
                    }
                })
                .collect_view()}
            <label class="colour-other">
                <input
                    class="colour"
                    type="color"
                    data-testid="staging-accent-pick"
                    prop:value=move || {
                        let accent = accent.get();
                        if accent.is_empty() { BRASS.to_owned() } else { accent }
                    }
                    on:input=move |event| accent.set(event_target_value(&event))
                />
                {t.accent_pick}
            </label>
        </fieldset>
    }
}

impl InWords for Staging {
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String) {
        let t = Words::of(texts.language);
        let picture = |picture: Option<PictureId>| picture.map(|_| t.a_picture.to_owned());
        match field {
            "theme" => (t.theme, String::new()),
            "accent" => (t.accent, self.accent.clone().unwrap_or_default()),
            "logo" => (t.logo, picture(self.logo).unwrap_or_default()),
            "sponsors" => {
                let sponsors = self
                    .sponsors
                    .iter()
                    .map(|sponsor| match picture(sponsor.picture) {
                        Some(picture) => format!("{} ({picture})", sponsor.name),
                        None => sponsor.name.clone(),
                    });
                (t.sponsor, sponsors.collect::<Vec<_>>().join(", "))
            }
            "timer" => (t.timer, String::new()),
            "deal_sound" => (t.deal_sound, String::new()),
            "warning_s" => (t.warning_s, self.warning_s.to_string()),
            "danger_s" => (t.danger_s, self.danger_s.to_string()),
            "suspense_minutes" => (t.suspense_minutes, self.suspense_minutes.to_string()),
            "notary_ticks" => (t.notary_ticks, String::new()),
            "round_start" => (t.round_start, String::new()),
            _ => (t.sequence, String::new()),
        }
    }
}

fn theme(theme: Theme) -> &'static str {
    match theme {
        Theme::Dark => staging().dark,
        Theme::Light => staging().light,
    }
}

fn deal_sound(sound: DealSound) -> &'static str {
    match sound {
        DealSound::Silent => staging().silent,
        DealSound::Ting => staging().ting,
    }
}

fn timer(timer: TimerKind) -> &'static str {
    match timer {
        TimerKind::CountDown => staging().count_down,
        TimerKind::CountUp => staging().count_up,
        TimerKind::TimeOfDay => staging().time_of_day,
    }
}

fn notary_ticks(ticks: NotaryTicks) -> &'static str {
    match ticks {
        NotaryTicks::Asked => staging().ticks_asked,
        NotaryTicks::Free => staging().ticks_free,
    }
}

fn sequence(sequence: Sequence) -> &'static str {
    match sequence {
        Sequence::ByHand => staging().by_hand,
        Sequence::ByItself => staging().by_itself,
    }
}

fn round_start(start: RoundStart) -> &'static str {
    match start {
        RoundStart::ShowsFloor => staging().shows_floor,
        RoundStart::Quiet => staging().quiet,
    }
}

/// The sponsors, one below the other.
#[component]
fn Sponsors(lines: RwSignal<Vec<Line>>, fault: Signal<Option<String>>) -> impl IntoView {
    let t = staging();
    let is_full = move || lines.with(Vec::len) >= SPONSORS_MAX;
    let add = move |_| {
        lines.update(|lines| {
            let key = lines.iter().map(|line| line.key + 1).max().unwrap_or_default();
            let nobody = Sponsor {
                name: String::new(),
                picture: None,
            };
            lines.push(Line::new(key, &nobody));
        });
    };
    let line = move |line: Line| {
        let id = format!("sponsor-{}", line.key);
        let has_no_name =
            move || line.picture.with(Option::is_some) && line.name.with(|name| name.trim().is_empty());
        let error = move || fault.get().filter(|_| has_no_name());
        view! {
            <li class="form form-inset" data-testid="sponsor">
                <div class="field">
                    <label class="field-label" for=id.clone()>
                        {t.sponsor}
                    </label>
                    <input
                        class="field-input"
                        id=id.clone()
                        data-testid="sponsor-name"
                        autocomplete="off"
                        prop:value=line.name
                        on:input=move |event| line.name.set(event_target_value(&event))
                    />
                    <TooLong text=line.name chars_max=NAME_CHARS_MAX />
                    <p class="field-error" role="alert" hidden=move || error().is_none()>
                        {error}
                    </p>
                </div>
                <Picture id=format!("{id}-logo") label=t.logo picture=line.picture />
                <button
                    type="button"
                    class="row-act"
                    on:click=move |_| lines.update(|lines| lines.retain(|other| other.key != line.key))
                >
                    {t.remove_sponsor}
                </button>
            </li>
        }
    };
    view! {
        <div class="form">
            <p class="field-label">{t.sponsors}</p>
            <ul class="form">
                <For each=move || lines.get() key=|line| line.key children=line />
            </ul>
            <p class="form-acts">
                <button type="button" class="button" data-testid="sponsor-add" disabled=is_full on:click=add>
                    {t.add_sponsor}
                </button>
            </p>
        </div>
    }
}
