//! Reading a command, as the server does when it comes and a tablet with what waits in its outbox.
//!
//! By hand, for the reason that [`fields`](crate::fields) gives. A test holds this reader to the derived one.

use serde_json::{Error, Value};

use super::malformed;
use crate::command::Command;
use crate::fields::Fields;
use crate::refusal::Refusal;

/// Reads the command of a [`CommandMessage`](super::CommandMessage).
///
/// # Errors
/// [`Refusal::UnknownCommand`] if its type is unknown, [`Refusal::Malformed`] if a field is missing or misshapen.
pub fn read_command(value: &Value) -> Result<Command, Refusal> {
    let malformed = |error: Error| malformed(&error);
    let mut fields = Fields::in_value(value.clone()).map_err(malformed)?;
    let name: String = fields.take("type").map_err(malformed)?;
    command(&name, &mut fields)
        .map_err(malformed)?
        .ok_or(Refusal::UnknownCommand)
}

/// A command; none if its type is unknown.
#[expect(clippy::too_many_lines, reason = "a match over every command")]
fn command(name: &str, fields: &mut Fields) -> Result<Option<Command>, Error> {
    Ok(Some(match name {
        "configure" => Command::Configure {
            settings: fields.take("settings")?,
            expected: fields.take("expected")?,
        },
        "begin_anew" => Command::BeginAnew {
            epoch: fields.take("epoch")?,
            name: fields.take("name")?,
        },
        "set_programme" => Command::SetProgramme {
            items: fields.take("items")?,
            expected: fields.take("expected")?,
        },
        "register_participant" => Command::RegisterParticipant {
            participant: fields.take("participant")?,
        },
        "amend_participant" => Command::AmendParticipant {
            participant: fields.take("participant")?,
            expected: fields.take("expected")?,
        },
        "merge_participants" => Command::MergeParticipants {
            kept: fields.take("kept")?,
            gone: fields.take("gone")?,
        },
        "mark_arrived" => Command::MarkArrived {
            participant: fields.take("participant")?,
        },
        "take_back_arrival" => Command::TakeBackArrival {
            participant: fields.take("participant")?,
        },
        "remove_participant" => Command::RemoveParticipant {
            participant: fields.take("participant")?,
        },
        "add_listing" => Command::AddListing {
            listing: fields.take("listing")?,
        },
        "amend_listing" => Command::AmendListing {
            listing: fields.take("listing")?,
            expected: fields.take("expected")?,
        },
        "remove_listing" => Command::RemoveListing {
            listing: fields.take("listing")?,
        },
        "open_floor" => Command::OpenFloor {
            expected: fields.take("expected")?,
            start_round: fields.take("start_round")?,
        },
        "close_floor" => Command::CloseFloor {
            expected: fields.take("expected")?,
        },
        "ring_bell" => Command::RingBell {
            expected: fields.take("expected")?,
        },
        "start_round" => Command::StartRound {
            round: fields.take("round")?,
            expected: fields.take("expected")?,
        },
        "pause_round" => Command::PauseRound {
            expected: fields.take("expected")?,
        },
        "resume_round" => Command::ResumeRound {
            expected: fields.take("expected")?,
        },
        "adjust_round" => Command::AdjustRound {
            by_seconds: fields.take("by_seconds")?,
            expected: fields.take("expected")?,
        },
        "end_round" => Command::EndRound {
            expected: fields.take("expected")?,
        },
        "post_deal" => Command::PostDeal {
            deal: fields.take("deal")?,
            terms: fields.take("terms")?,
            written_on: fields.take_or_default("written_on")?,
            broker: fields.take_or_default("broker")?,
        },
        "amend_deal" => Command::AmendDeal {
            deal: fields.take("deal")?,
            terms: fields.take("terms")?,
            expected: fields.take_or_default("expected")?,
        },
        "withdraw_deal" => Command::WithdrawDeal {
            deal: fields.take("deal")?,
        },
        "remove_deal" => Command::RemoveDeal {
            deal: fields.take("deal")?,
        },
        "reinstate_deal" => Command::ReinstateDeal {
            deal: fields.take("deal")?,
        },
        "ratify_deal" => Command::RatifyDeal {
            deal: fields.take("deal")?,
            expected: fields.take_or_default("expected")?,
        },
        "send_back_deal" => Command::SendBackDeal {
            deal: fields.take("deal")?,
            remark: fields.take("remark")?,
        },
        "recall_deal" => Command::RecallDeal {
            deal: fields.take("deal")?,
        },
        "admit_deal" => Command::AdmitDeal {
            deal: fields.take("deal")?,
        },
        "decline_deal" => Command::DeclineDeal {
            deal: fields.take("deal")?,
        },
        "freeze_totals" => Command::FreezeTotals,
        "reveal_deals" => Command::RevealDeals {
            reveal: fields.take("reveal")?,
        },
        "announce" => Command::Announce {
            announcement: fields.take("announcement")?,
            text: fields.take("text")?,
            seconds: fields.take("seconds")?,
        },
        "end_announcement" => Command::EndAnnouncement {
            announcement: fields.take("announcement")?,
        },
        "set_scene" => Command::SetScene {
            scene: fields.take("scene")?,
        },
        "spotlight_deal" => Command::SpotlightDeal {
            deal: fields.take("deal")?,
        },
        "shortlist_deal" => Command::ShortlistDeal {
            deal: fields.take("deal")?,
            on: fields.take("on")?,
        },
        "award_prize" => Command::AwardPrize {
            prize: fields.take("prize")?,
        },
        "take_prize_back" => Command::TakePrizeBack {
            prize: fields.take("prize")?,
        },
        "take_back" => Command::TakeBack {
            step: fields.take("step")?,
            expected: fields.take("expected")?,
        },
        "add_round" => Command::AddRound {
            time: fields.take("time")?,
            title: fields.take("title")?,
            minutes: fields.take("minutes")?,
        },
        "set_break" => Command::SetBreak {
            minutes: fields.take("minutes")?,
        },
        "announce_result" => Command::AnnounceResult,
        "note_sleep" => Command::NoteSleep {
            sleep: fields.take("sleep")?,
        },
        "answer_sleep" => Command::AnswerSleep {
            go_on: fields.take("go_on")?,
        },
        _ => return Ok(None),
    }))
}
