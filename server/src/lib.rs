//! The hub of Børsklokka: one writer an exchange, a log that is committed before anything is seen, and a socket for every
//! wall, tablet and phone. The domain itself is in `borsklokka-shared`; this crate gives it time, disk and network.

pub mod access;
pub mod agreement;
pub mod api;
pub mod check;
pub mod clock;
pub mod config;
pub mod contacts;
pub mod database;
pub mod demo;
pub mod doors;
pub mod embedded;
pub mod entered;
pub mod exchanges;
#[cfg(test)]
mod fixture;
pub mod floor;
pub mod floors;
pub mod gallery;
mod handouts;
pub mod hub;
mod keeping;
pub mod link;
pub mod listen;
pub mod log;
mod networks;
pub mod nodes;
mod paced;
mod per_key;
mod phones;
pub mod pictures;
pub mod qr;
pub mod readiness;
mod report;
mod roster;
pub mod routes;
pub mod seldom;
pub mod serve;
pub mod signal;
pub mod simulate;
pub mod socket;
mod spoken;
pub mod stop;
pub mod tls;
pub mod trust;
