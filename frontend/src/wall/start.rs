//! The start of a wall and its sound: browsers are silent before a touch, so one large button turns the sound on and fills
//! the screen. A wall that was started before does not ask as loudly again. Sound that the system takes away is asked for
//! anew, and staff are told how it stands.

use std::time::Duration;

use borsklokka_shared::instant::Instant;
use borsklokka_shared::wire::{SoundState, Tone};
use leptos::prelude::*;

use super::address::PREVIEW;
use crate::browser;
use crate::components::{BellGlyph, part};
use crate::live::Live;
use crate::sound::bell::Bell;
use crate::sound::upkeep::{self, Condition, Wanted};
use crate::texts::texts;

/// Addresses with one of these are of pieces and second screens: silent, and without the question.
const SILENT: [&str; 4] = ["sound=off", PREVIEW, "only=", "transparent="];
/// Under which name the page's session keeps how the wall was started.
const STARTED: &str = "started";
/// With sound, as far as the browser lets it.
const WITH_SOUND: &str = "1";
/// Without.
const WITHOUT_SOUND: &str = "silent";

/// How often sound that the system took away is asked for again, in milliseconds.
const MEND_EVERY_MS: u64 = 5_000;
/// A test tone that has not been played by then did not sound, in milliseconds.
const TONE_MS_MAX: u64 = 4_000;

/// The wall's sound. Copied freely; made once a wall, by [`Sound::start`].
#[derive(Clone, Copy)]
pub struct Sound {
    bell: StoredValue<Option<Bell>, LocalStorage>,
    wanted: RwSignal<Wanted>,
    /// Notified when the browser may have changed its mind.
    changed: Trigger,
    state: Memo<SoundState>,
    /// Whether a touch has asked for it: a second one comes only if that did not help.
    touched: StoredValue<bool>,
    /// Whether the large question stands.
    asks: RwSignal<bool>,
}

impl Sound {
    /// Makes the sound ready, tells staff how it stands, and lets the components below find it.
    pub fn start(live: Live) {
        let query = browser::query();
        let is_silent = SILENT.iter().any(|word| query.contains(word));
        let bell = StoredValue::new_local(None::<Bell>);
        let started = browser::session_item(STARTED);
        let is_off = is_silent || started.as_deref() == Some(WITHOUT_SOUND);
        let wanted = RwSignal::new(if is_off { Wanted::Off } else { Wanted::On });
        let changed = Trigger::new();
        let sound = Self {
            bell,
            wanted,
            changed,
            state: Memo::new(move |before| {
                live.tick().track();
                changed.track();
                let condition = bell.with_value(|bell| bell.as_ref().map(Bell::condition));
                upkeep::state(before.copied(), wanted.get(), condition)
            }),
            touched: StoredValue::new(false),
            asks: RwSignal::new(!is_silent && started.is_none()),
        };
        if !is_silent {
            sound.renew();
        }
        if is_off {
            bell.with_value(|bell| bell.iter().for_each(Bell::turn_off));
        }
        if !query.contains(PREVIEW) {
            Effect::new(move || {
                let state = sound.state.get();
                live.report(|status| {
                    status.sound = Some(state == SoundState::On);
                    status.sound_state = Some(state);
                });
            });
            let asked = live.tone_asked();
            Effect::new(move || {
                if let Some(at) = asked.get() {
                    sound.try_out(live, at);
                }
            });
        }
        let mend = move || {
            if sound.state.get_untracked() == SoundState::Lost {
                sound.mend();
            }
        };
        set_interval(mend, Duration::from_millis(MEND_EVERY_MS));
        window_event_listener_untyped("visibilitychange", move |_| mend());
        provide_context(sound);
    }

    /// The sound of this wall.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Does something with the bell, if it would be heard.
    pub fn with(self, act: impl FnOnce(&Bell)) {
        self.bell.with_value(|bell| {
            let is_wanted = self.wanted.get_untracked() == Wanted::On;
            if let Some(bell) = bell.as_ref().filter(|bell| is_wanted && bell.is_on()) {
                act(bell);
            }
        });
    }

    /// Takes another bell in place of the one there is.
    fn renew(self) {
        let bell = Bell::new();
        if let Some(bell) = &bell {
            bell.on_change(move || self.changed.notify());
        }
        let before = self
            .bell
            .try_update_value(|kept| std::mem::replace(kept, bell))
            .flatten();
        if let Some(before) = before {
            before.close();
        }
        self.changed.notify();
    }

    /// Asks the browser for the sound, in another way if this one is over.
    fn mend(self) {
        let condition = self.bell.with_value(|bell| bell.as_ref().map(Bell::condition));
        if condition.is_none_or(|condition| condition == Condition::Closed) {
            self.renew();
        }
        self.bell.with_value(|bell| bell.iter().for_each(Bell::turn_on));
    }

    /// Turns it on; called by a touch.
    fn turn_on(self) {
        self.wanted.set(Wanted::On);
        if self.touched.get_value() {
            // The last touch did not help, or did for a while only: what is there may never sound again.
            self.renew();
        }
        self.touched.set_value(true);
        self.mend();
        self.answered(WITH_SOUND);
    }

    /// Leaves it off.
    fn leave_off(self) {
        self.wanted.set(Wanted::Off);
        self.answered(WITHOUT_SOUND);
    }

    /// The question is answered, for as long as this tab lives.
    fn answered(self, how: &str) {
        browser::keep_for_session(STARTED, how);
        self.asks.set(false);
    }

    /// Plays the tone that staff asked for `at`, and tells them whether it sounded.
    fn try_out(self, live: Live, at: Instant) {
        let told = StoredValue::new(false);
        let tell = move |sounded: bool| {
            if !told.get_value() {
                told.set_value(true);
                live.report(|status| status.tone = Some(Tone { at, sounded }));
            }
        };
        let plays = self.bell.with_value(|bell| {
            bell.as_ref()
                .filter(|bell| bell.is_on())
                .is_some_and(|bell| bell.tone(move || tell(true)).is_ok())
        });
        if plays {
            set_timeout(move || tell(false), Duration::from_millis(TONE_MS_MAX));
        } else {
            tell(false);
        }
    }
}

/// The large question: start the wall, with everything that needs a touch; or leave it silent.
#[component]
pub fn StartOverlay() -> impl IntoView {
    let sound = Sound::of_page();
    let t = texts().start();
    let is_asked = Memo::new(move |_| sound.asks.get() && sound.state.get() != SoundState::On);
    let begin = move |_| {
        sound.turn_on();
        browser::fill_screen();
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
                <button type="button" class="start-silent" data-testid="start-silent" on:click=move |_| sound.leave_off()>
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
    let sound = Sound::of_page();
    let t = texts();
    let is_needed = Memo::new(move |_| {
        let has_bell = sound.bell.with_value(Option::is_some);
        has_bell && !sound.asks.get() && sound.state.get() != SoundState::On
    });
    part(move || {
        if !is_needed.get() {
            return None;
        }
        let button = view! {
            <button type="button" class="sound-button" data-testid="sound" on:click=move |_| sound.turn_on()>
                {t.wall().start_sound}
            </button>
        };
        Some(button.into_any())
    })
}
