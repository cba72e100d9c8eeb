//! What a draft is asked about before it goes out.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::{DealId, ParticipantId};

use super::place::Half;
use super::wording::Clash;

/// What must be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which figure holds.
    Clash(Half, Clash),
    /// Whether it is another deal than this one of another tablet.
    Alike(DealRef),
}

/// A deal as it is named in a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealRef {
    /// Which.
    pub deal: DealId,
    /// What the wall calls it.
    pub number: Option<u32>,
    /// Who wrote it.
    pub broker: String,
    /// Who gives, by their names.
    pub givers: String,
    /// Who receives.
    pub receivers: String,
    /// What is agreed.
    pub text: String,
}

impl DealRef {
    /// What is said of a deal of the board.
    pub fn of(board: &Board, deal: &Deal) -> Self {
        let names = |ids: &[ParticipantId]| {
            let names = ids.iter().filter_map(|id| board.participant(*id));
            names
                .map(|party| party.name.clone())
                .collect::<Vec<_>>()
                .join(", ")
        };
        Self {
            deal: deal.id,
            number: deal.number.map(|number| number.0),
            broker: deal.broker.name.clone(),
            givers: names(&deal.terms.givers),
            receivers: names(&deal.terms.receivers),
            text: deal.terms.bargain.service().text.clone(),
        }
    }
}
