//! Who do I find where: searches the catalogue and the participants, on the phone itself.

use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::Participant;

use crate::components::Party;
use crate::spelling::fold;

/// Most participants that are shown at once.
pub const FOUND_MAX: usize = 20;
/// Most listings of a participant that is found by its name.
const LISTINGS_MAX: usize = 4;

/// A participant that was found, with what matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who, and where.
    pub party: Party,
    /// What it offers and wishes for.
    pub listings: Vec<(ListingKind, String)>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// The best, at most [`FOUND_MAX`].
    pub found: Vec<Found>,
    /// How many more there are.
    pub more: usize,
}

/// Finds the participants that every word of `query` fits, by their name, symbol or place, or by a listing's text.
pub fn search(board: &Board, query: &str) -> Results {
    let words: Vec<String> = fold(query).split_whitespace().map(str::to_owned).collect();
    if words.is_empty() {
        return Results::default();
    }
    let mut listings: BTreeMap<ParticipantId, Vec<&Listing>> = BTreeMap::new();
    for listing in board.listings.values() {
        listings.entry(listing.participant).or_default().push(listing);
    }
    let mut ranked: Vec<(u8, &Participant, Vec<&Listing>)> = board
        .participants
        .values()
        .filter_map(|participant| {
            let own = listings.remove(&participant.id).unwrap_or_default();
            rank(participant, own, &words).map(|(rank, shown)| (rank, participant, shown))
        })
        .collect();
    ranked.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    Results {
        more: ranked.len().saturating_sub(FOUND_MAX),
        found: ranked
            .into_iter()
            .take(FOUND_MAX)
            .map(|(_, participant, listings)| Found {
                party: Party::of(participant),
                listings: listings
                    .into_iter()
                    .map(|listing| (listing.kind, listing.text.clone()))
                    .collect(),
            })
            .collect(),
    }
}

/// How well a participant fits, the best first, and the listings to show; none if it does not.
fn rank<'a>(
    participant: &Participant,
    mut own: Vec<&'a Listing>,
    words: &[String],
) -> Option<(u8, Vec<&'a Listing>)> {
    own.sort_by_key(|listing| listing.kind);
    let who = fold(&format!(
        "{} {} {}",
        participant.name,
        participant.symbol,
        participant.place.as_deref().unwrap_or_default()
    ));
    if fold(participant.symbol.as_str()) == words.join(" ") {
        return Some((0, own.into_iter().take(LISTINGS_MAX).collect()));
    }
    if words.iter().all(|word| who.contains(word)) {
        return Some((1, own.into_iter().take(LISTINGS_MAX).collect()));
    }
    own.retain(|listing| {
        let text = fold(&listing.text);
        words.iter().all(|word| text.contains(word) || who.contains(word))
    });
    (!own.is_empty()).then_some((2, own))
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::ids::{CategoryId, ListingId};
    use borsklokka_shared::participant::{Sector, Symbol};
    use uuid::Uuid;

    use super::*;

    fn board() -> Board {
        let mut board = Board::empty(Audience::Public);
        for (number, name, symbol, place, listings) in [
            (
                1,
                "Åsskogen skole",
                "ÅSSK",
                "bord 14",
                ["Gymsal på tirsdager", "Snekkerhjelp"],
            ),
            (
                2,
                "Bakkerud Bygg AS",
                "BAKK",
                "bord 3",
                ["Snekkerhjelp i 20 timer", "Padlekurs"],
            ),
        ] {
            let id = ParticipantId(Uuid::from_u128(number));
            board.participants.insert(
                id,
                Participant {
                    id,
                    name: name.to_owned(),
                    sector: Sector::Business,
                    symbol: Symbol::parse(symbol).unwrap(),
                    place: Some(place.to_owned()),
                },
            );
            for (index, text) in (0..).zip(listings) {
                let listing = ListingId(Uuid::from_u128(number * 100 + index));
                board.listings.insert(
                    listing,
                    Listing {
                        id: listing,
                        participant: id,
                        kind: [ListingKind::Offer, ListingKind::Wish][index as usize],
                        text: text.to_owned(),
                        category: CategoryId("hands".to_owned()),
                        quantity: None,
                        effort_minutes: None,
                    },
                );
            }
        }
        board
    }

    fn names(query: &str) -> Vec<String> {
        search(&board(), query)
            .found
            .into_iter()
            .map(|found| found.party.symbol)
            .collect()
    }

    #[test]
    fn finds_by_name_symbol_place_and_listing() {
        for (query, symbols) in [
            ("asskogen", vec!["ÅSSK"]),
            ("aasskogen", vec!["ÅSSK"]),
            ("åssk", vec!["ÅSSK"]),
            ("bord 14", vec!["ÅSSK"]),
            ("snekker", vec!["BAKK", "ÅSSK"]),
            ("snekker bygg", vec!["BAKK"]),
            ("gymsal padle", vec![]),
            ("  ", vec![]),
        ] {
            assert_eq!(names(query), symbols, "{query}");
        }
    }

    #[test]
    fn shows_the_listing_that_fits_and_all_of_one_found_by_name() {
        let by_listing = search(&board(), "padlekurs");
        assert_eq!(
            by_listing.found[0].listings,
            [(ListingKind::Wish, "Padlekurs".to_owned())]
        );
        assert_eq!(search(&board(), "bakk").found[0].listings.len(), 2);
    }
}
