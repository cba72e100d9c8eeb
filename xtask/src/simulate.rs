//! `cargo xtask simulate`: evenings on a simulated network, disk and clock, each played from its seed.

use std::env;
use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::workspace::{TESTED, cargo, run, target_dir};

/// What is played.
#[derive(Args)]
pub(crate) struct Options {
    /// What the player is told, such as `--seeds 1000`, or `--piece evening --seed 7`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    told: Vec<String>,
}

/// Compiles the player, with the libraries of the native tests, and plays.
///
/// # Errors
/// When it does not compile, or a seed goes wrong.
pub(crate) fn simulate(options: &Options) -> Result<()> {
    // Many seeds are worth what the tests with their few are not.
    run(cargo()
        .arg("build")
        .args(TESTED)
        .args(["--bin", "simulate"])
        .args([
            "--config",
            "profile.dev.package.borsklokka-simulation.opt-level=2",
        ]))?;
    let player = target_dir()
        .join("debug")
        .join(format!("simulate{}", env::consts::EXE_SUFFIX));
    run(Command::new(player).args(&options.told))
}
