//! What became of a deal's terms after the hammer had fallen: what its broker wants changed, and what was changed. The
//! notary is shown both. Staff only; the public has what was hammered through.

use serde::{Deserialize, Serialize};

use crate::deal::{Bargain, Service, Terms};
use crate::fields::read_by_hand;

/// What the notary is shown of a deal that stands hammered through, and what its broker is to mend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", serde(try_from = "serde_json::Value"))]
pub struct AfterHammer {
    /// What the hammer fell on, if the deal says something else by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Terms>,
    /// What the broker wants it to say, which waits for the hammer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Terms>,
    /// What the broker wanted it to say and was not let through: its broker's to mend, until that one asks again or lets it be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<Terms>,
    /// What the deal said when that was wanted, if it says something else by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined_of: Option<Terms>,
    /// Why that was not let through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

read_by_hand! {
    AfterHammer {
        must: [],
        may: [was, proposed, declined, declined_of, remark],
        usual: [],
        made: |fields| [],
    }
}

impl AfterHammer {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What waits is not let through: it is its broker's to mend.
    pub(crate) fn decline(&mut self, remark: &str) {
        self.forget_declined();
        self.declined = self.proposed.take();
        // Without it there is nothing to mend.
        self.remark = self.declined.is_some().then(|| remark.to_owned());
    }

    /// The deal says other `terms` than `before`: what was not let through was wanted of what it said then. If it says that very thing
    /// now, nothing is left to mend.
    pub(crate) fn amended(&mut self, before: &Terms, terms: &Terms) {
        if self.declined.as_ref() == Some(terms) {
            self.forget_declined();
        } else if self.declined.is_some() {
            let of = self.declined_of.take().unwrap_or_else(|| before.clone());
            self.declined_of = (of != *terms).then_some(of);
        }
    }

    /// Its broker asks for something else, or lets it be.
    pub(crate) fn forget_declined(&mut self) {
        self.declined = None;
        self.declined_of = None;
        self.remark = None;
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
