//! What the tape says: categories, deals, and wishes that nobody has met, mixed.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::ListingId;
use borsklokka_shared::listing::ListingKind;

use crate::components::{Card, Party};

/// Most wishes in one turn of the tape.
const WISHES_MAX: usize = 8;
/// Most deals in one turn of the tape.
const DEALS_MAX: usize = 10;

/// One piece of the tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TapeItem {
    /// How many deals touch a category.
    Category {
        /// Its name.
        name: String,
        /// How many.
        count: u32,
    },
    /// A deal.
    Deal(Card),
    /// A wish that nobody has met.
    Wish {
        /// Whose it is.
        party: Party,
        /// What is wished for.
        text: String,
    },
}

/// One turn of the tape. Wishes change with `turn`, so that each gets its time.
pub fn turn(board: &Board, turn: usize) -> Vec<TapeItem> {
    let mut kinds = [categories(board), deals(board), wishes(board, turn)].map(Vec::into_iter);
    let mut items = Vec::new();
    loop {
        let before = items.len();
        items.extend(kinds.iter_mut().filter_map(Iterator::next));
        if items.len() == before {
            return items;
        }
    }
}

fn categories(board: &Board) -> Vec<TapeItem> {
    let Some(settings) = &board.settings else {
        return Vec::new();
    };
    settings
        .categories
        .iter()
        .filter_map(|category| {
            Some(TapeItem::Category {
                name: category.name.clone(),
                count: *board.totals.by_category.get(&category.id)?,
            })
        })
        .collect()
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

fn wishes(board: &Board, turn: usize) -> Vec<TapeItem> {
    let met: BTreeSet<ListingId> = board
        .deals
        .values()
        .filter(|deal| deal.counts())
        .flat_map(|deal| deal.terms.bargain.services())
        .flat_map(|service| service.listings.iter().copied())
        .collect();
    let unmet: Vec<_> = board
        .listings
        .values()
        .filter(|listing| listing.kind == ListingKind::Wish && !met.contains(&listing.id))
        .collect();
    unmet
        .iter()
        .cycle()
        .skip(turn * WISHES_MAX % unmet.len().max(1))
        .take(WISHES_MAX.min(unmet.len()))
        .filter_map(|listing| {
            Some(TapeItem::Wish {
                party: Party::of(board.participant(listing.participant)?),
                text: listing.text.clone(),
            })
        })
        .collect()
}
