//! What happened is queued: read from the log behind the position that each address has come to, so that a restart neither loses nor
//! doubles anything, and whoever appended it.

use borsklokka_shared::audience::Audience;
use borsklokka_shared::event::Recorded;
use borsklokka_shared::programs::WebhookKind;

use super::content::name_of;
use super::queue::{self, Behind, Queued};
use super::unread::Unread;
use crate::api::Denied;
use crate::hub::Hub;
use crate::log::{self, Unreadable};

/// Events that are looked at in one transaction, counted.
const EVENTS_AT_ONCE: u32 = 500;

/// Queues what happened since it was last looked, for every address. An exchange whose log cannot be read is left alone for a while.
///
/// # Errors
/// If the database fails: what else can be queued is queued all the same.
pub(super) async fn queue_what_happened(hub: &Hub, unread: &Unread) -> Result<(), Denied> {
    let mut first_trouble = None;
    let elapsed_ms = hub.clock.elapsed_ms();
    for behind in queue::behind(&hub.access).await? {
        let exchange = behind.exchange;
        if unread.is_left_alone(exchange, elapsed_ms) {
            continue;
        }
        match catch_up(hub, behind).await {
            Ok(()) => unread.was_read(exchange),
            Err(trouble) => {
                if let Err(trouble) = unread.leave_alone(exchange, trouble, elapsed_ms) {
                    first_trouble.get_or_insert(trouble);
                }
            }
        }
    }
    first_trouble.map_or(Ok(()), Err)
}

/// Queues what happened, for one address. An event that is damaged is passed over: it never can be told.
async fn catch_up(hub: &Hub, mut behind: Behind) -> Result<(), Denied> {
    let log = log::open(hub.access.database());
    let mut at_once = EVENTS_AT_ONCE;
    loop {
        let Some(exchange) = log.exchange(behind.exchange).await? else {
            return Ok(());
        };
        // What the exchange was before it went back to nought is told to nobody any more.
        let from = behind.after.max(exchange.begins_after);
        let (queued, to) = match log.read(behind.exchange, from, at_once).await {
            Ok(events) => match events.last() {
                Some(last) => (told(&behind, &events), last.seq),
                None => return Ok(()),
            },
            // What comes before it can be read.
            Err(error) if error.unreadable().is_some() && at_once > 1 => {
                at_once /= 2;
                continue;
            }
            Err(error) if error.unreadable() == Some(Unreadable::Damaged) => {
                let Some(damaged) = queue::next_event(&hub.access, behind.exchange, from).await? else {
                    return Ok(());
                };
                tracing::error!(
                    exchange = %behind.exchange,
                    %error,
                    "other programs are told nothing of the event at position {} of exchange {}: {error}",
                    damaged.0,
                    behind.exchange
                );
                at_once = EVENTS_AT_ONCE;
                (Vec::new(), damaged)
            }
            Err(error) => return Err(error.into()),
        };
        if !queue::queue(&hub.access, &behind, &queued, to, hub.clock.now()).await? {
            // Another node was first, or the organiser has stopped it.
            return Ok(());
        }
        behind.after = to;
    }
}

/// What of some events is for an address.
fn told(behind: &Behind, events: &[Recorded]) -> Vec<Queued> {
    let wanted = events.iter().filter(|recorded| {
        recorded.audience == Audience::Public && WebhookKind::any_wants(&behind.kinds, &recorded.event)
    });
    wanted
        .map(|recorded| Queued {
            seq: recorded.seq,
            what: name_of(&recorded.event),
        })
        .collect()
}
