//! Who acts: the roles, and the actor that stands behind a command.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::ids::DeviceId;
use crate::instant::Instant;

/// Who somebody is in an exchange. What a role may do stands in [`crate::right`].
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
pub enum Role {
    /// A wall or a phone: sees what is public, asks for nothing.
    Viewer,
    /// Writes deals and registers walk-ins.
    Broker,
    /// Ratifies written deals.
    Notary,
    /// Rings the bell, runs floor, rounds and scenes, corrects deals.
    Moderator,
    /// Sets the exchange up; may do what a moderator may.
    Organiser,
    /// Stands at the entrance: notes who has come, and registers walk-ins.
    Door,
    /// The exchange's own clock: closes the floor when the last round ends, if the exchange wants that.
    Clock,
    /// Another program, with a token of its own: reads the public's board.
    Program,
    /// Another program that may read the report too.
    Reporter,
    /// In this crate's own tests alone: a role that was added and given no right.
    #[cfg(test)]
    Trial,
}

closed_sets!(Role);

impl Role {
    /// Every role that a device can hold. Who is on this list has no right by it: those are in [`crate::right`].
    pub const OF_DEVICES: [Role; 5] = [
        Role::Broker,
        Role::Notary,
        Role::Moderator,
        Role::Organiser,
        Role::Door,
    ];
}

/// The text is not the name of a role.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role: use broker, notary, moderator, organiser or door")]
pub struct UnknownRole;

impl std::str::FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Role::OF_DEVICES
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

/// Whoever sends a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What it may do.
    pub role: Role,
    /// The paired device.
    pub device: DeviceId,
    /// The name given at pairing, such as `Ingrid`; shown with the deals it writes.
    pub name: String,
    /// When the device was paired.
    pub paired_at: Instant,
}
