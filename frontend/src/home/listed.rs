//! The list of exchanges, as the server gives it to the operator.

use serde::Deserialize;

/// What the server lists.
#[derive(Deserialize)]
pub struct Listing {
    /// Every exchange of the server.
    pub exchanges: Vec<Listed>,
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
}
