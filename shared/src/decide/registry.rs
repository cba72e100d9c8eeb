//! Decides on what is set up and registered: settings, programme, participants, listings.

use std::collections::BTreeSet;

use super::given::settings;
use super::shape::length;
use crate::board::Board;
use crate::deal::{Deal, Terms};
use crate::event::Event;
use crate::exchange::{ProgrammeItem, Settings, Slot};
use crate::ids::{CategoryId, ListingId, ParticipantId, RoundId};
use crate::limits::{LISTINGS_PER_PARTICIPANT_MAX, PARTICIPANTS_MAX, PROGRAMME_ITEMS_MAX};
use crate::listing::Listing;
use crate::participant::{Participant, ParticipantEntry, Symbol, shown_name};
use crate::refusal::Refusal;
use crate::round::RoundState;
use crate::symbol::Hall;

/// Replaces the settings. A category that a deal or a listing names may be renamed, but stays.
pub(super) fn configure(
    board: &Board,
    settings: &Settings,
    expected: Option<&Settings>,
) -> Result<Vec<Event>, Refusal> {
    if expected.is_some() && expected != board.settings.as_ref() {
        return Err(Refusal::ChangedMeanwhile);
    }
    let kept: BTreeSet<&CategoryId> = settings.categories.iter().map(|category| &category.id).collect();
    let of_deals = board
        .terms_by_deal()
        .flat_map(|(_, terms)| terms.bargain.services())
        .filter_map(|service| service.category.as_ref());
    let of_listings = board.listings.values().map(|listing| &listing.category);
    match of_deals.chain(of_listings).find(|used| !kept.contains(used)) {
        Some(used) => {
            let mut known = board.settings.iter().flat_map(|settings| &settings.categories);
            let named = known.find(|category| category.id == *used);
            Err(Refusal::CategoryInUse {
                category: named.map_or(&used.0, |category| &category.name).clone(),
            })
        }
        None => Ok(vec![Event::ExchangeConfigured {
            settings: Box::new(settings.clone()),
        }]),
    }
}

pub(super) fn set_programme(
    board: &Board,
    items: &[ProgrammeItem],
    expected: Option<&[ProgrammeItem]>,
) -> Result<Vec<Event>, Refusal> {
    settings(board)?;
    if expected.is_some_and(|expected| expected != board.programme) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let stays = |id| {
        items
            .iter()
            .any(|item| matches!(&item.slot, Slot::Round { round, .. } if *round == id))
    };
    if board
        .rounds
        .iter()
        .any(|round| round.state != RoundState::Ready && !stays(round.id))
    {
        return Err(Refusal::RoundStarted);
    }
    Ok(vec![Event::ProgrammeSet {
        items: items.to_vec(),
    }])
}

/// A round more, after the others and before what closes the evening.
pub(super) fn add_round(board: &Board, time: &str, title: &str, minutes: u32) -> Result<Vec<Event>, Refusal> {
    settings(board)?;
    length("programme", board.programme.len() + 1, 1, PROGRAMME_ITEMS_MAX)?;
    let last = board.rounds.iter().map(|round| round.id.0).max().unwrap_or(0);
    length("round", last as usize + 1, 1, PROGRAMME_ITEMS_MAX)?;
    let item = ProgrammeItem {
        time: time.to_owned(),
        title: title.trim().to_owned(),
        slot: Slot::Round {
            round: RoundId(last + 1),
            minutes,
        },
    };
    let mut items = board.programme.clone();
    let closing = items.iter().rposition(|item| item.slot == Slot::Closing);
    items.insert(closing.unwrap_or(items.len()), item);
    Ok(vec![Event::ProgrammeSet { items }])
}

pub(super) fn register(board: &Board, entry: &ParticipantEntry) -> Result<Vec<Event>, Refusal> {
    settings(board)?;
    if board.participant(entry.id).is_some() {
        return Err(Refusal::AlreadyExists);
    }
    length("participants", board.participants.len() + 1, 1, PARTICIPANTS_MAX)?;
    Ok(vec![Event::ParticipantRegistered {
        participant: participant(board, entry)?,
    }])
}

pub(super) fn amend(
    board: &Board,
    entry: &ParticipantEntry,
    expected: Option<&Participant>,
) -> Result<Vec<Event>, Refusal> {
    let known = board.participant(entry.id).ok_or(Refusal::UnknownParticipant)?;
    if known.id != entry.id {
        return Err(Refusal::ParticipantMerged {
            name: known.name.clone(),
        });
    }
    if expected.is_some_and(|expected| !known.looks_like(expected)) {
        return Err(Refusal::ChangedMeanwhile);
    }
    Ok(vec![Event::ParticipantAmended {
        participant: participant(board, entry)?,
    }])
}

/// Makes one of two. What stands on both sides of an agreement cannot be one; of agreements that are off it is of no matter.
pub(super) fn merge(board: &Board, kept: ParticipantId, gone: ParticipantId) -> Result<Vec<Event>, Refusal> {
    known(board, kept)?;
    let goes = board.participants.get(&gone).ok_or(Refusal::UnknownParticipant)?;
    if kept == gone {
        return Err(Refusal::AlreadyMerged);
    }
    let becomes_its_own = |terms: &Terms| {
        let mut terms = terms.clone();
        terms.rename(gone, kept);
        terms.has_someone_on_both_sides()
    };
    let in_the_way = board
        .deals
        .values()
        .filter(|deal| !deal.standing.is_off())
        .find(|deal| terms_of(board, deal).any(becomes_its_own));
    if let Some(deal) = in_the_way {
        return Err(Refusal::MergeAcrossDeal {
            text: deal.terms.bargain.service().text.clone(),
        });
    }
    let listings = board.listings.values();
    Ok(vec![Event::ParticipantsMerged {
        kept,
        gone,
        name: goes.name.clone(),
        listings: Some(listings.filter(|listing| listing.participant == gone).count() as u32),
        deals: Some(deals_of(board, gone)),
    }])
}

pub(super) fn mark_arrived(board: &Board, participant: ParticipantId) -> Result<Vec<Event>, Refusal> {
    known(board, participant)?;
    if board.arrived.contains(&participant) {
        return Err(Refusal::AlreadyHere);
    }
    Ok(vec![Event::ParticipantArrived { participant }])
}

pub(super) fn take_back_arrival(board: &Board, participant: ParticipantId) -> Result<Vec<Event>, Refusal> {
    known(board, participant)?;
    if !board.arrived.contains(&participant) {
        return Err(Refusal::NotHere);
    }
    Ok(vec![Event::ArrivalTakenBack { participant }])
}

/// Takes out somebody whom no deal names, be it one that is off: it could come back.
pub(super) fn remove_participant(board: &Board, id: ParticipantId) -> Result<Vec<Event>, Refusal> {
    let participant = board.participants.get(&id).ok_or(Refusal::UnknownParticipant)?;
    match deals_of(board, id) {
        0 => Ok(vec![Event::ParticipantRemoved {
            participant: id,
            name: participant.name.clone(),
        }]),
        deals => Err(Refusal::ParticipantHasDeals { deals }),
    }
}

fn deals_of(board: &Board, id: ParticipantId) -> u32 {
    let names_it = |terms: &Terms| terms.parties().any(|party| party == id);
    let is_named = |deal: &&Deal| {
        let mut terms = terms_of(board, deal).chain(declined_of(board, deal));
        terms.any(names_it)
    };
    board.deals.values().filter(is_named).count() as u32
}

/// What was wanted of a deal and was not let through, and of which terms it was wanted. Nothing of it holds before its broker asks again.
fn declined_of<'a>(board: &'a Board, deal: &Deal) -> impl Iterator<Item = &'a Terms> + use<'a> {
    let note = board.after_hammer.get(&deal.id);
    note.into_iter()
        .flat_map(|note| note.declined.iter().chain(&note.declined_of))
}

/// The terms that a deal has, and those that it had or may get.
fn terms_of<'a>(board: &'a Board, deal: &'a Deal) -> impl Iterator<Item = &'a Terms> {
    let note = board.after_hammer.get(&deal.id);
    let noted = note
        .into_iter()
        .flat_map(|note| note.was.iter().chain(&note.proposed));
    std::iter::once(&deal.terms).chain(noted)
}

pub(super) fn add_listing(board: &Board, listing: &Listing) -> Result<Vec<Event>, Refusal> {
    check_listing(board, listing)?;
    if board.listings.contains_key(&listing.id) {
        return Err(Refusal::AlreadyExists);
    }
    let listings = board
        .listings
        .values()
        .filter(|other| other.participant == listing.participant)
        .count();
    length("listings", listings + 1, 1, LISTINGS_PER_PARTICIPANT_MAX)?;
    Ok(vec![Event::ListingAdded {
        listing: listing.clone(),
    }])
}

pub(super) fn amend_listing(
    board: &Board,
    listing: &Listing,
    expected: Option<&Listing>,
) -> Result<Vec<Event>, Refusal> {
    check_listing(board, listing)?;
    match board.listings.get(&listing.id) {
        Some(earlier) if expected.is_some_and(|expected| expected != earlier) => {
            Err(Refusal::ChangedMeanwhile)
        }
        Some(earlier) if earlier.participant == listing.participant => Ok(vec![Event::ListingAmended {
            listing: listing.clone(),
        }]),
        Some(_) | None => Err(Refusal::UnknownListing),
    }
}

pub(super) fn remove_listing(board: &Board, listing: ListingId) -> Result<Vec<Event>, Refusal> {
    if board.listings.contains_key(&listing) {
        Ok(vec![Event::ListingRemoved { listing }])
    } else {
        Err(Refusal::UnknownListing)
    }
}

pub(super) fn known(board: &Board, id: ParticipantId) -> Result<(), Refusal> {
    if board.participants.contains_key(&id) {
        Ok(())
    } else {
        Err(Refusal::UnknownParticipant)
    }
}

fn check_listing(board: &Board, listing: &Listing) -> Result<(), Refusal> {
    known(board, listing.participant)?;
    if settings(board)?
        .categories
        .iter()
        .any(|category| category.id == listing.category)
    {
        Ok(())
    } else {
        Err(Refusal::UnknownCategory)
    }
}

fn participant(board: &Board, entry: &ParticipantEntry) -> Result<Participant, Refusal> {
    let is_taken = |symbol: &Symbol| {
        board
            .participants
            .values()
            .any(|other| other.has_symbol(symbol) && other.id != entry.id)
    };
    let name = shown_name(entry);
    let earlier = board.participants.get(&entry.id);
    let kept = earlier.map(|earlier| earlier.symbol.clone());
    let symbol = match (&entry.symbol, kept) {
        (Some(text), _) => {
            let symbol = Symbol::parse(text).map_err(|_| Refusal::NotASymbol)?;
            if is_taken(&symbol) {
                return Err(Refusal::SymbolTaken {
                    symbol: symbol.to_string(),
                });
            }
            symbol
        }
        (None, Some(kept)) => kept,
        (None, None) => Hall::of(board, entry.id).symbol(&name),
    };
    let place = entry.place.clone();
    Ok(Participant {
        id: entry.id,
        name,
        sector: entry.sector,
        symbol,
        place,
        was: earlier.map(|earlier| earlier.was.clone()).unwrap_or_default(),
        was_symbols: earlier
            .map(|earlier| earlier.was_symbols.clone())
            .unwrap_or_default(),
        is_erased: false,
    })
}
