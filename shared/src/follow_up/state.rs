//! What is said of a deal: how it goes, why it comes to nothing, and how it stands of everything that was said.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;

/// How a deal goes, as somebody says who should know.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FollowUpState {
    /// They mean to, and have not begun.
    NotStarted,
    /// They are at it.
    UnderWay,
    /// It is done.
    Done,
    /// It comes to nothing.
    Infeasible,
    /// They never reached each other.
    NeverInTouch,
}

/// Why a deal comes to nothing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FollowUpReason {
    /// Nobody had the time.
    NoTime,
    /// They could not get hold of each other.
    NoContact,
    /// It is not needed any more.
    NeedGone,
    /// Who would have done it no longer can.
    NotAble,
    /// They had understood different things.
    Misunderstood,
    /// Something else.
    Other,
}

/// Who gave an answer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AnsweredBy {
    /// A party, by its own link.
    Link,
    /// The office, which had it told by telephone or decides.
    Office,
}

/// How a deal stands, of everything that was said.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FollowUpStand {
    /// Nobody has said anything.
    Unknown,
    /// They mean to, and have not begun.
    NotStarted,
    /// They are at it.
    UnderWay,
    /// It is done.
    Done,
    /// It comes to nothing.
    Infeasible,
    /// They never reached each other.
    NeverInTouch,
    /// The parties say different things.
    Differs,
}

closed_sets!(FollowUpState, FollowUpReason, AnsweredBy, FollowUpStand);

impl From<FollowUpState> for FollowUpStand {
    fn from(state: FollowUpState) -> Self {
        match state {
            FollowUpState::NotStarted => Self::NotStarted,
            FollowUpState::UnderWay => Self::UnderWay,
            FollowUpState::Done => Self::Done,
            FollowUpState::Infeasible => Self::Infeasible,
            FollowUpState::NeverInTouch => Self::NeverInTouch,
        }
    }
}
