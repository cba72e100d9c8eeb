//! Prizes: what the evening's jury gives, one of each kind. The shortlist before it is staff's alone; a prize that was awarded is
//! everybody's to see.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::closed_set::closed_sets;
use crate::ids::{DealId, ParticipantId};

/// For what a prize is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PrizeKind {
    /// The best deal.
    Best,
    /// The most original deal.
    MostOriginal,
    /// The participant with the most deals.
    MostDeals,
}

closed_sets!(PrizeKind);

/// A prize, and who has it. The winner is private, so that none has a winner of another kind than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prize {
    kind: PrizeKind,
    winner: Uuid,
}

impl Prize {
    /// The best deal.
    pub const fn best(deal: DealId) -> Self {
        Self {
            kind: PrizeKind::Best,
            winner: deal.0,
        }
    }

    /// The most original deal.
    pub const fn most_original(deal: DealId) -> Self {
        Self {
            kind: PrizeKind::MostOriginal,
            winner: deal.0,
        }
    }

    /// The participant with the most deals.
    pub const fn most_deals(participant: ParticipantId) -> Self {
        Self {
            kind: PrizeKind::MostDeals,
            winner: participant.0,
        }
    }

    /// For what it is.
    pub const fn kind(self) -> PrizeKind {
        self.kind
    }

    /// Who has it.
    pub const fn winner(self) -> Winner {
        match self.kind {
            PrizeKind::Best | PrizeKind::MostOriginal => Winner::Deal(DealId(self.winner)),
            PrizeKind::MostDeals => Winner::Participant(ParticipantId(self.winner)),
        }
    }
}

/// Who has a prize.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Winner {
    /// A deal.
    Deal(DealId),
    /// A participant.
    Participant(ParticipantId),
}
