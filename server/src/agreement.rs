//! The agreement: what both parties take home. A deal of the board becomes a paper with contact details and signatures,
//! printed as PDF for staff, or for whoever has a link to it.

pub(crate) mod copies;
mod find;
mod legible;
pub(crate) mod links;
mod paper;
mod press;
pub(crate) mod signatures;
mod texts;

pub use self::press::Press;
