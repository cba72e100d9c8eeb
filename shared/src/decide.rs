//! Decides what a command does: `(&Board, Actor, Command, Now) -> Result<Vec<Event>, Refusal>`.
//!
//! The server decides on the staff's board. A connected tablet runs the same function before it sends; a disconnected
//! one runs [`shape`] alone, as its board is old. Whether a role may ask a command is judged here, by the
//! [rights](crate::right).

mod anew;
mod deals;
mod desk;
mod erased;
mod given;
mod prizes;
mod registry;
mod sequence;
mod shape;
mod today;
mod undo;

pub use anew::has_opened_on_its_day;
pub use deals::{check_dates, check_order};
pub use given::{ClockTrust, Now};
pub use sequence::break_end;
pub use shape::shape;
pub use today::terms_of_today;

use crate::board::Board;
use crate::command::{Command, Expected};
use crate::event::Event;
use crate::exchange::{LastRound, Phase, PublicTotals};
use crate::instant::Instant;
use crate::limits::{DESK_COMMAND_AGE_MS_MAX, RING_AHEAD_MS};
use crate::refusal::Refusal;
use crate::role::{Actor, Role};
use crate::round::RoundState;

/// What `command` does to `board`: the events in order, or why nothing happens. Its texts are
/// [tidied](Command::tidied) first, so that no event has one that is not, and its participants are those of today, so that no event
/// names one that was merged into another.
///
/// # Errors
/// With the refusal that the client is answered.
pub fn decide(board: &Board, actor: &Actor, command: &Command, now: Now) -> Result<Vec<Event>, Refusal> {
    if !actor.role.has(command.right()) {
        return Err(Refusal::NotAllowed);
    }
    let command = &today::of_today(command.tidied(), board);
    shape(command)?;
    erased::of_nobody_erased(board, command)?;
    if command.expires() && is_too_old(actor, now) {
        return Err(Refusal::Expired);
    }
    if command.expected().is_some_and(|expected| !expected.holds(board)) {
        return Err(Refusal::Stale);
    }
    let at = now.at;
    match command {
        Command::Configure { settings, expected } => {
            registry::configure(board, settings, expected.as_deref())
        }
        Command::BeginAnew { epoch, name } => anew::begin_anew(board, *epoch, name.as_deref()),
        Command::SetProgramme { items, expected } => {
            registry::set_programme(board, items, expected.as_deref())
        }
        Command::RegisterParticipant { participant } => registry::register(board, participant),
        Command::AmendParticipant {
            participant,
            expected,
        } => registry::amend(board, participant, expected.as_deref()),
        Command::MergeParticipants { kept, gone } => registry::merge(board, *kept, *gone),
        Command::MarkArrived { participant } => registry::mark_arrived(board, *participant),
        Command::TakeBackArrival { participant } => registry::take_back_arrival(board, *participant),
        Command::RemoveParticipant { participant } => registry::remove_participant(board, *participant),
        Command::AddListing { listing } => registry::add_listing(board, listing),
        Command::AmendListing { listing, expected } => {
            registry::amend_listing(board, listing, expected.as_deref())
        }
        Command::RemoveListing { listing } => registry::remove_listing(board, *listing),
        Command::OpenFloor { start_round, .. } => desk::open_floor(board, *start_round, at),
        Command::CloseFloor { .. } => desk::close_floor(board, actor, at),
        Command::RingBell { .. } => Ok(vec![Event::BellRung {
            ring_at: at.plus_ms(RING_AHEAD_MS),
        }]),
        Command::StartRound { round, .. } => desk::start_round(board, *round, at),
        Command::PauseRound { .. } => desk::pause_round(board, at),
        Command::ResumeRound { .. } => desk::resume_round(board, at),
        Command::AdjustRound { by_seconds, .. } => desk::adjust_round(board, *by_seconds, at),
        Command::EndRound { .. } => desk::end_round(board, at),
        Command::PostDeal {
            deal,
            terms,
            written_on,
            broker,
        } => {
            let written = deals::Written {
                terms,
                on: *written_on,
                by: deals::writer(actor, broker.as_ref())?,
            };
            deals::post(board, actor, *deal, written, now)
        }
        Command::AmendDeal {
            deal,
            terms,
            expected,
        } => deals::amend(board, actor, *deal, terms, expected.as_deref()),
        Command::WithdrawDeal { deal } => deals::withdraw(board, actor, *deal),
        Command::RemoveDeal { deal } => deals::remove(board, *deal),
        Command::ReinstateDeal { deal } => deals::reinstate(board, actor, *deal),
        Command::RatifyDeal { deal, expected } => deals::ratify(board, *deal, expected.as_deref(), at),
        Command::SendBackDeal { deal, remark } => deals::send_back(board, *deal, remark),
        Command::RecallDeal { deal } => deals::recall(board, *deal),
        Command::AdmitDeal { deal } => deals::admit(board, *deal, at),
        Command::DeclineDeal { deal } => deals::decline(board, *deal),
        Command::FreezeTotals => desk::freeze(board, at),
        Command::RevealDeals { reveal } => deals::reveal_to_hall(board, *reveal),
        Command::Announce {
            announcement,
            text,
            seconds,
        } => Ok(desk::announce(*announcement, text, *seconds, at)),
        Command::EndAnnouncement { announcement } => desk::end_announcement(board, *announcement),
        Command::SetScene { scene } => Ok(desk::set_scene(board, *scene)),
        Command::SpotlightDeal { deal } => deals::spotlight(board, *deal),
        Command::ShortlistDeal { deal, on } => prizes::shortlist(board, *deal, *on),
        Command::AwardPrize { prize } => prizes::award(board, *prize),
        Command::TakePrizeBack { prize } => prizes::take_back(board, *prize),
        Command::TakeBack { step, .. } => undo::take_back(board, *step, at),
        Command::AddRound { time, title, minutes } => registry::add_round(board, time, title, *minutes),
        Command::SetBreak { minutes } => Ok(desk::set_break(board, *minutes, at)),
        Command::AnnounceResult => deals::announce_result(board, at),
        Command::NoteSleep { sleep } => desk::note_sleep(board, *sleep),
        Command::AnswerSleep { go_on } => desk::answer_sleep(board, *go_on),
    }
}

/// What the exchange's own clock will ask for, and when, if nothing happens before.
pub fn due(board: &Board) -> Option<(Instant, Command)> {
    let settings = board.settings.as_ref()?;
    // After a sleep nothing rings and nothing freezes by itself before somebody has said what it means for the round.
    if board.floor.settled_phase() != Phase::Open || board.sleep.is_some() {
        return None;
    }
    if let Some(follows) = sequence::due(board, settings) {
        return Some(follows);
    }
    let last = board.rounds.last()?;
    let RoundState::Running { ends_at, .. } = last.state else {
        return None;
    };
    let suspense_ms = i64::from(settings.staging.suspense_minutes) * 60_000;
    let is_live = board.public_totals == PublicTotals::Live && board.result_at.is_none();
    if suspense_ms > 0 && is_live && !board.was_frozen {
        return Some((ends_at.plus_ms(-suspense_ms), Command::FreezeTotals));
    }
    match settings.last_round {
        LastRound::ClosesFloor => Some((
            ends_at.plus_ms(-RING_AHEAD_MS),
            Command::CloseFloor {
                expected: Expected::exactly(Phase::Open, Some(last.id)),
            },
        )),
        LastRound::LeavesFloorOpen => None,
    }
}

/// Whether a command that acts on the hall as it is was written too long ago. One that does not say when it was written is
/// as old as its arrival: a request by HTTP is sent once, and waits in no outbox.
fn is_too_old(actor: &Actor, now: Now) -> bool {
    match (now.written_at, now.clock) {
        (Some(written_at), ClockTrust::Estimated) => {
            actor.role != Role::Clock && now.at.ms_since(written_at) > DESK_COMMAND_AGE_MS_MAX
        }
        (Some(_), ClockTrust::Unknown) | (None, _) => false,
    }
}
