//! `cargo xtask build`: one release binary with the frontend inside; and the same soon, for `cargo xtask run`.

use std::path::PathBuf;

use anyhow::Result;

use crate::aside::Aside;
use crate::finish::Finish;
use crate::frontend;
use crate::progress::step;
use crate::workspace::{cargo, run, server_binary};

/// The step that compiles the server.
const SERVER: &str = "compile the server";

/// Builds the frontend, and the server that serves it; returns the binary's path. What ships has the frontend inside; else the two
/// are compiled side by side.
///
/// # Errors
/// When a step fails.
pub(crate) fn build(finish: Finish) -> Result<PathBuf> {
    let mut server = cargo();
    server
        .args(["build", "-p", "borsklokka", "--bins"])
        .args(["--profile", finish.server_profile()]);
    match finish {
        Finish::Shipped => {
            frontend::build(finish)?;
            step(SERVER, || run(&mut server))?;
        }
        Finish::Quick => {
            let server = Aside::begin(SERVER, &mut server)?;
            frontend::build(finish)?;
            step(SERVER, || server.join())?;
        }
    }
    Ok(server_binary(finish.server_profile()))
}
