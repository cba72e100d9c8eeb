//! `cargo xtask run`: builds everything and becomes the server, with the demo exchange loaded.

use std::env;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::build;
use crate::finish::Finish;
use crate::workspace::{root, server_binary};

const PORT: u16 = 8080;

/// What is said before everything is built.
const FIRST_BUILD: &str = "\
The first build compiles everything, in three steps: the frontend, its bundle, the server. Cargo says how far\n\
it is. Later builds take seconds.";

/// What `cargo xtask run` is told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Open the server to the hall's network, not to this machine alone.
    #[arg(long)]
    lan: bool,
    /// Let moderators, contacts and signatures go over plain http, where everybody on the network reads them.
    #[arg(long)]
    plain: bool,
    /// Let simulated brokers trade, in an evening that is under way.
    #[arg(long)]
    rehearse: bool,
    /// How many times as fast as people they trade.
    #[arg(long, value_name = "N", requires = "rehearse")]
    pace: Option<NonZeroU32>,
    /// Let the server speak https: local, with an authority of its own that tablets are taught to trust.
    #[arg(long, value_name = "HOW")]
    tls: Option<String>,
    /// The address to listen on [default: 127.0.0.1:8080, with --lan 0.0.0.0:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The folder of the database [default: data in the workspace].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Builds and runs the server until it stops.
///
/// # Errors
/// When the build fails or the server cannot be started.
pub(crate) fn run(options: &Options) -> Result<()> {
    if server_binary(Finish::Quick.server_profile()).exists() {
        eprintln!("Building what has changed, then starting the server.");
    } else {
        eprintln!("{FIRST_BUILD}");
    }
    let binary = build::build(Finish::Quick)?;
    let data = data_folder(options)?;
    fs::create_dir_all(&data).with_context(|| {
        format!(
            "cannot create {}: choose another folder with --data",
            data.display()
        )
    })?;
    eprintln!(
        "==> start the server (Ctrl+C stops it); its data is in {}",
        data.display()
    );
    become_process(Command::new(binary).args(arguments(options, &data)))
}

fn data_folder(options: &Options) -> Result<PathBuf> {
    if let Some(folder) = &options.data {
        return Ok(folder.clone());
    }
    let folder = root().join("data");
    let here = env::current_dir().context("the current folder is gone: change to another")?;
    Ok(folder.strip_prefix(here).map_or(folder.clone(), Path::to_owned))
}

fn arguments(options: &Options, data: &Path) -> Vec<String> {
    let host = if options.lan { "0.0.0.0" } else { "127.0.0.1" };
    let listen = options.listen.clone().unwrap_or_else(|| format!("{host}:{PORT}"));
    let database = format!("sqlite:{}", data.join("borsklokka.db").display());
    let mut arguments = vec!["serve".to_owned(), "--listen".to_owned(), listen];
    arguments.extend(["--database".to_owned(), database, "--demo".to_owned()]);
    if options.lan {
        arguments.push("--lan".to_owned());
    }
    if options.plain {
        arguments.push("--plain".to_owned());
    }
    if let Some(tls) = &options.tls {
        arguments.extend(["--tls".to_owned(), tls.clone()]);
    }
    if options.rehearse {
        arguments.push("--rehearse".to_owned());
    }
    if let Some(pace) = options.pace {
        arguments.extend(["--pace".to_owned(), pace.to_string()]);
    }
    arguments
}

/// The server takes this process's place, so that signals reach it directly.
#[cfg(unix)]
fn become_process(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).context("the server could not be started")
}

#[cfg(not(unix))]
fn become_process(command: &mut Command) -> Result<()> {
    crate::workspace::run(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(options: &Options) -> String {
        arguments(options, Path::new("data")).join(" ")
    }

    #[test]
    fn listens_on_loopback_unless_told() {
        let mut options = Options {
            lan: false,
            plain: false,
            rehearse: false,
            pace: None,
            tls: None,
            listen: None,
            data: None,
        };
        assert_eq!(
            line(&options),
            "serve --listen 127.0.0.1:8080 --database sqlite:data/borsklokka.db --demo"
        );
        options.lan = true;
        assert!(line(&options).contains("--listen 0.0.0.0:8080") && line(&options).ends_with("--demo --lan"));
        options.plain = true;
        assert!(line(&options).ends_with("--demo --lan --plain"));
        options.plain = false;
        options.listen = Some("127.0.0.1:0".to_owned());
        options.rehearse = true;
        options.pace = NonZeroU32::new(60);
        options.tls = Some("local".to_owned());
        assert!(
            line(&options).contains("--listen 127.0.0.1:0 ")
                && line(&options).ends_with("--lan --tls local --rehearse --pace 60")
        );
    }
}
