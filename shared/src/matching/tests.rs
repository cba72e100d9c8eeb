//! Tables of small catalogues: who is suggested to whom and why, and what deals leave.

use uuid::Uuid;

use super::left::{Left, Leftovers, unmet};
use super::{Matching, Reason, SharedWord, Suggestion, suggestions};
use crate::audience::Audience;
use crate::board::Board;
use crate::deal::{Bargain, Broker, Deal, HeldReason, Service, Standing, Terms};
use crate::ids::{CategoryId, DealId, DeviceId, ListingId, ParticipantId};
use crate::instant::Instant;
use crate::listing::{Listing, ListingKind, Quantity};

use ListingKind::{Offer, Wish};

fn listing_id(number: u128) -> ListingId {
    ListingId(Uuid::from_u128(number))
}

fn participant_id(number: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(number))
}

/// `20 timer`, or nothing for an empty text.
fn quantity(text: &str) -> Option<Quantity> {
    let (amount, unit) = text.split_once(' ')?;
    Some(Quantity {
        amount: amount.parse().unwrap(),
        unit: unit.to_owned(),
    })
}

/// A catalogue of (participant, kind, category, text, quantity), numbered from 1.
fn board(listings: &[(u128, ListingKind, &str, &str, &str)]) -> Board {
    let mut board = Board::empty(Audience::Staff);
    for (number, (participant, kind, category, text, amount)) in (1..).zip(listings) {
        let listing = Listing {
            description: None,
            id: listing_id(number),
            participant: participant_id(*participant),
            kind: *kind,
            text: (*text).to_owned(),
            category: CategoryId((*category).to_owned()),
            quantity: quantity(amount),
            effort_minutes: None,
        };
        board.listings.insert(listing.id, listing);
    }
    board
}

/// Adds a deal that takes `amount` of some listings.
fn strike(board: &mut Board, standing: Standing, listings: &[u128], amount: &str) {
    let id = DealId(Uuid::from_u128(board.deals.len() as u128 + 1));
    let service = Service {
        text: "Snekkerhjelp".to_owned(),
        category: None,
        quantity: quantity(amount),
        effort_minutes: None,
        worth: None,
        listings: listings.iter().map(|number| listing_id(*number)).collect(),
    };
    let deal = Deal {
        id,
        terms: Terms {
            givers: vec![participant_id(1)],
            receivers: vec![participant_id(2)],
            bargain: Bargain::OneWay { service },
            first_step: None,
            deadline: None,
        },
        standing,
        number: None,
        broker: Broker {
            device: DeviceId(Uuid::from_u128(1)),
            name: "Ingrid".to_owned(),
        },
        written_at: Instant::from_unix_ms(0),
        struck_at: None,
        late_at: None,
    };
    board.deals.insert(id, deal);
}

fn others(suggestions: &[Suggestion]) -> Vec<ListingId> {
    suggestions.iter().map(|suggestion| suggestion.other).collect()
}

#[test]
fn a_deal_takes_its_listings_as_long_as_it_stands() {
    let posted = || Box::new(Standing::Posted);
    for (standing, left) in [
        (Standing::Written, Left::Nothing),
        (
            Standing::SentBack {
                remark: String::new(),
            },
            Left::Nothing,
        ),
        (
            Standing::Held {
                reason: HeldReason::Paper,
            },
            Left::Nothing,
        ),
        (Standing::Declined, Left::Whole),
        (Standing::Concealed, Left::Nothing),
        (Standing::Posted, Left::Nothing),
        (Standing::Withdrawn { before: posted() }, Left::Whole),
        (Standing::Removed { before: posted() }, Left::Whole),
    ] {
        let mut board = board(&[(1, Wish, "hands", "Snekkerhjelp", "")]);
        strike(&mut board, standing.clone(), &[1], "");
        assert_eq!(
            Leftovers::of(&board).of_listing(listing_id(1)),
            left,
            "{standing:?}"
        );
    }
}

#[test]
fn a_deal_takes_as_much_as_it_says() {
    for (listed, taken, left) in [
        ("20 timer", vec!["8 timer"], Left::Part { amount: 12 }),
        ("20 timer", vec!["8 Timer", "8 timer"], Left::Part { amount: 4 }),
        ("20 timer", vec!["8 timer", "12 timer"], Left::Nothing),
        ("20 timer", vec!["30 timer"], Left::Nothing),
        ("20 timer", vec!["8 timer", ""], Left::Nothing),
        ("20 timer", vec!["", "8 timer"], Left::Nothing),
        ("20 timer", vec!["2 dager"], Left::Nothing),
        ("", vec!["8 timer"], Left::Nothing),
        ("20 timer", vec![], Left::Whole),
    ] {
        let mut board = board(&[(1, Offer, "hands", "Snekkerhjelp", listed)]);
        for amount in &taken {
            strike(&mut board, Standing::Posted, &[1], amount);
        }
        assert_eq!(
            Leftovers::of(&board).of_listing(listing_id(1)),
            left,
            "{listed}: {taken:?}"
        );
    }
}

#[test]
fn a_wish_that_was_met_in_part_comes_last_and_a_met_one_not() {
    let mut board = board(&[
        (1, Wish, "hands", "Snekkerhjelp", "20 timer"),
        (1, Wish, "hands", "Malere", ""),
        (1, Wish, "hands", "Rørlegger", ""),
        (2, Offer, "hands", "Snekkerhjelp", ""),
    ]);
    strike(&mut board, Standing::Posted, &[1], "5 timer");
    strike(&mut board, Standing::Posted, &[2], "");
    let unmet: Vec<_> = unmet(&board).iter().map(|wish| wish.id).collect();
    assert_eq!(unmet, [listing_id(3), listing_id(1)]);
}

#[test]
fn a_suggestion_says_why() {
    let board = board(&[
        (1, Wish, "hands", "Snekkere til ny brygge", "10 timer"),
        (2, Offer, "hands", "Snekkerhjelp", "20 timer"),
    ]);
    let found = suggestions(&board, participant_id(1), 5);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].participant, participant_id(2));
    let word = SharedWord {
        own: "Snekkere".to_owned(),
        other: "Snekkerhjelp".to_owned(),
    };
    let category = CategoryId("hands".to_owned());
    let why = [
        Reason::SameCategory(category),
        Reason::Words(vec![word]),
        Reason::QuantityFits,
    ];
    assert_eq!(found[0].reasons, why);
    let for_the_other = suggestions(&board, participant_id(2), 5);
    assert_eq!(for_the_other[0].reasons[2], Reason::QuantityFits);
}

#[test]
fn a_part_of_a_compound_counts_less_than_the_word() {
    let board = board(&[
        (1, Wish, "premises", "Verksted", ""),
        (2, Offer, "premises", "Snekkerverksted", ""),
        (3, Offer, "premises", "Verksteder med benker", ""),
        (4, Offer, "premises", "Grupperom", ""),
    ]);
    let found = suggestions(&board, participant_id(1), 5);
    assert_eq!(others(&found), [listing_id(3), listing_id(2)]);
}

#[test]
fn a_rare_word_counts_more_than_a_common_one() {
    let board = board(&[
        (1, Wish, "know_how", "Kurs i sykling", ""),
        (2, Offer, "know_how", "Kurs i koding", ""),
        (3, Offer, "know_how", "Kurs i strikking", ""),
        (4, Offer, "know_how", "Sykling i bakker", ""),
        (5, Offer, "know_how", "Kurs i matlaging", ""),
    ]);
    assert_eq!(
        others(&suggestions(&board, participant_id(1), 1)),
        [listing_id(4)]
    );
}

#[test]
fn small_words_the_category_alone_and_ones_own_listings_are_no_ground() {
    let board = board(&[
        (1, Wish, "hands", "Hjelp til to kvelder i mai", ""),
        (1, Offer, "hands", "Hjelp til to kvelder i mai", ""),
        (2, Offer, "hands", "Hjelp til fire kvelder i uka", ""),
        (2, Wish, "hands", "Felling av trær", ""),
    ]);
    assert_eq!(suggestions(&board, participant_id(1), 5), []);
}

#[test]
fn what_deals_took_is_not_suggested_and_what_they_left_goes_down() {
    let listings = [
        (1, Wish, "hands", "Snekkerhjelp", ""),
        (2, Offer, "hands", "Snekkerhjelp", "20 timer"),
        (3, Offer, "hands", "Snekkerhjelp", ""),
    ];
    let mut board = board(&listings);
    assert_eq!(
        others(&suggestions(&board, participant_id(1), 5)),
        [listing_id(2), listing_id(3)]
    );
    strike(&mut board, Standing::Written, &[2], "5 timer");
    let found = suggestions(&board, participant_id(1), 5);
    assert_eq!(others(&found), [listing_id(3), listing_id(2)]);
    assert_eq!(found[1].left, Left::Part { amount: 15 });
    strike(&mut board, Standing::Concealed, &[3], "");
    assert_eq!(
        others(&suggestions(&board, participant_id(1), 5)),
        [listing_id(2)]
    );
    strike(&mut board, Standing::Posted, &[1], "");
    assert_eq!(suggestions(&board, participant_id(1), 5), []);
}

#[test]
fn a_deal_on_an_offer_meets_the_wish_that_it_answers() {
    let listings = [
        (1, Offer, "hands", "20 timer snekkerhjelp", "20 timer"),
        (2, Wish, "hands", "Snekkerhjelp til ny brygge", "12 timer"),
        (2, Wish, "hands", "Snekker til et skap", ""),
        (2, Wish, "know_how", "Padlekurs", ""),
        (2, Offer, "hands", "Snekkerhjelp", ""),
        (3, Wish, "hands", "Snekkerhjelp", ""),
        (4, Wish, "hands", "Rydding", ""),
    ];
    let mut board = board(&listings);
    let meets = |board: &Board, listing, others: &[u128]| {
        let others: Vec<_> = others.iter().map(|other| participant_id(*other)).collect();
        Matching::new(board).meets(board, listing_id(listing), &others)
    };
    // Of the two wishes for a carpenter the one that fits best; from either side.
    assert_eq!(meets(&board, 1, &[2]), Some(listing_id(2)));
    assert_eq!(meets(&board, 1, &[4, 2]), Some(listing_id(2)));
    assert_eq!(meets(&board, 2, &[1]), Some(listing_id(1)));
    // Nobody else's, and nothing that only shares the hall.
    assert_eq!(meets(&board, 1, &[4]), None);
    assert_eq!(meets(&board, 1, &[]), None);
    assert_eq!(meets(&board, 99, &[2]), None);
    // A deal that names both takes from the wish what it says, and no more.
    strike(&mut board, Standing::Posted, &[1, 2], "8 timer");
    assert_eq!(
        Leftovers::of(&board).of_listing(listing_id(2)),
        Left::Part { amount: 4 }
    );
    strike(&mut board, Standing::Posted, &[1, 2], "4 timer");
    assert!(!unmet(&board).iter().any(|wish| wish.id == listing_id(2)));
    // What is met already is not met again.
    assert_eq!(meets(&board, 1, &[2]), Some(listing_id(3)));
}

#[test]
fn words_are_read_in_the_exchange_s_language() {
    for (language, wish, offer, other) in [
        (
            "en",
            "Carpenters for the stage",
            "Twenty hours of carpentry",
            "Help for two evenings",
        ),
        (
            "nn",
            "Snikkarar til scena",
            "Snikkarhjelp, tjue timar",
            "Hjelp til to kveldar",
        ),
        (
            "nl",
            "Timmerlieden gezocht voor één podium",
            "Twintig uur timmerwerk",
            "Hulp voor één avond",
        ),
        (
            "de",
            "Tischler für die Bühne",
            "Zwanzig Stunden Tischlerarbeit",
            "Hilfe für zwei Abende",
        ),
    ] {
        let mut board = board(&[
            (1, Wish, "hands", wish, ""),
            (2, Offer, "hands", offer, ""),
            (3, Offer, "hands", other, ""),
        ]);
        let settings = format!(
            r#"{{"name":"Exchange","place":"","date":"2026-11-26","time_zone":"Europe/London","language":"{language}",
            "goal":60,"categories":[]}}"#
        );
        board.settings = Some(serde_json::from_str(&settings).unwrap());
        assert_eq!(
            others(&suggestions(&board, participant_id(1), 5)),
            [listing_id(2)],
            "{language}"
        );
    }
}
