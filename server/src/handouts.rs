//! What lies in the hall on paper: the catalogue, badges, table signs, cards for tablets, and blank agreements; and the report
//! that is handed on after it. Of the board
//! they show what the public sees, and nothing of contacts. Who gets them is the matter of their [routes](crate::routes).

mod badges;
mod blanks;
mod cards;
mod catalogue;
mod handout;
mod illegible;
mod report;
mod signs;

pub(crate) use self::badges::{PerSheet, badges};
pub(crate) use self::blanks::{BLANKS_MAX, blanks};
pub(crate) use self::cards::{CARDS_MAX, Tablet, cards};
pub(crate) use self::catalogue::{By, Paper, catalogue};
pub(crate) use self::handout::Handout;
pub(crate) use self::illegible::illegible;
pub(crate) use self::report::{Photographed, report};
pub(crate) use self::signs::signs;
