//! Started without a word, as by a double click: an organiser's own laptop. Everything is in her own folder, the hall is let in over https
//! with an authority of the server's own, and her browser opens where she begins.

use std::io::{IsTerminal as _, stdin};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use borsklokka_shared::language::Language;

use crate::config::Config;
use crate::spoken::desktop::Desktop as Words;

/// The first port that is tried, and how many after it.
const PORT: u16 = 8080;
const PORTS: u16 = 10;

/// How to serve where nothing was said.
///
/// # Errors
/// If there is no folder of the user's.
pub fn config() -> Result<Config> {
    let folder = folder()?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let database = format!("sqlite:{}", folder.join("borsklokka.db").display());
    let listen = format!("127.0.0.1:{}", free_port());
    let words = [
        "--lan",
        "--tls",
        "local",
        "--database",
        &database,
        "--listen",
        &listen,
    ];
    Ok(Config {
        desktop: Some(folder),
        ..Config::of(&words)?
    })
}

/// The user's own folder for what programs keep.
fn folder() -> Result<PathBuf> {
    let folder = dirs::data_local_dir().context("you have no folder of your own on this machine: say with `serve --database` where everything is kept")?;
    Ok(folder.join("Borsklokka"))
}

/// A port that is free now. If none is, the first: why it cannot be had is said then.
fn free_port() -> u16 {
    let mut ports = PORT..PORT + PORTS;
    ports
        .find(|port| TcpListener::bind(("0.0.0.0", *port)).is_ok())
        .unwrap_or(PORT)
}

/// The language of the user's system.
fn language() -> Language {
    let tag = sys_locale::get_locale();
    tag.and_then(|tag| Language::from_tag(&tag)).unwrap_or_default()
}

/// Says what runs and how to end it, and opens the browser.
///
/// `begins` is where she begins, `hall` where everybody else comes in, and `trust` where a tablet learns to trust this machine;
/// everything is kept in the folder.
#[allow(clippy::print_stdout)] // This is what the program says.
pub(crate) fn greet(begins: &str, hall: &str, trust: &str, folder: &Path) {
    let words = Words::of(language());
    let lines = [
        words.runs.to_owned(),
        words.opens(begins),
        words.hall(hall, trust),
        words.awake.to_owned(),
        words.stop(folder.display()),
    ];
    for line in lines {
        println!("{line}\n");
    }
    // It is said above what to do then.
    if let Err(error) = open::that_detached(begins) {
        tracing::info!("no browser could be opened: {error}");
    }
}

/// Keeps the window open until what went wrong was read.
#[allow(clippy::print_stdout)] // As above.
pub fn wait_to_be_read() {
    let words = Words::of(language());
    println!("\n{}", words.failed);
    if stdin().is_terminal() {
        println!("{}", words.close);
        let _ = stdin().read_line(&mut String::new());
    }
}
