//! What is planned on a board and written as it was planned, all of it or nothing: an import, an organiser's yes, a merge of categories.

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::{ParticipantId, Seq};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;

use crate::api::Denied;
use crate::floor::{Bundle, FloorHandle, Settled};

/// How often a plan is made anew that something else was quicker than.
const TRIES_MAX: u32 = 5;

/// What is to be written.
#[derive(Debug)]
pub(crate) struct Planned<T> {
    /// What is asked, in order.
    pub(crate) commands: Vec<Command>,
    /// The contacts that are written with it.
    pub(crate) contacts: Vec<(ParticipantId, Contact)>,
    /// Staff's position that it was planned at.
    pub(crate) at: Seq,
    /// What is known of it once it is written.
    pub(crate) then: T,
}

/// Writes what is planned, unless something else has happened on the floor since: whether that matters, the next plan says. Where nothing
/// is planned, all is done.
///
/// # Errors
/// If it cannot be planned or written, a command is refused, or others were quicker each time. Then nothing took effect.
pub(crate) async fn write<T, F>(
    floor: &FloorHandle,
    actor: &Actor,
    mut plan: impl FnMut() -> F,
) -> Result<T, Denied>
where
    F: Future<Output = Result<Planned<T>, Denied>>,
{
    for _ in 0..TRIES_MAX {
        let Planned {
            commands,
            contacts,
            at,
            then,
        } = plan().await?;
        if commands.is_empty() && contacts.is_empty() {
            return Ok(then);
        }
        let bundle = Bundle {
            actor: actor.clone(),
            commands,
            contacts,
            planned_at: at,
        };
        match floor.submit_together(bundle).await {
            Settled::Done => return Ok(then),
            Settled::Moved => {}
            Settled::Refused(refusal) => return Err(refusal.into()),
            Settled::Unavailable => return Err(Refusal::Unavailable.into()),
        }
    }
    Err(Denied::Overtaken)
}
