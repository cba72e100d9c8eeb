//! Prizes: what the evening's jury gives, one of each kind. The shortlist before it is staff's alone; a prize that was awarded is
//! everybody's to see.

use serde::{Deserialize, Serialize};

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

/// A prize, and who has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "ReadPrize")]
pub enum Prize {
    /// The best deal.
    Best {
        /// Which one.
        deal: DealId,
    },
    /// The most original deal.
    MostOriginal {
        /// Which one.
        deal: DealId,
    },
    /// The participant with the most deals.
    MostDeals {
        /// Which one.
        participant: ParticipantId,
    },
}

impl Prize {
    /// For what it is.
    pub const fn kind(self) -> PrizeKind {
        match self {
            Self::Best { .. } => PrizeKind::Best,
            Self::MostOriginal { .. } => PrizeKind::MostOriginal,
            Self::MostDeals { .. } => PrizeKind::MostDeals,
        }
    }

    /// The deal that has it.
    pub const fn deal(self) -> Option<DealId> {
        match self {
            Self::Best { deal } | Self::MostOriginal { deal } => Some(deal),
            Self::MostDeals { .. } => None,
        }
    }

    /// The participant that has it.
    pub const fn participant(self) -> Option<ParticipantId> {
        match self {
            Self::MostDeals { participant } => Some(participant),
            Self::Best { .. } | Self::MostOriginal { .. } => None,
        }
    }
}

/// A prize as it is read: flat, because serde's own reader of a tagged enum would be a good part of what a wall loads.
#[derive(Deserialize)]
struct ReadPrize {
    kind: PrizeKind,
    deal: Option<DealId>,
    participant: Option<ParticipantId>,
}

impl TryFrom<ReadPrize> for Prize {
    type Error = &'static str;

    fn try_from(read: ReadPrize) -> Result<Self, Self::Error> {
        let deal = read.deal.ok_or("missing field `deal`");
        Ok(match read.kind {
            PrizeKind::Best => Prize::Best { deal: deal? },
            PrizeKind::MostOriginal => Prize::MostOriginal { deal: deal? },
            PrizeKind::MostDeals => Prize::MostDeals {
                participant: read.participant.ok_or("missing field `participant`")?,
            },
        })
    }
}
