//! Commands that take effect together or not at all, with what is known of participants beside the board: what an organiser
//! confirms after a look at it.

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::{ParticipantId, Seq};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;
use tokio::sync::oneshot;

/// Commands and contacts that are written in one transaction.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Who asks.
    pub actor: Actor,
    /// What is asked, in order: each is decided on the board that those before it left.
    pub commands: Vec<Command>,
    /// Contacts that are written with them. None is emptied by it.
    pub contacts: Vec<(ParticipantId, Contact)>,
    /// Staff's position when it was put together: on any other board it would not be what was meant.
    pub planned_at: Seq,
}

/// What became of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// All of it took effect.
    Done,
    /// Something happened since it was put together; nothing took effect.
    Moved,
    /// A command was refused; nothing took effect.
    Refused(Refusal),
    /// It could not be written; nothing took effect, as far as that is known.
    Unavailable,
}

/// A bundle that waits for the writer.
pub(super) struct WaitingBundle {
    pub(super) bundle: Bundle,
    pub(super) reply: oneshot::Sender<Settled>,
}
