//! Finds the deal that a request names.

use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::{DealId, ExchangeId};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::right::may_change;

use crate::access::Session;
use crate::api::Denied;
use crate::entered::Entered;
use crate::floor::FloorHandle;
use crate::hub::Hub;

/// A deal, whose it is, and who asks for it.
pub(super) struct InExchange {
    pub(super) exchange: ExchangeId,
    pub(super) deal: Deal,
    pub(super) session: Session,
}

/// A deal of the exchange that somebody has entered. A tablet's deal may still wait in its outbox: then it must be sent first.
pub(super) async fn deal(hub: &Hub, entered: Entered, deal: &str) -> Result<InExchange, Denied> {
    let Entered { exchange, session } = entered;
    let id: DealId = deal.parse().map_err(|_| Denied::UnknownDeal)?;
    let floor = floor(hub, exchange).await?;
    let deal = floor.view.with_staff_board(|board| board.deals.get(&id).cloned());
    Ok(InExchange {
        exchange,
        deal: deal.ok_or(Denied::UnknownDeal)?,
        session,
    })
}

/// The same, if whoever asks may change the deal: then its signatures and its links may be changed too.
pub(super) async fn own_deal(hub: &Hub, entered: Entered, deal: &str) -> Result<InExchange, Denied> {
    let found = self::deal(hub, entered, deal).await?;
    let Session { role, device, .. } = found.session;
    if may_change(&found.deal, role, device) {
        Ok(found)
    } else {
        Err(Refusal::NotYourDeal.into())
    }
}

/// An exchange's floor.
pub(super) async fn floor(hub: &Hub, exchange: ExchangeId) -> Result<FloorHandle, Denied> {
    Ok(hub.floors.by_id(exchange).await?)
}
