//! What an import would do: each row of a file beside the board. A plan writes nothing. Its digest is of all that it says, so
//! that what is confirmed is what was looked at.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::decide::shape;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId, Seq};
use borsklokka_shared::limits::{LISTINGS_PER_PARTICIPANT_MAX, PARTICIPANTS_MAX};
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, Symbol, shown_name};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::symbol::Hall;
use borsklokka_spreadsheets::Book;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::field::Field;
use super::fold::fold;
use super::mapping::{At, Mapping, Understood};
use super::rows::{Draft, DraftListing, Fault, Note, Problem, draft};

/// Most participants, listings and contacts that one import writes, counted together.
pub(crate) const CHANGES_MAX: usize = 10_000;
/// How alike two names are that may be one, of 1.
const ALIKE_MIN: f64 = 0.85;
/// Most possible doubles that are told of a row.
const DOUBLES_MAX: usize = 3;
/// Fewest letters of a word by which doubles are looked for.
const TELLING_CHARS_MIN: usize = 4;
/// Most names that share a word by which doubles are looked for: more is the town.
const SHARING_MAX: usize = 60;

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

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Somebody is registered.
    New,
    /// Somebody who is registered is changed, or has something more.
    Changed,
    /// The board says so already.
    Same,
    /// It cannot be taken.
    Problem,
    /// The organiser left it out.
    LeftOut,
}

/// Something that a row changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// The field.
    pub(crate) what: &'static str,
    /// What is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<String>,
    /// What the row says.
    pub(crate) after: String,
}

/// Somebody who may be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Double {
    pub(crate) participant: ParticipantId,
    pub(crate) name: String,
    pub(crate) symbol: Symbol,
}

/// A row, and what becomes of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PlannedRow {
    pub(crate) at: At,
    pub(crate) state: State,
    /// The name as the wall will say it, or as the row has it if it cannot be taken.
    pub(crate) name: String,
    /// Who it is, if somebody is registered.
    pub(crate) participant: Option<ParticipantId>,
    pub(crate) changes: Vec<Change>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) notes: Vec<Note>,
    pub(crate) doubles: Vec<Double>,
}

/// How much is changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Participants that are registered.
    pub(crate) registered: usize,
    /// Participants of which something changes.
    pub(crate) amended: usize,
    /// Offers and wishes that are added.
    pub(crate) listings_added: usize,
    /// Offers and wishes that change.
    pub(crate) listings_amended: usize,
    /// Contacts that are written.
    pub(crate) contacts: usize,
    /// Offers and wishes that are added of which no category is said.
    pub(crate) without_category: usize,
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
        self.rows.iter().any(|row| row.state == State::Problem)
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
            state: State::Same,
            name: draft.name.clone(),
            participant: None,
            changes: Vec::new(),
            problems: Vec::new(),
            notes: Vec::new(),
            doubles: Vec::new(),
        };
        if self.left_out.contains(&at) {
            row.state = State::LeftOut;
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

    /// Whose id it is, be it from before a merger.
    fn known_as(&self, id: ParticipantId) -> Option<ParticipantId> {
        let is_known = self.everyone.contains_key(&id).then_some(id);
        is_known.or_else(|| self.aliases.get(&id).copied())
    }

    /// Who has the name. Individuals are shown by their first names, which many have: there the contact's name decides.
    fn named(&self, draft: &Draft) -> Option<ParticipantId> {
        let sector = draft.sector.or(self.mapping.sector);
        let whole = self.by_name.get(&fold(&draft.name)).into_iter().flatten();
        let shown = sector.map(|sector| {
            shown_name(&entry(
                ParticipantId(Uuid::nil()),
                draft,
                sector,
                NameShown::First,
            ))
        });
        let shown = shown
            .and_then(|name| self.by_name.get(&fold(&name)))
            .into_iter()
            .flatten();
        let is_it = |id: &&ParticipantId| {
            let planned = &self.everyone[*id];
            if planned.participant.sector != Sector::Individual {
                return sector != Some(Sector::Individual);
            }
            let is_full = fold(&planned.full_name) == fold(&draft.name);
            let is_reached = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
            sector.is_none_or(|sector| sector == Sector::Individual)
                && (is_full
                    || is_reached(&planned.contact.email, &draft.contact.email)
                    || is_reached(&planned.contact.phone, &draft.contact.phone))
        };
        // An individual who is shown in full, by that name.
        let is_shown_in_full = |id: &&ParticipantId| {
            let planned = &self.everyone[*id];
            planned.participant.sector == Sector::Individual && planned.participant.name.contains(' ')
        };
        whole
            .clone()
            .chain(shown)
            .find(is_it)
            .or_else(|| whole.clone().find(is_shown_in_full))
            .copied()
    }

    fn register(&mut self, mut draft: Draft, row: &mut PlannedRow) {
        let Some(sector) = draft.sector.or(self.mapping.sector) else {
            let is_told = draft
                .problems
                .iter()
                .any(|problem| matches!(problem.fault, Fault::SectorUnknown { .. }));
            if !is_told {
                draft.problem(draft.column(Field::Sector), Fault::SectorMissing);
            }
            return refuse(draft, row);
        };
        let id = ParticipantId(Uuid::now_v7());
        let entry = entry(id, &draft, sector, NameShown::First);
        judge(
            &mut draft,
            &Command::RegisterParticipant {
                participant: entry.clone(),
            },
        );
        if self.everyone.len() >= PARTICIPANTS_MAX {
            draft.problem(
                None,
                Fault::TooManyParticipants {
                    max: PARTICIPANTS_MAX,
                },
            );
        }
        let name = shown_name(&entry);
        let symbol = draft
            .symbol
            .as_deref()
            .and_then(|symbol| Symbol::parse(symbol).ok());
        let symbol = symbol.unwrap_or_else(|| self.hall.symbol(&name));
        if draft.symbol.is_some() && self.symbols.contains(symbol.as_str()) {
            draft.problem(
                draft.column(Field::Symbol),
                Fault::SymbolTaken {
                    symbol: symbol.to_string(),
                },
            );
        }
        if sector == Sector::Individual && draft.contact.person.is_none() && name != entry.name {
            draft.contact.person = Some(entry.name.clone());
        }
        if !draft.problems.is_empty() {
            return refuse(draft, row);
        }
        row.doubles = self.doubles(&name);
        let participant = Participant {
            id,
            name: name.clone(),
            sector,
            symbol: symbol.clone(),
            place: draft.place.clone(),
            was: Vec::new(),
            was_symbols: Vec::new(),
        };
        self.hall.seat(&name, symbol.clone());
        self.symbols.insert(symbol.to_string());
        self.by_name.entry(fold(&name)).or_default().push(id);
        if entry.name != name {
            self.by_name.entry(fold(&entry.name)).or_default().push(id);
        }
        self.everyone.insert(
            id,
            Planned {
                participant,
                full_name: entry.name,
                contact: Contact::default(),
                listings: Vec::new(),
                first: None,
                is_new: true,
                is_amended: false,
                changed: BTreeMap::new(),
            },
        );
        self.order.push(id);
        for (what, after) in [
            ("symbol", Some(symbol.to_string())),
            ("place", draft.place.clone()),
        ] {
            row.changes.extend(after.map(|after| Change {
                what,
                before: None,
                after,
            }));
        }
        self.take(id, draft, false, row);
        if row.state != State::Problem {
            row.state = State::New;
            return;
        }
        // What was refused of it is refused whole.
        self.everyone.remove(&id);
        self.symbols.remove(symbol.as_str());
        self.order.retain(|other| *other != id);
        self.by_name
            .values_mut()
            .for_each(|ids| ids.retain(|other| *other != id));
    }

    /// Sets a row beside somebody who is known.
    #[expect(
        clippy::too_many_lines,
        reason = "one field after another, each with its own rule"
    )]
    fn take(&mut self, id: ParticipantId, mut draft: Draft, by_id: bool, row: &mut PlannedRow) {
        let first = self.everyone[&id].first;
        if let Some(first) = first {
            draft.notes.push(Note::Again {
                sheet: first.sheet,
                row: first.row,
            });
        }
        let was = &self.everyone[&id];
        let mut now = was.participant.clone();
        let mut changes = Vec::new();
        // The first row that speaks of somebody counts; what a later one adds is taken.
        let is_first = first.is_none();
        if by_id && is_first && !draft.name.is_empty() && draft.name != now.name {
            let sector = draft.sector.unwrap_or(now.sector);
            now.name = shown_name(&entry(id, &draft, sector, NameShown::First));
        }
        if let Some(sector) = draft.sector {
            if is_first {
                now.sector = sector;
            } else if sector != now.sector
                && let Some(column) = draft.column(Field::Sector)
            {
                draft.notes.push(Note::Differs { column });
            }
        }
        if let Some(place) = &draft.place {
            if is_first || now.place.is_none() {
                now.place = Some(place.clone());
            } else if now.place.as_ref() != Some(place)
                && let Some(column) = draft.column(Field::Place)
            {
                draft.notes.push(Note::Differs { column });
            }
        }
        if let Some(text) = draft.symbol.clone().filter(|_| is_first) {
            match Symbol::parse(&text) {
                Ok(symbol) if symbol == now.symbol => {}
                Ok(symbol) if self.symbols.contains(symbol.as_str()) => {
                    let symbol = symbol.to_string();
                    draft.problem(draft.column(Field::Symbol), Fault::SymbolTaken { symbol });
                }
                Ok(symbol) => now.symbol = symbol,
                Err(_) => {
                    let refusal = Refusal::NotASymbol;
                    draft.problem(draft.column(Field::Symbol), Fault::Refused { refusal });
                }
            }
        }
        for (what, before, after) in [
            ("name", Some(&was.participant.name), Some(&now.name)),
            ("place", was.participant.place.as_ref(), now.place.as_ref()),
        ] {
            if let Some(after) = after.filter(|after| before != Some(after)) {
                changes.push(Change {
                    what,
                    before: before.cloned(),
                    after: after.clone(),
                });
            }
        }
        for (what, before, after) in [
            (
                "sector",
                was.participant.sector.as_str().to_owned(),
                now.sector.as_str().to_owned(),
            ),
            (
                "symbol",
                was.participant.symbol.to_string(),
                now.symbol.to_string(),
            ),
        ] {
            if before != after {
                changes.push(Change {
                    what,
                    before: Some(before),
                    after,
                });
            }
        }
        let is_amended = now != was.participant;
        if is_amended {
            let command = Command::AmendParticipant {
                participant: amended(&now),
                expected: None,
            };
            judge(&mut draft, &command);
        }
        let contact = beside(
            &self.everyone[&id].contact,
            &draft.contact,
            is_first,
            &mut changes,
        );
        let listings = self.listings(id, &mut draft, &mut changes);
        row.name.clone_from(&now.name);
        // Who is new has no id before it is confirmed.
        row.participant = (!self.everyone[&id].is_new).then_some(id);
        if !draft.problems.is_empty() {
            return refuse(draft, row);
        }
        let old_symbol = self.everyone[&id].participant.symbol.to_string();
        if old_symbol != now.symbol.as_str() {
            self.symbols.remove(&old_symbol);
            self.symbols.insert(now.symbol.to_string());
        }
        let planned = self.everyone.get_mut(&id).expect("it was just looked at");
        planned.first = planned.first.or(Some(row.at));
        planned.is_amended |= is_amended && !planned.is_new;
        planned.participant = now;
        planned.contact = contact;
        for (listing, is_new, is_uncategorised) in listings {
            self.without_category += usize::from(is_uncategorised);
            let known = planned.listings.iter_mut().find(|known| known.id == listing.id);
            planned.changed.entry(listing.id).or_insert(is_new);
            match known {
                Some(known) => *known = listing,
                None => planned.listings.push(listing),
            }
        }
        row.state = if changes.is_empty() {
            State::Same
        } else {
            State::Changed
        };
        row.changes.extend(changes);
        row.notes = draft.notes;
    }

    /// The listings that a row adds or changes, each with whether it is new, and whether its category was not said.
    fn listings(
        &self,
        id: ParticipantId,
        draft: &mut Draft,
        changes: &mut Vec<Change>,
    ) -> Vec<(Listing, bool, bool)> {
        let planned = &self.everyone[&id];
        let mut taken: Vec<(Listing, bool, bool)> = Vec::new();
        let mut matched: BTreeSet<ListingId> = BTreeSet::new();
        for drafted in std::mem::take(&mut draft.listings) {
            let of_row = taken.iter().map(|(listing, _, _)| listing);
            let all = || planned.listings.iter();
            let says_it = |listing: &&Listing| {
                listing.kind == drafted.kind && fold(&listing.text) == fold(&drafted.text)
            };
            if drafted.id.is_none() && of_row.clone().any(|listing| says_it(&listing)) {
                continue;
            }
            let by_id = drafted.id.and_then(|id| all().find(|listing| listing.id == id));
            let known =
                by_id.or_else(|| all().find(|listing| says_it(listing) && !matched.contains(&listing.id)));
            matched.extend(known.map(|listing| listing.id));
            let is_uncategorised = known.is_none() && drafted.category.is_none();
            let listing = self.listing(id, known, by_id.is_some(), &drafted);
            if known == Some(&listing) {
                continue;
            }
            let command = match known {
                Some(_) => Command::AmendListing {
                    listing: listing.clone(),
                    expected: None,
                },
                None => Command::AddListing {
                    listing: listing.clone(),
                },
            };
            if let Err(refusal) = shape(&command) {
                draft.problem(Some(drafted.column), Fault::Refused { refusal });
                continue;
            }
            let added = taken.iter().filter(|(_, is_new, _)| *is_new).count();
            if known.is_none() && planned.listings.len() + added >= LISTINGS_PER_PARTICIPANT_MAX {
                let max = LISTINGS_PER_PARTICIPANT_MAX;
                draft.problem(Some(drafted.column), Fault::TooManyListings { max });
                break;
            }
            changes.push(Change {
                what: match listing.kind {
                    ListingKind::Offer => "offer",
                    ListingKind::Wish => "wish",
                },
                before: known.map(|known| known.text.clone()),
                after: listing.text.clone(),
            });
            taken.push((listing, known.is_none(), is_uncategorised));
        }
        taken
    }

    fn listing(
        &self,
        participant: ParticipantId,
        known: Option<&Listing>,
        by_id: bool,
        drafted: &DraftListing,
    ) -> Listing {
        let fallback = || -> CategoryId {
            let first = self
                .known
                .settings
                .categories
                .first()
                .map(|category| category.id.clone());
            let said = self.mapping.category.clone();
            let is_known = |id: &CategoryId| {
                self.known
                    .settings
                    .categories
                    .iter()
                    .any(|category| category.id == *id)
            };
            said.filter(is_known)
                .or(first)
                .unwrap_or_else(|| CategoryId(String::new()))
        };
        match known {
            Some(known) => Listing {
                description: known.description.clone(),
                kind: drafted.kind,
                // Spelt in another way it is the same; by its id it is what the row says.
                text: if by_id {
                    drafted.text.clone()
                } else {
                    known.text.clone()
                },
                category: drafted.category.clone().unwrap_or_else(|| known.category.clone()),
                quantity: drafted.quantity.clone().or_else(|| known.quantity.clone()),
                effort_minutes: drafted.effort_minutes.or(known.effort_minutes),
                ..known.clone()
            },
            None => Listing {
                description: None,
                id: drafted
                    .id
                    .filter(|id| !self.known.listings.contains_key(id))
                    .unwrap_or_else(|| ListingId(Uuid::now_v7())),
                participant,
                kind: drafted.kind,
                text: drafted.text.clone(),
                category: drafted.category.clone().unwrap_or_else(fallback),
                quantity: drafted.quantity.clone(),
                effort_minutes: drafted.effort_minutes,
            },
        }
    }

    /// Registered names that are nearly the same.
    fn doubles(&self, name: &str) -> Vec<Double> {
        let folded = fold(name);
        let near: BTreeSet<ParticipantId> = telling(&folded)
            .filter_map(|word| self.by_word.get(&word))
            .filter(|sharing| sharing.len() <= SHARING_MAX)
            .flatten()
            .copied()
            .collect();
        let mut found: Vec<(f64, &Participant)> = near
            .iter()
            .map(|id| &self.known.participants[id])
            .map(|participant| (likeness(&folded, &fold(&participant.name)), participant))
            .filter(|(alike, _)| *alike >= ALIKE_MIN)
            .collect();
        found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let doubles = found.into_iter().take(DOUBLES_MAX);
        doubles
            .map(|(_, participant)| Double {
                participant: participant.id,
                name: participant.name.clone(),
                symbol: participant.symbol.clone(),
            })
            .collect()
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

/// Says what the domain would refuse, at its field.
fn judge(draft: &mut Draft, command: &Command) {
    if let Err(refusal) = shape(&command.tidied()) {
        let field = match &refusal {
            Refusal::NotASymbol => Field::Symbol,
            Refusal::TextTooLong { field, .. }
            | Refusal::TextMissing { field }
            | Refusal::TextUnprintable { field }
                if field == "place" =>
            {
                Field::Place
            }
            _ => Field::Name,
        };
        draft.problem(draft.column(field), Fault::Refused { refusal });
    }
}

fn refuse(draft: Draft, row: &mut PlannedRow) {
    row.state = State::Problem;
    row.changes.clear();
    row.doubles.clear();
    row.problems = draft.problems;
    row.notes = draft.notes;
    if row.name.is_empty() {
        row.name = draft.name;
    }
}

/// Words that tell a name apart.
fn telling(folded: &str) -> impl Iterator<Item = String> + use<'_> {
    let words = folded.split(' ');
    words
        .filter(|word| word.len() >= TELLING_CHARS_MIN)
        .map(str::to_owned)
}

/// How alike two folded names are: letter by letter, or one with more words than the other.
fn likeness(one: &str, other: &str) -> f64 {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let all_within = short.len() >= 2 * TELLING_CHARS_MIN
        && short
            .split(' ')
            .all(|word| long.split(' ').any(|other| other == word));
    if all_within {
        1.0
    } else {
        strsim::normalized_damerau_levenshtein(one, other)
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

/// A contact with what a row says of it. What the row leaves open stays.
fn beside(known: &Contact, said: &Contact, is_first: bool, changes: &mut Vec<Change>) -> Contact {
    let mut field = |what, known: &Option<String>, said: &Option<String>| {
        let now = if is_first || known.is_none() {
            said.as_ref().or(known.as_ref())
        } else {
            known.as_ref()
        };
        if let Some(after) = now.filter(|now| known.as_ref() != Some(now)) {
            changes.push(Change {
                what,
                before: known.clone(),
                after: after.clone(),
            });
        }
        now.cloned()
    };
    Contact {
        person: field("person", &known.person, &said.person),
        email: field("email", &known.email, &said.email),
        phone: field("phone", &known.phone, &said.phone),
    }
}
