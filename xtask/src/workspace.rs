//! Where things lie in the workspace, and how its child processes are started.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The folder that holds the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies one folder below the workspace")
}

/// The folder that cargo builds into.
pub(crate) fn target_dir() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The server's executable in a cargo profile's folder (`debug` or `release`).
pub(crate) fn server_binary(profile_folder: &str) -> PathBuf {
    target_dir()
        .join(profile_folder)
        .join(format!("borsklokka{}", env::consts::EXE_SUFFIX))
}

/// A `cargo` command in the workspace's root.
///
/// `cargo run` tells xtask about xtask's own package in variables that build scripts watch; handed on, they would make
/// cargo rebuild crates that an ordinary `cargo build` has just built.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// What is compiled to be tested: all but these commands, which are tested by themselves as they were compiled to run. Among the
/// others their libraries would have other features, and be compiled a second time.
pub(crate) const TESTED: [&str; 3] = ["--workspace", "--exclude", "xtask"];

/// The compiler's flags by which what it makes names no folder of this machine: it is the same on another.
///
/// # Errors
/// Where there is no home folder.
pub(crate) fn nameless() -> Result<[String; 2]> {
    let home = env::home_dir().context("a home folder")?;
    let cargo_home = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    Ok([(cargo_home.as_path(), "cargo"), (root(), "borsklokka")]
        .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())))
}

/// When the commit that is checked out was made, in a format of git's: what else says when something was made would differ each time.
///
/// # Errors
/// Outside of a clone.
pub(crate) fn committed_at(format: &str) -> Result<String> {
    let mut git = Command::new("git");
    git.args(["log", "-1", &format!("--format={format}")])
        .current_dir(root());
    Ok(output(&mut git)?.trim().to_owned())
}

/// Runs a command to its end; what it prints goes to the terminal.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| {
        format!(
            "`{shown}` could not be started: is {} installed?",
            program(command)
        )
    })?;
    if !status.success() {
        bail!("`{shown}` failed ({status}): its own message is above");
    }
    Ok(())
}

/// Runs a command to its end and returns what it printed.
///
/// # Errors
/// When it cannot be started, does not succeed or prints something else than UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.output().with_context(|| {
        format!(
            "`{shown}` could not be started: is {} installed?",
            program(command)
        )
    })?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed something else than UTF-8"))
}

/// Compiles the server and all tests, with the packages and features of the native tests: what those compiled is used again.
///
/// # Errors
/// When it does not compile.
pub(crate) fn build_what_is_tested() -> Result<()> {
    run(cargo()
        .arg("build")
        .args(TESTED)
        .args(["--bin", "borsklokka", "--tests"]))
}

/// Finds a program in the folders of `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy()];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    words.join(" ")
}
