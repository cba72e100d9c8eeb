//! What is planned on a board and written as it was planned, all of it or nothing: an import, an organiser's yes, a merge of categories.

use std::time::Duration;

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::{ParticipantId, Seq};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;

use crate::api::Denied;
use crate::floor::{Bundle, FloorHandle, Settled};

/// How often a plan is made anew that something else was quicker than.
const TRIES_MAX: u32 = 5;
/// How long it is waited before that, in milliseconds: so long the first time, and then twice as long each time. Whoever plans anew at once does it
/// while the next one is being written that waited behind the last, and comes too late again for as long as anybody waits there.
const PAUSE_MS: u64 = 20;

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
    for tried in 0..TRIES_MAX {
        if tried > 0 {
            tokio::time::sleep(Duration::from_millis(PAUSE_MS << (tried - 1))).await;
        }
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

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::participant::Sector;
    use borsklokka_shared::role::Role;
    use test_support::{entry, paired_long_ago};

    use super::*;
    use crate::fixture::open_hub;
    use crate::floor::Submission;
    use crate::log::Answer;

    /// For how long others are quicker: for less than all pauses together, and longer than plans take that are made without any.
    const RUSH: Duration = Duration::from_millis(100);
    /// The first participant.
    const FIRST: u32 = 11;

    fn registering(n: u32) -> Command {
        Command::RegisterParticipant {
            participant: entry(n, &format!("Lag {n}"), Sector::Voluntary),
        }
    }

    #[tokio::test]
    async fn whoever_is_overtaken_in_a_rush_comes_through_once_it_is_over() {
        let hub = open_hub().await;
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let organiser = paired_long_ago(Role::Organiser);
        let (begun, mut others) = (tokio::time::Instant::now(), FIRST);
        let plan = || {
            others += 1;
            let (floor, other, by) = (floor.clone(), registering(others), organiser.clone());
            async move {
                let at = floor.view.head(Audience::Staff);
                // Between the plan and its writing.
                if begun.elapsed() < RUSH {
                    let answer = floor.submit(Submission::now(by, other)).await;
                    assert!(matches!(answer, Answer::Accepted { .. }), "{answer:?}");
                }
                Ok::<_, Denied>(Planned {
                    commands: vec![registering(FIRST)],
                    contacts: Vec::new(),
                    at,
                    then: (),
                })
            }
        };
        let written = write(&floor, &organiser, plan).await;
        assert!(written.is_ok(), "{written:?}");
    }
}
