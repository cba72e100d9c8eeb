//! The evening in the other engines: Firefox, and WebKit as GTK has it, the engine of iPads. Debian's packages bring both.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::workspace::{build_what_is_tested, on_path, run, server_binary};
use crate::{browser, debian};

/// How long the tape is filmed in each engine, in seconds: beside all else, and by itself.
const SHORT_S: u32 = 20;
const LONG_S: u32 = 300;

/// Where Debian's WebKit keeps the browser that its driver drives.
const BROWSERS: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
];
/// What lends it a screen.
const SCREEN: &str = "xvfb-run";

#[derive(Args)]
pub(crate) struct Options {
    /// How long the tape is filmed in each engine, in seconds.
    #[arg(long, default_value_t = LONG_S)]
    seconds: u32,
    /// Only these: firefox, webkit.
    engines: Vec<String>,
}

/// An engine, and what a script needs to know of it.
struct Engine {
    name: &'static str,
    settings: Vec<(&'static str, PathBuf)>,
}

/// Runs the evening with a long film of the tape.
///
/// # Errors
/// When it does not hold in an engine, or an engine is missing.
pub(crate) fn engines(options: &Options) -> Result<()> {
    build_what_is_tested()?;
    let (found, missing) = find()?;
    let wanted = |engine: &Engine| {
        options.engines.is_empty() || options.engines.iter().any(|name| name == engine.name)
    };
    if let Some(missing) = missing.first() {
        bail!("{missing}");
    }
    let found: Vec<Engine> = found.into_iter().filter(wanted).collect();
    evening(&server_binary("debug"), &found, options.seconds)
}

/// Runs the evening in short; returns what could not be run on this system, and what it lacks. On Debian nothing is left out.
///
/// # Errors
/// When it does not hold in an engine, or Debian could not install one.
pub(crate) fn test() -> Result<Vec<String>> {
    build_what_is_tested()?;
    let (found, missing) = find()?;
    for each in &missing {
        eprintln!("    NOT RUN: {each}");
    }
    if !found.is_empty() {
        evening(&server_binary("debug"), &found, SHORT_S)?;
    }
    Ok(missing)
}

/// The engines that are here or can be installed, and what is missing of the others.
fn find() -> Result<(Vec<Engine>, Vec<String>)> {
    let mut missing_packages = Vec::new();
    if firefox().is_none() {
        missing_packages.push("firefox-esr");
    }
    if webkit().is_none() {
        missing_packages.extend(["webkit2gtk-driver", "xvfb", "xauth"]);
    }
    if !missing_packages.is_empty() && on_path("apt-get").is_some() {
        debian::install(
            &missing_packages,
            "the evening in other engines needs Firefox and WebKitGTK's driver",
        )?;
        firefox().context("Firefox was installed but is not found: set FIREFOX to its path")?;
        webkit().context("WebKitGTK's driver was installed but is not found")?;
    }
    let mut missing = Vec::new();
    let firefox = firefox().map(|settings| Engine {
        name: "firefox",
        settings,
    });
    if firefox.is_none() {
        missing.push("the evening in Firefox: install it, or set FIREFOX to its path".to_owned());
    }
    let webkit = webkit().map(|settings| Engine {
        name: "webkit",
        settings,
    });
    if webkit.is_none() {
        missing.push(format!(
            "the evening in WebKit: it needs WebKitWebDriver with the MiniBrowser of webkit2gtk-4.1, and {SCREEN} (Debian has them as \
             webkit2gtk-driver and xvfb)"
        ));
    }
    Ok((firefox.into_iter().chain(webkit).collect(), missing))
}

fn firefox() -> Option<Vec<(&'static str, PathBuf)>> {
    let told = env::var_os("FIREFOX")
        .map(PathBuf::from)
        .filter(|path| path.is_file());
    let path = told.or_else(|| ["firefox-esr", "firefox"].into_iter().find_map(on_path))?;
    Some(vec![("FIREFOX", path)])
}

fn webkit() -> Option<Vec<(&'static str, PathBuf)>> {
    on_path(SCREEN)?;
    let browser = BROWSERS.iter().map(PathBuf::from).find(|path| path.is_file())?;
    Some(vec![
        ("WEBKIT_DRIVER", on_path("WebKitWebDriver")?),
        ("WEBKIT_BROWSER", browser),
    ])
}

fn evening(server: &Path, engines: &[Engine], seconds: u32) -> Result<()> {
    browser::install_packages()?;
    let has_screen = engines.iter().any(|engine| engine.name == "webkit");
    let mut command = if has_screen {
        let mut command = Command::new(SCREEN);
        command.args(["--auto-servernum", "--server-args=-screen 0 2600x1700x24", "node"]);
        command
    } else {
        Command::new("node")
    };
    command
        .current_dir(browser::folder())
        .env("BORSKLOKKA_BIN", server)
        .arg("engines.mjs")
        .arg(seconds.to_string());
    for engine in engines {
        command.arg(engine.name);
        command.envs(engine.settings.iter().map(|(name, path)| (name, path)));
    }
    run(&mut command)
}
