//! What the empty floor and the break call for.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId};
use borsklokka_shared::participant::{Participant, Sector, Symbol};
use borsklokka_shared::trading::Trading;
use uuid::Uuid;

use super::*;

/// A board with so many wishes and offers of one participant.
fn board(wishes: u128, offers: u128) -> Board {
    let mut board = Board::empty(Audience::Public);
    let participant = ParticipantId(Uuid::from_u128(1));
    board.participants.insert(
        participant,
        Participant {
            id: participant,
            name: "Elvestad Rideklubb".to_owned(),
            sector: Sector::Voluntary,
            symbol: Symbol::parse("RIDE").unwrap(),
            place: Some("bord 18".to_owned()),
            was: Vec::new(),
            was_symbols: Vec::new(),
            is_erased: false,
        },
    );
    let kinds = (0..wishes)
        .map(|n| (n, ListingKind::Wish))
        .chain((wishes..wishes + offers).map(|n| (n, ListingKind::Offer)));
    for (number, kind) in kinds {
        let id = ListingId(Uuid::from_u128(number + 1));
        let listing = Listing {
            description: None,
            id,
            participant,
            kind,
            text: format!("{number}"),
            category: CategoryId("hands".to_owned()),
            quantity: None,
            effort_minutes: None,
        };
        board.listings.insert(id, listing);
    }
    board
}

fn texts(board: &Board, now_ms: i64, with_offers: bool) -> Vec<String> {
    let (_, wanted) = wanted(board, Instant::from_unix_ms(now_ms), with_offers);
    wanted.into_iter().map(|wanted| wanted.text).collect()
}

#[test]
fn each_wish_gets_its_turn_and_offers_stand_in_where_there_are_none() {
    let many = board(20, 3);
    assert_eq!(texts(&many, 0, true)[..3], ["0", "1", "2"]);
    assert_eq!(texts(&many, TURN_MS, true)[..3], ["3", "4", "5"]);
    assert_eq!(texts(&many, 0, true).len(), LISTED_MAX);
    assert_eq!(texts(&board(0, 2), 0, true), ["0", "1"]);
    assert!(texts(&board(0, 2), 0, false).is_empty());
    assert!(texts(&board(0, 0), 0, true).is_empty());
}

#[test]
fn nobody_is_called_on_after_the_closing_bell() {
    let mut closed = board(3, 3);
    let at = Instant::from_unix_ms;
    closed.floor.trading.push(Trading {
        opened_at: at(0),
        closed_at: Some(at(1_000)),
    });
    assert_eq!(texts(&closed, 999, true).len(), 3);
    assert!(texts(&closed, 1_000, true).is_empty());
}
