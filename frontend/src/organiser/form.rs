//! What the organiser's forms of settings share: an error at each field, and one way to keep them.

use std::collections::BTreeMap;

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Settings;
use leptos::prelude::*;

use super::office::Office;
use crate::desk::surety::Surety;
use crate::texts::texts;

/// Most digits of a number in the settings.
pub const DIGITS_MAX: usize = 5;

/// What is wrong with a form, by its fields' ids.
#[derive(Clone, Copy)]
pub struct Faults(RwSignal<BTreeMap<&'static str, String>>);

impl Faults {
    /// Nothing is wrong yet.
    pub fn new() -> Self {
        Self(RwSignal::default())
    }

    /// What is wrong with a field.
    pub fn at(self, id: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.0.with(|faults| faults.get(id).cloned()))
    }

    /// Says what is wrong with a field.
    pub fn say(self, id: &'static str, words: String) {
        self.0.update(|faults| {
            faults.insert(id, words);
        });
    }

    /// Begins anew.
    pub fn clear(self) {
        self.0.set(BTreeMap::new());
    }

    /// Whether something is.
    pub fn any(self) -> bool {
        !self.0.with_untracked(BTreeMap::is_empty)
    }

    /// A number that a field holds; 0, and said at the field, if it is none.
    pub fn number(self, id: &'static str, value: RwSignal<String>, label: &str) -> u32 {
        let number = value.with_untracked(|text| text.trim().parse().ok());
        number.unwrap_or_else(|| {
            self.say(id, texts().organiser().not_a_number(label));
            0
        })
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self::new()
    }
}

/// A form over a part of the settings: whatever it does not change stays as it is now.
#[component]
pub fn SettingsForm(
    /// What tests call it.
    testid: &'static str,
    /// What is wrong with its fields.
    faults: Faults,
    /// Writes what the form holds into the settings.
    write: impl Fn(&mut Settings) + 'static,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let desk = Office::of_page().desk;
    let (refused, saved) = (RwSignal::new(None), RwSignal::new(false));
    let save = move || {
        saved.set(false);
        refused.set(None);
        faults.clear();
        let settings = desk.live.peek(|board| board.settings.clone()).flatten();
        let Some(mut settings) = settings else { return };
        write(&mut settings);
        if faults.any() {
            return;
        }
        let settings = Box::new(settings);
        let command = Command::Configure { settings };
        desk.ask_beside(refused, Surety::Pressed, &command, move || {
            let _gone = saved.try_set(true);
        });
    };
    view! {
        <SavedForm testid button="settings-save" refused saved save>
            {children()}
        </SavedForm>
    }
}

/// A form that is saved as a whole, and says at its end what became of that.
#[component]
pub fn SavedForm(
    /// What tests call it.
    testid: &'static str,
    /// What they call its button.
    button: &'static str,
    /// Its classes.
    #[prop(default = "form")]
    class: &'static str,
    /// Why it was not saved.
    refused: RwSignal<Option<String>>,
    /// Whether it was, as it stands.
    saved: RwSignal<bool>,
    /// Saves it.
    save: impl Fn() + 'static,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let desk = Office::of_page().desk;
    let o = texts().organiser();
    view! {
        <form
            class=class
            data-testid=testid
            on:input=move |_| saved.set(false)
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            {children()}
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {move || refused.get()}
            </p>
            <div class="form-acts form-keep">
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid=button
                    disabled=desk.is_cut_off()
                >
                    {o.save}
                </button>
                <span role="status">{move || saved.get().then_some(o.saved)}</span>
            </div>
        </form>
    }
}
