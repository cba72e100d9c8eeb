//! Deals: what two sides agreed, and where the agreement stands between the pen and the wall.

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::fields::read_by_hand;
use crate::ids::{CategoryId, DealId, DealNumber, DeviceId, ListingId, ParticipantId};
use crate::instant::Instant;
use crate::listing::Quantity;

/// Something that one side does for the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", serde(try_from = "serde_json::Value"))]
pub struct Service {
    /// What, in words for the wall.
    pub text: String,
    /// The category it counts in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Estimated effort, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort_minutes: Option<u32>,
    /// Estimated worth, in whole units of the exchange's currency. Never a price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<u32>,
    /// The offers and wishes that this meets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listings: Vec<ListingId>,
}

read_by_hand! {
    Service {
        must: [text],
        may: [category, quantity, effort_minutes, worth, listings],
        usual: [],
        made: |fields| [],
    }
}

/// What kind of agreement it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "ReadBargain")]
pub enum Bargain {
    /// A gift: the givers do something for the receivers.
    OneWay {
        /// What the givers do.
        service: Service,
    },
    /// A trade: the receivers do something in return.
    TwoWay {
        /// What the givers do.
        service: Service,
        /// What the receivers do in return.
        return_service: Service,
    },
    /// They agree to meet.
    Intention {
        /// What they mean to talk about.
        service: Service,
    },
}

impl Bargain {
    /// What the givers do, or what they mean to talk about.
    pub fn service(&self) -> &Service {
        match self {
            Bargain::OneWay { service }
            | Bargain::TwoWay { service, .. }
            | Bargain::Intention { service } => service,
        }
    }

    /// What the receivers do in return.
    pub fn return_service(&self) -> Option<&Service> {
        match self {
            Bargain::TwoWay { return_service, .. } => Some(return_service),
            Bargain::OneWay { .. } | Bargain::Intention { .. } => None,
        }
    }

    /// The service and, if there is one, the return, to be changed.
    pub fn services_mut(&mut self) -> impl Iterator<Item = &mut Service> {
        let (service, return_service) = match self {
            Bargain::OneWay { service } | Bargain::Intention { service } => (service, None),
            Bargain::TwoWay {
                service,
                return_service,
            } => (service, Some(return_service)),
        };
        std::iter::once(service).chain(return_service)
    }

    /// The service and, if there is one, the return.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        std::iter::once(self.service()).chain(self.return_service())
    }
}

/// A bargain as it is read: flat, because serde's own reader of a tagged enum would be a good part of what a wall loads.
#[derive(Deserialize)]
struct ReadBargain {
    kind: BargainKind,
    service: Service,
    return_service: Option<Service>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum BargainKind {
    OneWay,
    TwoWay,
    Intention,
}

impl TryFrom<ReadBargain> for Bargain {
    type Error = &'static str;

    fn try_from(read: ReadBargain) -> Result<Self, Self::Error> {
        let service = read.service;
        Ok(match read.kind {
            BargainKind::OneWay => Bargain::OneWay { service },
            BargainKind::TwoWay => Bargain::TwoWay {
                service,
                return_service: read.return_service.ok_or("missing field `return_service`")?,
            },
            BargainKind::Intention => Bargain::Intention { service },
        })
    }
}

/// Who moves first, and by when.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FirstStep {
    /// One of the parties.
    pub by: ParticipantId,
    /// What they do, such as `ringer`.
    pub what: String,
    /// By this day, in the exchange's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
}

/// What both sides agreed: the part of a deal that a command writes and an amendment replaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", serde(try_from = "serde_json::Value"))]
pub struct Terms {
    /// Who gives.
    pub givers: Vec<ParticipantId>,
    /// Who receives.
    pub receivers: Vec<ParticipantId>,
    /// What is agreed.
    pub bargain: Bargain,
    /// Who moves first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_step: Option<FirstStep>,
    /// Done by this day, in the exchange's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
}

read_by_hand! {
    Terms {
        must: [givers, receivers, bargain],
        may: [first_step, deadline],
        usual: [],
        made: |fields| [],
    }
}

impl Terms {
    /// Givers, then receivers.
    pub fn parties(&self) -> impl Iterator<Item = ParticipantId> {
        self.givers.iter().chain(&self.receivers).copied()
    }

    /// Names one participant where they name another. Who then stands twice on a side stands there once.
    pub fn rename(&mut self, gone: ParticipantId, kept: ParticipantId) {
        rename_in(&mut self.givers, gone, kept);
        rename_in(&mut self.receivers, gone, kept);
        if let Some(step) = self.first_step.as_mut().filter(|step| step.by == gone) {
            step.by = kept;
        }
    }

    /// Whether somebody stands on both sides.
    pub fn has_someone_on_both_sides(&self) -> bool {
        self.givers.iter().any(|giver| self.receivers.contains(giver))
    }

    /// By when the first step is done.
    pub fn due(&self) -> Option<Date> {
        self.first_step.as_ref().and_then(|step| step.due)
    }
}

/// Names one participant on a side where it names another. Who then stands there twice stands there once.
pub fn rename_in(side: &mut Vec<ParticipantId>, gone: ParticipantId, kept: ParticipantId) {
    let Some(place) = side.iter().position(|party| *party == gone) else {
        return;
    };
    if side.contains(&kept) {
        side.remove(place);
    } else {
        side[place] = kept;
    }
}

/// Why a late deal waits for the moderator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// The tablet never estimated the server's clock, so when it was written is unknown.
    ClockUnknown,
    /// The device was paired after the closing bell.
    PairedAfterClosing,
    /// It claims to be written before a command that the same device has had answered.
    WrittenBeforeLastAnswer,
    /// It arrived more than the exchange's `late_minutes` after the closing bell.
    TooLate,
    /// The result was already announced.
    ResultAnnounced,
    /// It was written on paper and is entered after the closing bell.
    Paper,
    /// It says that it was written before the floor first opened.
    WrittenBeforeOpening,
    /// It says that it was written after a closing bell, while the floor was closed.
    WrittenAfterClosing,
}

/// Where a deal stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", try_from = "ReadStanding")]
pub enum Standing {
    /// Written; the notary has not ratified it yet. Staff only.
    Written,
    /// The notary sent it back. Staff only.
    SentBack {
        /// What to mend.
        remark: String,
    },
    /// It came late, and the moderator decides. Staff only.
    Held {
        /// Why it does not count by itself.
        reason: HeldReason,
    },
    /// The moderator did not let a late deal count. Staff only.
    Declined,
    /// Struck while the totals are frozen: counts, but the public does not see it yet. Staff only.
    Concealed,
    /// Struck and on the wall.
    Posted,
    /// Taken back: struck through on the wall, and out of all totals.
    Withdrawn {
        /// How it stood, and what it returns to.
        before: Box<Standing>,
    },
    /// Taken off every public screen at once. Staff only.
    Removed {
        /// How it stood, be it withdrawn, and what it returns to.
        before: Box<Standing>,
    },
}

impl Standing {
    /// Whether nobody is bound by it as it stands.
    pub fn is_off(&self) -> bool {
        match self {
            Standing::Declined | Standing::Withdrawn { .. } | Standing::Removed { .. } => true,
            Standing::Written
            | Standing::SentBack { .. }
            | Standing::Held { .. }
            | Standing::Concealed
            | Standing::Posted => false,
        }
    }

    /// Whether it waits for the moderator, or waited when it was taken away.
    pub fn is_held(&self) -> bool {
        match self {
            Standing::Held { .. } => true,
            Standing::Withdrawn { before } | Standing::Removed { before } => before.is_held(),
            Standing::Written
            | Standing::SentBack { .. }
            | Standing::Declined
            | Standing::Concealed
            | Standing::Posted => false,
        }
    }
}

/// A standing as it is read: flat, because serde's own reader of a tagged enum would be a good part of what a wall loads.
#[derive(Deserialize)]
struct ReadStanding {
    state: StandingKind,
    remark: Option<String>,
    reason: Option<HeldReason>,
    before: Option<Box<Standing>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum StandingKind {
    Written,
    SentBack,
    Held,
    Declined,
    Concealed,
    Posted,
    Withdrawn,
    Removed,
}

impl TryFrom<ReadStanding> for Standing {
    type Error = &'static str;

    fn try_from(read: ReadStanding) -> Result<Self, Self::Error> {
        let before = read.before.ok_or("missing field `before`");
        Ok(match read.state {
            StandingKind::Written => Standing::Written,
            StandingKind::SentBack => Standing::SentBack {
                remark: read.remark.ok_or("missing field `remark`")?,
            },
            StandingKind::Held => Standing::Held {
                reason: read.reason.ok_or("missing field `reason`")?,
            },
            StandingKind::Declined => Standing::Declined,
            StandingKind::Concealed => Standing::Concealed,
            StandingKind::Posted => Standing::Posted,
            StandingKind::Withdrawn => Standing::Withdrawn { before: before? },
            StandingKind::Removed => Standing::Removed { before: before? },
        })
    }
}

/// Who wrote a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broker {
    /// The device that wrote it: only this one, or the moderator, may change it.
    pub device: DeviceId,
    /// The broker's name as the wall shows it.
    pub name: String,
}

/// An agreement between participants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", serde(try_from = "serde_json::Value"))]
pub struct Deal {
    /// Made by the tablet.
    pub id: DealId,
    /// What was agreed.
    pub terms: Terms,
    /// Where it stands.
    pub standing: Standing,
    /// What the wall calls it, once it has been public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<DealNumber>,
    /// Who wrote it.
    pub broker: Broker,
    /// When it was written, on the server's clock as the tablet estimated it.
    pub written_at: Instant,
    /// When it was struck, if it has been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck_at: Option<Instant>,
    /// When it arrived, if that was after the closing bell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_at: Option<Instant>,
}

read_by_hand! {
    Deal {
        must: [id, terms, standing, broker, written_at],
        may: [number, struck_at, late_at],
        usual: [],
        made: |fields| [],
    }
}

impl Deal {
    /// Whether the public sees it, be it struck through.
    pub fn is_public(&self) -> bool {
        match &self.standing {
            Standing::Posted => true,
            Standing::Withdrawn { before } => **before == Standing::Posted,
            Standing::Written
            | Standing::SentBack { .. }
            | Standing::Held { .. }
            | Standing::Declined
            | Standing::Concealed
            | Standing::Removed { .. } => false,
        }
    }

    /// Whether it is in the public totals.
    pub fn counts(&self) -> bool {
        self.standing == Standing::Posted
    }
}
