//! What a plan knows while it is made, row by row: everyone as it would leave them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use borsklokka_shared::board::Board;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{ListingId, ParticipantId, Seq};
use borsklokka_shared::listing::Listing;
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, Symbol};
use borsklokka_shared::roster::{At, Change, Double, Mapping, RowState};
use borsklokka_shared::symbol::Hall;
use serde::Serialize;

use super::super::fold::fold;
use super::super::names::Names;
use super::super::rows::{Draft, Note, Problem};

/// What the board and the contacts say when a plan is made.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) settings: Settings,
    pub(crate) participants: BTreeMap<ParticipantId, Participant>,
    pub(crate) listings: BTreeMap<ListingId, Listing>,
    pub(crate) contacts: HashMap<ParticipantId, Contact>,
    /// Staff's position.
    pub(crate) at: Seq,
}

impl Known {
    /// What a board knows at a position; none before there are settings.
    pub(crate) fn of(board: &Board, at: Seq) -> Option<Self> {
        Some(Self {
            settings: board.settings.clone()?,
            participants: board
                .participants
                .values()
                .map(|participant| (participant.id, participant.clone()))
                .collect(),
            listings: board
                .listings
                .values()
                .map(|listing| (listing.id, listing.clone()))
                .collect(),
            contacts: HashMap::new(),
            at,
        })
    }
}

/// A row, and what becomes of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PlannedRow {
    pub(crate) at: At,
    pub(crate) state: RowState,
    /// The name as the wall will say it, or as the row has it if it cannot be taken.
    pub(crate) name: String,
    /// Who it is, if somebody is registered.
    pub(crate) participant: Option<ParticipantId>,
    pub(crate) changes: Vec<Change>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) notes: Vec<Note>,
    pub(crate) doubles: Vec<Double>,
}

/// Somebody as the plan leaves them.
pub(super) struct Planned {
    pub(super) participant: Participant,
    /// The name as it was written, where it is more than is shown.
    pub(super) full_name: String,
    pub(super) contact: Contact,
    pub(super) listings: Vec<Listing>,
    /// Where they were first spoken of.
    pub(super) first: Option<At>,
    pub(super) is_new: bool,
    pub(super) is_amended: bool,
    /// The offers and wishes that change.
    pub(super) changed: BTreeMap<ListingId, bool>,
}

pub(super) struct Planner<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) known: &'a Known,
    pub(super) hall: Hall,
    pub(super) everyone: BTreeMap<ParticipantId, Planned>,
    /// Ids from before a merger.
    pub(super) aliases: HashMap<ParticipantId, ParticipantId>,
    /// By folded name as it is shown.
    pub(super) by_name: HashMap<String, Vec<ParticipantId>>,
    /// Registered names.
    pub(super) names: Names<ParticipantId>,
    pub(super) symbols: BTreeSet<String>,
    /// Those that the plan registers, in order.
    pub(super) order: Vec<ParticipantId>,
    pub(super) rows: Vec<PlannedRow>,
    pub(super) without_category: usize,
    pub(super) left_out: BTreeSet<At>,
}

impl<'a> Planner<'a> {
    /// Before the first row.
    pub(super) fn new(mapping: &'a Mapping, known: &'a Known) -> Self {
        let registered = known.participants.values();
        // What somebody was called before a merger tells nobody apart, but hangs on a badge.
        let named = registered.clone().flat_map(|one| {
            let before = one.was_symbols.iter().map(|symbol| ("", symbol));
            before.chain([(one.name.as_str(), &one.symbol)])
        });
        let hall = Hall::new(&known.settings.name, &known.settings.place, named);
        let mut listings: BTreeMap<ParticipantId, Vec<Listing>> = BTreeMap::new();
        for listing in known.listings.values() {
            listings
                .entry(listing.participant)
                .or_default()
                .push(listing.clone());
        }
        let mut planner = Self {
            mapping,
            known,
            hall,
            everyone: BTreeMap::new(),
            aliases: registered
                .clone()
                .flat_map(|one| one.was.iter().map(|was| (*was, one.id)))
                .collect(),
            by_name: HashMap::new(),
            names: Names::of(registered.clone().map(|one| (one.id, one.name.as_str()))),
            symbols: registered
                .clone()
                .flat_map(|one| one.was_symbols.iter().chain([&one.symbol]))
                .map(Symbol::to_string)
                .collect(),
            order: Vec::new(),
            rows: Vec::new(),
            without_category: 0,
            left_out: mapping.leave_out.iter().copied().collect(),
        };
        for participant in registered {
            let folded = fold(&participant.name);
            planner.by_name.entry(folded).or_default().push(participant.id);
            let contact = known.contacts.get(&participant.id).cloned().unwrap_or_default();
            planner.everyone.insert(
                participant.id,
                Planned {
                    full_name: contact.person.clone().unwrap_or_default(),
                    participant: participant.clone(),
                    contact,
                    listings: listings.remove(&participant.id).unwrap_or_default(),
                    first: None,
                    is_new: false,
                    is_amended: false,
                    changed: BTreeMap::new(),
                },
            );
        }
        planner
    }
}

/// A row as it registers somebody, of whom so much of the name is shown.
pub(super) fn entry(
    id: ParticipantId,
    draft: &Draft,
    sector: Sector,
    name_shown: NameShown,
) -> ParticipantEntry {
    ParticipantEntry {
        id,
        name: draft.name.clone(),
        sector,
        name_shown,
        symbol: draft.symbol.clone(),
        place: draft.place.clone(),
    }
}
