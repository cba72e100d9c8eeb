//! What the dependencies may be: `cargo deny` holds them to the licences and sources of `deny.toml`. Cargo installs it below `target/`, at
//! the version that is written here.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::progress::{Inputs, step_if_changed};
use crate::workspace::{cargo, root, run, target_dir};

/// The version of cargo-deny.
const VERSION: &str = "0.20.2";

/// What is checked. Advisories are not: they come from elsewhere and change by the day, and a build may not. `cargo xtask audit` asks.
const CHECKS: [&str; 3] = ["licenses", "bans", "sources"];

/// Checks every dependency.
///
/// # Errors
/// When one breaks a rule of `deny.toml`, or cargo-deny cannot be installed.
pub(crate) fn check() -> Result<()> {
    run(Command::new(cargo_deny()?)
        .args(["--locked", "--log-level", "error", "check"])
        .args(CHECKS)
        .current_dir(root()))
}

/// cargo-deny.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    tool("cargo-deny", VERSION, &[], Compiled::Soon)
}

/// How a tool is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compiled {
    /// It runs for seconds: an optimised one would take longer to compile than it ever saves.
    Soon,
    /// It reads for minutes.
    Fast,
}

/// A tool of cargo's, at a version, with these of its features, installed below `target/`.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn tool(name: &str, version: &str, features: &[&str], compiled: Compiled) -> Result<PathBuf> {
    let tools = target_dir().join("tools");
    let program = tools.join(format!("bin/{name}{}", env::consts::EXE_SUFFIX));
    let mut inputs = Inputs::default();
    inputs.add("version", version.as_bytes());
    step_if_changed(&format!("install {name}"), inputs, &program, || {
        run(cargo()
            .args(["install", name, "--version", version, "--locked", "--force"])
            .args([
                "--no-default-features",
                "--features",
                &features.join(","),
                "--root",
            ])
            .arg(&tools)
            .args((compiled == Compiled::Soon).then_some("--debug"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            // What it is built from is not kept.
            .env_remove("CARGO_TARGET_DIR"))
    })?;
    Ok(program)
}
