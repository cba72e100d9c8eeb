//! Zig's C compiler, which has the libraries of every kind of machine: for those that Debian's compilers do not compile for. It comes as a
//! package of Python's, into a folder of its own.

use std::env;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::debian;
use crate::progress::step;
use crate::workspace::{cargo, output, run, target_dir};

/// The compiler, and what lets cargo link with it.
const PACKAGES: [&str; 2] = ["ziglang==0.15.2", "cargo-zigbuild==0.24.1"];

/// A `cargo build` that compiles C with Zig.
///
/// # Errors
/// When it is not there and cannot be installed.
pub(super) fn build() -> Result<Command> {
    let folder = target_dir().join("tools").join("zig");
    let programs = folder.join("bin");
    if !is_there(&folder) {
        let advice = "a program for another kind of machine needs Zig's compiler, a package of Python's: install Python with its venv";
        if output(Command::new("python3").args(["-c", "import ensurepip"])).is_err() {
            debian::install(&["python3-venv"], advice)?;
        }
        step(&format!("install {}", PACKAGES.join(" and ")), || {
            run(Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&folder))?;
            run(Command::new(programs.join("python"))
                .args(["-m", "pip", "install", "--quiet"])
                .args(PACKAGES))
        })
        .context(advice)?;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([programs].into_iter().chain(env::split_paths(&path)))?;
    let mut build = cargo();
    build.env("PATH", path).arg("zigbuild");
    Ok(build)
}

/// Whether these versions are there.
fn is_there(folder: &Path) -> bool {
    let pip = folder.join("bin").join("pip");
    output(Command::new(pip).args(["freeze"])).is_ok_and(|installed| {
        PACKAGES
            .iter()
            .all(|package| installed.lines().any(|line| line == *package))
    })
}
