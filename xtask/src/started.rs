//! Programs that a command starts and tries: the server, its folder and its port; each goes when it is dropped.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::workspace::output;

/// A program that is ended when this is dropped.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // One that has ended need not be ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that listens.
pub(crate) struct Server {
    _child: Ended,
    pub(crate) port: u16,
}

/// Starts a server that says first where it listens; what it tells besides is in the folder.
pub(crate) fn server(command: &mut Command, folder: &Path) -> Result<Server> {
    let said = fs::File::create(folder.join("server.log"))?;
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(said)
        .spawn()
        .context("the server could not be started")?;
    let mut child = Ended(child);
    let mut lines = BufReader::new(child.0.stdout.take().context("its output is read once")?).lines();
    let first = lines.next().context("the server ended before it was ready")??;
    std::thread::spawn(move || lines.for_each(drop));
    let port = first.rsplit(':').next().and_then(|port| port.trim().parse().ok());
    Ok(Server {
        _child: child,
        port: port.with_context(|| format!("the server says where it listens: {first}"))?,
    })
}

/// Asks, or posts a body; the status and what came back. Whoever has not ended after so long is left.
pub(crate) fn ask(url: &str, headers: &[&str], body: Option<&str>, seconds: u32) -> Result<(u16, String)> {
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--insecure",
        "--http1.1",
        "--write-out",
        "\n%{http_code}",
    ]);
    curl.args(["--max-time", &seconds.to_string()]);
    for header in headers {
        curl.args(["--header", header]);
    }
    if let Some(body) = body {
        curl.args(["--data", body]);
    }
    // It says with its exit code that the time was up, which a WebSocket's is.
    let answered = curl.arg(url).output().context("curl could not be started")?;
    let answered = String::from_utf8_lossy(&answered.stdout).into_owned();
    let (body, status) = answered.rsplit_once('\n').unwrap_or_default();
    let status = status
        .trim()
        .parse()
        .with_context(|| format!("{url}: no answer"))?;
    Ok((status, body.to_owned()))
}

/// A folder of its own, which goes when this is dropped.
pub(crate) struct Folder(pub(crate) std::path::PathBuf);

impl Folder {
    pub(crate) fn new() -> Result<Self> {
        let made = output(Command::new("mktemp").args(["-d", "-t", "borsklokka.XXXXXX"]))?;
        Ok(Self(made.trim().into()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left lies where the system clears up.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A port that nobody has.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
