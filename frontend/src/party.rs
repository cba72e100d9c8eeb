//! What a screen shows of a participant.

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::{Participant, Sector};

/// A participant as a screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Party {
    /// What the ticker calls it.
    pub symbol: String,
    /// Its name.
    pub name: String,
    /// Whose colour and shape it wears.
    pub sector: Sector,
    /// Where to find it.
    pub place: Option<String>,
}

impl Party {
    /// What is shown of a participant.
    pub fn of(participant: &Participant) -> Self {
        Self {
            symbol: participant.symbol.to_string(),
            name: participant.short_name(),
            sector: participant.sector,
            place: participant.place.clone(),
        }
    }

    /// What is shown of those that the board knows.
    pub fn all(board: &Board, ids: &[ParticipantId]) -> Vec<Self> {
        ids.iter()
            .filter_map(|id| board.participant(*id))
            .map(Self::of)
            .collect()
    }
}
