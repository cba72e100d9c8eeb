//! What the organiser's forms of settings share: an error at each field, and one way to keep them.

use std::collections::BTreeMap;

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::rebase::{Rebase, Rebased};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::json;

use super::office::Office;
use super::unsaved::Remembered;
use crate::desk::surety::Surety;
use crate::request;
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

    /// Does something of which nothing is said.
    fn unsaid<T>(self, act: impl FnOnce() -> T) -> T {
        let said = self.0.get_untracked();
        let done = act();
        self.0.set(said);
        done
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

/// What a form holds, as a change of what stands on the board.
pub type Write<T> = Box<dyn Fn(&mut T)>;

/// A form's fields, and how what they hold is written.
pub struct Filled<T> {
    /// Writes it; what is wrong is said at its field.
    pub write: Write<T>,
    /// What is seen.
    pub fields: AnyView,
}

/// What a form is filled with: what stands on the board, and anew when that changes while nothing is written here. What is written is
/// put on top of what others changed meanwhile. Copied freely; made once a form.
pub struct Following<T: Send + Sync + 'static> {
    stands: Memo<Option<T>>,
    /// Of what the fields are made.
    shown: RwSignal<Option<T>>,
    /// What stood there when the fields were filled or saved.
    base: StoredValue<Option<T>>,
    write: StoredValue<Option<Write<T>>, LocalStorage>,
    faults: Faults,
}

impl<T> Filled<T> {
    /// Fields, and how what they hold is written.
    pub fn new(write: impl Fn(&mut T) + 'static, fields: impl IntoAny) -> Self {
        Self {
            write: Box::new(write),
            fields: fields.into_any(),
        }
    }
}

impl<T: Send + Sync> Clone for Following<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Following<T> {}

impl<T: Clone + PartialEq + Send + Sync + Rebase> Following<T> {
    /// Follows what stands on the board.
    pub fn start(stands: Memo<Option<T>>, faults: Faults) -> Self {
        let following = Self {
            stands,
            shown: RwSignal::new(None),
            base: StoredValue::new(None),
            write: StoredValue::new_local(None),
            faults,
        };
        Effect::new(move || {
            let Some(stands) = stands.get() else { return };
            let is_known = following.base.with_value(|base| base.as_ref() == Some(&stands));
            let is_written = faults
                .unsaid(|| following.held())
                .is_some_and(|(base, held)| base != held);
            if !is_known && !is_written {
                following.fill(stands);
            }
        });
        following
    }

    /// The fields, made by `fill`.
    pub fn fields(
        self,
        fill: impl Fn(&T, Faults) -> Filled<T> + Send + 'static,
    ) -> impl Fn() -> Option<AnyView> + Send + 'static {
        move || {
            let filled = fill(&self.shown.get()?, self.faults);
            self.write.set_value(Some(filled.write));
            Some(filled.fields)
        }
    }

    /// What the form holds, and the same on top of what others changed since it was filled. What is wrong is said at its field.
    pub fn written(self) -> Option<(T, Rebased<T>)> {
        let (base, held) = self.held()?;
        let stands = self.stands.get_untracked()?;
        let rebased = T::rebase(&base, &held, &stands);
        Some((held, rebased))
    }

    /// What the form held stands there now, as `value` with what others changed: their fields are filled with that, unless somebody went on
    /// writing.
    pub fn is_saved(self, held: T, value: T) {
        let goes_on = self
            .faults
            .unsaid(|| self.held())
            .is_some_and(|(_, holds)| holds != held);
        if goes_on || held == value {
            self.base.set_value(Some(held));
        } else {
            self.fill(value);
        }
    }

    /// Shows what came of what was written and what others changed: whoever saves it now has seen that.
    pub fn show(self, value: T) {
        self.base.set_value(self.stands.get_untracked());
        self.shown.set(Some(value));
    }

    /// Whether the fields are there.
    pub fn is_filled(self) -> bool {
        self.shown.with(Option::is_some)
    }

    /// Of what the form was filled, and what it holds.
    fn held(self) -> Option<(T, T)> {
        let base = self.base.get_value()?;
        let mut held = base.clone();
        self.write
            .with_value(|write| write.as_ref().map(|write| write(&mut held)))?;
        Some((base, held))
    }

    fn fill(self, value: T) {
        self.base.set_value(Some(value.clone()));
        self.shown.set(Some(value));
    }
}

/// A form over a part of the settings: whatever it does not change stays as it is now.
#[component]
pub fn SettingsForm(
    /// What tests call it.
    testid: &'static str,
    /// Makes its fields.
    fill: fn(&Settings, Faults) -> Filled<Settings>,
) -> impl IntoView {
    let desk = Office::of_page().desk;
    let faults = Faults::new();
    let (refused, saved) = (RwSignal::new(None), RwSignal::new(false));
    let stands = desk.live.board(|board| board.settings.clone());
    let form = Following::start(Memo::new(move |_| stands.get().flatten()), faults);
    let remembered = Remembered::start(testid.to_owned(), None, move || form.is_filled());
    let save = move || {
        saved.set(false);
        refused.set(None);
        faults.clear();
        let Some((held, Rebased { value, .. })) = form.written() else {
            return;
        };
        if faults.any() {
            return;
        }
        let command = Command::Configure {
            settings: Box::new(value.clone()),
        };
        let forget = remembered.forget();
        desk.ask_beside(refused, Surety::Pressed, &command, move || {
            forget();
            if saved.try_set(true).is_none() {
                form.is_saved(held, value);
            }
        });
    };
    view! {
        <SavedForm testid button="settings-save" remembered refused saved save>
            {form.fields(fill)}
        </SavedForm>
    }
}

/// A form over settings that lie beside the board. It follows what is read of them while nothing is written here, and what it saves is put
/// on top of what stands by then.
#[component]
pub fn KeptForm<T, Answer>(
    /// What tests call it.
    testid: &'static str,
    /// What they call its button.
    button: &'static str,
    /// What was read of them last.
    stands: Memo<Option<T>>,
    /// Where they are read, below the exchange's address.
    read_at: &'static str,
    /// What the answer says of them.
    of: fn(Answer) -> T,
    /// Where they are written.
    written_at: &'static str,
    /// Makes its fields.
    fill: fn(&T, Faults) -> Filled<T>,
    /// What follows once they are.
    then: impl Fn() + Copy + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + Rebase + 'static,
    Answer: DeserializeOwned + 'static,
{
    let office = Office::of_page();
    let faults = Faults::new();
    let (refused, saved) = (RwSignal::new(None), RwSignal::new(false));
    let form = Following::start(stands, faults);
    let remembered = Remembered::start(testid.to_owned(), None, move || form.is_filled());
    let save = move || {
        saved.set(false);
        refused.set(None);
        faults.clear();
        let Some((base, held)) = form.held() else { return };
        if faults.any() {
            return;
        }
        let (read_at, written_at) = (office.url(read_at), office.url(written_at));
        let forget = remembered.forget();
        spawn_local(async move {
            let written = async {
                let now = of(request::read::<Answer>(&read_at).await?);
                let Rebased { value, .. } = T::rebase(&base, &held, &now);
                request::ask::<IgnoredAny>("PUT", &written_at, &json!(value)).await?;
                Ok(value)
            };
            match written.await {
                Ok(value) => {
                    forget();
                    if saved.try_set(true).is_none() {
                        form.is_saved(held, value);
                        then();
                    }
                }
                Err(trouble) => drop(refused.try_set(Some(office.desk.words_of(trouble)))),
            }
        });
    };
    view! {
        <SavedForm testid button class="form page-narrow" remembered refused saved save>
            {form.fields(fill)}
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
    /// Where what is typed is remembered until it is saved.
    #[prop(optional)]
    remembered: Option<Remembered>,
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
    let hear = move |event: &web_sys::Event| {
        saved.set(false);
        if let Some(remembered) = remembered {
            remembered.hear(event);
        }
    };
    let standing = move || {
        let is_unsaved = remembered.is_some_and(Remembered::is_unsaved);
        if saved.get() {
            Some(o.saved)
        } else {
            is_unsaved.then_some(o.not_saved)
        }
    };
    view! {
        <form
            class=class
            node_ref=remembered.map(|remembered| remembered.form).unwrap_or_default()
            data-testid=testid
            on:input=move |event| hear(&event)
            on:change=move |event| hear(&event)
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
                <span role="status">{standing}</span>
            </div>
        </form>
    }
}
