//! Says which step runs and how long it took, and leaves out steps whose inputs have not changed.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::workspace::target_dir;

/// Runs one named step and prints how long it took.
///
/// # Errors
/// Those of the step.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("==> {name}");
    let (result, took) = timed(work);
    let outcome = if result.is_ok() { "done in" } else { "failed after" };
    eprintln!("    {name}: {outcome} {:.1} s", took.as_secs_f32());
    result
}

/// Runs a step only when its inputs differ from the last time, or its output is gone.
///
/// # Errors
/// Those of the step, and those of reading and writing the note of its inputs under `target/`.
pub(crate) fn step_if_changed(
    name: &str,
    inputs: Inputs,
    output: &Path,
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let inputs = inputs.digest();
    let notes = target_dir().join("xtask");
    fs::create_dir_all(&notes).with_context(|| format!("cannot create {}", notes.display()))?;
    let note = notes.join(format!("{}.inputs", name.replace(' ', "-")));
    if output.exists() && fs::read_to_string(&note).is_ok_and(|last| last == inputs) {
        eprintln!("==> {name}: unchanged");
        return Ok(());
    }
    step(name, || {
        if note.exists() {
            fs::remove_file(&note).with_context(|| format!("cannot remove {}", note.display()))?;
        }
        work()?;
        fs::write(&note, inputs).with_context(|| format!("cannot write {}", note.display()))
    })
}

/// Everything that a step's result depends on.
#[derive(Default)]
pub(crate) struct Inputs(Sha256);

impl Inputs {
    /// Adds one named input; its length goes in too, so that two inputs never run into each other.
    pub(crate) fn add(&mut self, name: &str, content: &[u8]) {
        for part in [name.as_bytes(), content] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    fn digest(self) -> String {
        hex::encode(self.0.finalize())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the house rule is about exchange time; this times a build step"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let result = work();
    (result, start.elapsed())
}
