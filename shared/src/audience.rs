//! Who may see what. An event that is not for an audience is never sent to it, and each audience has a board of its own.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::closed_set::closed_sets;
use crate::ids::Epoch;
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

    /// The history of an exchange as this audience knows it. Each audience counts positions of its own, so a position of one, or of
    /// a version that counted otherwise, is never taken for another's: it belongs to a history of another name.
    #[must_use]
    pub fn epoch(self, history: Epoch) -> Epoch {
        /// What the public's name of a history differs in.
        const OF_THE_PUBLIC: u128 = 0x7075_626c_6963;
        match self {
            Audience::Staff => history,
            Audience::Public => Epoch(Uuid::from_u128(history.0.as_u128() ^ OF_THE_PUBLIC)),
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
