//! Reading what a client says first, as the server does.
//!
//! By hand, so that what is wrong is said with the field that it is in: of a tagged message serde says only what it expected there. A test
//! holds this reader to the derived one.

use serde::Deserialize as _;
use serde::de::Error as _;
use serde_json::{Error, Value};

use super::{Position, malformed};
use crate::fields::Fields;
use crate::language::Language;
use crate::refusal::Refusal;

/// What a client says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// How far it has come; none on a first visit.
    pub position: Option<Position>,
    /// The language for refusals, if it says one that this version knows.
    pub language: Option<Language>,
}

/// Reads a client's first message. A newer client comes in too, as while nodes are upgraded one after the other: what it says that this version
/// does not know is passed over.
///
/// # Errors
/// [`Refusal::Malformed`], which says what is wrong.
pub fn read_hello(text: &str) -> Result<Greeting, Refusal> {
    hello(text).map_err(|error| malformed(&error))
}

fn hello(text: &str) -> Result<Greeting, Error> {
    let mut fields = Fields::of(text)?;
    let tag: Value = fields.take("type")?;
    if tag != "hello" {
        return Err(Error::custom("the first message must be a hello"));
    }
    let said: Option<Value> = fields.take("position")?;
    let position = said
        .map(position)
        .transpose()
        .map_err(|error| Error::custom(format_args!("position: {error}")))?;
    let language: Value = fields.take("language")?;
    Ok(Greeting {
        position,
        language: Language::deserialize(language).ok(),
    })
}

fn position(value: Value) -> Result<Position, Error> {
    let mut fields = Fields::in_value(value)?;
    Ok(Position {
        epoch: fields.take("epoch")?,
        audience: fields.take("audience")?,
        seq: fields.take("seq")?,
        at: fields.take("at")?,
    })
}
