//! What waits in the outbox, without a disk or a socket in it: what happens goes in, what to do comes out.
//!
//! Nothing is sent before it is stored. One errand is on its way at a time, so the server gets them in the order of
//! writing: a walk-in before its deals, a deal before its
//! amendment and its signatures.

use borsklokka_shared::ids::{CommandId, DealId, Seq};
use borsklokka_shared::wire::CommandMessage;
use serde::{Deserialize, Serialize};

use super::personal::Personal;
use crate::live::answer::Answer;

/// How long an answer may take before the command is sent again, in milliseconds.
const ANSWER_MS_MAX: f64 = 10_000.0;
/// Shortest back-off after the server could not take a command, in milliseconds.
const BACK_OFF_MS_MIN: f64 = 1_000.0;
/// Longest back-off, in milliseconds.
const BACK_OFF_MS_MAX: f64 = 30_000.0;

/// Why the server refused a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Stable, for programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// What is to be delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Errand {
    /// A command, with its id and when it was written: over the socket.
    #[serde(rename = "message")]
    Command(CommandMessage),
    /// Something personal: over HTTP.
    #[serde(rename = "personal")]
    Personal(Personal),
}

impl Errand {
    /// Its name in the outbox.
    pub fn id(&self) -> CommandId {
        match self {
            Errand::Command(message) => message.id,
            Errand::Personal(personal) => personal.id,
        }
    }

    /// The deal that a command writes, as far as this version can read it.
    fn writes(&self) -> Option<DealId> {
        match self {
            Errand::Command(message) if message.command.get("type")?.as_str()? == "post_deal" => {
                message.command.get("deal")?.as_str()?.parse().ok()
            }
            Errand::Command(_) | Errand::Personal(_) => None,
        }
    }

    /// The deal that must be delivered before it.
    fn needs(&self) -> Option<DealId> {
        match self {
            Errand::Command(_) => None,
            Errand::Personal(personal) => personal.matter.deal(),
        }
    }
}

/// What the disk holds of an errand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its place in the order of writing.
    pub order: u64,
    /// What is to be delivered.
    #[serde(flatten)]
    pub errand: Errand,
    /// Why it was refused, if it was: it waits for its broker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

impl Record {
    /// Its name in the outbox.
    pub fn id(&self) -> CommandId {
        self.errand.id()
    }
}

/// How far an errand has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// On its way to the disk.
    Storing,
    /// On the disk.
    Waiting,
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
            Stage::Storing | Stage::Waiting | Stage::Sending { .. } => true,
            Stage::Refused(_) | Stage::Accepted { .. } => false,
        }
    }
}

/// An errand in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What the disk holds of it.
    pub record: Record,
    /// How far it has come.
    pub stage: Stage,
    /// Whether the disk has it; else it is lost with the page.
    pub durable: bool,
}

impl Item {
    /// Whether the disk did not take it though it is still needed.
    pub fn is_at_risk(&self) -> bool {
        !self.durable && self.stage != Stage::Storing && self.stage.waits()
    }
}

/// What happens.
#[derive(Debug)]
pub enum Input {
    /// The disk was read, or cannot be.
    Loaded(Vec<Record>),
    /// Something was written.
    Post(Errand),
    /// The disk has it.
    Stored(CommandId),
    /// The disk does not take it: it is kept in memory.
    NotStored(CommandId),
    /// The server, or the lack of it, answered.
    Answered(CommandId, Answer),
    /// Its broker does not want it any more.
    Delete(CommandId),
    /// Time went by, or the connection changed.
    Tick,
}

/// What to do.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// Put it on the disk, then say [`Input::Stored`] or [`Input::NotStored`].
    Store(Record),
    /// Take it off the disk.
    Forget(CommandId),
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
    /// Whether the server takes commands of this device now.
    pub open: bool,
    /// The last event that the board has.
    pub reached: Seq,
}

/// The outbox's state.
#[derive(Debug, Default)]
pub struct Queue {
    items: Vec<Item>,
    loaded: bool,
    /// Failures of the server since it last answered properly.
    failures: u32,
    /// Nothing is sent before this, in milliseconds.
    not_before_ms: f64,
    changes: u64,
}

impl Queue {
    /// Everything in the outbox, in the order of writing.
    pub fn items(&self) -> &[Item] {
        &self.items
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
            Input::Loaded(records) => self.load(records, &mut outputs),
            Input::Post(errand) => self.post(errand, &mut outputs),
            Input::Stored(id) => self.stored(id, true),
            Input::NotStored(id) => self.stored(id, false),
            Input::Answered(id, answer) => self.answered(id, answer, moment, &mut outputs),
            Input::Delete(id) => self.delete(id, &mut outputs),
            Input::Tick => {}
        }
        self.drop_shown(moment.reached);
        if !is_lost {
            self.pump(moment, &mut outputs);
        }
        outputs
    }

    fn load(&mut self, mut records: Vec<Record>, outputs: &mut Vec<Output>) {
        if self.loaded {
            return;
        }
        self.loaded = true;
        self.changes += 1;
        records.sort_by_key(|record| record.order);
        let written_meanwhile = std::mem::take(&mut self.items);
        self.items = records
            .into_iter()
            .map(|record| Item {
                stage: record.refused.clone().map_or(Stage::Waiting, Stage::Refused),
                record,
                durable: true,
            })
            .collect();
        for item in written_meanwhile {
            self.post(item.record.errand, outputs);
        }
    }

    fn post(&mut self, errand: Errand, outputs: &mut Vec<Output>) {
        self.changes += 1;
        let record = Record {
            order: self.items.last().map_or(0, |last| last.record.order + 1),
            errand,
            refused: None,
        };
        if self.loaded {
            outputs.push(Output::Store(record.clone()));
        }
        self.items.push(Item {
            record,
            stage: Stage::Storing,
            durable: false,
        });
    }

    /// Deletes an errand, and what is worth nothing without it.
    fn delete(&mut self, id: CommandId, outputs: &mut Vec<Output>) {
        let deal = self.find(id).and_then(|item| item.record.errand.writes());
        self.changes += 1;
        self.items.retain(|item| {
            let goes = item.record.id() == id || (deal.is_some() && item.record.errand.needs() == deal);
            if goes {
                outputs.push(Output::Forget(item.record.id()));
            }
            !goes
        });
    }

    fn stored(&mut self, id: CommandId, durable: bool) {
        if let Some(item) = self.find(id) {
            item.durable = durable;
            if item.stage == Stage::Storing {
                item.stage = Stage::Waiting;
            }
            self.changes += 1;
        }
    }

    fn answered(&mut self, id: CommandId, answer: Answer, moment: Moment, outputs: &mut Vec<Output>) {
        if !self.items.iter().any(|item| item.record.id() == id) {
            return;
        }
        let stage = match answer {
            Answer::Accepted { seq } => {
                self.failures = 0;
                outputs.push(Output::Forget(id));
                Stage::Accepted { seq }
            }
            // Ids are made here, so only what is in the outbox can be there: somebody read it in from a file.
            Answer::Refused { code, .. } if code == "already_exists" => {
                self.failures = 0;
                outputs.push(Output::Forget(id));
                Stage::Accepted { seq: Seq(0) }
            }
            Answer::Refused { code, .. } if is_passing(&code) => {
                self.back_off(moment);
                Stage::Waiting
            }
            Answer::Refused { code, message } => {
                self.failures = 0;
                Stage::Refused(Refused { code, message })
            }
            Answer::NotSent | Answer::Lost => Stage::Waiting,
        };
        self.changes += 1;
        if let Some(item) = self.find(id) {
            if let Stage::Refused(refused) = &stage {
                item.record.refused = Some(refused.clone());
                outputs.push(Output::Store(item.record.clone()));
            }
            item.stage = stage;
        }
    }

    fn back_off(&mut self, moment: Moment) {
        let ceiling_ms = (BACK_OFF_MS_MIN * f64::from(self.failures.min(16)).exp2()).min(BACK_OFF_MS_MAX);
        self.failures += 1;
        // At least half of it: a server in need gets some rest.
        self.not_before_ms = moment.local_ms + ceiling_ms * f64::midpoint(1.0, moment.chance);
    }

    /// Drops what was accepted and is on the board by now.
    fn drop_shown(&mut self, reached: Seq) {
        let before = self.items.len();
        self.items.retain(|item| match item.stage {
            Stage::Accepted { seq } => seq > reached,
            Stage::Storing | Stage::Waiting | Stage::Sending { .. } | Stage::Refused(_) => true,
        });
        if self.items.len() != before {
            self.changes += 1;
        }
    }

    /// Sends the first that waits, if nothing is on its way.
    fn pump(&mut self, moment: Moment, outputs: &mut Vec<Output>) {
        if !moment.open || !self.loaded || moment.local_ms < self.not_before_ms {
            return;
        }
        // A signature waits for its deal to be mended or deleted.
        let refused: Vec<_> = self
            .items
            .iter()
            .filter(|item| matches!(item.stage, Stage::Refused(_)))
            .filter_map(|item| item.record.errand.writes())
            .collect();
        let next = self.items.iter_mut().find(|item| {
            let needs = item.record.errand.needs();
            item.stage.waits() && needs.is_none_or(|deal| !refused.contains(&deal))
        });
        let Some(item) = next else { return };
        match item.stage {
            Stage::Sending { since_ms } if moment.local_ms - since_ms < ANSWER_MS_MAX => {}
            Stage::Waiting | Stage::Sending { .. } => {
                item.stage = Stage::Sending {
                    since_ms: moment.local_ms,
                };
                outputs.push(Output::Send(item.record.errand.clone()));
                self.changes += 1;
            }
            Stage::Storing | Stage::Refused(_) | Stage::Accepted { .. } => {}
        }
    }

    fn find(&mut self, id: CommandId) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.record.id() == id)
    }
}

/// Whether a refusal is no outcome and passes by itself.
fn is_passing(code: &str) -> bool {
    matches!(code, "unavailable" | "throttled")
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
