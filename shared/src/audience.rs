//! Who may see what. An event that is not for an audience is never sent to it, and each audience has a board of its own.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::right::Right;
use crate::role::Role;

/// Who sees an event: everyone, or staff alone. Staff see all.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Audience {
    /// Walls, phones and staff.
    Public,
    /// Whoever has [`Right::SeeStaffBoard`].
    Staff,
}

closed_sets!(Audience);

impl Audience {
    /// The audience that a role belongs to.
    pub fn of_role(role: Role) -> Self {
        if role.has(Right::SeeStaffBoard) {
            Audience::Staff
        } else {
            Audience::Public
        }
    }

    /// Whether this audience sees an event that is meant for `other`.
    pub fn sees(self, other: Audience) -> bool {
        self >= other
    }
}

/// The text is not the name of an audience.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an audience: public or staff")]
pub struct UnknownAudience;

impl std::str::FromStr for Audience {
    type Err = UnknownAudience;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Audience::named(text).ok_or(UnknownAudience)
    }
}
