//! What was typed into a correction and not saved, of each deal: Escape takes the sheet away and nothing else. It stays in the page's
//! memory, and is there when the deal is opened again; the page asks before it is left with it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::DealId;

use crate::draft::Draft;
use crate::draft::meanwhile::Names;
use crate::live::Live;
use crate::typed::fields::ask_before_leaving;
use crate::typed::of_page;

thread_local! {
    static TYPED: RefCell<BTreeMap<DealId, Draft>> = const { RefCell::new(BTreeMap::new()) };
    /// Whether the page asks.
    static ASKS: Cell<bool> = const { Cell::new(false) };
}

/// From the first sheet on, the page asks before it is left with something, be the sheet away.
pub(super) fn ask(live: Live) {
    if !ASKS.replace(true) {
        of_page().with(|| ask_before_leaving(move || live.peek(is_any) == Some(true)));
    }
}

/// Whether something is typed that can be saved still: not of a deal that is gone.
fn is_any(board: &Board) -> bool {
    let deals: Vec<DealId> = TYPED.with_borrow(|typed| typed.keys().copied().collect());
    deals
        .into_iter()
        .any(|deal| board.deals.contains_key(&deal) && of(deal, board).is_some())
}

/// What was typed of a deal, with everybody in it as they are named today; none if the deal is of somebody who was erased.
pub(super) fn of(deal: DealId, board: &Board) -> Option<Draft> {
    let typed = TYPED.with_borrow(|typed| typed.get(&deal).cloned())?;
    // It is asked for where the deal is there; what was called what before is not known here any more.
    let (today, _) = typed.of_today(board, &Names::default(), &|_| false);
    (today.amends == Some(deal)).then_some(today)
}

/// Keeps what stands in the form, if anything was typed there.
pub(super) fn keep(deal: DealId, draft: &Draft) {
    if draft.is_as_opened() {
        forget(deal);
    } else {
        TYPED.with_borrow_mut(|typed| typed.insert(deal, draft.clone()));
    }
}

/// It is saved, or given up.
pub(super) fn forget(deal: DealId) {
    TYPED.with_borrow_mut(|typed| typed.remove(&deal));
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::deal::{Bargain, Deal, Service, Terms};
    use borsklokka_shared::ids::ParticipantId;
    use test_support::posted;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_typed_is_there_until_it_is_saved_and_of_its_own_deal() {
        let giver = ParticipantId(Uuid::from_u128(1));
        let terms = Terms {
            givers: vec![giver],
            receivers: vec![ParticipantId(Uuid::from_u128(2))],
            bargain: Bargain::OneWay {
                service: Service {
                    text: "Padlekurs".to_owned(),
                    category: None,
                    quantity: None,
                    effort_minutes: None,
                    worth: None,
                    listings: Vec::new(),
                },
            },
            first_step: None,
            deadline: None,
        };
        let [one, other] = [1, 2].map(|n| DealId(Uuid::from_u128(n)));
        let mut board = Board::empty(Audience::Staff);
        let opened = Draft::of(&terms, Some(one), None);
        keep(one, &opened);
        assert_eq!(of(one, &board), None);
        let mut typed = opened.clone();
        typed.service.text.push_str(" i mai");
        keep(one, &typed);
        assert_eq!((of(one, &board), of(other, &board)), (Some(typed.clone()), None));
        // Of a deal that is not there nothing is lost.
        assert!(!is_any(&board));
        let deal = Deal {
            id: one,
            ..posted(1, terms)
        };
        board.deals.insert(one, deal);
        assert!(is_any(&board));
        // What was typed and taken away again is nothing to go on with.
        keep(one, &opened);
        assert_eq!(of(one, &board), None);
        keep(one, &typed);
        board.erased.push(giver);
        assert_eq!(of(one, &board), None);
        assert!(!is_any(&board));
        board.erased.clear();
        forget(one);
        assert_eq!(of(one, &board), None);
    }
}
