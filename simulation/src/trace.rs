//! What happened, a line each with its time, and what all of it comes to.

use std::hash::{DefaultHasher, Hasher};

/// The lines so far.
#[derive(Default)]
pub(crate) struct Trace {
    lines: Vec<String>,
    hasher: DefaultHasher,
}

impl Trace {
    /// Notes something that happened.
    pub(crate) fn note(&mut self, at_ms: u64, what: &str) {
        let line = format!("{:>4}.{:03} {what}", at_ms / 1_000, at_ms % 1_000);
        self.hasher.write(line.as_bytes());
        self.lines.push(line);
    }

    /// Counts something that happened and needs no line.
    pub(crate) fn weigh(&mut self, at_ms: u64, what: &[u8]) {
        self.hasher.write_u64(at_ms);
        self.hasher.write(what);
    }

    /// What the lines come to, and the lines.
    pub(crate) fn end(self) -> (u64, Vec<String>) {
        (self.hasher.finish(), self.lines)
    }
}
