//! Numbers as people type them, on any screen: read in one place, and said back as they were read.
//!
//! What cannot be read is never taken for something else. Spaces of every kind, thousands with a point, a comma or an
//! apostrophe, the digits of other scripts, `kr`, `stk`, `ti tusen`, `2 t`, `1:30`, `90 min`, `halvannen time`, `half an hour`,
//! `anderthalb Stunden` and `een kwartier` are read alike, whatever the page speaks; whoever typed sees what was understood.

use borsklokka_shared::language::Language;
use borsklokka_shared::numbers::grouped;

/// Minutes of an hour.
const HOUR_MINUTES: u32 = 60;
/// Minutes of a quarter of an hour.
const QUARTER_MINUTES: u32 = 15;
/// Most digits behind the mark that are read: what stands behind those is less than a thought.
const DECIMALS_MAX: usize = 9;

/// What was typed is no number of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// A whole number, such as `15`, `10 000 kr` or `10.000,-`; nothing and nought say nothing.
///
/// # Errors
/// If it is no whole number.
pub fn whole(text: &str) -> Result<Option<u32>, Unreadable> {
    whole_of(text, "")
}

/// A whole number that its unit may follow: `15 stoler` of `stoler`.
///
/// # Errors
/// If it is no whole number.
pub fn whole_of(text: &str, unit: &str) -> Result<Option<u32>, Unreadable> {
    let plain = plain(text);
    let mut plain = plain.trim();
    for end in [",-", ".-", ",–", ",—", ".–"] {
        plain = plain.strip_suffix(end).unwrap_or(plain);
    }
    let unit = unit.trim().to_lowercase();
    let mut value = None;
    for token in tokens(plain).ok_or(Unreadable)? {
        match token {
            Token::Number(number) if value.is_none() => value = Some(number),
            Token::Word(word) if word == unit || SAYS_NOTHING.contains(&&*word) => {}
            Token::Word(word) => {
                let times = match &*word {
                    "hundre" | "hundred" | "honderd" | "hundert" if value.is_some() => 1e2,
                    "tusen" | "thousand" | "duizend" | "tausend" | "k" => 1e3,
                    "mill" | "mill." | "mio" | "mio." | "million" | "millioner" | "millionar" | "miljoen"
                    | "millionen" => 1e6,
                    // `fem hundre`, and never `5 fem`.
                    _ if value.is_none() => {
                        value = Some(number_word(&word).ok_or(Unreadable)?);
                        continue;
                    }
                    _ => return Err(Unreadable),
                };
                value = Some(value.ok_or(Unreadable)? * times);
            }
            Token::Number(_) | Token::Clock(_) => return Err(Unreadable),
        }
    }
    match value {
        None if plain.is_empty() => Ok(None),
        Some(value) if value.fract().abs() < 1e-9 && value <= f64::from(u32::MAX) => {
            Ok((value > 0.0).then_some(value as u32))
        }
        None | Some(_) => Err(Unreadable),
    }
}

/// Hours, such as `20`, `1,5`, `1:30`, `2 t`, `90 min` or `halvannen time`, in minutes; nothing and nought say nothing.
///
/// # Errors
/// If it is no length of time.
pub fn minutes(text: &str) -> Result<Option<u32>, Unreadable> {
    let plain = plain(text).replace("quarter of an hour", "quarter");
    let plain = plain.trim();
    if plain.is_empty() {
        return Ok(None);
    }
    let mut sum = Sum::default();
    for token in tokens(plain).ok_or(Unreadable)? {
        sum.take(&token)?;
    }
    let minutes = sum.minutes()?;
    if minutes > f64::from(u32::MAX) {
        return Err(Unreadable);
    }
    Ok(Some(minutes.round() as u32).filter(|minutes| *minutes > 0))
}

/// Minutes as hours to type: `20`, `1,5`, and `0:20` for what no short decimal says.
pub fn hours_text(minutes: u32) -> String {
    if minutes.is_multiple_of(QUARTER_MINUTES) {
        let quarters = ["", ",25", ",5", ",75"];
        let quarter = quarters[(minutes % HOUR_MINUTES / QUARTER_MINUTES) as usize];
        format!("{}{quarter}", minutes / HOUR_MINUTES)
    } else {
        format!("{}:{:02}", minutes / HOUR_MINUTES, minutes % HOUR_MINUTES)
    }
}

/// A whole number with its thousands apart.
pub fn whole_said(number: u32, language: Language) -> String {
    grouped(u64::from(number), language)
}

/// Whether it is one of the words for an hour.
pub fn is_hour(word: &str) -> bool {
    matches!(
        &*word.to_lowercase(),
        "t" | "time"
            | "timer"
            | "timen"
            | "timar"
            | "h"
            | "hr"
            | "hrs"
            | "hour"
            | "hours"
            | "u"
            | "uur"
            | "uren"
            | "std"
            | "stdn"
            | "stunde"
            | "stunden"
    )
}

/// Whether it is one of the words for a minute.
pub fn is_minute(word: &str) -> bool {
    matches!(
        &*word.to_lowercase(),
        "m" | "min" | "mins" | "minutt" | "minutter" | "minute" | "minutes" | "minuut" | "minuten"
    )
}

/// The next hours on the stepper's ladder, from what is typed; none from what cannot be read.
pub fn stepped(hours: &str, up: bool) -> Option<String> {
    const LADDER: [u32; 20] = [
        30, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 900, 1_200, 1_500, 1_800, 2_400, 3_000, 3_600,
        4_800, 6_000,
    ];
    let now = minutes(hours).ok()?.unwrap_or(0);
    let next = if up {
        LADDER
            .into_iter()
            .find(|step| *step > now)
            .unwrap_or(now.saturating_add(1_200))
    } else if now > LADDER[LADDER.len() - 1] {
        now.saturating_sub(1_200).max(LADDER[LADDER.len() - 1])
    } else {
        LADDER.into_iter().rev().find(|step| *step < now).unwrap_or(0)
    };
    Some(if next == 0 {
        String::new()
    } else {
        hours_text(next)
    })
}

/// Words that may stand beside a number and change nothing.
#[rustfmt::skip] // A table: words side by side.
const SAYS_NOTHING: [&str; 30] = [
    "kr", "kr.", "kroner", "krone", "nok", "sek", "dkk", "eur", "euro", "usd", "gbp", "chf", "€", "$", "£",
    "stk", "stk.", "stuks", "stück", "ca", "ca.", "omtrent", "omlag", "about", "pcs", "circa", "ongeveer", "zirka", "etwa", "rund",
];

/// What a typed number consists of.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// `10 000`, `1,5`, `½`.
    Number(f64),
    /// `1:30`, in minutes.
    Clock(u32),
    /// Anything else between spaces, in small letters.
    Word(String),
}

/// Small letters, one kind of space, and no fraction of more than one sign.
fn plain(text: &str) -> String {
    let spaced: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_whitespace() { ' ' } else { in_our_figures(c) })
        .collect();
    spaced.replace("1/2", "½").replace("1/4", "¼").replace("3/4", "¾")
}

/// The digits of other scripts as ours, with the marks that stand between them.
const fn in_our_figures(c: char) -> char {
    match c {
        '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' | '\u{FF10}'..='\u{FF19}' => {
            (b'0' + (c as u32 & 0xF) as u8) as char
        }
        '\u{66B}' | '\u{FF0C}' => ',',
        '\u{66C}' => '\'',
        '\u{FF0E}' => '.',
        '\u{FF1A}' => ':',
        c => c,
    }
}

/// The tokens; none if a number is not one.
fn tokens(plain: &str) -> Option<Vec<Token>> {
    let chars: Vec<char> = plain.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        if c == ' ' {
            at += 1;
        } else if let Some(part) = fraction(c) {
            tokens.push(Token::Number(part));
            at += 1;
        } else if c.is_ascii_digit() || begins_with_mark(&chars[at..]) {
            let end = end_of_number(&chars, at);
            let nought = if c.is_ascii_digit() { "" } else { "0" };
            let written: String = nought.chars().chain(chars[at..end].iter().copied()).collect();
            tokens.push(match written.split_once(':') {
                Some((hours, minutes)) => Token::Clock(clock(hours, minutes)?),
                None => Token::Number(decimal(&written)?),
            });
            at = end;
        } else {
            let end = chars[at..]
                .iter()
                .position(|c| *c == ' ' || c.is_ascii_digit() || fraction(*c).is_some())
                .map_or(chars.len(), |length| at + length);
            tokens.push(Token::Word(chars[at..end].iter().collect()));
            at = end;
        }
    }
    Some(tokens)
}

/// Whether a number stands there without its nought: `,5`.
fn begins_with_mark(chars: &[char]) -> bool {
    matches!(chars, ['.' | ',', digit, ..] if digit.is_ascii_digit())
}

const fn fraction(c: char) -> Option<f64> {
    match c {
        '½' => Some(0.5),
        '¼' => Some(0.25),
        '¾' => Some(0.75),
        _ => None,
    }
}

/// Where a number ends that begins at `start`: marks belong to it if a digit follows, spaces if exactly three do.
fn end_of_number(chars: &[char], start: usize) -> usize {
    let digits_from = |at: usize| chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut at = start;
    while let Some(c) = chars.get(at) {
        let goes_on = match c {
            '0'..='9' => true,
            '.' | ',' | '\'' | '’' | ':' => digits_from(at + 1) > 0,
            ' ' => digits_from(at + 1) == 3 && digits_from(start) <= 3,
            _ => false,
        };
        if !goes_on {
            break;
        }
        at += 1;
    }
    at
}

fn clock(hours: &str, minutes: &str) -> Option<u32> {
    if minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < HOUR_MINUTES).then_some(hours.checked_mul(HOUR_MINUTES)? + minutes)
}

/// A number with marks. Three digits behind each mark are thousands, unless a nought stands before the first; else the last
/// mark is the decimal one.
fn decimal(written: &str) -> Option<f64> {
    let is_mark = |c: char| !c.is_ascii_digit();
    let parts: Vec<&str> = written.split(is_mark).collect();
    let marks: Vec<char> = written.chars().filter(|c| is_mark(*c)).collect();
    let (first, rest) = parts.split_first()?;
    let are_thousands = |parts: &[&str]| {
        (1..=3).contains(&first.len()) && !first.starts_with('0') && parts.iter().all(|part| part.len() == 3)
    };
    let alike = |marks: &[char]| marks.iter().all(|mark| *mark == marks[0]);
    let (whole, decimals) = match rest.split_last() {
        None => (parts.concat(), ""),
        Some(_) if alike(&marks) && are_thousands(rest) => (parts.concat(), ""),
        Some((last, groups)) => {
            let (mark, before) = marks.split_last()?;
            let is_decimal = matches!(mark, '.' | ',') && !before.contains(mark);
            if !is_decimal || !(groups.is_empty() || (alike(before) && are_thousands(groups))) {
                return None;
            }
            (format!("{first}{}", groups.concat()), *last)
        }
    };
    // Not by the standard library's reader of decimals, whose tables a tablet would load for this alone.
    let decimals = &decimals[..decimals.len().min(DECIMALS_MAX)];
    let digits = |digits: &str| format!("0{digits}").parse::<u64>().ok();
    let parts = 10_u64.pow(u32::try_from(decimals.len()).ok()?);
    Some(digits(&whole)? as f64 + digits(decimals)? as f64 / parts as f64)
}

/// What time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Minute,
    Quarter,
    HalfHour,
    ThreeQuarters,
    Hour,
}

impl Unit {
    const fn minutes(self) -> u32 {
        match self {
            Unit::Minute => 1,
            Unit::Quarter => QUARTER_MINUTES,
            Unit::HalfHour => 2 * QUARTER_MINUTES,
            Unit::ThreeQuarters => 3 * QUARTER_MINUTES,
            Unit::Hour => HOUR_MINUTES,
        }
    }
}

/// What was read last, as far as it changes what comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    /// Nothing of the kind.
    #[default]
    Plain,
    /// `og`: it joins what stands on its sides.
    Joins,
    /// `en`: the number one, or nothing.
    Article,
    /// A half.
    Half,
    /// `1:30`, after which an hour says nothing more.
    Clock,
}

/// A length of time as it is read, word for word.
#[derive(Debug, Default)]
struct Sum {
    minutes: f64,
    /// What has no unit yet.
    pending: Option<f64>,
    /// What the last unit was.
    unit: Option<Unit>,
    last: Last,
}

impl Sum {
    fn take(&mut self, token: &Token) -> Result<(), Unreadable> {
        match token {
            Token::Clock(minutes) if self.pending.is_none() && self.unit.is_none() => {
                self.minutes = f64::from(*minutes);
                (self.unit, self.last) = (Some(Unit::Minute), Last::Clock);
                Ok(())
            }
            Token::Clock(_) => Err(Unreadable),
            Token::Number(number) => self.add(*number, *number > 0.0 && *number < 1.0),
            Token::Word(word) => self.word(word.trim_end_matches(['.', ','])),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Unreadable> {
        let is_article = is_article(word);
        // `en` is `one` in Norwegian, and in Dutch `and`, which has something before it.
        let joins =
            word == "en" && self.last != Last::Joins && (self.pending.is_some() || self.unit.is_some());
        match (word, self.last) {
            ("", _) => Ok(()),
            (nothing, _) if ABOUT.contains(&nothing) => Ok(()),
            ("og" | "and" | "und" | "+" | "&", _) => {
                self.last = Last::Joins;
                Ok(())
            }
            _ if joins => {
                self.last = Last::Joins;
                Ok(())
            }
            ("halv" | "halvt" | "half" | "halve" | "halb" | "halbe" | "halben", last) => {
                if last == Last::Article {
                    self.pending = self
                        .pending
                        .map(|pending| pending - 1.0)
                        .filter(|rest| *rest > 0.0);
                }
                self.add(0.5, true)
            }
            (
                "halvannen" | "halvannet" | "halvanna" | "halvannan" | "anderthalb" | "eineinhalb"
                | "anderhalf" | "anderhalve",
                _,
            ) => self.add(1.5, false),
            ("zweieinhalb" | "tweeënhalf" | "tweeëneenhalf", _) => self.add(2.5, false),
            (
                "kvarter" | "quarter" | "quarters" | "kvart" | "kwartier" | "viertelstunde"
                | "viertelstunden",
                _,
            ) => self.ends(Unit::Quarter),
            ("halfuur" | "halfuurtje" | "halvtime" | "halvtimen", _) => self.ends(Unit::HalfHour),
            ("dreiviertelstunde", _) => self.ends(Unit::ThreeQuarters),
            // `half an hour`
            (_, Last::Half) if is_article => Ok(()),
            (hour, Last::Clock) if is_hour(hour) => {
                self.last = Last::Plain;
                Ok(())
            }
            (hour, _) if is_hour(hour) => self.ends(Unit::Hour),
            (minute, _) if is_minute(minute) => self.ends(Unit::Minute),
            (number, _) => {
                self.add(number_word(number).ok_or(Unreadable)?, false)?;
                if is_article {
                    self.last = Last::Article;
                }
                Ok(())
            }
        }
    }

    fn add(&mut self, number: f64, half: bool) -> Result<(), Unreadable> {
        // `2 ½`, `two and a half`; never `2 3`.
        if self.pending.is_some() && !half && self.last != Last::Joins {
            return Err(Unreadable);
        }
        self.pending = Some(self.pending.unwrap_or(0.0) + number);
        self.last = if half { Last::Half } else { Last::Plain };
        Ok(())
    }

    fn ends(&mut self, unit: Unit) -> Result<(), Unreadable> {
        // `halvtime` is one; `time` is a word that has lost its number.
        let is_one = unit == Unit::HalfHour && (self.unit.is_none() || self.last == Last::Joins);
        let number = self.pending.take().or(is_one.then_some(1.0)).ok_or(Unreadable)?;
        self.minutes += number * f64::from(unit.minutes());
        (self.unit, self.last) = (Some(unit), Last::Plain);
        Ok(())
    }

    /// What has no unit is hours, or what an hour leaves: `1 t 30`, `an hour and a half`.
    fn minutes(self) -> Result<f64, Unreadable> {
        let hour = f64::from(HOUR_MINUTES);
        match (self.pending, self.unit) {
            (None, Some(_)) => Ok(self.minutes),
            (Some(hours), None) => Ok(hours * hour),
            (Some(part), Some(Unit::Hour)) if self.last == Last::Half => Ok(self.minutes + part * hour),
            (Some(rest), Some(Unit::Hour)) if rest < hour => Ok(self.minutes + rest),
            (None, None) | (Some(_), Some(_)) => Err(Unreadable),
        }
    }
}

/// Words that say how exact a length is.
const ABOUT: [&str; 9] = [
    "ca", "omtrent", "omlag", "about", "circa", "ongeveer", "zirka", "etwa", "rund",
];

/// `a` and `one`: the words that may stand before a half.
fn is_article(word: &str) -> bool {
    number_word(word) == Some(1.0)
}

/// A number as a small word, in any of our languages.
#[rustfmt::skip] // A table: a number a line.
fn number_word(word: &str) -> Option<f64> {
    Some(f64::from(match word {
        "a" | "an" | "one" | "en" | "én" | "ei" | "et" | "ett" | "eitt" | "éin" | "eit" | "een" | "één" | "ein" | "eine" | "einen" => 1,
        "to" | "two" | "twee" | "zwei" => 2,
        "tre" | "three" | "drie" | "drei" => 3,
        "fire" | "four" | "vier" => 4,
        "fem" | "five" | "vijf" | "fünf" => 5,
        "seks" | "six" | "zes" | "sechs" => 6,
        "sju" | "syv" | "seven" | "zeven" | "sieben" => 7,
        "åtte" | "eight" | "acht" => 8,
        "ni" | "nine" | "negen" | "neun" => 9,
        "ti" | "ten" | "tien" | "zehn" => 10,
        "elleve" | "eleven" | "elf" => 11,
        "tolv" | "twelve" | "twaalf" | "zwölf" => 12,
        "femten" | "fifteen" | "vijftien" | "fünfzehn" => 15,
        "tjue" | "twenty" | "twintig" | "zwanzig" => 20,
        "tretti" | "thirty" | "dertig" | "dreißig" | "dreissig" => 30,
        "førti" | "forty" | "veertig" | "vierzig" => 40,
        "femti" | "fifty" | "vijftig" | "fünfzig" => 50,
        "hundre" | "hundred" | "honderd" | "hundert" => 100,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Common;

    #[test]
    fn whole_numbers_are_read_as_people_write_them() {
        for (text, expected) in [
            ("", Ok(None)),
            ("0", Ok(None)),
            ("15", Ok(Some(15))),
            ("1 000", Ok(Some(1_000))),
            ("10 000 kr", Ok(Some(10_000))),
            ("10\u{a0}000\u{a0}kr", Ok(Some(10_000))),
            ("10\u{202f}000", Ok(Some(10_000))),
            ("10.000", Ok(Some(10_000))),
            ("10,000", Ok(Some(10_000))),
            ("10'000", Ok(Some(10_000))),
            ("1.250.000", Ok(Some(1_250_000))),
            ("10.000,00", Ok(Some(10_000))),
            ("10,000.00", Ok(Some(10_000))),
            ("10000,-", Ok(Some(10_000))),
            ("10.000,-", Ok(Some(10_000))),
            ("kr 500", Ok(Some(500))),
            ("kr. 500,-", Ok(Some(500))),
            ("NOK 1 500", Ok(Some(1_500))),
            ("€500", Ok(Some(500))),
            ("ca. 500", Ok(Some(500))),
            ("10 tusen", Ok(Some(10_000))),
            ("2,5 mill", Ok(Some(2_500_000))),
            ("10k", Ok(Some(10_000))),
            ("10 duizend euro", Ok(Some(10_000))),
            ("2,5 Mio. €", Ok(Some(2_500_000))),
            ("etwa 12 Stück", Ok(Some(12))),
            ("12 stk", Ok(Some(12))),
            ("ti tusen", Ok(Some(10_000))),
            ("Fem tusen kroner", Ok(Some(5_000))),
            ("fem hundre", Ok(Some(500))),
            ("5 hundre", Ok(Some(500))),
            ("5 tusen", Ok(Some(5_000))),
            ("vijf honderd euro", Ok(Some(500))),
            ("fünf Hundert", Ok(Some(500))),
            ("five hundred", Ok(Some(500))),
            ("1,5 tusen", Ok(Some(1_500))),
            ("hundre", Ok(Some(100))),
            ("femten", Ok(Some(15))),
            ("５００", Ok(Some(500))),
            ("１０．０００", Ok(Some(10_000))),
            ("٥٠٠", Ok(Some(500))),
            ("۱۰٬۰۰۰", Ok(Some(10_000))),
            ("5 fem", Err(Unreadable)),
            ("fem 5", Err(Unreadable)),
            ("tusen", Err(Unreadable)),
            ("to hundre og femti", Err(Unreadable)),
            ("mange", Err(Unreadable)),
            ("kr", Err(Unreadable)),
            ("10,5", Err(Unreadable)),
            ("10.50", Err(Unreadable)),
            ("1,00,000", Err(Unreadable)),
            ("10 00", Err(Unreadable)),
            ("5-10", Err(Unreadable)),
            ("-5", Err(Unreadable)),
            ("1:30", Err(Unreadable)),
            ("99999999999", Err(Unreadable)),
        ] {
            assert_eq!(whole(text), expected, "{text}");
        }
        assert_eq!(whole_of("15 Stoler", "stoler"), Ok(Some(15)));
        assert_eq!(whole_of("15 bord", "stoler"), Err(Unreadable));
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, expected) in [
            ("", Ok(None)),
            ("0", Ok(None)),
            ("0:00", Ok(None)),
            ("20", Ok(Some(1_200))),
            ("1,5", Ok(Some(90))),
            (",5", Ok(Some(30))),
            (".25", Ok(Some(15))),
            ("0,5 t", Ok(Some(30))),
            ("1.5", Ok(Some(90))),
            ("0.5", Ok(Some(30))),
            ("0,125", Ok(Some(8))),
            ("10.000", Ok(Some(600_000))),
            ("1\u{202f}500", Ok(Some(90_000))),
            ("1:30", Ok(Some(90))),
            ("01:30", Ok(Some(90))),
            ("1:30 timer", Ok(Some(90))),
            ("2 t", Ok(Some(120))),
            ("2t", Ok(Some(120))),
            ("2\u{a0}timer", Ok(Some(120))),
            ("2 hours", Ok(Some(120))),
            ("1,5 time", Ok(Some(90))),
            ("90 min", Ok(Some(90))),
            ("90 minutter", Ok(Some(90))),
            ("1 t 30 min", Ok(Some(90))),
            ("1 time og 30 minutter", Ok(Some(90))),
            ("1t30", Ok(Some(90))),
            ("1h30m", Ok(Some(90))),
            ("½", Ok(Some(30))),
            ("1½", Ok(Some(90))),
            ("2 1/2", Ok(Some(150))),
            ("halvannen", Ok(Some(90))),
            ("Halvannen time", Ok(Some(90))),
            ("en halv time", Ok(Some(30))),
            ("én time", Ok(Some(60))),
            ("to timer", Ok(Some(120))),
            ("to og en halv time", Ok(Some(150))),
            ("en og en halv time", Ok(Some(90))),
            ("et kvarter", Ok(Some(15))),
            ("tre kvarter", Ok(Some(45))),
            ("half an hour", Ok(Some(30))),
            ("an hour and a half", Ok(Some(90))),
            ("two and a half hours", Ok(Some(150))),
            ("a quarter of an hour", Ok(Some(15))),
            ("ca. 20 timer", Ok(Some(1_200))),
            ("halvannan time", Ok(Some(90))),
            ("to timar og eit kvarter", Ok(Some(135))),
            ("2 uur", Ok(Some(120))),
            ("2u", Ok(Some(120))),
            ("anderhalf uur", Ok(Some(90))),
            ("een half uur", Ok(Some(30))),
            ("een halfuur", Ok(Some(30))),
            ("twee en een half uur", Ok(Some(150))),
            ("1 uur en 30 minuten", Ok(Some(90))),
            ("drie kwartier", Ok(Some(45))),
            ("ongeveer 20 uur", Ok(Some(1_200))),
            ("2 Std.", Ok(Some(120))),
            ("2 Stdn.", Ok(Some(120))),
            ("halvtime", Ok(Some(30))),
            ("en halvtime", Ok(Some(30))),
            ("en time og en halvtime", Ok(Some(90))),
            ("to timer og halvtime", Ok(Some(150))),
            ("2 timer halvtime", Err(Unreadable)),
            ("２ timer", Ok(Some(120))),
            ("１：３０", Ok(Some(90))),
            ("٢ timer", Ok(Some(120))),
            ("١٫٥", Ok(Some(90))),
            ("eine halbe Stunde", Ok(Some(30))),
            ("anderthalb Stunden", Ok(Some(90))),
            ("zweieinhalb Stunden", Ok(Some(150))),
            ("eine Stunde und 30 Minuten", Ok(Some(90))),
            ("eine Viertelstunde", Ok(Some(15))),
            ("eine Dreiviertelstunde", Ok(Some(45))),
            ("fünf Stunden", Ok(Some(300))),
            ("mange", Err(Unreadable)),
            ("-2", Err(Unreadable)),
            ("time", Err(Unreadable)),
            ("2 3", Err(Unreadable)),
            ("2-3", Err(Unreadable)),
            ("1:75", Err(Unreadable)),
            ("2 dager", Err(Unreadable)),
            ("20 timer i uka", Err(Unreadable)),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_for_somebody_is_read_back_to_the_minute() {
        for length in 1..=2_000 {
            assert_eq!(minutes(&hours_text(length)), Ok(Some(length)));
            for language in Language::ALL {
                assert_eq!(minutes(&Common::of(language).time(length)), Ok(Some(length)));
            }
        }
        assert_eq!(hours_text(90), "1,5");
        assert_eq!(hours_text(20), "0:20");
        assert_eq!(Common::of(Language::Nb).time(90), "1 time 30 min");
        assert_eq!(Common::of(Language::En).time(600_000), "10,000 hours");
        assert_eq!(whole_said(1_250_000, Language::Nb), "1\u{a0}250\u{a0}000");
    }

    #[test]
    fn the_stepper_climbs_a_ladder_from_what_it_can_read() {
        for (hours, up, expected) in [
            ("", true, Some("0,5")),
            ("0,5", true, Some("1")),
            ("1:30", true, Some("2")),
            ("17", true, Some("20")),
            ("17", false, Some("15")),
            ("0,5", false, Some("")),
            ("", false, Some("")),
            ("100", true, Some("120")),
            ("120", false, Some("100")),
            ("mange", true, None),
        ] {
            assert_eq!(stepped(hours, up).as_deref(), expected, "{hours} {up}");
        }
    }
}
