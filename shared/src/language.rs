//! The languages that every text exists in.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;

/// A language that every text exists in.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Language {
    /// Norwegian bokmål.
    #[default]
    Nb,
    /// English.
    En,
}

closed_sets!(Language);

impl Language {
    /// The language of a tag such as `nb`, `no` or `en-GB`, if it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next().unwrap_or_default() {
            "nb" | "no" | "nn" => Some(Language::Nb),
            "en" => Some(Language::En),
            _ => None,
        }
    }
}
