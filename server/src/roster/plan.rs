//! What an import would do: each row of a file beside the board. A plan writes nothing. Its digest is of all that it says, so
//! that what is confirmed is what was looked at.

mod changes;
mod matching;
mod planner;

use std::collections::BTreeSet;

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::{ParticipantId, Seq};
use borsklokka_shared::roster::{At, Counts, Field, Mapping, RowState};
use borsklokka_spreadsheets::Book;
use sha2::{Digest, Sha256};

use self::changes::refuse;
use self::planner::Planner;
pub(crate) use self::planner::{Known, PlannedRow};
use super::fold::fold;
use super::mapping::Understood;
use super::rows::{Draft, Fault, draft};

/// Most participants, listings and contacts that one import writes, counted together.
pub(crate) const CHANGES_MAX: usize = 10_000;

/// Nobody waits for it any more.
#[derive(Debug, thiserror::Error)]
#[error("nobody waits for it any more")]
pub(crate) struct Gone;

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

impl Planner<'_> {
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
                    participant: planned.participant.entry(),
                });
            } else if planned.is_amended {
                counts.amended += 1;
                commands.push(Command::AmendParticipant {
                    participant: planned.participant.entry(),
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
