//! What is known of the dependencies elsewhere, and what the programs are made of. Neither is a step of the test: advisories change by the
//! day and are not always to be had, and a list is of what is shipped.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::dependencies::{Compiled, cargo_deny, tool};
use crate::workspace::{root, run, target_dir};

/// The version of cargo-sbom.
const SBOM_VERSION: &str = "0.10.0";
/// How the programs are called.
const PROGRAMS: [&str; 2] = ["borsklokka", "borsklokka-frontend"];
/// How the process ends where the database could not be had: neither well nor with a finding.
const NOT_HAD: u8 = 3;

/// Asks for every dependency whether something is known against it.
///
/// # Errors
/// When cargo-deny cannot be installed or run.
pub(crate) fn audit() -> Result<ExitCode> {
    let program = cargo_deny()?;
    let deny = |what: &str| {
        let mut command = Command::new(&program);
        command.args(["--locked", "--log-level", "error"]).arg(what);
        command.current_dir(root());
        command
    };
    let fetched = deny("fetch")
        .arg("db")
        .output()
        .context("cargo-deny could not be started")?;
    if !fetched.status.success() {
        eprint!("{}", String::from_utf8_lossy(&fetched.stderr));
        eprintln!(
            "the advisories could not be had, so NOTHING was checked: try again where github.com can be reached"
        );
        return Ok(ExitCode::from(NOT_HAD));
    }
    let checked = deny("check").args(["--disable-fetch", "advisories"]).status()?;
    Ok(if checked.success() {
        println!("nothing is known against the dependencies in Cargo.lock");
        ExitCode::SUCCESS
    } else {
        eprintln!(
            "what is known against dependencies is above: mend it, or say in deny.toml why it is not reached"
        );
        ExitCode::FAILURE
    })
}

/// Writes what each program is made of; returns the files.
///
/// # Errors
/// When cargo-sbom cannot be installed, or the folder cannot be written.
pub(crate) fn sbom() -> Result<Vec<PathBuf>> {
    let program = tool("cargo-sbom", SBOM_VERSION, &[], Compiled::Soon)?;
    let folder = target_dir().join("sbom");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut files = Vec::new();
    for name in PROGRAMS {
        let path = folder.join(format!("{name}.cdx.json"));
        let file = fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        run(Command::new(&program)
            .args(["--output-format", "cyclone_dx_json_1_6", "--cargo-package", name])
            .current_dir(root())
            .stdout(file))?;
        println!("{}", path.display());
        files.push(path);
    }
    Ok(files)
}
