//! What an exchange keeps on this device: an IndexedDB database for each, with a drawer for each kind of thing. Only the
//! desks use it: a wall and a phone keep nothing.
//!
//! A page has one connection, which is made anew whenever the browser has closed it: storage is cleared, evicted or upgraded
//! under a page that is open. Who keeps something hears of that by [`Disk::on_lost`] and puts it there again. Nothing waits for
//! a disk that does not answer.

mod fault;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::leptos_dom::helpers::set_timeout_with_handle;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbKeyRange, IdbRequest, IdbTransaction, IdbTransactionMode};

pub use self::fault::Fault;

/// Grows when a drawer is added.
const VERSION: u32 = 2;
/// How long the browser may take to open its disk, or to carry out one thing on it.
const ANSWER_MAX: Duration = Duration::from_secs(4);
/// Before the id of what has left the outbox, in the drawer of drafts: so another tab, and one that slept, know it.
const GONE: &str = "gone/";
/// Behind all of those.
const GONE_END: &str = "gone0";
/// What the names of drafts begin with.
pub const DEAL: &str = "deal";
/// Behind all of those.
const DEAL_END: &str = "deal0";
/// What a promise says that took too long.
const SILENT: &str = "silent";

/// A part of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// What waits to be sent.
    Outbox,
    /// The board as it was last seen.
    Board,
    /// The deals that are being written, of each tab its own, and the ids of what has left the outbox.
    Draft,
}

impl Drawer {
    const ALL: [Self; 3] = [Drawer::Outbox, Drawer::Board, Drawer::Draft];

    const fn name(self) -> &'static str {
        match self {
            Drawer::Outbox => "outbox",
            Drawer::Board => "board",
            Drawer::Draft => "draft",
        }
    }
}

/// When a change is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// When the disk has it: it outlives an empty battery.
    Strict,
    /// When the operating system has it: it outlives the browser.
    Relaxed,
}

impl Durability {
    const fn name(self) -> &'static str {
        match self {
            Durability::Strict => "strict",
            Durability::Relaxed => "relaxed",
        }
    }
}

/// What lies in the outbox's drawer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// Keys and texts. What is no text is told as JSON.
    pub records: Vec<(String, String)>,
    /// The keys of what has left it, and when that was, in milliseconds since 1970.
    pub gone: Vec<(String, f64)>,
}

/// What became of a record that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The disk has it.
    Stored,
    /// It has left the outbox, by another tab: nothing was stored.
    Gone,
}

type OnLost = Rc<dyn Fn(Fault)>;

/// An exchange's database. Copies share one connection.
#[derive(Clone)]
pub struct Disk(Rc<Inner>);

struct Inner {
    slug: String,
    connection: RefCell<Option<IdbDatabase>>,
    connections_ever: Cell<u32>,
    /// A newer version of the app has the database: this one keeps out.
    yielded: Cell<bool>,
    /// The device is nobody's of the staff: of the board and of drafts nothing is kept until it is again.
    emptied: Cell<bool>,
    on_lost: RefCell<Vec<OnLost>>,
}

thread_local! {
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
}

impl Disk {
    /// The disk of this page's exchange. Nothing is opened before it is needed.
    pub fn of(slug: &str) -> Self {
        DISK.with_borrow_mut(|disk| {
            let known = disk.as_ref().filter(|disk| disk.0.slug == slug).cloned();
            known.unwrap_or_else(|| {
                let made = Self(Rc::new(Inner {
                    slug: slug.to_owned(),
                    connection: RefCell::new(None),
                    connections_ever: Cell::new(0),
                    yielded: Cell::new(false),
                    emptied: Cell::new(false),
                    on_lost: RefCell::new(Vec::new()),
                }));
                *disk = Some(made.clone());
                made
            })
        })
    }

    /// Calls `hear` whenever the browser has taken the disk away: what lay on it may be gone.
    pub fn on_lost(&self, hear: impl Fn(Fault) + 'static) {
        self.0.on_lost.borrow_mut().push(Rc::new(hear));
    }

    /// How many connections there have been: what was kept over an earlier one may be gone.
    pub fn connections_ever(&self) -> u32 {
        self.0.connections_ever.get()
    }

    /// Everything that concerns the outbox, as it was at one moment.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn outbox(&self) -> Result<Kept, Fault> {
        self.attempt(async |database: IdbDatabase| {
            let drawers = Array::of2(&Drawer::Outbox.name().into(), &Drawer::Draft.name().into());
            let reading = database.transaction_with_str_sequence(&drawers)?;
            let records = reading.object_store(Drawer::Outbox.name())?;
            let (keys, texts) = (records.get_all_keys()?, records.get_all()?);
            let small = reading.object_store(Drawer::Draft.name())?;
            let gone = IdbKeyRange::bound(&GONE.into(), &GONE_END.into())?;
            let (gone_keys, gone_times) = (
                small.get_all_keys_with_key(&gone)?,
                small.get_all_with_key(&gone)?,
            );
            done(&reading).await?;
            let (keys, texts) = (list(&keys)?, list(&texts)?);
            let keys = keys.iter().map(|key| key.as_string().unwrap_or_default());
            let gone_keys = list(&gone_keys)?;
            let gone_times = list(&gone_times)?;
            Ok(Kept {
                records: keys.zip(texts.iter().map(|text| text_of(&text))).collect(),
                gone: gone_keys
                    .iter()
                    .zip(gone_times.iter())
                    .filter_map(|(key, time)| {
                        let id = key.as_string()?.strip_prefix(GONE)?.to_owned();
                        Some((id, time.as_f64().unwrap_or_default()))
                    })
                    .collect(),
            })
        })
        .await
    }

    /// Puts a record in the outbox, in the place of an earlier one under its key, unless it has left the outbox meanwhile. It
    /// is on the disk when this returns.
    ///
    /// # Errors
    /// If it cannot be kept.
    pub async fn keep_record(&self, key: &str, text: &str) -> Result<Standing, Fault> {
        self.attempt(async |database: IdbDatabase| {
            let writing = begin(&database, &[Drawer::Outbox, Drawer::Draft], Durability::Strict)?;
            let records = writing.object_store(Drawer::Outbox.name())?;
            let asked = writing
                .object_store(Drawer::Draft.name())?
                .count_with_key(&format!("{GONE}{key}").into())?;
            let (is_gone, refusal) = (Rc::new(Cell::new(false)), Rc::new(RefCell::new(None)));
            let (seen, why) = (Rc::clone(&is_gone), Rc::clone(&refusal));
            let (answered, key, text) = (asked.clone(), JsValue::from_str(key), JsValue::from_str(text));
            let put = Closure::once_into_js(move || {
                let count = answered.result().ok().and_then(|count| count.as_f64());
                if count != Some(0.0) {
                    seen.set(true);
                } else if let Err(error) = records.put_with_key(&text, &key) {
                    // An aborted transaction does not say why.
                    *why.borrow_mut() = Some(error);
                    let _aborted = records.transaction().abort();
                }
            });
            asked.set_onsuccess(Some(put.unchecked_ref()));
            match done(&writing).await {
                Ok(()) if is_gone.get() => Ok(Standing::Gone),
                Ok(()) => Ok(Standing::Stored),
                Err(error) => Err(refusal.take().unwrap_or(error)),
            }
        })
        .await
    }

    /// Takes a record out of the outbox and notes that it has left it, at once.
    ///
    /// # Errors
    /// If it cannot be taken away.
    pub async fn bury_record(&self, key: &str, now_ms: f64) -> Result<(), Fault> {
        let bury = async |notes: bool| {
            self.attempt(async |database: IdbDatabase| {
                let writing = begin(&database, &[Drawer::Outbox, Drawer::Draft], Durability::Strict)?;
                writing.object_store(Drawer::Outbox.name())?.delete(&key.into())?;
                if notes {
                    writing
                        .object_store(Drawer::Draft.name())?
                        .put_with_key(&now_ms.into(), &format!("{GONE}{key}").into())?;
                }
                done(&writing).await
            })
            .await
        };
        match bury(true).await {
            // There is no room for the note. What is deleted must not come back all the same.
            Err(Fault::Full) => bury(false).await,
            buried => buried,
        }
    }

    /// Forgets that these have left the outbox: no tab can have them any more.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn forget_gone(&self, keys: &[String]) -> Result<(), Fault> {
        self.attempt(async |database: IdbDatabase| {
            let writing = begin(&database, &[Drawer::Draft], Durability::Relaxed)?;
            let small = writing.object_store(Drawer::Draft.name())?;
            for key in keys {
                small.delete(&format!("{GONE}{key}").into())?;
            }
            done(&writing).await
        })
        .await
    }

    /// The deals that are being written, and under which names.
    ///
    /// # Errors
    /// If they cannot be read.
    pub async fn drafts(&self) -> Result<Vec<(String, String)>, Fault> {
        self.attempt(async |database: IdbDatabase| {
            let reading = database.transaction_with_str(Drawer::Draft.name())?;
            let small = reading.object_store(Drawer::Draft.name())?;
            let all = IdbKeyRange::bound(&DEAL.into(), &DEAL_END.into())?;
            let (keys, texts) = (small.get_all_keys_with_key(&all)?, small.get_all_with_key(&all)?);
            done(&reading).await?;
            let (keys, texts) = (list(&keys)?, list(&texts)?);
            let drafts = keys.iter().zip(texts.iter());
            Ok(drafts
                .filter_map(|(key, text)| Some((key.as_string()?, text.as_string()?)))
                .collect())
        })
        .await
    }

    /// What lies in a drawer under a key.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn get(&self, drawer: Drawer, key: &str) -> Result<Option<String>, Fault> {
        self.attempt(async |database: IdbDatabase| {
            let reading = database.transaction_with_str(drawer.name())?;
            let request = reading.object_store(drawer.name())?.get(&key.into())?;
            done(&reading).await?;
            Ok(request.result()?.as_string())
        })
        .await
    }

    /// Empties the board's drawer and that of drafts, and keeps nothing there from now on: the device is nobody's of the staff any
    /// more. What waits to be sent stays, and so do the ids of what has left the outbox.
    ///
    /// # Errors
    /// If they cannot be emptied.
    pub async fn empty(&self) -> Result<(), Fault> {
        self.0.emptied.set(true);
        self.attempt(async |database: IdbDatabase| {
            let writing = begin(&database, &[Drawer::Board, Drawer::Draft], Durability::Strict)?;
            writing.object_store(Drawer::Board.name())?.clear()?;
            let small = writing.object_store(Drawer::Draft.name())?;
            let before = IdbKeyRange::upper_bound_with_open(&GONE.into(), true)?;
            let behind = IdbKeyRange::lower_bound(&GONE_END.into())?;
            small.delete(&before)?;
            small.delete(&behind)?;
            done(&writing).await
        })
        .await
    }

    /// Keeps everything again: the device is one of the staff's.
    pub fn fill(&self) {
        self.0.emptied.set(false);
    }

    /// Puts a text in the place of an earlier one under its key. It is kept when this returns, unless the drawer was
    /// [emptied](Self::empty).
    ///
    /// # Errors
    /// If it cannot be kept.
    pub async fn put(
        &self,
        drawer: Drawer,
        key: &str,
        text: &str,
        durability: Durability,
    ) -> Result<(), Fault> {
        if self.0.emptied.get() {
            return Ok(());
        }
        self.attempt(async |database: IdbDatabase| {
            let writing = begin(&database, &[drawer], durability)?;
            writing
                .object_store(drawer.name())?
                .put_with_key(&text.into(), &key.into())?;
            done(&writing).await
        })
        .await
    }

    /// Does something over the connection, and over another one if the browser has closed that.
    async fn attempt<T>(&self, act: impl AsyncFn(IdbDatabase) -> Result<T, JsValue>) -> Result<T, Fault> {
        let mut fault = Fault::Lost;
        for _ in 0..2 {
            let database = self.connection().await?;
            match act(database.clone()).await {
                Ok(value) => return Ok(value),
                Err(error) => {
                    fault = match error.as_string().as_deref() {
                        Some(SILENT) => Fault::Silent,
                        _ => Fault::of_open(&name_of(&error)),
                    };
                    web_sys::console::warn_2(&"the disk:".into(), &error);
                    if fault.asks_for_another_connection() {
                        self.drop_connection(&database, fault);
                    }
                    if fault != Fault::Lost {
                        break;
                    }
                }
            }
        }
        Err(fault)
    }

    async fn connection(&self) -> Result<IdbDatabase, Fault> {
        if self.0.yielded.get() {
            return Err(Fault::Newer);
        }
        if let Some(database) = self.0.connection.borrow().clone() {
            return Ok(database);
        }
        let database = open(&self.0.slug).await.map_err(|error| {
            web_sys::console::warn_2(&"the disk does not open:".into(), &error);
            match error.as_string().as_deref() {
                Some(SILENT) => Fault::Silent,
                _ => Fault::of_opening(&name_of(&error)),
            }
        });
        let database = match database {
            Ok(database) => database,
            Err(fault) => {
                if fault == Fault::Newer {
                    self.0.yielded.set(true);
                }
                return Err(fault);
            }
        };
        // Two that asked at once share the first.
        if let Some(other) = self.0.connection.borrow().clone() {
            database.close();
            return Ok(other);
        }
        self.watch(&database);
        self.0.connections_ever.set(self.0.connections_ever.get() + 1);
        *self.0.connection.borrow_mut() = Some(database.clone());
        Ok(database)
    }

    /// Hears when the browser, or a newer version in another tab, wants the database back.
    fn watch(&self, database: &IdbDatabase) {
        let (disk, closed) = (self.clone(), database.clone());
        let on_close = Closure::<dyn FnMut()>::new(move || disk.drop_connection(&closed, Fault::Lost));
        database.set_onclose(Some(on_close.into_js_value().unchecked_ref()));
        let (disk, old) = (self.clone(), database.clone());
        // A newer version of the app in another tab must not wait for this one; nor somebody who clears the browser's data.
        let on_change = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let newer = Reflect::get(&event, &"newVersion".into())
                .ok()
                .and_then(|version| version.as_f64())
                .is_some_and(|version| version > f64::from(VERSION));
            if newer {
                disk.0.yielded.set(true);
            }
            disk.drop_connection(&old, if newer { Fault::Newer } else { Fault::Lost });
        });
        database.set_onversionchange(Some(on_change.into_js_value().unchecked_ref()));
    }

    fn drop_connection(&self, database: &IdbDatabase, fault: Fault) {
        database.close();
        let is_current = self.0.connection.borrow().as_ref() == Some(database);
        if !is_current {
            return;
        }
        *self.0.connection.borrow_mut() = None;
        // What a disk holds that is only slow is still there.
        if fault == Fault::Silent {
            return;
        }
        let listeners = self.0.on_lost.borrow().clone();
        for hear in listeners {
            hear(fault);
        }
    }
}

/// Those of `gone` that no tab can have any more.
pub fn outdated(gone: &[(String, f64)], now_ms: f64, kept_ms: f64) -> BTreeSet<String> {
    gone.iter()
        .filter(|(_, time)| now_ms - time > kept_ms)
        .map(|(key, _)| key.clone())
        .collect()
}

async fn open(slug: &str) -> Result<IdbDatabase, JsValue> {
    let factory = web_sys::window()
        .ok_or(JsValue::NULL)?
        .indexed_db()?
        .ok_or("this browser has no IndexedDB")?;
    let request = factory.open_with_u32(&format!("borsklokka/{slug}"), VERSION)?;
    let made = request.clone();
    let make = Closure::once_into_js(move || {
        let database = made
            .result()
            .ok()
            .and_then(|database| database.dyn_into::<IdbDatabase>().ok());
        if let Some(database) = database {
            add_drawers(&database);
        }
    });
    request.set_onupgradeneeded(Some(make.unchecked_ref()));
    let opened = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        let asked = request.clone();
        let refuse = Closure::once_into_js(move || {
            let error = asked.error().ok().flatten().map_or(JsValue::NULL, Into::into);
            let _told = reject.call1(&JsValue::NULL, &error);
        });
        request.set_onerror(Some(refuse.unchecked_ref()));
    });
    match in_time(opened).await {
        Ok(_) => request.result()?.dyn_into(),
        Err(error) => {
            // One that opens after all keeps nobody waiting.
            let late = request.clone();
            let close = Closure::once_into_js(move || {
                if let Some(database) = late
                    .result()
                    .ok()
                    .and_then(|it| it.dyn_into::<IdbDatabase>().ok())
                {
                    database.close();
                }
            });
            request.set_onsuccess(Some(close.unchecked_ref()));
            Err(error)
        }
    }
}

fn add_drawers(database: &IdbDatabase) {
    for drawer in Drawer::ALL {
        let name = drawer.name();
        if !database.object_store_names().contains(name)
            && let Err(error) = database.create_object_store(name)
        {
            web_sys::console::warn_1(&error);
        }
    }
}

/// Begins to write. Without the option, browsers call a transaction complete when the operating system has it, and a tablet
/// whose battery dies then loses the deal.
fn begin(
    database: &IdbDatabase,
    drawers: &[Drawer],
    durability: Durability,
) -> Result<IdbTransaction, JsValue> {
    let names: Array = drawers
        .iter()
        .map(|drawer| JsValue::from_str(drawer.name()))
        .collect();
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &durability.name().into())?;
    let begin: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
    begin
        .call3(database, &names, &IdbTransactionMode::Readwrite.into(), &options)?
        .dyn_into()
}

/// Waits until a transaction is complete; not for ever.
async fn done(transaction: &IdbTransaction) -> Result<(), JsValue> {
    let complete = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        let failed = transaction.clone();
        // The event says nothing; the transaction does. One that the browser aborted has no error of its own.
        let refuse = Closure::once_into_js(move || {
            let error = failed
                .error()
                .map_or_else(|| JsValue::from_str("AbortError"), Into::into);
            let _told = reject.call1(&JsValue::NULL, &error);
        });
        transaction.set_onabort(Some(refuse.unchecked_ref()));
    });
    in_time(complete).await.map(drop)
}

/// What a promise gives, or [`SILENT`] after [`ANSWER_MAX`].
async fn in_time(promise: Promise) -> Result<JsValue, JsValue> {
    let timer = Cell::new(None);
    let late = Promise::new(&mut |_, reject| {
        let give_up = move || {
            let _told = reject.call1(&JsValue::NULL, &SILENT.into());
        };
        timer.set(set_timeout_with_handle(give_up, ANSWER_MAX).ok());
    });
    let answer = JsFuture::from(Promise::race(&Array::of2(&promise, &late))).await;
    if let Some(timer) = timer.get() {
        timer.clear();
    }
    answer
}

fn list(request: &IdbRequest) -> Result<Array, JsValue> {
    request.result()?.dyn_into()
}

/// A record's text. What another version kept in another form is told as JSON, so that it can be saved.
fn text_of(value: &JsValue) -> String {
    value.as_string().unwrap_or_else(|| {
        let text = js_sys::JSON::stringify(value)
            .ok()
            .and_then(|text| text.as_string());
        text.unwrap_or_default()
    })
}

fn name_of(error: &JsValue) -> String {
    let name = Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string());
    name.unwrap_or_else(|| error.as_string().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_left_the_outbox_is_remembered_for_a_while() {
        let gone = [("old".to_owned(), 1_000.0), ("new".to_owned(), 5_000.0)];
        let outdated = outdated(&gone, 6_000.0, 2_000.0);
        assert_eq!(outdated, BTreeSet::from(["old".to_owned()]));
    }
}
