//! Who is in the table of participants, and in which order. Pure.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::{Participant, Sector};

use crate::organiser::office::People;
use crate::readiness::pages::Guests;
use crate::readiness::work::{Pair, doubles, without_listings};
use crate::spelling::{alphabetical, fold};

/// How the table is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By name, as the alphabet has them.
    Name,
    /// By sector.
    Sector,
    /// By place in the hall.
    Place,
}

impl Order {
    /// All of them.
    pub const ALL: [Order; 3] = [Order::Name, Order::Sector, Order::Place];

    /// Its name in the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Order::Name => "name",
            Order::Sector => "sector",
            Order::Place => "place",
        }
    }
}

/// What is asked of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whom it shows.
    pub guests: Guests,
    /// What was typed, folded.
    pub wanted: String,
    /// Those of one sector.
    pub sector: Option<Sector>,
    /// In which order.
    pub order: Order,
    /// Those whom it shows whatever is asked: something is half typed in their rows.
    pub held: BTreeSet<ParticipantId>,
}

/// Why the table shows nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nobody {
    /// Nobody is registered: there is nothing to search.
    IsRegistered,
    /// Some are, and none of them is asked for.
    Fits,
}

impl Nobody {
    /// Of a table that shows these; none if it shows somebody.
    pub fn of(board: &Board, shown: &[ParticipantId]) -> Option<Self> {
        match (shown.is_empty(), board.participants.is_empty()) {
            (false, _) => None,
            (true, true) => Some(Self::IsRegistered),
            (true, false) => Some(Self::Fits),
        }
    }
}

/// The participants who are asked for, in order.
pub fn found(
    board: &Board,
    people: Option<&People>,
    apart: &BTreeSet<Pair>,
    asked: &Asked,
) -> Vec<ParticipantId> {
    let among: Option<BTreeSet<ParticipantId>> = match asked.guests {
        Guests::Everyone => None,
        Guests::WithoutContact => {
            let reachable = |id: &ParticipantId| people.is_none_or(|people| people.contains_key(id));
            Some(
                board
                    .participants
                    .keys()
                    .copied()
                    .filter(|id| !reachable(id))
                    .collect(),
            )
        }
        Guests::WithoutListings => Some(without_listings(board)),
        Guests::Doubles => Some(
            doubles(board, apart)
                .into_iter()
                .flat_map(|(one, other)| [one, other])
                .collect(),
        ),
        Guests::Arrived => Some(board.arrived.iter().copied().collect()),
        Guests::NotArrived => {
            let here: BTreeSet<ParticipantId> = board.arrived.iter().copied().collect();
            let all = board.participants.keys().copied();
            Some(all.filter(|id| !here.contains(id)).collect())
        }
    };
    let fits = |participant: &&Participant| {
        let person = people.and_then(|people| people.get(&participant.id));
        let texts = [
            participant.name.as_str(),
            participant.symbol.as_str(),
            participant.place.as_deref().unwrap_or_default(),
            person.map(String::as_str).unwrap_or_default(),
        ];
        let is_asked = among.as_ref().is_none_or(|among| among.contains(&participant.id))
            && asked.sector.is_none_or(|sector| participant.sector == sector)
            && texts.iter().any(|text| fold(text).contains(&asked.wanted));
        is_asked || asked.held.contains(&participant.id)
    };
    let mut found: Vec<&Participant> = board.participants.values().filter(fits).collect();
    found.sort_by_cached_key(|participant| {
        let name = alphabetical(&participant.name);
        match asked.order {
            Order::Name => (None, None, name),
            Order::Sector => (Some(participant.sector), None, name),
            // Those without a place are last; table 2 comes before table 10.
            Order::Place => (None, Some(by_number(participant.place.as_deref())), name),
        }
    });
    found.into_iter().map(|participant| participant.id).collect()
}

/// A place so that numbers in it are in their order.
fn by_number(place: Option<&str>) -> (bool, String, u32) {
    let place = fold(place.unwrap_or_default());
    let words = place.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = place[words.len()..].parse().unwrap_or_default();
    (place.is_empty(), words.trim().to_owned(), number)
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::participant::Symbol;

    use super::*;

    fn board(guests: &[(&str, &str, Sector, &str)]) -> Board {
        let mut board = Board::empty(Audience::Staff);
        for (number, (name, symbol, sector, place)) in (1..).zip(guests) {
            let id = ParticipantId(uuid::Uuid::from_u128(number));
            let participant = Participant {
                id,
                name: (*name).to_owned(),
                sector: *sector,
                symbol: Symbol::parse(symbol).unwrap(),
                place: (!place.is_empty()).then(|| (*place).to_owned()),
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            };
            board.participants.insert(id, participant);
        }
        board
    }

    fn names(board: &Board, people: Option<&People>, asked: &Asked) -> Vec<String> {
        let found = found(board, people, &BTreeSet::new(), asked).into_iter();
        found
            .map(|id| board.participant(id).unwrap().symbol.to_string())
            .collect()
    }

    #[test]
    fn an_empty_table_speaks_of_a_search_only_where_there_is_something_to_search() {
        let empty = board(&[]);
        assert_eq!(Nobody::of(&empty, &[]), Some(Nobody::IsRegistered));
        let some = board(&[("Elvestad Taxi AS", "TAXI", Sector::Business, "")]);
        assert_eq!(Nobody::of(&some, &[]), Some(Nobody::Fits));
        let all: Vec<ParticipantId> = some.participants.keys().copied().collect();
        assert_eq!(Nobody::of(&some, &all), None);
    }

    #[test]
    fn the_table_is_searched_sorted_and_filtered() {
        let mut board = board(&[
            ("Elvestad Rideklubb", "RIDE", Sector::Voluntary, "bord 10"),
            ("Elvestad Taxi AS", "TAXI", Sector::Business, "bord 2"),
            ("Ås barnehage", "BARN", Sector::Public, ""),
            ("Elvestad taxi", "TAX", Sector::Business, "bord 3"),
        ]);
        let everyone = Asked {
            guests: Guests::Everyone,
            wanted: String::new(),
            sector: None,
            order: Order::Name,
            held: BTreeSet::new(),
        };
        assert_eq!(names(&board, None, &everyone), ["RIDE", "TAX", "TAXI", "BARN"]);
        let by = |order| Asked {
            order,
            ..everyone.clone()
        };
        assert_eq!(
            names(&board, None, &by(Order::Place)),
            ["TAXI", "TAX", "RIDE", "BARN"]
        );
        assert_eq!(names(&board, None, &by(Order::Sector))[..2], ["TAX", "TAXI"]);
        let wanted = |wanted: &str| Asked {
            wanted: fold(wanted),
            ..everyone.clone()
        };
        assert_eq!(names(&board, None, &wanted("aas barn")), ["BARN"]);
        assert_eq!(names(&board, None, &wanted("bord 1")), ["RIDE"]);
        let some = |guests| Asked {
            guests,
            ..everyone.clone()
        };
        assert_eq!(names(&board, None, &some(Guests::Doubles)), ["TAX", "TAXI"]);
        let ride = ParticipantId(uuid::Uuid::from_u128(1));
        let people = People::from([(ride, "Kari Nordmann".to_owned())]);
        assert_eq!(
            names(&board, Some(&people), &some(Guests::WithoutContact)),
            ["TAX", "TAXI", "BARN"]
        );
        assert_eq!(names(&board, Some(&people), &wanted("nordmann")), ["RIDE"]);
        assert_eq!(
            names(&board, None, &some(Guests::WithoutContact)).len(),
            0,
            "nobody knows yet"
        );
        board.arrived.push(ride);
        assert_eq!(names(&board, None, &some(Guests::Arrived)), ["RIDE"]);
        assert_eq!(
            names(&board, None, &some(Guests::NotArrived)),
            ["TAX", "TAXI", "BARN"]
        );
        let businesses = Asked {
            sector: Some(Sector::Business),
            ..everyone.clone()
        };
        assert_eq!(names(&board, None, &businesses), ["TAX", "TAXI"]);
        // Where something is half typed, the row stays in its place.
        let held = Asked {
            held: [ride].into(),
            ..businesses
        };
        assert_eq!(names(&board, None, &held), ["RIDE", "TAX", "TAXI"]);
    }
}
