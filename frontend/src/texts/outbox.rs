//! The lines of an outbox, saving it and reading it in: which text says what.

use super::spoken::outbox::Outbox;
use crate::disk::Fault;
use crate::live::outbox::file::Unreadable;
use crate::live::outbox::queue::Condition;

impl Outbox {
    /// How many of how many are through, and how many the server had.
    pub fn course(&self, done: usize, all: usize, had: usize) -> String {
        match had {
            0 => self.course.all_new(all, done),
            had => self.course.some_had(all, done, had),
        }
    }

    /// Why a file cannot be read in.
    pub fn unreadable(&self, why: &Unreadable) -> String {
        match why {
            Unreadable::OtherFile => self.unreadable.other_file.to_owned(),
            Unreadable::OtherExchange(slug) => self.unreadable.other_exchange(slug),
            Unreadable::Newer => self.unreadable.newer.to_owned(),
        }
    }

    /// What is true of a line: of what the disk and the server hold.
    pub fn condition(&self, condition: &Condition) -> &'static str {
        match condition {
            Condition::Writing => self.condition.writing,
            Condition::OnDisk => self.condition.on_disk,
            Condition::OnlyInMemory(_) => self.condition.only_in_memory,
            Condition::WritingAndSending => self.condition.writing_and_sending,
            Condition::Sending => self.condition.sending,
            Condition::SendingFromMemory(_) => self.condition.sending_from_memory,
            Condition::Refused(_) => self.condition.refused,
            Condition::Unreadable => self.condition.unreadable,
        }
    }

    /// Over the form: why something is in memory alone, and what to do.
    pub fn at_risk(&self, fault: Fault) -> &'static str {
        match fault {
            Fault::Absent => self.at_risk.absent,
            Fault::Full => self.at_risk.full,
            Fault::Silent => self.at_risk.silent,
            Fault::Lost => self.at_risk.lost,
            Fault::Newer => self.at_risk.newer,
        }
    }
}
