//! What the tape says: the index, a quote for each category, deals, and wishes that nobody has met, mixed. A piece is on its way
//! for half a minute: what changes meanwhile is not in it, but read off the board as long as it is seen.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Service;
use borsklokka_shared::icon::Icon;
use borsklokka_shared::ids::{CategoryId, DealId, ListingId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::matching::left::unmet;

use crate::components::Card;
use crate::evening::{is_called_for, pace};
use crate::party::Party;

/// Most wishes in one turn of the tape.
const WISHES_MAX: usize = 8;
/// Most deals in one turn of the tape.
const DEALS_MAX: usize = 10;

/// What a piece is about, and may be gone before the piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A deal.
    Deal(DealId),
    /// A wish.
    Wish(ListingId),
}

/// One piece of the tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TapeItem {
    /// The index.
    Index {
        /// The place that it is named after; empty if it has none.
        place: String,
    },
    /// A category's quote.
    Category {
        /// Which one.
        id: CategoryId,
        /// Its name.
        name: String,
        /// Its icon.
        icon: Option<Icon>,
    },
    /// A deal.
    Deal(Card),
    /// A wish that nobody has met.
    Wish {
        /// Which one.
        id: ListingId,
        /// Whose it is.
        party: Party,
        /// What is wished for.
        text: String,
    },
}

impl TapeItem {
    /// What it is about.
    pub fn subject(&self) -> Option<Subject> {
        match self {
            TapeItem::Deal(card) => Some(Subject::Deal(card.id)),
            TapeItem::Wish { id, .. } => Some(Subject::Wish(*id)),
            TapeItem::Index { .. } | TapeItem::Category { .. } => None,
        }
    }
}

/// One turn of the tape. Wishes change with `turn`, so that each gets its time.
pub fn turn(board: &Board, turn: usize, now: Instant) -> Vec<TapeItem> {
    let mut kinds = [categories(board), deals(board), wishes(board, turn, now)].map(Vec::into_iter);
    let mut items: Vec<_> = index(board, now).into_iter().collect();
    loop {
        let before = items.len();
        items.extend(kinds.iter_mut().filter_map(Iterator::next));
        if items.len() == before {
            return items;
        }
    }
}

fn index(board: &Board, now: Instant) -> Option<TapeItem> {
    Some(TapeItem::Index {
        place: pace::namesake(&board.settings.as_ref()?.name).to_owned(),
    })
    .filter(|_| pace::index(board, now).is_some())
}

fn categories(board: &Board) -> Vec<TapeItem> {
    let categories = board.settings.iter().flat_map(|settings| &settings.categories);
    categories
        .filter(|category| board.totals.by_category.contains_key(&category.id))
        .map(|category| TapeItem::Category {
            id: category.id.clone(),
            name: category.name.clone(),
            icon: category.icon,
        })
        .collect()
}

/// A category's quote: how many deals touch it, and how many of them were struck within the last ten minutes.
pub fn quote(board: &Board, category: &CategoryId, now: Instant) -> (u32, u32) {
    let touches = |service: &Service| service.category.as_ref() == Some(category);
    let recent = board
        .deals
        .values()
        .filter(|deal| deal.counts() && pace::is_recent(deal, now))
        .filter(|deal| deal.terms.bargain.services().any(touches))
        .count();
    let count = board.totals.by_category.get(category).copied();
    (count.unwrap_or(0), recent as u32)
}

fn deals(board: &Board) -> Vec<TapeItem> {
    board
        .public_deals()
        .into_iter()
        .filter(|deal| deal.counts())
        .take(DEALS_MAX)
        .map(|deal| TapeItem::Deal(Card::of(board, deal)))
        .collect()
}

/// Nobody is called on for help once the closing bell has struck.
fn wishes(board: &Board, turn: usize, now: Instant) -> Vec<TapeItem> {
    let unmet = if is_called_for(board, now) {
        unmet(board)
    } else {
        Vec::new()
    };
    unmet
        .iter()
        .cycle()
        .skip(turn * WISHES_MAX % unmet.len().max(1))
        .take(WISHES_MAX.min(unmet.len()))
        .filter_map(|listing| {
            Some(TapeItem::Wish {
                id: listing.id,
                party: Party::of(board.participant(listing.participant)?),
                text: listing.text.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::ids::ParticipantId;
    use borsklokka_shared::listing::{Listing, ListingKind};
    use borsklokka_shared::participant::{Participant, Sector, Symbol};
    use borsklokka_shared::trading::Trading;
    use uuid::Uuid;

    use super::*;

    /// A board with a category that one deal touches, and `wishes` wishes of one participant.
    fn board(wishes: u128) -> Board {
        let mut board = Board::empty(Audience::Public);
        let settings = r#"{"name":"Frivilligbørs Drammen","place":"","date":"2026-11-26","time_zone":"Europe/Oslo",
            "goal":60,"categories":[{"id":"hands","name":"Nyttige never","icon":"hands"},{"id":"care","name":"Varme hjerter"}]}"#;
        board.settings = Some(serde_json::from_str(settings).unwrap());
        let hands = CategoryId("hands".to_owned());
        board.totals.by_category.insert(hands.clone(), 7);
        let participant = ParticipantId(Uuid::from_u128(1));
        board.participants.insert(
            participant,
            Participant {
                id: participant,
                name: "Trå".to_owned(),
                sector: Sector::Voluntary,
                symbol: Symbol::parse("TRÅÅ").unwrap(),
                place: None,
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            },
        );
        for number in 1..=wishes {
            let id = ListingId(Uuid::from_u128(number));
            let listing = Listing {
                description: None,
                id,
                participant,
                kind: ListingKind::Wish,
                text: format!("wish {number}"),
                category: hands.clone(),
                quantity: None,
                effort_minutes: None,
            };
            board.listings.insert(id, listing);
        }
        board
    }

    fn wished(items: &[TapeItem]) -> Vec<&str> {
        items
            .iter()
            .filter_map(|item| match item {
                TapeItem::Wish { text, .. } => Some(text.as_str()),
                TapeItem::Index { .. } | TapeItem::Category { .. } | TapeItem::Deal(_) => None,
            })
            .collect()
    }

    #[test]
    fn a_category_is_quoted_with_its_count_and_what_is_new() {
        let mut board = board(0);
        let (id, now) = (CategoryId("hands".to_owned()), Instant::from_unix_ms(0));
        let piece = TapeItem::Category {
            id: id.clone(),
            name: "Nyttige never".to_owned(),
            icon: Some(Icon::Hands),
        };
        assert_eq!(turn(&board, 0, now), [piece]);
        assert_eq!(quote(&board, &id, now), (7, 0));
        board.totals.by_category.clear();
        assert_eq!(quote(&board, &id, now), (0, 0), "what was withdrawn meanwhile");
    }

    #[test]
    fn nobody_is_called_on_after_the_closing_bell() {
        let mut board = board(10);
        let at = Instant::from_unix_ms;
        board.floor.trading.push(Trading {
            opened_at: at(0),
            closed_at: Some(at(1_000)),
        });
        assert!(!wished(&turn(&board, 0, at(999))).is_empty());
        assert!(wished(&turn(&board, 0, at(1_000))).is_empty());
    }

    #[test]
    fn each_wish_gets_its_turn() {
        let board = board(10);
        let first = turn(&board, 0, Instant::from_unix_ms(0));
        let second = turn(&board, 1, Instant::from_unix_ms(0));
        assert_eq!(wished(&first)[0], "wish 1");
        assert_eq!(wished(&second)[..3], ["wish 9", "wish 10", "wish 1"]);
        assert_eq!(wished(&first).len(), WISHES_MAX);
    }
}
