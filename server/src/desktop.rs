//! Started without a word, as by a double click: an organiser's own laptop. Everything is in her own folder, the hall is let in over https
//! with an authority of the server's own, and her browser opens where she begins.

pub(crate) mod awake;

use std::io::{IsTerminal as _, stdin};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use borsklokka_shared::language::Language;

use crate::config::Config;
use crate::database::HoldError;
use crate::hub::Hub;
use crate::spoken::desktop::Desktop as Words;

/// The first port that is tried, and how many after it.
const PORT: u16 = 8080;
const PORTS: u16 = 10;
/// The file in the folder that says where the server that runs is reached: a second start opens the browser there.
const RUNS_AT: &str = "address.txt";

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

/// Says what runs and how to end it, opens the browser, and keeps the machine awake while a floor is open.
///
/// `here` is where the server is reached on this machine and `begins` where she begins; everything is kept in the folder.
#[allow(clippy::print_stdout)] // This is what the program says.
pub(crate) fn greet(hub: &Arc<Hub>, here: &str, begins: &str, folder: &Path) {
    let words = Words::of(language());
    let lines = [
        words.runs.to_owned(),
        words.opens(begins),
        words.hall(hub.config.base_url(), hub.config.trust_url()),
        words.awake.to_owned(),
        words.stop(folder.display()),
    ];
    for line in lines {
        println!("{line}\n");
    }
    if let Err(error) = std::fs::write(folder.join(RUNS_AT), here) {
        tracing::info!("a second start will not find this server: {error}");
    }
    open_browser(begins);
    tokio::spawn(awake::keep(
        Arc::clone(hub),
        words.floor_open,
        words.not_held_awake,
    ));
}

/// Opens the browser. What to do if that fails is said beside it.
fn open_browser(address: &str) {
    if let Err(error) = open::that_detached(address) {
        tracing::info!("no browser could be opened: {error}");
    }
}

/// Opens the browser on the server that she has started before, if that is why this one could not; false if it is not.
#[allow(clippy::print_stdout)] // As above.
pub fn open_running(error: &anyhow::Error) -> bool {
    let Some(HoldError::Taken(database)) = error.downcast_ref() else {
        return false;
    };
    let Ok(address) = std::fs::read_to_string(database.with_file_name(RUNS_AT)) else {
        return false;
    };
    println!("{}", Words::of(language()).runs_already(&address));
    open_browser(&address);
    true
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
