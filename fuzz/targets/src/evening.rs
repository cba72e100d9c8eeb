//! The boards that commands and events meet, and what must hold of them ever after.

use std::sync::LazyLock;

use borsklokka_shared::apply::apply;
use borsklokka_shared::audience::Audience;
use borsklokka_shared::board::Board;
use borsklokka_shared::ids::{Epoch, Seq};
use borsklokka_shared::role::Role;
use borsklokka_shared::totals::Totals;
use borsklokka_shared::wire::ServerMessage;
use test_support::{EVENING, Exchange, exchange, open, open_with_notary};
use uuid::Uuid;

/// An evening in each of its states: before, in the middle, with a notary and deals that wait, frozen, and after.
pub(crate) fn evenings() -> &'static [Exchange] {
    static EVENINGS: LazyLock<Vec<Exchange>> = LazyLock::new(|| {
        let mut trading = open();
        trading.start_round(1);
        for n in 1..=3 {
            trading.post(n);
        }
        let mut ratified = open_with_notary();
        for n in 1..=3 {
            ratified.post(n);
        }
        ratified.ratify(test_support::deal(1));
        let mut frozen = trading.clone();
        frozen.freeze();
        frozen.post(4);
        let mut over = trading.clone();
        over.close();
        vec![test_support::bare(), exchange(), trading, ratified, frozen, over]
    });
    &EVENINGS
}

/// The snapshot of an evening in the middle.
pub(crate) fn welcome(audience: Audience) -> ServerMessage {
    let exchange = &evenings()[2];
    let (role, board) = match audience {
        Audience::Staff => (Role::Broker, &exchange.staff),
        Audience::Public => (Role::Viewer, &exchange.public),
    };
    ServerMessage::Welcome {
        role,
        epoch: Epoch(Uuid::nil()),
        seq: Seq(1),
        at: Some(EVENING),
        server_ms: EVENING.unix_ms,
        ahead_ms: None,
        device: None,
        name: None,
        board: Box::new(board.clone()),
    }
}

/// What holds of an exchange whatever was granted: it is its log, folded; what is counted is a recount; and the public's board has no
/// deal that is not the public's.
pub(crate) fn holds(exchange: &Exchange) {
    for board in [&exchange.staff, &exchange.public] {
        let mut fold = Board::empty(board.audience);
        for recorded in &exchange.log {
            if board.audience.sees(recorded.audience) {
                apply(&mut fold, &recorded.event);
            }
        }
        assert_eq!(fold, *board, "a board is its log, folded");
        counts(board);
    }
    for deal in exchange.public.deals.values() {
        assert_eq!(Some(deal), exchange.staff.deals.get(&deal.id));
    }
}

/// What is counted is a recount.
pub(crate) fn counts(board: &Board) {
    let recounted = Totals::recount(board.deals.values(), &board.participants);
    assert_eq!(board.totals, recounted, "totals are a recount");
}
