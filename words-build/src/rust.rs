//! The texts as Rust: a module and a struct for each room, with a value in each language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::check::{COUNT, arguments};
use crate::languages::{Language, REFERENCE};
use crate::room::{Entry, Room, Value};

/// The part that lies in the package which knows the languages.
const HOME: &str = "both";

/// `ModeratorScene` of `moderator_scene`.
pub(crate) fn camel(name: &str) -> String {
    let parts = name.split(['_', '/']).map(|part| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_uppercase() + rest
    });
    parts.collect()
}

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
    for one in &languages {
        put(out, format_args!("/// {}.", one.language.name));
        let tag = one.language.tag.to_uppercase();
        let value = writer.value(&name, &room.entries, one.entries, one.language);
        let language = format!(
            "{name} {{ language: {home}::language::Language::{}, ",
            one.language.variant()
        );
        let value = value.replacen(&format!("{name} {{ "), &language, 1);
        put(out, format_args!("static {tag}: {name} = {value};\n"));
    }
    put(out, format_args!("impl {name} {{"));
    put(out, format_args!("/// The texts in a language."));
    put(
        out,
        format_args!(
            "pub const fn of(language: {home}::language::Language) -> &'static Self {{ match language {{"
        ),
    );
    for one in &languages {
        let (variant, tag) = (one.language.variant(), one.language.tag.to_uppercase());
        put(
            out,
            format_args!("{home}::language::Language::{variant} => &{tag},"),
        );
    }
    put(out, format_args!("}} }} }}\n"));
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

    /// A struct's value in a language, in English order.
    fn value(&self, name: &str, order: &[Entry], entries: &[Entry], language: &Language) -> String {
        let mut out = format!("{name} {{ ");
        for entry in order {
            let Some(value) = entries
                .iter()
                .find(|other| other.key == entry.key)
                .map(|other| &other.value)
            else {
                continue;
            };
            let names = filled_in(&entry.value);
            let said = match (value, &entry.value) {
                (Value::Text(text), _) if names.is_empty() => format!("{:?}", text.written()),
                (Value::Text(text), _) => {
                    format!("{}::words::Template::new({:?})", self.home, text.marked(&names))
                }
                (Value::List(texts), _) => {
                    let texts: Vec<String> =
                        texts.iter().map(|text| format!("{:?}", text.written())).collect();
                    format!("&[{}]", texts.join(", "))
                }
                (Value::Counted(forms), _) => {
                    let forms: Vec<String> = forms
                        .iter()
                        .map(|(_, text)| format!("{:?}", text.marked(&names)))
                        .collect();
                    let rule = format!(
                        "{}{}_RULE",
                        "super::".repeat(self.depth),
                        language.tag.to_uppercase()
                    );
                    format!(
                        "{}::words::Counted::new(&{rule}, &[{}])",
                        self.home,
                        forms.join(", ")
                    )
                }
                (Value::Table(entries), Value::Table(order)) => {
                    self.value(&format!("{name}{}", camel(&entry.key)), order, entries, language)
                }
                (Value::Table(_), _) => continue,
            };
            let _ = write!(out, "{}: {said}, ", entry.key);
        }
        out + "}"
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
