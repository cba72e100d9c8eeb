//! Commands: what may be asked of an exchange. The tags and fields are the wire's.

mod texts;

pub(crate) use self::texts::{of_quantity, of_settings, of_terms};

use serde::{Deserialize, Serialize};

use crate::deal::{Broker, Terms};
use crate::exchange::{Phase, ProgrammeItem, Scene, Settings};
use crate::ids::{AnnouncementId, DealId, Epoch, ListingId, ParticipantId, RoundId};
use crate::listing::Listing;
use crate::participant::{Participant, ParticipantEntry};
use crate::prize::{Prize, PrizeKind};
use crate::sleep::{GoOn, Sleep};

/// What a desk believed when the button was pressed. If it was wrong, nothing happens: a stale desk never rings twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The phase that the last bell led to.
    pub phase: Phase,
    /// The round that runs or is paused.
    #[serde(default, skip_serializing_if = "is_default")]
    pub round: ExpectedRound,
}

impl Expected {
    /// This phase, and this round or none.
    #[must_use]
    pub const fn exactly(phase: Phase, round: Option<RoundId>) -> Self {
        let round = ExpectedRound::Exactly(round);
        Self { phase, round }
    }
}

/// Which round a desk believed in. A desk always knows; the fixed body of a button's request cannot, as it is the same all
/// evening, and leaves the field out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<RoundId>", into = "Option<RoundId>")]
pub enum ExpectedRound {
    /// Any, or none: the field is absent.
    #[default]
    Any,
    /// This one; null is none.
    Exactly(Option<RoundId>),
}

/// Whether a field is what it is read as when it is left out.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl From<Option<RoundId>> for ExpectedRound {
    fn from(round: Option<RoundId>) -> Self {
        ExpectedRound::Exactly(round)
    }
}

impl From<ExpectedRound> for Option<RoundId> {
    fn from(expected: ExpectedRound) -> Self {
        match expected {
            ExpectedRound::Any => None,
            ExpectedRound::Exactly(round) => round,
        }
    }
}

/// Where a deal was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenOn {
    /// On the device that sends it.
    #[default]
    Tablet,
    /// On paper; entered afterwards. After the closing bell the moderator decides.
    Paper,
}

/// How many concealed deals to reveal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reveal {
    /// The oldest one; the last one ends the freeze.
    Next,
    /// All; the freeze ends.
    All,
}

/// Something that may be asked of an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(tag = "type", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Command {
    /// Replaces the settings.
    Configure {
        /// The new ones.
        settings: Box<Settings>,
        /// What the desk saw. If they are something else by now nothing happens, so that of two who change them at once neither undoes
        /// the other; none replaces them as they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Box<Settings>>,
    },
    /// Goes back to nought: participants, listings, settings and programme stay, what the hall did goes to an archive.
    BeginAnew {
        /// The history that begins. Made by the client.
        epoch: Epoch,
        /// The exchange's name, which is asked for once the opening bell has rung on the day itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Replaces the programme; rounds that have started keep their state.
    SetProgramme {
        /// The new items, in order.
        items: Vec<ProgrammeItem>,
        /// What the desk saw. If it is something else by now nothing happens; none replaces it as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Vec<ProgrammeItem>>,
    },
    /// Registers a participant.
    RegisterParticipant {
        /// What is known of it.
        participant: ParticipantEntry,
    },
    /// Replaces what is known of a participant.
    AmendParticipant {
        /// What is known now.
        participant: ParticipantEntry,
        /// What the desk saw of it. If it is something else by now nothing happens, so that of two who amend it at once neither
        /// undoes the other; none takes it as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Box<Participant>>,
    },
    /// Makes one of two participants who are one: deals, listings, contact and signatures of the one that goes are the
    /// other's.
    MergeParticipants {
        /// The one that stays.
        kept: ParticipantId,
        /// The one that goes. Whoever still names it means the other.
        gone: ParticipantId,
    },
    /// Notes that a participant has come.
    MarkArrived {
        /// Which one.
        participant: ParticipantId,
    },
    /// Notes that it has not.
    TakeBackArrival {
        /// Which one.
        participant: ParticipantId,
    },
    /// Takes out a participant that no deal names, with its listings and its contact.
    RemoveParticipant {
        /// Which one.
        participant: ParticipantId,
    },
    /// Adds an offer or a wish.
    AddListing {
        /// The listing.
        listing: Listing,
    },
    /// Replaces an offer or a wish.
    AmendListing {
        /// The listing, with the id that it has.
        listing: Listing,
        /// What the desk saw of it. If it is something else by now nothing happens; none takes it as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Box<Listing>>,
    },
    /// Takes an offer or a wish out of the catalogue.
    RemoveListing {
        /// Which one.
        listing: ListingId,
    },
    /// Rings the opening bell; the floor opens as it strikes.
    OpenFloor {
        /// What the desk believed.
        expected: Expected,
        /// A round to start with the bell.
        #[serde(default)]
        start_round: Option<RoundId>,
    },
    /// Rings the closing bell; the floor closes as it strikes, and a running round ends.
    CloseFloor {
        /// What the desk believed.
        expected: Expected,
    },
    /// Rings one stroke.
    RingBell {
        /// What the desk believed; none for a button that rings whatever there is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Expected>,
    },
    /// Starts a round; one that runs ends.
    StartRound {
        /// Which one.
        round: RoundId,
        /// What the desk believed.
        expected: Expected,
    },
    /// Stops the running round's clock.
    PauseRound {
        /// What the desk believed.
        expected: Expected,
    },
    /// Lets a paused round's clock run on.
    ResumeRound {
        /// What the desk believed.
        expected: Expected,
    },
    /// Extends or shortens the current round.
    AdjustRound {
        /// Seconds to add; negative shortens.
        by_seconds: i32,
        /// What the desk believed.
        expected: Expected,
    },
    /// Ends the current round.
    EndRound {
        /// What the desk believed.
        expected: Expected,
    },
    /// Posts a deal, or writes it for the notary.
    PostDeal {
        /// Made by the tablet.
        deal: DealId,
        /// What was agreed.
        terms: Terms,
        /// Where it was written.
        #[serde(default)]
        written_on: WrittenOn,
        /// Who wrote it, in case another device brings it that may: then it is this one's all the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        broker: Option<Broker>,
    },
    /// Replaces a deal's terms. One that the notary sent back is written anew.
    AmendDeal {
        /// Which one.
        deal: DealId,
        /// What was agreed.
        terms: Terms,
        /// What they were changed from, as it was shown: what others changed of it since stays, unless the same was changed here too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Box<Terms>>,
    },
    /// Takes a deal back: struck through, and out of all totals.
    WithdrawDeal {
        /// Which one.
        deal: DealId,
    },
    /// Takes a deal off every public screen at once, without a trace.
    RemoveDeal {
        /// Which one.
        deal: DealId,
    },
    /// Undoes a withdrawal or a removal.
    ReinstateDeal {
        /// Which one.
        deal: DealId,
    },
    /// The notary hammers a written deal through, or the change that a ratified one waits with.
    RatifyDeal {
        /// Which one.
        deal: DealId,
        /// What it is to say, as it was shown. If that is something else by now nothing happens, so that the hammer falls on nothing
        /// unseen; none takes it as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<Box<Terms>>,
    },
    /// The notary sends a written deal back to its broker.
    SendBackDeal {
        /// Which one.
        deal: DealId,
        /// What to mend.
        remark: String,
    },
    /// Undoes the hammer: the deal waits for the notary again.
    RecallDeal {
        /// Which one.
        deal: DealId,
    },
    /// Lets a late deal count.
    AdmitDeal {
        /// Which one.
        deal: DealId,
    },
    /// Does not let a late deal count.
    DeclineDeal {
        /// Which one.
        deal: DealId,
    },
    /// From now on the public does not see new deals.
    FreezeTotals,
    /// Shows the public the deals that it has not seen.
    RevealDeals {
        /// How many.
        reveal: Reveal,
    },
    /// Puts a line over the wall; one that stands there goes.
    Announce {
        /// Made by the client.
        announcement: AnnouncementId,
        /// What it says.
        text: String,
        /// How long it stays, in seconds.
        seconds: u32,
    },
    /// Takes the line down before its time.
    EndAnnouncement {
        /// Which one.
        announcement: AnnouncementId,
    },
    /// Chooses what the wall shows.
    SetScene {
        /// What.
        scene: Scene,
    },
    /// Brings a deal back as the large one, until the next is struck; none lets the newest be large again.
    SpotlightDeal {
        /// Which one.
        #[serde(default)]
        deal: Option<DealId>,
    },
    /// Puts a deal on the jury's shortlist, or takes it off.
    ShortlistDeal {
        /// Which one.
        deal: DealId,
        /// Whether it is on it.
        on: bool,
    },
    /// Awards a prize, in place of whoever had it, and shows it to the hall.
    AwardPrize {
        /// Which one, and to whom.
        prize: Prize,
    },
    /// Takes a prize back.
    TakePrizeBack {
        /// Which one.
        prize: PrizeKind,
    },
    /// Takes a step of bells and rounds back, and every one after it: what was, is again.
    TakeBack {
        /// Its number on the board.
        step: u32,
        /// What the desk believed.
        expected: Expected,
    },
    /// Adds a round to the programme, after the others.
    AddRound {
        /// Planned start on the exchange's day, `HH:MM` in its time zone.
        time: String,
        /// What it is called.
        title: String,
        /// How long it is meant to be, in minutes.
        minutes: u32,
    },
    /// Shows the break, and says how long it is from now.
    SetBreak {
        /// Its length, in minutes.
        minutes: u32,
    },
    /// Announces the result: everything is revealed, and a late deal no longer counts by itself.
    AnnounceResult,
    /// Notes that the server slept, or may have, while a round ran.
    NoteSleep {
        /// From when until when.
        sleep: Sleep,
    },
    /// Says what the server's sleep means for the round.
    AnswerSleep {
        /// Where the round goes on.
        go_on: GoOn,
    },
}

impl Command {
    /// The name of each, as `type` has it on the wire.
    pub const NAMES: &'static [&'static str] = <Self as strum::VariantNames>::VARIANTS;

    /// Replaces the settings, whatever they are.
    pub fn configure(settings: impl Into<Box<Settings>>) -> Self {
        Command::Configure {
            settings: settings.into(),
            expected: None,
        }
    }

    /// Replaces the programme, whatever it is.
    pub fn set_programme(items: Vec<ProgrammeItem>) -> Self {
        Command::SetProgramme {
            items,
            expected: None,
        }
    }

    /// Whether it must be done soon or not at all: it acts on the hall as it is now.
    pub fn expires(&self) -> bool {
        matches!(self, Command::RingBell { .. }) || self.expected().is_some()
    }

    /// What the desk believed, if it said so and the command depends on it.
    pub fn expected(&self) -> Option<Expected> {
        match self {
            Command::OpenFloor { expected, .. }
            | Command::CloseFloor { expected }
            | Command::StartRound { expected, .. }
            | Command::PauseRound { expected }
            | Command::ResumeRound { expected }
            | Command::AdjustRound { expected, .. }
            | Command::EndRound { expected }
            | Command::TakeBack { expected, .. } => Some(*expected),
            Command::RingBell { expected } => *expected,
            Command::Configure { .. }
            | Command::BeginAnew { .. }
            | Command::SetProgramme { .. }
            | Command::RegisterParticipant { .. }
            | Command::AmendParticipant { .. }
            | Command::MergeParticipants { .. }
            | Command::MarkArrived { .. }
            | Command::TakeBackArrival { .. }
            | Command::RemoveParticipant { .. }
            | Command::AddListing { .. }
            | Command::AmendListing { .. }
            | Command::RemoveListing { .. }
            | Command::PostDeal { .. }
            | Command::AmendDeal { .. }
            | Command::WithdrawDeal { .. }
            | Command::RemoveDeal { .. }
            | Command::ReinstateDeal { .. }
            | Command::RatifyDeal { .. }
            | Command::SendBackDeal { .. }
            | Command::RecallDeal { .. }
            | Command::AdmitDeal { .. }
            | Command::DeclineDeal { .. }
            | Command::FreezeTotals
            | Command::RevealDeals { .. }
            | Command::Announce { .. }
            | Command::EndAnnouncement { .. }
            | Command::SetScene { .. }
            | Command::SpotlightDeal { .. }
            | Command::ShortlistDeal { .. }
            | Command::AwardPrize { .. }
            | Command::TakePrizeBack { .. }
            | Command::AddRound { .. }
            | Command::SetBreak { .. }
            | Command::NoteSleep { .. }
            | Command::AnswerSleep { .. }
            | Command::AnnounceResult => None,
        }
    }
}
