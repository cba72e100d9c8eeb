//! The start of a wall: browsers are silent before a touch, so one large button turns the sound on, fills the screen and
//! keeps it awake. A wall that was started before does not ask as loudly again.

use leptos::prelude::*;

use super::{PREVIEW, awake};
use crate::browser;
use crate::components::{BellGlyph, part};
use crate::live::Live;
use crate::sound::bell::Bell;
use crate::texts::texts;

/// Addresses with one of these are of pieces and second screens: silent, and without the question.
const SILENT: [&str; 4] = ["sound=off", PREVIEW, "only=", "transparent="];
/// Under which name the page's session keeps how the wall was started.
const STARTED: &str = "started";
/// With sound, as far as the browser lets it.
const WITH_SOUND: &str = "1";
/// Without.
const WITHOUT_SOUND: &str = "silent";

/// The wall's sound. Copied freely; made once a wall, by [`Sound::start`].
#[derive(Clone, Copy)]
pub struct Sound {
    bell: StoredValue<Option<Bell>, LocalStorage>,
    is_on: Memo<bool>,
    /// Whether the large question stands.
    asks: RwSignal<bool>,
}

impl Sound {
    /// Makes the sound ready, tells staff whether it is on, and lets the components below find it.
    pub fn start(live: Live) {
        let query = browser::query();
        let is_silent = SILENT.iter().any(|word| query.contains(word));
        let bell = StoredValue::new_local(if is_silent { None } else { Bell::new() });
        let is_on = Memo::new(move |_| {
            live.tick().track();
            bell.with_value(|bell| bell.as_ref().is_some_and(Bell::is_on))
        });
        let started = browser::session_item(STARTED);
        if started.as_deref() == Some(WITHOUT_SOUND) {
            bell.with_value(|bell| bell.iter().for_each(Bell::turn_off));
        }
        let asks = !is_silent && started.is_none();
        if !is_silent {
            Effect::new(move || {
                let is_on = is_on.get();
                live.report(|status| status.sound = Some(is_on));
            });
        }
        provide_context(Self {
            bell,
            is_on,
            asks: RwSignal::new(asks),
        });
    }

    /// The sound of this wall.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Does something with the bell, if it would be heard.
    pub fn with(self, act: impl FnOnce(&Bell)) {
        self.bell.with_value(|bell| {
            if let Some(bell) = bell.as_ref().filter(|bell| bell.is_on()) {
                act(bell);
            }
        });
    }

    fn turn_on(self) {
        self.bell.with_value(|bell| bell.iter().for_each(Bell::turn_on));
        self.answered(WITH_SOUND);
    }

    /// The question is answered, for as long as this tab lives.
    fn answered(self, how: &str) {
        browser::keep_for_session(STARTED, how);
        self.asks.set(false);
    }
}

/// The large question: start the wall, with everything that needs a touch; or leave it silent.
#[component]
pub fn StartOverlay() -> impl IntoView {
    let live = Live::of_page();
    let sound = Sound::of_page();
    let t = &texts().start;
    let is_asked = Memo::new(move |_| sound.asks.get() && !sound.is_on.get());
    let begin = move |_| {
        sound.turn_on();
        browser::fill_screen();
        awake::keep(live);
    };
    part(move || {
        if !is_asked.get() {
            return None;
        }
        let overlay = view! {
            <div class="start" data-testid="start-overlay">
                <button type="button" class="start-button" data-testid="start" on:click=begin>
                    <BellGlyph />
                    <b>{t.start}</b>
                    <span>{t.what_it_does}</span>
                </button>
                <button type="button" class="start-silent" data-testid="start-silent" on:click=move |_| sound.answered(WITHOUT_SOUND)>
                    {t.silent}
                </button>
            </div>
        };
        Some(overlay.into_any())
    })
}

/// Turns the sound on, where the large question was answered before; gone once it is.
#[component]
pub fn SoundButton() -> impl IntoView {
    let live = Live::of_page();
    let sound = Sound::of_page();
    let t = texts();
    let is_needed = Memo::new(move |_| {
        let has_bell = sound.bell.with_value(Option::is_some);
        has_bell && !sound.asks.get() && !sound.is_on.get()
    });
    part(move || {
        if !is_needed.get() {
            return None;
        }
        let turn_on = move |_| {
            sound.turn_on();
            awake::keep(live);
        };
        let button = view! {
            <button type="button" class="sound-button" data-testid="sound" on:click=turn_on>
                {t.wall.start_sound}
            </button>
        };
        Some(button.into_any())
    })
}
