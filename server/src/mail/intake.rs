//! The queue's one entrance.

use borsklokka_shared::ids::{ExchangeId, MailId};
use borsklokka_shared::limits::MAILS_MAX;
use borsklokka_shared::mail::{MailState, Sending};
use uuid::Uuid;

use super::matter::Letter;
use super::queue;
use crate::api::{Denied, Thing};
use crate::hub::Hub;

/// What became of a letter that was to be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queued {
    /// The exchange wants no mail.
    Off,
    /// There is one of this kind about this matter.
    Known,
    /// It is in the queue.
    Made(MailId),
}

/// Whether nobody gets mail: the exchange wants none, and the server has nobody to hand it to.
///
/// # Errors
/// If the database fails.
pub(crate) async fn goes_nowhere(hub: &Hub, exchange: ExchangeId) -> Result<bool, Denied> {
    let is_off = queue::settings(&hub.access, exchange).await?.sending == Sending::Off;
    Ok(is_off && hub.post.office().is_none())
}

/// Queues a mail, as the exchange wants it: it waits for the mail server, or for the organiser.
///
/// # Errors
/// If there are too many, or the database fails.
pub(crate) async fn enqueue(hub: &Hub, exchange: ExchangeId, letter: &Letter) -> Result<Queued, Denied> {
    let settings = queue::settings(&hub.access, exchange).await?;
    let now = hub.clock.now();
    let state = match settings.sending {
        Sending::Off => return Ok(Queued::Off),
        Sending::Held => MailState::Held,
        // What nobody can send now would go when nobody expects it.
        Sending::On if hub.post.office().is_none() => MailState::Held,
        Sending::On => MailState::Waiting,
    };
    let id = MailId(Uuid::now_v7());
    let queued = added(
        queue::add(&hub.access, exchange, id, letter, state, now).await?,
        id,
    )?;
    hub.post.bell.notify_one();
    Ok(queued)
}

/// What became of one that was added.
pub(super) fn added(added: queue::Added, id: MailId) -> Result<Queued, Denied> {
    match added {
        queue::Added::Made => Ok(Queued::Made(id)),
        queue::Added::Known => Ok(Queued::Known),
        queue::Added::TooMany => Err(Denied::TooMany {
            thing: Thing::Mails,
            max: MAILS_MAX as u32,
        }),
    }
}
