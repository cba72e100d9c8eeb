//! The figure that a service's words name: `20 timer` in `20 timer snekkerhjelp til ny brygge`. The words go on the wall and
//! on the paper, so the fields beside them must not say another one.

use std::ops::Range;

use crate::numbers::{hours_text, is_hour, is_minute, minutes, whole};

/// Words beside which a length of time is one of several, or one to be kept: `2 timer hver uke`, `4 kvelder à 3 timer`, `innen
/// 48 timer`. What is read counts in the totals, so what may be a part of something is not read. A hyphen stands for any letters.
const RATES: &str = "à á x per pr pro je hver hvert kvar kvart elk elke alle each every mal maal keer ganger gonger gongar times \
    dag dagen tag tage tagen day daglig dagleg dagelijks täglich daily døgn- -dager -dagar -dagen -dags -tags -days \
    uka uke- veke- veka vekent- woche- wöchent- week- weken wekelijks måned- månad- monat- maand- month- jede- ieder- \
    år året jahr jahre jaar year years årlig årleg jährlich jaarlijks yearly kveld kvelden kvelder kveldar \
    abend abende abends avond avonden evening evenings helg helga helgen \
    innen innan within binnen innerhalb senest seinast spätestens uiterlijk frist deadline siden sidan ago later vorher notice";
/// Words right before a length of time after which something is, or from which it is: `om 2 timer`, `in 48 hours`.
const BEFORE_TIMES: &str =
    "om in over etter after na nach før before vor voor fra frå from ab von van neste next nächsten komende";

/// A figure in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// How many, or how many minutes.
    pub number: u32,
    /// Where its digits stand, in bytes.
    at: Range<usize>,
}

/// How long the text says that it takes, in minutes. None if it says nothing, or more than one thing.
pub fn time_in(text: &str) -> Option<Figure> {
    let small = text.to_lowercase().replace("pro bono", "");
    if small
        .split(|c: char| !c.is_alphabetic())
        .any(|word| has(RATES, word))
    {
        return None;
    }
    let words = words(text);
    let unit_minutes = |unit: &str| {
        if is_hour(unit) {
            Some("t")
        } else if is_minute(unit) && unit.len() > 1 {
            Some("min")
        } else {
            None
        }
    };
    only(words.windows(2).filter_map(|pair| {
        let (digits, unit) = number_and_unit(text, &pair[0], &pair[1])?;
        let unit = unit_minutes(unit).filter(|_| is_whole(&text[..pair[0].start], &text[pair[1].end..]))?;
        let number = minutes(&format!("{} {unit}", &text[digits.clone()])).ok()??;
        Some(Figure { number, at: digits })
    }))
}

/// Whether the figure between two parts of a text stands for all: not in `om 2 timer`, `5 Abende 2 Stunden`, `2 eller 3 timer` and
/// `2 t/person`.
fn is_whole(before: &str, after: &str) -> bool {
    let mut before = before.split_whitespace().rev();
    let (last, first) = (
        before.next().unwrap_or_default(),
        before.next().unwrap_or_default(),
    );
    let is_counted = first.ends_with(|c: char| c.is_ascii_digit()) && last.chars().all(char::is_alphabetic);
    let after = after.trim_start_matches(['.', ' ']);
    !is_counted && !has(BEFORE_TIMES, &last.to_lowercase()) && !after.starts_with(['/', '×', '*'])
}

fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(
        |listed| match (listed.strip_suffix('-'), listed.strip_prefix('-')) {
            (Some(beginning), _) => word.starts_with(beginning),
            (None, Some(end)) => word.ends_with(end),
            (None, None) => word == listed,
        },
    )
}

/// How many of a unit the text says. None if it says nothing, or more than one thing.
pub fn amount_in(text: &str, unit: &str) -> Option<Figure> {
    if is_hour(unit) {
        let figure = time_in(text)?;
        return figure.number.is_multiple_of(60).then_some(Figure {
            number: figure.number / 60,
            at: figure.at,
        });
    }
    let unit = unit.trim().to_lowercase();
    if unit.is_empty() {
        return None;
    }
    let words = words(text);
    only(words.windows(2).filter_map(|pair| {
        let (digits, word) = number_and_unit(text, &pair[0], &pair[1])?;
        if word.to_lowercase() != unit {
            return None;
        }
        let number = whole(&text[digits.clone()]).ok()??;
        Some(Figure { number, at: digits })
    }))
}

/// The text with another figure in the place of one; of time in hours.
pub fn with_time(text: &str, figure: &Figure, minutes: u32) -> String {
    let unit_is_minutes = text[figure.at.end..]
        .split_whitespace()
        .next()
        .is_some_and(|unit| is_minute(unit.trim_end_matches(|c: char| !c.is_alphanumeric())));
    let number = if unit_is_minutes {
        minutes.to_string()
    } else {
        hours_text(minutes)
    };
    with(text, figure, &number)
}

/// The text with another figure in the place of one.
pub fn with_amount(text: &str, figure: &Figure, amount: u32) -> String {
    with(text, figure, &amount.to_string())
}

fn with(text: &str, figure: &Figure, number: &str) -> String {
    format!("{}{number}{}", &text[..figure.at.start], &text[figure.at.end..])
}

fn only(mut figures: impl Iterator<Item = Figure>) -> Option<Figure> {
    let first = figures.next()?;
    figures.next().is_none().then_some(first)
}

/// The digits of one word and the unit that follows, if the digits are a number of their own and no end of `10-20`.
fn number_and_unit<'a>(
    text: &'a str,
    number: &Range<usize>,
    unit: &Range<usize>,
) -> Option<(Range<usize>, &'a str)> {
    let written = &text[number.clone()];
    let is_number = written.starts_with(|c: char| c.is_ascii_digit())
        && written
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '½' | '¼' | '¾'));
    let before = text[..number.start].trim_end().chars().next_back();
    let is_range = matches!(before, Some('-' | '–' | '×' | 'x' | '*' | '/'));
    let between = &text[number.end..unit.start];
    (is_number && !is_range && between.trim().is_empty()).then(|| (number.clone(), &text[unit.clone()]))
}

/// The words; digits and letters are words of their own, and a hyphen joins letters.
fn words(text: &str) -> Vec<Range<usize>> {
    let is_numeric = |c: char| c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾');
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut open: Option<(usize, bool)> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let numeric = match open {
            _ if is_numeric(c) => Some(true),
            // `1,5` and `1:30`, not `til 5.`
            Some((_, true)) if matches!(c, '.' | ',' | ':') && next.is_some_and(is_numeric) => Some(true),
            _ if c.is_alphabetic() => Some(false),
            Some((_, false)) if c == '-' && next.is_some_and(char::is_alphabetic) => Some(false),
            _ => None,
        };
        match (open, numeric) {
            (Some((_, before)), Some(now)) if before == now => {}
            (Some((start, _)), now) => {
                words.push(start..at);
                open = now.map(|numeric| (at, numeric));
            }
            (None, now) => open = now.map(|numeric| (at, numeric)),
        }
    }
    if let Some((start, _)) = open {
        words.push(start..text.len());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_length_of_time_is_found() {
        for (text, minutes) in [
            ("20 timer snekkerhjelp til ny brygge", Some(1_200)),
            ("Snekkerhjelp, 20 timer.", Some(1_200)),
            ("1,5 time kurs", Some(90)),
            ("1:30 t kurs", Some(90)),
            ("90 min veiledning", Some(90)),
            ("2t veiledning", Some(120)),
            ("2½ hours of advice", Some(150)),
            ("Kurs for 15, 3 timer", Some(180)),
            ("20\u{a0}timer", Some(1_200)),
            ("Snekkerhjelp", None),
            ("20 t-skjorter", None),
            ("20 stoler", None),
            ("10-20 timer", None),
            ("2 x 3 timer", None),
            ("2 timer og 3 timer", None),
            ("4 kvelder à 3 timer", None),
            ("2 timer hver uke", None),
            ("2 timar kvar veke", None),
            ("4 Stunden pro Woche", None),
            ("3 Std. wöchentlich", None),
            ("2 uur elke week", None),
            ("5 Abende je 2 Stunden", None),
            ("5 Abende 2 Stunden", None),
            ("3 Mal 2 Stunden", None),
            ("2 eller 3 timer", None),
            ("2 tot 3 uur", None),
            ("3 timer om dagen", None),
            ("3 timer i døgnet", None),
            ("2 timer tirsdager", None),
            ("2 Stunden montags", None),
            ("2 hours on Mondays", None),
            ("2 uur per dag", None),
            ("2 uur maandelijks", None),
            ("2 timer i måneden", None),
            ("2 timer vekentleg", None),
            ("2 t/person", None),
            ("2 Std./Person", None),
            ("3 timer × 4", None),
            ("Innen 48 timer", None),
            ("ringe tilbake innen 2 timer", None),
            ("Antwort innerhalb von 48 Stunden", None),
            ("svar om 2 timer", None),
            ("reply in 48 hours", None),
            ("over 2 uur", None),
            ("in de komende 48 uur", None),
            ("Snekkerhjelp i 20 timer", Some(1_200)),
            ("20 timar snikkarhjelp", Some(1_200)),
            ("20 hours pro bono", Some(1_200)),
            ("Kurs på 3 timer for 15 personer", Some(180)),
            ("4 Stunden Montage", Some(240)),
            ("2 Stdn. Beratung", Some(120)),
            ("Beratung (2 Std.)", Some(120)),
            ("3 timer hjelp etter skoletid", Some(180)),
            ("20 Stunden Hilfe beim Jahresabschluss", Some(1_200)),
            ("10 timer pedagogisk veiledning", Some(600)),
            ("5 meter tau", None),
            ("5 m tau", None),
            ("timer", None),
        ] {
            assert_eq!(time_in(text).map(|figure| figure.number), minutes, "{text}");
        }
    }

    #[test]
    fn an_amount_is_found_by_its_unit() {
        for (text, unit, amount) in [
            ("Lån av 40 stoler til festen", "stoler", Some(40)),
            ("40 Stoler og 10 bord", "stoler", Some(40)),
            ("20 timer snekkerhjelp", "timer", Some(20)),
            ("1,5 time", "timer", None),
            ("40 bord", "stoler", None),
            ("40 stoler, 20 stoler", "stoler", None),
            ("stoler", "stoler", None),
            ("40 stoler", "", None),
        ] {
            assert_eq!(
                amount_in(text, unit).map(|figure| figure.number),
                amount,
                "{text} {unit}"
            );
        }
    }

    #[test]
    fn a_figure_is_written_over_where_it_stands() {
        let over = |text: &str, minutes| with_time(text, &time_in(text).unwrap(), minutes);
        assert_eq!(
            over("Hjelp, 20 timer, til brygge", 480),
            "Hjelp, 8 timer, til brygge"
        );
        assert_eq!(over("90 min kurs", 45), "45 min kurs");
        assert_eq!(over("2 t kurs", 90), "1,5 t kurs");
        let text = "Lån av 40 stoler";
        let figure = amount_in(text, "stoler").unwrap();
        assert_eq!(with_amount(text, &figure, 25), "Lån av 25 stoler");
    }
}
