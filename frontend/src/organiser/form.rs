//! What the organiser's forms share: an error at each field, and one way to keep them, whoever else keeps the same.

pub mod grasp;

use std::collections::BTreeMap;

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::rebase::Rebase;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use serde_json::json;

use self::grasp::{Grasp, Merged, merged};
use super::office::Office;
use super::unsaved::{Remembered, Sent};
use crate::desk::surety::Surety;
use crate::request::{self, Trouble};
use crate::texts::organiser::Guests;
use crate::texts::{Texts, texts};

/// Most digits of a number in the settings.
pub const DIGITS_MAX: usize = 5;

/// What is wrong with a form, by its fields' ids.
#[derive(Clone, Copy)]
pub struct Faults {
    said: RwSignal<BTreeMap<&'static str, String>>,
    /// Whether a form is only looked at: then nothing is said.
    is_mute: StoredValue<bool>,
}

impl Faults {
    /// Nothing is wrong yet.
    pub fn new() -> Self {
        Self {
            said: RwSignal::default(),
            is_mute: StoredValue::new(false),
        }
    }

    /// What is wrong with a field.
    pub fn at(self, id: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.said.with(|faults| faults.get(id).cloned()))
    }

    /// Says what is wrong with a field.
    pub fn say(self, id: &'static str, words: String) {
        if !self.is_mute.get_value() {
            self.said.update(|faults| {
                faults.insert(id, words);
            });
        }
    }

    /// Begins anew.
    pub fn clear(self) {
        self.said.set(BTreeMap::new());
    }

    /// Does something of which nothing is said.
    fn unsaid<T>(self, act: impl FnOnce() -> T) -> T {
        self.is_mute.set_value(true);
        let done = act();
        self.is_mute.set_value(false);
        done
    }

    /// Whether something is.
    pub fn any(self) -> bool {
        !self.said.with_untracked(BTreeMap::is_empty)
    }

    /// A number that a field holds; 0, and said at the field, if it is none.
    pub fn number(self, id: &'static str, value: RwSignal<String>, label: &str) -> u32 {
        let number = value.with(|text| text.trim().parse().ok());
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

/// What a form can be about, field by field in words.
pub trait InWords: Rebase {
    /// What a field is called and what stands in it. It is named as [`Rebased`](borsklokka_shared::rebase::Rebased) names what both changed.
    fn in_words(&self, field: &str, texts: Texts) -> (&'static str, String);
}

/// What stands there in fields that somebody else changed too, in words.
pub fn stands_now<T: InWords>(now: &T, fields: &[String], texts: Texts) -> String {
    let said = fields.iter().map(|field| match now.in_words(field, texts) {
        (name, text) if text.is_empty() => format!("{name}: –"),
        (name, text) => format!("{name}: {text}"),
    });
    Guests::of(texts.language).stands_now(said.collect::<Vec<_>>().join(" · "))
}

/// What a form holds, as a change of what stands there. It follows the fields that it reads.
pub type Write<T> = Box<dyn Fn(&mut T)>;

/// A form's fields, and how what they hold is written.
pub struct Filled<T> {
    /// Writes it; what is wrong is said at its field.
    pub write: Write<T>,
    /// What is seen.
    pub fields: AnyView,
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

/// What a form is filled with: what stands there, and anew when that changes while nothing is unsaved here. What is saved is put on top of
/// what others changed meanwhile, and not over what they changed of the same before that was told. Copied freely; made once a form.
pub struct Following<T: Send + Sync + 'static> {
    stands: Memo<Option<T>>,
    grasp: RwSignal<Option<Grasp<T>>>,
    /// Of what the fields are made.
    shown: RwSignal<Option<T>>,
    /// How those fields are written; nothing until they are made.
    write: RwSignal<Option<Write<T>>, LocalStorage>,
    faults: Faults,
    /// Why it was not saved.
    pub refused: RwSignal<Option<String>>,
    /// Whether it was.
    saved: RwSignal<bool>,
    /// Whether it is just being saved.
    saving: RwSignal<bool>,
    holding: Memo<Option<Holding<T>>>,
    remembered: Option<Remembered>,
    texts: Texts,
}

/// What a form holds.
#[derive(Clone, PartialEq)]
struct Holding<T> {
    held: T,
    /// Whether saving it would change anything.
    is_unsaved: bool,
}

/// For as long as it is there, the form is being saved.
struct UnderWay(RwSignal<bool>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        // The form may be gone.
        let _gone = self.0.try_set(false);
    }
}

/// What is about to be saved: what the form held when that was asked for, and over what.
pub struct Sending<T> {
    base: T,
    held: T,
    /// What the page was told to stand there by then.
    stood: Option<T>,
    typed: Option<Sent>,
    _under_way: UnderWay,
}

/// What is to be written of it, which nobody else has changed unseen.
pub struct Ready<T> {
    value: T,
    sending: Sending<T>,
}

impl<T: Clone> Ready<T> {
    /// What is to be written.
    pub fn value(&self) -> T {
        self.value.clone()
    }
}

impl<T: Send + Sync> Clone for Following<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Following<T> {}

/// What the form knows, and what it holds; follows both.
fn held<T: Clone + PartialEq + Send + Sync + Rebase + 'static>(
    grasp: RwSignal<Option<Grasp<T>>>,
    write: RwSignal<Option<Write<T>>, LocalStorage>,
) -> Option<(Grasp<T>, T)> {
    let grasp = grasp.get()?;
    let mut held = grasp.base().clone();
    write.with(|write| write.as_ref().map(|write| write(&mut held)))?;
    Some((grasp, held))
}

impl<T: Clone + PartialEq + Send + Sync + InWords> Following<T> {
    /// Follows what stands there. What was typed into the form of this name and not saved is typed again, over what it was typed over. `of`
    /// is the participant that it is of, if it is.
    pub fn start(stands: Memo<Option<T>>, name: String, of: Option<ParticipantId>) -> Self {
        let shown = RwSignal::new(None::<T>);
        let remembered = Remembered::start(name, of, move || shown.with(Option::is_some));
        let base = remembered.base();
        let base: Option<T> = base.and_then(|base| serde_json::from_str(&base).ok());
        let left = base.map(|base| (base.clone(), base));
        Self::begin(stands, shown, Some(remembered), left)
    }

    /// Follows what stands there; `left` is what was written before and not saved, and over what.
    pub fn resume(stands: Memo<Option<T>>, left: Option<(T, T)>) -> Self {
        Self::begin(stands, RwSignal::new(None), None, left)
    }

    fn begin(
        stands: Memo<Option<T>>,
        shown: RwSignal<Option<T>>,
        remembered: Option<Remembered>,
        left: Option<(T, T)>,
    ) -> Self {
        let grasp = RwSignal::new(None::<Grasp<T>>);
        let write = RwSignal::new_local(None::<Write<T>>);
        let faults = Faults::new();
        let holding = Memo::new(move |_| {
            let (grasp, held) = faults.unsaid(|| held(grasp, write))?;
            let is_unsaved = grasp.is_unsaved(&held);
            Some(Holding { held, is_unsaved })
        });
        let following = Self {
            stands,
            grasp,
            shown,
            write,
            faults,
            refused: RwSignal::new(None),
            saved: RwSignal::new(false),
            saving: RwSignal::new(false),
            holding,
            remembered,
            texts: texts(),
        };
        let left = StoredValue::new(left);
        Effect::new(move || {
            if let Some(stands) = stands.get() {
                untrack(|| following.hear(stands, left));
            }
        });
        Effect::new(move |was_unsaved: Option<bool>| {
            let is_unsaved = following.is_unsaved();
            grasp.track();
            write.track();
            if !is_unsaved {
                following.follow(was_unsaved == Some(true));
            }
            is_unsaved
        });
        following
    }

    /// Something else stands there, or the first.
    fn hear(self, stands: T, left: StoredValue<Option<(T, T)>>) {
        if self.grasp.with_untracked(Option::is_none) {
            let left = left.try_update_value(Option::take).flatten();
            let (base, shown) = left.unwrap_or_else(|| (stands.clone(), stands.clone()));
            self.grasp.set(Some(Grasp::new(base, stands)));
            self.show(shown);
            return;
        }
        let was_unsaved = self.is_unsaved();
        self.grasp.update(|grasp| {
            if let Some(grasp) = grasp {
                grasp.hear(stands);
            }
        });
        // What is written here stands there: it was saved, though perhaps the answer was lost.
        if was_unsaved && !self.is_unsaved() {
            self.refused.set(None);
            self.saved.set(true);
        }
    }

    /// Nothing is unsaved: what others changed is shown.
    fn follow(self, was_unsaved: bool) {
        if let Some(remembered) = self.remembered {
            if was_unsaved {
                remembered.forget()();
            } else if remembered.is_unsaved() {
                // It is about to be typed again.
                return;
            }
        }
        let now = self.grasp.with_untracked(|grasp| {
            let grasp = grasp.as_ref()?;
            (grasp.base() != grasp.now()).then(|| grasp.now().clone())
        });
        let Some(now) = now else { return };
        let mut there = now.clone();
        let is_filled = untrack(|| {
            self.faults.unsaid(|| {
                self.write
                    .with(|write| write.as_ref().map(|write| write(&mut there)))
            })
        });
        if is_filled.is_none() {
            return;
        }
        self.grasp.update(|grasp| {
            if let Some(grasp) = grasp {
                grasp.follow();
            }
        });
        // Fields that say so already stay as they are, with whoever is in one of them.
        if there != now {
            self.show(now);
        }
    }

    /// Makes the fields of this. Until they are made, those that were before hold nothing.
    fn show(self, value: T) {
        self.write.set(None);
        self.shown.set(Some(value));
    }

    /// The fields, made by `fill`.
    pub fn fields(
        self,
        fill: impl Fn(&T, Faults) -> Filled<T> + Send + 'static,
    ) -> impl Fn() -> Option<AnyView> + Send + 'static {
        move || Some(self.filled(&self.shown.get()?, &fill))
    }

    /// The fields, made by `fill`, and of `empty` until it is known what stands there.
    pub fn fields_before(
        self,
        empty: T,
        fill: impl Fn(&T, Faults) -> Filled<T> + Send + 'static,
    ) -> impl Fn() -> AnyView + Send + 'static {
        move || match self.shown.get() {
            Some(shown) => self.filled(&shown, &fill),
            None => self.filled(&empty, &fill),
        }
    }

    fn filled(self, shown: &T, fill: &impl Fn(&T, Faults) -> Filled<T>) -> AnyView {
        let filled = fill(shown, self.faults);
        self.write.set(Some(filled.write));
        filled.fields
    }

    /// Whether the fields are filled.
    pub fn is_filled(self) -> bool {
        self.shown.with(Option::is_some)
    }

    /// Writes something else into the fields.
    pub fn write_in(self, value: T) {
        self.saved.set(false);
        self.refused.set(None);
        self.show(value);
    }

    /// What the form holds.
    pub fn holds(self) -> Option<T> {
        self.holding.get_untracked().map(|holding| holding.held)
    }

    /// Whether saving it would change anything: what it holds differs from what stands there.
    pub fn is_unsaved(self) -> bool {
        self.holding
            .with(|holding| holding.as_ref().is_some_and(|holding| holding.is_unsaved))
    }

    /// What stands there, as far as is known.
    pub fn now(self) -> Option<T> {
        self.grasp
            .with_untracked(|grasp| grasp.as_ref().map(|grasp| grasp.now().clone()))
    }

    /// Over what the form is written, and what it holds if that is unsaved; follows both. Nothing before the fields are there.
    pub fn left(self) -> Option<(T, Option<T>)> {
        let Holding { held, is_unsaved } = self.holding.get()?;
        let base = self
            .grasp
            .with(|grasp| grasp.as_ref().map(|grasp| grasp.base().clone()))?;
        Some((base, is_unsaved.then_some(held)))
    }

    /// Something is typed or chosen.
    fn typed(self, event: &web_sys::Event) {
        // The browser tells of a field that goes with the form, too.
        if self.saved.try_set(false).is_some() {
            return;
        }
        let Some(remembered) = self.remembered else { return };
        remembered.hear(event);
        self.remember(remembered);
    }

    /// Remembers over what the form is written, or that nothing of it is unsaved.
    fn remember(self, remembered: Remembered) {
        if !untrack(|| self.is_unsaved()) {
            remembered.forget()();
            return;
        }
        let base = self
            .grasp
            .with_untracked(|grasp| grasp.as_ref().map(|grasp| json!(grasp.base()).to_string()));
        if let Some(base) = base {
            remembered.stand_on(base);
        }
    }

    /// Begins to save what the form holds; not if something is wrong with it, which is said at its field, or while it is being saved.
    pub fn press(self) -> Option<Sending<T>> {
        if self.saving.get_untracked() {
            return None;
        }
        self.saved.set(false);
        self.refused.set(None);
        self.faults.clear();
        let (grasp, held) = untrack(|| held(self.grasp, self.write))?;
        if self.faults.any() {
            return None;
        }
        self.saving.set(true);
        Some(Sending {
            base: grasp.base().clone(),
            held,
            stood: self.stands.get_untracked(),
            typed: self.remembered.map(Remembered::sent),
            _under_way: UnderWay(self.saving),
        })
    }

    /// What is to be written, on top of what stands `now`. Nothing is if somebody else changed the same: that is said, field by field, and
    /// whoever presses again has seen it.
    pub fn on_top(self, sending: Sending<T>, now: T) -> Option<Ready<T>> {
        match merged(&sending.base, &sending.held, &now) {
            Merged::Free(value) => Some(Ready { value, sending }),
            Merged::Contested(fields) => {
                let words = stands_now(&now, &fields, self.texts);
                // If the form is gone, what was typed is remembered, and is not saved.
                let is_here = self.refused.try_set(Some(words)).is_none();
                if is_here {
                    self.grasp.update(|grasp| {
                        if let Some(grasp) = grasp {
                            grasp.tell(&sending.held, now);
                        }
                    });
                    if let Some(remembered) = self.remembered {
                        self.remember(remembered);
                    }
                }
                None
            }
        }
    }

    /// It is written, and `answered` stands there. What was typed since it was sent is not saved.
    pub fn settle(self, ready: Ready<T>, answered: T) {
        let Ready { value, sending } = ready;
        let is_here = self.saved.try_set(true).is_none();
        if !is_here {
            if let Some(typed) = sending.typed {
                typed.is_saved(json!(answered).to_string());
            }
            return;
        }
        let held = self.holds().unwrap_or_else(|| sending.held.clone());
        self.grasp.update(|grasp| {
            if let Some(grasp) = grasp {
                grasp.settle(&sending.held, &value, answered, &held);
            }
        });
        if let Some(remembered) = self.remembered {
            self.remember(remembered);
        }
    }

    /// [`Following::settle`] where what stands there is on the board: that may be ahead of the answer, or behind it.
    pub fn settle_by_board(self, ready: Ready<T>, written: T) {
        let stands = self.stands.try_get_untracked().flatten();
        let is_ahead = stands != ready.sending.stood;
        let answered = stands.filter(|_| is_ahead).unwrap_or(written);
        self.settle(ready, answered);
    }

    /// Saves what the form holds where it is read and written beside the board, and goes on with `then`, whatever became of it.
    pub fn save<Put>(
        self,
        office: Office,
        read: impl Future<Output = Result<T, Trouble>> + 'static,
        put: impl FnOnce(T) -> Put + 'static,
        then: impl FnOnce() + 'static,
    ) where
        Put: Future<Output = Result<T, Trouble>> + 'static,
    {
        let Some(sending) = self.press() else { return };
        spawn_local(async move {
            let saved = async {
                let now = read.await?;
                if let Some(ready) = self.on_top(sending, now) {
                    let answered = put(ready.value()).await?;
                    self.settle(ready, answered);
                }
                Ok(())
            };
            if let Err(trouble) = saved.await {
                // The form may be gone.
                let _gone = self.refused.try_set(Some(office.desk.words_of(trouble)));
            }
            then();
        });
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
    let stands = desk.live.board(|board| board.settings.clone());
    let form = Following::start(
        Memo::new(move |_| stands.get().flatten()),
        testid.to_owned(),
        None,
    );
    let save = move || {
        let now = desk.live.peek(|board| board.settings.clone()).flatten();
        let Some(now) = now else { return };
        let expected = Some(Box::new(now.clone()));
        let ready = form.press().and_then(|sending| form.on_top(sending, now));
        let Some(ready) = ready else { return };
        let command = Command::Configure {
            settings: Box::new(ready.value()),
            expected,
        };
        let written = match command.tidied() {
            Command::Configure { settings, .. } => *settings,
            _ => ready.value(),
        };
        desk.ask_beside(form.refused, Surety::Pressed, &command, move || {
            form.settle_by_board(ready, written);
        });
    };
    view! {
        <SavedForm testid button="settings-save" form save>
            {form.fields(fill)}
        </SavedForm>
    }
}

/// A form over settings that lie beside the board. It follows what is read of them while nothing is unsaved here, and what it saves is put
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
    /// Reads them again.
    then: impl Fn() + Copy + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + InWords + 'static,
    Answer: DeserializeOwned + 'static,
{
    let office = Office::of_page();
    let form = Following::start(stands, testid.to_owned(), None);
    let save = move || {
        let (read_at, written_at) = (office.url(read_at), office.url(written_at));
        let read = async move { request::read::<Answer>(&read_at).await.map(of) };
        let put = move |value: T| async move { request::ask::<T>("PUT", &written_at, &json!(value)).await };
        form.save(office, read, put, then);
    };
    view! {
        <SavedForm testid button class="form page-narrow" form save>
            {form.fields(fill)}
        </SavedForm>
    }
}

/// A form that is saved as a whole, and says at its end what became of that.
#[component]
pub fn SavedForm<T>(
    /// What tests call it.
    testid: &'static str,
    /// What they call its button.
    button: &'static str,
    /// What its button says, where it is not the page's first.
    #[prop(optional)]
    words: Option<&'static str>,
    /// Its classes.
    #[prop(default = "form")]
    class: &'static str,
    /// What it holds.
    form: Following<T>,
    /// Saves it.
    save: impl Fn() + 'static,
    /// What stands beside its button, such as what gives it up.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// The fields.
    children: Children,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + InWords + 'static,
{
    let desk = Office::of_page().desk;
    let o = texts().organiser();
    let refused = form.refused;
    let cut_off = desk.is_cut_off();
    let standing = move || {
        if form.saving.get() {
            Some(o.saving)
        } else if form.is_unsaved() {
            Some(o.not_saved)
        } else {
            form.saved.get().then_some(o.saved)
        }
    };
    let place = form
        .remembered
        .map_or_else(NodeRef::<html::Form>::new, |remembered| remembered.form);
    view! {
        <form
            class=class
            node_ref=place
            data-testid=testid
            on:input=move |event| form.typed(&event)
            on:change=move |event| form.typed(&event)
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
                    class="button"
                    class:button-primary=words.is_none()
                    data-testid=button
                    disabled=move || cut_off.get() || !form.is_filled()
                >
                    {words.unwrap_or(o.save)}
                </button>
                {beside}
                <span role="status">{standing}</span>
            </div>
        </form>
    }
}
