//! A refusal as the person at the screen reads it, in each language.

use super::{Refusal, en, nb};
use crate::language::Language;

impl Refusal {
    /// A sentence for the person at the screen: what happened and what to do.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::Nb => nb::sentence(self),
            Language::En => en::sentence(self),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

impl std::error::Error for Refusal {}
