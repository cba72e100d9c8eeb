//! The fields of an object that is read by hand.
//!
//! Serde derives a reader of a tagged enum that carries one visitor a variant and reads each type inside it once more than the
//! rest of the app does: those of some forty messages and events were a quarter of what a phone loads on its first visit, those of
//! the commands a seventh of a tablet's. Here every field is taken out of a [`Value`], so that there is one reader a type.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Map, Value};

/// The fields of an object.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn of(text: &str) -> Result<Self, Error> {
        Self::in_value(serde_json::from_str(text)?)
    }

    /// Those of a value.
    ///
    /// # Errors
    /// If it is no object.
    pub fn in_value(value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(Error::custom("not an object")),
        }
    }

    /// Takes a field. One that is missing reads as null, which only optional ones take.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T, Error> {
        match self.0.get_mut(name).map(Value::take) {
            Some(value) => {
                T::deserialize(value).map_err(|error| Error::custom(format_args!("{name}: {error}")))
            }
            None => T::deserialize(Value::Null).map_err(|_| Error::missing_field(name)),
        }
    }

    /// Takes a field that may be missing or null.
    ///
    /// # Errors
    /// If it is there and not of this shape.
    pub fn take_or_default<T: DeserializeOwned + Default>(&mut self, name: &'static str) -> Result<T, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(T::default()),
            Some(_) => self.take(name),
        }
    }
}
