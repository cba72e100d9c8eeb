//! What every request and every command reads first, and could not be read when that was last looked at: which table, and what helps.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Mutex;

use super::error::how_to_restore;
use super::writes::Fault;

/// What was last found, and when.
pub(super) type Reads = Arc<Mutex<Option<(Instant, Option<Unread>)>>>;

/// A table that every request reads, and that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(super) table: &'static str,
    /// What is wrong with the database, as far as it says.
    pub(crate) fault: Fault,
    pub(super) is_on_server: bool,
    pub(super) why: String,
}

impl Unread {
    /// Its code in answers.
    pub(crate) fn code(&self) -> String {
        if self.is_of_the_way() {
            format!("database_{}", self.fault.as_str())
        } else {
            "database_unreadable".to_owned()
        }
    }

    /// What is wrong and what to do, for whoever runs the server.
    pub(crate) fn sentence(&self) -> String {
        if self.is_of_the_way() {
            return self.fault.sentence().to_owned();
        }
        format!(
            "The table {} cannot be read, and whoever needs it is turned away: {}. {}",
            self.table,
            self.why,
            self.advice()
        )
    }

    /// Whether nothing of the database can be had, this table as little as any other.
    fn is_of_the_way(&self) -> bool {
        matches!(self.fault, Fault::Away | Fault::Refused)
    }

    fn advice(&self) -> String {
        match self.fault {
            Fault::Denied => "Let this program's user own the database's tables, or grant it what is missing (GRANT SELECT, INSERT, \
                UPDATE, DELETE); it goes on by itself."
                .to_owned(),
            Fault::Busy if self.is_on_server => {
                "Somebody holds it: look who (pg_locks), and have that end; it goes on by itself.".to_owned()
            }
            Fault::Busy => "Another program holds the database: close that one; it goes on by itself.".to_owned(),
            Fault::Damaged => format!(
                "It is damaged, or the disk below it: see with `borsklokka check` what else is, and go on with a backup from before, {}.",
                how_to_restore(self.is_on_server)
            ),
            Fault::Full
            | Fault::ReadOnly
            | Fault::ServerReadOnly
            | Fault::Moved
            | Fault::Deleted
            | Fault::Overwritten
            | Fault::Parted
            | Fault::Away
            | Fault::Refused
            | Fault::Unknown => "See with `borsklokka check` what is wrong.".to_owned(),
        }
    }
}
