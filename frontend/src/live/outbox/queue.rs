//! What waits in the outbox, without a disk or a socket in it: what happens goes in, what to do comes out.
//!
//! What is written while the server listens goes out while the disk still writes; else it is sent once the disk has it, or has had its
//! time. What the disk refuses goes out from memory. Its line says which of these is true: "saved" is what the disk has.
//! Commands go one at a time, in the order of writing: a walk-in before its deals, a deal before its amendment. What is personal
//! goes beside them, so that neither holds up the other; a signature waits for its deal.
//!
//! Several tabs may show one outbox. What lies on the disk is sent by the tab that leads, and only once the disk has said that no
//! other tab took it away meanwhile; what only one tab's memory has, that tab sends.

use borsklokka_shared::ids::{CommandId, DealId, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::order;
use borsklokka_shared::paper::PaperSheet;
use borsklokka_shared::wire::CommandMessage;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::personal::Personal;
use crate::disk::Fault;
use crate::json;
use crate::live::answer::Answer;

/// How long the disk may take to keep something before it goes out from memory, in milliseconds.
pub const STORE_MS_MAX: f64 = 2_000.0;
/// How often the disk is asked again to keep what it did not, in milliseconds.
pub const STORE_AGAIN_MS: f64 = 5_000.0;
/// How long an answer may take before the command is sent again, in milliseconds.
const ANSWER_MS_MAX: f64 = 10_000.0;
/// Shortest back-off after the server could not take a command, in milliseconds.
const BACK_OFF_MS_MIN: f64 = 1_000.0;
/// Longest back-off, in milliseconds.
const BACK_OFF_MS_MAX: f64 = 30_000.0;

/// Why the server refused a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refused {
    /// Stable, for programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// What is to be delivered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Errand {
    /// A command, with its id and when it was written: over the socket.
    #[serde(rename = "message")]
    Command(CommandMessage),
    /// Something personal: over HTTP.
    #[serde(rename = "personal")]
    Personal(Personal),
}

impl Errand {
    /// When it was written, if it says so.
    pub fn written_at(&self) -> Option<Instant> {
        match self {
            Self::Command(message) => message.written_at,
            Self::Personal(_) => None,
        }
    }

    /// Its name in the outbox.
    pub fn id(&self) -> CommandId {
        match self {
            Errand::Command(message) => message.id,
            Errand::Personal(personal) => personal.id,
        }
    }

    /// The deal that a command posts, as far as this version can read it.
    pub fn posts(&self) -> Option<DealId> {
        self.about_deal(&["post_deal"])
    }

    /// Whether it posts what was on a numbered sheet of paper.
    pub fn posts_from_paper(&self) -> bool {
        self.posts().and_then(PaperSheet::of).is_some()
    }

    /// The deal that a command changes, which must be there before.
    pub fn changes(&self) -> Option<DealId> {
        self.about_deal(&["amend_deal", "withdraw_deal", "reinstate_deal"])
    }

    /// The deal that a command gives other terms.
    fn amends(&self) -> Option<DealId> {
        self.about_deal(&["amend_deal"])
    }

    /// The deal that it signs.
    fn signs(&self) -> Option<DealId> {
        match self {
            Errand::Command(_) => None,
            Errand::Personal(personal) => personal.matter.deal(),
        }
    }

    fn about_deal(&self, types: &[&str]) -> Option<DealId> {
        match self {
            Errand::Command(message) if types.contains(&message.command.get("type")?.as_str()?) => {
                message.command.get("deal")?.as_str()?.parse().ok()
            }
            Errand::Command(_) | Errand::Personal(_) => None,
        }
    }

    /// Whether the same under another id takes effect at most once all the same: it brings the id of what it makes.
    pub fn may_be_renamed(&self) -> bool {
        match self {
            Errand::Command(message) => {
                let kind = message.command.get("type").and_then(serde_json::Value::as_str);
                matches!(kind, Some("post_deal" | "register_participant"))
            }
            Errand::Personal(_) => false,
        }
    }

    fn rename(&mut self, id: CommandId) {
        match self {
            Errand::Command(message) => message.id = id,
            Errand::Personal(personal) => personal.id = id,
        }
    }

    fn is_personal(&self) -> bool {
        matches!(self, Errand::Personal(_))
    }
}

/// What the disk holds of an errand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ReadRecord")]
pub struct Record {
    /// Its place in the order of writing.
    pub order: u64,
    /// What is to be delivered.
    #[serde(flatten)]
    pub errand: Errand,
    /// Why it was refused, if it was: it waits for its broker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// Whether it may have been sent. What surely was not can still be corrected in place; of what an earlier version kept,
    /// nobody knows.
    #[serde(skip_serializing_if = "is_yes")]
    pub tried: bool,
}

/// A record as it is read: flat, because serde reads what is flattened by readers of its own.
#[derive(Deserialize)]
struct ReadRecord {
    order: u64,
    message: Option<CommandMessage>,
    personal: Option<Personal>,
    refused: Option<Refused>,
    #[serde(default = "yes")]
    tried: bool,
}

impl TryFrom<ReadRecord> for Record {
    type Error = &'static str;

    fn try_from(read: ReadRecord) -> Result<Self, Self::Error> {
        let errand = match (read.message, read.personal) {
            (Some(message), None) => Errand::Command(message),
            (None, Some(personal)) => Errand::Personal(personal),
            (None, None) | (Some(_), Some(_)) => return Err("neither `message` nor `personal` alone"),
        };
        Ok(Self {
            order: read.order,
            errand,
            refused: read.refused,
            tried: read.tried,
        })
    }
}

const fn yes() -> bool {
    true
}

// As serde calls it.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_yes(tried: &bool) -> bool {
    *tried
}

impl Record {
    /// Its name in the outbox.
    pub fn id(&self) -> CommandId {
        self.errand.id()
    }
}

/// A record that this version cannot read. It is shown and saved, and never sent or dropped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unreadable {
    /// Its key on the disk.
    pub key: String,
    /// What lies there.
    pub text: String,
}

/// What the disk says of the outbox.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// What it holds.
    pub records: Vec<Record>,
    /// What of it this version cannot read.
    pub unreadable: Vec<Unreadable>,
    /// What has left the outbox, by any tab.
    pub gone: BTreeSet<CommandId>,
}

impl Reading {
    /// Reads what lies in the drawer, text by text.
    pub fn of(texts: Vec<(String, String)>, gone: impl IntoIterator<Item = String>) -> Self {
        let mut reading = Self {
            gone: gone.into_iter().filter_map(|key| key.parse().ok()).collect(),
            ..Self::default()
        };
        for (key, text) in texts {
            match json::read::<Record>(&text) {
                // Under another key it would be sent and never taken away; and what fits in no file could not be saved.
                Ok(record) if record.id().to_string() == key && fits(&text) => reading.records.push(record),
                Ok(_) | Err(_) => reading.unreadable.push(Unreadable { key, text }),
            }
        }
        reading
    }
}

/// Whether a text can lie in a saved file as the value that it says: there it is nested two deeper, and readers of JSON go so deep and no deeper.
/// One value beyond that, and the whole file could not be read in.
pub(super) fn fits(text: &str) -> bool {
    json::read::<serde_json::Value>(&format!("[[{text}]]")).is_ok()
}

/// Where a record lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// On its way to the disk, and nowhere else yet.
    Writing {
        /// Since when, on the device's monotonic clock, in milliseconds.
        since_ms: f64,
    },
    /// On the disk.
    OnDisk,
    /// In this page's memory alone.
    InMemory {
        /// Why the disk does not have it.
        fault: Fault,
        /// When the disk is asked again, in milliseconds.
        again_ms: f64,
    },
}

/// How far an errand has come on its way to the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Here.
    Waiting,
    /// The disk is asked whether another tab took it away.
    Claiming {
        /// Since when, in milliseconds.
        since_ms: f64,
    },
    /// On its way to the server.
    Sending {
        /// Since when, on the device's monotonic clock, in milliseconds.
        since_ms: f64,
    },
    /// Refused: its broker mends or deletes it.
    Refused(Refused),
    /// Accepted; the board does not show it yet.
    Accepted {
        /// The position that shows it.
        seq: Seq,
    },
}

impl Stage {
    /// Whether it is still to be sent or answered.
    pub fn waits(&self) -> bool {
        match self {
            Stage::Waiting | Stage::Claiming { .. } | Stage::Sending { .. } => true,
            Stage::Refused(_) | Stage::Accepted { .. } => false,
        }
    }
}

/// What is true of a line of the outbox: its words are read from this, and from nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// On its way to the disk.
    Writing,
    /// On the disk, waiting to be sent.
    OnDisk,
    /// In this page's memory alone, waiting to be sent.
    OnlyInMemory(Fault),
    /// On its way to the disk and to the server.
    WritingAndSending,
    /// On the disk and on its way to the server, or there and not on this board yet.
    Sending,
    /// On its way to the server, from this page's memory.
    SendingFromMemory(Fault),
    /// The server said no; the sentence says why.
    Refused(Refused),
    /// On the disk, and not for this version to read.
    Unreadable,
}

impl Condition {
    /// Its name in style sheets and tests.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Condition::Writing => "writing",
            Condition::OnDisk => "kept",
            Condition::OnlyInMemory(_) => "in_memory",
            Condition::WritingAndSending => "writing_and_sending",
            Condition::Sending => "sending",
            Condition::SendingFromMemory(_) => "sending_from_memory",
            Condition::Refused(_) => "refused",
            Condition::Unreadable => "unreadable",
        }
    }
}

/// An errand in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is to be delivered.
    pub record: Record,
    /// Where the record lies.
    pub place: Place,
    /// How far it has come.
    pub stage: Stage,
    /// Whether it is surely still this tab's to send: it was written here a moment ago, or the disk said so, and nothing has happened
    /// since.
    claimed: bool,
    /// Whether it got another id once: the first belongs to something else.
    renamed: bool,
    pace: Pace,
}

impl Item {
    /// A record that lies somewhere and waits, or was refused.
    pub fn of(record: Record, place: Place) -> Self {
        Self {
            stage: record.refused.clone().map_or(Stage::Waiting, Stage::Refused),
            record,
            place,
            claimed: false,
            renamed: false,
            pace: Pace::default(),
        }
    }

    /// The same at another stage.
    #[must_use]
    pub fn at(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    /// What is true of it.
    pub fn condition(&self) -> Condition {
        match (&self.stage, self.place) {
            (Stage::Refused(refused), _) => Condition::Refused(refused.clone()),
            (Stage::Sending { .. } | Stage::Accepted { .. }, Place::Writing { .. }) => {
                Condition::WritingAndSending
            }
            (Stage::Accepted { .. }, _) | (Stage::Sending { .. }, Place::OnDisk) => Condition::Sending,
            (Stage::Sending { .. }, Place::InMemory { fault, .. }) => Condition::SendingFromMemory(fault),
            (Stage::Waiting | Stage::Claiming { .. }, Place::Writing { .. }) => Condition::Writing,
            (Stage::Waiting | Stage::Claiming { .. }, Place::OnDisk) => Condition::OnDisk,
            (Stage::Waiting | Stage::Claiming { .. }, Place::InMemory { fault, .. }) => {
                Condition::OnlyInMemory(fault)
            }
        }
    }

    /// Why the disk does not have it, if it is lost with the page.
    pub fn at_risk(&self) -> Option<Fault> {
        match (self.place, &self.stage) {
            (_, Stage::Accepted { .. }) | (Place::OnDisk | Place::Writing { .. }, _) => None,
            (Place::InMemory { fault, .. }, _) => Some(fault),
        }
    }

    /// Whether it is a deal, or a change of one, that the board is still to show.
    pub fn brings(&self, deal: DealId) -> bool {
        let errand = &self.record.errand;
        let is_of = errand.posts() == Some(deal) || errand.changes() == Some(deal);
        is_of && !matches!(self.stage, Stage::Refused(_))
    }

    /// Whether it surely was not sent, and no other tab is about to, so that a correction can take its place.
    pub fn can_be_corrected(&self, leads: bool) -> bool {
        let is_ours = leads || self.place != Place::OnDisk;
        !self.record.tried && self.stage == Stage::Waiting && is_ours
    }
}

/// What the disk says of a record that is about to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is there, and noted as one that may have been sent.
    Held,
    /// Another tab took it away.
    Gone,
    /// The disk does not say.
    Failed(Fault),
}

/// What happens.
#[derive(Debug)]
pub enum Input {
    /// The disk was read.
    Loaded(Reading),
    /// The disk cannot be read.
    NotLoaded(Fault),
    /// What lay on the disk may be gone.
    DiskLost(Fault),
    /// Something was written.
    Post(Errand),
    /// Other terms of a deal that surely was not sent, as JSON.
    Correct(CommandId, serde_json::Value),
    /// The disk has it.
    Stored(CommandId),
    /// The disk does not take it: it is kept in memory.
    NotStored(CommandId, Fault),
    /// What the disk says of one that is about to be sent.
    Claimed(CommandId, Claim),
    /// The disk did not take away what lies under this key.
    NotForgotten(String, Fault),
    /// The server, or the lack of it, answered.
    Answered(CommandId, Answer),
    /// Its broker does not want it any more.
    Delete(CommandId),
    /// Nor this, which this version cannot read.
    DeleteUnreadable(String),
    /// Time went by, or the connection changed.
    Tick,
}

/// What to do.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Put it on the disk, then say [`Input::Stored`] or [`Input::NotStored`]; [`Input::Claimed`] if another tab took it away.
    Store(Record),
    /// Put it on the disk as one that may have been sent, then say [`Input::Claimed`].
    Claim(Record),
    /// Take what lies under this key off the disk, and note that it has left the outbox; say [`Input::NotForgotten`] if that fails.
    Forget(String),
    /// Send it, then say [`Input::Answered`].
    Send(Errand),
}

/// When something happens, and how the world stands.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The device's monotonic clock, in milliseconds.
    pub local_ms: f64,
    /// From 0 to below 1.
    pub chance: f64,
    /// An id that nothing has.
    pub fresh: CommandId,
    /// Whether the server takes commands of this device now.
    pub open: bool,
    /// Whether it is this tab that sends what lies on the disk.
    pub leads: bool,
    /// The last event that the board has.
    pub reached: Seq,
}

/// When something is tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Pace {
    /// Failures of the server since it last answered properly.
    failures: u32,
    /// Nothing is sent before this, in milliseconds.
    not_before_ms: f64,
}

impl Pace {
    fn back_off(&mut self, moment: Moment) {
        let ceiling_ms = (BACK_OFF_MS_MIN * f64::from(self.failures.min(16)).exp2()).min(BACK_OFF_MS_MAX);
        self.failures += 1;
        // At least half of it: a server in need gets some rest.
        self.not_before_ms = moment.local_ms + ceiling_ms * f64::midpoint(1.0, moment.chance);
    }
}

/// The outbox's state.
#[derive(Debug, Default)]
pub struct Queue {
    items: Vec<Item>,
    unreadable: Vec<Unreadable>,
    /// The disk was read, or given up for now.
    loaded: bool,
    /// The disk was read.
    read: bool,
    /// What left the outbox while this page was open: a disk that did not hear of it must not bring it back.
    gone: BTreeSet<CommandId>,
    gone_unreadable: BTreeSet<String>,
    /// What the disk did not take away, and when it is asked again, in milliseconds: other tabs show it as long as it lies there.
    not_forgotten: Vec<(String, f64)>,
    /// Of commands. What is personal has a pace of its own.
    pace: Pace,
    changes: u64,
}

impl Queue {
    /// Everything in the outbox, in the order of writing.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// What lies there that this version cannot read.
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    /// What posts a deal and can still be given other terms in its place: nothing that amends it follows.
    pub fn to_correct(&self, deal: DealId, leads: bool) -> Option<CommandId> {
        let amends = |item: &Item| item.record.errand.amends() == Some(deal);
        let item = self.post_of(deal).filter(|_| !self.items.iter().any(amends))?;
        item.can_be_corrected(leads).then(|| item.record.id())
    }

    /// Whether a deal surely does not lie here.
    pub fn lacks(&self, deal: DealId) -> bool {
        self.loaded && self.post_of(deal).is_none()
    }

    fn post_of(&self, deal: DealId) -> Option<&Item> {
        let posts = |item: &&Item| item.record.errand.posts() == Some(deal);
        self.items.iter().find(posts)
    }

    /// Whether the disk has been read, or given up.
    pub fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// Grows with every change of [`Queue::items`].
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Takes what happened; says what to do, in order.
    pub fn take(&mut self, input: Input, moment: Moment) -> Vec<Output> {
        let mut outputs = Vec::new();
        // A line that is lost takes nothing: the connection says so before it has told everyone.
        let is_lost = matches!(input, Input::Answered(_, Answer::NotSent | Answer::Lost));
        match input {
            Input::Loaded(reading) => self.load(reading, moment, &mut outputs),
            Input::NotLoaded(fault) => self.not_loaded(fault, moment),
            Input::DiskLost(fault) => self.disk_lost(fault, moment),
            Input::Post(errand) => self.post(errand, moment, &mut outputs),
            Input::Correct(id, terms) => self.correct(id, terms, moment, &mut outputs),
            Input::Stored(id) => self.settle(id, Place::OnDisk),
            Input::NotStored(id, fault) => self.settle(id, in_memory(fault, moment)),
            Input::Claimed(id, claim) => self.claimed(id, claim, moment, &mut outputs),
            Input::NotForgotten(key, fault) => self.forget_again(key, fault, moment),
            Input::Answered(id, answer) => self.answered(id, answer, moment, &mut outputs),
            Input::Delete(id) => self.delete(id, &mut outputs),
            Input::DeleteUnreadable(key) => self.delete_unreadable(key, &mut outputs),
            Input::Tick => {}
        }
        self.lose_patience_with_disk(moment, &mut outputs);
        self.drop_shown(moment.reached);
        if !moment.leads {
            // Another tab may send it from now on.
            for item in &mut self.items {
                item.claimed = false;
            }
        }
        if !is_lost {
            self.pump(moment, &mut outputs);
        }
        outputs
    }

    /// Takes over what the disk says; it may have been read before.
    fn load(&mut self, reading: Reading, moment: Moment, outputs: &mut Vec<Output>) {
        self.loaded = true;
        let is_first = !std::mem::replace(&mut self.read, true);
        self.changes += 1;
        for id in &reading.gone {
            let left = |item: &Item| item.record.id() == *id && !matches!(item.stage, Stage::Accepted { .. });
            self.items.retain(|item| !left(item));
        }
        self.unreadable = reading.unreadable;
        self.unreadable.retain(|unreadable| {
            let is_gone = self.gone_unreadable.contains(&unreadable.key);
            if is_gone {
                outputs.push(Output::Forget(unreadable.key.clone()));
            }
            !is_gone
        });
        // What was written before the disk was read comes after what lay there.
        let mut last = reading.records.iter().map(|record| record.order).max();
        let mut on_disk = BTreeSet::new();
        for record in reading.records {
            on_disk.insert(record.id());
            if self.gone.contains(&record.id()) || reading.gone.contains(&record.id()) {
                outputs.push(Output::Forget(record.id().to_string()));
            } else {
                self.adopt(record, outputs);
            }
        }
        for item in &mut self.items {
            if on_disk.contains(&item.record.id()) || matches!(item.stage, Stage::Accepted { .. }) {
                continue;
            }
            if is_first {
                item.record.order = last.map_or(0, |last| last + 1);
                last = Some(item.record.order);
            } else if let Place::Writing { .. } = item.place {
                // It is on its way there.
                continue;
            }
            if item.place == Place::OnDisk {
                item.place = in_memory(Fault::Lost, moment);
            }
            outputs.push(Output::Store(item.record.clone()));
        }
        order::sort_by_key(&mut self.items, |item| item.record.order);
    }

    /// Takes over what the disk holds of a record, which another tab may have changed.
    fn adopt(&mut self, record: Record, outputs: &mut Vec<Output>) {
        let Some(item) = self.find(record.id()) else {
            return self.items.push(Item::of(record, Place::OnDisk));
        };
        if item.place == Place::OnDisk && item.stage == Stage::Waiting {
            if let Some(refused) = &record.refused {
                item.stage = Stage::Refused(refused.clone());
            }
            item.record = record;
        } else if item.record != record {
            // What this page has is newer than what the disk took.
            outputs.push(Output::Store(item.record.clone()));
        } else if let Place::InMemory { .. } = item.place {
            item.place = Place::OnDisk;
        }
    }

    fn not_loaded(&mut self, fault: Fault, moment: Moment) {
        self.changes += 1;
        self.loaded = true;
        for item in &mut self.items {
            item.place = in_memory(fault, moment);
        }
    }

    fn disk_lost(&mut self, fault: Fault, moment: Moment) {
        self.changes += 1;
        for item in &mut self.items {
            // What a newer version has in another tab is that tab's to send.
            if fault != Fault::Newer || item.place != Place::OnDisk {
                item.place = in_memory(fault, moment);
            }
            item.claimed = false;
        }
    }

    fn post(&mut self, errand: Errand, moment: Moment, outputs: &mut Vec<Output>) {
        self.changes += 1;
        // Nobody else knows of it yet, so the disk need not be asked whose it is to send; it is noted there as one that may have been sent.
        let at_once = moment.open && moment.leads;
        let record = Record {
            order: self.items.last().map_or(0, |last| last.record.order + 1),
            errand,
            refused: None,
            tried: at_once,
        };
        if self.loaded {
            outputs.push(Output::Store(record.clone()));
        }
        let since_ms = moment.local_ms;
        let mut item = Item::of(record, Place::Writing { since_ms });
        item.claimed = at_once;
        self.items.push(item);
    }

    fn correct(
        &mut self,
        id: CommandId,
        terms: serde_json::Value,
        moment: Moment,
        outputs: &mut Vec<Output>,
    ) {
        let Some(item) = self.find(id).filter(|item| item.can_be_corrected(moment.leads)) else {
            return;
        };
        let Errand::Command(message) = &mut item.record.errand else {
            return;
        };
        if let Some(held) = message.command.get_mut("terms") {
            *held = terms;
        }
        outputs.push(Output::Store(item.record.clone()));
        self.changes += 1;
    }

    /// Deletes an errand, and what is worth nothing without it.
    fn delete(&mut self, id: CommandId, outputs: &mut Vec<Output>) {
        let deal = self.find(id).and_then(|item| item.record.errand.posts());
        self.changes += 1;
        let (gone, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.items).into_iter().partition(|item| {
            let errand = &item.record.errand;
            errand.id() == id || (deal.is_some() && (errand.signs() == deal || errand.changes() == deal))
        });
        self.items = left;
        for item in gone {
            self.forget(item.record.id(), outputs);
        }
    }

    fn delete_unreadable(&mut self, key: String, outputs: &mut Vec<Output>) {
        self.changes += 1;
        self.unreadable.retain(|unreadable| unreadable.key != key);
        self.gone_unreadable.insert(key.clone());
        outputs.push(Output::Forget(key));
    }

    fn forget(&mut self, id: CommandId, outputs: &mut Vec<Output>) {
        self.gone.insert(id);
        outputs.push(Output::Forget(id.to_string()));
    }

    fn forget_again(&mut self, key: String, fault: Fault, moment: Moment) {
        match fault {
            Fault::Full | Fault::Silent | Fault::Lost => {
                self.not_forgotten.push((key, moment.local_ms + STORE_AGAIN_MS));
            }
            // Without a disk nothing lies there, and what a newer version has is its own.
            Fault::Absent | Fault::Newer => {}
        }
    }

    fn settle(&mut self, id: CommandId, place: Place) {
        if let Some(item) = self.find(id) {
            item.place = place;
            self.changes += 1;
        }
    }

    fn claimed(&mut self, id: CommandId, claim: Claim, moment: Moment, outputs: &mut Vec<Output>) {
        self.changes += 1;
        if claim == Claim::Gone {
            self.items.retain(|item| item.record.id() != id);
            self.gone.insert(id);
            return;
        }
        let Some(item) = self.find(id) else { return };
        item.place = match claim {
            Claim::Failed(fault) => in_memory(fault, moment),
            Claim::Held | Claim::Gone => Place::OnDisk,
        };
        if let Stage::Claiming { .. } = item.stage {
            item.claimed = true;
            item.stage = Stage::Waiting;
            if moment.open && moment.leads {
                item.send(moment, outputs);
            }
        }
    }

    fn answered(&mut self, id: CommandId, answer: Answer, moment: Moment, outputs: &mut Vec<Output>) {
        let Some(at) = self.items.iter().position(|item| item.record.id() == id) else {
            return;
        };
        self.changes += 1;
        let is_personal = self.items[at].record.errand.is_personal();
        let passes = matches!(&answer, Answer::Refused { code, .. } if is_passing(code));
        let pace = if is_personal {
            &mut self.items[at].pace
        } else {
            &mut self.pace
        };
        if passes {
            pace.back_off(moment);
        } else if !matches!(answer, Answer::NotSent | Answer::Lost) {
            pace.failures = 0;
        }
        let item = &mut self.items[at];
        match answer {
            Answer::Accepted { seq } => {
                item.stage = Stage::Accepted { seq };
                self.forget(id, outputs);
            }
            // Ids are made here, so only what is in the outbox can be there: somebody read it in from a file, or the answer was
            // lost and the tablet was paired anew. The id of a sheet of paper is made of its number, by whoever types it in: what is
            // there may be another's, and what was typed here is kept.
            Answer::Refused { code, .. }
                if code == "already_exists" && !item.record.errand.posts_from_paper() =>
            {
                item.stage = Stage::Accepted { seq: Seq(0) };
                self.forget(id, outputs);
            }
            Answer::Refused { code, .. }
                if code == "id_reused" && item.record.errand.may_be_renamed() && !item.renamed =>
            {
                item.record.errand.rename(moment.fresh);
                item.renamed = true;
                item.stage = Stage::Waiting;
                item.place = Place::Writing {
                    since_ms: moment.local_ms,
                };
                outputs.push(Output::Store(item.record.clone()));
                self.forget(id, outputs);
            }
            Answer::Refused { code, message } if !passes => {
                let refused = Refused { code, message };
                item.record.refused = Some(refused.clone());
                item.stage = Stage::Refused(refused);
                outputs.push(Output::Store(item.record.clone()));
            }
            Answer::Refused { .. } | Answer::NotSent | Answer::Lost => {
                item.stage = Stage::Waiting;
                // It may be a while: the disk is asked again then.
                item.claimed = false;
            }
        }
    }

    /// What the disk has not taken in its time goes on without it, and is offered again.
    fn lose_patience_with_disk(&mut self, moment: Moment, outputs: &mut Vec<Output>) {
        self.not_forgotten.retain(|(key, again_ms)| {
            let waits = moment.local_ms < *again_ms;
            if !waits {
                outputs.push(Output::Forget(key.clone()));
            }
            waits
        });
        for item in &mut self.items {
            match item.place {
                Place::Writing { since_ms } if moment.local_ms - since_ms >= STORE_MS_MAX => {
                    item.place = in_memory(Fault::Silent, moment);
                    self.changes += 1;
                }
                Place::InMemory { fault, again_ms }
                    if self.loaded
                        && moment.local_ms >= again_ms
                        && !matches!(item.stage, Stage::Accepted { .. }) =>
                {
                    item.place = in_memory(fault, moment);
                    outputs.push(Output::Store(item.record.clone()));
                }
                Place::Writing { .. } | Place::OnDisk | Place::InMemory { .. } => {}
            }
            if let Stage::Claiming { since_ms } = item.stage
                && moment.local_ms - since_ms >= STORE_MS_MAX
            {
                item.stage = Stage::Waiting;
                item.claimed = true;
                self.changes += 1;
            }
        }
    }

    /// Drops what was accepted and is on the board by now.
    fn drop_shown(&mut self, reached: Seq) {
        let before = self.items.len();
        self.items.retain(|item| match item.stage {
            Stage::Accepted { seq } => seq > reached,
            Stage::Waiting | Stage::Claiming { .. } | Stage::Sending { .. } | Stage::Refused(_) => true,
        });
        if self.items.len() != before {
            self.changes += 1;
        }
    }

    /// Sends the next command and the next personal matter, where nothing of the kind is on its way.
    fn pump(&mut self, moment: Moment, outputs: &mut Vec<Output>) {
        if !moment.open || !self.loaded {
            return;
        }
        for is_personal in [false, true] {
            if !is_personal && moment.local_ms < self.pace.not_before_ms {
                continue;
            }
            if let Some(at) = self.next(is_personal, moment) {
                self.items[at].go(moment, outputs);
                self.changes += 1;
            }
        }
    }

    /// The next of a kind that can go, unless one is on its way.
    fn next(&self, is_personal: bool, moment: Moment) -> Option<usize> {
        for (at, item) in self.items.iter().enumerate() {
            if item.record.errand.is_personal() != is_personal || !item.stage.waits() || self.is_held_up(at) {
                continue;
            }
            let is_ours = moment.leads || item.place != Place::OnDisk;
            match item.stage {
                Stage::Claiming { .. } => return None,
                Stage::Sending { since_ms } if moment.local_ms - since_ms < ANSWER_MS_MAX => return None,
                _ if !is_ours || moment.local_ms < item.pace.not_before_ms => {}
                Stage::Waiting | Stage::Sending { .. } => match item.place {
                    // The disk has its time; then it goes out from memory.
                    Place::Writing { .. } if !item.claimed => return None,
                    Place::Writing { .. } | Place::OnDisk | Place::InMemory { .. } => return Some(at),
                },
                Stage::Refused(_) | Stage::Accepted { .. } => {}
            }
        }
        None
    }

    /// Whether an errand waits for another: a signature until its deal is there as it was signed, and both it and a change
    /// until the broker has mended or deleted a deal that was refused.
    fn is_held_up(&self, at: usize) -> bool {
        let errand = &self.items[at].record.errand;
        self.items[..at].iter().any(|earlier| {
            let other = &earlier.record.errand;
            let refused = matches!(earlier.stage, Stage::Refused(_));
            let posts = |deal: Option<DealId>| deal.is_some() && other.posts() == deal;
            let changes = |deal: Option<DealId>| deal.is_some() && other.changes() == deal;
            let waits = earlier.stage.waits();
            (posts(errand.signs()) && (waits || refused))
                || (changes(errand.signs()) && waits)
                || (posts(errand.changes()) && refused)
        })
    }

    fn find(&mut self, id: CommandId) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.record.id() == id)
    }
}

impl Item {
    /// Sends it, after the disk has said that it may.
    fn go(&mut self, moment: Moment, outputs: &mut Vec<Output>) {
        let is_known = self.claimed && self.record.tried;
        if self.place == Place::OnDisk && !is_known {
            self.record.tried = true;
            self.stage = Stage::Claiming {
                since_ms: moment.local_ms,
            };
            outputs.push(Output::Claim(self.record.clone()));
        } else {
            self.send(moment, outputs);
        }
    }

    fn send(&mut self, moment: Moment, outputs: &mut Vec<Output>) {
        self.record.tried = true;
        self.stage = Stage::Sending {
            since_ms: moment.local_ms,
        };
        outputs.push(Output::Send(self.record.errand.clone()));
    }
}

fn in_memory(fault: Fault, moment: Moment) -> Place {
    Place::InMemory {
        fault,
        again_ms: moment.local_ms + STORE_AGAIN_MS,
    }
}

/// Whether a refusal is no outcome and passes by itself.
pub fn is_passing(code: &str) -> bool {
    matches!(code, "unavailable" | "throttled")
}

#[cfg(test)]
pub mod example;
#[cfg(test)]
mod tests;
