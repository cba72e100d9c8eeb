//! Organisers with a log-in of their own, on a server for many: the operator invites them and says which exchanges are theirs. In such an
//! exchange an account acts as a device of it ([`devices`]), which can be revoked at once like any other; of the others it has nothing.
//!
//! Whoever runs a server alone, with the operator's passphrase, has no account and needs none.

mod account;
mod browser;
mod devices;
mod links;
mod list;
mod log_in;
mod mails;
mod operators;
mod passkeys;
mod rows;
mod sessions;
mod token;

pub use self::account::{Account, Deed};
pub(crate) use self::links::Linked;
pub(crate) use self::list::Listed;
pub(crate) use self::mails::{AccountMail, Addressed, Became, Word, settle_account_mail};
pub(crate) use self::operators::{By, Change, Invitee};
pub(crate) use self::passkeys::{OwnPasskey, Question};
pub(crate) use self::sessions::OwnSession;
pub(crate) use self::token::Link;
