//! Our server as a process, with an open floor, and its brokers.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use borsklokka::demo::Demo;
use borsklokka::simulate::Client;
use borsklokka_shared::command::{Command as Asked, Expected, WrittenOn};
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::ids::{DealId, RoundId};
use borsklokka_shared::wire::ServerMessage;
use tokio::runtime::Runtime;

use crate::process::Server;
use crate::viewers::{Crowd, Dialect};

const BINARY: &str = env!("CARGO_BIN_EXE_borsklokka");

/// A folder for databases, on the disk that the build is on.
pub(crate) fn folder() -> Result<tempfile::TempDir> {
    let beside = Path::new(BINARY)
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
        let mut server = serve(url, true)?;
        let address = ready(&mut server)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let moderator = token(url, "moderator")?;
        runtime.block_on(open_floor(address, &moderator))?;
        Ok(Self {
            server,
            address,
            token: token(url, "broker")?,
            runtime,
            _folder: folder,
        })
    }

    /// So many people who watch it.
    pub(crate) fn crowd(&self, viewers: usize) -> Crowd {
        Crowd {
            server: self.address,
            path: "/api/v1/exchanges/drammen/live".to_owned(),
            dialect: Dialect::Borsklokka,
            viewers,
        }
    }
}

pub(crate) fn sqlite_url(path: &Path) -> String {
    format!("sqlite:{}", PathBuf::from(path).display())
}

pub(crate) fn serve(url: &str, demo: bool) -> Result<Server> {
    let mut command = Command::new(BINARY);
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--database", url])
        .args(["--commands-per-minute", "100000000", "--connections", "19000"])
        .env("RUST_LOG", "error");
    if demo {
        command.arg("--demo");
    }
    Server::start(&mut command)
}

/// Waits until the server says where it listens.
pub(crate) fn ready(server: &mut Server) -> Result<SocketAddr> {
    let line = server.first_line()?;
    let address = line
        .rsplit(' ')
        .next()
        .context("the server says where it listens")?;
    Ok(address.parse()?)
}

pub(crate) fn token(url: &str, role: &str) -> Result<String> {
    let output = Command::new(BINARY)
        .args([
            "token",
            "--database",
            url,
            "--exchange",
            "drammen",
            "--role",
            role,
        ])
        .output()?;
    if !output.status.success() {
        bail!("no token: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// A deal of the demo's evening.
pub(crate) fn deal(demo: &Demo, index: usize) -> Asked {
    Asked::PostDeal {
        deal: DealId(uuid::Uuid::now_v7()),
        terms: demo.terms(index),
        written_on: WrittenOn::Tablet,
    }
}

async fn open_floor(address: SocketAddr, token: &str) -> Result<()> {
    let mut moderator = Client::connect(&address.to_string(), "drammen", Some(token)).await?;
    let expected = Expected::exactly(Phase::Preparing, None);
    let open = Asked::OpenFloor {
        expected,
        start_round: Some(RoundId(1)),
    };
    let id = moderator.command(&open).await?;
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
