//! What stays when an exchange goes back to nought: what the organiser made, and nothing of what the hall did.

use serde::{Deserialize, Serialize};

use crate::exchange::{ProgrammeItem, Settings};
use crate::ids::ParticipantId;
use crate::listing::Listing;
use crate::participant::Participant;

/// What stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What the organiser decided.
    #[serde(default)]
    pub settings: Option<Settings>,
    /// The evening's programme: its rounds have not been held.
    #[serde(default)]
    pub programme: Vec<ProgrammeItem>,
    /// Everyone who trades.
    #[serde(default)]
    pub participants: Vec<Participant>,
    /// The catalogue.
    #[serde(default)]
    pub listings: Vec<Listing>,
    /// Those among the participants that were erased.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<ParticipantId>,
}
