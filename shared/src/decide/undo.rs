//! Decides on taking back what bells and rounds did: what was, is again, silently.
//!
//! A closing bell that is taken back has not been: the floor was open all along, so that deals which came late since are in
//! time, and those that waited for the moderator are taken as they would have been. An opening bell that is taken back keeps
//! the deals that were struck since: they count, and are withdrawn or removed like any other. A freeze that came since ends only
//! if it conceals nothing: an undo shows the hall no deal. What the hall has seen of a result stays seen, milestones included.

use super::deals::{reveal, take_in_time};
use super::given::settings;
use super::sequence;
use crate::apply::apply;
use crate::board::Board;
use crate::command::Reveal;
use crate::deal::{Deal, Standing};
use crate::event::Event;
use crate::exchange::{LastRound, PublicTotals, Settings};
use crate::ids::{DealId, RoundId};
use crate::instant::Instant;
use crate::limits::RING_AHEAD_MS;
use crate::refusal::Refusal;
use crate::round::RoundState;
use crate::step::Stand;

pub(super) fn take_back(board: &Board, number: u32, at: Instant) -> Result<Vec<Event>, Refusal> {
    let settings = settings(board)?;
    let step = board
        .steps
        .iter()
        .find(|step| step.number == number && step.is_open(at))
        .ok_or(Refusal::NothingToUndo)?;
    let mut after = board.clone();
    let mut events = Vec::new();
    let mut happen = |after: &mut Board, more: Vec<Event>| {
        for event in &more {
            apply(after, event);
        }
        events.extend(more);
    };
    let undone = Event::StepUndone {
        step: number,
        stand: carried_on(board, settings, step.before.clone(), at),
    };
    happen(&mut after, vec![undone]);
    for deal in held_in_time(board, &after) {
        let taken = take_in_time(&after, settings, deal, at)?;
        happen(&mut after, taken);
    }
    let conceals = |deal: &Deal| matches!(deal.standing, Standing::Concealed);
    if after.public_totals != PublicTotals::Live && !step.is_frozen && !after.deals.values().any(conceals) {
        let revealed = reveal(&after, Reveal::All)?;
        happen(&mut after, revealed);
    }
    Ok(events)
}

/// A round that ran has run on: it has the end that it had, and what went by since is gone, as it is on the hall's clocks.
/// Only one whose end does something by itself, and is up, comes back standing at nothing: the bell would ring again. So does a
/// break that ends by itself lose its end if that is past.
fn carried_on(board: &Board, settings: &Settings, mut stand: Stand, at: Instant) -> Stand {
    let last = board.rounds.last().map(|round| round.id);
    let is_past = |instant: Instant| instant.ms_since(at) <= RING_AHEAD_MS;
    let by_itself = sequence::runs(settings);
    let ends_by_itself = |round: RoundId| match settings.last_round {
        LastRound::ClosesFloor if Some(round) == last => true,
        LastRound::ClosesFloor | LastRound::LeavesFloorOpen => {
            by_itself && sequence::follower(&board.programme, round).is_some()
        }
    };
    for stood in &mut stand.rounds {
        if let RoundState::Running { ends_at, .. } = stood.state
            && is_past(ends_at)
            && ends_by_itself(stood.round)
        {
            stood.state = stood.state.paused(0);
        }
    }
    if by_itself {
        stand.break_until = stand.break_until.filter(|until| !is_past(*until));
    }
    stand
}

/// The deals that wait for the moderator only because of a bell that has not been, in the order in which they came.
fn held_in_time(board: &Board, after: &Board) -> Vec<DealId> {
    let is_in_time = |late_at: &Instant| after.floor.was_open(*late_at) && !board.floor.was_open(*late_at);
    let mut held: Vec<(Instant, DealId)> = after
        .deals
        .values()
        .filter(|deal| matches!(deal.standing, Standing::Held { .. }))
        .filter_map(|deal| Some((deal.late_at.filter(is_in_time)?, deal.id)))
        .collect();
    held.sort_unstable();
    held.into_iter().map(|(_, deal)| deal).collect()
}
