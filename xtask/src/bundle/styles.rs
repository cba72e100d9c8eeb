//! The apps' style sheets: those of `frontend/styles`, in the order that its `index.css` imports them in, which is the order of
//! the cascade, without what only their readers need. The folder of a sheet says which apps have it. `url(NAME)` in one is a file of
//! `frontend/assets`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, anyhow, bail};
use borsklokka_shared::screen::App;
use minifier::css::minify;

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
    let mut joined = String::new();
    for name in order(styles)? {
        if !apps(name)?.contains(&app) {
            continue;
        }
        let bundled = text(name, &styles[name])
            .and_then(|sheet| rewrite_urls(sheet, assets))
            .and_then(|sheet| short(&sheet));
        joined += &bundled.with_context(|| format!("frontend/styles/{name} cannot be bundled"))?;
    }
    Ok(joined.into_bytes())
}

/// A sheet without its comments and the space between its lines: a third of what is loaded, and no browser needs it.
fn short(sheet: &str) -> Result<String> {
    let short = minify(sheet).map_err(|why| anyhow!("it is no style sheet: {why}"))?;
    Ok(short.to_string())
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
            ("both/a.css", "i { top: 1px; }"),
            ("both/b.css", "i { top: 2px; }"),
            ("board/wall.css", "i { top: 3px; }"),
            ("board/phone.css", "i { top: 4px; }"),
            ("desk/d.css", "i { top: 5px; }"),
        ]);
        for (app, expected) in [
            (App::Wall, [2, 3, 1].as_slice()),
            (App::Phone, &[2, 3, 4, 1]),
            (App::Desk, &[2, 5, 1]),
        ] {
            let rules: Vec<_> = expected.iter().map(|top| format!("i{{top:{top}px;}}")).collect();
            assert_eq!(joined(app, &styles).unwrap(), rules.concat());
        }
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
    fn a_sheet_loses_its_comments_and_nothing_that_it_says() {
        for (sheet, expected) in [
            ("/* Why. */\nb,\ni > s {\n    top: 0;\n}\n", " b,i>s{top:0;}"),
            (
                "i { top: calc(1px + 2 * var(--u) - -1px) }",
                "i{top:calc(1px + 2 * var(--u) - -1px)}",
            ),
            (
                "i::before { content: \"/* , */  \\201D\"; }",
                "i::before{content:\"/* , */  \\201D\";}",
            ),
            ("i :is(b, s) .a.b .c { top: 0 }", "i :is(b,s) .a.b .c{top:0}"),
            (
                "@media (min-width: 2rem) and (not (hover)) { i { top: 0 } }",
                "@media (min-width:2rem) and (not (hover)){i{top:0}}",
            ),
            (
                "i { grid: auto / \"a b\" 1fr; font: 1rem/1.2 A, \"B C\" }",
                "i{grid:auto/\"a b\" 1fr;font:1rem/1.2 A,\"B C\"}",
            ),
            (
                "i { background: url(\"data:image/svg+xml,%3Csvg a='b  c'/%3E\") 0 0 }",
                "i{background:url(\"data:image/svg+xml,%3Csvg a='b  c'/%3E\") 0 0}",
            ),
        ] {
            assert_eq!(short(sheet).unwrap(), expected);
        }
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
