//! What the browser tests need: their packages, and a Chromium, which is installed where that is possible.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::progress::{Inputs, step_if_changed};
use crate::workspace::{on_path, root, run};

const ON_PATH: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Where installers put it on macOS and Windows.
const USUAL_PLACES: [&str; 4] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/// Tests that are run in the same way, as `playwright.config.mjs` sorts them; and how many at a time.
pub(crate) type Project = (&'static str, &'static str);
/// Two at a time, then those that need the machine to themselves.
pub(crate) const EACH_TIME: [Project; 2] = [("together", "2"), ("alone", "1")];
/// What waits for long and seldom fails alone.
pub(crate) const PATIENT: Project = ("patient", "1");
/// Every page in every language.
pub(crate) const LOOKS: Project = ("looks", "2");

/// Runs browser tests against a server binary.
///
/// # Errors
/// When a test fails, or what they need is missing and cannot be installed.
pub(crate) fn test(server: &Path, projects: &[Project]) -> Result<()> {
    let runner = folder().join("node_modules/@playwright/test/cli.js");
    for (project, workers) in projects {
        run(node(server)?
            .arg(&runner)
            .args(["test", "--project", project, "--workers", workers]))?;
    }
    Ok(())
}

/// Runs a script of `end2end` with a server binary and a browser at hand.
///
/// # Errors
/// When the script fails, or what it needs is missing and cannot be installed.
pub(crate) fn run_script(name: &str, server: &Path, arguments: &[&str]) -> Result<()> {
    run(node(server)?
        .arg(folder().join(name))
        .args(arguments)
        .current_dir(root()))
}

/// Has Lighthouse measure the pages that strangers see. It is many packages, which no test needs: it is installed here alone.
///
/// # Errors
/// When a page of the public is below its goal, or Lighthouse cannot be installed or run.
pub(crate) fn measure_pages(server: &Path, json: bool) -> Result<()> {
    install(&folder().join("lighthouse"), "install Lighthouse")?;
    let arguments: &[&str] = if json { &["--json"] } else { &[] };
    run_script("lighthouse/measure.mjs", server, arguments)
}

/// Installs the packages that `end2end/package-lock.json` names, unless they are there.
///
/// # Errors
/// When npm is missing or fails.
pub(crate) fn install_packages() -> Result<()> {
    install(&folder(), "install packages")
}

/// Installs the packages that the lock of a folder names, unless they are there.
fn install(folder: &Path, what: &str) -> Result<()> {
    let mut inputs = Inputs::default();
    let lock = folder.join("package-lock.json");
    let locked = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    inputs.add("lock", &locked);
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    step_if_changed(
        what,
        inputs,
        &folder.join("node_modules/.package-lock.json"),
        || {
            run(Command::new(npm)
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(folder))
            .context("the browser tests need Node.js 20 or newer with npm (https://nodejs.org)")
        },
    )
}

/// A `node` command that knows the server and the browser.
fn node(server: &Path) -> Result<Command> {
    install_packages()?;
    let chromium = chromium()?;
    eprintln!("    browser: {}", chromium.display());
    let mut command = Command::new("node");
    command
        .current_dir(folder())
        .env("BORSKLOKKA_BIN", server)
        .env("CHROMIUM", chromium);
    Ok(command)
}

/// Where the scripts and the tests of browsers are.
pub(crate) fn folder() -> PathBuf {
    root().join("end2end")
}

fn chromium() -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM").map(PathBuf::from) {
        if !path.is_file() {
            bail!("CHROMIUM says {}, but there is no such file", path.display());
        }
        return Ok(path);
    }
    if let Some(path) = installed_chromium() {
        return Ok(path);
    }
    debian::install(
        &["chromium"],
        "the browser tests need Chromium or Chrome: install it, or set CHROMIUM to its path",
    )?;
    installed_chromium().context("Chromium was installed but is not found: set CHROMIUM to its path")
}

fn installed_chromium() -> Option<PathBuf> {
    let usual = USUAL_PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    ON_PATH.iter().find_map(|name| on_path(name)).or(usual)
}
