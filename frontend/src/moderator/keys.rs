//! The desk's keys: heard wherever nothing is being written, shown on a sheet by `?`, and switched off there.

use borsklokka_shared::exchange::Scene;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::announcement;
use super::bell::Held;
use super::controls::Controls;
use super::steps::take_back_or_ask;
use crate::browser;
use crate::components::focus::focus;
use crate::desk::Desk;
use crate::desk::undo::Undo;
use crate::own_language::DeviceLanguage;
use crate::sheet::{Sheet, Sheets};
use crate::shortcut::{Action, KEYS, Modifiers, shortcut};
use crate::texts::moderator::details;
use crate::texts::texts;

/// Under which names the browser keeps the choices.
const ON: &str = "desk_keys";
const AT_ONCE: &str = "desk_rings_at_once";
/// What is kept of a switch.
const YES: &str = "yes";
const NO: &str = "no";

/// Where keys are letters.
const WRITTEN_IN: &str = "input, textarea, select, [contenteditable]";

/// What this browser's user chose. Copied freely; made once, by [`Keys::start`].
#[derive(Clone, Copy)]
pub struct Keys {
    is_on: RwSignal<bool>,
    rings_at_once: RwSignal<bool>,
}

impl Keys {
    /// Hears the keys from now on.
    pub fn start() -> Self {
        let keys = Self {
            is_on: RwSignal::new(browser::kept(ON).as_deref() != Some(NO)),
            rings_at_once: RwSignal::new(browser::kept(AT_ONCE).as_deref() == Some(YES)),
        };
        let hands = Hands {
            desk: Desk::of_page(),
            controls: Controls::of_page(),
            bell: Held::of_page(),
            undo: Undo::of_page(),
            sheets: Sheets::of_page(),
        };
        let pressed = window_event_listener(ev::keydown, move |event| keys.press(&hands, &event));
        let let_go = window_event_listener(ev::keyup, move |event| {
            if shortcut(&event.key(), Modifiers::default()) == Some(Action::Hold) {
                hands.bell.release(&event);
            }
        });
        let left = window_event_listener_untyped("blur", move |_| hands.bell.cancel());
        on_cleanup(move || {
            pressed.remove();
            let_go.remove();
            left.remove();
        });
        provide_context(keys);
        keys
    }

    /// Whether they do anything.
    pub fn is_on(self) -> Signal<bool> {
        self.is_on.into()
    }

    fn press(self, hands: &Hands, event: &KeyboardEvent) {
        let modifiers = Modifiers {
            shift: event.shift_key(),
            system: event.ctrl_key() || event.alt_key() || event.meta_key(),
        };
        let Some(action) = shortcut(&event.key(), modifiers) else {
            return;
        };
        // Help is always there: it is where the rest is switched on again.
        let is_heard = self.is_on.get_untracked() || action == Action::Help;
        if !is_heard || hands.sheets.is_open() || is_written(event) {
            return;
        }
        event.prevent_default();
        if !event.repeat() {
            self.act(hands, action, event);
        }
    }

    fn act(self, hands: &Hands, action: Action, event: &KeyboardEvent) {
        let Hands {
            desk,
            controls,
            bell,
            undo,
            sheets,
        } = *hands;
        let asks = !matches!(action, Action::Announcement | Action::Help | Action::Hold);
        if asks && desk.is_cut_off().get_untracked() {
            return;
        }
        match action {
            Action::Hold => bell.press(event),
            Action::RingAtOnce if self.rings_at_once.get_untracked() => bell.ring_now(),
            Action::RingAtOnce => {}
            Action::Stroke => controls.stroke_if_sure(),
            Action::PauseOrResume => controls.pause_or_resume(),
            Action::Longer => controls.longer(),
            Action::Shorter => controls.shorter(),
            Action::Next => controls.next(),
            Action::Scene(scene) => controls.show(scene),
            Action::Blackout => controls.blackout(),
            Action::Freeze => controls.freeze(),
            Action::Reveal => controls.reveal_next(),
            Action::Announcement => focus_by_id(announcement::FIELD),
            Action::Undo => take_back_or_ask(undo, sheets),
            Action::Help => sheets.lay(|| view! { <KeysSheet /> }),
        }
    }
}

/// What the keys work.
#[derive(Clone, Copy)]
struct Hands {
    desk: Desk,
    controls: Controls,
    bell: Held,
    undo: Undo,
    sheets: Sheets,
}

/// Whether a key is a letter in some field.
fn is_written(event: &Event) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest(WRITTEN_IN).ok())
        .flatten()
        .is_some()
}

fn focus_by_id(id: &str) {
    let control = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id))
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(control) = control {
        focus(&control);
    }
}

/// Every key, and the two choices.
#[component]
pub fn KeysSheet() -> impl IntoView {
    let Keys { is_on, rings_at_once } = expect_context();
    let (t, words) = (texts().moderator(), details().keys());
    let says = move |action: Action| match action {
        Action::Scene(Scene::Blackout) | Action::Blackout => t.blackout,
        Action::Scene(scene) => t.scene(scene),
        other => words.action(other),
    };
    view! {
        <Sheet testid="keys" title=words.title>
            <dl class="key-rows">
                {KEYS
                    .map(|(key, action)| {
                        view! {
                            <div class="key-row">
                                <dt>
                                    {key
                                        .split(' ')
                                        .map(|part| view! { <kbd class="key">{part}</kbd> })
                                        .collect_view()}
                                </dt>
                                <dd>{says(action)}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
            <p class="panel-note">{words.how}</p>
            <Choice testid="keys-on" name=ON value=is_on words=words.on />
            <Choice testid="keys-at-once" name=AT_ONCE value=rings_at_once words=words.at_once />
            <DeviceLanguage />
        </Sheet>
    }
}

/// A switch that this browser keeps.
#[component]
fn Choice(
    testid: &'static str,
    name: &'static str,
    value: RwSignal<bool>,
    words: &'static str,
) -> impl IntoView {
    view! {
        <label class="sheet-choice">
            <input
                type="checkbox"
                data-testid=testid
                prop:checked=value
                on:change=move |event| {
                    let chosen = event_target_checked(&event);
                    value.set(chosen);
                    browser::keep(name, if chosen { YES } else { NO });
                }
            />
            <span>{words}</span>
        </label>
    }
}
