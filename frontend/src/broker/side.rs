//! The two sides of a deal.

use borsklokka_shared::ids::ParticipantId;

use super::draft::{Draft, Field};
use crate::texts::DeskTexts;

/// A side of the deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who gives.
    Givers,
    /// Who receives.
    Receivers,
}

impl Side {
    /// The side's name in the page.
    pub const fn id(self) -> &'static str {
        match self {
            Side::Givers => "giver",
            Side::Receivers => "receiver",
        }
    }

    /// Where what is wrong with it is said.
    pub const fn field(self) -> Field {
        match self {
            Side::Givers => Field::Givers,
            Side::Receivers => Field::Receivers,
        }
    }

    /// What is asked.
    pub const fn label(self, texts: &DeskTexts) -> &'static str {
        match self {
            Side::Givers => texts.broker.giver,
            Side::Receivers => texts.broker.receiver,
        }
    }

    /// Its parties.
    pub const fn of(self, draft: &Draft) -> &Vec<ParticipantId> {
        match self {
            Side::Givers => &draft.givers,
            Side::Receivers => &draft.receivers,
        }
    }

    /// Its parties, to be changed.
    pub const fn of_mut(self, draft: &mut Draft) -> &mut Vec<ParticipantId> {
        match self {
            Side::Givers => &mut draft.givers,
            Side::Receivers => &mut draft.receivers,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Side::Givers => Side::Receivers,
            Side::Receivers => Side::Givers,
        }
    }
}
