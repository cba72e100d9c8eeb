//! What became of each deal: its parties say so by a link of their own, or the office types it. Nothing of it is on a board, in the log
//! or on a socket: what went wrong between two is theirs and the organiser's.

mod count;
mod office;
mod page;
mod reminders;
mod store;
#[cfg(test)]
mod tests;
mod visit;

pub(crate) use self::count::{Progress, counts, progress, shown};
pub(crate) use self::office::{ask, call, link, list, revoke, say, set_settings, take_back};
pub(crate) use self::reminders::remind_all;
pub(crate) use self::visit::{answer, open};

/// Largest form of a party that is taken, in bytes: its text as long as it may be, in letters that take twelve bytes each on the way.
pub(crate) const FORM_BYTES_MAX: usize = 32 * 1_024;
