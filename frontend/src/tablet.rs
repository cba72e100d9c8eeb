//! What the tablets of broker and notary share: their first line, who writes, and the outbox as a file.

pub mod header;
pub mod name;
pub mod save;
