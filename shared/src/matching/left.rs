//! What is left of an offer or a wish once the deals that name it are struck.

use std::collections::BTreeMap;

use crate::board::Board;
use crate::deal::{Deal, Service, Standing};
use crate::ids::ListingId;
use crate::listing::{Listing, ListingKind, Quantity};

/// What is left of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// No deal names it.
    Whole,
    /// Deals took less of it than there is.
    Part {
        /// How much is left, in the listing's own unit.
        amount: u32,
    },
    /// Met.
    Nothing,
}

/// What is left of each listing on one board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leftovers(BTreeMap<ListingId, Left>);

impl Leftovers {
    /// Counts what every deal on the board takes. Staff's board knows deals that the public's does not, and they take
    /// as much.
    pub fn of(board: &Board) -> Self {
        let mut left = BTreeMap::new();
        let services = board
            .deals
            .values()
            .filter(|deal| takes(deal))
            .flat_map(|deal| deal.terms.bargain.services());
        for service in services {
            for id in &service.listings {
                if let Some(listing) = board.listings.get(id) {
                    let before = left.get(id).copied().unwrap_or(Left::Whole);
                    left.insert(*id, after(listing, before, service));
                }
            }
        }
        Self(left)
    }

    /// What is left of one listing.
    pub fn of_listing(&self, id: ListingId) -> Left {
        self.0.get(&id).copied().unwrap_or(Left::Whole)
    }
}

/// The wishes of which anything is left: first those that nobody has met, then those that were met in part.
pub fn unmet(board: &Board) -> Vec<&Listing> {
    let leftovers = Leftovers::of(board);
    let wishes = || {
        board
            .listings
            .values()
            .filter(|listing| listing.kind == ListingKind::Wish)
    };
    let whole = wishes().filter(|wish| leftovers.of_listing(wish.id) == Left::Whole);
    let in_part = wishes().filter(|wish| match leftovers.of_listing(wish.id) {
        Left::Part { .. } => true,
        Left::Whole | Left::Nothing => false,
    });
    whole.chain(in_part).collect()
}

/// Whether two people shook hands on it and nobody took that back: it need not count yet.
fn takes(deal: &Deal) -> bool {
    match &deal.standing {
        Standing::Written
        | Standing::SentBack { .. }
        | Standing::Held { .. }
        | Standing::Concealed
        | Standing::Posted => true,
        Standing::Declined | Standing::Withdrawn { .. } | Standing::Removed { .. } => false,
    }
}

/// What is left after one more service. A service that does not say how much, or says it in another unit, takes all.
fn after(listing: &Listing, before: Left, service: &Service) -> Left {
    let (Some(whole), Some(taken)) = (&listing.quantity, &service.quantity) else {
        return Left::Nothing;
    };
    if !same_unit(whole, taken) {
        return Left::Nothing;
    }
    let amount = match before {
        Left::Whole => whole.amount,
        Left::Part { amount } => amount,
        Left::Nothing => 0,
    };
    match amount.saturating_sub(taken.amount) {
        0 => Left::Nothing,
        amount => Left::Part { amount },
    }
}

/// Whether two quantities can be compared.
pub(super) fn same_unit(one: &Quantity, other: &Quantity) -> bool {
    one.unit.trim().to_lowercase() == other.unit.trim().to_lowercase()
}
