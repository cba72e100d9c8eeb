//! The hub of Børsklokka: one writer an exchange, a log that is committed before anything is seen, and a socket for every
//! wall, tablet and phone. The domain itself is in `borsklokka-shared`; this crate gives it time, disk and network.

pub mod clock;
pub mod database;
