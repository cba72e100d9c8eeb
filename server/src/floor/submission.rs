//! What is asked of a floor, and how it waits for its answer.

use borsklokka_shared::command::Command;
use borsklokka_shared::decide::ClockTrust;
use borsklokka_shared::ids::{CommandId, Epoch};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Actor;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tracing::Span;

use crate::log::Answer;

/// A command with all that its decision needs.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Who asks.
    pub actor: Actor,
    /// The command's id.
    pub id: CommandId,
    /// What is asked.
    pub command: Command,
    /// When it was written, if the client said so.
    pub written_at: Option<Instant>,
    /// How well the client knows the clock.
    pub clock: ClockTrust,
    /// In which history it was written, if the client said so.
    pub epoch: Option<Epoch>,
}

impl Submission {
    /// A command that is given here and now, under an id of its own.
    pub fn now(actor: Actor, command: Command) -> Self {
        Self {
            actor,
            id: CommandId(uuid::Uuid::now_v7()),
            command,
            written_at: None,
            clock: ClockTrust::Estimated,
            epoch: None,
        }
    }
}

/// A submission that waits for the writer.
pub(super) struct Waiting {
    pub(super) submission: Submission,
    pub(super) reply: oneshot::Sender<Answer>,
    pub(super) span: Span,
}

/// SHA-256, in hex, of a command as this version writes it: spelling and order of the client's JSON do not matter.
pub(super) fn content_of(command: &Command) -> String {
    let canonical = serde_json::to_vec(command).expect("a command has string keys and finite numbers only");
    hex::encode(Sha256::digest(canonical))
}
