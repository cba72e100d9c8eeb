//! The notary's desk: which text says what.

use super::spoken::notary::Notary;
use crate::tick::NotaryTick;

impl Notary {
    /// How long a deal has waited, given in seconds.
    pub fn waited_s(&self, seconds: i64) -> String {
        match seconds {
            ..60 => self.waited.seconds(seconds.max(0)),
            60.. => self.waited.minutes(seconds / 60),
        }
    }

    /// What is checked.
    pub fn check(&self, check: NotaryTick) -> &'static str {
        match check {
            NotaryTick::Parties => self.check.parties,
            NotaryTick::Service => self.check.service,
            NotaryTick::FirstStep => self.check.first_step,
            NotaryTick::Deadline => self.check.deadline,
        }
    }

    /// Of what is checked, the deal has none.
    pub fn lacks(&self, check: NotaryTick) -> Option<&'static str> {
        match check {
            NotaryTick::Parties | NotaryTick::Service => None,
            NotaryTick::FirstStep => Some(self.lacks.first_step),
            NotaryTick::Deadline => Some(self.lacks.deadline),
        }
    }
}
