//! Signing an agreement and giving copies of it: which text says what.

use borsklokka_shared::deal::Bargain;

use super::spoken::agreement::Agreement;
use crate::signed::Mark;

impl Agreement {
    /// Over the agreement, with the number if it has one.
    pub fn title(&self, number: Option<u32>) -> String {
        match number {
            Some(number) => self.title.numbered(number),
            None => self.title.unnumbered.to_owned(),
        }
    }

    /// Before the service.
    pub fn lead(&self, bargain: &Bargain, givers: &str, receivers: &str) -> String {
        match bargain {
            Bargain::OneWay { .. } => self.lead.one_way(givers, receivers),
            Bargain::TwoWay { .. } => self.lead.two_way(givers, receivers),
            Bargain::Intention { .. } => self.lead.intention(givers, receivers),
        }
    }

    /// Whether a party has signed, with the time of day if the server has the signature.
    pub fn mark(&self, mark: &Mark, at: &str) -> String {
        match mark {
            Mark::Missing => self.mark.missing.to_owned(),
            Mark::Here { name } => self.mark.here(name),
            Mark::Refused { why, .. } => self.mark.refused(why),
            Mark::There { name, .. } => self.mark.there(at, name),
            Mark::Stale { name } => self.mark.stale(name),
        }
    }

    /// Some of them, by number; without an end, all from there.
    pub fn part(&self, from: u32, to: Option<u32>) -> String {
        match to {
            Some(to) => self.part.up_to(from, to),
            None => self.part.and_the_rest(from),
        }
    }
}
