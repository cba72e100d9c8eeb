//! The agreement: what both parties take home. Copies for staff, or for whoever has a link to one; and who has signed.

pub(super) mod copies;
mod find;
pub(super) mod links;
pub(super) mod signatures;
