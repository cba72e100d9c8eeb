//! Which letters are due on a day: who is reminded, of what. Pure, so that a year passes in a test.

use serde::{Deserialize, Serialize};

use super::FollowUpSettings;
use super::state::{FollowUpStand, FollowUpState};
use crate::closed_set::closed_sets;
use crate::date::Date;

/// For how many days after the deadline its letter is still sent, if the server was off on the day.
const AFTER_DEADLINE_DAYS: i64 = 14;

/// Why a letter is written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Occasion {
    /// The first step's day is near.
    BeforeStep,
    /// The deadline is reached.
    AtDeadline,
    /// The organiser asks.
    Asked,
}

closed_sets!(Occasion);

/// The letters that a party of a deal is due today; each is sent once, whoever counts them. Who has nothing left to say gets none.
pub fn letters_due(
    settings: &FollowUpSettings,
    (due, deadline): (Option<Date>, Option<Date>),
    stand: FollowUpStand,
    said: Option<FollowUpState>,
    today: Date,
) -> Vec<Occasion> {
    if !settings.reminds || !asks(stand, said) {
        return Vec::new();
    }
    let before = i64::from(settings.days_before_step);
    let has_begun = matches!(said, Some(FollowUpState::UnderWay));
    let step = due
        .map(|due| due.days_after(today))
        .filter(|left| (0..=before).contains(left) && !has_begun);
    let end = deadline
        .map(|deadline| today.days_after(deadline))
        .filter(|past| (0..=AFTER_DEADLINE_DAYS).contains(past));
    step.map(|_| Occasion::BeforeStep)
        .into_iter()
        .chain(end.map(|_| Occasion::AtDeadline))
        .collect()
}

/// Whether a party is still asked: not of a deal that is settled, nor if it said that it is over.
pub fn asks(stand: FollowUpStand, said: Option<FollowUpState>) -> bool {
    let is_settled = matches!(stand, FollowUpStand::Done | FollowUpStand::Infeasible);
    let is_over = matches!(said, Some(FollowUpState::Done | FollowUpState::Infeasible));
    !is_settled && !is_over
}
