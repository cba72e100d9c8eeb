//! Mail: a queue in the database, and one task that sends from it. Whoever has something to write calls `enqueue`; whether it goes is the
//! exchange's setting. The same matter is one mail for ever. What is sent is claimed before, so that nothing goes twice: what a crash
//! leaves in between may have gone, and says so. A link in a mail is made when the mail goes, and its token is nowhere else.

mod accounts;
pub(crate) mod agreements;
mod desk;
pub(crate) mod intake;
mod letter;
mod matter;
mod queue;
mod sender;
#[cfg(test)]
mod tests;
mod texts;
mod unready;
mod why;

pub(crate) use self::agreements::{gaps_of, languages};
pub(crate) use self::desk::{
    SETTINGS_BYTES_MAX, handle, handle_all, list, preview, set, show, texts as usual_texts,
};
pub(crate) use self::intake::{Queued, enqueue};
pub(crate) use self::letter::STYLES;
pub(crate) use self::matter::{Letter, Matter};
pub use self::sender::send;
pub(crate) use self::why::why;
