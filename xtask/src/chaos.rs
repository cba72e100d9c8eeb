//! `cargo xtask chaos`: the fault campaign, for as many seeds as one has the time for.

use anyhow::Result;
use clap::Args;

use crate::workspace::{cargo, run};

/// Which evenings are spoilt.
#[derive(Args)]
pub(crate) struct Options {
    /// How many seeds are tried of each fault.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    seeds: u32,
    /// The first of them.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u32,
    /// Only faults in whose words this stands, such as `disk`.
    #[arg(long, value_name = "TEXT", default_value = "")]
    fault: String,
}

/// Plays the campaign, and prints a line a fault.
///
/// # Errors
/// When something was lost, doubled or leaked.
pub(crate) fn chaos(options: &Options) -> Result<()> {
    let mut test = cargo();
    test.args(["test", "--quiet", "-p", "borsklokka", "--test", "chaos", "--"]);
    test.args([
        "--seeds",
        &options.seeds.to_string(),
        "--seed",
        &options.seed.to_string(),
    ]);
    test.args(["--fault", &options.fault]);
    run(&mut test)
}
