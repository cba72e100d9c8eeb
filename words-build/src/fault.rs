//! A mistake in a text file, for the person who made it.

use std::fmt;

/// A mistake: where it stands, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, as `words/en/screens/wall.toml`.
    pub file: String,
    /// The line, from 1; none if it is about all of the file.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub says: String,
}

impl Fault {
    pub(crate) fn at(file: &str, line: usize, says: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
            says: says.into(),
        }
    }

    pub(crate) fn of_file(file: &str, says: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            says: says.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.says),
            None => write!(f, "{}: {}", self.file, self.says),
        }
    }
}

/// The line on which a byte stands, from 1.
pub(crate) fn line_of(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}
