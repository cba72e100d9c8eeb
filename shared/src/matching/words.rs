//! The words of a listing: read out of its text, without those that say nothing of what it is about, and cut to their
//! stems.

use std::collections::HashSet;

use snowball_stemmers_rs::Stemmer;

use crate::language::Language;
use crate::spoken::matching::Matching;
use crate::text::bare;

/// A word as it was written, and its stem.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) written: String,
    pub(super) stem: String,
    pub(super) weight: f32,
}

/// Reads words in one language.
pub(super) struct Reader {
    /// None for a language that has none: then whole words are compared.
    stemmer: Option<Stemmer>,
    stop: HashSet<String>,
    faint: HashSet<String>,
}

impl Reader {
    pub(super) fn of(language: Language) -> Self {
        let words = Matching::of(language);
        Self {
            stemmer: language.stemmer().map(Stemmer::create),
            // As the words that they are looked for among: `für` and `één` are met as `fur` and `een`.
            stop: words.stop.split_whitespace().map(plain).collect(),
            faint: words.faint.split_whitespace().map(plain).collect(),
        }
    }

    /// The words that say what a text is about, each stem once.
    pub(super) fn words(&self, text: &str) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        for written in text.split(|letter: char| !letter.is_alphanumeric()) {
            let plain = plain(written);
            if plain.chars().count() < 2
                || plain.chars().all(char::is_numeric)
                || self.stop.contains(plain.as_str())
            {
                continue;
            }
            let stem = match &self.stemmer {
                Some(stemmer) => stemmer.stem(&plain).into_owned(),
                None => plain.clone(),
            };
            if !words.iter().any(|word| word.stem == stem) {
                let weight = if self.faint.contains(plain.as_str()) {
                    FAINT
                } else {
                    1.0
                };
                words.push(Word {
                    written: written.to_owned(),
                    stem,
                    weight,
                });
            }
        }
        words
    }
}

/// Small letters, and `kafé` as `kafe`: the accent comes and goes between the forms of a word. The letters that the stemmers
/// know stay.
fn plain(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'æ' | 'ø' | 'å' | 'ä' | 'ö' => letter,
            other => bare(other),
        })
        .collect()
}

/// How close two stems are, and what they share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kinship<'a> {
    /// 1 for the same stem, less for parts of compounds.
    pub(super) closeness: f32,
    /// What both have: the rarer it is, the more it says.
    pub(super) shared: &'a str,
}

/// What a faint word counts beside another.
const FAINT: f32 = 0.4;
/// One word is the first part of the other, as in `snekker` and `snekkerhjelp`.
const FIRST_PART: f32 = 0.8;
/// One word is the last part of the other, as in `telt` and `partytelt`.
const LAST_PART: f32 = 0.8;
/// Both begin alike, as `svømmekurs` and `svømmehall`.
const BEGIN_ALIKE: f32 = 0.35;
/// Fewest letters of a first part: `bar` is no part of `barnehage`.
pub(super) const FIRST_PART_CHARS_MIN: usize = 4;
/// Fewest letters of a last part, and of what stands before it: `bil` is part of `varebil`, not of `mobil`.
pub(super) const LAST_PART_CHARS_MIN: usize = 3;
/// Fewest letters of a common beginning.
pub(super) const BEGINNING_CHARS_MIN: usize = 5;

/// How two stems are related, if they are. Norwegian writes compounds in one word, so a stem may be a part of another.
pub(super) fn kinship<'a>(one: &'a str, other: &'a str) -> Option<Kinship<'a>> {
    if one == other {
        return Some(Kinship {
            closeness: 1.0,
            shared: one,
        });
    }
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    if let Some(rest) = long.strip_suffix(short) {
        let fits =
            short.chars().count() >= LAST_PART_CHARS_MIN && rest.chars().count() >= LAST_PART_CHARS_MIN;
        return fits.then_some(Kinship {
            closeness: LAST_PART,
            shared: short,
        });
    }
    let beginning = beginning(short, long);
    let letters = beginning.chars().count();
    if beginning.len() == short.len() && letters >= FIRST_PART_CHARS_MIN {
        Some(Kinship {
            closeness: FIRST_PART,
            shared: short,
        })
    } else if letters >= BEGINNING_CHARS_MIN {
        Some(Kinship {
            closeness: BEGIN_ALIKE,
            shared: beginning,
        })
    } else {
        None
    }
}

/// The letters with which both begin.
fn beginning<'a>(one: &'a str, other: &str) -> &'a str {
    let end = one
        .char_indices()
        .zip(other.chars())
        .find(|((_, a), b)| a != b)
        .map_or_else(|| one.len().min(other.len()), |((at, _), _)| at);
    &one[..end]
}
