//! What is not Rust: scripts and style sheets are linted by Biome (`biome.jsonc` says by which rules), and the scripts type-checked
//! by TypeScript, which reads their JSDoc.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::browser;
use crate::workspace::{root, run};

/// What is checked together. The service worker has other things around it than a page. The peer of the benchmark has packages of its
/// own, and borrows the types from the tests; not in the first of these, whose paths Playwright follows too.
const PROJECTS: [&str; 3] = [
    "jsconfig.json",
    "frontend/jsconfig.json",
    "server/benches/hub/ws/jsconfig.json",
];

/// Checks every script and style sheet.
///
/// # Errors
/// When one has a fault, or the packages cannot be installed.
pub(crate) fn check() -> Result<()> {
    browser::install_packages()?;
    run(tool("@biomejs/biome/bin/biome").args(["lint", "--error-on-warnings"]))?;
    for project in PROJECTS {
        run(tool("typescript/bin/tsc").args(["-p", project]))?;
    }
    Ok(())
}

/// A tool among the packages.
fn tool(script: impl AsRef<Path>) -> Command {
    let mut command = Command::new("node");
    command
        .arg(browser::folder().join("node_modules").join(script))
        .current_dir(root());
    command
}
