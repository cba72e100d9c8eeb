//! The two sides of a deal, in the draft and in words.

use borsklokka_shared::ids::ParticipantId;

use super::draft::Draft;
pub use super::place::Side;
use crate::texts::DeskTexts;

impl Side {
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

    /// What is typed in its field and was not chosen.
    pub fn typed(self, draft: &Draft) -> &str {
        match self {
            Side::Givers => &draft.giver_typed,
            Side::Receivers => &draft.receiver_typed,
        }
    }

    /// The same, to be changed.
    pub const fn typed_mut(self, draft: &mut Draft) -> &mut String {
        match self {
            Side::Givers => &mut draft.giver_typed,
            Side::Receivers => &mut draft.receiver_typed,
        }
    }
}
