//! Our server as a process, with an open floor, and its brokers.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use borsklokka::demo::Demo;
use borsklokka::simulate::Client;
use borsklokka_shared::command::Command;
use borsklokka_shared::wire::ServerMessage;
use test_support::process::Binary;
use test_support::raw::LIVE;
use test_support::{new_deal, opening};
use tokio::runtime::Runtime;

use crate::process::Server;
use crate::viewers::{Crowd, Dialect};

pub(crate) const BORSKLOKKA: Binary = Binary(env!("CARGO_BIN_EXE_borsklokka"));

/// A folder for databases, on the disk that the build is on.
pub(crate) fn folder() -> Result<tempfile::TempDir> {
    let beside = Path::new(BORSKLOKKA.0)
        .parent()
        .context("the binary lies in a folder")?;
    Ok(tempfile::tempdir_in(beside)?)
}

/// Our server, serving the demo exchange.
pub(crate) struct Ours {
    pub(crate) server: Server,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) runtime: Runtime,
    _folder: Option<tempfile::TempDir>,
}

impl Ours {
    /// Starts on a fresh SQLite database, and opens the floor.
    pub(crate) fn start() -> Result<Self> {
        let folder = folder()?;
        let url = sqlite_url(&folder.path().join("borsklokka.db"));
        Self::start_on(&url, Some(folder))
    }

    /// Starts on a database, and opens the floor.
    pub(crate) fn start_on(url: &str, folder: Option<tempfile::TempDir>) -> Result<Self> {
        Self::opened(serve(url, true), url, folder)
    }

    /// Opens the floor of a server of the database.
    pub(crate) fn opened(
        (server, address): (Server, SocketAddr),
        url: &str,
        folder: Option<tempfile::TempDir>,
    ) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let moderator = BORSKLOKKA.token(url, "moderator");
        runtime.block_on(open_floor(address, &moderator))?;
        Ok(Self {
            server,
            address,
            token: BORSKLOKKA.token(url, "broker"),
            runtime,
            _folder: folder,
        })
    }

    /// So many people who watch it.
    pub(crate) fn crowd(&self, viewers: usize) -> Crowd {
        Crowd {
            servers: vec![self.address],
            paths: vec![LIVE.to_owned()],
            dialect: Dialect::Borsklokka,
            viewers,
            tls: None,
        }
    }
}

pub(crate) fn sqlite_url(path: &Path) -> String {
    format!("sqlite:{}", PathBuf::from(path).display())
}

/// Serves a database without a limit that is met here; and where.
pub(crate) fn serve(url: &str, demo: bool) -> (Server, SocketAddr) {
    serve_with(url, demo, &[])
}

/// The same with other options besides.
pub(crate) fn serve_with(url: &str, demo: bool, options: &[&str]) -> (Server, SocketAddr) {
    let (process, address) = BORSKLOKKA.serve("127.0.0.1:0", url, |command| {
        command.args(["--commands-per-minute", "100000000", "--connections", "19000"]);
        command.args(options);
        command.env("RUST_LOG", "error");
        if demo {
            command.arg("--demo");
        }
    });
    (Server(process), address)
}

/// A deal of the demo's evening.
pub(crate) fn deal(demo: &Demo, index: usize) -> Command {
    new_deal(demo.terms(index))
}

async fn open_floor(address: SocketAddr, token: &str) -> Result<()> {
    let mut moderator = Client::connect(&address.to_string(), "drammen", Some(token)).await?;
    let id = moderator.command(&opening()).await?;
    if let ServerMessage::Refused { message, .. } = moderator.answer(id).await? {
        bail!("the floor did not open: {message}");
    }
    // The floor is open from the bell's stroke on, 400 ms after it was rung: a deal tells.
    let demo = Demo::drammen();
    loop {
        let id = moderator.command(&deal(&demo, 0)).await?;
        match moderator.answer(id).await? {
            ServerMessage::Refused { code, .. } if code == "floor_not_open" => {}
            ServerMessage::Refused { message, .. } => bail!("a deal was refused: {message}"),
            _ => return Ok(()),
        }
    }
}
