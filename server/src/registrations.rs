//! Registrations by the participants themselves: a form at one address, a link to one's own entry, and the organiser who says yes or no.
//! The pages are made here and need no script; what waits is in tables of its own, and comes onto the board as everything else does.

mod approval;
mod form;
mod mails;
mod office;
mod own;
mod page;
mod place;
mod proof;
mod store;
#[cfg(test)]
mod tests;
mod written;

pub(crate) use self::form::{form, read_form, script, send};
pub(crate) use self::office::{judge, list, set_form};
pub(crate) use self::own::{change, open};
pub(crate) use self::place::{last_day, url};
pub(crate) use self::store::move_category;

/// Largest form that is taken, in bytes: twice what it takes with every text as long as it may be, in letters of twelve bytes each on the
/// way. Whoever pastes too much into it has its beginning shown again, with how much is to be cut.
pub(crate) const FORM_BYTES_MAX: usize = 64 * 1_024;
