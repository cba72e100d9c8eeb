//! The outbox: deals, walk-ins and amendments are on this device's disk before they are sent, and stay there until the
//! server has accepted them or their broker deletes them.
//!
//! [`queue`] decides what is stored, sent and forgotten, and when; this file carries out. What is personal goes with the
//! deals, see [`personal`].

pub mod file;
pub mod personal;
pub mod queue;

use std::time::Duration;

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::{CommandId, Seq};
use borsklokka_shared::role::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;

use wasm_bindgen::JsValue;

use self::personal::{Matter, Personal};
use self::queue::{Errand, Input, Item, Moment, Output, Queue, Record};
use super::Live;
use crate::disk::{Disk, Drawer, Durability};
use crate::{browser, http};

/// How often the queue looks at the clock, in milliseconds.
const TICK_MS: u64 = 500;
/// How long the browser may take to open its disk, in milliseconds.
const OPEN_MS_MAX: f64 = 5_000.0;

/// The outbox of this page. Copied freely; made once a page, by [`Outbox::start`].
#[derive(Clone, Copy)]
pub struct Outbox {
    live: Live,
    queue: RwSignal<Queue>,
    /// Whether the browser keeps nothing on its disk.
    memory_only: RwSignal<bool>,
    disk: StoredValue<Option<Disk>, LocalStorage>,
}

impl Outbox {
    /// Opens an exchange's outbox and sends what waits in it, for as long as the page lives.
    pub fn start(live: Live) -> Self {
        let outbox = Self {
            live,
            queue: RwSignal::new(Queue::default()),
            memory_only: RwSignal::new(false),
            disk: StoredValue::new_local(None),
        };
        let started_ms = browser::monotonic_ms();
        spawn_local(async move {
            match open(&live.slug()).await {
                Ok((disk, records)) => {
                    outbox.disk.set_value(Some(disk));
                    outbox.feed(Input::Loaded(records));
                }
                Err(error) => outbox.keep_in_memory(&error),
            }
        });
        set_interval(
            move || {
                let late = browser::monotonic_ms() - started_ms > OPEN_MS_MAX;
                if late && !outbox.queue.with_untracked(Queue::is_loaded) {
                    outbox.keep_in_memory(&"the browser's disk did not open in time".into());
                }
                outbox.feed(Input::Tick);
            },
            Duration::from_millis(TICK_MS),
        );
        let link = live.link();
        Effect::new(move || {
            link.track();
            outbox.feed(Input::Tick);
        });
        outbox
    }

    fn keep_in_memory(self, error: &JsValue) {
        web_sys::console::warn_1(error);
        self.memory_only.set(true);
        self.feed(Input::Loaded(Vec::new()));
    }

    /// The outbox of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Writes a command into the outbox. It is sent once it is on the disk, now or when the server can be reached.
    pub fn post(self, command: &Command) -> CommandId {
        let message = self.live.write(command);
        let id = message.id;
        self.feed(Input::Post(Errand::Command(message)));
        id
    }

    /// Writes something personal into the outbox, to be sent after what was written before it.
    pub fn post_personal(self, matter: Matter) {
        let id = CommandId(browser::fresh_uuid());
        self.feed(Input::Post(Errand::Personal(Personal { id, matter })));
    }

    /// The name and content of a file that holds all of it.
    pub fn to_file(self, slug: &str) -> (String, String) {
        self.peek(|items| file::write(slug, items))
    }

    /// Deletes what its broker no longer wants sent.
    pub fn delete(self, id: CommandId) {
        self.feed(Input::Delete(id));
    }

    /// Something that is read off everything in the outbox, in the order of writing.
    pub fn items<T>(self, read: impl Fn(&[Item]) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.queue.with(|queue| read(queue.items())))
    }

    /// Reads the outbox once, without following it.
    pub fn peek<T>(self, read: impl FnOnce(&[Item]) -> T) -> T {
        self.queue.with_untracked(|queue| read(queue.items()))
    }

    /// How many wait to be sent or answered.
    pub fn waiting(self) -> Memo<usize> {
        self.items(|items| items.iter().filter(|item| item.stage.waits()).count())
    }

    /// Whether the browser keeps nothing on its disk, so that what waits is lost if the page is closed.
    pub fn memory_only(self) -> Signal<bool> {
        let refused = self.items(|items| items.iter().any(Item::is_at_risk));
        Signal::derive(move || {
            let stored = refused.get();
            stored || self.memory_only.get()
        })
    }

    fn moment(self) -> Moment {
        let role = self
            .live
            .session
            .with_untracked(|session| session.as_ref().map(|session| session.role));
        Moment {
            local_ms: browser::monotonic_ms(),
            chance: browser::chance(),
            // To a viewer everything is refused: a device that was unpaired keeps what it has.
            open: self.live.is_live() && role.is_some_and(|role| Role::STAFF.contains(&role)),
            reached: self
                .live
                .follower
                .with_untracked(|follower| follower.as_ref().map_or(Seq(0), |follower| follower.seq)),
        }
    }

    /// Lets the queue take what happened and carries out what it wants.
    fn feed(self, input: Input) {
        let moment = self.moment();
        let outputs = self.queue.try_maybe_update(|queue| {
            let before = queue.changes();
            let outputs = queue.take(input, moment);
            (queue.changes() != before, outputs)
        });
        for output in outputs.unwrap_or_default() {
            match output {
                Output::Store(record) => self.store(record),
                Output::Forget(id) => self.forget(id),
                Output::Send(Errand::Command(message)) => {
                    let id = message.id;
                    self.live
                        .send(message, move |answer| self.feed(Input::Answered(id, answer)));
                }
                Output::Send(Errand::Personal(personal)) => self.send_personal(personal),
            }
        }
    }

    fn store(self, record: Record) {
        let disk = self.disk.get_value();
        spawn_local(async move {
            let id = record.id();
            let text = serde_json::to_string(&record).expect("a record has string keys");
            let stored = match disk {
                Some(disk) => {
                    disk.put(Drawer::Outbox, &id.to_string(), &text, Durability::Strict)
                        .await
                }
                None => Err("the browser keeps nothing".into()),
            };
            self.feed(match stored {
                Ok(()) => Input::Stored(id),
                Err(_) => Input::NotStored(id),
            });
        });
    }

    fn forget(self, id: CommandId) {
        if let Some(disk) = self.disk.get_value() {
            spawn_local(async move {
                // What stays on the disk is sent once more, with the same id, and accepted once more.
                if let Err(error) = disk.delete(Drawer::Outbox, &id.to_string()).await {
                    web_sys::console::warn_1(&error);
                }
            });
        }
    }

    fn send_personal(self, personal: Personal) {
        let slug = self.live.slug();
        spawn_local(async move {
            let Personal { id, matter } = personal;
            let reply = http::send("PUT", &matter.address(&slug), &matter.body()).await;
            self.feed(Input::Answered(id, personal::answer(reply)));
        });
    }
}

/// An exchange's disk, with what waits in its outbox.
async fn open(slug: &str) -> Result<(Disk, Vec<Record>), JsValue> {
    let disk = Disk::open(slug).await?;
    let records = disk.all(Drawer::Outbox).await?;
    let records = records
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect();
    Ok((disk, records))
}
