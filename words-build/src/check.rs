//! Whether every language says the same things: the rooms, the keys and the gaps of English, no more and no fewer.

use std::collections::BTreeSet;

use crate::fault::Fault;
use crate::languages::{Language, REFERENCE};
use crate::room::{Entry, Room, Value};
use crate::text::Text;

/// From here on two keys are taken for one that is misspelt, of 1.
const ALIKE: f64 = 0.85;

/// The gap that a counted text may leave out: a form such as "one more" does not say its number.
pub(crate) const COUNT: &str = "count";

/// Compares every language with English.
pub(crate) fn compare(spoken: &[(Language, Vec<Room>)]) -> Vec<Fault> {
    let Some((_, reference)) = spoken.iter().find(|(language, _)| language.tag == REFERENCE) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for (language, rooms) in spoken {
        for room in reference {
            match rooms.iter().find(|other| other.name == room.name) {
                Some(other) => {
                    let at_end = other.lines + 1;
                    Comparison { room, other }.entries(&room.entries, &other.entries, at_end, &mut faults);
                }
                None => {
                    let file = room.file.replacen(REFERENCE, &language.tag, 1);
                    let says = format!("is missing. Copy {} there, and translate it.", room.file);
                    faults.push(Fault::of_file(&file, says));
                }
            }
        }
        for room in rooms {
            if !reference.iter().any(|other| other.name == room.name) {
                let says = format!("has no counterpart in words/{REFERENCE}. Take it away, or add it there.");
                faults.push(Fault::of_file(&room.file, says));
            }
        }
    }
    faults.sort();
    faults
}

/// A room in English and in another language.
struct Comparison<'a> {
    room: &'a Room,
    other: &'a Room,
}

impl Comparison<'_> {
    fn entries(&self, entries: &[Entry], others: &[Entry], end: usize, faults: &mut Vec<Fault>) {
        let has = |entries: &[Entry], key: &str| entries.iter().any(|entry| entry.key == key);
        let mut added: Vec<&Entry> = others.iter().filter(|other| !has(entries, &other.key)).collect();
        // Where a key belongs that is not there: after the one before it.
        let mut line = others.first().map_or(end, |first| first.line);
        for entry in entries {
            if let Some(other) = others.iter().find(|other| other.key == entry.key) {
                line = last_line(other) + 1;
                self.values(entry, other, faults);
                continue;
            }
            let alike = |other: &&Entry| strsim::jaro_winkler(&other.key, &entry.key) > ALIKE;
            if let Some(place) = added.iter().position(alike) {
                let misspelt = added.remove(place);
                self.misspelt(entry, misspelt, faults);
                line = last_line(misspelt) + 1;
                continue;
            }
            let says = format!(
                "`{}` is missing here. {}:{} has it{}. Add it.",
                entry.key,
                self.room.file,
                entry.line,
                quoted(&entry.value)
            );
            faults.push(Fault::at(&self.other.file, line, says));
        }
        for other in added {
            let says = format!(
                "`{}` is in no other language. Take it out, or add it to {} and to the rest.",
                other.key, self.room.file
            );
            faults.push(Fault::at(&self.other.file, other.line, says));
        }
    }

    fn misspelt(&self, entry: &Entry, misspelt: &Entry, faults: &mut Vec<Fault>) {
        let says = format!(
            "`{}` is not a key of this room. Did you mean `{}`, as in {}:{}?",
            misspelt.key, entry.key, self.room.file, entry.line
        );
        faults.push(Fault::at(&self.other.file, misspelt.line, says));
    }

    fn values(&self, entry: &Entry, other: &Entry, faults: &mut Vec<Fault>) {
        match (&entry.value, &other.value) {
            (Value::Text(_), Value::Text(_)) | (Value::Counted(_), Value::Counted(_)) => {
                self.gaps(entry, other, faults);
            }
            (Value::List(texts), Value::List(others)) => {
                if texts.len() != others.len() {
                    let says = format!(
                        "`{}` has {} texts here and {} in {}:{}. Make them as many.",
                        other.key,
                        others.len(),
                        texts.len(),
                        self.room.file,
                        entry.line
                    );
                    faults.push(Fault::at(&self.other.file, other.line, says));
                }
                if let Some(text) = others.iter().find(|text| !text.gaps().is_empty()) {
                    let says = format!(
                        "`{}` is a list, whose texts have no gaps. Take the gap out.",
                        other.key
                    );
                    faults.push(Fault::at(&self.other.file, text.line, says));
                }
            }
            (Value::Table(entries), Value::Table(others)) => {
                self.entries(entries, others, other.line + 1, faults);
            }
            (value, found) => {
                let says = format!(
                    "`{}` is {} here and {} in {}:{}. Write it as there.",
                    other.key,
                    found.kind(),
                    value.kind(),
                    self.room.file,
                    entry.line
                );
                faults.push(Fault::at(&self.other.file, other.line, says));
            }
        }
    }

    /// A text is filled in with the same things in every language, and in each of its forms.
    fn gaps(&self, entry: &Entry, other: &Entry, faults: &mut Vec<Fault>) {
        let asked = arguments(&entry.value);
        let may_leave = |gap: &str| gap == COUNT && matches!(entry.value, Value::Counted(_));
        for text in texts(&other.value) {
            let filled = text.gaps();
            let lacks = asked
                .iter()
                .find(|gap| !filled.contains(gap.as_str()) && !may_leave(gap));
            let extra = filled
                .iter()
                .find(|gap| !asked.contains(**gap) && !may_leave(gap));
            let says = match (lacks, extra) {
                (Some(lacks), Some(extra)) => {
                    format!("`{}` has {{{extra}}} where it should have {{{lacks}}}", other.key)
                }
                (Some(lacks), None) => format!("`{}` lacks {{{lacks}}}", other.key),
                (None, Some(extra)) => format!("`{}` has {{{extra}}}, which nothing fills in", other.key),
                (None, None) => continue,
            };
            let says = format!(
                "{says}. {}:{} is{}. The names in braces are the program's: write the same ones, wherever they fit.",
                self.room.file,
                entry.line,
                quoted(&entry.value)
            );
            faults.push(Fault::at(&self.other.file, text.line, says));
        }
    }
}

/// The names of the gaps of all of a value's forms, in the order of the alphabet, so that what fills them in does not depend
/// on the order of words in any language.
pub(crate) fn arguments(value: &Value) -> BTreeSet<String> {
    let gaps = texts(value).flat_map(|text| text.gaps().into_iter().map(str::to_owned).collect::<Vec<_>>());
    gaps.collect()
}

/// A text, or the forms of a counted one.
fn texts(value: &Value) -> Box<dyn Iterator<Item = &Text> + '_> {
    match value {
        Value::Text(text) => Box::new(std::iter::once(text)),
        Value::Counted(forms) => Box::new(forms.iter().map(|(_, text)| text)),
        Value::List(texts) => Box::new(texts.iter()),
        Value::Table(_) => Box::new(std::iter::empty()),
    }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::Text(text) => format!(" \"{}\"", text.written()),
        Value::Counted(forms) => forms
            .last()
            .map_or_else(String::new, |(_, text)| format!(" \"{}\"", text.written())),
        Value::List(_) | Value::Table(_) => format!(" {}", value.kind()),
    }
}

fn last_line(entry: &Entry) -> usize {
    let inside = match &entry.value {
        Value::Table(entries) => entries.last().map_or(entry.line, last_line),
        value => texts(value).map(|text| text.line).max().unwrap_or(entry.line),
    };
    inside.max(entry.line)
}
