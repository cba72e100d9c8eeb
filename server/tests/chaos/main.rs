//! The fault campaign: an evening of brokers, a notary and walls, and one fault after another; see `docs/reliability.md`.
//!
//! Run by `cargo xtask chaos`; with three seeds a fault it is a test among the others. A fault and its seed say how long it lasts, not
//! which packet it meets: what is told of a failure is where to look.

#[cfg(target_os = "linux")]
mod campaign;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    campaign::play()
}

/// It needs the loader's `LD_PRELOAD`, signals and `/proc`.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    println!("the fault campaign runs on Linux alone: nothing was tried");
    ExitCode::SUCCESS
}
