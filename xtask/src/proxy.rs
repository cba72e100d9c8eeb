//! The proxies that are tried before servers: how each is installed, started and ended, and where its lines stand.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::debian;
use crate::workspace::{on_path, output, run};

/// Where the lines stand.
pub(crate) const DOCUMENT: &str = "docs/operations.md";
/// How often it is looked whether one listens or has ended, in milliseconds, and how often at most, counted.
const LOOK_EVERY_MS: u64 = 20;
const LOOKS_UNTIL_READY: u32 = 500;
const LOOKS_UNTIL_ENDED: u32 = 50;

/// A proxy that is tried.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Proxy {
    Nginx,
    Haproxy,
    Caddy,
}

impl Proxy {
    pub(crate) const ALL: [Self; 3] = [Self::Nginx, Self::Haproxy, Self::Caddy];

    /// Its name: of its program, of Debian's package, and of the language of its lines in the documentation.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
            Self::Caddy => "caddy",
        }
    }

    /// The first lines that a part of the documentation gives for it.
    ///
    /// # Errors
    /// If it gives none.
    pub(crate) fn documented(self, document: &str) -> Result<&str> {
        let begin = format!("\n```{}\n", self.name());
        let after = document.split_once(&begin).map(|(_, after)| after);
        let lines = after.and_then(|after| after.split_once("```"));
        let (lines, _) =
            lines.with_context(|| format!("the documentation has no lines for {}", self.name()))?;
        Ok(lines)
    }
}

/// A proxy that runs, until this is dropped.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it, and returns when it listens at each of its ports of loopback.
    ///
    /// # Errors
    /// If it does not.
    pub(crate) fn start(proxy: Proxy, configuration: &str, folder: &Path, ports: &[u16]) -> Result<Self> {
        let name = proxy.name();
        let file = folder.join(name);
        fs::write(&file, configuration)?;
        let program = program(name).with_context(|| format!("{name} is not installed"))?;
        let mut command = Command::new(program);
        match proxy {
            Proxy::Nginx => command.arg("-p").arg(folder).arg("-c").arg(&file),
            Proxy::Haproxy => command.arg("-db").arg("-f").arg(&file),
            Proxy::Caddy => command
                .args(["run", "--adapter", "caddyfile", "--config"])
                .arg(&file),
        };
        let said = folder.join(format!("{name}.said"));
        let child = command
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&said)?)
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        let mut running = Self(child);
        for port in ports {
            let is_ready = looked(LOOKS_UNTIL_READY, || {
                let has_ended = !matches!(running.0.try_wait(), Ok(None));
                has_ended || TcpStream::connect(("127.0.0.1", *port)).is_ok()
            });
            if !is_ready || running.0.try_wait()?.is_some() {
                bail!("{name} does not listen: {}", fs::read_to_string(&said)?);
            }
        }
        Ok(running)
    }
}

/// Looks again and again whether something is so; whether it was.
fn looked(times: u32, mut is_so: impl FnMut() -> bool) -> bool {
    (0..times).any(|_| {
        let is = is_so();
        if !is {
            std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
        }
        is
    })
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its processes end with the first, which is asked; whoever does not listen is ended.
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        if asked.is_ok() {
            looked(LOOKS_UNTIL_ENDED, || !matches!(self.0.try_wait(), Ok(None)));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A certificate for loopback, and it with its key in one file, as HAProxy wants it.
///
/// # Errors
/// If openssl fails.
pub(crate) fn make_certificate(folder: &Path) -> Result<()> {
    let (key, certificate) = (folder.join("key.pem"), folder.join("cert.pem"));
    output(
        Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
            ])
            .args([
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
            ])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate),
    )?;
    let both = [fs::read(&certificate)?, fs::read(&key)?].concat();
    Ok(fs::write(folder.join("both.pem"), both)?)
}

/// Installs the proxies, and what asks through them, unless they are there.
///
/// # Errors
/// When one is missing and cannot be installed.
pub(crate) fn install() -> Result<()> {
    let names = Proxy::ALL.map(Proxy::name).into_iter().chain(["curl", "openssl"]);
    let missing: Vec<&str> = names.filter(|name| program(name).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    debian::install(
        &missing,
        "the proxies that are tried are nginx, haproxy and caddy; curl asks through them",
    )?;
    run(Command::new("curl").arg("--version").stdout(Stdio::null()))
}

/// Where a program lies: Debian's proxies are in a folder that is not on everybody's PATH.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let there = PathBuf::from("/usr/sbin").join(name);
    on_path(name).or_else(|| there.is_file().then_some(there))
}
