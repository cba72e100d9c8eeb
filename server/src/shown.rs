//! What a command says in a terminal, or into whatever its words are led to: a pipe that nobody reads any more, a disk that is full.

use std::fmt;
use std::io::{self, Write};
use std::sync::Once;

use anyhow::Context as _;

/// Says a line. Whoever has closed the pipe has read enough.
///
/// # Errors
/// If it cannot be written.
pub fn say(line: fmt::Arguments<'_>) -> anyhow::Result<()> {
    match hand_over(line) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        said => said.context("what there is to say cannot be written"),
    }
}

/// Says a line that somebody must get: nobody is told it twice.
///
/// # Errors
/// If it cannot be written, or nobody reads it.
pub fn hand_over(line: fmt::Arguments<'_>) -> io::Result<()> {
    written(&mut io::stdout().lock(), line)
}

/// Says a line of a server, which serves whether or not that can be read: once, its log says that it cannot.
pub(crate) fn tell(line: fmt::Arguments<'_>) {
    static UNTOLD: Once = Once::new();
    if let Err(error) = hand_over(line) {
        UNTOLD.call_once(|| {
            tracing::warn!(
                %error,
                "what this server prints at its start, as the link that sets it up, cannot be written: {error}; it serves all the same"
            );
        });
    }
}

fn written(out: &mut impl Write, line: fmt::Arguments<'_>) -> io::Result<()> {
    writeln!(out, "{line}")?;
    out.flush()
}
