//! Programs that are installed with Debian's packages, where that is possible.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::progress::step;
use crate::workspace::{on_path, output, run};

/// Where Debian puts the programs of its PostgreSQL, one folder a version.
const POSTGRESQL: &str = "/usr/lib/postgresql";

/// Installs packages; `advice` says what a person can do where that is not possible.
///
/// # Errors
/// With the advice, when this is not Debian, this user may not install, or apt fails.
pub(crate) fn install(packages: &[&str], advice: &str) -> Result<()> {
    let names = packages.join(" ");
    if on_path("apt-get").is_none() {
        bail!("{advice}");
    }
    let Some(prefix) = root_prefix() else {
        bail!("{advice} (on Debian: `sudo apt-get install {names}`)")
    };
    step(&format!("install {names}"), || {
        let apt = |arguments: &[&str]| {
            let noninteractive = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
            let words: Vec<&str> = [prefix, &noninteractive, arguments].concat();
            run(Command::new(words[0]).args(&words[1..])).context(advice.to_owned())
        };
        apt(&["update"])?;
        apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
    })
}

/// Installs PostgreSQL's programs unless they are there: the tests start a cluster of their own.
///
/// # Errors
/// As of [`install`].
pub(crate) fn install_postgresql() -> Result<()> {
    if postgresql_programs().is_some() {
        return Ok(());
    }
    install(
        &["postgresql"],
        "the tests of the second database need PostgreSQL 15 or newer: install it, with initdb on the PATH",
    )
}

fn postgresql_programs() -> Option<PathBuf> {
    let told = on_path("pg_config").and_then(|_| output(Command::new("pg_config").arg("--bindir")).ok());
    let told = told.map(|folder| PathBuf::from(folder.trim()));
    let versions = Path::new(POSTGRESQL).read_dir().into_iter().flatten().flatten();
    told.into_iter()
        .chain(versions.map(|version| version.path().join("bin")))
        .chain(on_path("initdb").and_then(|program| program.parent().map(Path::to_owned)))
        .find(|folder| folder.join("initdb").is_file())
}

/// What to put before a command that only root may run; none if this user may not.
fn root_prefix() -> Option<&'static [&'static str]> {
    if output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0") {
        return Some(&[]);
    }
    let may_without_password = output(Command::new("sudo").args(["-n", "true"])).is_ok();
    may_without_password.then_some(&["sudo", "-n"])
}
