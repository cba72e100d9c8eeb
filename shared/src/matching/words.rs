//! The words of a listing: read out of its text, without those that say nothing of what it is about, and cut to their
//! stems.

use std::collections::HashSet;

use snowball_stemmers_rs::{Algorithm, Stemmer};

use crate::language::Language;
use crate::text::bare;

/// Words that say nothing of what is offered or wished for: small words, numbers, and when or how often.
const STOP_NB: &str = "
    alle alt andre annenhver at av barna bare ble bli blir da de deg del deler den denne der dere deres det dette din dit
    du eget eller en enn er et etter for fordi foran fra få får før ganske gjerne god gode godt gå går ha han hans har
    hele helt her hos hun hva hver hvor hvordan i ikke inn inne inntil ja jeg kan kl kom komme kommer kun la lage
    lite liten man med meg meget men mer mest mellom min mot mye må ned neste noe noen nok ny nye nytt når nå og
    også om opp oss over på rundt sammen samme se seg selv sett ser setter siden sin skal skape slik som stor store stk
    stort ta tar til under uten ute ut vi vil ville ved vår våre være var åpen åpent gang ganger
    null ett to tre fire fem seks sju syv åtte ni ti elleve tolv femten tjue tretti førti femti seksti hundre halv halvt
    halvtime par
    time timer minutt minutter dag dager kveld kvelder ettermiddag ettermiddager formiddag morgen natt uke uka uker måned
    måneden måneder år året helg helga helgen helgene hverdag hverdager
    mandag mandager tirsdag tirsdager onsdag onsdager torsdag torsdager fredag fredager lørdag lørdager søndag søndager
    januar februar mars april mai juni juli august september oktober november desember vår våren sommer sommeren høst
    høsten vinter vinteren
    hjelp hjelpe hjelper lede leder holde holder tips råd person personer plass plasser sted låns lån utlån gratis";
const STOP_EN: &str = "
    a about after all also an and any are around as at be been before but by can could do does for from get give had has
    have he her here his how i if in into is it its just like lot make many me more most my need new no not of off on
    once one or other our out over own per she so some someone somebody something than that the their them then there
    these they this those to too under until up us use very want was we were what when where which who will with would
    you your small large big good nice
    zero two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty hundred half
    couple few
    hour hours minute minutes day days evening evenings afternoon afternoons morning mornings night week weeks weekend
    weekends month months year years time times
    monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday
    sundays january february march april may june july august september october november december spring summer autumn
    winter
    help helps advice person people place places free";

/// Words that say for whom, or in what state: they count, but are no ground for a talk by themselves.
const FAINT_NB: &str = "
    ansatte barn beboere besøk brukt brukte deltakere eldre elever foreldre forening foreningen foreninger frivillige gamle
    gjester gjestene grupper klubb klubben kvinner lag laget medlemmer menn meter mødre nybegynnere pensjonister studenter
    styret trenere ungdom ungdommer unge voksne";
const FAINT_EN: &str = "
    adults beginners children club elderly employees guests kids members metres newcomers old participants parents
    pensioners pupils staff students team used visit volunteers women young youth";

/// A word as it was written, and its stem.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) written: String,
    pub(super) stem: String,
    pub(super) weight: f32,
}

/// Reads words in one language.
pub(super) struct Reader {
    stemmer: Stemmer,
    stop: HashSet<&'static str>,
    faint: HashSet<&'static str>,
}

impl Reader {
    pub(super) fn of(language: Language) -> Self {
        let (algorithm, stop, faint) = match language {
            Language::Nb => (Algorithm::Norwegian, STOP_NB, FAINT_NB),
            Language::En => (Algorithm::English, STOP_EN, FAINT_EN),
        };
        Self {
            stemmer: Stemmer::create(algorithm),
            stop: stop.split_whitespace().collect(),
            faint: faint.split_whitespace().collect(),
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
            let stem = self.stemmer.stem(&plain).into_owned();
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
