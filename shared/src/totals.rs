//! Everything counted. The board keeps its totals as events arrive; [`Totals::recount`] counts them afresh, and the two
//! must agree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::deal::{Bargain, Deal};
use crate::fields::read_by_hand;
use crate::ids::{CategoryId, ParticipantId};
use crate::map::keep_in;
use crate::participant::{Participant, Sector};

/// What the public deals of an exchange add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Totals {
    /// Deals.
    pub deals: u32,
    /// Of these, trades with a return.
    pub two_way: u32,
    /// Of these, intentions.
    pub intentions: u32,
    /// Estimated effort of all services and returns, in minutes.
    pub effort_minutes: u64,
    /// Estimated worth of all services and returns, in whole units of the exchange's currency.
    pub worth: u64,
    /// Deals in which each sector takes part.
    pub by_sector: BTreeMap<Sector, u32>,
    /// Deals that touch each category, with the service or the return.
    pub by_category: BTreeMap<CategoryId, u32>,
}

read_by_hand! {
    Totals {
        must: [deals, two_way, intentions, effort_minutes, worth, by_sector, by_category],
        may: [],
        usual: [],
        made: |fields| [],
    }
}

impl Totals {
    /// Counts `deals` afresh.
    pub fn recount<'a>(
        deals: impl IntoIterator<Item = &'a Deal>,
        participants: &BTreeMap<ParticipantId, Participant>,
    ) -> Self {
        let mut totals = Self::default();
        for deal in deals {
            if deal.counts() {
                totals.add(deal, participants);
            }
        }
        totals
    }

    /// Counts one deal in.
    pub fn add(&mut self, deal: &Deal, participants: &BTreeMap<ParticipantId, Participant>) {
        self.shift(
            deal,
            participants,
            |total| *total += 1,
            |total, part| *total += part,
        );
    }

    /// Counts one deal out.
    pub fn subtract(&mut self, deal: &Deal, participants: &BTreeMap<ParticipantId, Participant>) {
        self.shift(
            deal,
            participants,
            |total| *total -= 1,
            |total, part| *total -= part,
        );
        keep_in(&mut self.by_sector, |count| *count > 0);
        keep_in(&mut self.by_category, |count| *count > 0);
    }

    fn shift(
        &mut self,
        deal: &Deal,
        participants: &BTreeMap<ParticipantId, Participant>,
        one: impl Fn(&mut u32),
        many: impl Fn(&mut u64, u64),
    ) {
        one(&mut self.deals);
        match deal.terms.bargain {
            Bargain::OneWay { .. } => {}
            Bargain::TwoWay { .. } => one(&mut self.two_way),
            Bargain::Intention { .. } => one(&mut self.intentions),
        }
        for service in deal.terms.bargain.services() {
            many(
                &mut self.effort_minutes,
                service.effort_minutes.unwrap_or(0).into(),
            );
            many(&mut self.worth, service.worth.unwrap_or(0).into());
        }
        let parties = deal.terms.parties().filter_map(|id| participants.get(&id));
        for sector in once_each(parties.map(|participant| participant.sector)) {
            one(self.by_sector.entry(sector).or_default());
        }
        let services = deal.terms.bargain.services();
        for category in once_each(services.filter_map(|service| service.category.as_ref())) {
            one(self.by_category.entry(category.clone()).or_default());
        }
    }
}

/// What a deal has of a kind, each once: a handful.
fn once_each<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut each = Vec::new();
    for one in all {
        if !each.contains(&one) {
            each.push(one);
        }
    }
    each
}
