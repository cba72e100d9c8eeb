//! The apps' style sheets: those of `frontend/styles`, in the order that its `index.css` imports them in, which is the order of
//! the cascade. The folder of a sheet says which apps have it. `url(NAME)` in one is a file of `frontend/assets`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, anyhow, bail};
use borsklokka_shared::screen::App;

use super::{Files, text};

/// The sheet that imports all others, one a line.
const INDEX: &str = "index.css";

/// The only one of the board's sheets that the wall does not have.
const OF_THE_PHONE_ALONE: &str = "board/phone.css";

/// An app's sheet.
///
/// # Errors
/// When `index.css` does not name each sheet once, one lies in a folder that no app has, or one asks for an asset that is not there.
pub(super) fn join(app: App, styles: &Files, assets: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut sheet = String::new();
    for name in order(styles)? {
        if !apps(name)?.contains(&app) {
            continue;
        }
        let rewritten = rewrite_urls(text(name, &styles[name])?, assets)
            .with_context(|| format!("frontend/styles/{name} cannot be bundled"))?;
        sheet.push_str(&rewritten);
        sheet.push('\n');
    }
    Ok(sheet.into_bytes())
}

/// Every sheet, in the order of the cascade.
fn order(styles: &Files) -> Result<Vec<&str>> {
    let index = styles
        .get(INDEX)
        .with_context(|| format!("there is no frontend/styles/{INDEX}"))?;
    let mut forgotten: BTreeSet<&str> = styles.keys().map(String::as_str).collect();
    forgotten.remove(INDEX);
    let mut order = Vec::new();
    for import in text(INDEX, index)?.split("@import \"").skip(1) {
        let name = import.split('"').next().unwrap_or_default();
        let sheet = forgotten.take(name).with_context(|| {
            format!("frontend/styles/{INDEX} names {name}, which is not there, or names it twice")
        })?;
        order.push(sheet);
    }
    if !forgotten.is_empty() {
        bail!("frontend/styles/{INDEX} does not name {forgotten:?}: say where in the cascade");
    }
    Ok(order)
}

/// The apps that have a sheet.
fn apps(sheet: &str) -> Result<&'static [App]> {
    Ok(match sheet.split_once('/') {
        Some(("both", _)) => &App::ALL,
        Some(("board", _)) if sheet == OF_THE_PHONE_ALONE => &[App::Phone],
        // The phone shows parts of the wall: its chips, its clock, its count.
        Some(("board", _)) => &[App::Wall, App::Phone],
        Some(("tablet", _)) => &[App::Broker, App::Desk],
        Some(("desk", _)) => &[App::Desk],
        Some(("office", _)) => &[App::Broker, App::Desk, App::Organiser],
        Some(("organiser", _)) => &[App::Organiser],
        _ => bail!("frontend/styles/{sheet} is no app's: put it into a folder of index.css"),
    })
}

/// Gives every `url(NAME)` of a style sheet the asset's hashed name; the sheet lies beside the assets.
fn rewrite_urls(css: &str, assets: &BTreeMap<String, String>) -> Result<String> {
    let mut parts = css.split("url(");
    let mut rewritten = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (target, rest) = part
            .split_once(')')
            .ok_or_else(|| anyhow!("a `url(` has no `)`"))?;
        let target = target.trim().trim_matches(['"', '\'']);
        let stays = ["data:", "http:", "https:", "#", "/"]
            .iter()
            .any(|start| target.starts_with(start));
        let name = target
            .trim_start_matches("./")
            .trim_start_matches("../")
            .trim_start_matches("assets/");
        let url = match assets.get(name) {
            _ if stays => target,
            Some(hashed) => hashed,
            None => bail!("it asks for url({target}), but there is no frontend/assets/{name}"),
        };
        rewritten.extend(["url(\"", url, "\")", rest]);
    }
    Ok(rewritten)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> BTreeMap<String, String> {
        BTreeMap::from([("fonts/inter.woff2".to_owned(), "inter-0123.woff2".to_owned())])
    }

    fn files(files: &[(&str, &str)]) -> Files {
        let owned = |(name, content): &(&str, &str)| ((*name).to_owned(), content.as_bytes().to_vec());
        files.iter().map(owned).collect()
    }

    fn joined(app: App, styles: &Files) -> Result<String> {
        Ok(String::from_utf8(join(app, styles, &assets())?)?)
    }

    #[test]
    fn each_app_has_the_sheets_of_its_folders_in_the_order_of_the_index() {
        let styles = files(&[
            (
                "index.css",
                "/* All. */\n@import \"both/b.css\";\n@import \"board/wall.css\";\n@import \"board/phone.css\";\n\
                 @import \"desk/d.css\";\n@import \"both/a.css\";\n",
            ),
            ("both/a.css", "a"),
            ("both/b.css", "b"),
            ("board/wall.css", "wall"),
            ("board/phone.css", "phone"),
            ("desk/d.css", "d"),
        ]);
        assert_eq!(joined(App::Wall, &styles).unwrap(), "b\nwall\na\n");
        assert_eq!(joined(App::Phone, &styles).unwrap(), "b\nwall\nphone\na\n");
        assert_eq!(joined(App::Desk, &styles).unwrap(), "b\nd\na\n");
    }

    #[test]
    fn a_sheet_that_is_forgotten_missing_or_no_apps_is_an_error() {
        for (index, expected) in [
            ("", "does not name {\"both/a.css\"}"),
            (
                "@import \"both/a.css\";@import \"both/b.css\";",
                "names both/b.css",
            ),
            (
                "@import \"both/a.css\";@import \"both/a.css\";",
                "names both/a.css",
            ),
        ] {
            let styles = files(&[("index.css", index), ("both/a.css", "")]);
            let error = joined(App::Wall, &styles).unwrap_err().to_string();
            assert!(error.contains(expected), "{index}: {error}");
        }
        let strayed = files(&[("index.css", "@import \"a.css\";"), ("a.css", "")]);
        let error = joined(App::Wall, &strayed).unwrap_err().to_string();
        assert!(error.contains("no app's"), "{error}");
    }

    #[test]
    fn urls_get_hashed_names() {
        let css = "src: url('../assets/fonts/inter.woff2') format(\"woff2\"), url(data:x), url(\"fonts/inter.woff2\");";
        let expected =
            "src: url(\"inter-0123.woff2\") format(\"woff2\"), url(\"data:x\"), url(\"inter-0123.woff2\");";
        assert_eq!(rewrite_urls(css, &assets()).unwrap(), expected);
    }

    #[test]
    fn a_url_without_a_file_is_an_error() {
        let error = rewrite_urls("src: url(missing.woff2)", &assets()).unwrap_err();
        assert!(
            error.to_string().contains("frontend/assets/missing.woff2"),
            "{error}"
        );
    }
}
