//! Who do I find where, and which deal: searches the catalogue, the participants and the deals, on the phone itself, with the
//! tablet's patience for a slip of the thumb.

use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::icon::Icon;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::order;
use borsklokka_shared::participant::Participant;

use crate::components::Card;
use crate::party::Party;
use crate::rank::{Rank, rank};
use crate::spelling::{fold, slips, words as words_of};

/// Most participants that are shown at once.
pub const FOUND_MAX: usize = 20;
/// Most deals that are shown at once.
pub const DEALS_FOUND_MAX: usize = 20;
/// Most listings of a participant that is found by its name.
const LISTINGS_MAX: usize = 4;
/// What may stand before any number. It is folded, as what follows.
const NUMBER_WORDS: [&str; 4] = ["nr", "no", "number", "nummer"];
/// What stands before a deal's number when somebody asks for it.
const DEAL_WORDS: [&str; 10] = [
    "avtale",
    "deal",
    "agreement",
    "match",
    "overeenkomst",
    "afsprak",
    "vereinbarung",
    "abschluss",
    "absprache",
    "handel",
];
/// What stands before the number of a place, whatever places are called in the hall.
const PLACE_WORDS: [&str; 9] = [
    "bord", "table", "tafel", "tisch", "plass", "place", "plek", "platz", "stand",
];
/// How far somebody is from the number of their place: as far as from `bord 14`, word for word.
const NUMBER_DISTANCE: u32 = 2;

/// An offer or a wish, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which of the two.
    pub kind: ListingKind,
    /// What it says.
    pub text: String,
    /// Its category's icon.
    pub icon: Option<Icon>,
}

impl Listed {
    /// A listing of a board.
    pub fn of(board: &Board, listing: &Listing) -> Self {
        let settings = board.settings.as_ref();
        Self {
            kind: listing.kind,
            text: listing.text.clone(),
            icon: settings.and_then(|settings| settings.icon_of(&listing.category)),
        }
    }
}

/// A participant that was found, with what matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who, and where.
    pub party: Party,
    /// What it offers and wishes for.
    pub listings: Vec<Listed>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// The best, at most [`FOUND_MAX`].
    pub found: Vec<Found>,
    /// Deals, the newest first, at most [`DEALS_FOUND_MAX`].
    pub deals: Vec<Card>,
    /// How many more there are.
    pub more: usize,
}

impl Results {
    fn is_nothing(&self) -> bool {
        self.found.is_empty() && self.deals.is_empty()
    }
}

/// How well something fits, less is better: slips, then whether it was found by a listing, then the order of the lists.
type Place = (usize, bool, Rank);

/// A number that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    /// What it counts.
    of: Numbered,
    number: u32,
}

/// What has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbered {
    Deals,
    Places,
    /// It was not said, or in a word that nobody knows.
    Both,
}

/// Finds the participants that every word of `query` fits, by their name, symbol or place, or by a listing's text; and the
/// deals, by their number, their parties or what is agreed. A number after a word for a table finds who is at that number,
/// whatever places are called; after a word that fits nothing it finds what has that number.
pub fn search(board: &Board, query: &str) -> Results {
    let query = fold(query);
    let words: Vec<&str> = query.split_whitespace().collect();
    if words.is_empty() {
        return Results::default();
    }
    let Some((word, number)) = asked(&words) else {
        return find(board, &words, None);
    };
    let of = match word {
        None => Numbered::Both,
        Some(word) if DEAL_WORDS.contains(&word) => Numbered::Deals,
        Some(word) if PLACE_WORDS.contains(&word) => Numbered::Places,
        Some(word) => {
            let results = find(board, &words, None);
            let is_known = !results.is_nothing() || !find(board, &[word], None).is_nothing();
            let of = Numbered::Both;
            return if is_known {
                results
            } else {
                find(board, &[], Some(Asked { of, number }))
            };
        }
    };
    find(board, &words, Some(Asked { of, number }))
}

/// What the words find, and the number that is asked for. There are words, or there is a number.
fn find(board: &Board, words: &[&str], asked: Option<Asked>) -> Results {
    let mut listings: BTreeMap<ParticipantId, Vec<&Listing>> = BTreeMap::new();
    for listing in board.listings.values() {
        listings.entry(listing.participant).or_default().push(listing);
    }
    let deals = deals(board, words, asked);
    let is_of_deals = asked.is_some_and(|asked| asked.of == Numbered::Deals) && !deals.is_empty();
    let mut ranked: Vec<(Place, &Participant, Vec<&Listing>)> = board
        .participants
        .values()
        .filter_map(|participant| {
            let mut own = listings.remove(&participant.id).unwrap_or_default();
            order::sort_by_key(&mut own, |listing| listing.kind);
            place(participant, own, words, asked).map(|(place, shown)| (place, participant, shown))
        })
        // Beside a deal that was asked for, only whoever is called so.
        .filter(|((slips, by_listing, _), ..)| !is_of_deals || (*slips == 0 && !by_listing))
        .collect();
    order::sort_by(&mut ranked, |a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    Results {
        more: ranked.len().saturating_sub(FOUND_MAX) + deals.len().saturating_sub(DEALS_FOUND_MAX),
        deals: deals
            .into_iter()
            .take(DEALS_FOUND_MAX)
            .filter_map(|deal| Some(Card::of(board, board.deals.get(&deal)?)))
            .collect(),
        found: ranked
            .into_iter()
            .take(FOUND_MAX)
            .map(|(_, participant, listings)| Found {
                party: Party::of(participant),
                listings: listings
                    .into_iter()
                    .map(|listing| Listed::of(board, listing))
                    .collect(),
            })
            .collect(),
    }
}

/// How well a participant fits, and which of its own listings to show; none if it does not.
fn place<'a>(
    participant: &Participant,
    mut own: Vec<&'a Listing>,
    words: &[&str],
    asked: Option<Asked>,
) -> Option<(Place, Vec<&'a Listing>)> {
    let called = rank(participant, None, words).filter(|_| !words.is_empty());
    let numbered = asked.filter(|asked| asked.is_at(participant)).map(|_| Rank {
        distance: NUMBER_DISTANCE,
        ..Rank::default()
    });
    if let Some(rank) = called.into_iter().chain(numbered).min() {
        own.truncate(LISTINGS_MAX);
        return Some(((rank.slips, false, rank), own));
    }
    if words.is_empty() {
        return None;
    }
    let who = whom(participant);
    let mut fewest = None;
    own.retain(|listing| {
        let slips = fits(words, &[&fold(&listing.text), &who]);
        fewest = slips.into_iter().chain(fewest).min();
        slips.is_some()
    });
    fewest.map(|slips| ((slips, true, Rank::default()), own))
}

fn whom(participant: &Participant) -> String {
    fold(&format!(
        "{} {} {}",
        participant.name,
        participant.symbol,
        participant.place.as_deref().unwrap_or_default()
    ))
}

/// The slips with which every word fits one of the texts; none if one does not.
fn fits(words: &[&str], texts: &[&str]) -> Option<usize> {
    let of_word = |word: &str| {
        if texts.iter().any(|text| text.contains(word)) {
            return Some(0);
        }
        texts.iter().filter_map(|text| slips(word, text)).min()
    };
    words.iter().map(|word| of_word(word)).sum()
}

/// The deals that fit: the one with the number that is asked for alone, or else those that the words fit, and those of whoever
/// is at the place that is asked for.
fn deals(board: &Board, words: &[&str], asked: Option<Asked>) -> Vec<DealId> {
    let counted = board.public_deals().into_iter().filter(|deal| deal.counts());
    if let Some(asked) = asked.filter(|asked| asked.of != Numbered::Places) {
        let is_it = |deal: &&Deal| deal.number.is_some_and(|its| its.0 == asked.number);
        return counted.filter(is_it).map(|deal| deal.id).collect();
    }
    let mut ranked: Vec<(usize, &Deal)> = counted
        .filter_map(|deal| {
            let parties = || deal.terms.parties().filter_map(|party| board.participant(party));
            if asked.is_some_and(|asked| parties().any(|party| asked.is_at(party))) {
                return Some((0, deal));
            }
            let who: Vec<String> = parties().map(whom).collect();
            let what = deal.terms.bargain.services().map(|service| fold(&service.text));
            let texts: Vec<String> = what.chain(who).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            Some((fits(words, &texts)?, deal))
        })
        .collect();
    order::sort_by_key(&mut ranked, |(slips, _)| *slips);
    ranked.into_iter().map(|(_, deal)| deal.id).collect()
}

impl Asked {
    /// Whether it is asked who is at a place, and a participant is there.
    fn is_at(self, participant: &Participant) -> bool {
        let place = participant.place.as_deref().unwrap_or_default();
        self.of != Numbered::Deals
            && words_of(place)
                .any(|part| part.trim_start_matches(char::is_alphabetic).parse::<u32>() == Ok(self.number))
    }
}

/// The number that is asked for, and the word before it if there is one: as in `5`, `#5`, `avtale nr. 5`, `tafel 14`, `bord14`.
fn asked<'a>(words: &[&'a str]) -> Option<(Option<&'a str>, u32)> {
    let mut words: Vec<&str> = words
        .iter()
        .copied()
        .flat_map(words_of)
        .flat_map(apart)
        .filter(|word| !word.is_empty() && !NUMBER_WORDS.contains(word))
        .collect();
    let number = words.pop()?.parse().ok()?;
    match words.as_slice() {
        [] => Some((None, number)),
        [word] if word.chars().all(char::is_alphabetic) => Some((Some(*word), number)),
        _ => None,
    }
}

/// A word and the figures at its end, as in `bord14`; a single letter is of its figures.
fn apart(word: &str) -> [&str; 2] {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_word = letters.chars().nth(1).is_some() && letters.chars().all(char::is_alphabetic);
    let at = if is_word { letters.len() } else { word.len() };
    word.split_at(at).into()
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::ids::{CategoryId, ListingId};
    use borsklokka_shared::participant::{Sector, Symbol};
    use test_support::{one_way, posted, service};
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
                    was: Vec::new(),
                    was_symbols: Vec::new(),
                    is_erased: false,
                },
            );
            for (index, text) in (0..).zip(listings) {
                let listing = ListingId(Uuid::from_u128(number * 100 + index));
                board.listings.insert(
                    listing,
                    Listing {
                        description: None,
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

    fn deal_numbers(query: &str) -> Vec<u32> {
        let mut board = board();
        let [giver, receiver] = [1, 2].map(|number| ParticipantId(Uuid::from_u128(number)));
        for (number, giver, receiver, text) in
            [(5, giver, receiver, "Padlekurs"), (14, receiver, giver, "Maling")]
        {
            let deal = Deal {
                id: DealId(Uuid::from_u128(u128::from(number))),
                ..posted(number, one_way(&[giver], &[receiver], service(text)))
            };
            board.deals.insert(deal.id, deal);
        }
        search(&board, query)
            .deals
            .into_iter()
            .map(|deal| deal.number)
            .collect()
    }

    #[test]
    fn finds_a_deal_by_its_number_its_parties_and_what_it_is_about() {
        for (query, numbers) in [
            ("5", vec![5]),
            ("nr. 5", vec![5]),
            ("#5", vec![5]),
            ("avtale nr 14", vec![14]),
            ("nr.14", vec![14]),
            ("4", vec![]),
            ("bord 14", vec![14, 5]),
            ("match 5", vec![5]),
            ("deal 5", vec![5]),
            ("Vereinbarung 5", vec![5]),
            ("Vereinbarung Nr. 5", vec![5]),
            ("Afspraak 14", vec![14]),
            ("avtale5", vec![5]),
            // A word that fits nothing: the number counts whatever it counts.
            ("Vereinbahrung 5", vec![5]),
            ("tafel 14", vec![14, 5]),
            ("tafel 99", vec![]),
            ("gymsal padle 5", vec![]),
            ("1,5", vec![]),
            ("bakerud", vec![14, 5]),
            ("bakkerud asskogen", vec![14, 5]),
            ("padelkurs", vec![5]),
            ("malnig", vec![14]),
        ] {
            assert_eq!(deal_numbers(query), numbers, "{query}");
        }
    }

    #[test]
    fn beside_a_deal_that_was_asked_for_nobody_is_guessed() {
        let mut board = board();
        let [giver, receiver] = [1, 2].map(|number| ParticipantId(Uuid::from_u128(number)));
        for listing in board.listings.values_mut() {
            listing.text = "Ideal for 5".to_owned();
        }
        assert_eq!(search(&board, "deal 5").found.len(), 2);
        let deal = posted(5, one_way(&[giver], &[receiver], service("Maling")));
        board.deals.insert(deal.id, deal);
        let results = search(&board, "deal 5");
        assert_eq!((results.found.len(), results.deals.len()), (0, 1));
        board.participants.get_mut(&giver).unwrap().name = "Ideal 5".to_owned();
        assert_eq!(search(&board, "deal 5").found.len(), 1);
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
            ("tafel 14", vec!["ÅSSK"]),
            ("Tisch 14", vec!["ÅSSK"]),
            ("Tisch Nr. 14", vec!["ÅSSK"]),
            ("table #14", vec!["ÅSSK"]),
            ("bord14", vec!["ÅSSK"]),
            ("tafel14", vec!["ÅSSK"]),
            ("tafel-14", vec!["ÅSSK"]),
            ("tafeltje 14", vec!["ÅSSK"]),
            ("tafel 4", vec![]),
            ("bakkerud 14", vec![]),
            ("snekker", vec!["BAKK", "ÅSSK"]),
            ("snekker bygg", vec!["BAKK"]),
            ("gymsal padle", vec![]),
            ("bakerud", vec!["BAKK"]),
            ("snekkehrjelp", vec!["BAKK", "ÅSSK"]),
            ("A\u{30A}sskogen", vec!["ÅSSK"]),
            ("  ", vec![]),
        ] {
            assert_eq!(names(query), symbols, "{query}");
        }
    }

    #[test]
    fn those_who_are_called_so_come_in_the_order_of_the_tablets_lists() {
        let mut board = board();
        for (n, name, symbol) in [
            (11, "Elvestad bibliotek", "BIBL"),
            (12, "Elvestad Bygg", "BYGG"),
            (13, "Elvestad Røde Kors", "RØDE"),
        ] {
            let id = ParticipantId(Uuid::from_u128(n));
            let participant = Participant {
                id,
                name: name.to_owned(),
                sector: Sector::Voluntary,
                symbol: Symbol::parse(symbol).unwrap(),
                place: Some("bord 2, ved trappa".to_owned()),
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            };
            board.participants.insert(id, participant);
        }
        let found = search(&board, "elvestad r").found;
        assert_eq!(found[0].party.symbol, "RØDE");
        let parties: Vec<Participant> = board.participants.values().cloned().collect();
        for query in ["elvestad r", "elvestad b", "bibl", "bord 2", "elvstad"] {
            let lists = crate::rank::search::search(&parties, &BTreeMap::new(), &[], query);
            let lists: Vec<&str> = lists.iter().map(|party| party.symbol.as_str()).collect();
            let found = search(&board, query).found;
            let found: Vec<&str> = found.iter().map(|found| found.party.symbol.as_str()).collect();
            assert_eq!(found[..lists.len()], lists[..], "{query}");
        }
    }

    #[test]
    fn shows_the_listing_that_fits_and_all_of_one_found_by_name() {
        let by_listing = search(&board(), "padlekurs");
        let padling = Listed {
            kind: ListingKind::Wish,
            text: "Padlekurs".to_owned(),
            icon: None,
        };
        assert_eq!(by_listing.found[0].listings, [padling]);
        assert_eq!(search(&board(), "bakk").found[0].listings.len(), 2);
    }
}
