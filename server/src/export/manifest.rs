//! What a file says of itself: its version, whose it is, and what belongs in it.

use borsklokka_shared::ids::Epoch;
use borsklokka_shared::instant::Instant;
use serde::{Deserialize, Serialize};

use super::error::ExportError;

/// The version of the format that this program writes and reads.
const VERSION: u64 = 1;
/// What the format is called.
const FORMAT: &str = "borsklokka-exchange";

/// Whether contacts and signatures are in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    /// They are.
    Included,
    /// They are not.
    LeftOut,
}

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: String,
    version: u64,
    /// The version of the program that wrote it.
    pub program: String,
    /// When it was written.
    pub exported_at: Instant,
    /// Whose it is.
    pub exchange: Origin,
    personal_data: bool,
    /// The tables in it.
    pub files: Vec<Listed>,
}

/// The exchange where it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Its address.
    pub slug: String,
    /// What the history was called.
    pub epoch: Epoch,
    /// What it was called before that.
    pub formerly: Vec<Epoch>,
    /// When the exchange was made.
    pub created_at: Instant,
}

/// A table in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// What it is called there.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// How long it is, unpacked.
    pub bytes: u64,
    /// SHA-256 of it, in hex.
    pub sha256: String,
}

/// What every version of a manifest says.
#[derive(Deserialize)]
struct Versioned {
    format: String,
    version: u64,
}

impl Manifest {
    /// What a file says that is written now.
    pub(super) fn of(exchange: Origin, personal: Personal, now: Instant, files: Vec<Listed>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            exported_at: now,
            exchange,
            personal_data: personal == Personal::Included,
            files,
        }
    }

    /// Whether contacts and signatures are in the file.
    pub fn personal(&self) -> Personal {
        if self.personal_data {
            Personal::Included
        } else {
            Personal::LeftOut
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// If it is none, or of another version.
    pub(super) fn read(text: &str) -> Result<Self, ExportError> {
        let damaged = |error: serde_json::Error| ExportError::Damaged(format!("its manifest: {error}"));
        let said: Versioned = serde_json::from_str(text).map_err(damaged)?;
        if said.format != FORMAT {
            return Err(ExportError::Damaged(format!("it is a {:?}", said.format)));
        }
        if said.version != VERSION {
            return Err(ExportError::Version {
                found: said.version,
                known: VERSION,
            });
        }
        serde_json::from_str(text).map_err(damaged)
    }
}
