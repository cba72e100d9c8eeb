//! The languages that every text exists in: made of `words/languages.toml` when this package is built.

use crate::closed_set::closed_sets;

include!(concat!(env!("OUT_DIR"), "/languages.rs"));

closed_sets!(Language);

impl Language {
    /// The language of a tag such as `nb`, `no` or `en-GB`, if it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::of_primary(tag.split(['-', '_']).next().unwrap_or_default())
    }
}
