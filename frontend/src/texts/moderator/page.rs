//! The details of the page's language.

use borsklokka_shared::language::Language;

use super::{DETAILS_EN, DETAILS_NB, Details};
use crate::texts::texts;

/// The details of the page's language.
pub fn details() -> &'static Details {
    match Language::from_tag(texts().tag) {
        Some(Language::Nb) | None => &DETAILS_NB,
        Some(Language::En) => &DETAILS_EN,
    }
}
