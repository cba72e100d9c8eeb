//! What `decide` grants and refuses, rule by rule.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value)]

mod anew;
mod deals;
mod desk;
mod freeze;
mod late_deals;
mod limits;
mod milestones;
mod notary;
mod permission;
mod registry;
mod sequence;
mod timer;
mod undo;
