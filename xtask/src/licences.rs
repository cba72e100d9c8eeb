//! `cargo xtask licences`: what every library in the programs asks to be told with it, in one text. cargo-about gathers it from the libraries'
//! own files. A program that is shipped has the text inside.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::dependencies::{Compiled, tool};
use crate::progress::{Inputs, step_if_changed};
use crate::workspace::{cargo, output, root, run, target_dir};

/// The version of cargo-about.
const VERSION: &str = "0.9.3";
/// The machines that a server is shipped for.
pub(crate) const SERVERS: [&str; 3] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-pc-windows-gnu",
];
/// What a program is made of: its manifest's folder, and the machines that it runs on.
const PROGRAMS: [(&str, &[&str]); 2] = [("server", &SERVERS), ("frontend", &["wasm32-unknown-unknown"])];
/// What is shipped and is no library.
const TYPEFACES: [(&str, &str); 2] = [
    ("the screens' typeface", "frontend/assets/OFL.txt"),
    ("the papers' typefaces", "typesetter/fonts/OFL.txt"),
];
/// Which licences are taken, and how the list is written.
const RULES: &str = "about.toml";
const TEMPLATE: &str = "xtask/src/licences/list.hbs";
const HEAD: &str = "Børsklokka is under the MIT licence or the Apache License 2.0, as you like. In it are the libraries and typefaces below, each under the
licence over its name.
";

/// Writes the text; returns where it lies. Gathering takes minutes, so it is done again only for other libraries.
///
/// # Errors
/// When cargo-about cannot be installed, or a library has a licence that `about.toml` does not name.
pub(crate) fn licences() -> Result<PathBuf> {
    let program = tool("cargo-about", VERSION, &["cli"], Compiled::Fast)?;
    let file = target_dir().join("licences.txt");
    let mut inputs = Inputs::default();
    inputs.add("version", VERSION.as_bytes());
    for target in PROGRAMS.iter().flat_map(|(_, targets)| *targets) {
        inputs.add("target", target.as_bytes());
    }
    for name in ["Cargo.lock", RULES, TEMPLATE]
        .into_iter()
        .chain(TYPEFACES.map(|(_, file)| file))
    {
        let content = fs::read(root().join(name)).with_context(|| format!("cannot read {name}"))?;
        inputs.add(name, &content);
    }
    step_if_changed("gather the licences, in some minutes", inputs, &file, || {
        // Also those for machines that nothing was compiled for here: it reads them all, and asks nobody.
        run(cargo().args(["fetch", "--locked"]))?;
        let text = text(&program)?;
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    })?;
    Ok(file)
}

fn text(program: &Path) -> Result<String> {
    let mut text = HEAD.to_owned();
    for (folder, targets) in PROGRAMS {
        write!(text, "\n\nLibraries of the {folder}\n\n")?;
        let mut about = Command::new(program);
        about.args(["generate", "--locked", "--offline", "--fail"]);
        about.args(targets.iter().flat_map(|target| ["--target", target]));
        about.args([
            "--config",
            RULES,
            "--manifest-path",
            &format!("{folder}/Cargo.toml"),
            TEMPLATE,
        ]);
        text.push_str(&output(about.current_dir(root()))?);
    }
    for (what, file) in TYPEFACES {
        let licence = fs::read_to_string(root().join(file)).with_context(|| format!("cannot read {file}"))?;
        write!(text, "\n\nThe licence of {what}\n\n{licence}")?;
    }
    Ok(text)
}
