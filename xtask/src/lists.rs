//! The closed sets for what is not Rust: `end2end/lists.json` is written from the enums in `shared`, and `tidy` fails where it no
//! longer says what they say.

use std::fs;

use anyhow::{Context, Result};
use borsklokka_shared::exchange::{Scene, Theme};
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::screen::Screen;
use serde_json::{Value, json};

use crate::workspace::root;

/// Where it lies.
pub(crate) const PATH: &str = "end2end/lists.json";

/// Writes it.
///
/// # Errors
/// When the file system refuses.
pub(crate) fn write() -> Result<()> {
    let path = root().join(PATH);
    fs::write(&path, text()).with_context(|| format!("cannot write {}", path.display()))
}

/// What is wrong with a text that stands in its place.
pub(crate) fn breach(written: &str) -> Option<String> {
    (written != text()).then(|| format!("{PATH}: not what `shared` lists: run `cargo xtask lists`"))
}

fn text() -> String {
    let screen = |screen: Screen| json!({ "name": screen, "role": screen.role() });
    let lists = json!({
        "screens": Screen::ALL.map(screen),
        "scenes": Scene::ALL,
        "languages": Language::ALL,
        "themes": Theme::ALL,
        "sectors": Sector::ALL,
    });
    let lists = lists.as_object().map_or_else(String::new, |lists| {
        let lines: Vec<String> = lists
            .iter()
            .map(|(name, list)| format!("  \"{name}\": {}", lines(list)))
            .collect();
        lines.join(",\n")
    });
    format!("{{\n{lists}\n}}\n")
}

/// A list of names on one line, a list of more a line each.
fn lines(list: &Value) -> String {
    let items: Vec<String> = list
        .as_array()
        .into_iter()
        .flatten()
        .map(Value::to_string)
        .collect();
    if items.iter().any(|item| item.starts_with('{')) {
        format!("[\n    {}\n  ]", items.join(",\n    "))
    } else {
        format!("[{}]", items.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_lags_behind_is_told() {
        assert_eq!(breach(&text()), None);
        let forgotten = text().replace("\"pause\", ", "");
        assert!(breach(&forgotten).is_some_and(|breach| breach.contains("cargo xtask lists")));
    }
}
