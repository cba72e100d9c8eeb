//! Three nodes on one PostgreSQL behind a proxy, while they are restarted, killed and stopped: `cargo xtask nodes`, which starts the proxy.
//!
//! Viewers and brokers come through the proxy over TLS, as in a hall. Each phase is a row of a table; whatever was lost, doubled,
//! out of order or refused for good fails it, and so does a database in which `borsklokka check` finds a fault. Unix only.
#![allow(clippy::print_stdout, clippy::print_stderr)] // This is what the program is for.

#[cfg(unix)]
mod count;
#[cfg(unix)]
mod guest;
#[cfg(unix)]
mod node;
#[cfg(unix)]
mod people;
#[cfg(unix)]
mod play;
#[cfg(unix)]
mod way;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> anyhow::Result<ExitCode> {
    play::main()
}

/// It needs signals.
#[cfg(not(unix))]
fn main() -> ExitCode {
    println!("the nodes are told by signals to stop: nothing was tried");
    ExitCode::SUCCESS
}
