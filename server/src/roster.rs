//! The roster: everyone who takes part, with contacts, offers and wishes, as a table of a spreadsheet. What a table means is
//! understood here, set beside the board, and said row by row; nothing is written here. Files are read and written by the crate
//! `spreadsheets`, and who may have them is the matter of the [routes](crate::routes).

mod export;
mod fold;
mod heads;
mod mapping;
mod names;
mod plan;
mod rows;
mod told;

#[cfg(test)]
mod tests;

pub(crate) use self::export::{Part, listings, participants};
pub(crate) use self::fold::fold;
pub(crate) use self::mapping::{Understood, signature};
pub(crate) use self::names::Names;
pub(crate) use self::plan::{CHANGES_MAX, Gone, Known, Plan, plan};
pub(crate) use self::told::preview;
