//! What a row changes: somebody is registered, or set beside what is known of them, field by field.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId};
use borsklokka_shared::limits::{LISTINGS_PER_PARTICIPANT_MAX, PARTICIPANTS_MAX};
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::{Participant, Sector, Symbol, shown_name};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::roster::{Change, Field, RowState};
use uuid::Uuid;

use super::super::fold::fold;
use super::super::rows::{Draft, DraftListing, Fault, Note};
use super::planner::{Planned, PlannedRow, Planner, entry};

impl Planner<'_> {
    pub(super) fn register(&mut self, mut draft: Draft, row: &mut PlannedRow) {
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
        let entry = entry(id, &draft, sector, draft.name_shown.unwrap_or_default());
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
            is_erased: false,
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
            (Field::Symbol, Some(symbol.to_string())),
            (Field::Place, draft.place.clone()),
        ] {
            row.changes.extend(after.map(|after| Change {
                what,
                before: None,
                after,
            }));
        }
        self.take(id, draft, false, row);
        if row.state != RowState::Problem {
            row.state = RowState::New;
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
    pub(super) fn take(&mut self, id: ParticipantId, mut draft: Draft, by_id: bool, row: &mut PlannedRow) {
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
        if is_first && !draft.name.is_empty() {
            let sector = draft.sector.unwrap_or(now.sector);
            let said = shown_name(&entry(id, &draft, sector, draft.name_shown.unwrap_or_default()));
            let says_how = draft.name_shown.is_some();
            // Spelt in another way it is the same; by the id it is what the row says.
            let is_other = if by_id {
                says_how || draft.name != now.name
            } else {
                says_how && sector == Sector::Individual && fold(&said) != fold(&now.name)
            };
            if is_other {
                now.name = said;
            }
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
            (Field::Name, Some(&was.participant.name), Some(&now.name)),
            (Field::Place, was.participant.place.as_ref(), now.place.as_ref()),
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
                Field::Sector,
                was.participant.sector.as_str().to_owned(),
                now.sector.as_str().to_owned(),
            ),
            (
                Field::Symbol,
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
                participant: now.entry(),
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
            RowState::Same
        } else {
            RowState::Changed
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
                    ListingKind::Offer => Field::Offer,
                    ListingKind::Wish => Field::Wish,
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
        // Each field is named: none is lost that is added.
        match known {
            Some(known) => Listing {
                id: known.id,
                participant: known.participant,
                kind: drafted.kind,
                // Spelt in another way it is the same; by its id it is what the row says.
                text: if by_id {
                    drafted.text.clone()
                } else {
                    known.text.clone()
                },
                description: drafted.description.clone().or_else(|| known.description.clone()),
                category: drafted.category.clone().unwrap_or_else(|| known.category.clone()),
                quantity: drafted.quantity.clone().or_else(|| known.quantity.clone()),
                effort_minutes: drafted.effort_minutes.or(known.effort_minutes),
            },
            None => Listing {
                id: drafted
                    .id
                    .filter(|id| !self.known.listings.contains_key(id))
                    .unwrap_or_else(|| ListingId(Uuid::now_v7())),
                participant,
                kind: drafted.kind,
                text: drafted.text.clone(),
                description: drafted.description.clone(),
                category: drafted.category.clone().unwrap_or_else(fallback),
                quantity: drafted.quantity.clone(),
                effort_minutes: drafted.effort_minutes,
            },
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

pub(super) fn refuse(draft: Draft, row: &mut PlannedRow) {
    row.state = RowState::Problem;
    row.changes.clear();
    row.doubles.clear();
    row.problems = draft.problems;
    row.notes = draft.notes;
    if row.name.is_empty() {
        row.name = draft.name;
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
        person: field(Field::Person, &known.person, &said.person),
        email: field(Field::Email, &known.email, &said.email),
        phone: field(Field::Phone, &known.phone, &said.phone),
    }
}
