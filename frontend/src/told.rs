//! Whom and what an entry of the log is about, by the names that the board knows.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::{DealId, ParticipantId, RoundId};
use borsklokka_shared::instant::Instant;

/// Most characters of a text in a line of the log.
const CHARS_MAX: usize = 60;

/// What is known of a deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldDeal {
    /// What the wall calls it, once it has been there.
    pub number: Option<u32>,
    /// Who gives to whom.
    pub parties: String,
    /// What is agreed.
    pub text: String,
}

/// The names that an entry needs.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    board: &'a Board,
    time: &'a dyn Fn(Instant) -> String,
}

impl<'a> Names<'a> {
    /// Those of a board; `time` writes a time of day.
    pub fn of(board: &'a Board, time: &'a dyn Fn(Instant) -> String) -> Self {
        Self { board, time }
    }

    /// A deal as an event carries it. Its number may have come later.
    pub fn deal(&self, deal: &Deal) -> ToldDeal {
        let side = |ids: &[ParticipantId]| {
            let names: Vec<String> = ids.iter().map(|id| self.party(*id)).collect();
            names.join(", ")
        };
        let number = deal
            .number
            .or_else(|| self.board.deals.get(&deal.id)?.number)
            .map(|number| number.0);
        ToldDeal {
            number,
            parties: format!("{} → {}", side(&deal.terms.givers), side(&deal.terms.receivers)),
            text: short(&deal.terms.bargain.service().text),
        }
    }

    /// A deal by its id, if the board has it.
    pub fn deal_of(&self, id: DealId) -> Option<ToldDeal> {
        self.board.deals.get(&id).map(|deal| self.deal(deal))
    }

    /// A participant's name; its id if the board does not have it.
    pub fn party(&self, id: ParticipantId) -> String {
        self.board
            .participant(id)
            .map_or_else(|| id.to_string(), |party| party.name.clone())
    }

    /// A round's title, if the programme still has it.
    pub fn round(&self, id: RoundId) -> Option<&'a str> {
        self.board.round(id).map(|round| round.title.as_str())
    }

    /// A time of day.
    pub fn time(&self, at: Instant) -> String {
        (self.time)(at)
    }
}

/// A text as far as a line has room for it.
pub fn short(text: &str) -> String {
    if text.chars().count() <= CHARS_MAX {
        text.to_owned()
    } else {
        let begun: String = text.chars().take(CHARS_MAX).collect();
        format!("{}…", begun.trim_end())
    }
}
