//! The desk's list of deals: which text says what.

use crate::texts::spoken::moderator::deals::Deals;

impl Deals {
    /// So many came in since the list was last looked at.
    pub fn fresh(&self, count: usize) -> String {
        match count {
            0 => self.fresh.none.to_owned(),
            count => self.fresh.some(count),
        }
    }

    /// How many are shown, and of how many.
    pub fn shown(&self, shown: usize, count: usize) -> String {
        if shown < count {
            self.shown.some(count, shown)
        } else {
            self.shown.all(count)
        }
    }

    /// It is like an earlier one, by its number if it has one.
    pub fn like(&self, number: Option<u32>) -> String {
        match number {
            Some(number) => self.like.numbered(number),
            None => self.like.unnumbered.to_owned(),
        }
    }

    /// Number, broker and time of one of two that are alike. Without a number it is 0.
    pub fn written_by(&self, number: u32, broker: &str, time: &str) -> String {
        match number {
            0 => self.written_by.unnumbered(broker, time),
            number => self.written_by.numbered(broker, number, time),
        }
    }
}
