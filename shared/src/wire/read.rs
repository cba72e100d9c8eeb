//! Reading what a server sends, as clients do.
//!
//! By hand, for the reason that [`fields`](crate::fields) gives. A test holds this reader to the derived one.

use serde::de::Error as _;
use serde_json::Error;

use super::{Catalogue, EventMessage, ReadError, ServerMessage};
use crate::event::Event;
use crate::fields::Fields;

/// Reads a server's frame.
///
/// # Errors
/// See [`ReadError`]: a message of an unknown type, an event of an unknown type, or nonsense.
pub fn read_server_message(text: &str) -> Result<ServerMessage, ReadError> {
    let mut fields = Fields::of(text).map_err(ReadError::Malformed)?;
    let tag: String = fields.take("type").map_err(ReadError::Malformed)?;
    match tag.as_str() {
        "event" | "welcome" => message(&tag, &mut fields).map_err(ReadError::UnknownEvent)?,
        _ => message(&tag, &mut fields).map_err(ReadError::Malformed)?,
    }
    .ok_or(ReadError::UnknownMessage)
}

/// Reads the catalogue's answer.
///
/// # Errors
/// If it is not one.
pub fn read_catalogue(text: &str) -> Result<Catalogue, Error> {
    let mut fields = Fields::of(text)?;
    Ok(Catalogue {
        seq: fields.take("seq")?,
        listings: fields.take("listings")?,
    })
}

/// A message; none if its type is unknown.
fn message(tag: &str, fields: &mut Fields) -> Result<Option<ServerMessage>, Error> {
    Ok(Some(match tag {
        "welcome" => ServerMessage::Welcome {
            role: fields.take("role")?,
            epoch: fields.take("epoch")?,
            seq: fields.take("seq")?,
            at: fields.take("at")?,
            server_ms: fields.take("server_ms")?,
            ahead_ms: fields.take("ahead_ms")?,
            device: fields.take("device")?,
            name: fields.take("name")?,
            board: fields.take("board")?,
        },
        "resumed" => ServerMessage::Resumed {
            role: fields.take("role")?,
            seq: fields.take("seq")?,
            server_ms: fields.take("server_ms")?,
            ahead_ms: fields.take("ahead_ms")?,
            device: fields.take("device")?,
            name: fields.take("name")?,
        },
        "event" => ServerMessage::Event(EventMessage {
            seq: fields.take("seq")?,
            prev: fields.take("prev")?,
            at: fields.take("at")?,
            event: event(Fields::in_value(fields.take("event")?)?)?,
        }),
        "accepted" => ServerMessage::Accepted {
            id: fields.take("id")?,
            seq: fields.take("seq")?,
        },
        "refused" => ServerMessage::Refused {
            id: fields.take("id")?,
            code: fields.take("code")?,
            message: fields.take("message")?,
            detail: fields.take("detail")?,
        },
        "pong" => ServerMessage::Pong {
            sent_ms: fields.take("sent_ms")?,
            server_ms: fields.take("server_ms")?,
            ahead_ms: fields.take("ahead_ms")?,
            head: fields.take("head")?,
        },
        "screens" => ServerMessage::Screens {
            screens: fields.take("screens")?,
        },
        "identify" => ServerMessage::Identify {
            number: fields.take("number")?,
        },
        "reload" => ServerMessage::Reload,
        "show_scene" => ServerMessage::ShowScene {
            scene: fields.take("scene")?,
        },
        "test_sound" => ServerMessage::TestSound,
        _ => return Ok(None),
    }))
}

#[expect(clippy::too_many_lines, reason = "a match over every event")]
fn event(mut fields: Fields) -> Result<Event, Error> {
    let fields = &mut fields;
    let tag: String = fields.take("type")?;
    Ok(match tag.as_str() {
        "exchange_configured" => Event::ExchangeConfigured {
            settings: fields.take("settings")?,
        },
        "begun_anew" => Event::BegunAnew {
            epoch: fields.take("epoch")?,
            kept: None,
        },
        "data_erased" => Event::DataErased {
            epoch: fields.take("epoch")?,
            participants: fields.take_or_default("participants")?,
            people_of: fields.take_or_default("people_of")?,
        },
        "programme_set" => Event::ProgrammeSet {
            items: fields.take("items")?,
        },
        "participant_registered" => Event::ParticipantRegistered {
            participant: fields.take("participant")?,
        },
        "participant_amended" => Event::ParticipantAmended {
            participant: fields.take("participant")?,
        },
        "participants_merged" => Event::ParticipantsMerged {
            kept: fields.take("kept")?,
            gone: fields.take("gone")?,
            name: fields.take("name")?,
            listings: fields.take("listings")?,
            deals: fields.take("deals")?,
        },
        "participant_arrived" => Event::ParticipantArrived {
            participant: fields.take("participant")?,
        },
        "arrival_taken_back" => Event::ArrivalTakenBack {
            participant: fields.take("participant")?,
        },
        "participant_removed" => Event::ParticipantRemoved {
            participant: fields.take("participant")?,
            name: fields.take("name")?,
        },
        "listing_added" => Event::ListingAdded {
            listing: fields.take("listing")?,
        },
        "listing_amended" => Event::ListingAmended {
            listing: fields.take("listing")?,
        },
        "listing_removed" => Event::ListingRemoved {
            listing: fields.take("listing")?,
        },
        "floor_opened" => Event::FloorOpened {
            ring_at: fields.take("ring_at")?,
        },
        "floor_closed" => Event::FloorClosed {
            ring_at: fields.take("ring_at")?,
        },
        "bell_rung" => Event::BellRung {
            ring_at: fields.take("ring_at")?,
        },
        "round_started" => Event::RoundStarted {
            round: fields.take("round")?,
            started_at: fields.take("started_at")?,
            ends_at: fields.take("ends_at")?,
        },
        "round_paused" => Event::RoundPaused {
            round: fields.take("round")?,
            rest_ms: fields.take("rest_ms")?,
        },
        "round_resumed" => Event::RoundResumed {
            round: fields.take("round")?,
            ends_at: fields.take("ends_at")?,
        },
        "round_adjusted" => Event::RoundAdjusted {
            round: fields.take("round")?,
            ends_at: fields.take("ends_at")?,
        },
        "round_ended" => Event::RoundEnded {
            round: fields.take("round")?,
            ended_at: fields.take("ended_at")?,
        },
        "deal_posted" => Event::DealPosted {
            deal: fields.take("deal")?,
        },
        "deal_written" => Event::DealWritten {
            deal: fields.take("deal")?,
        },
        "deal_held" => Event::DealHeld {
            deal: fields.take("deal")?,
        },
        "deal_declined" => Event::DealDeclined {
            deal: fields.take("deal")?,
        },
        "deal_sent_back" => Event::DealSentBack {
            deal: fields.take("deal")?,
            remark: fields.take("remark")?,
        },
        "deal_amended" => Event::DealAmended {
            deal: fields.take("deal")?,
            terms: fields.take("terms")?,
        },
        "deal_change_proposed" => Event::DealChangeProposed {
            deal: fields.take("deal")?,
            terms: fields.take("terms")?,
        },
        "deal_change_declined" => Event::DealChangeDeclined {
            deal: fields.take("deal")?,
            remark: fields.take("remark")?,
        },
        "deal_withdrawn" => Event::DealWithdrawn {
            deal: fields.take("deal")?,
        },
        "deal_removed" => Event::DealRemoved {
            deal: fields.take("deal")?,
        },
        "deal_reinstated" => Event::DealReinstated {
            deal: fields.take("deal")?,
        },
        "deal_recalled" => Event::DealRecalled {
            deal: fields.take("deal")?,
        },
        "totals_frozen" => Event::TotalsFrozen {
            since: fields.take("since")?,
        },
        "deals_revealed" => Event::DealsRevealed {
            deals: fields.take("deals")?,
        },
        "totals_thawed" => Event::TotalsThawed,
        "milestone_reached" => Event::MilestoneReached {
            milestone: fields.take("milestone")?,
            deal: fields.take("deal")?,
        },
        "announcement_made" => Event::AnnouncementMade {
            announcement: fields.take("announcement")?,
        },
        "announcement_ended" => Event::AnnouncementEnded {
            announcement: fields.take("announcement")?,
        },
        "scene_set" => Event::SceneSet {
            scene: fields.take("scene")?,
        },
        "break_set" => Event::BreakSet {
            until: fields.take("until")?,
        },
        "step_undone" => Event::StepUndone {
            step: fields.take("step")?,
            stand: fields.take("stand")?,
        },
        "deal_spotlit" => Event::DealSpotlit {
            deal: fields.take("deal")?,
        },
        "deal_shortlisted" => Event::DealShortlisted {
            deal: fields.take("deal")?,
            on: fields.take("on")?,
        },
        "prize_awarded" => Event::PrizeAwarded {
            prize: fields.take("prize")?,
        },
        "prize_taken_back" => Event::PrizeTakenBack {
            prize: fields.take("prize")?,
        },
        "result_announced" => Event::ResultAnnounced {
            announced_at: fields.take("announced_at")?,
        },
        "server_slept" => Event::ServerSlept {
            sleep: fields.take("sleep")?,
        },
        "sleep_answered" => Event::SleepAnswered {
            go_on: fields.take("go_on")?,
        },
        unknown => return Err(Error::custom(format_args!("unknown event `{unknown}`"))),
    })
}
