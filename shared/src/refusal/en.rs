//! Refusals in English.

use super::{EFFORT_MINUTES, Refusal};
use crate::exchange::Phase;

pub(super) fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotAllowed => "This device may not do that. Ask the moderator or the organiser.".into(),
        Refusal::UnknownCommand => "The server does not know this action. Load the page again.".into(),
        Refusal::Malformed { detail } => {
            format!("The server did not understand the message ({detail}). Load the page again.")
        }
        Refusal::IdReused => {
            "This id was used before for something else. Send it anew, with a new id.".into()
        }
        Refusal::Unavailable => {
            "The server cannot save just now. The deal is safe here and is sent again by itself.".into()
        }
        Refusal::Throttled => {
            "Too many messages in a short time. Wait a little; it is sent again by itself.".into()
        }
        Refusal::TextMissing { field } => {
            format!("“{}” is empty. Write something there.", field_en(field))
        }
        Refusal::TextTooLong { field, max } => {
            format!(
                "The text in “{}” is too long. Shorten it to at most {max} characters.",
                field_en(field)
            )
        }
        Refusal::TextUnprintable { field } => {
            format!(
                "The text in “{}” has a character that cannot be shown. Write it again.",
                field_en(field)
            )
        }
        Refusal::OutOfRange { field, max, .. } if field == EFFORT_MINUTES => {
            format!("The hours must be above 0, and at most {}.", max / 60)
        }
        Refusal::OutOfRange { field, min, max } => {
            format!("“{}” must be between {min} and {max}.", field_en(field))
        }
        Refusal::Repeated { field } => {
            format!("Something stands twice in “{}”. Take one away.", field_en(field))
        }
        Refusal::NotConfigured => "The exchange is not set up yet. Ask the organiser to do it.".into(),
        Refusal::Stale => {
            "The exchange has changed since you pressed. Look at the screen and try again.".into()
        }
        Refusal::Expired => "The press arrived too late and was not carried out. Try again.".into(),
        Refusal::FloorNotOpen => {
            "The floor is not open yet. Wait for the opening bell, and send the deal then.".into()
        }
        Refusal::FloorClosed => {
            "The floor was closed when the deal was written, so it does not count. Talk to the moderator."
                .into()
        }
        Refusal::WrongPhase {
            phase: Phase::Preparing,
        } => "The floor is not open yet. Open it first.".into(),
        Refusal::WrongPhase { phase: Phase::Open } => {
            "The floor is open. Wait until the closing bell has rung, and try again.".into()
        }
        Refusal::WrongPhase { phase: Phase::Closed } => "The floor is closed. Open it again first.".into(),
        Refusal::ResultAnnounced => "The result has been announced, so this can no longer be done.".into(),
        Refusal::UnknownParticipant => {
            "The participant is not in this exchange. Search again, or register it.".into()
        }
        Refusal::UnknownCategory => "The category is not in this exchange. Choose another.".into(),
        Refusal::CategoryInUse { category } => {
            format!("The category “{category}” is in use, so it must stay. Give it another name instead.")
        }
        Refusal::UnknownListing => {
            "The offer or wish is gone. Choose another, or write the text yourself.".into()
        }
        Refusal::UnknownDeal => "The deal does not exist. Load the page again.".into(),
        Refusal::UnknownRound => "The round is not in the programme. Choose another.".into(),
        Refusal::UnknownAnnouncement => "The announcement is gone already.".into(),
        Refusal::AlreadyExists => "This is registered already.".into(),
        Refusal::SymbolTaken { symbol } => format!("The symbol {symbol} is taken. Choose another."),
        Refusal::NotASymbol => "A symbol is three or four letters.".into(),
        Refusal::SameSides => "The same participant is on both sides. Choose two different ones.".into(),
        Refusal::FirstStepByStranger => {
            "The first step must be one of the parties'. Choose one of them.".into()
        }
        Refusal::DateTooEarly { field } => {
            format!(
                "The date in “{}” is before the exchange's day. Choose a later one.",
                field_en(field)
            )
        }
        Refusal::StepAfterDeadline => {
            "The first step is due after the deadline. Choose an earlier day, or move the deadline.".into()
        }
        Refusal::NotYourDeal => {
            "The deal was written on another tablet. Ask the moderator to correct it.".into()
        }
        Refusal::WrongStanding => "The deal no longer stands like that. Look at it and try again.".into(),
        Refusal::WrongRoundState => {
            "The round no longer stands like that. Look at the clock and try again.".into()
        }
        Refusal::NothingToUndo => "It is too late to undo this, or it is undone already.".into(),
        Refusal::RoundStarted => "A round that has started cannot leave the programme.".into(),
        Refusal::AlreadyFrozen => "The totals are frozen already.".into(),
        Refusal::NotFrozen => "The totals are not frozen, so there is nothing to reveal.".into(),
        Refusal::NotATime => "A time of day is written like 17:15.".into(),
        Refusal::NotATimeZone => "A time zone is written like Europe/Oslo.".into(),
        Refusal::NotACurrency => "A currency is written in three capital letters, like NOK.".into(),
        Refusal::NotAColour => {
            "A colour is written as # and six of the signs 0-9 and A-F, like #0B7A75.".into()
        }
        Refusal::CourseFalls => {
            "Another evening's course must rise, minute by minute. Put it in order.".into()
        }
    }
}

fn field_en(field: &str) -> String {
    match field {
        "due" => "first step by".to_owned(),
        field => field.replace('_', " "),
    }
}
