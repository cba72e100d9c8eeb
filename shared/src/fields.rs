//! The fields of an object that is read by hand.
//!
//! Serde derives a reader of a tagged enum that carries one visitor a variant and reads each type inside it once more than the
//! rest of the app does: those of some forty messages and events were a quarter of what a phone loads on its first visit, those of
//! the commands a seventh of a tablet's. Here every field is taken out of a [`Value`], so that there is one reader a type.
//! Its reader of a large struct is one visitor for objects, one for lists and one for the names of its fields: [`read_by_hand`] makes
//! a line a field of it.

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Map, Value};

/// The fields of an object.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn of(text: &str) -> Result<Self, Error> {
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
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T, Error> {
        let value = self.value(name);
        let is_missing = value.is_none();
        T::deserialize(value.unwrap_or_default()).map_err(|error| wrong(name, is_missing, &error))
    }

    /// Takes a field that may be missing or null.
    ///
    /// # Errors
    /// If it is there and not of this shape.
    pub fn take_or_default<T: DeserializeOwned + Default>(&mut self, name: &'static str) -> Result<T, Error> {
        self.take_or(name, T::default())
    }

    /// Takes a field that may be missing or null, and is this then.
    ///
    /// # Errors
    /// If it is there and not of this shape.
    pub(crate) fn take_or<T: DeserializeOwned>(&mut self, name: &'static str, usual: T) -> Result<T, Error> {
        match self.value(name) {
            None | Some(Value::Null) => Ok(usual),
            Some(value) => T::deserialize(value).map_err(|error| wrong(name, false, &error)),
        }
    }

    fn value(&mut self, name: &str) -> Option<Value> {
        self.0.get_mut(name).map(Value::take)
    }
}

/// What is wrong with a field, once for all types of fields.
fn wrong(name: &'static str, is_missing: bool, error: &Error) -> Error {
    if is_missing {
        Error::missing_field(name)
    } else {
        Error::custom(format_args!("{name}: {error}"))
    }
}

/// Reads a struct field by field, for `#[serde(try_from = "Value")]`. What stands under `must` must be there, what stands under `may` may
/// be left out and is its type's default then, what stands under `usual` has the value after it then, and what stands under `made` is made
/// of the fields. All fields of the struct are named, or it does not compile.
macro_rules! read_by_hand {
    ($type:ident {
        must: [$($must:ident),*],
        may: [$($may:ident),*],
        usual: [$($usual:ident: $value:expr),*],
        made: |$fields:ident| [$($made:ident: $make:expr),*],
    }) => {
        impl $type {
            /// The keys that it has, whatever of them may be left out.
            pub const KEYS: &'static [&'static str] = &[
                $(stringify!($must),)* $(stringify!($may),)* $(stringify!($usual),)* $(stringify!($made),)*
            ];
        }

        impl TryFrom<serde_json::Value> for $type {
            type Error = serde_json::Error;

            fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
                let mut fields = $crate::fields::Fields::in_value(value)?;
                let $fields = &mut fields;
                Ok(Self {
                    $($must: $fields.take(stringify!($must))?,)*
                    $($may: $fields.take_or_default(stringify!($may))?,)*
                    $($usual: $fields.take_or(stringify!($usual), $value)?,)*
                    $($made: $make,)*
                })
            }
        }
    };
}
pub(crate) use read_by_hand;
