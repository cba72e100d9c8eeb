//! The tests that a page names beside what they hold: a table of them is worth nothing once one is gone or renamed.

use std::path::Path;

/// The page.
pub(crate) const PAGE: &str = "docs/security.md";

/// A test as the page names it: its file, then its name, each in a span of code of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named<'a> {
    line: usize,
    file: &'a str,
    name: &'a str,
}

/// The tests that a page names. A file has those whose spans follow its own with nothing but a comma between.
pub(crate) fn named(page: &str) -> Vec<Named<'_>> {
    let mut named = Vec::new();
    for (index, line) in page.lines().enumerate() {
        let mut file = None;
        let parts: Vec<&str> = line.split('`').collect();
        for pair in parts.chunks(2) {
            let [between, span] = pair else { continue };
            if !matches!(*between, " " | ", ") {
                file = None;
            }
            if span.contains('/') && is_rust(span) || span.ends_with(".spec.mjs") {
                file = Some(*span);
            } else if let Some(file) = file {
                named.push(Named {
                    line: index + 1,
                    file,
                    name: span,
                });
            }
        }
    }
    named
}

/// The tests that are not there. `read` gives a file's text.
pub(crate) fn breaches(page: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let gone = |test: &&Named<'_>| !read(test.file).is_some_and(|text| has(test.file, &text, test.name));
    let named = named(page);
    let told = named.iter().filter(gone);
    told.map(|Named { line, file, name }| format!("{PAGE}:{line}: {file} has no test `{name}`"))
        .collect()
}

/// Whether a file has a test of this name: a function under an attribute of a test, or a title.
fn has(file: &str, text: &str, name: &str) -> bool {
    if is_rust(file) {
        let Some(at) = text.find(&format!("fn {name}(")) else {
            return false;
        };
        // What stands since the last end of something.
        let before = text[..at].rfind("}\n").map_or(&text[..at], |end| &text[end..at]);
        return before.contains("test]") || before.contains("#[tokio::test(") || before.contains("proptest!");
    }
    let plain = text.replace("\\'", "'");
    ["'", "\"", "`"]
        .iter()
        .any(|quote| plain.contains(&format!("test({quote}{name}{quote}")))
}

fn is_rust(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|extension| extension == "rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_OF: &str = "| 1.1 | `Origin` | `a/tests.rs` `it_holds`, `it_goes`; `b.spec.mjs` `a deal, and what it’s of` | `--plain` |";

    #[test]
    fn tests_are_read_after_their_file() {
        let names: Vec<_> = named(PAGE_OF).iter().map(|test| (test.file, test.name)).collect();
        assert_eq!(
            names,
            [
                ("a/tests.rs", "it_holds"),
                ("a/tests.rs", "it_goes"),
                ("b.spec.mjs", "a deal, and what it’s of")
            ]
        );
    }

    #[test]
    fn a_test_that_is_gone_is_told() {
        let rust = "#[tokio::test]\nasync fn it_holds() {\n}\n\nfn it_goes() {\n}\n";
        let script = "test('a deal, and what it’s of', async () => {});";
        let read = |file: &str| match file {
            "a/tests.rs" => Some(rust.to_owned()),
            "b.spec.mjs" => Some(script.to_owned()),
            _ => None,
        };
        assert_eq!(
            breaches(PAGE_OF, read),
            ["docs/security.md:1: a/tests.rs has no test `it_goes`"]
        );
        assert_eq!(breaches(PAGE_OF, |_| None).len(), 3);
    }
}
