//! Other programs, on the wire: addresses that are told what happens, what became of each delivery, tokens by which programs read, and the
//! calendar's link. All of it is beside the log; what is told of an event is the public's copy.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::event::Event;
use crate::ids::{DeliveryId, ProgramTokenId, WebhookId};
use crate::instant::Instant;

/// What an address wants to be told of.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum WebhookKind {
    /// Deals: struck, amended, taken back.
    Deals,
    /// Bells, rounds and breaks.
    Floor,
    /// Milestones, prizes, the result.
    Results,
}

/// What becomes of a delivery.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DeliveryState {
    /// It goes as soon as it can.
    Waiting,
    /// It is on its way.
    Sending,
    /// The other program has taken it.
    Delivered,
    /// It was tried for too long.
    Failed,
    /// It is of a history that the exchange is no longer.
    Dropped,
}

/// Why nothing goes to an address any more.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DisabledWhy {
    /// The organiser wants it so.
    Organiser,
    /// Nothing could be delivered for days.
    Dead,
    /// The other program said that it is not there any more.
    Gone,
}

closed_sets!(WebhookKind, DeliveryState, DisabledWhy);

impl WebhookKind {
    /// Of which kind an event is; none if no address is told of it.
    pub const fn of(event: &Event) -> Option<Self> {
        match event {
            Event::DealPosted { .. }
            | Event::DealAmended { .. }
            | Event::DealWithdrawn { .. }
            | Event::DealRemoved { .. }
            | Event::DealRecalled { .. }
            | Event::DealReinstated { .. }
            | Event::DealsRevealed { .. } => Some(Self::Deals),
            Event::FloorOpened { .. }
            | Event::FloorClosed { .. }
            | Event::BellRung { .. }
            | Event::RoundStarted { .. }
            | Event::RoundPaused { .. }
            | Event::RoundResumed { .. }
            | Event::RoundAdjusted { .. }
            | Event::RoundEnded { .. }
            | Event::BreakSet { .. }
            | Event::StepUndone { .. } => Some(Self::Floor),
            Event::MilestoneReached { .. }
            | Event::TotalsFrozen { .. }
            | Event::TotalsThawed
            | Event::PrizeAwarded { .. }
            | Event::PrizeTakenBack { .. }
            | Event::ResultAnnounced { .. } => Some(Self::Results),
            Event::ExchangeConfigured { .. }
            | Event::BegunAnew { .. }
            | Event::ProgrammeSet { .. }
            | Event::ParticipantRegistered { .. }
            | Event::ParticipantAmended { .. }
            | Event::ParticipantsMerged { .. }
            | Event::ParticipantArrived { .. }
            | Event::ArrivalTakenBack { .. }
            | Event::ParticipantRemoved { .. }
            | Event::ListingAdded { .. }
            | Event::ListingAmended { .. }
            | Event::ListingRemoved { .. }
            | Event::AnnouncementMade { .. }
            | Event::AnnouncementEnded { .. }
            | Event::SceneSet { .. }
            | Event::DealSpotlit { .. }
            | Event::DealShortlisted { .. }
            | Event::DealWritten { .. }
            | Event::DealHeld { .. }
            | Event::DealDeclined { .. }
            | Event::DealSentBack { .. }
            | Event::DealChangeProposed { .. }
            | Event::DealChangeDeclined { .. }
            | Event::ServerSlept { .. }
            | Event::SleepAnswered { .. }
            | Event::DataErased { .. } => None,
        }
    }

    /// Whether an address that wants some kinds is told of an event. That everything begins anew is told to each: what it knows is of no
    /// evening any more.
    pub fn any_wants(kinds: &[Self], event: &Event) -> bool {
        match event {
            Event::BegunAnew { .. } => true,
            event => Self::of(event).is_some_and(|kind| kinds.contains(&kind)),
        }
    }
}

impl DeliveryState {
    /// Whether the organiser can have it sent again.
    pub const fn may_be_sent_again(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed | Self::Waiting)
    }
}

/// An address that is told what happens, as the organiser wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookWanted {
    /// The address.
    pub url: String,
    /// What it wants to be told of.
    pub kinds: Vec<WebhookKind>,
}

/// An address that is told what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Which one.
    pub id: WebhookId,
    /// The address.
    pub url: String,
    /// What it wants to be told of.
    pub kinds: Vec<WebhookKind>,
    /// When it was added.
    pub made_at: Instant,
    /// Since when nothing could be delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Instant>,
    /// Since when nothing goes to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Instant>,
    /// Why nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_why: Option<DisabledWhy>,
    /// How many deliveries wait.
    pub waiting: u32,
}

/// An address that was just added, with the secret that is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookMade {
    /// Which one.
    pub id: WebhookId,
    /// What its deliveries are signed with.
    pub secret: String,
    /// Its host, if no name server knows it just now: it is misspelt, or the server has no network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_host: Option<String>,
}

/// Something that was, or is to be, sent to an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Which one.
    pub id: DeliveryId,
    /// To which address.
    pub webhook: WebhookId,
    /// What happened, by the event's name on the wire; `test` for a test.
    #[serde(rename = "type")]
    pub what: String,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: u32,
    /// When it was queued.
    pub made_at: Instant,
    /// When it was tried last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried_at: Option<Instant>,
    /// When it is tried next, while it waits for an address that was not stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<Instant>,
    /// The HTTP status that the other program answered last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What it answered, or why it could not be asked: in English, or whatever it speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// A token by which a program is to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramTokenWanted {
    /// What it is for.
    pub name: String,
    /// Whether it opens the report too.
    #[serde(default)]
    pub with_report: bool,
    /// For how many days it holds; none until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// A token by which a program reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramToken {
    /// Which one.
    pub id: ProgramTokenId,
    /// What it is for.
    pub name: String,
    /// Whether it opens the report too.
    pub with_report: bool,
    /// When it was made.
    pub made_at: Instant,
    /// Until when it holds; none until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Instant>,
    /// When it was used last, to a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Instant>,
}

/// A token that was just made: it is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramTokenMade {
    /// Which one.
    pub id: ProgramTokenId,
    /// The token.
    pub token: String,
}

/// The organiser's calendar, which programs read by a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarLink {
    /// When it was made.
    pub made_at: Instant,
    /// Until when it holds.
    pub expires_at: Instant,
}

/// A link to the calendar that was just made: it is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarLinkMade {
    /// The address.
    pub url: String,
    /// Until when it holds.
    pub expires_at: Instant,
}

/// The organiser's page for other programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programs {
    /// The addresses that are told what happens.
    pub webhooks: Vec<Webhook>,
    /// The newest of what was sent to them, or is to be.
    pub deliveries: Vec<Delivery>,
    /// The tokens that hold.
    pub tokens: Vec<ProgramToken>,
    /// The links to the calendar that hold.
    pub calendars: Vec<CalendarLink>,
    /// The public's calendar, with the evening's day only.
    pub public_calendar: String,
    /// Where the interface is described for programs.
    pub openapi: String,
    /// Whether addresses in private networks, and in plain http there, are allowed.
    pub to_private_networks: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Epoch;

    #[test]
    fn an_address_is_told_of_what_it_wants_and_of_the_beginning_anew() {
        let bell = Event::BellRung {
            ring_at: Instant::default(),
        };
        let anew = Event::BegunAnew {
            epoch: Epoch(uuid::Uuid::nil()),
            kept: None,
        };
        assert!(WebhookKind::any_wants(&[WebhookKind::Floor], &bell));
        assert!(!WebhookKind::any_wants(
            &[WebhookKind::Deals, WebhookKind::Results],
            &bell
        ));
        assert!(WebhookKind::any_wants(&[WebhookKind::Deals], &anew));
        assert!(!WebhookKind::any_wants(
            &WebhookKind::ALL,
            &Event::SceneSet {
                scene: crate::exchange::Scene::Prizes
            }
        ));
    }
}
