//! How much each app's first visit loads, compressed, and the limits that hold the wall's and a tablet's there.
//!
//! Names in `dist` are hashed, so that a file is referenced exactly where its name stands: the page is searched for
//! names, then each file found, and so on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::bundle::{self, ASSETS};
use crate::workspace::root;

/// The page of the wall.
const WALL: &str = "wall.html";

/// The page of a broker's tablet.
const BROKER: &str = "broker.html";

/// A page whose first visit is weighed.
struct Weighed {
    page: &'static str,
    /// Whose first visit it is.
    whose: &'static str,
    /// What it may weigh, in KiB, if that is held.
    limit_kib: Option<f64>,
}

/// Each app's page: the wall's is loaded over the hall's network, a tablet's over the same and before anybody can trade.
const PAGES: [Weighed; 5] = [
    Weighed {
        page: WALL,
        whose: "the wall's",
        limit_kib: Some(350.0),
    },
    Weighed {
        page: "phone.html",
        whose: "a phone's",
        limit_kib: None,
    },
    Weighed {
        page: BROKER,
        whose: "a broker's",
        limit_kib: Some(639.0),
    },
    Weighed {
        page: "desk.html",
        whose: "another desk's",
        limit_kib: None,
    },
    Weighed {
        page: "organiser.html",
        whose: "the organiser's",
        limit_kib: None,
    },
];

/// What can name another file.
const READABLE: [&str; 4] = ["html", "css", "js", "webmanifest"];

/// Checks the size of `frontend/dist`, printed as a table or as one line of JSON.
///
/// # Errors
/// When there is no bundle or it is over the limit.
pub(crate) fn check(json: bool) -> Result<()> {
    let dist = root().join("frontend/dist");
    if bundle::is_quick(&dist) {
        bail!(
            "frontend/dist is of `cargo xtask run`, which is larger: `cargo xtask frontend` builds what ships"
        );
    }
    if json {
        for (figure, page) in [("compressed_kib", WALL), ("broker_kib", BROKER)] {
            let total = total_kib(&first_visit(&dist, page)?);
            println!(r#"{{"bench":"page","figure":"{figure}","value":{total:.1},"unit":"KiB"}}"#);
        }
    } else {
        print!("{}", table(&dist)?);
    }
    within_limits(&dist)
}

/// What the wall's first visit loads, a file a line, and what each app's weighs.
///
/// # Errors
/// When there is no bundle.
pub(crate) fn table(dist: &Path) -> Result<String> {
    let sizes = first_visit(dist, WALL)?;
    let mut table = String::new();
    for (name, bytes) in &sizes {
        writeln!(table, "{:>8.1} KiB  {name}", kib(*bytes))?;
    }
    for Weighed {
        page,
        whose,
        limit_kib,
    } in PAGES
    {
        let total = total_kib(&first_visit(dist, page)?);
        let allowed = limit_kib.map_or_else(String::new, |limit| format!(", of {limit} KiB allowed"));
        writeln!(table, "{total:>8.1} KiB  {whose} first visit{allowed}")?;
    }
    Ok(table)
}

fn within_limits(dist: &Path) -> Result<()> {
    for Weighed {
        page,
        whose,
        limit_kib,
    } in PAGES
    {
        let Some(limit) = limit_kib else { continue };
        let total = total_kib(&first_visit(dist, page)?);
        if total > limit {
            bail!(
                "{whose} first visit weighs {total:.1} KiB compressed, over the limit of {limit} KiB: the table shows where \
                 (`cargo xtask page-size`)"
            );
        }
    }
    Ok(())
}

/// The files that a page loads, in bytes as sent.
fn first_visit(dist: &Path, page: &str) -> Result<BTreeMap<String, u64>> {
    let names = asset_names(dist)?;
    let mut sizes = BTreeMap::new();
    let mut waiting = vec![page.to_owned()];
    while let Some(name) = waiting.pop() {
        let path = dist.join(&name);
        sizes.insert(name, bytes_sent(&path)?);
        if !READABLE
            .iter()
            .any(|extension| path.extension().is_some_and(|own| own == *extension))
        {
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let text = without_fonts_on_demand(&text);
        for file in names.iter().filter(|file| text.contains(file.as_str())) {
            let name = format!("{ASSETS}/{file}");
            if !sizes.contains_key(&name) && !waiting.contains(&name) {
                waiting.push(name);
            }
        }
    }
    Ok(sizes)
}

/// A style sheet without the fonts that a browser loads only where a text has their letters.
fn without_fonts_on_demand(css: &str) -> String {
    let mut parts = css.split("@font-face");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (face, rest) = part.split_once('}').unwrap_or((part, ""));
        if !face.contains("unicode-range") {
            kept.push_str(face);
        }
        kept.push_str(rest);
    }
    kept
}

fn asset_names(dist: &Path) -> Result<BTreeSet<String>> {
    let folder = dist.join(ASSETS);
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("there is no {}: run `cargo xtask build` first", folder.display()))?;
    let mut names = BTreeSet::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "br") {
            names.insert(
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
            );
        }
    }
    Ok(names)
}

fn bytes_sent(path: &Path) -> Result<u64> {
    let compressed = path.with_added_extension("br");
    let sent = if compressed.exists() { &compressed } else { path };
    Ok(fs::metadata(sent)
        .with_context(|| format!("{} is missing", sent.display()))?
        .len())
}

fn total_kib(sizes: &BTreeMap<String, u64>) -> f64 {
    kib(sizes.values().sum())
}

fn kib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bundle whose page names a style sheet, whose sheet names a font, and that holds a file that nobody names.
    fn write_bundle(dist: &Path, font_bytes: usize) {
        fs::create_dir(dist.join(ASSETS)).unwrap();
        let write = |name: &str, content: &[u8]| fs::write(dist.join(name), content).unwrap();
        for held in PAGES.iter().filter(|weighed| weighed.limit_kib.is_some()) {
            write(held.page, b"<link href=/assets/app-1.css>");
        }
        write(
            "assets/app-1.css",
            &[b"url(font-1.woff2)".as_slice(), &[b' '; 4096]].concat(),
        );
        write("assets/app-1.css.br", &[0; 1024]);
        write("assets/font-1.woff2", &vec![0; font_bytes]);
        write("assets/print-1.css", &[0; 1024]);
    }

    #[test]
    fn counts_what_is_referenced_as_it_is_sent() {
        let dist = tempfile::tempdir().unwrap();
        write_bundle(dist.path(), 2048);
        let sizes = first_visit(dist.path(), WALL).unwrap();
        let names: Vec<_> = sizes.keys().map(String::as_str).collect();
        assert_eq!(names, ["assets/app-1.css", "assets/font-1.woff2", "wall.html"]);
        assert_eq!(sizes.values().sum::<u64>(), 1024 + 2048 + 29);
        within_limits(dist.path()).unwrap();
    }

    #[test]
    fn a_font_on_demand_is_not_of_the_first_visit() {
        let css = "a{} @font-face{src:url(x-1.woff2)} @font-face{src:url(y-1.woff2);unicode-range:U+100} b{}";
        let kept = without_fonts_on_demand(css);
        assert!(kept.contains("x-1.woff2") && kept.contains("b{}"), "{kept}");
        assert!(!kept.contains("y-1.woff2"), "{kept}");
    }

    #[test]
    fn a_page_over_the_limit_fails() {
        let dist = tempfile::tempdir().unwrap();
        write_bundle(dist.path(), 350 * 1024);
        let error = within_limits(dist.path()).unwrap_err();
        assert!(error.to_string().contains("over the limit"), "{error}");
    }
}
