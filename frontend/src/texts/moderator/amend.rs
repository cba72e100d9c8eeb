//! The sheet for a correction: which text says what.

use crate::draft::{Field, LeftOut};
use crate::texts::Broker;
use crate::texts::spoken::moderator::amend::Amend;

impl Amend {
    /// What is written and is not kept as things are.
    pub fn left_out(&self, left_out: &LeftOut) -> String {
        match left_out {
            LeftOut::Return(text) if text.is_empty() => self.left_out.return_begun.to_owned(),
            LeftOut::Return(text) => self.left_out.return_written(text),
            LeftOut::FirstStep(step) => self.left_out.first_step(step),
        }
    }

    /// What a field lacks, or why it cannot be read: as on a tablet, but for what only the sheet has.
    pub fn wrong(&self, field: Field) -> &'static str {
        match field {
            Field::Service => self.wrong_text,
            Field::Return => self.wrong_return,
            Field::Amount | Field::ReturnAmount => self.wrong_amount,
            Field::Givers
            | Field::Receivers
            | Field::Category
            | Field::ReturnCategory
            | Field::Hours
            | Field::ReturnHours
            | Field::Worth
            | Field::ReturnWorth
            | Field::FirstStep
            | Field::Due
            | Field::Deadline
            | Field::Form => Broker::of(self.language).wrong(field),
        }
    }
}
