//! House rules as code: what `cargo fmt` and clippy do not know. Only files that git tracks are read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{output, root};
use crate::{browsers, lists, literals, named_tests, rooms};

/// What browsers read that are too old for the rest.
const TOO_OLD: &str = "frontend/assets/too-old.js";

/// Files that people write, and that the rules on words and white space hold for.
const WRITTEN: [&str; 9] = ["css", "html", "js", "md", "mjs", "rs", "sql", "toml", "ts"];

/// Crates whose modules say what flows through them.
const CRATES: [&str; 7] = [
    "frontend",
    "server",
    "shared",
    "test-support",
    "typesetter",
    "words-build",
    "xtask",
];

/// Rooms are named by the domain's nouns, never by layer.
const LAYER_NAMES: [&str; 4] = ["dto", "helpers", "services", "utils"];

/// Words that the glossary in docs/translating.md has better ones for, by where they are read: those of every language, then a
/// language's own.
#[rustfmt::skip] // A table: words side by side.
const OFF_THE_GLOSSARY: [(&str, &[&str]); 5] = [
    ("words/", &["kib", "mib"]),
    ("words/nb/", &[
        "notar", "notaren", "notarens", "notarer", "rubrikk", "rubrikken", "rubrikker", "rubrikkene", "fasit", "fasiten",
        "børstegn", "børstegnet", "klokken", "moderator", "moderatoren", "møteleder",
    ]),
    ("words/nn/", &[
        "notar", "notaren", "notarar", "rubrikk", "rubrikken", "rubrikkar", "fasit", "fasiten", "børsteikn", "meglar",
        "moderator", "moderatoren",
    ]),
    ("words/nl/", &["makelaar", "makelaars", "moderator", "rubriek", "rubrieken"]),
    ("words/de/", &["börse", "börsen", "deal", "deals", "rubrik", "rubriken"]),
];

/// Work to do belongs in the issues. Spelt in two parts: this file is read too.
const PUT_OFF: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
const UNFINISHED: [&str; 3] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
];

/// How a task of a screen begins, and how what its page has is asked for.
const TASK: &str = "spawn_local(async move {";
const OF_THE_PAGE: [&str; 5] = [
    "texts()",
    "_words()",
    "of_page()",
    "expect_context",
    "use_context",
];

/// Fields that hold what people wrote.
const PEOPLES_TEXTS: [&str; 5] = ["name", "person", "place", "text", "title"];

/// What stands on one page alone, each with a sign of it, where it would be looked for, and its page.
const ON_ONE_PAGE: [(&str, &str, &str); 3] = [
    (".route(", "server/src/", "server/src/routes.rs"),
    ("Router::new()", "server/src/", "server/src/routes.rs"),
    ("[Role::", "", "shared/src/right.rs"),
];

const CARGO_SOURCE: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
const NPM_SOURCE: &str = "\"resolved\": \"https://registry.npmjs.org/";

/// Where what the simulation plays waits for several things at once.
const PLAYED: [&str; 3] = ["server/src/floor.rs", "server/src/floor/", "server/src/socket.rs"];

/// Checks every rule and prints each breach on its own line.
///
/// # Errors
/// When git cannot list the files, or a rule is broken.
pub(crate) fn check() -> Result<()> {
    let listed = output(Command::new("git").args(["ls-files", "-z"]).current_dir(root()))
        .context("tidy reads the files that git tracks: run it in a clone of the repository")?;
    let paths: BTreeSet<&str> = listed
        .split_terminator('\0')
        .filter(|path| root().join(path).exists())
        .collect();
    let mut breaches = name_breaches(&paths);
    let mut sources = BTreeMap::new();
    for path in &paths {
        if let Some(text) = read_text(&root().join(path))? {
            breaches.extend(text_breaches(path, &text, &paths));
            if *path == lists::PATH {
                breaches.extend(lists::breach(&text));
            }
            if *path == named_tests::PAGE {
                let read = |file: &str| read_text(&root().join(file)).ok().flatten();
                breaches.extend(named_tests::breaches(&text, read));
            }
            if extension(path) == "rs" {
                sources.insert((*path).to_owned(), text);
            }
        }
    }
    let order = rooms::order(&sources);
    println!("{}", order.told.trim_end());
    breaches.extend(order.breaches);
    for breach in &breaches {
        eprintln!("{breach}");
    }
    match breaches.len() {
        0 => Ok(()),
        count => bail!("house rules: {count} to put right, listed above"),
    }
}

/// The text of a file; none of a folder (a link to one), a picture or a font.
fn read_text(path: &Path) -> Result<Option<String>> {
    if path.is_dir() {
        return Ok(None);
    }
    let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8(content).ok())
}

/// The rules on where files lie and what they are called.
fn name_breaches(paths: &BTreeSet<&str>) -> Vec<String> {
    let mut breaches = Vec::new();
    for path in paths {
        let Some((_, inside)) = path.split_once("/src/") else {
            continue;
        };
        let named_by_layer = |part: &str| LAYER_NAMES.contains(&part.split('.').next().unwrap_or(part));
        if inside.split('/').any(named_by_layer) {
            breaches.push(format!(
                "{path}: named by layer; name it by the domain's noun that it holds"
            ));
        }
    }
    breaches.extend(migration_breaches(paths));
    breaches
}

/// Both databases take the same steps, once the second has any.
fn migration_breaches(paths: &BTreeSet<&str>) -> Vec<String> {
    let below = |folder: &str| -> BTreeSet<&str> {
        paths
            .iter()
            .filter_map(|path| path.strip_prefix(folder))
            .filter(|name| name.ends_with("sql"))
            .collect()
    };
    let (sqlite, postgres) = (below("migrations/sqlite/"), below("migrations/postgres/"));
    if postgres.is_empty() {
        return Vec::new();
    }
    sqlite
        .symmetric_difference(&postgres)
        .map(|name| format!("migrations: {name} is in one of sqlite/ and postgres/ alone"))
        .collect()
}

/// The rules on what is in a file.
fn text_breaches(path: &str, text: &str, paths: &BTreeSet<&str>) -> Vec<String> {
    let mut breaches = Vec::new();
    let in_a_crate = CRATES
        .iter()
        .any(|name| path.starts_with(&format!("{name}/src/")));
    if extension(path) == "rs" && in_a_crate && !text.starts_with("//!") {
        breaches.push(format!(
            "{path}:1: a module starts with `//!` and says what flows through it"
        ));
    }
    if path.starts_with("frontend/src/") && extension(path) == "rs" {
        let lines = without_direction(text).into_iter();
        breaches.extend(lines.map(|line| {
            format!("{path}:{line}: a text that people wrote stands in an element without `dir=\"auto\"`, or in a `<bdi>`")
        }));
        let literals::Found { said, compared } = if path.ends_with("tests.rs") {
            literals::Found::default()
        } else {
            literals::read(text)
        };
        breaches.extend(said.into_iter().map(|(line, says)| {
            format!("{path}:{line}: a component says \"{says}\": write it in words/, in every language")
        }));
        breaches.extend(compared.into_iter().map(|line| {
            format!("{path}:{line}: a bare `>` or `<` in an attribute of a view, where `>` ends the element: put braces around the expression")
        }));
    }
    if path.starts_with("frontend/src/") && extension(path) == "rs" {
        breaches.extend(asked_of_no_page(text).into_iter().map(|line| {
            format!("{path}:{line}: a task asks for what its page has: ask before, and let the task take the answer along")
        }));
    }
    if extension(path) == "rs" && in_a_crate {
        breaches.extend(off_their_page(path, text));
        breaches.extend(by_chance(path, text).into_iter().map(|line| {
            format!("{path}:{line}: a `select!` that the simulation plays begins with `biased;`, or a seed is not the same twice")
        }));
    }
    for (index, line) in text.split('\n').enumerate() {
        if path.starts_with("frontend/src/") && line.contains("maxlength=") {
            breaches.push(format!(
                "{path}:{}: a field that cuts what is typed: let it say by how much it is too long (`TooLong`)",
                index + 1
            ));
        }
        let found = line_breaches(path, line).into_iter();
        breaches.extend(found.map(|breach| format!("{path}:{}: {breach}", index + 1)));
    }
    let named = match (extension(path), path) {
        ("css", _) => browsers::style_breaches(text),
        (_, TOO_OLD) => browsers::script_breaches(text),
        _ => Vec::new(),
    };
    breaches.extend(named.into_iter().map(|breach| format!("{path}:{breach}")));
    breaches.extend(browsers::version_breaches(path, text));
    if extension(path) == "md" {
        let broken = links(text)
            .into_iter()
            .filter(|link| !resolves(path, link, paths));
        breaches.extend(broken.map(|link| format!("{path}: the link to {link} leads nowhere")));
    }
    breaches
}

/// A route, or a list of the roles that may do something, that stands beside the table of its kind. Tests may have their own.
fn off_their_page(path: &str, text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    ON_ONE_PAGE
        .into_iter()
        .filter(|(sign, place, page)| path.starts_with(place) && path != *page && code.contains(sign))
        .filter(|_| path != "shared/src/role.rs" && path != "xtask/src/tidy.rs")
        .map(|(sign, _, page)| format!("{path}: `{sign}` belongs on the page {page}"))
        .collect()
}

/// The lines of each `select!` that is played from a seed and looks at its branches in an order by chance. A seed seldom meets two branches that
/// are ready at once, so that playing it twice would find one by luck alone.
fn by_chance(path: &str, text: &str) -> Vec<usize> {
    if !PLAYED.iter().any(|place| path.starts_with(place)) {
        return Vec::new();
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let pairs = lines.windows(2).enumerate();
    pairs
        .filter(|(_, pair)| pair[0].ends_with("select! {") && pair[1] != "biased;")
        .map(|(index, _)| index + 1)
        .collect()
}

/// The lines of tasks that ask for what the page has: its texts, its office, its connection. A task has no page, so that it would panic.
fn asked_of_no_page(text: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (at, task) in text.match_indices(TASK) {
        let begin = at + task.len();
        let mut depth = 1;
        let end = text[begin..].find(|c| {
            depth += match c {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0
        });
        let body = &text[begin..end.map_or(text.len(), |end| begin + end)];
        for asked in OF_THE_PAGE {
            let found = body.match_indices(asked);
            lines.extend(found.map(|(at, _)| text[..begin + at].lines().count()));
        }
    }
    lines
}

/// The lines of a view that show what people wrote, such as `{party.name}`, in an element that does not let it choose its
/// direction.
fn without_direction(text: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (at, _) in text.match_indices('{') {
        let Some(end) = text[at..].find('}') else { break };
        let shown = &text[at + 1..at + end];
        let shown = shown.strip_suffix(".clone()").unwrap_or(shown);
        let Some((of, field)) = shown.rsplit_once('.') else {
            continue;
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let is_ours = ["t", "d", "self", "words"].contains(&of) || of.starts_with("t.");
        if !PEOPLES_TEXTS.contains(&field) || is_ours || !of.chars().all(is_name) || text[..at].ends_with('=')
        {
            continue;
        }
        let element = text[..at]
            .rmatch_indices('<')
            .map(|(begin, _)| &text[begin..at])
            .find(|element| element[1..].starts_with(|c: char| c.is_ascii_alphabetic()));
        if !element.is_some_and(|element| element.contains("dir=\"auto\"") || element.starts_with("<bdi>")) {
            lines.push(text[..at].matches('\n').count() + 1);
        }
    }
    lines
}

fn line_breaches(path: &str, line: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut broken = |is_broken: bool, rule: &str| {
        if is_broken {
            breaches.push(rule.to_owned());
        }
    };
    match path.rsplit('/').next() {
        Some("Cargo.lock") => {
            broken(
                line.starts_with("source = ") && line != CARGO_SOURCE,
                "a package that is not from crates.io",
            );
        }
        Some("package-lock.json") => {
            let elsewhere = line.contains("\"resolved\":") && !line.contains(NPM_SOURCE);
            broken(elsewhere, "a package that is not from npm's registry");
        }
        _ if WRITTEN.contains(&extension(path)) => {
            broken(line.contains('\r'), "a carriage return");
            broken(line.contains('\t'), "a tab");
            broken(
                line.trim_end_matches('\r').ends_with([' ', '\t']),
                "white space at the end",
            );
            let mut words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            broken(
                words.any(|word| PUT_OFF.contains(&word)),
                "work put off: do it, or open an issue",
            );
            broken(
                is_off_the_glossary(path, line),
                "a word that the glossary has a better one for, or the name of an option",
            );
            let unfinished = UNFINISHED.iter().any(|call| line.contains(call));
            broken(
                extension(path) == "rs" && unfinished,
                "a macro of unfinished work",
            );
            broken(
                extension(path) == "rs" && line.trim_start().starts_with("#[path ="),
                "a module that lies elsewhere: what several need is in a crate of its own",
            );
        }
        _ => {}
    }
    breaches
}

/// Whether what a line of words says in quotes uses a word that people should not meet. What its gaps are called is the program's.
fn is_off_the_glossary(path: &str, line: &str) -> bool {
    let lists = OFF_THE_GLOSSARY
        .iter()
        .filter(|(place, _)| path.starts_with(place));
    let better: Vec<&str> = lists.flat_map(|(_, words)| *words).copied().collect();
    if better.is_empty() {
        return false;
    }
    let said = line.split('"').skip(1).step_by(2);
    said.into_iter().any(|said| {
        let outside_gaps = said
            .split('{')
            .map(|part| part.rsplit('}').next().unwrap_or(part));
        let small = outside_gaps.collect::<Vec<_>>().join(" ").to_lowercase();
        small.contains("--")
            || small
                .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .any(|word| better.contains(&word))
    })
}

/// The targets of a Markdown text's links that lead to other files of the repository.
fn links(text: &str) -> Vec<&str> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        let targets = line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', ' ']).next());
        links.extend(targets.filter(|target| !in_code && is_relative(target)));
    }
    links
}

fn is_relative(target: &str) -> bool {
    !target.starts_with('#') && !target.contains("://") && !target.starts_with("mailto:")
}

/// Whether a link in the file at `path` leads to a tracked file, or to a folder that holds one.
fn resolves(path: &str, link: &str, paths: &BTreeSet<&str>) -> bool {
    let target = link.split('#').next().unwrap_or(link);
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    if target.starts_with('/') {
        parts.clear();
    }
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return false;
                }
            }
            name => parts.push(name),
        }
    }
    let wanted = parts.join("/");
    let folder = format!("{wanted}/");
    wanted.is_empty() || paths.contains(wanted.as_str()) || paths.iter().any(|path| path.starts_with(&folder))
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(path: &str, text: &str) -> Vec<String> {
        text_breaches(path, text, &BTreeSet::from(["README.md", "docs/wire.md"]))
    }

    #[test]
    fn clean_files_pass() {
        assert_eq!(
            breaches("shared/src/deal.rs", "//! Deals.\n\nfn give() {}\n"),
            [""; 0]
        );
        assert_eq!(
            breaches(
                "docs/a.md",
                "[wire](wire.md#hello), [site](https://example.org)\n"
            ),
            [""; 0]
        );
        assert_eq!(breaches("demo/notes.txt", "free text \t\r\n"), [""; 0]);
    }

    #[test]
    fn what_people_read_keeps_to_the_glossary() {
        let breached = |path: &str, line: &str| !line_breaches(path, line).is_empty();
        for (language, line, is_breach) in [
            ("nb", r#"written = "hos notaren""#, true),
            ("nb", r#"category = "Rubrikk …""#, true),
            ("nb", r#"tls = "Start med --tls local.""#, true),
            ("de", r#"large = "höchstens 500 KiB""#, true),
            ("nb", r#"written = "hos notarius""#, false),
            (
                "nb",
                r#"off = "Derfor virker moderator og lenker bare her""#,
                true,
            ),
            ("nb", r#"moderator = "konferansier""#, false),
            ("en", r#"held = "with the moderator""#, false),
            ("nb", "# Goes to the notary -- see notar.", false),
            ("de", r#"written = "beim Notar""#, false),
            ("de", r#"sent = "{deal}: {state}""#, false),
            ("de", r#"sent = "Deal: {state}""#, true),
            ("nl", r#"clocks = "Klokken van de schermen""#, false),
            ("nl", r#"broker = "Makelaar""#, true),
        ] {
            let texts = format!("words/{language}/screens/broker.toml");
            assert_eq!(breached(&texts, line), is_breach, "{line}");
            assert!(!breached("docs/wall.md", line), "{line}");
        }
    }

    #[test]
    fn routes_and_who_may_what_stand_on_their_page() {
        let route = "//! R.\nlet app = app.route(\"/x\", get(x));\n";
        let roles = "//! R.\nconst MAY: [Role; 1] = [Role::Broker];\n";
        let tried = format!("//! R.\n#[cfg(test)]\nmod tests {{\n{route}{roles}}}\n");
        for (path, text, count) in [
            ("server/src/access.rs", route, 1),
            ("server/src/access.rs", roles, 1),
            ("frontend/src/broker.rs", roles, 1),
            ("server/src/routes.rs", route, 0),
            ("shared/src/right.rs", roles, 0),
            ("server/src/access.rs", &tried, 0),
        ] {
            assert_eq!(off_their_page(path, text).len(), count, "{path}");
        }
    }

    #[test]
    fn a_task_asks_its_page_for_nothing() {
        let asks = "let t = texts();\nspawn_local(async move {\n    if read().await {\n        said.set(mail_words().done);\n    }\n});\n";
        assert_eq!(asked_of_no_page(asks), [4]);
        let before = "let t = mail_words();\nspawn_local(async move {\n    said.set(t.done);\n});\nlet office = Office::of_page();\n";
        assert_eq!(asked_of_no_page(before), [0; 0]);
    }

    #[test]
    fn each_rule_on_text_can_fail() {
        let tab = "\t";
        let cases = [
            ("shared/src/deal.rs", "fn give() {}\n".to_owned(), "//!"),
            (
                "server/src/main.rs",
                format!("//! M.\n// {}: later\n", PUT_OFF[0]),
                "put off",
            ),
            (
                "frontend/styles/a.css",
                format!("/* {} */\n", PUT_OFF[1]),
                "put off",
            ),
            (
                "server/tests/a.rs",
                format!("{}2);\n", UNFINISHED[2]),
                "unfinished",
            ),
            (
                "server/tests/a.rs",
                format!("{});\n", UNFINISHED[0]),
                "unfinished",
            ),
            (
                "server/tests/a.rs",
                "#[path = \"../b.rs\"]\n".to_owned(),
                "lies elsewhere",
            ),
            (
                "server/src/floor/room.rs",
                "//! M.\nlet wake = tokio::select! {\n    () = stop => {}\n};\n".to_owned(),
                ":2: a `select!`",
            ),
            ("docs/a.md", "words \n".to_owned(), "white space"),
            ("docs/a.md", "words\r\n".to_owned(), "carriage return"),
            ("migrations/sqlite/1.sql", format!("{tab}select 1;\n"), "a tab"),
            (
                "Cargo.lock",
                "source = \"registry+https://example.org/index\"\n".to_owned(),
                "crates.io",
            ),
            (
                "Cargo.lock",
                "source = \"git+https://example.org/a\"\n".to_owned(),
                "crates.io",
            ),
            (
                "end2end/package-lock.json",
                "\"resolved\": \"https://example.org/a.tgz\"\n".to_owned(),
                "npm",
            ),
            (
                "frontend/src/a.rs",
                "//! M.\n<b class=\"x\">{party.name}</b>\n".to_owned(),
                "dir=",
            ),
            (
                "frontend/src/a.rs",
                "//! M.\n<p dir=\"auto\">{card.text.clone()}</p> <i>\n{party.place}</i>\n".to_owned(),
                ":3: a text that people wrote",
            ),
            (
                "frontend/src/a.rs",
                "//! M.\n<input\n    maxlength=NAME_CHARS_MAX\n/>\n".to_owned(),
                ":3: a field that cuts",
            ),
            (
                "frontend/src/a.rs",
                "//! M.\nview! {\n<p title=t.a>\n\"Lagret\"</p> }\n".to_owned(),
                ":4: a component says \"Lagret\"",
            ),
            (
                "frontend/src/a.rs",
                "//! M.\nview! {\n<b\nhidden=move || shown.len() >= count\non:click=more\n>{t.more}</b> }\n"
                    .to_owned(),
                ":4: a bare `>`",
            ),
            ("docs/a.md", "see [this](missing.md)\n".to_owned(), "missing.md"),
            ("docs/a.md", "see [this](../../wire.md)\n".to_owned(), "nowhere"),
        ];
        for (path, text, expected) in cases {
            let found = breaches(path, &text);
            assert_eq!(found.len(), 1, "{path}: {text:?} gave {found:?}");
            assert!(found[0].contains(expected), "{path}: {text:?} gave {found:?}");
        }
    }

    #[test]
    fn each_rule_on_names_can_fail() {
        let find = |paths: &[&'static str]| name_breaches(&paths.iter().copied().collect());
        assert_eq!(find(&["server/src/utils.rs"]).len(), 1);
        assert_eq!(find(&["frontend/src/helpers/mod.rs"]).len(), 1);
        assert_eq!(find(&["server/src/floor.rs", "migrations/sqlite/1.sql"]).len(), 0);
        let uneven = [
            "migrations/sqlite/1.sql",
            "migrations/sqlite/2.sql",
            "migrations/postgres/1.sql",
        ];
        assert_eq!(find(&uneven).len(), 1);
    }

    #[test]
    fn links_lead_from_their_own_folder() {
        let paths = BTreeSet::from(["README.md", "docs/adr/0001.md", "docs/wire.md"]);
        assert!(resolves("docs/adr/0001.md", "../wire.md", &paths));
        assert!(resolves("docs/wire.md", "adr", &paths));
        assert!(resolves("docs/wire.md", "/README.md#use", &paths));
        assert!(!resolves("README.md", "wire.md", &paths));
        assert_eq!(links("```\n[a](b.md)\n```\n[c](d.md \"title\")\n"), ["d.md"]);
    }
}
