//! Who should talk to whom: an open offer and an open wish that are about the same.
//!
//! Words count by their stems in the exchange's language, and the rarer the more; the same category and a quantity that
//! fits add to it. What deals have taken is left out, see [`left`]. `docs/suggestions.md` says how well it does.

pub mod left;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, HashMap};

use self::left::{Left, Leftovers, same_unit};
use self::words::{FIRST_PART_CHARS_MIN, LAST_PART_CHARS_MIN, Reader, Word, kinship};
use crate::board::Board;
use crate::ids::{CategoryId, ListingId, ParticipantId};
use crate::language::Language;
use crate::listing::{Listing, ListingKind, Quantity};
use crate::order;

/// What a suggestion in another category is worth beside one in the same.
const OTHER_CATEGORY: f32 = 0.5;
/// What a suggestion whose quantity fits is worth beside one of which nothing is known.
const QUANTITY_FITS: f32 = 1.1;
/// What a listing that was met in part is worth beside one that is whole.
const PARTLY_MET: f32 = 0.6;
/// Least score that is worth a walk through the hall.
const SCORE_MIN: f32 = 0.1;
/// Least share of the best score for the same own listing: beside a good one, a faint one is noise.
const SHARE_OF_BEST_MIN: f32 = 0.5;

/// A pair of listings that is worth a talk.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The listing of the participant who was asked about.
    pub own: ListingId,
    /// The listing of the other kind that it fits.
    pub other: ListingId,
    /// Whose that is.
    pub participant: ParticipantId,
    /// What is left of the other's listing; never nothing.
    pub left: Left,
    /// How well they fit, more is better: about 1 for the same words in the same category.
    pub score: f32,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Why two listings fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Both are in this category.
    SameCategory(CategoryId),
    /// They share words, those that count most first.
    Words(Vec<SharedWord>),
    /// There is as much as is wished for.
    QuantityFits,
    /// There is some of what is wished for.
    QuantityInPart {
        /// How much, in the listings' common unit.
        amount: u32,
    },
}

/// A word in both listings, as each wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedWord {
    /// In the own listing.
    pub own: String,
    /// In the other's.
    pub other: String,
}

/// The best suggestions for one participant, at most `most`. To ask for many, keep a [`Matching`].
pub fn suggestions(board: &Board, participant: ParticipantId, most: usize) -> Vec<Suggestion> {
    Matching::new(board).suggestions(board, participant, most)
}

/// An index of one catalogue. Deals may change without it; listings and the language may not.
#[derive(Clone, Debug)]
pub struct Matching {
    entries: Vec<Entry>,
    /// Every stem of the catalogue.
    stems: Vec<String>,
    /// In how many listings a stem is a word or a part of one.
    frequency: HashMap<String, u32>,
}

/// A listing's words.
#[derive(Clone, Debug)]
struct Entry {
    id: ListingId,
    kind: ListingKind,
    terms: Vec<Term>,
    /// The length of the vector of its words' rarities.
    norm: f32,
}

/// A word of a listing.
#[derive(Clone, Debug)]
struct Term {
    written: String,
    /// Its stem's index.
    stem: usize,
    /// 1, or less for a word that says little.
    weight: f32,
}

impl Matching {
    /// Reads the board's catalogue.
    pub fn new(board: &Board) -> Self {
        let language = board
            .settings
            .as_ref()
            .map_or(Language::default(), |settings| settings.language);
        let reader = Reader::of(language);
        let mut matching = Self {
            entries: Vec::new(),
            stems: Vec::new(),
            frequency: HashMap::new(),
        };
        let mut indices = HashMap::new();
        for listing in board.listings.values() {
            matching.enter(listing, reader.words(&listing.text), &mut indices);
        }
        matching.measure();
        matching
    }

    /// The best suggestions for one participant, at most `most`, the best first. An other's listing is suggested once.
    pub fn suggestions(&self, board: &Board, participant: ParticipantId, most: usize) -> Vec<Suggestion> {
        let leftovers = Leftovers::of(board);
        let mut best: BTreeMap<ListingId, Suggestion> = BTreeMap::new();
        for entry in &self.entries {
            let Some(own) = board.listings.get(&entry.id) else {
                continue;
            };
            if own.participant != participant || leftovers.of_listing(own.id) == Left::Nothing {
                continue;
            }
            let fits: Vec<Suggestion> = self.fits(board, &leftovers, entry, own).collect();
            let top = fits.iter().map(|fit| fit.score).fold(0.0, f32::max);
            let near = fits
                .into_iter()
                .filter(|fit| fit.score >= SHARE_OF_BEST_MIN * top);
            for mut suggestion in near {
                // Only now, so that one that was met in part goes down and not out.
                match suggestion.left {
                    Left::Whole => {}
                    Left::Part { .. } | Left::Nothing => suggestion.score *= PARTLY_MET,
                }
                let known = best.get(&suggestion.other).map_or(0.0, |known| known.score);
                if suggestion.score > known {
                    best.insert(suggestion.other, suggestion);
                }
            }
        }
        let mut best: Vec<Suggestion> = best.into_values().collect();
        order::sort_by(&mut best, |a, b| {
            b.score.total_cmp(&a.score).then(a.other.cmp(&b.other))
        });
        best.truncate(most);
        best
    }

    /// The listing that a deal on `listing` meets as well: the wish that an offer answers, or the offer that a wish is
    /// answered by. It is open, belongs to one of `others`, and the two are a pair that [`Matching::suggestions`] names to
    /// the one or to the other; of several it is the one that fits best. How much the deal takes of it, [`left`] says.
    pub fn meets(&self, board: &Board, listing: ListingId, others: &[ParticipantId]) -> Option<ListingId> {
        let leftovers = Leftovers::of(board);
        let fits = |id: ListingId| -> Vec<Suggestion> {
            let own = board.listings.get(&id);
            let entry = self.entries.iter().find(|entry| entry.id == id);
            own.zip(entry)
                .map(|(own, entry)| self.fits(board, &leftovers, entry, own).collect())
                .unwrap_or_default()
        };
        let top = |fits: &[Suggestion]| fits.iter().map(|fit| fit.score).fold(0.0, f32::max);
        let own = fits(listing);
        let own_top = top(&own);
        own.into_iter()
            .filter(|fit| others.contains(&fit.participant))
            .filter(|fit| {
                let is_near = |top: f32| fit.score >= SHARE_OF_BEST_MIN * top;
                is_near(own_top) || is_near(top(&fits(fit.other)))
            })
            .max_by(|a, b| a.score.total_cmp(&b.score).then(b.other.cmp(&a.other)))
            .map(|fit| fit.other)
    }

    fn enter(&mut self, listing: &Listing, words: Vec<Word>, indices: &mut HashMap<String, usize>) {
        let mut terms = Vec::with_capacity(words.len());
        for Word {
            written,
            stem,
            weight,
        } in words
        {
            for part in parts(&stem) {
                match self.frequency.get_mut(part) {
                    Some(count) => *count += 1,
                    None => drop(self.frequency.insert(part.to_owned(), 1)),
                }
            }
            let index = *indices.entry(stem).or_insert_with_key(|stem| {
                self.stems.push(stem.clone());
                self.stems.len() - 1
            });
            terms.push(Term {
                written,
                stem: index,
                weight,
            });
        }
        self.entries.push(Entry {
            id: listing.id,
            kind: listing.kind,
            terms,
            norm: 0.0,
        });
    }

    /// Rarity is known once every listing is read.
    fn measure(&mut self) {
        let rarities: Vec<f32> = self.stems.iter().map(|stem| self.rarity(stem)).collect();
        for entry in &mut self.entries {
            let squares = entry
                .terms
                .iter()
                .map(|term| (term.weight * rarities[term.stem]).powi(2));
            entry.norm = squares.sum::<f32>().sqrt();
        }
    }

    /// How much a stem says: the logarithm of how many listings there are for each that has it.
    fn rarity(&self, shared: &str) -> f32 {
        let with = self.frequency.get(shared).copied().unwrap_or(1).max(1);
        (1.0 + self.entries.len() as f32 / with as f32).ln()
    }

    /// Everything that fits one own listing.
    fn fits<'a>(
        &'a self,
        board: &'a Board,
        leftovers: &'a Leftovers,
        entry: &'a Entry,
        own: &'a Listing,
    ) -> impl Iterator<Item = Suggestion> + 'a {
        let kin: Vec<Vec<f32>> = entry.terms.iter().map(|term| self.kin_of(term)).collect();
        self.entries.iter().filter_map(move |candidate| {
            if candidate.kind == entry.kind {
                return None;
            }
            let other = board.listings.get(&candidate.id)?;
            let left = leftovers.of_listing(other.id);
            if other.participant == own.participant || left == Left::Nothing {
                return None;
            }
            let (words, shared) = shared_words(entry, candidate, &kin);
            if shared.is_empty() {
                return None;
            }
            let mut score = words / (entry.norm * candidate.norm);
            let mut reasons = Vec::new();
            if own.category == other.category {
                reasons.push(Reason::SameCategory(own.category.clone()));
            } else {
                score *= OTHER_CATEGORY;
            }
            reasons.push(Reason::Words(shared));
            if let Some(reason) = quantity_reason((own, leftovers.of_listing(own.id)), (other, left)) {
                if reason == Reason::QuantityFits {
                    score *= QUANTITY_FITS;
                }
                reasons.push(reason);
            }
            (score >= SCORE_MIN).then_some(Suggestion {
                own: own.id,
                other: other.id,
                participant: other.participant,
                left,
                score,
                reasons,
            })
        })
    }

    /// What each stem of the catalogue adds beside one word: 0 for most.
    fn kin_of(&self, term: &Term) -> Vec<f32> {
        let own = &self.stems[term.stem];
        self.stems
            .iter()
            .map(|stem| kinship(own, stem).map_or(0.0, |kin| kin.closeness * self.rarity(kin.shared).powi(2)))
            .collect()
    }
}

/// A stem, and what a compound may have in common with another: its beginnings and its ends.
fn parts(stem: &str) -> impl Iterator<Item = &str> {
    let letters = stem.chars().count();
    stem.char_indices()
        .enumerate()
        .skip(1)
        .flat_map(move |(index, (at, _))| {
            let beginning = (index >= FIRST_PART_CHARS_MIN).then(|| &stem[..at]);
            let end =
                (index >= LAST_PART_CHARS_MIN && letters - index >= LAST_PART_CHARS_MIN).then(|| &stem[at..]);
            beginning.into_iter().chain(end)
        })
        .chain(std::iter::once(stem))
}

/// What two listings' words add up to, and the words, those that add most first. Each own word counts once.
fn shared_words(own: &Entry, other: &Entry, kin: &[Vec<f32>]) -> (f32, Vec<SharedWord>) {
    let mut shared: Vec<(f32, SharedWord)> = Vec::new();
    for (term, kin) in own.terms.iter().zip(kin) {
        let closest = other
            .terms
            .iter()
            .map(|candidate| (term.weight * candidate.weight * kin[candidate.stem], candidate))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((adds, candidate)) = closest
            && adds > 0.0
        {
            let word = SharedWord {
                own: term.written.clone(),
                other: candidate.written.clone(),
            };
            shared.push((adds, word));
        }
    }
    order::sort_by(&mut shared, |a, b| b.0.total_cmp(&a.0));
    let sum = shared.iter().map(|(adds, _)| adds).sum();
    (sum, shared.into_iter().map(|(_, word)| word).collect())
}

/// Whether there is as much as is wished for, if both say how much in the same unit.
fn quantity_reason(one: (&Listing, Left), other: (&Listing, Left)) -> Option<Reason> {
    let (first, second) = (one.0.quantity.as_ref()?, other.0.quantity.as_ref()?);
    if !same_unit(first, second) {
        return None;
    }
    let amounts = (amount_left(first, one.1), amount_left(second, other.1));
    let (offered, wished) = match one.0.kind {
        ListingKind::Offer => amounts,
        ListingKind::Wish => (amounts.1, amounts.0),
    };
    Some(if offered >= wished {
        Reason::QuantityFits
    } else {
        Reason::QuantityInPart { amount: offered }
    })
}

fn amount_left(quantity: &Quantity, left: Left) -> u32 {
    match left {
        Left::Whole => quantity.amount,
        Left::Part { amount } => amount,
        Left::Nothing => 0,
    }
}
