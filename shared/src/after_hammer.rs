//! What became of a deal's terms after the hammer had fallen: what its broker wants changed, and what was changed. The
//! notary is shown both. Staff only; the public has what was hammered through.

use serde::{Deserialize, Serialize};

use crate::deal::{Bargain, Service, Terms};

/// What the notary is shown of a deal that stands hammered through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterHammer {
    /// What the hammer fell on, if the deal says something else by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Terms>,
    /// What the broker wants it to say, which waits for the hammer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Terms>,
    /// Why the notary did not let the broker's last change through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

impl AfterHammer {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether two terms differ in what the hammer fell on: the parties, and what each side does and how much. Who moves first,
/// the days, what it counts as and what it is worth may change without another blow.
pub fn needs_hammer(before: &Terms, after: &Terms) -> bool {
    before.givers != after.givers
        || before.receivers != after.receivers
        || kind(&before.bargain) != kind(&after.bargain)
        || !before
            .bargain
            .services()
            .map(agreed)
            .eq(after.bargain.services().map(agreed))
}

const fn kind(bargain: &Bargain) -> u8 {
    match bargain {
        Bargain::OneWay { .. } => 0,
        Bargain::TwoWay { .. } => 1,
        Bargain::Intention { .. } => 2,
    }
}

fn agreed(service: &Service) -> (&str, Option<(u32, &str)>, Option<u32>) {
    let quantity = service.quantity.as_ref();
    (
        service.text.trim(),
        quantity.map(|quantity| (quantity.amount, quantity.unit.as_str())),
        service.effort_minutes,
    )
}
