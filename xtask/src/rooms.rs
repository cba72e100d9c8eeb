//! The order of the rooms: which file imports which, read from paths in code, and who may import whom. A module and what
//! lies in its folder are one room. Comments, texts and tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// A crate's rooms from the top down, a row of them at a time. A file imports from its own room and from the rows below.
struct House {
    /// Where its files lie, such as `server/src/`.
    place: &'static str,
    rows: &'static [&'static [&'static str]],
}

/// The crates whose order is held.
#[rustfmt::skip] // A table: a row a line.
const HOUSES: [House; 3] = [
    House {
        place: "server/src/",
        rows: &[
            &["console", "fuzzed", "ready", "serve"],
            &["desktop", "exposition"],
            &["backup", "export", "house", "listen", "simulate"],
            &["check", "routes"],
            &["afterwards", "programs"],
            &["contacts", "exchanges", "follow_up", "nodes", "pictures", "registrations", "socket", "trust"],
            &["privacy"],
            &["mail", "webhooks"],
            &["copies", "links", "photos"],
            &["entered"],
            &["hub"],
            &["demo", "floors", "handouts", "poster", "readiness", "roster", "together"],
            &["report"],
            &["access", "agreement", "floor", "gallery", "paced"],
            &["doors", "log"],
            &["again", "rush", "seen_clock"],
            &["database", "per_key", "qr", "smtp", "tls"],
            &["api", "clock", "config", "embedded", "link", "traces"],
            &["keeping", "measure", "networks", "phones", "seldom", "shown", "signal", "spoken", "stop", "strangers", "urls", "whole"],
            &["policy"],
        ],
    },
    House {
        place: "shared/src/",
        rows: &[
            &["follow", "slug"],
            &["wire"],
            &["decide", "report"],
            &["apply", "disclosure", "likeness", "matching", "programs", "redaction", "symbol"],
            &["stand"],
            &["board", "event"],
            &["audience"],
            &["follow_up", "mail", "registration", "right"],
            &["command", "contact"],
            &["text"],
            &["after_hammer", "kept", "rebase", "refusal", "step", "totals"],
            &["deal", "exchange", "privacy", "roster", "screen", "security"],
            &["afterwards", "announcement", "bell", "date", "listing", "paper", "participant", "photo", "role", "round", "sleep", "prize"],
            &["trading"],
            &["icon", "ids", "instant", "limits", "milestone", "numbers"],
            &["spoken"],
            &["language", "words"],
            &["closed_set", "fields", "map", "order"],
        ],
    },
    House {
        place: "frontend/src/",
        rows: &[
            &["app"],
            &["broker", "door", "home", "moderator", "notary", "organiser", "paper", "phone", "wall"],
            &["pair"],
            &["alike", "amend", "deed", "newcomer", "photo", "tablet"],
            &["sheet"],
            &["desk", "evening"],
            &["reach"],
            &["components", "own_language", "request"],
            &["texts"],
            &["readiness", "signed"],
            &["line"],
            &["attendance", "draft", "look", "shortcut", "tick", "told"],
            &["live", "offline", "rank", "sound"],
            &["http", "kind", "language", "party", "typed"],
            &["browser", "civil_time", "disk", "json", "numbers", "route", "spelling"],
        ],
    },
];

/// The order, and what is against it.
pub(crate) struct Order {
    /// Each breach on its own line.
    pub(crate) breaches: Vec<String>,
    /// The circles and the rooms of each crate, for people.
    pub(crate) told: String,
}

/// Reads the order of every crate from its files' paths and texts.
pub(crate) fn order(files: &BTreeMap<String, String>) -> Order {
    let mut order = Order {
        breaches: Vec::new(),
        told: String::new(),
    };
    for house in &HOUSES {
        let imports = imports(house.place, files);
        let circles = circles(&imports);
        let told = &mut order.told;
        // Writing to a string cannot fail.
        let _ = writeln!(
            told,
            "{}: {} circles; from the top down:",
            house.place,
            circles.len()
        );
        for row in house.rows {
            let _ = writeln!(told, "  {}", row.join(", "));
        }
        order.breaches.extend(
            circles
                .iter()
                .map(|circle| format!("a circle of imports: {}", circle.join(", "))),
        );
        order.breaches.extend(against(house, &imports));
    }
    order
}

/// Which file imports which.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// The imports that the rows do not allow.
fn against(house: &House, imports: &Imports) -> Vec<String> {
    let room = |file: &str| {
        let inside = file
            .strip_prefix(house.place)?
            .split(['/', '.'])
            .next()?
            .to_owned();
        let row = house.rows.iter().position(|row| row.contains(&inside.as_str()))?;
        Some((row, inside))
    };
    let mut breaches = Vec::new();
    for (file, imported) in imports {
        let Some((row, own)) = room(file) else {
            breaches.push(format!("{file}: give its room a row in xtask/src/rooms.rs"));
            continue;
        };
        for other in imported {
            if let Some((below, theirs)) = room(other)
                && theirs != own
                && below <= row
            {
                breaches.push(format!("{file} imports {other}, and {own} may not know {theirs}"));
            }
        }
    }
    breaches
}

/// The files that lead back to themselves, one list a circle.
fn circles(imports: &Imports) -> Vec<Vec<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = imports
        .keys()
        .map(|file| {
            let mut reached = BTreeSet::new();
            let mut next: Vec<&str> = vec![file];
            while let Some(file) = next.pop() {
                let further = imports.get(file).into_iter().flatten();
                next.extend(further.map(String::as_str).filter(|file| reached.insert(*file)));
            }
            (file.as_str(), reached)
        })
        .collect();
    let mut circles: BTreeSet<Vec<&str>> = BTreeSet::new();
    for (file, from) in &reached {
        let circle: Vec<&str> = from
            .iter()
            .copied()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(file)))
            .collect();
        if !circle.is_empty() {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// Reads which file of a crate imports which, through re-exports to where a name is from.
fn imports(place: &str, files: &BTreeMap<String, String>) -> Imports {
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    let mut tests: BTreeSet<String> = BTreeSet::new();
    for (path, text) in files {
        let Some(inside) = path.strip_prefix(place).and_then(|path| path.strip_suffix(".rs")) else {
            continue;
        };
        if inside == "main" || inside.starts_with("bin/") {
            continue;
        }
        let name = if inside == "lib" {
            String::new()
        } else {
            inside.replace('/', "::")
        };
        let module = Module::read(path, text);
        tests.extend(module.tests.iter().map(|test| below(&name, test)));
        modules.insert(name, module);
    }
    modules.retain(|name, _| !tests.contains(name));
    let mut imports = Imports::new();
    for (name, module) in &modules {
        let used = module.paths.iter().filter(|path| !path.leads_on(module));
        let found = used.filter_map(|path| source(&modules, name, &path.segments, &mut BTreeSet::new()));
        let found = found.filter(|other| *other != module.file).map(str::to_owned);
        let found: BTreeSet<String> = found.collect();
        // The crate's root names its modules.
        if !name.is_empty() {
            imports.insert(module.file.clone(), found);
        }
    }
    imports
}

/// The file that a path leads to from a module.
fn source<'a>(
    modules: &'a BTreeMap<String, Module>,
    from: &str,
    segments: &[String],
    seen: &mut BTreeSet<(String, Vec<String>)>,
) -> Option<&'a str> {
    if !seen.insert((from.to_owned(), segments.to_vec())) {
        return None;
    }
    let mut at = from.to_owned();
    let mut rest = segments;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => {
                let above = at.rsplit_once("::");
                at = above.map_or(String::new(), |(above, _)| above.to_owned());
            }
            name if modules.contains_key(&below(&at, name)) => at = below(&at, name),
            _ => break,
        }
        rest = after;
    }
    let module = modules.get(&at)?;
    let Some(name) = rest.first() else {
        return Some(&module.file);
    };
    // A path that begins with anything else is another crate's.
    if at == from && rest.len() == segments.len() {
        return None;
    }
    let led_on = module.paths.iter().find(|path| path.name.as_ref() == Some(name));
    let through = led_on.and_then(|path| source(modules, &at, &path.segments, seen));
    Some(through.unwrap_or(&module.file))
}

fn below(module: &str, name: &str) -> String {
    if module.is_empty() {
        name.to_owned()
    } else {
        format!("{module}::{name}")
    }
}

/// What is read of one file.
struct Module {
    file: String,
    paths: Vec<Path>,
    /// Modules of it that only tests have.
    tests: Vec<String>,
    /// The names that stand in it more than once.
    used_again: BTreeSet<String>,
}

/// A path in code.
struct Path {
    segments: Vec<String>,
    /// What a `use` calls it.
    name: Option<String>,
    is_public: bool,
}

impl Path {
    /// Whether it only lends others a name of what lies in the module's own folder.
    fn leads_on(&self, module: &Module) -> bool {
        let is_own = !matches!(self.segments[0].as_str(), "crate" | "super");
        let is_used = self
            .name
            .as_ref()
            .is_some_and(|name| module.used_again.contains(name));
        self.is_public && is_own && !is_used
    }
}

impl Module {
    fn read(file: &str, text: &str) -> Self {
        let mut module = Self {
            file: file.to_owned(),
            paths: Vec::new(),
            tests: Vec::new(),
            used_again: BTreeSet::new(),
        };
        let tokens = tokens(text);
        let mut seen = BTreeSet::new();
        let again = tokens.iter().filter(|token| !seen.insert(*token));
        module.used_again = again.cloned().collect();
        let mut at = 0;
        while at < tokens.len() {
            if starts_with(&tokens[at..], &["#", "[", "cfg", "(", "test", ")", "]"]) {
                at = module.skip_test(&tokens, at + 7);
            } else if tokens[at] == "use" {
                let is_public = at > 0 && (tokens[at - 1] == "pub" || tokens[at - 1] == ")");
                at = module.read_tree(&tokens, at + 1, &[], Some(is_public));
            } else if is_name(&tokens[at]) && tokens.get(at + 1).is_some_and(|next| next == "::") {
                at = module.read_tree(&tokens, at, &[], None);
            } else {
                at += 1;
            }
        }
        module
    }

    /// Leaves out the item that follows, which only tests have.
    fn skip_test(&mut self, tokens: &[String], mut at: usize) -> usize {
        let mut depth = 0_usize;
        while let Some(token) = tokens.get(at) {
            match token.as_str() {
                "mod" if depth == 0 => self.tests.extend(tokens.get(at + 1).cloned()),
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
            if depth == 0 && (token == ";" || token == "}") {
                break;
            }
        }
        at
    }

    /// Reads a path, or several that begin alike; `used` says whether they are a `use`, and a public one.
    fn read_tree(&mut self, tokens: &[String], mut at: usize, begin: &[String], used: Option<bool>) -> usize {
        let mut segments = begin.to_vec();
        let mut name = None;
        while let Some(token) = tokens.get(at) {
            match token.as_str() {
                "::" => {}
                "{" if used.is_some() => {
                    at += 1;
                    while tokens.get(at).is_some_and(|token| token != "}") {
                        at = self.read_tree(tokens, at, &segments, used);
                        if tokens.get(at).is_some_and(|token| token == ",") {
                            at += 1;
                        }
                    }
                    return at + 1;
                }
                "as" if used.is_some() => {
                    name = tokens.get(at + 1).cloned();
                    at += 1;
                }
                "self" if !segments.is_empty() => {}
                token if is_name(token) => {
                    segments.push(token.to_owned());
                    // In an expression a path ends where no `::` goes on.
                    if used.is_none() && tokens.get(at + 1).is_none_or(|next| next != "::") {
                        at += 1;
                        break;
                    }
                }
                _ => break,
            }
            at += 1;
        }
        if !segments.is_empty() {
            let name = used.and(name.or_else(|| segments.last().cloned()));
            self.paths.push(Path {
                segments,
                name,
                is_public: used == Some(true),
            });
        }
        at
    }
}

fn starts_with(tokens: &[String], wanted: &[&str]) -> bool {
    tokens.len() >= wanted.len() && tokens.iter().zip(wanted).all(|(token, wanted)| token == wanted)
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The names and signs of a text in Rust, without comments and without what is quoted.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, after)| after);
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            rest = &rest[2..];
        } else if first == '"' {
            rest = after_quoted(&rest[1..]);
        } else if first == '\'' {
            rest = after_quote_mark(rest);
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            rest = after;
            let hashes = after.len() - after.trim_start_matches('#').len();
            if matches!(word, "r" | "br") && after[hashes..].starts_with('"') {
                let close = format!("\"{}", "#".repeat(hashes));
                rest = after[hashes + 1..]
                    .split_once(&close)
                    .map_or("", |(_, after)| after);
            } else {
                tokens.push(word.to_owned());
            }
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}

/// What comes after the end of a quoted text.
pub(crate) fn after_quoted(text: &str) -> &str {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

/// What comes after a character in quotes, or after the mark of a lifetime.
pub(crate) fn after_quote_mark(text: &str) -> &str {
    let mut quoted = text[1..].char_indices();
    match (quoted.next(), quoted.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let after = &text[1 + at + escaped.len_utf8()..];
            after.split_once('\'').map_or("", |(_, after)| after)
        }
        (Some(_), Some((at, '\''))) => &text[2 + at..],
        _ => &text[1..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = texts
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        owned.collect()
    }

    fn breaches(texts: &[(&str, &str)]) -> Vec<String> {
        order(&files(texts)).breaches
    }

    #[test]
    fn what_imports_from_below_passes() {
        let floor = "use crate::link::Link;\nuse room::Room;\nmod room;\n";
        let room = "use super::super::link::frame;\nuse std::{fmt, sync::Arc};\n";
        let texts = [
            ("server/src/lib.rs", "pub mod floor;\npub mod link;\n"),
            ("server/src/floor.rs", floor),
            ("server/src/floor/room.rs", room),
            ("server/src/link.rs", "pub mod frame;\n"),
            ("server/src/link/frame.rs", ""),
        ];
        assert_eq!(breaches(&texts), [""; 0]);
        assert_eq!(
            imports("server/src/", &files(&texts))["server/src/floor/room.rs"].len(),
            1
        );
    }

    #[test]
    fn an_import_the_wrong_way_round_is_told() {
        for planted in [
            "use crate::hub::Hub;\n",
            "use crate::{\n    hub::{self, Hub as Everything},\n};\n",
            "use super::hub;\n",
            "fn f(hub: &crate::hub::Hub) {}\n",
            "fn f() -> &'static str { let _ = '\\''; super::hub::name() }\n",
        ] {
            let texts = [("server/src/floor.rs", planted), ("server/src/hub.rs", "")];
            let told = "server/src/floor.rs imports server/src/hub.rs, and floor may not know hub";
            assert_eq!(breaches(&texts), [told], "{planted}");
        }
        let unknown = breaches(&[("server/src/cellar.rs", "")]);
        assert_eq!(unknown.len(), 1, "{unknown:?}");
    }

    #[test]
    fn comments_texts_and_tests_import_nothing() {
        for nothing in [
            "//! See [`crate::hub::Hub`].\n/* crate::hub::Hub */\n",
            "const A: &str = \"\\\"crate::hub::Hub\";\nconst B: &str = r#\"\"crate::hub::Hub\"#;\n",
            "#[cfg(test)]\nmod tests {\n    fn f() { crate::hub::f() }\n}\n",
            "#[cfg(test)]\nuse crate::hub::{Hub, f};\n",
        ] {
            let texts = [("server/src/floor.rs", nothing), ("server/src/hub.rs", "")];
            assert_eq!(breaches(&texts), [""; 0], "{nothing}");
        }
        let texts = [
            ("server/src/floor.rs", "#[cfg(test)]\nmod trial;\n"),
            ("server/src/floor/trial.rs", "use crate::hub::Hub;\n"),
            ("server/src/hub.rs", ""),
        ];
        assert_eq!(breaches(&texts), [""; 0]);
    }

    #[test]
    fn a_circle_is_told_and_a_name_that_is_lent_makes_none() {
        let paper = ("server/src/agreement/paper.rs", "use super::press::Logo;\n");
        let press = ("server/src/agreement/press.rs", "use super::paper::Sheaf;\n");
        let round = breaches(&[
            ("server/src/agreement.rs", "mod paper;\nmod press;\n"),
            paper,
            press,
        ]);
        let told = "a circle of imports: server/src/agreement/paper.rs, server/src/agreement/press.rs";
        assert_eq!(round, [told]);

        let child = ("server/src/log/sqlite.rs", "use super::Log;\n");
        let lent = "mod sqlite;\npub use self::sqlite::SqliteLog;\n";
        assert_eq!(breaches(&[("server/src/log.rs", lent), child]), [""; 0]);
        let used = format!("{lent}fn open() -> SqliteLog {{}}\n");
        assert_eq!(breaches(&[("server/src/log.rs", used.as_str()), child]).len(), 1);

        // Who imports a name that is lent imports from where it is.
        let texts = [
            ("server/src/log.rs", lent),
            child,
            ("server/src/serve.rs", "use crate::log::SqliteLog;\n"),
        ];
        let serve = &imports("server/src/", &files(&texts))["server/src/serve.rs"];
        assert_eq!(*serve, BTreeSet::from(["server/src/log/sqlite.rs".to_owned()]));
    }
}
