//! `cargo xtask dist`: the files that people download who have no Rust, in `target/dist`: one program for each kind of machine, which needs
//! nothing beside it, a package for Debian, what they are made of, and checksums. With `--try` each is started where nothing else is, and plays a short
//! evening.

mod package;
mod tried;
mod wine;
mod zig;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;
use sha2::{Digest as _, Sha256};

use crate::audit;
use crate::browser;
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
    /// Look whether what is made is the same as what these checksums (SHA256SUMS) are of, made of the same commit elsewhere
    #[arg(long, value_name = "FILE")]
    same_as: Option<PathBuf>,
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
    compiler: Compiler,
    /// What else its linker is told.
    linked: &'static str,
    try_out: fn(&Path) -> Result<()>,
}

/// A C compiler, which links too.
#[derive(Clone, Copy)]
enum Compiler {
    /// Debian's, and the package that has it.
    Debian {
        command: &'static str,
        package: &'static str,
    },
    /// Zig's.
    Zig,
}

const MINGW: &str = "x86_64-w64-mingw32-gcc";

const LINUX: Kind = Kind {
    target: "x86_64-unknown-linux-musl",
    ending: "",
    architecture: Some("amd64"),
    compiler: Compiler::Debian {
        command: "musl-gcc",
        package: "musl-tools",
    },
    linked: "",
    try_out: tried::alone,
};
const LINUX_ON_ARM: Kind = Kind {
    target: "aarch64-unknown-linux-musl",
    ending: "",
    architecture: Some("arm64"),
    compiler: Compiler::Zig,
    linked: "",
    try_out: tried::emulated,
};
const WINDOWS: Kind = Kind {
    target: "x86_64-pc-windows-gnu",
    ending: ".exe",
    architecture: None,
    compiler: Compiler::Debian {
        command: MINGW,
        package: "gcc-mingw-w64-x86-64",
    },
    // Windows' programs say when they were linked.
    linked: "-Clink-arg=-Wl,--no-insert-timestamp",
    try_out: tried::on_windows,
};
const KINDS: [Kind; 3] = [LINUX, LINUX_ON_ARM, WINDOWS];

/// Makes the files, and says how large each is.
///
/// # Errors
/// When a tool is missing and cannot be installed, something does not compile, or a program that is tried does not play its evening.
pub(crate) fn dist(options: &Options) -> Result<()> {
    // They are read first: it is long until they are compared, and they may lie where these files are made.
    let same_as = options.same_as.as_deref().map(read_sums).transpose()?;
    // The screens' optimiser is one of them: what is shipped is never without it.
    browser::install_packages()?;
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
    let sums = list(&files, &folder)?;
    same_as.map_or(Ok(()), |others| compare(&sums, &others))
}

/// The checksum of each file, by its name.
type Sums = BTreeMap<String, String>;

/// Reads checksums as `sha256sum` writes them.
fn read_sums(file: &Path) -> Result<Sums> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let sum_of = |line: &str| {
        let (sum, name) = line.split_once("  ")?;
        Some((name.to_owned(), sum.to_owned()))
    };
    let no_sum = |line| format!("{}: not a line as sha256sum writes it: {line}", file.display());
    text.lines()
        .map(|line| sum_of(line).with_context(|| no_sum(line)))
        .collect()
}

/// Says of each file that was made whether the other's is the same.
///
/// # Errors
/// When one is another, or the other has none of them.
fn compare(sums: &Sums, others: &Sums) -> Result<()> {
    let both = sums
        .iter()
        .filter_map(|(name, sum)| Some((name, sum == others.get(name)?)));
    let (same, other): (Vec<_>, Vec<_>) = both.partition(|(_, is_same)| *is_same);
    for (name, _) in &same {
        println!("the same: {name}");
    }
    ensure!(
        other.is_empty(),
        "not the same: {}: is it the same commit, the same Rust, and no other system?",
        other
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    );
    ensure!(
        !same.is_empty(),
        "the checksums are of no file that was made here"
    );
    Ok(())
}

/// Prints each file with its size, and writes the checksums as `sha256sum --check` reads them.
fn list(files: &[PathBuf], folder: &Path) -> Result<Sums> {
    let mut sums = Sums::new();
    for file in files {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let sum = hex::encode(Sha256::digest(&bytes));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        println!(
            "{}  {:.1} MiB  sha256 {sum}",
            file.display(),
            bytes.len() as f64 / f64::from(1 << 20)
        );
        sums.insert(name.into_owned(), sum);
    }
    let file = folder.join("SHA256SUMS");
    let mut lines = String::new();
    for (name, sum) in &sums {
        writeln!(lines, "{sum}  {name}")?;
    }
    fs::write(&file, lines).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(sums)
}

/// Compiles the server for a kind of machine, with the licences inside; returns the program.
fn compile(kind: Kind, licences: &Path) -> Result<PathBuf> {
    let mut build = match kind.compiler {
        Compiler::Debian { command, package } => {
            if on_path(command).is_none() {
                let advice = format!("a program for {} needs the compiler {command}", kind.target);
                debian::install(&[package], &advice)?;
            }
            let mut build = cargo();
            build.arg("build");
            build
        }
        Compiler::Zig => zig::build()?,
    };
    step(&format!("compile the server for {}", kind.target), || {
        run(Command::new("rustup")
            .args(["target", "add", kind.target])
            .current_dir(root()))?;
        build.args(["-p", "borsklokka", "--bins", "--locked", "--release"]);
        build.args(["--target", kind.target]);
        let flags_of = kind.target.to_uppercase().replace('-', "_");
        build.env("BORSKLOKKA_LICENCES", licences);
        // What C writes into a program as the time when it was compiled.
        build.env("SOURCE_DATE_EPOCH", "0");
        run(build.env(format!("CARGO_TARGET_{flags_of}_RUSTFLAGS"), flags(kind.linked)?))
    })?;
    let folder = target_dir().join(kind.target).join("release");
    Ok(folder.join(format!("borsklokka{}", kind.ending)))
}

/// What makes a program name no folder of the machine that compiled it, nor need a library of the one that it runs on.
fn flags(linked: &str) -> Result<String> {
    Ok(format!(
        "-Ctarget-feature=+crt-static -Cstrip=symbols {} {linked}",
        nameless()?.join(" ")
    ))
}

/// The server's version.
fn version() -> Result<String> {
    let packages = output(cargo().args(["pkgid", "-p", "borsklokka"]))?;
    let version = packages.trim().rsplit(['#', '@']).next();
    Ok(version.context("cargo says the version behind a #")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_licences_are_of_each_kind_of_machine() {
        assert_eq!(KINDS.map(|kind| kind.target), licences::SERVERS);
    }

    #[test]
    fn files_are_compared_with_the_checksums_of_others() {
        let sums = |lines: &[(&str, &str)]| -> Sums {
            lines
                .iter()
                .map(|(name, sum)| ((*name).to_owned(), (*sum).to_owned()))
                .collect()
        };
        let made = sums(&[("one", "1"), ("two", "2")]);
        assert!(compare(&made, &sums(&[("one", "1"), ("three", "3")])).is_ok());
        let error = compare(&made, &sums(&[("one", "1"), ("two", "3")])).expect_err("two is another");
        assert!(error.to_string().starts_with("not the same: two:"), "{error}");
        assert!(
            compare(&made, &sums(&[("three", "3")])).is_err(),
            "nothing was compared"
        );
    }
}
