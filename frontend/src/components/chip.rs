//! The product's signature: a ticker symbol in its sector's colour, with its sector's shape.

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::{Participant, Sector};
use leptos::prelude::*;

/// What a screen shows of a participant.
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
            name: participant.name.clone(),
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

/// A ticker symbol.
#[component]
pub fn SymbolChip(
    /// Its letters.
    symbol: String,
    /// Whose colour and shape it wears.
    sector: Sector,
) -> impl IntoView {
    view! { <span class=format!("chip chip-{}", sector.as_str())>{symbol}</span> }
}
