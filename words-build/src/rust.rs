//! The texts as Rust: a module and a struct for each room, with a value in each language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::check::{COUNT, arguments};
use crate::key::camel;
use crate::languages::{Language, REFERENCE};
use crate::room::{Entry, Room, Value};
use crate::text::Text;

/// The part that lies in the package which knows the languages.
const HOME: &str = "both";

/// Every room of a part, in every language.
pub(crate) fn texts(spoken: &[(Language, Vec<Room>)], part: &str) -> String {
    let home = if part == HOME {
        "crate"
    } else {
        "borsklokka_shared"
    };
    let mut out = String::from("// Made of the files in words/: edit those.\n\n");
    for (language, _) in spoken {
        rule(&mut out, language, home);
    }
    let rooms = spoken.iter().find(|(language, _)| language.tag == REFERENCE);
    let mut modules = Modules::default();
    for room in rooms.iter().flat_map(|(_, rooms)| rooms) {
        let mut source = String::new();
        one_room(&mut source, spoken, room, home);
        modules.put(&room.name, source);
    }
    modules.write(&mut out);
    out
}

/// Modules in modules, as the files lie in folders.
#[derive(Default)]
struct Modules {
    source: String,
    inside: BTreeMap<String, Modules>,
}

impl Modules {
    fn put(&mut self, name: &str, source: String) {
        match name.split_once('/') {
            Some((first, rest)) => self.inside.entry(first.to_owned()).or_default().put(rest, source),
            None => self.inside.entry(name.to_owned()).or_default().source = source,
        }
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.source);
        for (name, inside) in &self.inside {
            put(out, format_args!("pub mod {name} {{"));
            inside.write(out);
            put(out, format_args!("}}\n"));
        }
    }
}

/// Writing to a string cannot fail.
fn put(out: &mut String, line: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{line}");
}

fn rule(out: &mut String, language: &Language, home: &str) {
    let plurals = &language.plurals;
    put(
        out,
        format_args!(
            "/// Which form a number takes: {}.\n#[allow(dead_code)] // Where nothing is counted.",
            plurals.forms.join(", ")
        ),
    );
    put(
        out,
        format_args!(
            "static {}_RULE: {home}::words::Rule = {home}::words::Rule {{ below_hundred: {:?}, from_hundred: {:?}, halves: {:?} }};\n",
            language.tag.to_uppercase(),
            plurals.below_hundred,
            plurals.from_hundred,
            plurals.halves,
        ),
    );
}

fn one_room(out: &mut String, spoken: &[(Language, Vec<Room>)], room: &Room, home: &str) {
    let name = camel(room.name.rsplit('/').next().unwrap_or(&room.name));
    let languages: Vec<InLanguage<'_>> = spoken
        .iter()
        .filter_map(|(language, rooms)| {
            let entries = &rooms.iter().find(|other| other.name == room.name)?.entries;
            Some(InLanguage { language, entries })
        })
        .collect();
    let writer = Writer {
        file: &room.file,
        home,
        depth: room.name.split('/').count(),
    };
    writer.structure(out, &name, &room.doc, &languages, true);
    put(out, format_args!("impl {name} {{"));
    put(out, format_args!("/// The texts in a language."));
    put(
        out,
        format_args!(
            "pub fn of(language: {home}::language::Language) -> &'static Self {{\n\
             static EACH: [::std::sync::OnceLock<{name}>; {count}] = [const {{ ::std::sync::OnceLock::new() }}; {count}];\n\
             EACH[language as usize].get_or_init(|| {{ let (joined, rule) = match language {{",
            count = languages.len()
        ),
    );
    for one in &languages {
        let (variant, tag) = (one.language.variant(), one.language.tag.to_uppercase());
        let rule = format!("{}{tag}_RULE", "super::".repeat(writer.depth));
        let joined = joined(&room.entries, one.entries).join(NEXT_TEXT);
        put(
            out,
            format_args!("{home}::language::Language::{variant} => ({joined:?}, &{rule}),"),
        );
    }
    let read = read(&name, &room.entries);
    put(
        out,
        format_args!(
            "}};\nlet words = &mut {home}::words::Words::new(joined, rule);\n\
             {name} {{ language, {read}}} }}) }} }}\n"
        ),
    );
}

/// Stands between the texts of a room; the same in `shared/src/words.rs`.
const NEXT_TEXT: &str = "\0";
/// Stands between the parts of a text; likewise.
const NEXT_PART: &str = "\u{1f}";

/// The texts in a language, in English order.
fn joined(order: &[Entry], entries: &[Entry]) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in order {
        let value = entries
            .iter()
            .find(|other| other.key == entry.key)
            .map(|other| &other.value);
        let names = filled_in(&entry.value);
        match (value, &entry.value) {
            (Some(Value::Text(text)), _) if names.is_empty() => texts.push(text.written()),
            (Some(Value::Text(text)), _) => texts.push(text.marked(&names)),
            (Some(Value::List(parts)), _) => {
                let parts: Vec<_> = parts.iter().map(Text::written).collect();
                texts.push(parts.join(NEXT_PART));
            }
            (Some(Value::Counted(forms)), _) => {
                let forms: Vec<_> = forms.iter().map(|(_, text)| text.marked(&names)).collect();
                texts.push(forms.join(NEXT_PART));
            }
            (Some(Value::Table(entries)), Value::Table(order)) => texts.extend(joined(order, entries)),
            (Some(Value::Table(_)) | None, _) => {}
        }
    }
    texts
}

/// What takes each field of a struct out of the joined texts, in English order.
fn read(name: &str, order: &[Entry]) -> String {
    let mut out = String::new();
    for entry in order {
        let key = &entry.key;
        let taken = match &entry.value {
            Value::Table(inside) => {
                let table = format!("{name}{}", camel(key));
                format!("{table} {{ {}}}", read(&table, inside))
            }
            Value::List(_) => "words.list()".to_owned(),
            value if is_counted(value) => "words.counted()".to_owned(),
            value if is_plain(value) => "words.text()".to_owned(),
            _ => "words.template()".to_owned(),
        };
        let _ = write!(out, "{key}: {taken}, ");
    }
    out
}

/// A table's entries in one language.
struct InLanguage<'a> {
    language: &'a Language,
    entries: &'a [Entry],
}

impl InLanguage<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }
}

struct Writer<'a> {
    file: &'a str,
    home: &'a str,
    depth: usize,
}

/// What fills a text in, in the order of its method: the number first, then by the alphabet.
fn filled_in(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = arguments(value)
        .into_iter()
        .filter(|name| name != COUNT)
        .collect();
    if matches!(value, Value::Counted(_)) || arguments(value).contains(COUNT) {
        names.insert(0, COUNT.to_owned());
    }
    names
}

impl Writer<'_> {
    /// A struct with what fills it in, and those of the tables in it.
    fn structure(
        &self,
        out: &mut String,
        name: &str,
        doc: &[String],
        languages: &[InLanguage<'_>],
        is_room: bool,
    ) {
        let Some(reference) = languages.iter().find(|one| one.language.tag == REFERENCE) else {
            return;
        };
        let (mut fields, mut methods, mut tables) = (String::new(), String::new(), String::new());
        if is_room {
            let field = "/// In which language.\n#[allow(dead_code)] pub(crate) language:";
            put(
                &mut fields,
                format_args!("{field} {}::language::Language,", self.home),
            );
        }
        for entry in reference.entries {
            for line in &entry.doc {
                put(&mut fields, format_args!("/// {line}"));
            }
            let key = &entry.key;
            // A compiler that finds a text which nothing says shows this line.
            let unsaid = format!(
                "// {}:{}: nothing says this text. Take `{key}` out of every language, or say it.",
                self.file, entry.line
            );
            let kind = match &entry.value {
                Value::List(_) => "&'static [&'static str]".to_owned(),
                Value::Table(_) => {
                    let table = format!("{name}{}", camel(key));
                    let inside: Vec<InLanguage<'_>> = languages
                        .iter()
                        .filter_map(|one| match one.value(key) {
                            Some(Value::Table(entries)) => Some(InLanguage {
                                language: one.language,
                                entries,
                            }),
                            _ => None,
                        })
                        .collect();
                    self.structure(&mut tables, &table, &entry.doc, &inside, false);
                    table
                }
                value if is_plain(value) && !is_counted(value) => "&'static str".to_owned(),
                value => {
                    let (kind, method) = self.method(entry, value, says_number(languages, key));
                    put(&mut methods, format_args!("{method} {unsaid}"));
                    kind
                }
            };
            put(&mut fields, format_args!("pub(crate) {key}: {kind}, {unsaid}"));
        }
        for line in doc {
            put(out, format_args!("/// {line}"));
        }
        put(
            out,
            format_args!("#[derive(Debug)]\npub struct {name} {{\n{fields}}}\n"),
        );
        if !methods.is_empty() {
            put(out, format_args!("impl {name} {{\n{methods}}}\n"));
        }
        out.push_str(&tables);
    }

    /// The kind of a field that is filled in, and its method.
    fn method(&self, entry: &Entry, value: &Value, says_number: bool) -> (String, String) {
        let (key, home) = (&entry.key, self.home);
        let doc: String = entry
            .doc
            .iter()
            .fold(String::new(), |doc, line| doc + "/// " + line + "\n");
        let names = filled_in(value);
        let counted = is_counted(value);
        let parameters: String = names
            .iter()
            .map(|name| match name.as_str() {
                COUNT if counted => format!(", {COUNT}: impl Into<{home}::words::Count>"),
                name => format!(", {name}: impl ::core::fmt::Display"),
            })
            .collect();
        let given: Vec<String> = names
            .iter()
            .filter(|name| !(counted && *name == COUNT))
            .map(|name| format!("&{name}"))
            .collect();
        let given = given.join(", ");
        if counted && names.len() == 1 && !says_number {
            let method = format!(
                "{doc}pub(crate) fn {key}(&self{parameters}) -> &'static str {{ self.{key}.of({COUNT}.into()) }}"
            );
            (format!("{home}::words::Counted"), method)
        } else if counted {
            let method = format!(
                "{doc}pub(crate) fn {key}(&self{parameters}) -> String {{ self.{key}.fill({COUNT}.into(), &[{given}]) }}"
            );
            (format!("{home}::words::Counted"), method)
        } else {
            let method = format!(
                "{doc}pub(crate) fn {key}(&self{parameters}) -> String {{ self.{key}.fill(&[{given}]) }}"
            );
            (format!("{home}::words::Template"), method)
        }
    }
}

fn is_plain(value: &Value) -> bool {
    arguments(value).is_empty()
}

fn is_counted(value: &Value) -> bool {
    matches!(value, Value::Counted(_))
}

/// Whether a counted text says its number in any language.
fn says_number(languages: &[InLanguage<'_>], key: &str) -> bool {
    let mut said = languages.iter().filter_map(|one| one.value(key));
    said.any(|value| arguments(value).contains(COUNT))
}

/// The languages themselves.
pub(crate) fn languages(languages: &[Language]) -> String {
    let mut out = String::from("// Made of words/languages.toml: edit that.\n\n");
    let each = |line: &dyn Fn(&Language, String) -> String| -> String {
        let lines = languages
            .iter()
            .map(|language| line(language, language.variant()));
        lines.collect()
    };
    put(
        &mut out,
        format_args!(
            "/// A language that every text exists in.\n#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize, ::strum::VariantNames, ::strum::VariantArray)]\n#[serde(rename_all = \"snake_case\")]\n#[strum(serialize_all = \"snake_case\")]\npub enum Language {{\n#[default]\n{}}}\n",
            each(&|language, variant| format!("/// {}.\n{variant},\n", language.name))
        ),
    );
    put(
        &mut out,
        format_args!("#[allow(clippy::match_same_arms, reason = \"a line a language\")]\nimpl Language {{"),
    );
    let matched = |line: &dyn Fn(&Language) -> String| {
        each(&|language, variant| format!("Self::{variant} => {},\n", line(language)))
    };
    put(
        &mut out,
        format_args!(
            "/// What its speakers call it.\npub const fn own_name(self) -> &'static str {{ match self {{\n{}}} }}\n\n/// The country whose habits a printed page follows, such as `NO`.\npub const fn region(self) -> &'static str {{ match self {{\n{}}} }}\n",
            matched(&|language| format!("{:?}", language.name)),
            matched(&|language| format!("{:?}", language.region))
        ),
    );
    put(
        &mut out,
        format_args!(
            "/// Snowball's stemmer for it, if there is one.\n#[allow(clippy::unnecessary_wraps, reason = \"another language may have none\")]\npub(crate) fn stemmer(self) -> Option<::snowball_stemmers_rs::Algorithm> {{ match self {{\n{}}} }}\n",
            matched(&|language| language
                .stemmer
                .as_ref()
                .map_or("None".to_owned(), |stemmer| format!(
                    "Some(::snowball_stemmers_rs::Algorithm::{})",
                    camel(stemmer)
                )))
        ),
    );
    put(
        &mut out,
        format_args!(
            "/// In what money is counted where it is spoken, such as `EUR`, if not in the usual currency.\npub const fn currency(self) -> Option<&'static str> {{ match self {{\n{}}} }}\n",
            matched(&|language| format!("{:?}", language.currency))
        ),
    );
    put(
        &mut out,
        format_args!(
            "fn of_primary(tag: &str) -> Option<Self> {{ match tag {{\n{}_ => None }} }}\n}}",
            each(&|language, variant| {
                let tags: Vec<String> = std::iter::once(&language.tag)
                    .chain(&language.also)
                    .map(|tag| format!("{tag:?}"))
                    .collect();
                format!("{} => Some(Self::{variant}),\n", tags.join(" | "))
            })
        ),
    );
    out
}
