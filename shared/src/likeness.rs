//! Whether two deals are one that was written twice: two tablets stand side by side, and both parties know a broker.
//!
//! The rule asks a person and decides nothing. Two terms are alike if they share a giver and a receiver, on the same sides or
//! turned round, and something that is done is named by the same offer or wish or said in almost the same words. Figures do not tell
//! deals apart: `20 timer` beside `30 timer` is a slip more often than a second deal.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::board::Board;
use crate::deal::{Deal, Service, Standing, Terms};
use crate::ids::{DealId, ParticipantId};
use crate::order;
use crate::text::{bare, is_accent};

/// Least share of the pairs of letters that two texts have in common to be almost the same, in percent.
const SHARED_PAIRS_MIN_PERCENT: usize = 70;

/// Whether two terms are almost the same.
pub fn alike(one: &Terms, other: &Terms) -> bool {
    let meet = |some: &[ParticipantId], others: &[ParticipantId]| some.iter().any(|id| others.contains(id));
    let straight = meet(&one.givers, &other.givers) && meet(&one.receivers, &other.receivers);
    let turned = meet(&one.givers, &other.receivers) && meet(&one.receivers, &other.givers);
    (straight || turned)
        && one
            .bargain
            .services()
            .any(|service| other.bargain.services().any(|its| says_the_same(service, its)))
}

/// The earliest deal that stands and is almost the same, of those that are `asked` about.
pub fn first_alike<'a>(board: &'a Board, terms: &Terms, asked: impl Fn(&Deal) -> bool) -> Option<&'a Deal> {
    board
        .deals
        .values()
        .filter(|deal| stands(deal) && asked(deal) && alike(&deal.terms, terms))
        .min_by_key(|deal| (deal.written_at, deal.id))
}

/// Each deal that stands and is almost the same as one that was written before it, with the earliest of those. Participants of one name
/// count as one: two tablets without a network may both have registered the same newcomer.
pub fn pairs(board: &Board) -> BTreeMap<DealId, DealId> {
    // What takes the place of erased texts is alike everywhere.
    let told = board.deals.values().filter(|deal| !board.is_of_erased(deal));
    let namesakes = namesakes(board);
    let mut standing: Vec<&Deal> = told.filter(|deal| stands(deal)).collect();
    order::sort_by_key(&mut standing, |deal| (deal.written_at, deal.id));
    let standing: Vec<(DealId, Cow<'_, Terms>)> = standing
        .into_iter()
        .map(|deal| (deal.id, as_one(&deal.terms, &namesakes)))
        .collect();
    // Only deals that share somebody can be alike.
    let mut of_party: BTreeMap<ParticipantId, Vec<usize>> = BTreeMap::new();
    let mut pairs = BTreeMap::new();
    for (at, (deal, terms)) in standing.iter().enumerate() {
        let earlier = terms
            .givers
            .iter()
            .filter_map(|party| of_party.get(party))
            .flatten()
            .filter(|earlier| alike(&standing[**earlier].1, terms))
            .min();
        if let Some(earlier) = earlier {
            pairs.insert(*deal, standing[*earlier].0);
        }
        for party in terms.parties() {
            of_party.entry(party).or_default().push(at);
        }
    }
    pairs
}

/// Whoever is called as somebody else is, and that one.
fn namesakes(board: &Board) -> BTreeMap<ParticipantId, ParticipantId> {
    let mut first_of_name: BTreeMap<String, ParticipantId> = BTreeMap::new();
    let mut namesakes = BTreeMap::new();
    for one in board.participants.values() {
        let small = one.name.chars().flat_map(char::to_lowercase);
        let seen = small.filter(|letter| letter.is_alphanumeric() && !is_accent(*letter));
        let name: String = seen.map(bare).collect();
        let first = *first_of_name.entry(name).or_insert(one.id);
        if first != one.id {
            namesakes.insert(one.id, first);
        }
    }
    namesakes
}

/// Terms in which those of one name are one.
fn as_one<'a>(terms: &'a Terms, namesakes: &BTreeMap<ParticipantId, ParticipantId>) -> Cow<'a, Terms> {
    let mut terms = Cow::Borrowed(terms);
    let parties: Vec<ParticipantId> = terms.parties().collect();
    for party in parties {
        if let Some(first) = namesakes.get(&party) {
            terms.to_mut().rename(party, *first);
        }
    }
    terms
}

/// Whether it counts, or may come to count.
fn stands(deal: &Deal) -> bool {
    match &deal.standing {
        Standing::Written
        | Standing::SentBack { .. }
        | Standing::Held { .. }
        | Standing::Concealed
        | Standing::Posted => true,
        Standing::Declined | Standing::Withdrawn { .. } | Standing::Removed { .. } => false,
    }
}

fn says_the_same(one: &Service, other: &Service) -> bool {
    one.listings.iter().any(|id| other.listings.contains(id)) || is_almost(&one.text, &other.text)
}

/// Whether two texts are the same but for figures, capitals, signs and slips.
fn is_almost(one: &str, other: &str) -> bool {
    let (one, other) = (letters(one), letters(other));
    if one == other {
        return true;
    }
    let (pairs, mut theirs) = (pairs_of(&one), pairs_of(&other));
    let all = pairs.len() + theirs.len();
    let shared = pairs
        .iter()
        .filter(|pair| {
            let at = theirs.iter().position(|their| their == *pair);
            at.is_some_and(|at| {
                theirs.swap_remove(at);
                true
            })
        })
        .count();
    all > 0 && 2 * shared * 100 >= SHARED_PAIRS_MIN_PERCENT * all
}

fn letters(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect()
}

fn pairs_of(letters: &[char]) -> Vec<[char; 2]> {
    letters.windows(2).map(|pair| [pair[0], pair[1]]).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::audience::Audience;
    use crate::deal::{Bargain, Broker};
    use crate::ids::{DeviceId, ListingId};
    use crate::instant::Instant;
    use crate::participant::{Participant, Sector, Symbol};

    fn service(text: &str, listings: &[u128]) -> Service {
        Service {
            text: text.to_owned(),
            category: None,
            quantity: None,
            effort_minutes: None,
            worth: None,
            listings: listings.iter().map(|n| ListingId(Uuid::from_u128(*n))).collect(),
        }
    }

    fn terms(
        givers: &[u128],
        receivers: &[u128],
        text: &str,
        listings: &[u128],
        back: Option<&str>,
    ) -> Terms {
        let side = |ids: &[u128]| ids.iter().map(|n| ParticipantId(Uuid::from_u128(*n))).collect();
        let service_ = service(text, listings);
        Terms {
            givers: side(givers),
            receivers: side(receivers),
            bargain: match back {
                Some(back) => Bargain::TwoWay {
                    service: service_,
                    return_service: service(back, &[]),
                },
                None => Bargain::OneWay { service: service_ },
            },
            first_step: None,
            deadline: None,
        }
    }

    #[test]
    fn the_same_two_and_almost_the_same_words_are_one_deal_written_twice() {
        let help = || terms(&[1], &[2], "20 timer snekkerhjelp til ny brygge", &[], None);
        for (other, is_alike) in [
            (
                terms(&[1], &[2], "20 timer snekkerhjelp til ny brygge", &[], None),
                true,
            ),
            (
                terms(&[1], &[2], "Snekkerhjelp til ny brygge, 30 t.", &[], None),
                true,
            ),
            (
                terms(&[1], &[2], "20 timer sneker hjelp til ny brygge", &[], None),
                true,
            ),
            (
                terms(&[1, 3], &[2, 4], "20 timer snekkerhjelp til brygge", &[], None),
                true,
            ),
            (terms(&[1], &[2], "Lån av stillas", &[], None), false),
            (
                terms(&[1], &[3], "20 timer snekkerhjelp til ny brygge", &[], None),
                false,
            ),
            (
                terms(&[3], &[2], "20 timer snekkerhjelp til ny brygge", &[], None),
                false,
            ),
            // Turned round: the service of one is the other's return, or somebody mixed up who gives.
            (
                terms(
                    &[2],
                    &[1],
                    "Padlekurs",
                    &[],
                    Some("20 timer snekkerhjelp til ny brygge"),
                ),
                true,
            ),
            (
                terms(&[2], &[1], "20 timer snekkerhjelp til ny brygge", &[], None),
                true,
            ),
            (terms(&[2], &[1], "Padlekurs", &[], Some("Kaffe")), false),
        ] {
            assert_eq!(alike(&help(), &other), is_alike, "{other:?}");
            assert_eq!(alike(&other, &help()), is_alike, "{other:?}");
        }
    }

    #[test]
    fn the_same_offer_is_the_same_deal_whatever_it_is_called() {
        let one = terms(&[1], &[2], "20 timer snekkerhjelp", &[7], None);
        assert!(alike(&one, &terms(&[1], &[2], "Hjelp til brygga", &[8, 7], None)));
        assert!(!alike(&one, &terms(&[1], &[2], "Hjelp til brygga", &[8], None)));
        assert!(!alike(
            &terms(&[1], &[2], "12", &[], None),
            &terms(&[1], &[2], "Kor", &[], None)
        ));
    }

    fn board(deals: &[(u128, i64, Standing, Terms)]) -> Board {
        let mut board = Board::empty(Audience::Staff);
        for (id, written_ms, standing, terms) in deals {
            let id = DealId(Uuid::from_u128(*id));
            let deal = Deal {
                id,
                terms: terms.clone(),
                standing: standing.clone(),
                number: None,
                broker: Broker {
                    device: DeviceId(Uuid::from_u128(1)),
                    name: "Ingrid".to_owned(),
                },
                written_at: Instant::from_unix_ms(*written_ms),
                struck_at: None,
                late_at: None,
            };
            board.deals.insert(id, deal);
        }
        board
    }

    #[test]
    fn two_who_are_called_the_same_are_one_for_the_mark() {
        let id = |n| DealId(Uuid::from_u128(n));
        let cake = |giver| terms(&[giver], &[9], "Kaker til kaféen", &[], None);
        let mut board = board(&[
            (11, 0, Standing::Posted, cake(1)),
            (12, 1, Standing::Posted, cake(2)),
            (13, 2, Standing::Posted, cake(3)),
        ]);
        assert_eq!(pairs(&board), BTreeMap::new());
        for (n, name) in [
            (1, "Strandveien vél"),
            (2, "Strandveien Vel."),
            (3, "Strandveien vel 2"),
            (9, "Kafé"),
        ] {
            let id = ParticipantId(Uuid::from_u128(n));
            let one = Participant {
                id,
                name: name.to_owned(),
                sector: Sector::Voluntary,
                symbol: Symbol::parse("STRA").unwrap(),
                place: None,
                was: Vec::new(),
                was_symbols: Vec::new(),
                is_erased: false,
            };
            board.participants.insert(id, one);
        }
        assert_eq!(pairs(&board), BTreeMap::from([(id(12), id(11))]));
    }

    #[test]
    fn the_later_one_is_marked_with_the_earliest_that_stands() {
        let id = |n| DealId(Uuid::from_u128(n));
        let help = |text| terms(&[1], &[2], text, &[], None);
        let withdrawn = || Standing::Withdrawn {
            before: Box::new(Standing::Posted),
        };
        let board = board(&[
            (9, 0, withdrawn(), help("Snekkerhjelp")),
            (8, 1, Standing::Written, help("Snekkerhjelp")),
            (3, 2, Standing::Posted, help("20 timer snekkerhjelp")),
            (4, 3, Standing::Concealed, help("snekkerhjelp")),
            (5, 4, Standing::Posted, help("Padlekurs")),
        ]);
        assert_eq!(pairs(&board), BTreeMap::from([(id(3), id(8)), (id(4), id(8))]));
        let found =
            |text, but| first_alike(&board, &help(text), |deal| deal.id != id(but)).map(|deal| deal.id);
        assert_eq!(found("snekkerhjelp", 0), Some(id(8)));
        assert_eq!(found("snekkerhjelp", 8), Some(id(3)));
        assert_eq!(found("Kaffe", 0), None);
    }
}
