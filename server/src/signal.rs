//! What nodes on one PostgreSQL signal each other, and on which channels.

use borsklokka_shared::ids::{DeviceId, ExchangeId, Seq};
use borsklokka_shared::wire::{ConnectedScreen, Nudge};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The channel on which a commit is signalled, as `EXCHANGE SEQ`: one signal a batch that holds events.
pub const APPENDED: &str = "borsklokka_log";
/// The channel on which a new exchange is signalled.
pub const EXCHANGES: &str = "borsklokka_exchanges";
/// The channel on which the end of a device's session is signalled, as its id.
pub const REVOKED: &str = "borsklokka_revoked";

/// The channel on which a node tells of the screens that are connected to it.
pub const SCREENS: &str = "borsklokka_screens";
/// The channel on which a nudge goes to the node that has the screen.
pub const NUDGES: &str = "borsklokka_nudges";

/// What a node tells of some of its screens.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OfScreens {
    /// Which node, for it hears itself too.
    pub(crate) node: Uuid,
    pub(crate) exchange: ExchangeId,
    /// As they are now.
    pub(crate) screens: Vec<ConnectedScreen>,
    /// The numbers of those that left.
    pub(crate) gone: Vec<u32>,
}

/// What staff ask of a screen.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OfNudge {
    pub(crate) exchange: ExchangeId,
    pub(crate) number: u32,
    pub(crate) nudge: Nudge,
}

/// What a node hears of the others, and of itself.
#[derive(Debug, PartialEq)]
pub(crate) enum Signal {
    /// An exchange's log has come so far.
    Appended(ExchangeId, Seq),
    /// There is another exchange.
    ExchangeMade,
    /// A device's session has ended.
    Revoked(DeviceId),
    /// How a node's screens are.
    Screens(OfScreens),
    /// A screen is asked something.
    Nudged(OfNudge),
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
        SCREENS => Some(Signal::Screens(serde_json::from_str(payload).ok()?)),
        NUDGES => Some(Signal::Nudged(serde_json::from_str(payload).ok()?)),
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
        let asked = OfNudge {
            exchange: ExchangeId(id),
            number: 1_002,
            nudge: Nudge::Identify,
        };
        let said = serde_json::to_string(&asked).unwrap();
        assert_eq!(read_signal(NUDGES, &said), Some(Signal::Nudged(asked)));
        assert_eq!(read_signal(SCREENS, &said), None);
        for nonsense in ["", "12", "x 12", &format!("{id} x")] {
            assert_eq!(read_signal(APPENDED, nonsense), None, "{nonsense}");
        }
    }
}
