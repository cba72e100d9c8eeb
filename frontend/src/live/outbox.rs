//! The outbox: deals, walk-ins and amendments go to this device's disk at once, and stay there until the server has accepted them
//! or their broker deletes them. While the server listens they are sent in the same moment, and the disk writes meanwhile. What the
//! disk does not take goes out from memory, and says so.
//!
//! [`queue`] decides what is stored, sent and forgotten, and when; this file carries out. What is personal goes with the
//! deals, see [`personal`]. Of several tabs one sends, see [`lease`], and all show the same.

pub mod file;
pub mod lease;
pub mod personal;
pub mod queue;

use std::time::Duration;

use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::ids::{CommandId, DealId};
use borsklokka_shared::role::Role;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::BroadcastChannel;

use self::personal::{Matter, Personal};
use self::queue::{Claim, Errand, Input, Item, Moment, Output, Queue, Reading, Record, Unreadable};
use super::Live;
use crate::disk::{self, Disk, Fault, Standing};
use crate::{browser, http};

/// How often the queue looks at the clock, in milliseconds.
const TICK_MS: u64 = 500;
/// How soon a page that has just been opened knows whether it is the one that sends, in milliseconds.
const FIRST_TURN_MS: u64 = 150;
/// How soon after another tab's change the disk is read, in milliseconds: several come at once.
const REREAD_MS: u64 = 50;
/// How often a disk that could not be read is tried again, in milliseconds.
const READ_AGAIN_MS: f64 = 5_000.0;
/// For how long it is remembered what has left the outbox, in milliseconds: longer than any tab sleeps through an evening.
const GONE_KEPT_MS: f64 = 3.0 * 24.0 * 3_600_000.0;
/// What tabs say to each other when the disk has changed.
const CHANGED: &str = "changed";

/// The outbox of this page. Copied freely; made once a page, by [`Outbox::start`].
#[derive(Clone, Copy)]
pub struct Outbox {
    live: Live,
    queue: RwSignal<Queue>,
    /// Why the disk could not be read, or did not keep something, when it was last asked.
    trouble: RwSignal<Option<Fault>>,
    works: StoredValue<Works, LocalStorage>,
}

/// What no screen reads.
struct Works {
    disk: Disk,
    /// This tab's name among the others.
    tab: String,
    /// Whether it was this tab's turn to send when that was last looked at.
    leads: bool,
    others: Option<BroadcastChannel>,
    reading: Course,
    /// When a disk that cannot be read is tried again, on the device's monotonic clock.
    read_again_ms: f64,
    /// Whether the browser was asked to keep what lies here.
    asked_to_persist: bool,
}

/// Whether the disk is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Idle,
    Reading,
    /// And something changed meanwhile: it is read once more.
    ReadingAgain,
}

impl Outbox {
    /// Opens an exchange's outbox and sends what waits in it, for as long as the page lives.
    pub fn start(live: Live) -> Self {
        let slug = live.slug();
        let outbox = Self {
            live,
            queue: RwSignal::new(Queue::default()),
            trouble: RwSignal::new(None),
            works: StoredValue::new_local(Works {
                disk: Disk::of(&slug),
                tab: browser::fresh_uuid().to_string(),
                leads: false,
                others: BroadcastChannel::new(&channel(&slug)).ok(),
                reading: Course::Idle,
                read_again_ms: f64::INFINITY,
                asked_to_persist: false,
            }),
        };
        outbox.take_turn();
        outbox.listen();
        outbox.read();
        let look = move || {
            outbox.take_turn();
            outbox.feed(Input::Tick);
        };
        set_timeout(look, Duration::from_millis(FIRST_TURN_MS));
        set_interval(
            move || {
                look();
                let again_ms = outbox.works.with_value(|works| works.read_again_ms);
                if browser::monotonic_ms() >= again_ms {
                    outbox.read();
                }
            },
            Duration::from_millis(TICK_MS),
        );
        let link = live.link();
        Effect::new(move || {
            link.track();
            outbox.feed(Input::Tick);
        });
        outbox.warn_before_leaving();
        outbox
    }

    /// Hears of other tabs, and of a disk that was taken away.
    fn listen(self) {
        let disk = self.works.with_value(|works| works.disk.clone());
        disk.on_lost(move |fault| {
            self.feed(Input::DiskLost(fault));
            self.trouble.set(Some(fault));
            match fault {
                Fault::Lost => self.read(),
                // The newer version sends from now on.
                Fault::Newer => self.leave_turn(),
                Fault::Absent | Fault::Full | Fault::Silent => {}
            }
        });
        if let Some(others) = self.works.with_value(|works| works.others.clone()) {
            let hear = Closure::<dyn FnMut()>::new(move || {
                set_timeout(move || self.read(), Duration::from_millis(REREAD_MS));
            });
            others.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
        }
        window_event_listener_untyped("visibilitychange", move |_| {
            if !browser::is_hidden() {
                self.read();
            }
        });
        window_event_listener_untyped("pagehide", move |_| self.leave_turn());
    }

    /// A page that would take something with it that is nowhere else asks before it goes.
    fn warn_before_leaving(self) {
        let at_risk = self.at_risk();
        window_event_listener_untyped("beforeunload", move |event| {
            if at_risk.try_get_untracked().flatten().is_some() {
                event.prevent_default();
                // Browsers of before 2023 ask for this.
                let _set = js_sys::Reflect::set(&event, &"returnValue".into(), &"…".into());
            }
        });
    }

    /// Sees whether it is this tab that sends.
    fn take_turn(self) {
        if self.trouble.get_untracked() == Some(Fault::Newer) {
            return;
        }
        let name = lease_name(&self.live.slug());
        let kept = browser::kept(&name);
        let now_ms = browser::device_time().unix_ms;
        let took = self.works.try_update_value(|works| {
            let turn = lease::turn(kept.as_deref(), &works.tab, now_ms);
            if let Some(write) = &turn.write {
                browser::keep(&name, write);
            }
            // A browser that keeps nothing has no other tab that could be asked.
            let keeps = turn.write.is_none() || browser::kept(&name).is_some();
            let led = std::mem::replace(&mut works.leads, turn.leads || !keeps);
            works.leads && !led
        });
        if took == Some(true) && self.queue.with_untracked(Queue::is_loaded) {
            // What the other tab did last may not have been heard.
            self.read();
        }
    }

    fn leave_turn(self) {
        let name = lease_name(&self.live.slug());
        self.works.update_value(|works| {
            if lease::is_mine(browser::kept(&name).as_deref(), &works.tab) {
                browser::forget(&name);
            }
            works.leads = false;
        });
    }

    /// Whether it is this tab that sends what lies on the disk, at this moment.
    fn leads(self) -> bool {
        let name = lease_name(&self.live.slug());
        self.works.with_value(|works| {
            let kept = browser::kept(&name);
            works.leads && kept.is_none_or(|kept| lease::is_mine(Some(&kept), &works.tab))
        })
    }

    /// Reads the disk, now or once more if it is being read.
    fn read(self) {
        let before = self.works.try_update_value(|works| {
            let next = match works.reading {
                Course::Idle => Course::Reading,
                Course::Reading | Course::ReadingAgain => Course::ReadingAgain,
            };
            std::mem::replace(&mut works.reading, next)
        });
        if before != Some(Course::Idle) {
            return;
        }
        let disk = self.works.with_value(|works| works.disk.clone());
        spawn_local(async move {
            let read = disk.outbox().await;
            self.trouble.try_set(read.as_ref().err().copied());
            let again_ms = match read {
                Ok(kept) => {
                    let now_ms = js_sys::Date::now();
                    let outdated = disk::outdated(&kept.gone, now_ms, GONE_KEPT_MS);
                    let gone = kept.gone.into_iter().map(|(key, _)| key);
                    self.feed(Input::Loaded(Reading::of(kept.records, gone)));
                    if !outdated.is_empty() {
                        let outdated: Vec<_> = outdated.into_iter().collect();
                        // What is not forgotten now is next time.
                        let _forgotten = disk.forget_gone(&outdated).await;
                    }
                    f64::INFINITY
                }
                Err(fault) => {
                    if !self.queue.with_untracked(Queue::is_loaded) {
                        self.feed(Input::NotLoaded(fault));
                    }
                    browser::monotonic_ms() + READ_AGAIN_MS
                }
            };
            let again = self.works.try_update_value(|works| {
                works.read_again_ms = again_ms;
                std::mem::replace(&mut works.reading, Course::Idle)
            });
            if again == Some(Course::ReadingAgain) {
                self.read();
            }
        });
    }

    /// The outbox of this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Writes a command into the outbox. It is sent now, or when the server can be reached. An amendment of a deal that waits here and
    /// surely was not sent takes its place.
    pub fn post(self, command: &Command) {
        if let Command::AmendDeal { deal, terms, .. } = command
            && self.correct(*deal, terms)
        {
            return;
        }
        let message = self.live.write(command);
        self.feed(Input::Post(Errand::Command(message)));
    }

    /// Whether a deal, or a change of it, is here that the board is still to show: no board knows what it says.
    pub fn holds(self, deal: DealId) -> bool {
        self.peek(|items| items.iter().any(|item| item.brings(deal)))
    }

    /// Whether a deal surely does not lie here.
    pub fn lacks(self, deal: DealId) -> bool {
        self.queue.with_untracked(|queue| queue.lacks(deal))
    }

    /// Writes something personal into the outbox, to be sent after what was written before it.
    pub fn post_personal(self, matter: Matter) {
        let id = CommandId(browser::fresh_uuid());
        self.feed(Input::Post(Errand::Personal(Personal { id, matter })));
    }

    /// Gives a deal that waits here other terms, if it surely was not sent; says whether it did.
    fn correct(self, deal: DealId, terms: &Terms) -> bool {
        let leads = self.leads();
        let waiting = self.queue.with_untracked(|queue| queue.to_correct(deal, leads));
        if let Some(id) = waiting {
            let terms = serde_json::to_value(terms).expect("terms have string keys");
            self.feed(Input::Correct(id, terms));
        }
        waiting.is_some()
    }

    /// The name and content of a file that holds all of it.
    pub fn to_file(self, slug: &str) -> (String, String) {
        self.queue
            .with_untracked(|queue| file::write(slug, queue.items(), queue.unreadable()))
    }

    /// Deletes what its broker no longer wants sent.
    pub fn delete(self, id: CommandId) {
        self.feed(Input::Delete(id));
    }

    /// Deletes what this version cannot read.
    pub fn delete_unreadable(self, key: &str) {
        self.feed(Input::DeleteUnreadable(key.to_owned()));
    }

    /// Something that is read off everything in the outbox, in the order of writing.
    pub fn items<T>(self, read: impl Fn(&[Item]) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.queue.with(|queue| read(queue.items())))
    }

    /// What lies in the outbox that this version cannot read.
    pub fn unreadable(self) -> Memo<Vec<Unreadable>> {
        Memo::new(move |_| self.queue.with(|queue| queue.unreadable().to_vec()))
    }

    /// Reads the outbox once, without following it.
    pub fn peek<T>(self, read: impl FnOnce(&[Item]) -> T) -> T {
        self.queue.with_untracked(|queue| read(queue.items()))
    }

    /// How many wait to be sent or answered.
    pub fn waiting(self) -> Memo<usize> {
        self.items(|items| items.iter().filter(|item| item.stage.waits()).count())
    }

    /// Reports what waits, as a screen's.
    pub fn report(self, live: Live, screen: Screen) {
        let waits = self.items(|items| {
            let waiting = items.iter().filter(|item| item.stage.waits());
            let since = waiting
                .clone()
                .filter_map(|item| item.record.errand.written_at())
                .min();
            (waiting.count() as u32, since)
        });
        Effect::new(move || {
            let (count, since) = waits.get();
            live.report(|status| {
                screen.as_str().clone_into(&mut status.screen);
                status.outbox = Some(count);
                status.outbox_since = since;
            });
        });
    }

    /// Whether nothing at all is left in it.
    pub fn is_empty(self) -> Memo<bool> {
        Memo::new(move |_| {
            self.queue
                .with(|queue| queue.items().is_empty() && queue.unreadable().is_empty())
        })
    }

    /// Why something of it is in this page's memory alone, and lost if the page is closed.
    fn at_risk(self) -> Memo<Option<Fault>> {
        self.items(|items| items.iter().filter_map(Item::at_risk).max())
    }

    /// What its broker must know of the disk: why something is in memory alone, or would be.
    pub fn risk(self) -> Memo<Option<Fault>> {
        let at_risk = self.at_risk();
        Memo::new(move |_| at_risk.get().or_else(|| self.trouble.get()))
    }

    fn moment(self) -> Moment {
        let role = self
            .live
            .session
            .with_untracked(|session| session.as_ref().map(|session| session.role));
        Moment {
            local_ms: browser::monotonic_ms(),
            chance: browser::chance(),
            fresh: CommandId(browser::fresh_uuid()),
            // To a viewer everything is refused: a device that was unpaired keeps what it has.
            open: self.live.is_live() && role.is_some_and(|role| Role::OF_DEVICES.contains(&role)),
            leads: self.leads(),
            reached: self.live.position(),
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
                Output::Claim(record) => self.claim(record),
                Output::Forget(key) => self.forget(key),
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
        self.ask_to_persist();
        self.keep(record, |id, kept| match kept {
            Ok(Standing::Stored) => Input::Stored(id),
            Ok(Standing::Gone) => Input::Claimed(id, Claim::Gone),
            Err(fault) => Input::NotStored(id, fault),
        });
    }

    fn claim(self, record: Record) {
        self.keep(record, |id, kept| {
            let claim = match kept {
                Ok(Standing::Stored) => Claim::Held,
                Ok(Standing::Gone) => Claim::Gone,
                Err(fault) => Claim::Failed(fault),
            };
            Input::Claimed(id, claim)
        });
    }

    fn keep(self, record: Record, then: fn(CommandId, Result<Standing, Fault>) -> Input) {
        let disk = self.works.with_value(|works| works.disk.clone());
        spawn_local(async move {
            let id = record.id();
            let text = serde_json::to_string(&record).expect("a record has string keys");
            let kept = disk.keep_record(&id.to_string(), &text).await;
            let fault = kept.as_ref().err().copied();
            if self.trouble.try_get_untracked() != Some(fault) {
                self.trouble.try_set(fault);
            }
            if fault.is_none() {
                self.tell_others();
            }
            self.feed(then(id, kept));
        });
    }

    fn forget(self, key: String) {
        let disk = self.works.with_value(|works| works.disk.clone());
        spawn_local(async move {
            // What stays on the disk when the page goes is sent once more, with the same id, and accepted once more.
            match disk.bury_record(&key, js_sys::Date::now()).await {
                Ok(()) => self.tell_others(),
                Err(fault) => self.feed(Input::NotForgotten(key, fault)),
            }
        });
    }

    fn tell_others(self) {
        self.works.with_value(|works| {
            if let Some(others) = &works.others {
                // Nobody may be there.
                let _told = others.post_message(&CHANGED.into());
            }
        });
    }

    fn send_personal(self, personal: Personal) {
        let slug = self.live.slug();
        spawn_local(async move {
            let Personal { id, matter } = personal;
            let reply = http::send("PUT", &matter.address(&slug), &matter.body()).await;
            self.feed(Input::Answered(id, personal::answer(reply)));
        });
    }

    /// Asks the browser, once, not to clear what lies here when it is short of room: now that something does.
    fn ask_to_persist(self) {
        let asked = self
            .works
            .try_update_value(|works| std::mem::replace(&mut works.asked_to_persist, true));
        if asked == Some(false) {
            browser::persist();
        }
    }
}

/// Where tabs of one exchange speak to each other.
fn channel(slug: &str) -> String {
    format!("borsklokka/outbox/{slug}")
}

/// Where the name of the tab that sends stands.
fn lease_name(slug: &str) -> String {
    format!("borsklokka.sender.{slug}")
}
