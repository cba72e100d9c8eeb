//! Milestones: the moments worth a cheer. Each is crossed exactly once, whatever is withdrawn later.

use serde::{Deserialize, Serialize};

/// A moment worth a cheer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
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
