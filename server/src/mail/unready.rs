//! Why a mail is not handed in, be it an exchange's or an account's; and how its address is read.

use std::str::FromStr;

use lettre::Address;

use crate::api::Denied;
use crate::smtp::ascii;

/// Why a mail is not handed in.
pub(super) enum Unready {
    /// It never can be.
    Never(String),
    /// Something is in its way.
    Later(Denied),
}

impl From<Denied> for Unready {
    fn from(denied: Denied) -> Self {
        Self::Later(denied)
    }
}

/// An address as mail servers take it: its domain in their letters.
pub(super) fn address(text: &str) -> Option<Address> {
    let (user, domain) = text.rsplit_once('@')?;
    Address::from_str(&format!("{user}@{}", ascii(domain))).ok()
}
