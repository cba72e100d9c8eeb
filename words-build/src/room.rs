//! A room's file in one language, read with the line of everything in it.

use std::fs;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, line_of};
use crate::key;
use crate::languages::Language;
use crate::plurals::OTHER;
use crate::text::{Text, is_name};

/// A file of texts.
pub(crate) struct Room {
    /// Its name below its part, such as `moderator/checks`.
    pub(crate) name: String,
    /// Its path from the top folder.
    pub(crate) file: String,
    /// The comment that it begins with.
    pub(crate) doc: Vec<String>,
    /// Its texts, in their order.
    pub(crate) entries: Vec<Entry>,
    /// How many lines it has.
    pub(crate) lines: usize,
}

/// A key and what it says.
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: String,
    /// Its line.
    pub(crate) line: usize,
    /// The comment above it.
    pub(crate) doc: Vec<String>,
    /// What it says.
    pub(crate) value: Value,
}

/// What a key says.
pub(crate) enum Value {
    /// A text.
    Text(Text),
    /// Several, in order.
    List(Vec<Text>),
    /// A text in the forms that numbers take.
    Counted(Vec<(&'static str, Text)>),
    /// Texts with keys of their own.
    Table(Vec<Entry>),
}

impl Value {
    /// What it is, in words.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "a text",
            Value::List(_) => "a list of texts",
            Value::Counted(_) => "a table of the forms that numbers take",
            Value::Table(_) => "a table of texts",
        }
    }
}

impl Room {
    /// Its texts without gaps, by key.
    pub(crate) fn plain(&self) -> impl Iterator<Item = (String, String)> {
        self.entries.iter().filter_map(|entry| match &entry.value {
            Value::Text(text) => Some((entry.key.clone(), text.written())),
            Value::List(_) | Value::Counted(_) | Value::Table(_) => None,
        })
    }
}

/// Reads every file of a part, which is a folder or one file.
pub(crate) fn read_all(words: &Path, language: &Language, part: &str) -> Result<Vec<Room>, Vec<Fault>> {
    let mut files = Vec::new();
    let top = format!("words/{}/{part}", language.tag);
    list(&words.join(&language.tag).join(part), &top, &mut files);
    if files.is_empty() {
        let says = "is missing: copy it from words/en, and translate it.";
        return Err(vec![Fault::of_file(&top, says)]);
    }
    let mut rooms = Vec::new();
    let mut faults = Vec::new();
    for file in files {
        let name = file
            .trim_start_matches(&top)
            .trim_start_matches('/')
            .trim_end_matches(".toml");
        let path = words.join(file.trim_start_matches("words/"));
        match fs::read_to_string(&path) {
            Ok(source) => match read(&source, &file, name, language) {
                Ok(room) => rooms.push(room),
                Err(found) => faults.extend(found),
            },
            Err(error) => faults.push(Fault::of_file(&file, format!("cannot be read: {error}."))),
        }
    }
    if faults.is_empty() { Ok(rooms) } else { Err(faults) }
}

fn list(path: &Path, name: &str, files: &mut Vec<String>) {
    if path.is_file() {
        files.push(name.to_owned());
    }
    for inside in crate::names(path) {
        list(&path.join(&inside), &format!("{name}/{inside}"), files);
    }
}

fn read(source: &str, file: &str, name: &str, language: &Language) -> Result<Room, Vec<Fault>> {
    if name.split('/').any(|part| !is_name(part)) && !file.ends_with("page.toml") {
        let says = "is no room. A room's file is named in small letters, and ends with .toml.";
        return Err(vec![Fault::of_file(file, says)]);
    }
    let table = DeTable::parse(source).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(source, span.start));
        let says = format!(
            "{} (A text stands in \"double quotes\" after its key and a =.)",
            error.message()
        );
        vec![Fault::at(file, line, says.replace('\n', " "))]
    })?;
    let mut reader = Reader {
        source,
        file,
        language,
        faults: Vec::new(),
    };
    let entries = reader.entries(table.get_ref());
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let doc = source.lines().take_while(|line| line.starts_with('#'));
    Ok(Room {
        name: name.to_owned(),
        file: file.to_owned(),
        doc: doc.map(uncommented).collect(),
        entries,
        lines: source.lines().count(),
    })
}

struct Reader<'a> {
    source: &'a str,
    file: &'a str,
    language: &'a Language,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, line: usize, says: String) {
        self.faults.push(Fault::at(self.file, line, says));
    }

    fn entries(&mut self, table: &DeTable<'_>) -> Vec<Entry> {
        let mut pairs: Vec<_> = table.iter().collect();
        pairs.sort_by_key(|(key, _)| key.span().start);
        let mut entries = Vec::new();
        for (key, value) in pairs {
            let line = line_of(self.source, key.span().start);
            if let Some(says) = key::fault(key.get_ref()) {
                self.fault(line, says);
            } else if let Some(value) = self.value(key.get_ref(), line, value) {
                entries.push(Entry {
                    key: key.get_ref().to_string(),
                    line,
                    doc: self.comment_above(line),
                    value,
                });
            }
        }
        entries
    }

    fn value(&mut self, key: &str, line: usize, value: &Spanned<DeValue<'_>>) -> Option<Value> {
        match value.get_ref() {
            DeValue::String(text) => self.text(key, text, line).map(Value::Text),
            DeValue::Array(list) => {
                let texts = list.iter().map(|text| {
                    let line = line_of(self.source, text.span().start);
                    self.text_of(key, text, line)
                });
                texts.collect::<Option<Vec<_>>>().map(Value::List)
            }
            DeValue::Table(table) if table.contains_key(OTHER) => self.counted(key, line, table),
            DeValue::Table(table) => Some(Value::Table(self.entries(table))),
            other => {
                let kind = other.type_str();
                self.fault(
                    line,
                    format!("`{key}` is a {kind}, and has to be a text: put it in \"double quotes\"."),
                );
                None
            }
        }
    }

    fn text_of(&mut self, key: &str, value: &Spanned<DeValue<'_>>, line: usize) -> Option<Text> {
        match value.get_ref() {
            DeValue::String(text) => self.text(key, text, line),
            _ => {
                self.fault(
                    line,
                    format!("`{key}` has something in it that is no text: put it in \"double quotes\"."),
                );
                None
            }
        }
    }

    fn text(&mut self, key: &str, text: &str, line: usize) -> Option<Text> {
        match Text::read(text, line) {
            Ok(text) => Some(text),
            Err(says) => {
                self.fault(line, format!("`{key}`: {says}"));
                None
            }
        }
    }

    /// The forms of a counted text: those that the language has, no more and no fewer.
    fn counted(&mut self, key: &str, line: usize, table: &DeTable<'_>) -> Option<Value> {
        let plurals = &self.language.plurals;
        let tag = &self.language.tag;
        for (form, _) in table {
            if !plurals.forms.contains(&form.get_ref().as_ref()) {
                let line = line_of(self.source, form.span().start);
                let says = format!(
                    "`{form}` is not a form that {tag} counts by, and `{key}` is counted: its forms are {forms}. Take it out. (A table with the key `other` is a counted text.)",
                    form = form.get_ref(),
                    forms = plurals.forms.join(", "),
                );
                self.fault(line, says);
                return None;
            }
        }
        let mut texts = Vec::new();
        for form in plurals.forms.clone() {
            let Some((at, value)) = table.get_key_value(form) else {
                let says = format!(
                    "`{key}` lacks the form `{form}`, which {tag} takes for {}. Add it.",
                    plurals.examples(form)
                );
                self.fault(line, says);
                return None;
            };
            let line = line_of(self.source, at.span().start);
            texts.push((form, self.text_of(key, value, line)?));
        }
        Some(Value::Counted(texts))
    }

    /// The comment that stands right above a line.
    fn comment_above(&self, line: usize) -> Vec<String> {
        let lines: Vec<&str> = self.source.lines().take(line - 1).collect();
        let above = lines.iter().rev().take_while(|line| line.starts_with('#'));
        let mut doc: Vec<String> = above.map(|line| uncommented(line)).collect();
        doc.reverse();
        doc
    }
}

fn uncommented(line: &str) -> String {
    line.trim_start_matches('#').trim().to_owned()
}
