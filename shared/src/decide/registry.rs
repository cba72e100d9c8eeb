//! Decides on what is set up and registered: settings, programme, participants, listings.

use std::collections::BTreeSet;

use super::given::settings;
use super::shape::length;
use crate::board::Board;
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
pub(super) fn configure(board: &Board, settings: &Settings) -> Result<Vec<Event>, Refusal> {
    let kept: BTreeSet<&CategoryId> = settings.categories.iter().map(|category| &category.id).collect();
    let wanted = board
        .after_hammer
        .values()
        .filter_map(|note| note.proposed.as_ref());
    let of_deals = board
        .deals
        .values()
        .map(|deal| &deal.terms)
        .chain(wanted)
        .flat_map(|terms| terms.bargain.services())
        .filter_map(|service| service.category.as_ref());
    let of_listings = board.listings.values().map(|listing| &listing.category);
    match of_deals.chain(of_listings).find(|used| !kept.contains(used)) {
        Some(used) => Err(Refusal::CategoryInUse {
            category: used.0.clone(),
        }),
        None => Ok(vec![Event::ExchangeConfigured {
            settings: Box::new(settings.clone()),
        }]),
    }
}

pub(super) fn set_programme(board: &Board, items: &[ProgrammeItem]) -> Result<Vec<Event>, Refusal> {
    settings(board)?;
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
    if board.participants.contains_key(&entry.id) {
        return Err(Refusal::AlreadyExists);
    }
    length("participants", board.participants.len() + 1, 1, PARTICIPANTS_MAX)?;
    Ok(vec![Event::ParticipantRegistered {
        participant: participant(board, entry)?,
    }])
}

pub(super) fn amend(board: &Board, entry: &ParticipantEntry) -> Result<Vec<Event>, Refusal> {
    known(board, entry.id)?;
    Ok(vec![Event::ParticipantAmended {
        participant: participant(board, entry)?,
    }])
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

pub(super) fn amend_listing(board: &Board, listing: &Listing) -> Result<Vec<Event>, Refusal> {
    check_listing(board, listing)?;
    match board.listings.get(&listing.id) {
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
            .any(|other| other.symbol == *symbol && other.id != entry.id)
    };
    let name = shown_name(entry);
    let kept = board
        .participants
        .get(&entry.id)
        .map(|earlier| earlier.symbol.clone());
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
    })
}
