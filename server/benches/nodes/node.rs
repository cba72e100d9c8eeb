//! A node: the real binary, stopped, killed and started again at its port.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use test_support::http;
use test_support::process::{Binary, Process};
use tokio::time::{Instant, sleep, timeout};

pub(crate) const BORSKLOKKA: Binary = Binary(env!("CARGO_BIN_EXE_borsklokka"));
/// How long a node may take to end after it was asked, and to be ready after it was started.
const STOP_WAIT: Duration = Duration::from_secs(10);
const READY_WAIT: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);

pub(crate) struct Node {
    address: SocketAddr,
    url: String,
    public_url: String,
    log: PathBuf,
    process: Option<Process>,
}

impl Node {
    pub(crate) fn new(port: u16, url: &str, proxy: u16, logs: &Path) -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            url: url.to_owned(),
            public_url: format!("https://localhost:{proxy}"),
            log: logs.join(format!("node-{port}.log")),
            process: None,
        }
    }

    /// Starts it, and returns when it is ready.
    pub(crate) async fn start(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.with_context(|| format!("cannot write {}", self.log.display()))?;
        let (process, _) = BORSKLOKKA.serve(&self.address.to_string(), &self.url, |command| {
            command.args(["--trusted-proxy", "127.0.0.1", "--public-url", &self.public_url]);
            command.stderr(log);
        });
        self.process = Some(process);
        let begun = Instant::now();
        while begun.elapsed() < READY_WAIT {
            let asking = timeout(READY_WAIT, http::get(self.address, "/readyz", ""));
            if asking.await.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            sleep(LOOK_EVERY).await;
        }
        bail!("the node at {} is not ready after {READY_WAIT:?}", self.address);
    }

    /// Asks it to stop, and returns when it has ended.
    pub(crate) async fn ask_to_stop(&mut self) -> Result<()> {
        self.signal("-TERM")?;
        let mut process = self.process.take().context("a node that runs")?;
        let begun = Instant::now();
        while begun.elapsed() < STOP_WAIT {
            if let Some(status) = process.ended() {
                ensure!(
                    status.success(),
                    "the node at {} ended with {status}",
                    self.address
                );
                return Ok(());
            }
            sleep(LOOK_EVERY).await;
        }
        bail!("the node at {} has not stopped after {STOP_WAIT:?}", self.address);
    }

    /// Kills it.
    pub(crate) fn die(&mut self) {
        self.process = None;
    }

    pub(crate) fn signal(&self, signal: &str) -> Result<()> {
        let id = self.process.as_ref().context("a node that runs")?.id();
        let status = Command::new("kill").args([signal, &id.to_string()]).status()?;
        ensure!(status.success(), "kill {signal}: {status}");
        Ok(())
    }
}
