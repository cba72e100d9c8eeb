//! How far a sum of estimates reaches: wherever one is printed, it says of how many deals it is.

use borsklokka_shared::language::Language;
use borsklokka_shared::numbers::grouped;

use crate::spoken::report::Report as Words;

/// Of how many deals a sum was estimated; nothing if of all.
pub(crate) fn estimated(part: u32, all: u32, language: Language) -> Option<String> {
    let number = |number: u32| grouped(number.into(), language);
    (part < all).then(|| Words::of(language).estimated(number(all), number(part)))
}
