//! Signs that tell apart: what the ticker calls somebody, made from the words of the name that distinguish it in this hall.
//!
//! A word distinguishes less the more names have it. Least of all do legal forms, articles and small words (in Norwegian,
//! Dutch, German, English, Danish and Swedish); then the words of the exchange's own name and place, so that the first
//! `Elvestad rideklubb` is RIDE before anybody else of Elvestad is there; then what names that are registered share. The sign
//! is made once, when somebody is registered, and never changes by itself.

pub mod code;

use crate::board::Board;
use crate::ids::ParticipantId;
use crate::limits::SYMBOL_CHARS_MAX;
use crate::order;
use crate::participant::Symbol;
use crate::text::{bare, is_accent};

/// How common a word of the exchange's name is, in names that have it: it is the town, or what the evening is.
const OF_EXCHANGE: usize = 10_000;
/// The same of its place.
const OF_PLACE: usize = 5_000;
/// The same of a legal form or a small word.
const OF_LANGUAGE: usize = 100_000;
/// Fewest letters of a town that is taken off a compound: `Elvestadhallen` is the hall.
const TOWN_CHARS_MIN: usize = 4;
/// Fewest letters that are left of it.
const REST_CHARS_MIN: usize = 3;
/// What a town ends in when something is of it: Drammens, Utrechtse, Wiener, Kölnische.
const OF_TOWN: [&str; 14] = [
    "s", "er", "ers", "ter", "ner", "se", "ske", "sk", "sche", "scher", "sches", "ische", "ischer", "isches",
];
/// Legal forms, without dots and slashes.
const LEGAL_FORMS: &str = "as asa ans da sa ba iks kf nuf enk fkf hf stiftelsen stiftelse \
    gmbh ggmbh mbh ev ag ug kg kgaa ohg gbr eg gag verein stiftung \
    bv nv vof cv stichting vereniging cooperatie \
    ltd plc llp llc inc cic cio limited trust foundation \
    aps is ks amba fmba smba fonden foreningen forening ab hb ideell";
/// Articles, prepositions and the like.
const SMALL_WORDS: &str = "og i på for av til ved med mot fra frå om hos den det de en et ei ein eit som \
    het een van voor in te op aan bij met uit der ter ten tot over \
    die das des dem ein eine einer und für von vom zu zum zur im am an auf bei mit aus \
    the a of and at on to by with our \
    af och för till vid från att";
/// Signs that nobody wants to stand under.
const UNFIT: [&str; 36] = [
    "ANUS", "ARSE", "ASS", "COCK", "CUNT", "DICK", "DRIT", "FAEN", "FAG", "FICK", "FITT", "FOTZ", "FUCK",
    "HEIL", "HELV", "HOER", "HORE", "HURE", "ISIS", "JÆVL", "KKK", "KNUL", "KUK", "KUT", "LUL", "NAZI",
    "NSB", "NSDA", "PENI", "PIKK", "PISS", "PUPP", "RÆV", "SEX", "SHIT", "SLUT",
];

/// Words that tell no two names apart: legal forms, without dots and slashes, and small words.
pub fn common_words() -> impl Iterator<Item = &'static str> {
    LEGAL_FORMS
        .split_whitespace()
        .chain(SMALL_WORDS.split_whitespace())
}

/// What a sign must tell somebody apart from.
pub struct Hall {
    exchange: Vec<String>,
    place: Vec<String>,
    others: Vec<(Vec<String>, Symbol)>,
}

impl Hall {
    /// The hall of an exchange of this name at this place, with these names and signs.
    pub fn new<'a>(
        exchange: &str,
        place: &str,
        others: impl IntoIterator<Item = (&'a str, &'a Symbol)>,
    ) -> Self {
        let folded = |text: &str| words(text).iter().map(|word| fold(word)).collect();
        Self {
            exchange: folded(exchange),
            place: folded(place),
            others: others
                .into_iter()
                .map(|(name, symbol)| (folded(name), symbol.clone()))
                .collect(),
        }
    }

    /// The hall of a board, for one of its participants or a new one.
    pub fn of(board: &Board, id: ParticipantId) -> Self {
        let (exchange, place) = board.settings.as_ref().map_or(("", ""), |settings| {
            (settings.name.as_str(), settings.place.as_str())
        });
        let others = board.participants.values().filter(|other| other.id != id);
        // What somebody was called before a merger tells nobody apart, but hangs on a badge.
        let signs = others.flat_map(|other| {
            let before = other.was_symbols.iter().map(|symbol| ("", symbol));
            std::iter::once((other.name.as_str(), &other.symbol)).chain(before)
        });
        Self::new(exchange, place, signs)
    }

    /// Somebody more is registered.
    pub fn seat(&mut self, name: &str, symbol: Symbol) {
        let folded = words(name).iter().map(|word| fold(word)).collect();
        self.others.push((folded, symbol));
    }

    /// A free sign for a name.
    pub fn symbol(&self, name: &str) -> Symbol {
        let taken: Vec<String> = self
            .others
            .iter()
            .map(|(_, symbol)| fold(symbol.as_str()))
            .collect();
        // One that differs in an accent alone would be read as the same.
        let is_free = |symbol: &Symbol| {
            let letters = fold(symbol.as_str());
            !taken.contains(&letters) && !UNFIT.contains(&symbol.as_str())
        };
        self.candidates(name)
            .into_iter()
            .filter_map(|candidate| Symbol::parse(&candidate.into_iter().collect::<String>()).ok())
            .chain(every_symbol())
            .find(is_free)
            .expect("an exchange has fewer participants than there are signs")
    }

    /// The signs that a name may have, the best first.
    fn candidates(&self, name: &str) -> Vec<Vec<char>> {
        let mut ranked: Vec<(usize, String)> = words(name)
            .into_iter()
            .map(|word| self.without_town(word))
            .map(|word| (self.commonness(&word), word))
            .collect();
        let written: Vec<Vec<char>> = ranked.iter().map(|(_, word)| letters(word)).collect();
        // What all names have is taken only if there is nothing else.
        let telling = ranked.iter().filter(|(common, _)| *common < OF_PLACE).count();
        order::sort_by_key(&mut ranked, |(common, _)| *common);
        let ranked: Vec<Vec<char>> = ranked.iter().map(|(_, word)| letters(word)).collect();
        let (telling, rest) = ranked.split_at(telling);
        let own = if telling.is_empty() { rest } else { telling };
        let joined = |parts: &[&[char]]| {
            parts
                .concat()
                .into_iter()
                .take(SYMBOL_CHARS_MAX)
                .collect::<Vec<_>>()
        };
        let begins = |word: &[char], most: usize| word[..word.len().min(most)].to_vec();

        let mut candidates: Vec<Vec<char>> = Vec::new();
        // The beginning of a word; where all are as short as IL, of several.
        candidates.extend(
            own.iter()
                .filter(|word| word.len() >= 3)
                .map(|word| begins(word, SYMBOL_CHARS_MAX)),
        );
        let short = own
            .iter()
            .filter(|word| word.len() < 3)
            .cloned()
            .collect::<Vec<_>>()
            .concat();
        if !short.is_empty() {
            let others = own.iter().filter(|word| word.len() >= 3);
            let common = rest.iter().filter(|_| !telling.is_empty());
            let all: Vec<char> = others
                .chain(common)
                .fold(short, |all, word| [all.as_slice(), word].concat());
            candidates.push(begins(&all, SYMBOL_CHARS_MAX));
            candidates.push(begins(&all, 3));
        }
        // Two words in one sign.
        if let [one, others @ ..] = own {
            for other in others {
                for most in [3, 2, 1] {
                    candidates.push(joined(&[&begins(one, most), other]));
                }
            }
        }
        // Initials, in the order in which the name has them.
        candidates.push(
            written
                .iter()
                .filter_map(|word| word.first().copied())
                .take(SYMBOL_CHARS_MAX)
                .collect(),
        );
        // The word with a later letter, and at last with counted-up ones.
        let all: Vec<char> = own.concat();
        for last in all.iter().skip(SYMBOL_CHARS_MAX) {
            candidates.push(joined(&[&begins(&all, 3), &[*last]]));
        }
        let padded: Vec<char> = all.iter().copied().chain(['X', 'X', 'X']).take(3).collect();
        candidates.extend(('A'..='Z').map(|last| joined(&[&padded, &[last]])));
        for third in 'A'..='Z' {
            candidates.extend(('A'..='Z').map(|last| joined(&[&padded[..2], &[third, last]])));
        }
        candidates
    }

    /// How many have this word, as far as is known.
    fn commonness(&self, word: &str) -> usize {
        let folded = fold(word);
        let is = |of: &str| common_words().any(|small| fold(small) == of);
        let others = self
            .others
            .iter()
            .filter(|(words, _)| words.contains(&folded))
            .count();
        let mut common = others;
        if self.exchange.iter().any(|of| is_of(&folded, of)) {
            common += OF_EXCHANGE;
        }
        if self.place.iter().any(|of| is_of(&folded, of)) {
            common += OF_PLACE;
        }
        if is(&folded) {
            common += OF_LANGUAGE;
        }
        common
    }

    /// A compound that begins with the town, without it.
    fn without_town(&self, word: String) -> String {
        let folded: Vec<char> = word.chars().collect();
        let small: String = folded.iter().map(|c| one_small(*c)).collect();
        let towns = self
            .exchange
            .iter()
            .filter(|town| town.chars().count() >= TOWN_CHARS_MIN);
        let rests = towns.filter_map(|town| {
            let rest = small.strip_prefix(town.as_str())?;
            let linked = rest
                .strip_prefix('s')
                .filter(|rest| rest.chars().count() >= REST_CHARS_MIN);
            let rest = linked.unwrap_or(rest).chars().count();
            let is_compound = rest >= REST_CHARS_MIN && !is_of(&small, town);
            is_compound.then(|| folded[folded.len() - rest..].iter().collect::<String>())
        });
        rests.min_by_key(String::len).unwrap_or(word)
    }
}

/// Whether a word is the town's, or says that something is of it.
fn is_of(word: &str, town: &str) -> bool {
    word == town
        || (town.chars().count() >= TOWN_CHARS_MIN
            && word
                .strip_prefix(town)
                .is_some_and(|ending| OF_TOWN.contains(&ending)))
}

/// A letter as it is compared, one for one.
fn one_small(c: char) -> char {
    let mut small = c.to_lowercase();
    match (small.next(), small.next()) {
        (Some(one), None) => bare(one),
        _ => c,
    }
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| !is_accent(*c)).map(one_small).collect()
}

/// The words of a name. `A/S`, `e.V.` and `B.V.` are one, and so is `O'Hara`; other signs part.
fn words(name: &str) -> Vec<String> {
    name.split_whitespace()
        .flat_map(|written| {
            let together: String = written.chars().filter(|c| c.is_alphanumeric()).collect();
            let is_short_form = together.chars().count() <= 4 && written.contains(['.', '/']);
            if is_short_form {
                return vec![together];
            }
            written
                .split(|c: char| !(is_of_word(c) || matches!(c, '\'' | '’')))
                .map(|word| word.chars().filter(|c| is_of_word(*c)).collect())
                .collect()
        })
        .filter(|word: &String| word.chars().any(char::is_alphabetic))
        .collect()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_accent(c)
}

/// The capitals of a word.
fn letters(word: &str) -> Vec<char> {
    word.chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_uppercase)
        .filter(|c| c.is_alphabetic())
        .collect()
}

fn every_symbol() -> impl Iterator<Item = Symbol> {
    (0..26_u32.pow(4)).filter_map(|n| {
        let letter = |place: u32| char::from(b'A' + (n / 26_u32.pow(place) % 26) as u8);
        Symbol::parse(
            &[letter(3), letter(2), letter(1), letter(0)]
                .iter()
                .collect::<String>(),
        )
        .ok()
    })
}

#[cfg(test)]
mod tests;
