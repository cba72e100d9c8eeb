//! Reading JSON, in two steps: a text as a value, and what is asked for out of that. So the module holds one reader of each type,
//! the one that frames and commands are read with, and not a second one for texts; of a tablet's first visit that was a tenth.

use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

/// Reads a text.
///
/// # Errors
/// If it is no JSON, or not of this shape.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(serde_json::from_str::<Value>(text)?)
}
