//! `cargo xtask bench`: the hub's figures, measured beside the machine's limit and its peers, and what a browser makes of it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::finish::Finish;
use crate::progress::step;
use crate::workspace::{cargo, on_path, root, run};
use crate::{browser, build, debian, frontend, page_size};

/// What to measure, and how to say it.
#[derive(Args)]
pub(crate) struct Options {
    /// One group of figures alone.
    name: Option<Name>,
    /// Print one line of JSON a figure instead of the table.
    #[arg(long)]
    json: bool,
}

/// A group of figures.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// CPU a delivery beside the raw reference, in a burst, and memory a viewer.
    Fanout,
    /// The same of NATS, nginx with nchan, and node's ws, from their packages.
    Peers,
    /// 5,000 viewers reconnect at one instant.
    Storm,
    /// CPU a delivery and memory a viewer in plain, over the server's own TLS, and through an nginx that ends TLS.
    Tls,
    /// From a broker's post to each viewer.
    Latency,
    /// Deals of 64 brokers at once, on both databases.
    Append,
    /// Until a server with a log of 100,000 events answers.
    Start,
    /// 500 agreements in one file: time and memory.
    Agreements,
    /// An evening of 4 brokers and 200 viewers, while one address does everything that a guest can do.
    Siege,
    /// A server through forty weeks in fast-forward, with 1,000 exchanges: what is left of them. Only if it is named.
    Growth,
    /// The same evening while 200 people a minute register, and as many more as it takes.
    Form,
    /// One exchange before 10,000 viewers, 20 deals a second, in plain and over TLS. Only if it is named.
    Hall,
    /// From 1 to 357 exchanges at once, 5 brokers and 40 viewers each, on SQLite and on one to three nodes: how latency, CPU, memory and the
    /// database grow. Only if it is named.
    Country,
    /// What first visits load, and what Lighthouse makes of the pages that strangers see.
    Page,
    /// From the tap on a tablet to the wall's frame that shows the deal, before 500 viewers.
    Painted,
}

impl Name {
    /// As the bench program calls it; pages are measured here.
    fn of_hub(self) -> Option<&'static str> {
        match self {
            Self::Fanout => Some("fanout"),
            Self::Peers => Some("peers"),
            Self::Storm => Some("storm"),
            Self::Tls => Some("tls"),
            Self::Latency => Some("latency"),
            Self::Append => Some("append"),
            Self::Start => Some("start"),
            Self::Agreements => Some("agreements"),
            Self::Siege => Some("siege"),
            Self::Growth => Some("growth"),
            Self::Form => Some("form"),
            Self::Hall => Some("hall"),
            Self::Country => Some("country"),
            Self::Page | Self::Painted => None,
        }
    }
}

/// Measures what was asked for.
///
/// # Errors
/// When something cannot be built, installed or measured.
pub(crate) fn bench(options: &Options) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the figures are read from /proc: run this on Linux");
    }
    let wanted = |name| options.name.is_none_or(|only| only == name);
    if wanted(Name::Tls) || wanted(Name::Peers) {
        install_nginx()?;
    }
    if wanted(Name::Peers) {
        install_peers()?;
    }
    if wanted(Name::Append) || options.name == Some(Name::Country) {
        debian::install_postgresql()?;
    }
    frontend::build(Finish::Shipped)?;
    if options.name.is_none_or(|name| name.of_hub().is_some()) {
        step("compile the bench", || {
            run(cargo().args(["bench", "-p", "borsklokka", "--bench", "hub", "--no-run"]))
        })?;
        let mut hub = cargo();
        hub.args(["bench", "-q", "-p", "borsklokka", "--bench", "hub", "--"]);
        if let Some(name) = options.name.and_then(Name::of_hub) {
            hub.arg(name);
        }
        if options.json {
            hub.arg("--json");
        }
        // Debian keeps nginx where only root looks.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
        hub.env("PATH", std::env::join_paths(folders)?);
        run(&mut hub)?;
    }
    if wanted(Name::Page) {
        page_size::check(options.json)?;
        browser::measure_pages(&build::build(Finish::Shipped)?, options.json)?;
    }
    if wanted(Name::Painted) {
        let arguments: &[&str] = if options.json { &["--json"] } else { &[] };
        browser::run_script("painted.mjs", &build::build(Finish::Shipped)?, arguments)?;
    }
    Ok(())
}

/// Whether a program is there, also where only root looks.
fn is_there(program: &str) -> bool {
    on_path(program).is_some() || PathBuf::from("/usr/sbin").join(program).is_file()
}

fn install_nginx() -> Result<()> {
    if is_there("nginx") {
        return Ok(());
    }
    debian::install(&["nginx"], "TLS is measured beside nginx from Debian's package")
}

fn install_peers() -> Result<()> {
    let nchan = PathBuf::from("/usr/lib/nginx/modules/ngx_nchan_module.so");
    if !is_there("nats-server") || !nchan.is_file() {
        debian::install(
            &["nats-server", "libnginx-mod-nchan"],
            "the peers are NATS and nginx with nchan from Debian's packages",
        )?;
    }
    run(Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(root().join("server/benches/hub/ws")))
    .context("the peer `ws` needs Node.js with npm (https://nodejs.org)")
}
