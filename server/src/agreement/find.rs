//! Finds the deal that a request names.

use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::{DealId, ExchangeId};
use borsklokka_shared::right::Right;

use crate::access::{AccessError, Caller, enter};
use crate::floor::FloorHandle;
use crate::hub::Hub;

/// A deal and whose it is.
pub(super) struct InExchange {
    pub(super) exchange: ExchangeId,
    pub(super) deal: Deal,
}

/// A deal that somebody with a right in its exchange asks for. A tablet's deal may still wait in its outbox: then it must be sent first.
pub(super) async fn deal(
    hub: &Hub,
    slug: &str,
    deal: &str,
    caller: &Caller,
    right: Right,
) -> Result<InExchange, AccessError> {
    let (exchange, _) = enter(hub, slug, caller, right).await?;
    let id: DealId = deal.parse().map_err(|_| AccessError::UnknownDeal)?;
    let floor = floor(hub, exchange)?;
    let deal = floor.view.with_staff_board(|board| board.deals.get(&id).cloned());
    Ok(InExchange {
        exchange,
        deal: deal.ok_or(AccessError::UnknownDeal)?,
    })
}

/// An exchange's floor.
pub(super) fn floor(hub: &Hub, exchange: ExchangeId) -> Result<FloorHandle, AccessError> {
    hub.floors.by_id(exchange).ok_or(AccessError::UnknownExchange)
}
