//! Puts the frontend's files together in `frontend/dist`: content-hashed names, `.br` beside what compresses.
//!
//! - `frontend/styles` becomes a sheet for each app, in the order of its `index.css`: see [`styles`].
//! - `frontend/assets/**` are copied, but for notes in Markdown. A `.webmanifest` among them may hold `{{asset:NAME}}`.
//! - `frontend/index.html` becomes a page for each app, such as `wall.html`. It may hold `{{css}}`, `{{js}}` (the module that
//!   starts the app), `{{glue}}` (what that module imports, for a `modulepreload`), `{{wasm}}` and `{{asset:NAME}}`; each becomes
//!   a URL below `/assets/`.
//!
//!   A page that is kept on the device can be installed: it names the manifest and its icon.
//! - `frontend/sw.js` keeps apps on the device. It may hold `{{version}}`, which changes with any file of theirs, and `const APPS =
//!   [];`, which becomes their list: the page's address, what addresses it draws, its files. Unfilled it is JavaScript too, and is
//!   linted as such.
//!
//! No script is inline, so that a page's policy may be `script-src 'self' 'wasm-unsafe-eval'`.

mod styles;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use borsklokka_shared::screen::{App, Screen};
use sha2::{Digest, Sha256};

use crate::finish::Finish;
use crate::progress::{Inputs, step_if_changed};
use crate::workspace::root;

/// The folder below `dist`, and the path that the server gives it.
pub(crate) const ASSETS: &str = "assets";

/// How long the first paint is waited for, in milliseconds.
const PAINT_MS: u32 = 500;

/// What is worth compressing; pictures and woff2 fonts are compressed already.
const COMPRESSIBLE: [&str; 9] = [
    "css",
    "html",
    "js",
    "json",
    "svg",
    "ttf",
    "txt",
    "wasm",
    "webmanifest",
];

/// A file that a quick bundle has and one that ships has not.
const QUICK: &str = "quick";

/// Whether a bundle is a quick one: not what ships.
pub(crate) fn is_quick(dist: &Path) -> bool {
    dist.join(QUICK).exists()
}

/// An app as the pipeline hands it over.
pub(crate) struct Built {
    /// Which one.
    pub(crate) app: App,
    /// The folder of its JavaScript glue.
    pub(crate) bound: PathBuf,
    /// Its module.
    pub(crate) wasm: PathBuf,
}

/// Builds `frontend/dist` from the apps; returns its path.
///
/// # Errors
/// When an input is missing or asks for a file that does not exist.
pub(crate) fn build(apps: &[Built], finish: Finish) -> Result<PathBuf> {
    let sources = Sources::read(apps, &root().join("frontend"))?;
    let dist = root().join("frontend/dist");
    let mut inputs = Inputs::default();
    inputs.add("pipeline", include_bytes!("bundle.rs"));
    inputs.add("styles", include_bytes!("bundle/styles.rs"));
    for app in App::ALL {
        inputs.add("draws", draws(app).as_bytes());
    }
    inputs.add("finish", finish.frontend_profile().as_bytes());
    for (name, content) in sources.all() {
        inputs.add(&name, content);
    }
    step_if_changed("bundle", inputs, &dist.join("wall.html"), || {
        write(&sources, finish, &dist)
    })?;
    Ok(dist)
}

/// Makes a folder, or removes what is in it.
///
/// # Errors
/// When the file system refuses.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// Every file that goes into the bundle, by its name relative to its folder.
struct Sources {
    apps: Vec<Code>,
    styles: Files,
    assets: Files,
    template: Vec<u8>,
    worker: Vec<u8>,
}

/// The code of one app.
struct Code {
    app: App,
    glue: Vec<u8>,
    snippets: Files,
    wasm: Vec<u8>,
}

type Files = BTreeMap<String, Vec<u8>>;

/// The script that speaks to browsers that are too old for the app, and the place of its sentences.
const TOO_OLD: &str = "too-old.js";
const SAYS: &str = "var SAYS = {};";

/// Puts what people read where the app cannot run into the page and into the script for old browsers.
fn say_in_every_language(template: &mut Vec<u8>, too_old: Option<&mut Vec<u8>>, words: &Path) -> Result<()> {
    let said = words_build::page(words).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow!("{}", faults.join("\n"))
    })?;
    let mut paragraphs = Vec::new();
    let mut sentences = serde_json::Map::new();
    for (language, texts) in &said {
        let sentence = |key: &str| {
            texts
                .get(key)
                .with_context(|| format!("words/{language}/page.toml lacks `{key}`"))
        };
        paragraphs.push(format!("<p lang=\"{language}\">{}</p>", sentence("no_script")?));
        sentences.insert(language.clone(), sentence("too_old")?.as_str().into());
    }
    *template = text("frontend/index.html", template)?
        .replace("{{no_script}}", &paragraphs.join("\n"))
        .into_bytes();
    if let Some(script) = too_old {
        let source = text(TOO_OLD, script)?;
        ensure!(
            source.contains(SAYS),
            "frontend/assets/{TOO_OLD} has no `{SAYS}` to put its sentences in"
        );
        let sentences = serde_json::Value::Object(sentences);
        *script = source
            .replace(SAYS, &format!("var SAYS = {sentences};"))
            .into_bytes();
    }
    Ok(())
}

impl Sources {
    fn read(apps: &[Built], frontend: &Path) -> Result<Self> {
        let mut styles = files_below(&frontend.join("styles"))?;
        styles.retain(|name, _| extension(name) == "css");
        let mut assets = files_below(&frontend.join("assets"))?;
        assets.retain(|name, _| extension(name) != "md");
        let mut template = read(&frontend.join("index.html"))?;
        say_in_every_language(&mut template, assets.get_mut(TOO_OLD), &frontend.join("../words"))?;
        let code = |app: &Built| {
            Ok(Code {
                app: app.app,
                glue: read(&app.bound.join("app.js"))?,
                snippets: files_below(&app.bound.join("snippets"))?,
                wasm: read(&app.wasm)?,
            })
        };
        Ok(Self {
            apps: apps.iter().map(code).collect::<Result<_>>()?,
            styles,
            assets,
            template,
            worker: read(&frontend.join("sw.js"))?,
        })
    }

    fn all(&self) -> Vec<(String, &[u8])> {
        let mut all = vec![
            ("template".to_owned(), self.template.as_slice()),
            ("worker".to_owned(), self.worker.as_slice()),
        ];
        for app in &self.apps {
            let name = app.app.as_str();
            all.push((format!("{name} glue"), &app.glue));
            all.push((format!("{name} wasm"), &app.wasm));
            all.extend(
                app.snippets
                    .iter()
                    .map(|(name, content)| (name.clone(), content.as_slice())),
            );
        }
        let files = self.styles.iter().chain(&self.assets);
        all.extend(files.map(|(name, content)| (name.clone(), content.as_slice())));
        all
    }
}

/// Builds beside the old bundle and swaps at the end: nobody sees a half of it.
fn write(sources: &Sources, finish: Finish, dist: &Path) -> Result<()> {
    let (new, old) = (dist.with_extension("new"), dist.with_extension("old"));
    empty(&new)?;
    empty(&old)?;
    let mut bundle = Bundle {
        folder: new.clone(),
        previous: (is_quick(dist) == (finish == Finish::Quick)).then(|| dist.to_owned()),
        finish,
    };
    bundle.write_all(sources)?;
    if finish == Finish::Quick {
        write_file(&new.join(QUICK), b"")?;
    }
    if dist.exists() {
        fs::rename(dist, old.join("dist")).with_context(|| format!("cannot move {} away", dist.display()))?;
    }
    fs::rename(&new, dist).with_context(|| format!("cannot move {} into place", dist.display()))?;
    fs::remove_dir_all(&old).with_context(|| format!("cannot remove {}", old.display()))
}

/// A `dist` folder in the making.
struct Bundle {
    folder: PathBuf,
    /// The bundle before this one, if it was made alike: a file with the same hashed name is compressed there already.
    previous: Option<PathBuf>,
    finish: Finish,
}

impl Bundle {
    fn write_all(&mut self, sources: &Sources) -> Result<()> {
        let assets = self.add_assets(&sources.assets)?;
        let template = text("frontend/index.html", &sources.template)?;
        let mut kept = Vec::new();
        for app in &sources.apps {
            let app_name = app.app.as_str();
            let sheet = styles::join(app.app, &sources.styles, &assets)?;
            let css = self.add(&format!("{app_name}.css"), &sheet)?;
            let glue = self.add_glue(app)?;
            let wasm = self.add(&format!("{app_name}.wasm"), &app.wasm)?;
            let js = self.add(
                &format!("{app_name}-boot.js"),
                boot_module(&glue, &wasm).as_bytes(),
            )?;
            let page = fill("frontend/index.html", template, |placeholder| {
                let name = match placeholder {
                    "css" => Some(&css),
                    "glue" => Some(&glue),
                    "js" => Some(&js),
                    "wasm" => Some(&wasm),
                    other => other.strip_prefix("asset:").and_then(|name| assets.get(name)),
                };
                name.map(|name| format!("/{ASSETS}/{name}"))
            })?;
            let page_name = format!("{app_name}.html");
            let Some(address) = app.app.kept_page() else {
                self.put(&page_name, page.as_bytes())?;
                continue;
            };
            let page = installable(&page, &assets);
            self.put(&page_name, page.as_bytes())?;
            let snippets = app
                .snippets
                .iter()
                .map(|(name, content)| hashed_name(name, content));
            let files = [css, glue, wasm, js]
                .into_iter()
                .chain(snippets)
                .chain(assets.values().cloned())
                .map(|name| format!("/{ASSETS}/{name}"))
                .collect();
            kept.push(Kept {
                address,
                draws: draws(app.app),
                page,
                files,
            });
        }
        let worker = worker(text("frontend/sw.js", &sources.worker)?, &kept)?;
        self.put("sw.js", worker.as_bytes())
    }

    /// Adds the files of `frontend/assets`; returns their hashed names by their own.
    fn add_assets(&mut self, files: &Files) -> Result<BTreeMap<String, String>> {
        let mut names = BTreeMap::new();
        let (manifests, plain): (Vec<_>, Vec<_>) = files
            .iter()
            .partition(|(name, _)| extension(name) == "webmanifest");
        for (name, content) in plain {
            names.insert(name.clone(), self.add(name, content)?);
        }
        for (name, content) in manifests {
            let filled = fill(name, text(name, content)?, |placeholder| {
                let hashed = names.get(placeholder.strip_prefix("asset:")?)?;
                Some(format!("/{ASSETS}/{hashed}"))
            })?;
            names.insert(name.clone(), self.add(name, filled.as_bytes())?);
        }
        Ok(names)
    }

    /// Adds the glue and the snippets that it imports.
    fn add_glue(&mut self, app: &Code) -> Result<String> {
        let mut glue = text("the glue", &app.glue)?.to_owned();
        for (name, content) in &app.snippets {
            let hashed = self.add(name, content)?;
            // Where it is imported, and not where the module is told which import is meant: it knows the name that it was bound to.
            for begins in ["from '", "from \"", "import '", "import \""] {
                let (bound, bundled) = (
                    format!("{begins}./snippets/{name}"),
                    format!("{begins}./{hashed}"),
                );
                glue = glue.replace(&bound, &bundled);
            }
        }
        self.add(&format!("{}.js", app.app.as_str()), glue.as_bytes())
    }

    /// Adds a file below `assets/`; returns its hashed name.
    fn add(&mut self, name: &str, content: &[u8]) -> Result<String> {
        let hashed = hashed_name(name, content);
        self.put(&format!("{ASSETS}/{hashed}"), content)?;
        Ok(hashed)
    }

    fn put(&self, name: &str, content: &[u8]) -> Result<()> {
        write_file(&self.folder.join(name), content)?;
        if !COMPRESSIBLE.contains(&extension(name)) {
            return Ok(());
        }
        let compressed_name = format!("{name}.br");
        let previous = self.previous.as_ref().map(|folder| folder.join(&compressed_name));
        let compressed = match previous.filter(|file| name.starts_with(ASSETS) && file.exists()) {
            Some(file) => read(&file)?,
            None => compress(content, self.finish).with_context(|| format!("cannot compress {name}"))?,
        };
        write_file(&self.folder.join(compressed_name), &compressed)
    }
}

/// A page that a tablet may put on its home screen.
fn installable(page: &str, assets: &BTreeMap<String, String>) -> String {
    let links: String = [
        ("manifest", "desk.webmanifest"),
        ("apple-touch-icon", "icon-192.png"),
    ]
    .into_iter()
    .filter_map(|(rel, name)| {
        let hashed = assets.get(name)?;
        Some(format!("<link rel=\"{rel}\" href=\"/{ASSETS}/{hashed}\">\n"))
    })
    .collect();
    page.replace("</head>", &format!("{links}</head>"))
}

/// An app that lies on the device.
struct Kept {
    /// An address of its page.
    address: &'static str,
    /// What [`draws`] says of it.
    draws: String,
    page: String,
    /// The paths of its files.
    files: Vec<String>,
}

/// The place of the apps in the worker.
const APPS: &str = "const APPS = [];";

/// The worker that keeps these apps.
fn worker(template: &str, kept: &[Kept]) -> Result<String> {
    ensure!(
        template.contains(APPS),
        "frontend/sw.js has no `{APPS}` to put its apps in"
    );
    let mut apps = String::new();
    for app in kept {
        let files = app.files.join("', '");
        writeln!(
            apps,
            "  {{ page: '{}', draws: /{}/, files: ['{files}'] }},",
            app.address, app.draws
        )?;
    }
    let pages: String = kept.iter().map(|app| app.page.as_str()).collect();
    let version = &hex::encode(Sha256::digest(format!("{template}{pages}{apps}")))[..16];
    let template = template.replace(APPS, &format!("const APPS = [\n{apps}];"));
    fill("frontend/sw.js", &template, |placeholder| {
        (placeholder == "version").then(|| version.to_owned())
    })
}

/// The paths that an app answers for, as a regular expression: those that [`Address`](borsklokka_shared::screen::Address) gives to
/// it.
fn draws(app: App) -> String {
    let names: Vec<_> = Screen::ALL
        .into_iter()
        .filter(|screen| screen.app() == app)
        .map(Screen::as_str)
        .collect();
    let own = app.kept_page().unwrap_or_default().trim_matches('/');
    format!(r"^\/({own}|[^/]+\/({}))\/?$", names.join("|"))
}

/// Loads the app's module and starts it when what the page itself says is painted: nothing that large takes the network from the style
/// sheet before. In a tab that nobody sees nothing is painted, and it is not waited for. A file of its own, because a strict policy allows
/// no inline script.
fn boot_module(glue: &str, wasm: &str) -> String {
    format!(
        "import init from \"./{glue}\";\n\
         await new Promise((done) => {{ requestAnimationFrame(() => setTimeout(done)); setTimeout(done, {PAINT_MS}); }});\n\
         await init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }});\n"
    )
}

/// Replaces every `{{placeholder}}` of a text.
fn fill(name: &str, template: &str, value: impl Fn(&str) -> Option<String>) -> Result<String> {
    let mut parts = template.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (placeholder, rest) = part
            .split_once("}}")
            .ok_or_else(|| anyhow!("{name}: a `{{{{` has no `}}}}`"))?;
        let value = value(placeholder.trim()).ok_or_else(|| {
            anyhow!(
                "{name} asks for {{{{{placeholder}}}}}, which is not known: use css, js, glue, wasm, or asset:NAME of a \
                 file in frontend/assets"
            )
        })?;
        filled.push_str(&value);
        filled.push_str(rest);
    }
    Ok(filled)
}

/// `fonts/inter.woff2` becomes `inter-0123456789abcdef.woff2`.
fn hashed_name(name: &str, content: &[u8]) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    let hash = &hex::encode(Sha256::digest(content))[..16];
    match file.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{file}-{hash}"),
    }
}

fn compress(content: &[u8], finish: Finish) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: match finish {
            Finish::Shipped => 11,
            Finish::Quick => 5,
        },
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &params)?;
    Ok(compressed)
}

/// The files below a folder by their `/`-separated path in it; none if there is no such folder. Hidden ones are left out.
fn files_below(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    if folder.is_dir() {
        collect_files(folder, "", &mut files)?;
    }
    Ok(files)
}

fn collect_files(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect_files(&path, &format!("{name}/"), files)?;
        } else {
            files.insert(name, read(&path)?);
        }
    }
    Ok(())
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn text<'a>(name: &str, content: &'a [u8]) -> Result<&'a str> {
    std::str::from_utf8(content).with_context(|| format!("{name} is not UTF-8"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write_file(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::screen::Address;

    use super::*;

    #[test]
    fn the_worker_starts_every_desk_without_a_network_and_nothing_else() {
        for screen in Screen::ALL {
            let drawing: Vec<App> = App::ALL
                .into_iter()
                .filter(|app| app.kept_page().is_some())
                .filter(|app| {
                    draws(*app)
                        .split(['(', '|', ')'])
                        .any(|name| name == screen.as_str())
                })
                .collect();
            let sits_in_the_hall = !screen.app().is_the_halls() && screen.app() != App::Organiser;
            let expected: Vec<App> = sits_in_the_hall.then_some(screen.app()).into_iter().collect();
            assert_eq!(drawing, expected, "{screen:?}");
        }
        // Whoever keeps an app by an address keeps the app of that address.
        for app in App::ALL {
            if let Some(page) = app.kept_page() {
                assert_eq!(Address::of_path(page).app(), app);
            }
        }
        assert_eq!(draws(App::Broker), r"^\/(start|[^/]+\/(broker|pair))\/?$");
    }

    #[test]
    fn the_worker_knows_every_file_and_the_desks_addresses() {
        let kept = |address, draws: &str, files: &[&str]| Kept {
            address,
            draws: draws.to_owned(),
            page: String::new(),
            files: files.iter().map(|file| (*file).to_owned()).collect(),
        };
        let kept = [
            kept("/start", "^b$", &["/assets/a.css", "/assets/b.js"]),
            kept("/", "^d$", &["/assets/c.js"]),
        ];
        let worker = worker(include_str!("../../frontend/sw.js"), &kept).unwrap();
        let apps = "const APPS = [\n  { page: '/start', draws: /^b$/, files: ['/assets/a.css', '/assets/b.js'] },\n  \
                    { page: '/', draws: /^d$/, files: ['/assets/c.js'] },\n];\n";
        assert!(worker.contains(apps), "{worker}");
        assert!(!worker.contains("{{"), "{worker}");
    }

    #[test]
    fn an_unknown_placeholder_is_an_error() {
        let known = |placeholder: &str| (placeholder == "css").then(|| "/assets/app.css".to_owned());
        assert_eq!(fill("page", "<{{css}}>", known).unwrap(), "</assets/app.css>");
        assert!(
            fill("page", "<{{icon}}>", known)
                .unwrap_err()
                .to_string()
                .contains("{{icon}}")
        );
        assert!(fill("page", "<{{css>", known).is_err());
    }

    #[test]
    fn a_bundle_has_hashed_names_and_compressed_neighbours() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        let mut style = "a { src: url(fonts/inter.woff2) }".to_owned();
        // As much as there is something to gain with patience.
        style.extend((0..1_000).map(|nth| format!(".b{nth} {{ left: {}px }}", nth * nth % 997)));
        let sources = Sources {
            apps: vec![Code {
                app: App::Wall,
                glue: b"import \"./snippets/own/inline0.js\";".to_vec(),
                snippets: Files::from([("own/inline0.js".to_owned(), b"export {}".to_vec())]),
                wasm: b"\0asm".to_vec(),
            }],
            styles: Files::from([
                ("index.css".to_owned(), b"@import \"both/a.css\";".to_vec()),
                ("both/a.css".to_owned(), style.into_bytes()),
            ]),
            assets: Files::from([
                ("fonts/inter.woff2".to_owned(), b"font".to_vec()),
                (
                    "app.webmanifest".to_owned(),
                    b"{{asset:fonts/inter.woff2}}".to_vec(),
                ),
            ]),
            template: b"{{css}} {{js}} {{glue}} {{wasm}} {{asset:app.webmanifest}}".to_vec(),
            worker: APPS.into(),
        };
        write(&sources, Finish::Shipped, &dist).unwrap();
        write(&sources, Finish::Shipped, &dist).unwrap();

        let page = fs::read_to_string(dist.join("wall.html")).unwrap();
        for url in page.split_whitespace() {
            let path = dist.join(url.trim_start_matches('/'));
            assert!(path.is_file(), "{url} is missing");
            assert!(path.with_added_extension("br").is_file(), "{url}.br is missing");
        }
        let names: Vec<_> = files_below(&dist).unwrap().into_keys().collect();
        assert_eq!(names.len(), 17, "{names:?}");
        assert!(!dist.with_extension("new").exists() && !dist.with_extension("old").exists());

        // What a quick bundle compressed in haste never ships.
        let compressed = |name: &str| {
            let mut names = files_below(&dist).unwrap().into_keys();
            let name = names.find(|file| file.contains(name) && file.ends_with("css.br"));
            fs::read(dist.join(name.unwrap())).unwrap()
        };
        let shipped = compressed("wall");
        write(&sources, Finish::Quick, &dist).unwrap();
        assert!(is_quick(&dist) && compressed("wall") != shipped);
        write(&sources, Finish::Shipped, &dist).unwrap();
        assert!(!is_quick(&dist) && compressed("wall") == shipped);
    }
}
