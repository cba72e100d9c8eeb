//! The list of exchanges, as the server gives it to the operator or to an organiser with an account.

use serde::Deserialize;

/// What the server lists.
#[derive(Deserialize)]
pub struct Listing {
    /// Every exchange of the server, or of an organiser.
    pub exchanges: Vec<Listed>,
    /// Who asks, if it is an organiser with an account.
    #[serde(default)]
    pub account: Option<Asking>,
}

/// An organiser with an account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Asking {
    /// What she is called.
    pub name: String,
    /// Whether she may make exchanges of her own.
    pub may_make: bool,
}

/// An exchange in the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether it was put away.
    pub put_away: bool,
    /// Whether who looks may copy it and put it away.
    pub may_keep: bool,
    /// Whether who looks may delete it.
    pub may_delete: bool,
}
