//! What nodes on one PostgreSQL signal each other, and on which channels.

use borsklokka_shared::ids::{DeviceId, ExchangeId, Seq};

/// The channel on which a commit is signalled, as `EXCHANGE SEQ`: one signal a batch that holds events.
pub const APPENDED: &str = "borsklokka_log";
/// The channel on which a new exchange is signalled.
pub const EXCHANGES: &str = "borsklokka_exchanges";
/// The channel on which the end of a device's session is signalled, as its id.
pub const REVOKED: &str = "borsklokka_revoked";

/// What a node hears of the others, and of itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// An exchange's log has come so far.
    Appended(ExchangeId, Seq),
    /// There is another exchange.
    ExchangeMade,
    /// A device's session has ended.
    Revoked(DeviceId),
}

/// What a signal on a channel says, if this version knows it.
pub(crate) fn read_signal(channel: &str, payload: &str) -> Option<Signal> {
    match channel {
        APPENDED => {
            let (exchange, seq) = payload.split_once(' ')?;
            Some(Signal::Appended(exchange.parse().ok()?, Seq(seq.parse().ok()?)))
        }
        EXCHANGES => Some(Signal::ExchangeMade),
        REVOKED => Some(Signal::Revoked(payload.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_read_and_nonsense_is_not() {
        let id = uuid::Uuid::from_u128(7);
        let appended = Some(Signal::Appended(ExchangeId(id), Seq(12)));
        assert_eq!(read_signal(APPENDED, &format!("{id} 12")), appended);
        assert_eq!(
            read_signal(REVOKED, &id.to_string()),
            Some(Signal::Revoked(DeviceId(id)))
        );
        assert_eq!(read_signal(EXCHANGES, "drammen"), Some(Signal::ExchangeMade));
        for nonsense in ["", "12", "x 12", &format!("{id} x")] {
            assert_eq!(read_signal(APPENDED, nonsense), None, "{nonsense}");
        }
    }
}
