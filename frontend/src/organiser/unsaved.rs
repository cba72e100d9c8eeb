//! What is typed into a form and not saved yet: it stays while the organiser looks at other pages, or at these in another language, and
//! the page asks before it is left with it.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::ids::ParticipantId;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::gone::{Called, Gone, is_erased};
use crate::live::Live;
use crate::typed::fields::{Fields, ask_before_leaving};

/// What was typed into a form.
#[derive(Clone, Default)]
struct Typed {
    /// What is in each control, by how the control is found.
    controls: BTreeMap<String, Content>,
    /// Of whom it is, if of one participant.
    of: Option<ParticipantId>,
    /// Over what it was typed, as JSON.
    base: Option<String>,
}

#[derive(Clone, PartialEq)]
enum Content {
    Text(String),
    /// One of a list, by its key.
    Chosen(String),
    Ticked(bool),
}

impl Content {
    /// What somebody wrote.
    fn words(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Self::Chosen(_) | Self::Ticked(_) => None,
        }
    }
}

/// What is typed and not saved, by the forms' names. Copied freely; made once for all pages, in whichever words they are.
#[derive(Clone, Copy)]
pub struct Unsaved {
    forms: RwSignal<BTreeMap<String, Typed>>,
    /// What is in the fields of no such form, and what pages hold that outlives them.
    fields: Fields,
}

impl Unsaved {
    /// Nothing yet. From now on the page asks before it is left with something. What is of somebody who is taken out is told of by `gone`, and
    /// of whoever is erased it is forgotten.
    pub fn start(live: Live, gone: Gone) -> Self {
        let unsaved = Self {
            forms: RwSignal::new(BTreeMap::new()),
            fields: Fields::start(),
        };
        ask_before_leaving(move || unsaved.forms.try_with_untracked(BTreeMap::is_empty) == Some(false));
        let called = Called::start();
        Effect::new(move || {
            let participants = unsaved.participants();
            if participants.is_empty() {
                return;
            }
            live.read(|board| {
                called.hear(board, &participants);
                for of in participants {
                    let is_erased = is_erased(board, of);
                    if !is_erased && board.participant(of).is_some() {
                        continue;
                    }
                    let typed = unsaved.take_of(&[of]).into_iter();
                    if !is_erased {
                        gone.tell_of(typed.map(|text| called.about(of, text)));
                    }
                }
            });
        });
        unsaved
    }

    /// Those of whom something is typed; follows it.
    fn participants(self) -> BTreeSet<ParticipantId> {
        self.forms
            .with(|forms| forms.values().filter_map(|typed| typed.of).collect())
    }

    /// What is typed on this page and the others.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What is typed into a field of a form that sends it at once. It stays, and is asked about, as what is typed into the other forms, until
    /// whoever has sent it empties the field.
    pub fn field(name: impl Into<String>) -> RwSignal<String> {
        Self::of_page().fields.field(name, String::new())
    }

    /// What is chosen beside such a field, or opened on a page: `first` until somebody chooses, and from then on what is chosen, on
    /// whichever page and in whichever words.
    pub fn kept<T: Send + Sync + 'static>(name: impl Into<String>, first: impl FnOnce() -> T) -> RwSignal<T> {
        Self::outliving(name, || RwSignal::new(first()))
    }

    /// What a page holds that outlives it: made when it is asked for under this name for the first time, and the same from then on. It is
    /// made out of reach of the page, so that it asks for nothing that the page provides.
    pub fn outliving<T>(name: impl Into<String>, make: impl FnOnce() -> T) -> T
    where
        T: Copy + Send + Sync + 'static,
    {
        Self::of_page().fields.outliving(name, make)
    }

    /// Whether something is typed into the form of this name, and not saved. Not followed.
    pub fn remembers(self, form: &str) -> bool {
        self.forms.with_untracked(|forms| forms.contains_key(form))
    }

    /// Over what it was typed, as JSON. Not followed.
    pub fn base(self, form: &str) -> Option<String> {
        self.forms.with_untracked(|forms| forms.get(form)?.base.clone())
    }

    fn hear(self, form: &str, of: Option<ParticipantId>, event: &web_sys::Event) {
        let control = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let Some((place, content)) = control.as_ref().and_then(content_of) else {
            return;
        };
        self.forms.update(|forms| {
            let typed = forms.entry(form.to_owned()).or_default();
            typed.controls.insert(place, content);
            typed.of = of;
        });
    }

    fn put_back(self, form: &str, element: &Element) {
        let Some(typed) = self.forms.with_untracked(|forms| forms.get(form).cloned()) else {
            return;
        };
        // What has no place there any more is forgotten.
        self.forget(form);
        for (place, content) in typed.controls {
            if let Ok(Some(control)) = element.query_selector(&place) {
                write(&control, &content);
            }
        }
    }

    fn stand_on(self, form: &str, base: String) {
        self.forms.update(|forms| {
            if let Some(typed) = forms.get_mut(form) {
                typed.base = Some(base);
            }
        });
    }

    /// Takes what is typed into the forms of these participants, which have none any more: it is told of elsewhere. Follows what is typed.
    pub fn take_of(self, participants: &[ParticipantId]) -> Vec<String> {
        let is_theirs = |typed: &Typed| typed.of.is_some_and(|of| participants.contains(&of));
        let mut taken = Vec::new();
        if !self.forms.with(|forms| forms.values().any(is_theirs)) {
            return taken;
        }
        self.forms.update(|forms| {
            forms.retain(|_, typed| {
                let goes = is_theirs(typed);
                if goes {
                    taken.extend(typed.controls.values().filter_map(Content::words));
                }
                !goes
            });
        });
        taken
    }

    fn controls(self, form: &str) -> Option<BTreeMap<String, Content>> {
        self.forms
            .with_untracked(|forms| Some(forms.get(form)?.controls.clone()))
    }

    /// What is typed into the form of this name is saved, or given up.
    pub fn forget(self, form: &str) {
        if self.remembers(form) {
            self.forms.update(|forms| drop(forms.remove(form)));
        }
    }
}

/// A form of which it is remembered what is typed and not saved. Copied freely; made once a form.
#[derive(Clone, Copy)]
pub struct Remembered {
    unsaved: Unsaved,
    name: StoredValue<String>,
    of: Option<ParticipantId>,
    /// The form in the page.
    pub form: NodeRef<html::Form>,
}

impl Remembered {
    /// Types again what was typed into the form of this name, once it is there and filled. `of` is the participant that it is of, if it is.
    pub fn start(name: String, of: Option<ParticipantId>, is_filled: impl Fn() -> bool + 'static) -> Self {
        let remembered = Self {
            unsaved: Unsaved::of_page(),
            name: StoredValue::new(name),
            of,
            form: NodeRef::new(),
        };
        let Self {
            unsaved, name, form, ..
        } = remembered;
        Effect::new(move || {
            if let Some(form) = form.get().filter(|_| is_filled()) {
                // Once what fills it is seen.
                request_animation_frame(move || {
                    let _gone = name.try_with_value(|name| unsaved.put_back(name, &form));
                });
            }
        });
        remembered
    }

    /// Keeps what the control holds by now at which something happened. The form may be gone: a control that is taken out of the page may
    /// say so as a change.
    pub fn hear(self, event: &web_sys::Event) {
        let _gone = self
            .name
            .try_with_value(|name| self.unsaved.hear(name, self.of, event));
    }

    /// Whether something is typed and not saved.
    pub fn is_unsaved(self) -> bool {
        self.name
            .with_value(|name| self.unsaved.forms.with(|forms| forms.contains_key(name)))
    }

    /// Over what that was typed, as JSON.
    pub fn base(self) -> Option<String> {
        self.name.with_value(|name| self.unsaved.base(name))
    }

    /// Keeps over what it is typed, as JSON, if anything is.
    pub fn stand_on(self, base: String) {
        self.name.with_value(|name| self.unsaved.stand_on(name, base));
    }

    /// What is typed by now, which is about to be sent.
    pub fn sent(self) -> Sent {
        let (unsaved, name) = (self.unsaved, self.name.get_value());
        Sent {
            unsaved,
            controls: unsaved.controls(&name),
            name,
        }
    }

    /// It is saved, or given up. The form may be gone by then: whoever saved it looks at another page.
    pub fn forget(self) -> impl Fn() + Clone + 'static {
        let (unsaved, name) = (self.unsaved, self.name.get_value());
        move || unsaved.forget(&name)
    }
}

/// What was typed into a form when it was sent.
pub struct Sent {
    unsaved: Unsaved,
    name: String,
    controls: Option<BTreeMap<String, Content>>,
}

impl Sent {
    /// It is saved, and the form is gone: what was typed into it since stays, over what stands there now, as JSON.
    pub fn is_saved(&self, base: String) {
        if self.unsaved.controls(&self.name) == self.controls {
            self.unsaved.forget(&self.name);
        } else {
            self.unsaved.stand_on(&self.name, base);
        }
    }
}

/// How a control is found, and what is in it. A file cannot be put back, and what has neither id nor name is no field.
fn content_of(control: &Element) -> Option<(String, Content)> {
    let attribute = |name: &str| control.get_attribute(name).filter(|value| !value.is_empty());
    // Text fields and choices are read in the same way as a field of one line.
    let field: &HtmlInputElement = control.unchecked_ref();
    let place = || {
        ["id", "data-testid"]
            .into_iter()
            .find_map(|name| Some(format!("[{name}=\"{}\"]", attribute(name)?)))
    };
    match attribute("type").as_deref() {
        Some("file") => None,
        Some("radio") => {
            let place = format!(
                "[name=\"{}\"][value=\"{}\"]",
                attribute("name")?,
                attribute("value")?
            );
            field.checked().then_some((place, Content::Ticked(true)))
        }
        Some("checkbox") => Some((place()?, Content::Ticked(field.checked()))),
        _ if control.tag_name().eq_ignore_ascii_case("select") => {
            Some((place()?, Content::Chosen(field.value())))
        }
        _ => Some((place()?, Content::Text(field.value()))),
    }
}

/// Writes into a control, as if somebody typed it.
fn write(control: &Element, content: &Content) {
    let field: &HtmlInputElement = control.unchecked_ref();
    match content {
        Content::Text(text) | Content::Chosen(text) => field.set_value(text),
        Content::Ticked(is_ticked) => field.set_checked(*is_ticked),
    }
    for name in ["input", "change"] {
        let bubbling = web_sys::EventInit::new();
        bubbling.set_bubbles(true);
        let _dispatched = web_sys::Event::new_with_event_init_dict(name, &bubbling)
            .and_then(|event| control.dispatch_event(&event));
    }
}
