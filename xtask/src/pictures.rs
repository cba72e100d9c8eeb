//! `cargo xtask pictures`: takes the pictures of the documentation, of an evening that is under way.

use std::env;

use anyhow::{Context, Result};

use crate::finish::Finish;
use crate::progress::step;
use crate::workspace::{cargo, run, target_dir};
use crate::{browser, build};

/// Builds the server and the program that writes an evening, and takes the pictures of these names, or all.
///
/// # Errors
/// When a step fails.
pub(crate) fn pictures(names: &[String]) -> Result<()> {
    browser::install_packages()?;
    let server = build::build(Finish::Shipped)?;
    step("compile the evening", || {
        run(cargo().args(["build", "--release", "-p", "borsklokka", "--example", "evening"]))
    })?;
    let evening = target_dir().join(format!("release/examples/evening{}", env::consts::EXE_SUFFIX));
    let evening = evening
        .to_str()
        .context("the path of the target folder is not Unicode")?;
    let arguments: Vec<&str> = std::iter::once(evening)
        .chain(names.iter().map(String::as_str))
        .collect();
    browser::run_script("pictures.mjs", &server, &arguments)
}
