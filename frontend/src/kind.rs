//! The kinds of agreement.

use borsklokka_shared::deal::Bargain;

/// What kind of agreement a deal is, as the sign between its sides says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One side does something for the other.
    #[default]
    Gift,
    /// Something is given back.
    Trade,
    /// They will meet.
    Intention,
}

impl Kind {
    /// What a bargain is.
    pub const fn of(bargain: &Bargain) -> Self {
        match bargain {
            Bargain::OneWay { .. } => Kind::Gift,
            Bargain::TwoWay { .. } => Kind::Trade,
            Bargain::Intention { .. } => Kind::Intention,
        }
    }
}
