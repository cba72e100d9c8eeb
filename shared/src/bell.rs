//! Bells. A bell is never streamed: an event names the instant, and every screen strikes by itself.

use serde::{Deserialize, Serialize};

use crate::instant::Instant;

/// What a bell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BellKind {
    /// The floor opens.
    Opening,
    /// The floor closes.
    Closing,
    /// One stroke, for attention.
    Stroke,
}

/// A bell that rings, or has rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bell {
    /// What it says.
    pub kind: BellKind,
    /// When every screen strikes.
    pub ring_at: Instant,
}
