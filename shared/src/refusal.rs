//! Refusals: why a command had no effect, as a stable code for programs; its sentences for people are in `words/`.

mod message;

use serde::{Deserialize, Serialize};

use crate::exchange::Phase;

/// What is minutes on the wire and hours to people.
const EFFORT_MINUTES: &str = "effort_minutes";

/// Why a command was refused. The tag is the stable code on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The role may not ask this.
    NotAllowed,
    /// The command's type is not one that this version knows.
    UnknownCommand,
    /// The command lacks a field, or a field has the wrong shape.
    Malformed {
        /// What is wrong, in English.
        detail: String,
    },
    /// The id was used before, by another device or with another content.
    IdReused,
    /// The server cannot write to its database just now.
    Unavailable,
    /// The server's program failed at the command, which was not done: the same again would fail again.
    Failed,
    /// Too many commands from this device.
    Throttled,
    /// A text is empty.
    TextMissing {
        /// Which field.
        field: String,
    },
    /// A text is too long.
    TextTooLong {
        /// Which field.
        field: String,
        /// The limit, in characters.
        max: usize,
    },
    /// A text has a character that cannot be shown.
    TextUnprintable {
        /// Which field.
        field: String,
    },
    /// A list has too few or too many entries, or a number is out of range.
    OutOfRange {
        /// Which field.
        field: String,
        /// The least that is taken.
        min: u64,
        /// The most that is taken.
        max: u64,
    },
    /// Something is named twice.
    Repeated {
        /// Which field.
        field: String,
    },
    /// The exchange is not set up yet.
    NotConfigured,
    /// The desk believed another phase or round.
    Stale,
    /// The command is older than a desk's command may be.
    Expired,
    /// The floor has not opened yet.
    FloorNotOpen,
    /// The floor has closed.
    FloorClosed,
    /// The floor is not in the phase that the command needs.
    WrongPhase {
        /// The phase it is in.
        phase: Phase,
    },
    /// The result was announced; nothing counts by itself any more.
    ResultAnnounced,
    /// No such participant.
    UnknownParticipant,
    /// No such category in this exchange.
    UnknownCategory,
    /// A category cannot go while deals or listings name it.
    CategoryInUse {
        /// What it is called.
        category: String,
    },
    /// No such listing.
    UnknownListing,
    /// No such deal, or not one that this device may see.
    UnknownDeal,
    /// No such round.
    UnknownRound,
    /// No such announcement.
    UnknownAnnouncement,
    /// Something with this id exists already.
    AlreadyExists,
    /// The symbol belongs to another participant.
    SymbolTaken {
        /// The symbol.
        symbol: String,
    },
    /// Not three or four letters.
    NotASymbol,
    /// It was written before the exchange went back to nought.
    OfARehearsal,
    /// There is nothing to take back to nought.
    AlreadyAtNought,
    /// The opening bell has rung on the day itself: the exchange's name is asked for.
    NameNeeded {
        /// The name.
        name: String,
    },
    /// Somebody else changed it since the desk looked at it.
    ChangedMeanwhile,
    /// It is so already.
    AlreadySo,
    /// The participant was merged into another.
    ParticipantMerged {
        /// What that one is called.
        name: String,
    },
    /// The participant was erased: nothing can be written of it any more.
    ParticipantErased,
    /// The participant has been noted as one who has come.
    AlreadyHere,
    /// The participant has not been noted as one who has come.
    NotHere,
    /// The two are one participant already.
    AlreadyMerged,
    /// The two stand on opposite sides of a deal.
    MergeAcrossDeal {
        /// What it is about.
        text: String,
    },
    /// Deals name the participant.
    ParticipantHasDeals {
        /// How many.
        deals: u32,
    },
    /// Someone is on both sides of a deal.
    SameSides,
    /// The first step is someone's who is not a party.
    FirstStepByStranger,
    /// A date lies before the exchange's day.
    DateTooEarly {
        /// Which field.
        field: String,
    },
    /// The first step is due after the day when all is done.
    StepAfterDeadline,
    /// The deal was written by another device.
    NotYourDeal,
    /// The deal does not stand where the command needs it.
    WrongStanding,
    /// The round does not stand where the command needs it.
    WrongRoundState,
    /// The step is unknown, too long ago, or taken back already.
    NothingToUndo,
    /// A round that has started cannot leave the programme.
    RoundStarted,
    /// The totals are frozen already.
    AlreadyFrozen,
    /// The totals are not frozen.
    NotFrozen,
    /// Not a time of day.
    NotATime,
    /// Not the name of a time zone.
    NotATimeZone,
    /// Not the code of a currency.
    NotACurrency,
    /// Not a colour.
    NotAColour,
    /// Another evening's course goes back in time, or down.
    CourseFalls,
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotAllowed => "not_allowed",
            Refusal::UnknownCommand => "unknown_command",
            Refusal::Malformed { .. } => "malformed",
            Refusal::IdReused => "id_reused",
            Refusal::Unavailable => "unavailable",
            Refusal::Failed => "failed",
            Refusal::Throttled => "throttled",
            Refusal::TextMissing { .. } => "text_missing",
            Refusal::TextTooLong { .. } => "text_too_long",
            Refusal::TextUnprintable { .. } => "text_unprintable",
            Refusal::OutOfRange { .. } => "out_of_range",
            Refusal::Repeated { .. } => "repeated",
            Refusal::NotConfigured => "not_configured",
            Refusal::Stale => "stale",
            Refusal::Expired => "expired",
            Refusal::FloorNotOpen => "floor_not_open",
            Refusal::FloorClosed => "floor_closed",
            Refusal::WrongPhase { .. } => "wrong_phase",
            Refusal::ResultAnnounced => "result_announced",
            Refusal::UnknownParticipant => "unknown_participant",
            Refusal::UnknownCategory => "unknown_category",
            Refusal::CategoryInUse { .. } => "category_in_use",
            Refusal::UnknownListing => "unknown_listing",
            Refusal::UnknownDeal => "unknown_deal",
            Refusal::UnknownRound => "unknown_round",
            Refusal::UnknownAnnouncement => "unknown_announcement",
            Refusal::AlreadyExists => "already_exists",
            Refusal::SymbolTaken { .. } => "symbol_taken",
            Refusal::NotASymbol => "not_a_symbol",
            Refusal::OfARehearsal => "of_a_rehearsal",
            Refusal::AlreadyAtNought => "already_at_nought",
            Refusal::NameNeeded { .. } => "name_needed",
            Refusal::ChangedMeanwhile => "changed_meanwhile",
            Refusal::AlreadySo => "already_so",
            Refusal::ParticipantMerged { .. } => "participant_merged",
            Refusal::ParticipantErased => "participant_erased",
            Refusal::AlreadyHere => "already_here",
            Refusal::NotHere => "not_here",
            Refusal::AlreadyMerged => "already_merged",
            Refusal::MergeAcrossDeal { .. } => "merge_across_deal",
            Refusal::ParticipantHasDeals { .. } => "participant_has_deals",
            Refusal::SameSides => "same_sides",
            Refusal::FirstStepByStranger => "first_step_by_stranger",
            Refusal::DateTooEarly { .. } => "date_too_early",
            Refusal::StepAfterDeadline => "step_after_deadline",
            Refusal::NotYourDeal => "not_your_deal",
            Refusal::WrongStanding => "wrong_standing",
            Refusal::WrongRoundState => "wrong_round_state",
            Refusal::NothingToUndo => "nothing_to_undo",
            Refusal::RoundStarted => "round_started",
            Refusal::AlreadyFrozen => "already_frozen",
            Refusal::NotFrozen => "not_frozen",
            Refusal::NotATime => "not_a_time",
            Refusal::NotATimeZone => "not_a_time_zone",
            Refusal::NotACurrency => "not_a_currency",
            Refusal::NotAColour => "not_a_colour",
            Refusal::CourseFalls => "course_falls",
        }
    }

    /// What exactly is wrong, in English, where the sentence does not say it: that is for whoever writes a client.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Refusal::Malformed { detail } => Some(detail),
            _ => None,
        }
    }

    /// Whether the refusal is an outcome that is stored with the command's id. What is not stored may be sent again as
    /// it is.
    pub fn is_outcome(&self) -> bool {
        !matches!(
            self,
            Refusal::Malformed { .. }
                | Refusal::UnknownCommand
                | Refusal::Throttled
                | Refusal::Unavailable
                | Refusal::IdReused
        )
    }
}
