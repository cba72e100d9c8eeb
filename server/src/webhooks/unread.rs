//! Exchanges of which nothing can be told, because their log cannot be read: that is said once, and each is left alone for a while.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use borsklokka_shared::ids::ExchangeId;

use crate::api::Denied;

/// How long one is left alone, in milliseconds: floors whose log cannot be read are tried again as often.
const LEFT_ALONE_MS: i64 = 60_000;

/// Those whose log could not be read, and until when each is left alone, in elapsed milliseconds.
#[derive(Debug, Default)]
pub(super) struct Unread(Mutex<HashMap<ExchangeId, i64>>);

impl Unread {
    /// Whether an exchange is left alone now.
    pub(super) fn is_left_alone(&self, exchange: ExchangeId, elapsed_ms: i64) -> bool {
        self.known()
            .get(&exchange)
            .is_some_and(|until_ms| elapsed_ms < *until_ms)
    }

    /// Leaves an exchange alone for a while, if it is its log that is amiss; says so, if that is news. Gives the trouble back if it is another.
    pub(super) fn leave_alone(
        &self,
        exchange: ExchangeId,
        trouble: Denied,
        elapsed_ms: i64,
    ) -> Result<(), Denied> {
        if !matches!(
            trouble,
            Denied::LogNewer | Denied::LogDamaged | Denied::LogRowDamaged
        ) {
            return Err(trouble);
        }
        let before = self.known().insert(exchange, elapsed_ms + LEFT_ALONE_MS);
        if before.is_none() {
            tracing::error!(
                %exchange,
                %trouble,
                "other programs are told nothing of exchange {exchange}: {trouble}; what they have missed goes once it can be read"
            );
        }
        Ok(())
    }

    /// An exchange's log could be read.
    pub(super) fn was_read(&self, exchange: ExchangeId) {
        self.known().remove(&exchange);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ExchangeId, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_whose_log_cannot_be_read_is_left_alone_for_a_while() {
        let (unread, drammen) = (Unread::default(), ExchangeId(uuid::Uuid::from_u128(1)));
        let other = unread.leave_alone(drammen, Denied::Broken("away".to_owned()), 0);
        assert!(
            matches!(other, Err(Denied::Broken(_))),
            "that is tried again at once"
        );
        assert!(!unread.is_left_alone(drammen, 0));
        unread.leave_alone(drammen, Denied::LogNewer, 0).unwrap();
        assert!(unread.is_left_alone(drammen, LEFT_ALONE_MS - 1));
        assert!(!unread.is_left_alone(drammen, LEFT_ALONE_MS));
        unread.leave_alone(drammen, Denied::LogRowDamaged, 5).unwrap();
        assert!(unread.is_left_alone(drammen, LEFT_ALONE_MS));
        unread.was_read(drammen);
        assert!(!unread.is_left_alone(drammen, 5));
    }
}
