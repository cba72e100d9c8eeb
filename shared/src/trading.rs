//! Stretches of trading.

use serde::{Deserialize, Serialize};

use crate::instant::Instant;

/// A stretch of trading between an opening and a closing bell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trading {
    /// When the opening bell rings.
    pub opened_at: Instant,
    /// When the closing bell rings, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
}

impl Trading {
    /// Whether `at` lies between the bells.
    pub fn contains(&self, at: Instant) -> bool {
        self.opened_at <= at && self.closed_at.is_none_or(|closed_at| at < closed_at)
    }
}
