//! The oldest browsers that the product runs in, and what holds it there: no style sheet and no module may use what one of
//! them does not know, unless it is named here as something that may be missing.
//!
//! What CSS they know is in `browsers/css.txt`, written by `browsers/known.mjs` from MDN's data. The WebAssembly is validated with
//! what they know of it. The versions stand in the guide and in the sentence for older browsers too; a rule compares them.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use wasmparser::{Validator, WasmFeatures};

/// Safari on iPad and iPhone: the first with `<dialog>` and `:has()`. March 2022.
const SAFARI: &str = "15.4";
/// Chrome and Edge: the first with `dvh`. November 2022.
const CHROME: &str = "108";
/// Firefox: the first with `:has()`. December 2023.
const FIREFOX: &str = "121";

/// What they know of CSS.
const KNOWN: &str = include_str!("browsers/css.txt");

/// What some of them do not know, and why it may be missing. A value is written `property: value`.
const MAY_LACK: &[(&str, &str)] = &[
    (
        "at-rule property",
        "the result's count then stands at once instead of climbing",
    ),
    ("property syntax", "of @property"),
    ("property inherits", "of @property"),
    ("property initial-value", "of @property"),
    ("property text-wrap", "lines break where they break"),
    ("property hyphens", "words break without a hyphen"),
    ("property hyphenate-limit-chars", "shorter words have hyphens too"),
    (
        "at-rule container",
        "three lines of a return or of a round's title are seen, or as many of them as fit, without an ellipsis",
    ),
    ("property container-type", "of @container"),
    (
        "newer flex min-content",
        "a name or a title stays beside its mark, and breaks there",
    ),
    ("property overscroll-behavior", "the page behind may scroll too"),
    ("property user-select", "stands beside its prefixed twin"),
    ("property text-size-adjust", "stands beside its prefixed twin"),
    (
        "property forced-color-adjust",
        "of contrast themes, which those that lack it have not either",
    ),
    ("media forced-colors", "those that lack it show their own colours"),
    (
        "property -webkit-text-size-adjust",
        "only phones turn type larger by themselves",
    ),
    (
        "property -webkit-touch-callout",
        "only Safari has what it switches off",
    ),
    (
        "selector -webkit-details-marker",
        "a triangle then stands before the words",
    ),
    (
        "property field-sizing",
        "the field's rows are set by its text's length, or it is scrolled in",
    ),
    ("newer align-content start", "all know it in a grid"),
    ("newer align-content end", "all know it in a grid"),
    ("newer overflow clip", "`hidden` stands before it"),
];

/// The rules on a style sheet: every name in it is known to the oldest browsers.
pub(crate) fn style_breaches(css: &str) -> Vec<String> {
    let known: BTreeSet<&str> = KNOWN.lines().filter(|line| !line.starts_with('#')).collect();
    let may_lack = |name: &str| MAY_LACK.iter().any(|(lacked, _)| *lacked == name);
    let css = &without_comments(css);
    let mut breaches = Vec::new();
    for Name {
        kind,
        spelt: name,
        line,
    } in names(css)
    {
        let is_newer = kind == "newer" && known.contains(format!("newer {name}").as_str());
        let is_unknown = kind != "newer" && !known.contains(format!("{kind} {name}").as_str());
        if (is_newer || is_unknown) && !may_lack(&format!("{kind} {name}")) {
            breaches.push(format!(
                "{line}: the oldest browsers (Safari {SAFARI}, Chrome {CHROME}, Firefox {FIREFOX}) do not know the {}: do without, or \
                 name it in xtask/src/browsers.rs with what happens where it is missing",
                if is_newer { format!("value `{name}`") } else { format!("{kind} `{name}`") }
            ));
        }
    }
    breaches
}

/// The rules on texts that tell people which browsers work.
pub(crate) fn version_breaches(path: &str, text: &str) -> Option<String> {
    let told = match path {
        "docs/operations.md" => vec![
            format!("Safari {SAFARI}"),
            format!("Chrome {CHROME}"),
            format!("Firefox {FIREFOX}"),
        ],
        _ if path.starts_with("words/") && path.ends_with("/page.toml") => vec![
            format!("Safari {SAFARI}"),
            format!("Edge {CHROME}"),
            format!("Firefox {FIREFOX}"),
        ],
        _ => return None,
    };
    let missing = told.into_iter().find(|words| !text.contains(words.as_str()))?;
    Some(format!(
        "{path}: says nothing of {missing}, see xtask/src/browsers.rs"
    ))
}

/// The rule on what old browsers read too: nothing newer than they are.
pub(crate) fn script_breaches(script: &str) -> Vec<String> {
    let newer = ["=>", "`", "const ", "let ", "class ", "async ", "...", "?.", "??"];
    script
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(index, line)| {
            let found = newer.iter().find(|word| line.contains(**word))?;
            Some(format!(
                "{}: `{}` is newer than the browsers that read this",
                index + 1,
                found.trim()
            ))
        })
        .collect()
}

/// Checks a module against what the oldest browsers know of WebAssembly: since Chrome 96, Firefox 79 and Safari 15.
///
/// # Errors
/// When the module uses more; the error says what.
pub(crate) fn validate(module: &[u8]) -> Result<()> {
    let known = WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::FLOATS
        // Their halves that LLVM names alone.
        | WasmFeatures::CALL_INDIRECT_OVERLONG
        | WasmFeatures::BULK_MEMORY_OPT
        | WasmFeatures::GC_TYPES;
    Validator::new_with_features(known)
        .validate_all(module)
        .map(drop)
        .with_context(|| {
            format!("the module uses what Safari {SAFARI}, Chrome {CHROME} or Firefox {FIREFOX} do not know, see xtask/src/browsers.rs")
        })
}

/// A name in a style sheet.
struct Name {
    kind: &'static str,
    spelt: String,
    line: usize,
}

/// Every at-rule, feature of a media query, selector, property, function and unit, and every property with each of its words.
fn names(css: &str) -> Vec<Name> {
    let mut names = Vec::new();
    for (start, statement, is_block) in statements(css) {
        let line = css[..start].matches('\n').count() + 1;
        let mut add = |kind, name: &str| {
            let name = name.to_owned();
            names.push(Name {
                kind,
                spelt: name,
                line,
            });
        };
        if let Some(rule) = statement.strip_prefix('@') {
            let (rule, prelude) = rule.split_once(|c: char| !is_word(c)).unwrap_or((rule, ""));
            add("at-rule", rule);
            if rule == "media" {
                for feature in prelude.split('(').skip(1) {
                    let name = feature.split([':', ')']).next().unwrap_or_default().trim();
                    add(
                        "media",
                        name.trim_start_matches("max-").trim_start_matches("min-"),
                    );
                }
            }
        } else if is_block {
            let mut parts = statement.split(':');
            let _element = parts.next();
            for part in parts {
                let pseudo: String = part.chars().take_while(|c| is_word(*c)).collect();
                if !pseudo.is_empty() {
                    add("selector", &pseudo);
                }
            }
            if statement.contains('&') {
                add("selector", "&");
            }
        } else if let Some((property, value)) = statement.split_once(':') {
            let property = property.trim();
            let value = &without_strings(value);
            if !property.starts_with("--") {
                add("property", property);
                for word in value.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()) {
                    add("newer", &format!("{property} {word}"));
                }
            }
            for (name, _) in value.match_indices('(').map(|(at, _)| value.split_at(at)) {
                let function = name.rsplit(|c: char| !is_word(c)).next().unwrap_or_default();
                if !function.is_empty() && function != "format" {
                    add("function", function);
                }
            }
            for word in value.split(|c: char| !(is_word(c) || c == '.')) {
                let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
                if unit.len() < word.trim_start_matches('-').len() && !PLAIN_UNITS.contains(&unit) {
                    add("unit", unit);
                }
            }
        }
    }
    names
}

/// Units as old as CSS, and what looks like one.
const PLAIN_UNITS: [&str; 14] = [
    "", "px", "em", "rem", "s", "ms", "deg", "turn", "fr", "vh", "vw", "ch", "pt", "mm",
];

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// The statements of a sheet: where each starts, what it says, and whether a block follows.
fn statements(css: &str) -> Vec<(usize, &str, bool)> {
    let mut statements = Vec::new();
    let mut from = 0;
    let mut in_string = false;
    let mut depth = 0_usize;
    for (at, letter) in css.char_indices() {
        match letter {
            '"' => in_string = !in_string,
            _ if in_string => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '{' | '}' | ';' if depth == 0 => {
                let statement = css[from..at].trim();
                if !statement.is_empty() {
                    let start = at - css[from..at].trim_start().len();
                    statements.push((start, statement, letter == '{'));
                }
                from = at + 1;
            }
            _ => {}
        }
    }
    statements
}

fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        kept.push_str(before);
        // The lines stay, so that a breach is found.
        kept.extend(comment.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    kept + rest
}

fn without_strings(value: &str) -> String {
    let outside = value.split('"').step_by(2);
    let unquoted = outside.collect::<Vec<_>>().join(" ");
    let mut parts = unquoted.split('#');
    let plain = parts.next().unwrap_or_default().to_owned();
    // A colour in figures is no unit.
    let unquoted = parts.fold(plain, |kept, part| {
        kept + part.trim_start_matches(|c: char| c.is_ascii_hexdigit())
    });
    // Addresses, code points and formats of typefaces are no words of CSS.
    match unquoted.split_once("url(") {
        Some((before, after)) => {
            let after = after.split_once(')').map_or("", |(_, after)| after);
            format!("{before}url(){}", without_strings(after))
        }
        None if unquoted.contains("U+") => String::new(),
        None => unquoted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_browser_knows_passes() {
        let css = "/* a\n:nonsense */ @media (min-width: 40rem) { .a:has(> b)::before, a:not(:hover) { content: \"oklch( : ;\"; \
                   width: min(100% - 2 * var(--gap), 80dvh); translate: 0 -50%; --own: whatever; color: rgb(0 0 0 / 5%) } }\n\
                   @keyframes x { from { opacity: 0 } 25% { opacity: 1; } }\n@font-face { src: url(a-b.woff2) format(\"woff2\"); unicode-range: U+100-17E; }";
        assert_eq!(style_breaches(css), [""; 0]);
    }

    #[test]
    fn what_is_newer_fails_wherever_it_stands() {
        for (css, name) in [
            (".a { color: color-mix(in srgb, red, blue) }", "color-mix"),
            (".a { color: oklch(50% 0 0) }", "oklch"),
            ("@scope (.a) { .b { color: red } }", "scope"),
            (".a { view-transition-name: b }", "view-transition-name"),
            (".a { width: 50cqw }", "cqw"),
            (".a { &:hover { color: red } }", "&"),
            (".a { grid-template-rows: subgrid }", "grid-template-rows subgrid"),
            (".a:popover-open { color: red }", "popover-open"),
            ("@media (scripting: none) { .a { color: red } }", "scripting"),
            ("\n\n.a { interpolate-size: allow-keywords }", "3: "),
            (".a { scrollbar-gutter: stable }", "scrollbar-gutter"),
            (".a { animation-timeline: scroll() }", "animation-timeline"),
        ] {
            let breaches = style_breaches(css);
            assert!(
                breaches.iter().any(|breach| breach.contains(name)),
                "{css}: {breaches:?}"
            );
        }
    }

    #[test]
    fn what_may_be_missing_is_missing_somewhere() {
        for &(name, why) in MAY_LACK {
            assert_eq!(
                KNOWN.lines().any(|line| line == name),
                name.starts_with("newer "),
                "{name}: {why}"
            );
        }
    }

    #[test]
    fn what_old_browsers_read_is_old() {
        assert_eq!(script_breaches("// a => b\nvar a = function () {};\n"), [""; 0]);
        assert_eq!(script_breaches("var a = () => 1;\nlet b = 2;\n").len(), 2);
    }

    #[test]
    fn the_versions_are_told() {
        let old = "Safari 14, Chrome 90 and Firefox 80";
        assert!(version_breaches("docs/operations.md", old).is_some());
        assert!(version_breaches("docs/wall.md", old).is_none());
    }

    /// A module of one function with this body, which takes nothing and gives nothing.
    fn module(body: &[u8]) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a".to_vec();
        let size = body.len() as u8 + 2;
        module.extend([size + 2, 1, size, 0]);
        module.extend(body);
        module.push(0x0b);
        module
    }

    #[test]
    fn a_newer_module_is_refused() {
        validate(&module(&[])).unwrap();
        // i32.const 0, i32.extend8_s, drop: sign extension.
        validate(&module(&[0x41, 0, 0xc0, 0x1a])).unwrap();
        // return_call 0: a tail call.
        assert!(validate(&module(&[0x12, 0])).is_err());
        // v128.const 0, drop: vectors.
        let mut vector = vec![0xfd, 0x0c];
        vector.extend([0; 16]);
        vector.push(0x1a);
        assert!(validate(&module(&vector)).is_err());
    }
}
