//! `cargo xtask film`: the whole evening in fast-forward, on two walls and the moderator's desk, looked at step by step.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::finish::Finish;
use crate::workspace::target_dir;
use crate::{browser, build};

/// What the evening is like.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder of the pictures [default: target/film].
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// The exchange has a colour of its own.
    #[arg(long, value_name = "#RRGGBB")]
    accent: Option<String>,
    /// Forty participants of one town, whose names begin alike.
    #[arg(long)]
    town: bool,
    /// The walls' windows are resized in the middle.
    #[arg(long)]
    resize: bool,
}

/// Films the evening, and prints what was seen.
///
/// # Errors
/// When something cannot be built, or a step shows a fault.
pub(crate) fn film(options: &Options) -> Result<()> {
    browser::install_packages()?;
    let server = build::build(Finish::Shipped)?;
    let to = options.to.clone().unwrap_or_else(|| target_dir().join("film"));
    let to = std::path::absolute(to).context("the folder of the pictures cannot be found")?;
    let to = to.to_str().context("the path of the pictures is not Unicode")?;
    let mut arguments = vec!["--to", to];
    if let Some(accent) = &options.accent {
        arguments.extend(["--accent", accent]);
    }
    if options.town {
        arguments.push("--town");
    }
    if options.resize {
        arguments.push("--resize");
    }
    browser::run_script("film.mjs", &server, &arguments)
}
