//! What stands where something was erased.

/// What takes the place of what is erased, in the language of the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholders {
    /// Of a name.
    pub name: String,
    /// Of a text.
    pub text: String,
}
