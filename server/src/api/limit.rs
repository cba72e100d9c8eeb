//! How much of a list is asked for.

use std::num::{IntErrorKind, ParseIntError};

use serde::Deserialize;

/// How many entries are asked for, as somebody wrote it: any whole number is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Limit(i64);

impl TryFrom<String> for Limit {
    type Error = ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.parse() {
            Ok(asked) => Ok(Self(asked)),
            Err(error) => match error.kind() {
                IntErrorKind::PosOverflow => Ok(Self(i64::MAX)),
                IntErrorKind::NegOverflow => Ok(Self(i64::MIN)),
                _ => Err(error),
            },
        }
    }
}

impl Limit {
    /// How many are given: less than one is taken for one, more than there may be for as many, and so many as usual if nobody asks.
    pub(crate) fn of(asked: Option<Self>, usual: u32, max: u32) -> u32 {
        let Some(Self(asked)) = asked else { return usual };
        u32::try_from(asked.max(1)).map_or(max, |asked| asked.min(max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_whole_number_is_one_and_what_is_none_is_told() {
        for (text, given) in [
            ("40", 40),
            ("1", 1),
            ("0", 1),
            ("-1", 1),
            ("201", 200),
            ("5000000000", 200),
            ("99999999999999999999", 200),
            ("-99999999999999999999", 1),
        ] {
            let asked = Limit::try_from(text.to_owned()).unwrap();
            assert_eq!(Limit::of(Some(asked), 50, 200), given, "{text}");
        }
        assert_eq!(Limit::of(None, 50, 200), 50);
        for text in ["", "many", "1.5", "1 "] {
            assert!(Limit::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
