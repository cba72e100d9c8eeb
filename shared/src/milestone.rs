//! Milestones: the moments worth a cheer. Each is crossed exactly once, whatever is withdrawn later.

use serde::{Deserialize, Serialize};

/// A moment worth a cheer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "ReadMilestone")]
pub enum Milestone {
    /// The first deal.
    First,
    /// Every tenth, or as the exchange sets it.
    Every {
        /// The count that was reached.
        count: u32,
    },
    /// The other total is beaten.
    Record {
        /// The total that was beaten.
        beaten: u32,
    },
    /// The goal is reached.
    Goal {
        /// The goal that was reached.
        goal: u32,
    },
}

/// A milestone as it is read: flat, because serde's own reader of a tagged enum would be a good part of what a wall loads.
#[derive(Deserialize)]
struct ReadMilestone {
    kind: Kind,
    count: Option<u32>,
    beaten: Option<u32>,
    goal: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    First,
    Every,
    Record,
    Goal,
}

impl TryFrom<ReadMilestone> for Milestone {
    type Error = &'static str;

    fn try_from(read: ReadMilestone) -> Result<Self, Self::Error> {
        Ok(match read.kind {
            Kind::First => Milestone::First,
            Kind::Every => Milestone::Every {
                count: read.count.ok_or("missing field `count`")?,
            },
            Kind::Record => Milestone::Record {
                beaten: read.beaten.ok_or("missing field `beaten`")?,
            },
            Kind::Goal => Milestone::Goal {
                goal: read.goal.ok_or("missing field `goal`")?,
            },
        })
    }
}
