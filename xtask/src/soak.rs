//! `cargo xtask soak`: the wall in a real browser, for as long as an evening.

use anyhow::Result;
use clap::Args;

use crate::finish::Finish;
use crate::{browser, build};

/// How long to watch.
#[derive(Args)]
pub(crate) struct Options {
    /// Minutes of deals in fast-forward; 600 deals at least.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
}

/// Watches the wall, and the empty page that it is compared with.
///
/// # Errors
/// When something cannot be built, or the wall is over a bound.
pub(crate) fn soak(options: &Options) -> Result<()> {
    browser::install_packages()?;
    let server = build::build(Finish::Shipped)?;
    browser::run_script("soak.mjs", &server, &["--minutes", &options.minutes.to_string()])
}
