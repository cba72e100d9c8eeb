//! A file on its way in: chosen, looked at by the server as often as something is said of it, and written once it is confirmed.

use std::collections::HashMap;
use std::sync::Arc;

use borsklokka_shared::limits::SPREADSHEET_BYTES_MAX;
use borsklokka_shared::roster::{At, Counts, Mapping, Preview, RowSeen, RowState, Written};
use js_sys::{Array, encode_uri_component};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, File};

use super::choice;
use crate::organiser::office::Office;
use crate::request::{self, Trouble};
use crate::texts::organiser::{Import as Words, import_words};

/// The server's code for a plan that the board has left behind.
const MOVED_ON: &str = "roster_changed";
/// The server's code for a file that must wait.
const BUSY: &str = "readers_busy";
/// Bytes of a mebibyte.
const MEGABYTE: usize = 1 << 20;
/// Largest file, in megabytes.
pub const MEGABYTES_MAX: usize = SPREADSHEET_BYTES_MAX / MEGABYTE;

/// What is read: the bytes as they were when it was chosen, whatever a spreadsheet program does with the file meanwhile.
#[derive(Clone)]
struct Source {
    name: String,
    bytes: Blob,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The server looks at the file.
    Reading,
    /// It writes what it said.
    Writing,
}

/// A preview, with the way to each of its rows.
pub struct Seen {
    /// What the server said.
    pub preview: Preview,
    places: HashMap<At, usize>,
}

impl Seen {
    /// Of what the server said.
    pub fn of(preview: Preview) -> Self {
        let places = preview.rows.iter().enumerate();
        Self {
            places: places.map(|(place, row)| (row.at(), place)).collect(),
            preview,
        }
    }

    /// A row.
    pub fn row(&self, at: At) -> Option<&RowSeen> {
        self.preview.rows.get(*self.places.get(&at)?)
    }

    /// Whether somebody said that a row is of one who is registered.
    pub fn is_said_same(&self, at: At) -> bool {
        let mut said = self.preview.mapping.same_as.iter();
        said.any(|same| (same.sheet, same.row) == (at.sheet, at.row))
    }

    /// Whether a row waits for a decision, or waited for one: these stand first, and stay there.
    pub fn is_asked(&self, row: &RowSeen) -> bool {
        matches!(row.state, RowState::Problem | RowState::LeftOut)
            || !row.doubles.is_empty()
            || self.is_said_same(row.at())
    }

    /// How many rows would be written.
    pub fn taken(&self) -> usize {
        self.preview.states.new + self.preview.states.changed
    }
}

/// The file that is taken in on this page. Copied freely; made once, by [`Intake::start`].
#[derive(Clone, Copy)]
pub struct Intake {
    office: Office,
    /// Its words: an answer that comes later finds no context.
    t: &'static Words,
    source: RwSignal<Option<Source>, LocalStorage>,
    /// What was said of it; none while nothing was.
    mapping: RwSignal<Option<Mapping>>,
    seen: RwSignal<Option<Arc<Seen>>>,
    work: RwSignal<Option<Work>>,
    said: RwSignal<Option<String>>,
    /// Whether the same file may be read another time.
    may_again: RwSignal<bool>,
    written: RwSignal<Option<Counts>>,
    /// What stops the request that is under way.
    under_way: StoredValue<Option<AbortController>, LocalStorage>,
}

impl Intake {
    /// Nothing is chosen yet.
    pub fn start() -> Self {
        let intake = Self {
            office: Office::of_page(),
            t: import_words(),
            source: RwSignal::new_local(None),
            mapping: RwSignal::new(None),
            seen: RwSignal::new(None),
            work: RwSignal::new(None),
            said: RwSignal::new(None),
            may_again: RwSignal::new(false),
            written: RwSignal::new(None),
            under_way: StoredValue::new_local(None),
        };
        // Whoever leaves the page waits for nothing any more.
        on_cleanup(move || intake.hang_up());
        provide_context(intake);
        intake
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What the server said of the file, once it has.
    pub fn seen(self) -> Signal<Option<Arc<Seen>>> {
        self.seen.into()
    }

    /// What is waited for.
    pub fn work(self) -> Signal<Option<Work>> {
        self.work.into()
    }

    /// Whether the server writes just now: then nothing more is said of the file.
    pub fn is_writing(self) -> bool {
        self.work.get_untracked() == Some(Work::Writing)
    }

    /// What went wrong, or what should be known, in words.
    pub fn said(self) -> Signal<Option<String>> {
        self.said.into()
    }

    /// What was written, once it is.
    pub fn written(self) -> Signal<Option<Counts>> {
        self.written.into()
    }

    /// What the file is called; empty before one is chosen.
    pub fn name(self) -> String {
        self.source.with(|source| {
            source
                .as_ref()
                .map(|source| source.name.clone())
                .unwrap_or_default()
        })
    }

    /// Whether the same file may be read another time: nobody answered, or nobody waited. What is no list stays none.
    pub fn may_again(self) -> bool {
        self.may_again.get()
    }

    /// Begins anew.
    pub fn clear(self) {
        self.hang_up();
        self.source.set(None);
        self.mapping.set(None);
        self.seen.set(None);
        self.work.set(None);
        self.said.set(None);
        self.may_again.set(false);
        self.written.set(None);
    }

    /// Takes a file, and lets the server look at it.
    pub fn choose(self, file: File) {
        self.clear();
        // What is too large is not sent: a server that stops listening in the middle cannot say why.
        if file.size() > SPREADSHEET_BYTES_MAX as f64 {
            self.said.set(Some(self.t.too_large(MEGABYTES_MAX)));
            return;
        }
        self.work.set(Some(Work::Reading));
        spawn_local(async move {
            let bytes = JsFuture::from(file.array_buffer()).await;
            let bytes = bytes.and_then(|bytes| Blob::new_with_buffer_source_sequence(&Array::of1(&bytes)));
            self.take(file.name(), bytes);
        });
    }

    /// Takes what was pasted.
    pub fn paste(self, text: &str) {
        self.clear();
        let bytes = Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text)));
        self.take(self.t.pasted.to_owned(), bytes);
    }

    fn take(self, name: String, bytes: Result<Blob, JsValue>) {
        match bytes {
            Ok(bytes) => {
                // The page may be gone by now, and then nobody needs it.
                if self.source.try_set(Some(Source { name, bytes })).is_none() {
                    self.look();
                }
            }
            Err(_) => {
                let _gone = self.work.try_set(None);
                let _gone = self.said.try_set(Some(self.t.unreadable.to_owned()));
            }
        }
    }

    /// Says something of the file, and lets the server look at it again.
    pub fn say(self, change: impl FnOnce(&mut Mapping, &Preview)) {
        if self.is_writing() {
            return;
        }
        let Some(seen) = self.seen.get_untracked() else {
            return;
        };
        let mut mapping = self
            .mapping
            .get_untracked()
            .unwrap_or_else(|| choice::said_so_far(&seen.preview));
        change(&mut mapping, &seen.preview);
        self.mapping.set(Some(mapping));
        self.said.set(None);
        self.look();
    }

    /// Lets the server look at the file. What was asked before is not waited for any more.
    pub fn look(self) {
        self.may_again.set(false);
        self.send(
            "roster/preview",
            &[],
            Work::Reading,
            move |answer, was_stopped| {
                let trouble = match answer {
                    Ok(preview) => return self.seen.set(Some(Arc::new(Seen::of(preview)))),
                    Err(trouble) => trouble,
                };
                let is_busy = matches!(&trouble, Trouble::Refused { code, .. } if code == BUSY);
                self.may_again.set(is_busy || trouble == Trouble::Unreachable);
                self.said.set(Some(if was_stopped {
                    self.t.stopped.to_owned()
                } else {
                    self.office.desk.words_of(trouble)
                }));
            },
        );
    }

    /// Writes what the server said, all of it or nothing.
    pub fn write(self) {
        let Some(seen) = self.seen.get_untracked() else {
            return;
        };
        self.said.set(None);
        let plan = ("plan", seen.preview.plan.clone());
        self.send(
            "roster",
            &[plan],
            Work::Writing,
            move |answer, was_stopped| match answer {
                Ok(Written { counts }) => {
                    self.written.set(Some(counts));
                    self.office.read_people();
                }
                Err(Trouble::Refused { code, message }) if code == MOVED_ON => {
                    self.said.set(Some(message));
                    self.look();
                }
                Err(_) if was_stopped => {
                    self.said.set(Some(self.t.stopped_writing.to_owned()));
                    self.look();
                }
                Err(Trouble::Unreachable) => self.said.set(Some(self.t.no_answer.to_owned())),
                Err(trouble) => self.said.set(Some(self.office.desk.words_of(trouble))),
            },
        );
    }

    /// Stops what is under way.
    pub fn stop(self) {
        self.under_way.with_value(|controller| {
            if let Some(controller) = controller {
                controller.abort();
            }
        });
    }

    /// Stops what is under way, and listens to no answer of it.
    fn hang_up(self) {
        if let Some(controller) = self.under_way.try_update_value(Option::take).flatten() {
            controller.abort();
        }
    }

    fn send<T: DeserializeOwned + 'static>(
        self,
        path: &str,
        more: &[(&str, String)],
        work: Work,
        answered: impl FnOnce(Result<T, Trouble>, bool) + 'static,
    ) {
        let Some(source) = self.source.get_untracked() else {
            return;
        };
        let Ok(controller) = AbortController::new() else {
            return;
        };
        self.hang_up();
        self.under_way.set_value(Some(controller.clone()));
        self.work.set(Some(work));
        let url = self.office.url(&format!("{path}{}", self.query(more)));
        spawn_local(async move {
            let signal = controller.signal();
            let answer = request::hand_in(&url, &source.bytes, &signal).await;
            // Something else was asked meanwhile, or the page is gone.
            let is_awaited = self
                .under_way
                .try_with_value(|under_way| under_way.as_ref() == Some(&controller));
            if is_awaited != Some(true) {
                return;
            }
            self.under_way.set_value(None);
            self.work.set(None);
            answered(answer, signal.aborted());
        });
    }

    /// The mapping and the rest, as an address has it.
    fn query(self, more: &[(&str, String)]) -> String {
        let mapping = self.mapping.with_untracked(|mapping| {
            let mapping = mapping.as_ref()?;
            Some(serde_json::to_string(mapping).expect("a mapping has string keys only"))
        });
        let mapping = mapping.map(|mapping| ("mapping", mapping));
        let all = mapping.iter().chain(more);
        let parts: Vec<String> = all
            .map(|(name, value)| format!("{name}={}", encode_uri_component(value)))
            .collect();
        format!("?{}", parts.join("&"))
    }
}

/// What a part of the page reads of the preview, as one value that changes only if it does.
pub fn of_seen<T: Clone + PartialEq + Send + Sync + 'static>(
    read: impl Fn(&Seen) -> Option<T> + Send + Sync + 'static,
) -> Memo<Option<T>> {
    let seen = Intake::of_page().seen();
    Memo::new(move |_| seen.with(|seen| seen.as_deref().and_then(&read)))
}
