//! Announcements: a line over the wall for a while.

use serde::{Deserialize, Serialize};

use crate::ids::AnnouncementId;
use crate::instant::Instant;

/// A line over the wall, such as `Ti minutter igjen`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Made by the client.
    pub id: AnnouncementId,
    /// What it says.
    pub text: String,
    /// When every screen takes it down by itself.
    pub until: Instant,
}
