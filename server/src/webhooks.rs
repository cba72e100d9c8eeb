//! Webhooks: addresses of other programs that are told what the public may know of deals, bells and results. What is committed is queued
//! once for each address, beside a position up to which that was done; one task sends it, signed, and tries again for days. What goes is
//! made from the log when it goes, so that nothing of anybody is kept here, and the same id never says anything else.

mod address;
mod content;
mod desk;
mod intake;
mod outgoing;
mod queue;
mod sender;
mod signature;
#[cfg(test)]
mod tests;
mod unread;

pub(crate) use self::desk::{add, again, change, deliveries, remove, test, webhooks};
pub(crate) use self::sender::forget_for_age;
pub use self::sender::send;
