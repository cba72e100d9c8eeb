//! Started without a word, as by a double click: an organiser's own laptop. Everything is in her own folder, the hall is let in over https
//! with an authority of the server's own, and her browser opens where she begins.

pub(crate) mod awake;
pub mod window;

use std::io::{self, IsTerminal as _, Write as _, stdin};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use borsklokka_shared::language::Language;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::database::{Database, HoldError, OpenError};
use crate::hub::Hub;
use crate::keeping::{self, private};
use crate::listen::bind;
use crate::shown::tell;
use crate::spoken::desktop::Desktop as Words;
use crate::stop::Ticks;

/// The ports that are tried, the first first.
const PORTS: Range<u16> = 8080..8090;
/// The file in the folder that says where the server that runs is reached: a second start opens the browser there.
const RUNS_AT: &str = "address.txt";
/// The file with everything, in that folder.
const DATABASE: &str = "borsklokka.db";
/// How often it is looked whether she has set the server up, in seconds.
const LOOK_S: u64 = 2;
/// How long a second start waits for a first one that begins in the same moment: so many times so long.
const SAYS_TRIES: u32 = 100;
const SAYS_EVERY: Duration = Duration::from_millis(100);

/// How to serve where nothing was said.
///
/// # Errors
/// If there is no folder of the user's.
pub fn config() -> Result<Config> {
    let folder = folder()?;
    std::fs::create_dir_all(&folder).map_err(|error| Unstarted::Folder(folder.clone(), error))?;
    let database = Database::url_of(&folder.join(DATABASE));
    let listen = format!("127.0.0.1:{}", PORTS.start);
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
fn folder() -> Result<PathBuf, Unstarted> {
    let folder = dirs::data_local_dir().ok_or(Unstarted::NoFolder)?;
    Ok(folder.join("Borsklokka"))
}

/// Listens on the first port that is free.
///
/// # Errors
/// If none is, or the address is not this machine's.
pub(crate) fn listen(ip: IpAddr) -> Result<TcpListener> {
    listen_within(ip, PORTS)
}

fn listen_within(ip: IpAddr, mut ports: Range<u16>) -> Result<TcpListener> {
    let listener = ports.find_map(|port| match listen_at(SocketAddr::new(ip, port)) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => None,
        listened => Some(listened),
    });
    Ok(listener.ok_or(Unstarted::NoPort)??)
}

/// Listens on a port that no other program has on this machine alone, which Windows allows: the browser would find that one.
fn listen_at(address: SocketAddr) -> io::Result<TcpListener> {
    drop(std::net::TcpListener::bind((
        Ipv4Addr::LOCALHOST,
        address.port(),
    ))?);
    bind(address)
}

/// Why it could not even be tried.
#[derive(Debug, thiserror::Error)]
enum Unstarted {
    #[error(
        "you have no folder of your own on this machine: say with `serve --database` where everything is kept"
    )]
    NoFolder,
    #[error("cannot make the folder {}: {}", .0.display(), .1)]
    Folder(PathBuf, std::io::Error),
    #[error("other programs have every port from {} to {}", PORTS.start, PORTS.end - 1)]
    NoPort,
}

/// The language of the user's system; English, if that is none of ours.
fn language() -> Language {
    spoken(sys_locale::get_locale().as_deref())
}

fn spoken(tag: Option<&str>) -> Language {
    tag.map_or_else(Language::default, |tag| {
        Language::from_tag(tag).unwrap_or(Language::En)
    })
}

/// Says what runs and how to end it, opens the browser, and keeps the machine awake while a floor is open.
///
/// `here` is where the server is reached on this machine and `begins` where she begins; everything is kept in the folder.
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
        tell(format_args!("{line}\n"));
    }
    say_where(folder, begins);
    open_browser(begins);
    let front = format!("{here}/");
    if begins != front {
        tokio::spawn(lead_on(Arc::clone(hub), front, folder.to_owned()));
    }
    tokio::spawn(awake::keep(Arc::clone(hub), words.floor_open, || {
        tell(format_args!("{}\n", Words::of(language()).not_held_awake));
    }));
}

/// Says to a second start where the browser is to be opened. It may be a link that sets this server up: it is for the user alone.
fn say_where(folder: &Path, address: &str) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let written = private(&mut options)
        .open(folder.join(RUNS_AT))
        .and_then(|mut file| file.write_all(address.as_bytes()));
    if let Err(error) = written {
        tracing::info!("a second start will not find this server: {error}");
    }
}

/// Takes back what an earlier server said, as soon as its database is this one's.
pub(crate) fn take_over(folder: &Path) {
    // There may be none.
    let _ = std::fs::remove_file(folder.join(RUNS_AT));
}

/// Once she has set the server up, a second start leads to the front page.
async fn lead_on(hub: Arc<Hub>, front: String, folder: PathBuf) {
    let mut ticks = Ticks::every_s(LOOK_S, &hub.stop);
    while ticks.go_on().await {
        if matches!(hub.access.is_set_up().await, Ok(true)) {
            return say_where(&folder, &front);
        }
    }
}

/// Opens the browser. What to do if that fails is said beside it.
fn open_browser(address: &str) {
    if let Err(error) = open::that_detached(address) {
        tracing::info!("no browser could be opened: {error}");
    }
}

/// Opens the browser on the server that she has started before, if that is why this one could not; false if it is not.
pub fn open_running(error: &anyhow::Error) -> bool {
    let Some(HoldError::Taken(database)) = error.downcast_ref() else {
        return false;
    };
    let Some(address) = said_address(&database.with_file_name(RUNS_AT)) else {
        return false;
    };
    tell(format_args!("{}", Words::of(language()).runs_already(&address)));
    open_browser(&address);
    true
}

/// What the server that runs says, which may be starting in this moment too.
fn said_address(file: &Path) -> Option<String> {
    for _ in 0..SAYS_TRIES {
        match std::fs::read_to_string(file) {
            Ok(address) if !address.is_empty() => return Some(address),
            Ok(_) | Err(_) => std::thread::sleep(SAYS_EVERY),
        }
    }
    None
}

/// Says in her language what went wrong and what to do, in ours what exactly it was, and keeps the window open until that was read.
pub fn wait_to_be_read(error: &anyhow::Error, exactly: &str) {
    let words = Words::of(language());
    tell(format_args!("{}\n", what_to_do(words, error)));
    tell(format_args!("({exactly})\n\n{}", words.failed));
    if stdin().is_terminal() {
        tell(format_args!("{}", words.close));
        let _ = stdin().read_line(&mut String::new());
    }
}

fn what_to_do(words: &Words, error: &anyhow::Error) -> String {
    let database = || folder().map_or_else(|_| PathBuf::from(DATABASE), |folder| folder.join(DATABASE));
    let found = error.chain().find_map(|cause| {
        if let Some(unstarted) = cause.downcast_ref::<Unstarted>() {
            return Some(match unstarted {
                Unstarted::NoFolder => words.no_home.to_owned(),
                Unstarted::Folder(folder, _) => words.no_folder(folder.display()),
                Unstarted::NoPort => words.no_port(PORTS.start, PORTS.end - 1),
            });
        }
        if let Some(hold) = cause.downcast_ref::<HoldError>() {
            return Some(match hold {
                HoldError::Taken(file) => words.taken(file.display()),
                HoldError::Lock { path, .. } => words.no_folder(keeping::folder_of(path).display()),
            });
        }
        Some(match cause.downcast_ref::<OpenError>()? {
            OpenError::Newer(_) => words.newer.to_owned(),
            _ => words.unreadable(database().display()),
        })
    });
    found.unwrap_or_else(|| words.other.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[tokio::test]
    async fn those_that_start_in_one_moment_have_a_port_each() {
        let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let first = taken.local_addr().expect("bound").port();
        let ports = first.saturating_sub(40)..first + 1;
        let each = (0..8).map(|_| {
            let (ports, here) = (ports.clone(), tokio::runtime::Handle::current());
            tokio::task::spawn_blocking(move || {
                let _here = here.enter();
                listen_within(Ipv4Addr::LOCALHOST.into(), ports)
            })
        });
        let mut listening = Vec::new();
        for one in each.collect::<Vec<_>>() {
            listening.push(one.await.expect("it ends").expect("a free port"));
        }
        let ports: BTreeSet<u16> = listening
            .iter()
            .map(|one| one.local_addr().expect("bound").port())
            .collect();
        assert_eq!(ports.len(), 8, "{ports:?}");
        assert!(!ports.contains(&first));
        let error = listen_within(Ipv4Addr::LOCALHOST.into(), first..first + 1).expect_err("it is taken");
        assert!(error.downcast_ref::<Unstarted>().is_some(), "{error}");
    }

    #[test]
    fn a_system_that_speaks_none_of_our_languages_is_answered_in_english() {
        for (tag, language) in [
            (Some("nn_NO"), Language::Nn),
            (Some("de-AT"), Language::De),
            (Some("fr-FR"), Language::En),
            (None, Language::Nb),
        ] {
            assert_eq!(spoken(tag), language, "{tag:?}");
        }
    }
}
