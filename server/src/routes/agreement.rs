//! The agreement: what both parties take home. Copies for staff, or for whoever has a link to one; who has signed; and photos.

pub(super) mod copies;
mod find;
pub(super) mod links;
pub(super) mod photos;
pub(super) mod signatures;
