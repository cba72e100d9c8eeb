//! What happened is queued: read from the log behind the position that each address has come to, so that a restart neither loses nor
//! doubles anything, and whoever appended it.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::programs::WebhookKind;

use super::content::name_of;
use super::queue::{self, Behind, Queued};
use crate::api::Denied;
use crate::hub::Hub;
use crate::log;

/// Events that are looked at in one transaction, counted.
const EVENTS_AT_ONCE: u32 = 500;

/// Queues what happened since it was last looked, for every address.
///
/// # Errors
/// If the database fails, or a log cannot be read: then the other exchanges' are queued all the same.
pub(super) async fn queue_what_happened(hub: &Hub) -> Result<(), Denied> {
    let mut first_trouble = None;
    for behind in queue::behind(&hub.access).await? {
        if let Err(trouble) = catch_up(hub, behind).await {
            first_trouble.get_or_insert(trouble);
        }
    }
    first_trouble.map_or(Ok(()), Err)
}

async fn catch_up(hub: &Hub, mut behind: Behind) -> Result<(), Denied> {
    let unread = |error| Denied::Broken(format!("the log cannot be read: {error}"));
    let log = log::open(hub.access.database());
    loop {
        let Some(exchange) = log.exchange(behind.exchange).await.map_err(unread)? else {
            return Ok(());
        };
        // What the exchange was before it went back to nought is told to nobody any more.
        let from = behind.after.max(exchange.begins_after);
        let events = log
            .read(behind.exchange, from, EVENTS_AT_ONCE)
            .await
            .map_err(unread)?;
        let Some(last) = events.last().map(|recorded| recorded.seq) else {
            return Ok(());
        };
        let told = events.iter().filter(|recorded| {
            recorded.audience == Audience::Public && WebhookKind::any_wants(&behind.kinds, &recorded.event)
        });
        let queued: Vec<Queued> = told
            .map(|recorded| Queued {
                seq: recorded.seq,
                what: name_of(&recorded.event),
            })
            .collect();
        if !queue::queue(&hub.access, &behind, &queued, last, hub.clock.now()).await? {
            // Another node was first, or the organiser has stopped it.
            return Ok(());
        }
        behind.after = last;
    }
}
