//! An archive: a part of the log below the history of today.

use borsklokka_shared::ids::{DeviceId, Epoch, Seq};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use serde::Serialize;

/// What an exchange was before it went back to nought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Archive {
    /// The history that it was.
    pub epoch: Epoch,
    /// Its first position.
    pub first: Seq,
    /// Its last position.
    pub last: Seq,
    /// When it was closed.
    pub made_at: Instant,
    /// The role that asked for it.
    pub role: Role,
    /// The device that asked for it.
    pub device: DeviceId,
    /// How many deals were on the wall.
    pub deals: u32,
}
