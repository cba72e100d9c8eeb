//! What was typed in from paper, by anybody: on the board, and in this device's outbox.

use std::cmp::Reverse;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::{Bargain, Deal, Service, Terms};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{CommandId, DealId, ParticipantId};
use borsklokka_shared::order;
use borsklokka_shared::paper::{PaperSheet, SHEET_NUMBER_MAX};
use borsklokka_shared::participant::Participant;
use borsklokka_shared::refusal::Refusal;

use crate::kind::Kind;
use crate::line::command;
use crate::line::state::State;
use crate::live::outbox::queue::{Condition, Item};
use crate::party::Party;

/// A sheet that was typed in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Which sheet.
    pub sheet: PaperSheet,
    /// Its deal.
    pub deal: DealId,
    /// What posts it, while that is in the outbox.
    pub command: Option<CommandId>,
    /// Who gives.
    pub givers: Vec<Party>,
    /// Who receives.
    pub receivers: Vec<Party>,
    /// What kind of agreement it is.
    pub kind: Kind,
    /// What is agreed.
    pub text: String,
    /// What is given back.
    pub returned: Option<String>,
    /// Who typed it, if the server has it.
    pub broker: Option<String>,
    /// Where it stands.
    pub state: State,
    /// A withdrawal of it, or its undoing, waits here.
    pub is_turning: bool,
}

impl Entry {
    /// Whether what it says stands: its number is used.
    pub fn stands(&self) -> bool {
        match &self.state {
            State::Here(Condition::Refused(_) | Condition::Unreadable)
            | State::Withdrawn
            | State::Removed
            | State::Declined => false,
            State::Here(_)
            | State::Due
            | State::Written
            | State::SentBack(_)
            | State::Held
            | State::Concealed
            | State::Posted
            | State::ChangeWaits
            | State::ChangeSentBack(_) => true,
        }
    }

    /// Whether it was refused because somebody else typed in a sheet with this number first.
    pub fn was_second(&self) -> bool {
        matches!(&self.state, State::Here(Condition::Refused(refused)) if refused.code == Refusal::AlreadyExists.code())
    }
}

/// Every sheet that was typed in, what was written last first. `phase` is the floor's, now.
pub fn entries(
    board: Option<&Board>,
    items: &[Item],
    parties: &[Participant],
    phase: Option<Phase>,
) -> Vec<Entry> {
    let sides = |ids: &[ParticipantId]| -> Vec<Party> {
        ids.iter()
            .filter_map(|id| parties.iter().find(|party| party.is(*id)))
            .map(Party::of)
            .collect()
    };
    let turning: Vec<DealId> = items
        .iter()
        .filter(|item| item.stage.waits())
        .filter_map(|item| match command(item)? {
            Command::WithdrawDeal { deal } | Command::ReinstateDeal { deal } => Some(deal),
            _ => None,
        })
        .collect();
    let entry = |deal: DealId, terms: &Terms, state: State| {
        let text = |service: &Service| service.text.clone();
        Some(Entry {
            sheet: PaperSheet::of(deal)?,
            deal,
            command: None,
            givers: sides(&terms.givers),
            receivers: sides(&terms.receivers),
            kind: Kind::of(&terms.bargain),
            text: text(terms.bargain.service()),
            returned: terms.bargain.return_service().map(text),
            broker: None,
            state,
            is_turning: turning.contains(&deal),
        })
    };
    let waiting = items.iter().rev().filter_map(|item| {
        let Command::PostDeal { deal, terms, .. } = command(item)? else {
            return None;
        };
        let state = State::of_item(item, phase);
        let is_refused = matches!(state, State::Here(Condition::Refused(_)) | State::Due);
        let is_known = board.is_some_and(|board| board.deals.contains_key(&deal));
        if is_known && !is_refused {
            return None;
        }
        let command = Some(item.record.id());
        entry(deal, &terms, state).map(|entry| Entry { command, ..entry })
    });
    let mut known: Vec<&Deal> = board.into_iter().flat_map(|board| board.deals.values()).collect();
    order::sort_by_key(&mut known, |deal| Reverse((deal.written_at, deal.number)));
    let known = known.into_iter().filter_map(|deal| {
        let after = board.and_then(|board| board.after_hammer.get(&deal.id));
        let broker = Some(deal.broker.name.clone());
        entry(deal.id, &deal.terms, State::of_deal(deal, after)).map(|entry| Entry { broker, ..entry })
    });
    waiting.chain(known).collect()
}

/// What stands under a number already.
pub fn standing(entries: &[Entry], number: u32) -> Option<&Entry> {
    entries
        .iter()
        .find(|entry| entry.sheet.number == number && entry.stands())
}

/// The sheet that is typed in under a number: the first with it, or one more.
pub fn free(entries: &[Entry], number: u32) -> PaperSheet {
    let is_used = |sheet: &PaperSheet| entries.iter().any(|entry| entry.sheet == *sheet);
    let copies = (0..=u16::MAX).map(|copy| PaperSheet { number, copy });
    let free = copies.into_iter().find(|sheet| !is_used(sheet));
    free.unwrap_or(PaperSheet::first(number))
}

/// The number that comes next: after the one that was just typed in, or after the highest.
pub fn next(entries: &[Entry], just_typed: Option<u32>) -> u32 {
    let standing = |number: &u32| standing(entries, *number).is_some();
    let highest = || {
        entries
            .iter()
            .filter(|entry| entry.stands())
            .map(|entry| entry.sheet.number)
            .max()
    };
    let from = just_typed.or_else(highest).unwrap_or(0) + 1;
    (from..=SHEET_NUMBER_MAX)
        .find(|number| !standing(number))
        .unwrap_or(from)
}

/// The number that was typed.
pub fn number(typed: &str) -> Option<u32> {
    let number = typed.trim().trim_start_matches('#').parse().ok()?;
    (1..=SHEET_NUMBER_MAX).contains(&number).then_some(number)
}

/// What a sheet says.
pub fn terms(giver: ParticipantId, receiver: ParticipantId, what: &str, returned: &str) -> Terms {
    let service = |text: &str| Service {
        text: text.trim().to_owned(),
        category: None,
        quantity: None,
        effort_minutes: None,
        worth: None,
        listings: Vec::new(),
    };
    let bargain = if returned.trim().is_empty() {
        Bargain::OneWay {
            service: service(what),
        }
    } else {
        Bargain::TwoWay {
            service: service(what),
            return_service: service(returned),
        }
    };
    Terms {
        givers: vec![giver],
        receivers: vec![receiver],
        bargain,
        first_step: None,
        deadline: None,
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::command::WrittenOn;
    use borsklokka_shared::deal::Standing;
    use test_support::posted;
    use uuid::Uuid;

    use super::*;
    use crate::live::outbox::queue::{Refused, Stage, example};

    fn id(n: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(n))
    }

    fn on_board(sheet: PaperSheet, standing: Standing) -> Deal {
        Deal {
            id: sheet.deal(),
            standing,
            ..posted(1, terms(id(1), id(2), "Maler", ""))
        }
    }

    fn board(deals: Vec<Deal>) -> Board {
        let mut board = Board::empty(Audience::Staff);
        board.deals = deals.into_iter().map(|deal| (deal.id, deal)).collect();
        board
    }

    fn typed(n: u64, sheet: PaperSheet) -> Item {
        let post = Command::PostDeal {
            deal: sheet.deal(),
            terms: terms(id(1), id(2), "Snekrer", "Kaker"),
            written_on: WrittenOn::Paper,
            broker: None,
        };
        example::command(n, &post)
    }

    fn refused(item: Item, code: &str) -> Item {
        item.at(Stage::Refused(Refused {
            code: code.to_owned(),
            message: String::new(),
        }))
    }

    #[test]
    fn what_was_typed_in_is_listed_once_the_last_first() {
        let seven = PaperSheet::first(7);
        let elsewhere = posted(3, terms(id(1), id(2), "Ikke fra papir", ""));
        let board = board(vec![on_board(seven, Standing::Posted), elsewhere]);
        let items = [typed(1, seven), typed(2, PaperSheet::first(8))];
        let found = entries(Some(&board), &items, &[], None);
        let sheets: Vec<(u32, &str)> = found
            .iter()
            .map(|entry| (entry.sheet.number, entry.state.as_str()))
            .collect();
        assert_eq!(sheets, [(8, "kept"), (7, "posted")]);
        assert_eq!(
            (found[0].text.as_str(), found[0].returned.as_deref()),
            ("Snekrer", Some("Kaker"))
        );
    }

    /// Two tablets without a network typed in the same sheet.
    #[test]
    fn who_typed_it_in_second_is_told_and_nothing_is_lost() {
        let seven = PaperSheet::first(7);
        let board = board(vec![on_board(seven, Standing::Posted)]);
        let items = [refused(typed(1, seven), "already_exists")];
        let found = entries(Some(&board), &items, &[], None);
        assert_eq!(found.len(), 2);
        assert!(found[0].was_second() && !found[0].stands());
        assert!(!found[1].was_second() && found[1].stands());
        assert_eq!(free(&found, 7), PaperSheet { number: 7, copy: 1 });
    }

    #[test]
    fn a_number_that_is_used_is_asked_about_until_it_is_taken_back() {
        let before = Box::new(Standing::Posted);
        let seven = PaperSheet::first(7);
        for (standing_of_seven, is_used) in [
            (Standing::Posted, true),
            (Standing::Written, true),
            (
                Standing::Withdrawn {
                    before: before.clone(),
                },
                false,
            ),
            (Standing::Removed { before }, false),
            (Standing::Declined, false),
        ] {
            let board = board(vec![on_board(seven, standing_of_seven.clone())]);
            let found = entries(Some(&board), &[], &[], None);
            assert_eq!(standing(&found, 7).is_some(), is_used, "{standing_of_seven:?}");
            assert_eq!(free(&found, 7).copy, 1, "the deal's own id is taken for ever");
        }
        assert_eq!(free(&[], 7), seven);
    }

    #[test]
    fn the_next_number_is_proposed() {
        let sheets = [1, 2, 5].map(PaperSheet::first);
        let board = board(sheets.map(|sheet| on_board(sheet, Standing::Posted)).into());
        let found = entries(Some(&board), &[], &[], None);
        for (just_typed, proposed) in [(None, 6), (Some(2), 3), (Some(4), 6), (Some(40), 41)] {
            assert_eq!(next(&found, just_typed), proposed, "after {just_typed:?}");
        }
        assert_eq!(next(&[], None), 1);
    }

    #[test]
    fn a_number_is_read_as_it_is_printed() {
        for (typed, read) in [
            ("7", Some(7)),
            (" #007 ", Some(7)),
            ("0", None),
            ("100000", None),
            ("sju", None),
            ("", None),
        ] {
            assert_eq!(number(typed), read, "{typed}");
        }
    }
}
