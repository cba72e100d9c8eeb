//! What an import would do: each row of a file beside the board. A plan writes nothing. Its digest is of all that it says, so
//! that what is confirmed is what was looked at.

mod changes;
mod matching;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{ListingId, ParticipantId, Seq};
use borsklokka_shared::listing::Listing;
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, Symbol};
use borsklokka_shared::roster::{At, Change, Counts, Double, Field, Mapping, RowState};
use borsklokka_shared::symbol::Hall;
use borsklokka_spreadsheets::Book;
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::changes::refuse;
use self::matching::telling;
use super::fold::fold;
use super::mapping::Understood;
use super::rows::{Draft, Fault, Note, Problem, draft};

/// Most participants, listings and contacts that one import writes, counted together.
pub(crate) const CHANGES_MAX: usize = 10_000;

/// Nobody waits for it any more.
#[derive(Debug, thiserror::Error)]
#[error("nobody waits for it any more")]
pub(crate) struct Gone;

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

/// What an import would do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) rows: Vec<PlannedRow>,
    pub(crate) counts: Counts,
    pub(crate) commands: Vec<Command>,
    pub(crate) contacts: Vec<(ParticipantId, Contact)>,
    /// The board's position that it was made at.
    pub(crate) at: Seq,
}

impl Plan {
    /// SHA-256 of what it says, in hex.
    pub(crate) fn digest(&self) -> String {
        let said = serde_json::to_vec(&(&self.rows, &self.counts)).expect("rows have string keys only");
        hex::encode(Sha256::digest(said))
    }

    /// Whether a row cannot be taken.
    pub(crate) fn has_problems(&self) -> bool {
        self.rows.iter().any(|row| row.state == RowState::Problem)
    }

    /// Whether more changes than one import may write.
    pub(crate) fn is_too_large(&self) -> bool {
        self.commands.len() + self.contacts.len() > CHANGES_MAX
    }
}

/// Sets a file beside what is known.
pub(crate) fn plan(
    book: &Book,
    understood: &[Understood],
    mapping: &Mapping,
    known: &Known,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Plan, Gone> {
    let mut planner = Planner::new(mapping, known);
    let sheets = || {
        book.sheets
            .iter()
            .zip(understood)
            .filter(|(_, understood)| understood.is_read)
    };
    // Participants before their listings, wherever these stand.
    for of_listings in [false, true] {
        for (sheet, understood) in sheets().filter(|(_, sheet)| sheet.is_of_listings() == of_listings) {
            for row in understood.rows(sheet) {
                if is_stopped() {
                    return Err(Gone);
                }
                let at = At {
                    sheet: understood.mapping.sheet,
                    row: row.number,
                };
                let draft = draft(row, understood, &known.settings);
                planner.row(at, draft, of_listings);
            }
        }
    }
    Ok(planner.finish())
}

/// Somebody as the plan leaves them.
struct Planned {
    participant: Participant,
    /// The name as it was written, where it is more than is shown.
    full_name: String,
    contact: Contact,
    listings: Vec<Listing>,
    /// Where they were first spoken of.
    first: Option<At>,
    is_new: bool,
    is_amended: bool,
    /// The offers and wishes that change.
    changed: BTreeMap<ListingId, bool>,
}

struct Planner<'a> {
    mapping: &'a Mapping,
    known: &'a Known,
    hall: Hall,
    everyone: BTreeMap<ParticipantId, Planned>,
    /// Ids from before a merger.
    aliases: HashMap<ParticipantId, ParticipantId>,
    /// By folded name as it is shown.
    by_name: HashMap<String, Vec<ParticipantId>>,
    /// Registered names by their words.
    by_word: HashMap<String, Vec<ParticipantId>>,
    symbols: BTreeSet<String>,
    /// Those that the plan registers, in order.
    order: Vec<ParticipantId>,
    rows: Vec<PlannedRow>,
    without_category: usize,
    left_out: BTreeSet<At>,
}

impl<'a> Planner<'a> {
    fn new(mapping: &'a Mapping, known: &'a Known) -> Self {
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
            by_word: HashMap::new(),
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
            for word in telling(&folded) {
                planner.by_word.entry(word).or_default().push(participant.id);
            }
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

    fn row(&mut self, at: At, draft: Draft, of_listings: bool) {
        let mut row = PlannedRow {
            at,
            state: RowState::Same,
            name: draft.name.clone(),
            participant: None,
            changes: Vec::new(),
            problems: Vec::new(),
            notes: Vec::new(),
            doubles: Vec::new(),
        };
        if self.left_out.contains(&at) {
            row.state = RowState::LeftOut;
        } else if of_listings {
            self.row_of_listing(draft, &mut row);
        } else {
            self.row_of_participant(draft, &mut row);
        }
        self.rows.push(row);
    }

    /// A row that names somebody, and one offer or wish.
    fn row_of_listing(&mut self, mut draft: Draft, row: &mut PlannedRow) {
        let by_name = || match self.by_name.get(&fold(&draft.name)).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            Some(_) | None => None,
        };
        let by_id = draft.id.and_then(|id| self.known_as(id));
        let Some(id) = by_id.or_else(by_name) else {
            let text = draft.name.clone();
            let column = draft.column(Field::Name).or(draft.column(Field::Id));
            let fault = if draft.name.is_empty() {
                Fault::NameMissing
            } else {
                Fault::ParticipantUnknown { text }
            };
            draft.problem(column, fault);
            return refuse(draft, row);
        };
        self.take(id, draft, false, row);
    }

    fn row_of_participant(&mut self, mut draft: Draft, row: &mut PlannedRow) {
        let said_same = self
            .mapping
            .same_as
            .iter()
            .find(|same| same.sheet == row.at.sheet && same.row == row.at.row)
            .and_then(|same| self.known_as(same.participant));
        let by_id = draft.id.and_then(|id| self.known_as(id));
        if draft.name.is_empty() && by_id.is_none() {
            draft.problem(draft.column(Field::Name), Fault::NameMissing);
            return refuse(draft, row);
        }
        if let Some(id) = said_same {
            return self.take(id, draft, false, row);
        }
        if let Some(id) = by_id {
            return self.take(id, draft, true, row);
        }
        if let Some(id) = self.named(&draft) {
            return self.take(id, draft, false, row);
        }
        self.register(draft, row);
    }

    fn finish(mut self) -> Plan {
        let mut counts = Counts {
            without_category: self.without_category,
            ..Counts::default()
        };
        let (mut commands, mut contacts) = (Vec::new(), Vec::new());
        let registered: BTreeSet<ParticipantId> = self.order.iter().copied().collect();
        let known = self.everyone.keys().filter(|id| !registered.contains(id));
        let everyone: Vec<ParticipantId> = self.order.iter().chain(known).copied().collect();
        for id in everyone {
            let Some(planned) = self.everyone.remove(&id) else {
                continue;
            };
            if planned.is_new {
                counts.registered += 1;
                commands.push(Command::RegisterParticipant {
                    participant: amended(&planned.participant),
                });
            } else if planned.is_amended {
                counts.amended += 1;
                commands.push(Command::AmendParticipant {
                    participant: amended(&planned.participant),
                    expected: None,
                });
            }
            for listing in planned.listings {
                match planned.changed.get(&listing.id) {
                    Some(true) => {
                        counts.listings_added += 1;
                        commands.push(Command::AddListing { listing });
                    }
                    Some(false) => {
                        counts.listings_amended += 1;
                        commands.push(Command::AmendListing {
                            listing,
                            expected: None,
                        });
                    }
                    None => {}
                }
            }
            if self.known.contacts.get(&id).cloned().unwrap_or_default() != planned.contact {
                counts.contacts += 1;
                contacts.push((id, planned.contact));
            }
        }
        self.rows.sort_by_key(|row| row.at);
        Plan {
            rows: self.rows,
            counts,
            commands,
            contacts,
            at: self.known.at,
        }
    }
}

/// A row as it registers somebody.
fn entry(id: ParticipantId, draft: &Draft, sector: Sector, name_shown: NameShown) -> ParticipantEntry {
    ParticipantEntry {
        id,
        name: draft.name.clone(),
        sector,
        name_shown,
        symbol: draft.symbol.clone(),
        place: draft.place.clone(),
    }
}

/// Somebody as they are, or will be: the name is what is shown.
fn amended(participant: &Participant) -> ParticipantEntry {
    ParticipantEntry {
        id: participant.id,
        name: participant.name.clone(),
        sector: participant.sector,
        name_shown: NameShown::Full,
        symbol: Some(participant.symbol.to_string()),
        place: participant.place.clone(),
    }
}
