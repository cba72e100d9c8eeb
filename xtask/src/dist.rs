//! `cargo xtask dist`: the files that people download who have no Rust, in `target/dist`: one program for each kind of machine, which needs
//! nothing beside it, a package for Debian, what they are made of, and checksums. With `--try` each is started where nothing else is, and plays a short
//! evening.

mod package;
mod tried;
mod wine;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;
use sha2::{Digest as _, Sha256};

use crate::audit;
use crate::debian;
use crate::finish::Finish;
use crate::frontend;
use crate::licences;
use crate::progress::step;
use crate::workspace::{cargo, nameless, on_path, output, root, run, target_dir};

/// What is made.
#[derive(Args)]
pub(crate) struct Options {
    /// Start each afterwards where nothing else is, and let it play a short evening
    #[arg(long = "try")]
    is_tried: bool,
    /// Make the program for one kind of machine alone
    #[arg(long, value_name = "TARGET", value_parser = KINDS.map(|kind| kind.target))]
    only: Option<String>,
}

/// A kind of machine.
#[derive(Clone, Copy)]
struct Kind {
    /// As Rust calls it.
    target: &'static str,
    /// How the name of a program ends there.
    ending: &'static str,
    /// As Debian calls it, if it has a package for it.
    architecture: Option<&'static str>,
    /// The C compiler: of SQLite, of what encrypts, and of the allocator.
    compiler: &'static str,
    /// Debian's package that has it.
    package: &'static str,
    try_out: fn(&Path) -> Result<()>,
}

const LINUX: Kind = Kind {
    target: "x86_64-unknown-linux-musl",
    ending: "",
    architecture: Some("amd64"),
    compiler: "musl-gcc",
    package: "musl-tools",
    try_out: tried::alone,
};
const WINDOWS: Kind = Kind {
    target: "x86_64-pc-windows-gnu",
    ending: ".exe",
    architecture: None,
    compiler: "x86_64-w64-mingw32-gcc",
    package: "gcc-mingw-w64-x86-64",
    try_out: tried::on_windows,
};
const KINDS: [Kind; 2] = [LINUX, WINDOWS];

/// Makes the files, and says how large each is.
///
/// # Errors
/// When a tool is missing and cannot be installed, something does not compile, or a program that is tried does not play its evening.
pub(crate) fn dist(options: &Options) -> Result<()> {
    frontend::build(Finish::Shipped)?;
    let (folder, version) = (target_dir().join("dist"), version()?);
    // What an earlier one left is of another version, or of kinds that are not made now.
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let licences = licences::licences()?;
    let mut files = Vec::new();
    let wanted = |kind: &Kind| options.only.as_ref().is_none_or(|only| only == kind.target);
    for kind in KINDS.into_iter().filter(wanted) {
        let file = folder.join(format!("borsklokka-{version}-{}{}", kind.target, kind.ending));
        let built = compile(kind, &licences)?;
        fs::copy(&built, &file).with_context(|| format!("cannot write {}", file.display()))?;
        files.push(file.clone());
        if let Some(architecture) = kind.architecture {
            files.push(package::deb(&file, &licences, &version, architecture, &folder)?);
        }
        if options.is_tried {
            step(&format!("try the program for {}", kind.target), || {
                (kind.try_out)(&file)
            })?;
        }
    }
    for made in step("write what they are made of", audit::sbom)?
        .iter()
        .chain([&licences])
    {
        let file = folder.join(made.file_name().context("a file")?);
        fs::copy(made, &file).with_context(|| format!("cannot write {}", file.display()))?;
        files.push(file);
    }
    list(&files, &folder)
}

/// Prints each file with its size, and writes the checksums as `sha256sum --check` reads them.
fn list(files: &[PathBuf], folder: &Path) -> Result<()> {
    let mut sums = String::new();
    for file in files {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let sum = hex::encode(Sha256::digest(&bytes));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        println!(
            "{}  {:.1} MiB  sha256 {sum}",
            file.display(),
            bytes.len() as f64 / f64::from(1 << 20)
        );
        writeln!(sums, "{sum}  {name}")?;
    }
    let file = folder.join("SHA256SUMS");
    fs::write(&file, sums).with_context(|| format!("cannot write {}", file.display()))
}

/// Compiles the server for a kind of machine, with the licences inside; returns the program.
fn compile(kind: Kind, licences: &Path) -> Result<PathBuf> {
    if on_path(kind.compiler).is_none() {
        let advice = format!(
            "a program for {} needs the compiler {}",
            kind.target, kind.compiler
        );
        debian::install(&[kind.package], &advice)?;
    }
    step(&format!("compile the server for {}", kind.target), || {
        run(Command::new("rustup")
            .args(["target", "add", kind.target])
            .current_dir(root()))?;
        let mut build = cargo();
        build.args(["build", "-p", "borsklokka", "--bins", "--locked", "--release"]);
        build.args(["--target", kind.target]);
        let flags_of = kind.target.to_uppercase().replace('-', "_");
        build.env("BORSKLOKKA_LICENCES", licences);
        run(build.env(format!("CARGO_TARGET_{flags_of}_RUSTFLAGS"), flags()?))
    })?;
    let folder = target_dir().join(kind.target).join("release");
    Ok(folder.join(format!("borsklokka{}", kind.ending)))
}

/// What makes a program name no folder of the machine that compiled it, nor need a library of the one that it runs on.
fn flags() -> Result<String> {
    Ok(format!(
        "-Ctarget-feature=+crt-static -Cstrip=symbols {}",
        nameless()?.join(" ")
    ))
}

/// The server's version.
fn version() -> Result<String> {
    let packages = output(cargo().args(["pkgid", "-p", "borsklokka"]))?;
    let version = packages.trim().rsplit(['#', '@']).next();
    Ok(version.context("cargo says the version behind a #")?.to_owned())
}
