//! What a deal says where nobody said anything else.

use borsklokka_shared::date::Date;

/// What holds where nobody said anything else: right most of the time, shown in the form, changed by a tap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usual {
    /// What the first step is.
    pub step: &'static str,
    /// By when it is done.
    pub due: Option<Date>,
    /// When all is done. People who only agree to meet have none.
    pub deadline: Option<Date>,
}

impl Usual {
    /// How long the first step may take, in days.
    const STEP_DAYS: u16 = 7;

    /// What is usual on `today`, for an exchange that is held on `held_on`.
    pub fn on(today: Date, held_on: Date, step: &'static str) -> Self {
        Self {
            step,
            due: Some(today.max(held_on).plus_days(Self::STEP_DAYS)),
            deadline: Some(held_on.plus_year()),
        }
    }
}
