//! Who fits a party that stands in the form, from the board alone.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::{ListingId, ParticipantId};
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::matching::{Matching, Reason};
use borsklokka_shared::order;

use crate::draft::Side;

/// Pairs of listings that are looked at; each party is shown once.
const LOOKED_AT_MAX: usize = 24;

/// Someone to talk to, and about what.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Who asked.
    pub own: ParticipantId,
    /// Their listing that it fits.
    pub own_listing: ListingId,
    /// The other's listing.
    pub listing: Listing,
    /// Why it fits.
    pub reasons: Vec<Reason>,
}

impl Fit {
    /// The party to talk to.
    pub const fn party(&self) -> ParticipantId {
        self.listing.participant
    }

    /// Who would give, and who receive.
    pub const fn sides(&self) -> (ParticipantId, ParticipantId) {
        match self.listing.kind {
            ListingKind::Offer => (self.listing.participant, self.own),
            ListingKind::Wish => (self.own, self.listing.participant),
        }
    }
}

/// The catalogue's index, made anew only when the catalogue changes.
#[derive(Debug, Default)]
pub struct Index {
    listings: BTreeMap<ListingId, Listing>,
    language: Option<Language>,
    matching: Option<Matching>,
}

impl Index {
    /// The best fits for a party, at most `most`, the best first, each other party once.
    pub fn fits(&mut self, board: &Board, own: ParticipantId, most: usize) -> Vec<Fit> {
        let mut fits = self.all(board, own);
        keep_first_of_each(&mut fits, most);
        fits
    }

    /// Those who would stand on a side of a deal with `own`, before those who fit the other way round.
    pub fn fits_for(&mut self, board: &Board, own: ParticipantId, side: Side, most: usize) -> Vec<Fit> {
        let mut fits = self.all(board, own);
        let stands_there = |fit: &Fit| match (side, fit.listing.kind) {
            (Side::Givers, ListingKind::Offer) | (Side::Receivers, ListingKind::Wish) => true,
            (Side::Givers, ListingKind::Wish) | (Side::Receivers, ListingKind::Offer) => false,
        };
        order::sort_by_key(&mut fits, |fit| !stands_there(fit));
        keep_first_of_each(&mut fits, most);
        fits
    }

    /// What a deal on a listing meets as well, see [`Matching::meets`].
    pub fn meets(
        &mut self,
        board: &Board,
        listing: ListingId,
        others: &[ParticipantId],
    ) -> Option<ListingId> {
        self.index(board).meets(board, listing, others)
    }

    fn all(&mut self, board: &Board, own: ParticipantId) -> Vec<Fit> {
        self.index(board)
            .suggestions(board, own, LOOKED_AT_MAX)
            .into_iter()
            .filter_map(|suggestion| {
                Some(Fit {
                    own,
                    own_listing: suggestion.own,
                    listing: board.listings.get(&suggestion.other)?.clone(),
                    reasons: suggestion.reasons,
                })
            })
            .collect()
    }

    fn index(&mut self, board: &Board) -> &Matching {
        let language = board.settings.as_ref().map(|settings| settings.language);
        if self.listings != board.listings || self.language != language {
            self.listings.clone_from(&board.listings);
            self.language = language;
            self.matching = None;
        }
        self.matching.get_or_insert_with(|| Matching::new(board))
    }
}

fn keep_first_of_each(fits: &mut Vec<Fit>, most: usize) {
    let mut seen = BTreeSet::new();
    fits.retain(|fit| seen.insert(fit.party()));
    fits.truncate(most);
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::CategoryId;
    use uuid::Uuid;

    use super::*;

    fn party(n: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(n))
    }

    fn listing(n: u128, kind: ListingKind, text: &str) -> Listing {
        Listing {
            description: None,
            id: ListingId(Uuid::from_u128(n)),
            participant: party(n / 10),
            kind,
            text: text.to_owned(),
            category: CategoryId("hands".to_owned()),
            quantity: None,
            effort_minutes: None,
        }
    }

    fn hall() -> Board {
        let listings = [
            listing(11, ListingKind::Offer, "Snekker til brygge"),
            listing(12, ListingKind::Wish, "Kurs i padling"),
            listing(21, ListingKind::Offer, "Kurs i padling"),
            listing(22, ListingKind::Offer, "Padling, kurs for voksne"),
            listing(31, ListingKind::Wish, "Ny brygge"),
        ];
        Board {
            listings: listings
                .into_iter()
                .map(|listing| (listing.id, listing))
                .collect(),
            ..Board::empty(borsklokka_shared::audience::Audience::Staff)
        }
    }

    #[test]
    fn each_party_is_named_once_and_the_side_that_is_asked_for_comes_first() {
        let (board, mut index) = (hall(), Index::default());
        let found = |fits: Vec<Fit>| fits.iter().map(Fit::party).collect::<Vec<_>>();
        assert_eq!(found(index.fits(&board, party(1), 9)), [party(2), party(3)]);
        let receivers = index.fits_for(&board, party(1), Side::Receivers, 9);
        assert_eq!(receivers[0].sides(), (party(1), party(3)));
        assert_eq!(receivers[1].sides(), (party(2), party(1)));
        assert_eq!(
            found(index.fits_for(&board, party(1), Side::Givers, 1)),
            [party(2)]
        );
    }

    #[test]
    fn a_new_listing_is_found_at_once() {
        let (mut board, mut index) = (hall(), Index::default());
        assert_eq!(index.fits(&board, party(4), 9), []);
        let wish = listing(41, ListingKind::Wish, "Snekker");
        board.listings.insert(wish.id, wish);
        assert_eq!(index.fits(&board, party(4), 9)[0].party(), party(1));
    }
}
