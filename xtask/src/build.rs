//! `cargo xtask build`: one release binary with the frontend inside.

use std::path::PathBuf;

use anyhow::Result;

use crate::frontend;
use crate::progress::step;
use crate::workspace::{cargo, run, server_binary};

/// Builds the frontend, then the server that embeds it; returns the binary's path.
///
/// # Errors
/// When a step fails.
pub(crate) fn build() -> Result<PathBuf> {
    frontend::build()?;
    step("compile the server", || {
        run(cargo().args(["build", "--release", "-p", "borsklokka"]))
    })?;
    Ok(server_binary("release"))
}
