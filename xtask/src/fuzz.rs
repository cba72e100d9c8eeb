//! `cargo xtask fuzz`: a target of `fuzz/targets` under libFuzzer, for as long as one likes. It needs a nightly compiler and cargo-fuzz
//! (`rustup toolchain install nightly`, `cargo install cargo-fuzz`); the same targets run with every test on the stable one.

use std::fs;

use anyhow::{Context, Result};
use clap::Args;

use crate::workspace::{cargo, root, run, target_dir};

/// What to fuzz.
#[derive(Args)]
pub(crate) struct Options {
    /// The target, as a file of fuzz/fuzz_targets is called.
    target: String,
    /// For how long.
    #[arg(long, value_name = "N", default_value_t = 300)]
    seconds: u32,
    /// Compile it unoptimised: sooner there, and slower at it.
    #[arg(long)]
    dev: bool,
}

/// Largest input, in bytes.
const INPUT_BYTES_MAX: u32 = 1 << 20;
/// Most memory, and largest single allocation, in MiB.
const MEMORY_MIB_MAX: u32 = 2_048;

/// Fuzzes one target.
///
/// # Errors
/// When a tool is missing, or something was found: libFuzzer has said what, and where the input lies.
pub(crate) fn fuzz(options: &Options) -> Result<()> {
    // The versions that are shipped: what only the fuzzer needs, cargo adds.
    fs::copy(root().join("Cargo.lock"), root().join("fuzz/Cargo.lock")).context("fuzz/Cargo.lock")?;
    let inputs = target_dir().join("fuzz-corpus");
    run(cargo()
        .args([
            "run",
            "--quiet",
            "-p",
            "borsklokka-fuzz-targets",
            "--example",
            "corpus",
        ])
        .arg(&inputs))?;
    run(std::process::Command::new("cargo")
        .current_dir(root())
        // Nothing here is unsafe, so the sanitizer would find little and take half of the speed.
        .args(["+nightly", "fuzz", "run", "--sanitizer", "none"])
        .args(options.dev.then_some("--dev"))
        .arg(&options.target)
        .arg(inputs.join(&options.target))
        .arg("--")
        .arg(format!("-max_total_time={}", options.seconds))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"))
        .arg(format!("-malloc_limit_mb={MEMORY_MIB_MAX}"))
        .env_remove("RUSTUP_TOOLCHAIN"))
}
