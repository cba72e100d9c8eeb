//! `cargo xtask build`: one release binary with the frontend inside; and the same soon, for `cargo xtask run`.

use std::path::PathBuf;

use anyhow::Result;

use crate::finish::Finish;
use crate::frontend;
use crate::progress::step;
use crate::workspace::{cargo, run, server_binary};

/// Builds the frontend, then the server that serves it; returns the binary's path.
///
/// # Errors
/// When a step fails.
pub(crate) fn build(finish: Finish) -> Result<PathBuf> {
    frontend::build(finish)?;
    step("compile the server", || {
        run(cargo()
            .args(["build", "-p", "borsklokka", "--bins"])
            .args(["--profile", finish.server_profile()]))
    })?;
    Ok(server_binary(finish.server_profile()))
}
