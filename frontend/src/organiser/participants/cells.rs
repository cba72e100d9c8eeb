//! What is half typed in the participants' table, a place or a contact on one line: see [`HalfTyped`]. What was typed of whoever was taken out
//! is told of as that; of whoever was erased nothing is kept.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::PLACE_CHARS_MAX;
use borsklokka_shared::participant::Participant;
use leptos::prelude::*;

use crate::live::Live;
use crate::organiser::gone::{Called, Gone, is_erased};
use crate::organiser::half_typed::{Fate, HalfTyped, Sending};
use crate::organiser::overtaken::Overtaken;
use crate::organiser::unsaved::Unsaved;

/// A column that is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Where to find them in the hall.
    Place,
    /// Whom to reach, where nobody is known.
    Contact,
}

impl Column {
    /// All of them.
    pub const ALL: [Column; 2] = [Column::Place, Column::Contact];

    /// Its name in the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Column::Place => "place",
            Column::Contact => "contact",
        }
    }
}

/// A field of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// In whose row.
    pub participant: ParticipantId,
    /// In which column.
    pub column: Column,
}

/// Why what is typed cannot be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is too long, by so many characters.
    TooLong(usize),
    /// A contact without a name.
    NoName,
    /// Not a contact.
    Contact(ContactFault),
}

/// What is typed into all of them. Copied freely; made once for all pages, by [`Cells::of_pages`].
#[derive(Clone, Copy)]
pub struct Cells {
    /// That, by the field.
    pub typed: HalfTyped<Cell, Fault>,
    /// In whose rows something is typed.
    pub participants: Memo<BTreeSet<ParticipantId>>,
    /// In which of them somebody is.
    pub within: RwSignal<Option<Cell>>,
    /// What sends what is of the board.
    pub overtaken: Overtaken,
}

impl Cells {
    /// That of all pages, which begins when the table is looked at for the first time.
    pub fn of_pages(live: Live) -> Self {
        let gone = Gone::of_page();
        Unsaved::outliving("participant-cells", || Self::start(live, gone))
    }

    fn start(live: Live, gone: Gone) -> Self {
        let typed = HalfTyped::<Cell, Fault>::start();
        let called = Called::start();
        let participants = Memo::new(move |_| {
            let cells = typed.fields().into_iter();
            cells.map(|cell| cell.participant).collect::<BTreeSet<_>>()
        });
        Effect::new(move || {
            let written = participants.get();
            if written.is_empty() {
                return;
            }
            live.read(|board| {
                called.hear(board, &written);
                let told = typed.hear(|cell| fate(board, *cell)).into_iter();
                gone.tell_of(told.map(|(cell, text)| called.about(cell.participant, text)));
            });
        });
        Self {
            typed,
            participants,
            within: RwSignal::new(None),
            overtaken: Overtaken::start(live),
        }
    }

    /// Whose rows are there whoever is asked for: something is typed in them, or somebody is in one of their fields; follows both.
    pub fn held(self) -> BTreeSet<ParticipantId> {
        let mut held = self.participants.get();
        held.extend(self.within.get().map(|cell| cell.participant));
        held
    }

    /// A field of a participant's was left; if `is_meant`, Enter was pressed in it. Returns what is to be sent, if anything is.
    pub fn leave(self, known: &Participant, column: Column, is_meant: bool) -> Option<Sending<Cell, Fault>> {
        let cell = Cell {
            participant: known.id,
            column,
        };
        match column {
            Column::Place => self
                .typed
                .leave(&cell, Some(place_of(known)), is_meant, check_place),
            // The server alone knows whom to reach.
            Column::Contact => self
                .typed
                .leave(&cell, None, is_meant, |line| contact_of(line).map(drop)),
        }
    }
}

/// What became of a field.
fn fate(board: &Board, cell: Cell) -> Fate<Cell> {
    if is_erased(board, cell.participant) {
        return Fate::Erased;
    }
    match board.participant(cell.participant) {
        None => Fate::Gone,
        Some(known) if known.id != cell.participant => Fate::Merged(Cell {
            participant: known.id,
            ..cell
        }),
        Some(known) => Fate::Stands(match cell.column {
            Column::Place => Some(place_of(known).to_owned()),
            Column::Contact => None,
        }),
    }
}

/// Where to find somebody in the hall; nothing if nobody has said.
pub fn place_of(known: &Participant) -> &str {
    known.place.as_deref().unwrap_or_default()
}

fn check_place(place: &str) -> Result<(), Fault> {
    match place.chars().count().saturating_sub(PLACE_CHARS_MAX) {
        0 => Ok(()),
        chars => Err(Fault::TooLong(chars)),
    }
}

/// The contact that is written on a line.
///
/// # Errors
/// If it is none, or nobody's name is among it.
pub fn contact_of(line: &str) -> Result<Contact, Fault> {
    let contact = Contact::of_line(line).checked().map_err(Fault::Contact)?;
    if contact.person.is_none() {
        return Err(Fault::NoName);
    }
    Ok(contact)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::participant::{Sector, Symbol};
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(number))
    }

    /// The second was merged into the third.
    fn board() -> Board {
        let mut board = Board::empty(Audience::Staff);
        for (number, symbol, was) in [(1, "NORD", None), (3, "SOND", Some(2))] {
            let participant = Participant {
                id: id(number),
                name: format!("{symbol} AS"),
                sector: Sector::Business,
                symbol: Symbol::parse(symbol).unwrap(),
                place: Some(format!("bord {number}")),
                was: was.map(id).into_iter().collect(),
                was_symbols: Vec::new(),
                is_erased: false,
            };
            board.participants.insert(participant.id, participant);
        }
        board
    }

    fn cell(number: u128, column: Column) -> Cell {
        Cell {
            participant: id(number),
            column,
        }
    }

    #[test]
    fn what_is_typed_stays_with_its_participant() {
        let mut board = board();
        for column in Column::ALL {
            let fates = |board: &Board| [1, 2, 4].map(|number| fate(board, cell(number, column)));
            let says = (column == Column::Place).then(|| "bord 1".to_owned());
            let merged = Fate::Merged(cell(3, column));
            assert_eq!(fates(&board), [Fate::Stands(says), merged, Fate::Gone]);
        }
        board.erased = vec![id(1), id(3), id(4)];
        for number in [1, 2, 3, 4] {
            assert_eq!(fate(&board, cell(number, Column::Contact)), Fate::Erased);
        }
    }

    #[test]
    fn a_place_is_long_enough_for_the_hall_and_a_contact_has_a_name() {
        assert_eq!(check_place(""), Ok(()), "there may be none");
        assert_eq!(check_place(&"å".repeat(PLACE_CHARS_MAX)), Ok(()));
        let long = "å".repeat(PLACE_CHARS_MAX + 2);
        assert_eq!(check_place(&long), Err(Fault::TooLong(2)));
        let kari = contact_of("Kari Nordmann 912 34 567").unwrap();
        assert_eq!(kari.person.as_deref(), Some("Kari Nordmann"));
        assert_eq!(contact_of("912 34 567"), Err(Fault::NoName));
        assert_eq!(
            contact_of("Kari Nordmann kari@example"),
            Err(Fault::Contact(ContactFault::Email))
        );
    }
}
