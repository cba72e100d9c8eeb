//! Folds an event into a board. It cannot fail and reads neither clock nor chance: the server, the wall and the tablets
//! run it and come to the same board.

use crate::after_hammer::AfterHammer;
use crate::audience::Audience;
use crate::bell::{Bell, BellKind};
use crate::board::Board;
use crate::deal::{Deal, Standing, Terms};
use crate::event::Event;
use crate::exchange::{Ceremony, ProgrammeItem, PublicTotals, Slot};
use crate::ids::{DealId, ParticipantId, RoundId};
use crate::kept::Kept;
use crate::map::{keep_in, take_out};
use crate::order;
use crate::participant::Participant;
use crate::prize::{Prize, Winner};
use crate::round::{Round, RoundState};
use crate::stand::keep;
use crate::step::{Did, Stand};
use crate::totals::Totals;
use crate::trading::Trading;

/// Folds `event` into `board`. The event must be one that the board's audience may see.
#[expect(clippy::too_many_lines, reason = "a match over every event")]
pub fn apply(board: &mut Board, event: &Event) {
    match event {
        Event::ExchangeConfigured { settings } => board.settings = Some((**settings).clone()),
        Event::BegunAnew { kept, .. } => begin_anew(board, kept.as_deref()),
        Event::ProgrammeSet { items } => set_programme(board, items),
        Event::ParticipantRegistered { participant } | Event::ParticipantAmended { participant } => {
            put_participant(board, participant);
        }
        Event::ParticipantsMerged { kept, gone, .. } => merge(board, *kept, *gone),
        Event::ParticipantArrived { participant } => {
            board.arrived.retain(|arrived| arrived != participant);
            board.arrived.push(*participant);
        }
        Event::ArrivalTakenBack { participant } => board.arrived.retain(|arrived| arrived != participant),
        Event::ParticipantRemoved { participant, .. } => {
            take_out(&mut board.participants, participant);
            board.arrived.retain(|arrived| arrived != participant);
            keep_in(&mut board.listings, |listing| listing.participant != *participant);
            let winner = Winner::Participant(*participant);
            board.prizes.retain(|prize| prize.winner() != winner);
        }
        Event::ListingAdded { listing } | Event::ListingAmended { listing } => {
            board.listings.insert(listing.id, listing.clone());
        }
        Event::ListingRemoved { listing } => {
            take_out(&mut board.listings, listing);
        }
        Event::FloorOpened { ring_at } => {
            keep(board, Did::OpenedFloor { round: None }, *ring_at);
            board.break_until = None;
            board.floor.trading.push(Trading {
                opened_at: *ring_at,
                closed_at: None,
            });
            board.was_frozen = false;
            board.bell = Some(Bell {
                kind: BellKind::Opening,
                ring_at: *ring_at,
            });
        }
        Event::FloorClosed { ring_at } => {
            keep(board, Did::ClosedFloor, *ring_at);
            if let Some(trading) = board.floor.trading.last_mut() {
                trading.closed_at = Some(*ring_at);
            }
            board.bell = Some(Bell {
                kind: BellKind::Closing,
                ring_at: *ring_at,
            });
        }
        Event::BellRung { ring_at } => {
            board.bell = Some(Bell {
                kind: BellKind::Stroke,
                ring_at: *ring_at,
            });
        }
        Event::RoundStarted {
            round,
            started_at,
            ends_at,
        } => {
            keep(board, Did::StartedRound { round: *round }, *started_at);
            board.break_until = None;
            set_round(board, *round, |_| RoundState::Running {
                started_at: *started_at,
                ends_at: *ends_at,
                paused_ms: 0,
            });
        }
        Event::RoundPaused { round, rest_ms } => set_round(board, *round, |state| state.paused(*rest_ms)),
        Event::RoundResumed { round, ends_at } | Event::RoundAdjusted { round, ends_at } => {
            set_round(board, *round, |state| state.running_until(*ends_at));
        }
        Event::RoundEnded { round, ended_at } => {
            keep(board, Did::EndedRound { round: *round }, *ended_at);
            set_round(board, *round, |_| RoundState::Ended { ended_at: *ended_at });
            // What it would mean for the round is of no matter any more.
            board.sleep = None;
        }
        Event::DealPosted { deal } => strike(board, deal),
        Event::DealWritten { deal } | Event::DealHeld { deal } | Event::DealReinstated { deal } => {
            put_deal(board, deal.clone());
        }
        Event::DealsRevealed { deals } => deals.iter().for_each(|deal| strike(board, deal)),
        Event::DealDeclined { deal } => change_deal(board, *deal, |deal| deal.standing = Standing::Declined),
        Event::DealSentBack { deal, remark } => {
            change_deal(board, *deal, |deal| {
                deal.standing = Standing::SentBack {
                    remark: remark.clone(),
                }
            });
        }
        Event::DealAmended { deal, terms } => {
            note_amended(board, *deal, terms);
            change_deal(board, *deal, |deal| {
                deal.terms = terms.clone();
                if let Standing::SentBack { .. } = deal.standing {
                    deal.standing = Standing::Written;
                }
            });
        }
        Event::DealChangeProposed { deal, terms } => {
            let is_as_it_was = board.deals.get(deal).is_some_and(|deal| deal.terms == *terms);
            note_after_hammer(board, *deal, |note| {
                note.proposed = (!is_as_it_was).then(|| terms.clone());
                note.forget_declined();
            });
        }
        Event::DealChangeDeclined { deal, remark } => {
            note_after_hammer(board, *deal, |note| note.decline(remark));
        }
        Event::DealWithdrawn { deal } => {
            change_deal(board, *deal, |deal| {
                deal.standing = Standing::Withdrawn {
                    before: Box::new(deal.standing.clone()),
                };
            });
            pass_over(board, *deal);
        }
        Event::DealRemoved { deal } => {
            change_deal(board, *deal, |deal| {
                deal.standing = Standing::Removed {
                    before: Box::new(deal.standing.clone()),
                };
            });
            pass_over(board, *deal);
        }
        Event::DealRecalled { deal } => {
            // What waited for the hammer waits for it again, with what its broker wanted changed. What was not let through stays its
            // broker's to mend.
            let mut proposed = None;
            note_after_hammer(board, *deal, |note| {
                proposed = note.proposed.take();
                note.was = None;
            });
            pass_over(board, *deal);
            change_deal(board, *deal, |deal| {
                deal.standing = Standing::Written;
                if let Some(terms) = proposed {
                    deal.terms = terms;
                }
            });
        }
        Event::TotalsFrozen { since } => {
            board.public_totals = PublicTotals::Frozen {
                since: *since,
                left_ms: board.left_ms(*since),
            };
            board.was_frozen = true;
        }
        Event::TotalsThawed => board.public_totals = PublicTotals::Live,
        Event::MilestoneReached { milestone, .. } => board.milestones.push(*milestone),
        Event::AnnouncementMade { announcement } => board.announcement = Some(announcement.clone()),
        Event::AnnouncementEnded { announcement } => {
            board
                .announcement
                .take_if(|standing| standing.id == *announcement);
        }
        Event::SceneSet { scene } => {
            board.scene = *scene;
            board.break_until = None;
        }
        Event::DealSpotlit { deal } => board.spotlight = *deal,
        Event::DealShortlisted { deal, on } => {
            board.shortlist.retain(|listed| listed != deal);
            board.shortlist.extend(on.then_some(*deal));
        }
        Event::PrizeAwarded { prize } => {
            board.prizes.retain(|awarded| awarded.kind() != prize.kind());
            board.prizes.push(*prize);
        }
        Event::PrizeTakenBack { prize } => board.prizes.retain(|awarded| awarded.kind() != *prize),
        Event::ResultAnnounced { announced_at } => {
            keep(board, Did::AnnouncedResult, *announced_at);
            board.result_at = Some(*announced_at);
        }
        Event::BreakSet { until } => board.break_until = Some(*until),
        Event::StepUndone { step, stand } => {
            // The round that went through it may be another one now.
            board.sleep = None;
            take_back(board, *step, stand);
        }
        Event::ServerSlept { sleep } => board.sleep = Some(*sleep),
        Event::SleepAnswered { .. } => board.sleep = None,
        Event::DataErased { participants, .. } => erase(board, participants),
    }
}

/// Of whoever is erased nothing can be written: of what was not let through and names them, nothing is left to mend.
fn erase(board: &mut Board, participants: &[ParticipantId]) {
    for erased in participants {
        if let Some(one) = board.participants.get_mut(erased) {
            one.is_erased = true;
        }
    }
    board.erased.extend(participants);
    let names_one = |terms: &Terms| terms.parties().any(|party| participants.contains(&party));
    for note in board.after_hammer.values_mut() {
        if note.declined.as_ref().is_some_and(names_one) {
            note.forget_declined();
        }
    }
    keep_in(&mut board.after_hammer, |note| !note.is_empty());
}

/// A deal that counts no longer is on no shortlist. Its prize stays on the board, where nobody sees it until the deal counts again.
fn pass_over(board: &mut Board, deal: DealId) {
    board.shortlist.retain(|listed| *listed != deal);
}

/// Leaves what stays, as it is said or as the board has it.
fn begin_anew(board: &mut Board, said: Option<&Kept>) {
    let Kept {
        settings,
        programme,
        participants,
        listings,
        erased,
    } = said.map_or_else(|| board.kept(), Kept::clone);
    *board = Board {
        settings,
        participants: participants.into_iter().map(|one| (one.id, one)).collect(),
        erased,
        ..Board::empty(board.audience)
    };
    board.adopt_catalogue(listings);
    set_programme(board, &programme);
}

fn set_programme(board: &mut Board, items: &[ProgrammeItem]) {
    board.programme = items.to_vec();
    let planned = items.iter().filter_map(|item| match &item.slot {
        Slot::Round { round, minutes } => Some((*round, item.title.clone(), *minutes)),
        Slot::Gathering | Slot::Closing => None,
    });
    let mut rounds: Vec<Round> = planned
        .map(|(id, title, planned_minutes)| {
            let earlier = board.round(id);
            Round {
                id,
                title,
                planned_minutes,
                state: earlier.map_or(RoundState::Ready, |round| round.state),
                held: earlier.map_or_else(Vec::new, |round| round.held.clone()),
            }
        })
        .collect();
    order::sort_by_key(&mut rounds, |round| round.id);
    board.rounds = rounds;
}

/// Lets the board stand as it stood before a step. A deal that came after a closing bell which has not been is not late.
fn take_back(board: &mut Board, step: u32, stand: &Stand) {
    board.steps.retain(|earlier| earlier.number < step);
    board.bell = None;
    let rung = std::mem::take(&mut board.floor);
    board.floor.trading.clone_from(&stand.trading);
    for round in &mut board.rounds {
        let stood = stand.rounds.iter().find(|stood| stood.round == round.id);
        round.stand(stood.map_or(RoundState::Ready, |stood| stood.state));
    }
    board.scene = stand.scene;
    board.break_until = stand.break_until;
    board.was_frozen = stand.was_frozen;
    board.result_at = stand.result_at;
    let floor = &board.floor;
    for deal in board.deals.values_mut().filter(|deal| !deal.standing.is_held()) {
        deal.late_at
            .take_if(|late_at| floor.was_open(*late_at) && !rung.was_open(*late_at));
    }
}

fn put_participant(board: &mut Board, participant: &Participant) {
    let earlier = board.participants.insert(participant.id, participant.clone());
    if earlier.is_some_and(|earlier| earlier.sector != participant.sector) {
        board.totals = Totals::recount(board.deals.values(), &board.participants);
    }
}

/// Gives everything of one participant to another.
fn merge(board: &mut Board, kept: ParticipantId, gone: ParticipantId) {
    let Some(merged) = take_out(&mut board.participants, &gone) else {
        return;
    };
    if let Some(kept) = board.participants.get_mut(&kept) {
        kept.take_in(merged);
    }
    if board.arrived.contains(&kept) {
        board.arrived.retain(|arrived| *arrived != gone);
    }
    for arrived in board.arrived.iter_mut().filter(|arrived| **arrived == gone) {
        *arrived = kept;
    }
    let listings = board.listings.values_mut();
    for listing in listings.filter(|listing| listing.participant == gone) {
        listing.participant = kept;
    }
    for deal in board.deals.values_mut() {
        deal.terms.rename(gone, kept);
    }
    for prize in &mut board.prizes {
        if prize.winner() == Winner::Participant(gone) {
            *prize = Prize::most_deals(kept);
        }
    }
    for (deal, note) in &mut board.after_hammer {
        let terms = board.deals.get(deal).map(|deal| &deal.terms);
        for noted in [
            &mut note.was,
            &mut note.proposed,
            &mut note.declined,
            &mut note.declined_of,
        ] {
            if let Some(noted) = noted {
                noted.rename(gone, kept);
            }
            // Where the two were all the difference, there is none any more.
            noted.take_if(|noted| Some(&*noted) == terms);
        }
        if note.declined.is_none() {
            note.forget_declined();
        }
    }
    keep_in(&mut board.after_hammer, |note| !note.is_empty());
    board.totals = Totals::recount(board.deals.values(), &board.participants);
}

fn set_round(board: &mut Board, id: RoundId, change: impl FnOnce(RoundState) -> RoundState) {
    if let Some(round) = board.rounds.iter_mut().find(|round| round.id == id) {
        round.stand(change(round.state));
    }
}

/// Puts a new deal on the board. One that the public sees is news: it is the large one.
fn strike(board: &mut Board, deal: &Deal) {
    if deal.counts() {
        board.spotlight = None;
    }
    put_deal(board, deal.clone());
}

/// Notes what the hammer fell on before other terms take their place, and of what was wanted what was not let through. Terms that waited
/// for the hammer have had it now.
fn note_amended(board: &mut Board, id: DealId, terms: &Terms) {
    if board.audience != Audience::Staff {
        return;
    }
    let Some(deal) = board.deals.get(&id) else { return };
    let by_hammer = board
        .settings
        .as_ref()
        .is_some_and(|settings| settings.ceremony == Ceremony::RatifiedFirst);
    let stands = matches!(deal.standing, Standing::Posted | Standing::Concealed);
    let is_hammered = by_hammer && stands;
    let before = deal.terms.clone();
    note_after_hammer(board, id, |note| {
        note.amended(&before, terms);
        if !is_hammered {
            return;
        }
        if note.proposed.as_ref() == Some(terms) {
            *note = AfterHammer::default();
        } else {
            let was = note.was.take().unwrap_or(before);
            note.was = (was != *terms).then_some(was);
        }
    });
}

fn note_after_hammer(board: &mut Board, id: DealId, change: impl FnOnce(&mut AfterHammer)) {
    let mut note = take_out(&mut board.after_hammer, &id).unwrap_or_default();
    change(&mut note);
    if !note.is_empty() {
        board.after_hammer.insert(id, note);
    }
}

fn change_deal(board: &mut Board, id: DealId, change: impl FnOnce(&mut Deal)) {
    if let Some(mut deal) = board.deals.get(&id).cloned() {
        change(&mut deal);
        if !deal.counts() {
            board.spotlight.take_if(|spotlit| *spotlit == id);
        }
        put_deal(board, deal);
    }
}

/// Puts a deal on the board, or takes it off a public board that may no longer show it, and keeps the totals.
fn put_deal(board: &mut Board, deal: Deal) {
    if let Some(earlier) = board.deals.get(&deal.id).filter(|earlier| earlier.counts()) {
        board.totals.subtract(earlier, &board.participants);
    }
    if deal.counts() {
        board.totals.add(&deal, &board.participants);
        board.highest_count = board.highest_count.max(board.totals.deals);
    }
    if let Some(number) = deal.number {
        board.last_number = board.last_number.max(number);
    }
    if board.audience == Audience::Staff || deal.is_public() {
        board.deals.insert(deal.id, deal);
    } else {
        take_out(&mut board.deals, &deal.id);
    }
}
