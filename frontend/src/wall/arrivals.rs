//! The queue of arrivals: each new deal has its moment as the large one. A burst queues up and its moments shorten; none is
//! skipped, and the large deal never changes so often that it flickers.

use std::collections::VecDeque;
use std::time::Duration;

use borsklokka_shared::event::Event;
use borsklokka_shared::ids::DealId;
use leptos::prelude::*;

use crate::browser;
use crate::live::Live;

/// The least that a deal is the large one, in milliseconds: nothing on the wall flashes more than three times a second.
const STAYS_MS_MIN: f64 = 350.0;
/// How long it is while so many wait in a burst, in milliseconds.
const STAYS_MS: [(usize, f64); 3] = [(10, 1_200.0), (30, 700.0), (usize::MAX, STAYS_MS_MIN)];
/// With so many that wait a burst begins; it lasts until nobody waits.
const BURST_FROM: usize = 2;

/// How quickly deals arrive, for the length of their animation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// One at a time.
    Calm,
    /// Several wait.
    Brisk,
    /// A burst.
    Burst,
}

impl Pace {
    /// Its name in style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Pace::Calm => "calm",
            Pace::Brisk => "brisk",
            Pace::Burst => "burst",
        }
    }
}

/// The deals that have not had their moment yet.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    waiting: VecDeque<DealId>,
    is_burst: bool,
    /// Since when the present large one is, on the device's clock.
    since_ms: Option<f64>,
}

impl Arrivals {
    /// Takes a new deal: it is large at once if the one before it has had its moment, else it waits.
    pub fn take(&mut self, deal: DealId, now_ms: f64) {
        self.waiting.push_back(deal);
        self.is_burst |= self.waiting.len() >= BURST_FROM;
        self.advance(now_ms);
    }

    /// Forgets a deal that is no longer to be shown.
    pub fn forget(&mut self, deal: DealId) {
        self.waiting.retain(|waiting| *waiting != deal);
        self.is_burst &= !self.waiting.is_empty();
    }

    /// Lets the next one in if its time has come. Gives the wait until that is so, in milliseconds, while any waits.
    pub fn advance(&mut self, now_ms: f64) -> Option<f64> {
        let wait_ms = self.wait_ms(now_ms)?;
        if wait_ms <= 0.0 {
            self.waiting.pop_front();
            self.since_ms = Some(now_ms);
            self.is_burst &= !self.waiting.is_empty();
        }
        self.wait_ms(now_ms)
    }

    fn wait_ms(&self, now_ms: f64) -> Option<f64> {
        let waiting = self.waiting.len();
        let stays_ms = if self.is_burst {
            STAYS_MS.into_iter().find(|(up_to, _)| waiting <= *up_to)?.1
        } else {
            STAYS_MS_MIN
        };
        (waiting > 0).then(|| self.since_ms.map_or(0.0, |since_ms| since_ms + stays_ms - now_ms))
    }

    /// Whether a deal has not had its moment yet.
    pub fn waits(&self, deal: DealId) -> bool {
        self.waiting.contains(&deal)
    }

    /// How many have not.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How quickly they come.
    pub fn pace(&self) -> Pace {
        match self.waiting.len() {
            0..=1 => Pace::Calm,
            2..=10 => Pace::Brisk,
            _ => Pace::Burst,
        }
    }
}

/// Follows the deals as they arrive.
pub fn follow(live: Live) -> RwSignal<Arrivals> {
    let arrivals = RwSignal::new(Arrivals::default());
    live.on_public_event(move |message| match &message.event {
        Event::DealPosted { deal } => {
            arrivals.update(|arrivals| arrivals.take(deal.id, browser::monotonic_ms()));
            go_on(arrivals);
        }
        Event::DealsRevealed { deals } => {
            let now_ms = browser::monotonic_ms();
            arrivals.update(|arrivals| deals.iter().for_each(|deal| arrivals.take(deal.id, now_ms)));
            go_on(arrivals);
        }
        Event::DealRemoved { deal } | Event::DealWithdrawn { deal } | Event::DealRecalled { deal } => {
            arrivals.update(|arrivals| arrivals.forget(*deal));
        }
        _ => {}
    });
    live.on_new_history(move || arrivals.set(Arrivals::default()));
    arrivals
}

/// Comes back when the next may be let in. Several may come back for the same one: they find that it is in.
fn go_on(arrivals: RwSignal<Arrivals>) {
    let now_ms = browser::monotonic_ms();
    let wait_ms = arrivals.with_untracked(|arrivals| arrivals.wait_ms(now_ms));
    if let Some(wait_ms) = wait_ms {
        let step = move || {
            // The scene may have changed meanwhile, and the queue gone with it.
            let done = arrivals.try_update(|arrivals| arrivals.advance(browser::monotonic_ms()));
            if done.is_some() {
                go_on(arrivals);
            }
        };
        set_timeout(step, Duration::from_millis(wait_ms.max(0.0) as u64 + 1));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn deal(number: u128) -> DealId {
        DealId(Uuid::from_u128(number))
    }

    /// Lets deals arrive at these times, and gives when each became the large one.
    fn shown(arrive_ms: &[f64]) -> Vec<(u128, f64)> {
        let mut arrivals = Arrivals::default();
        let (mut shown, mut number, mut now_ms) = (Vec::new(), 0, 0.0);
        while now_ms < 600_000.0 {
            while let Some(arrives_ms) = arrive_ms.get(number).filter(|arrives_ms| **arrives_ms <= now_ms) {
                number += 1;
                arrivals.take(deal(number as u128), *arrives_ms);
            }
            arrivals.advance(now_ms);
            for seen in shown.len() as u128 + 1..=number as u128 {
                if !arrivals.waits(deal(seen)) {
                    shown.push((seen, now_ms));
                }
            }
            now_ms += 10.0;
        }
        shown
    }

    #[test]
    fn one_that_comes_alone_is_large_at_once() {
        assert_eq!(shown(&[0.0, 1_000.0]), [(1, 0.0), (2, 1_000.0)]);
    }

    #[test]
    fn ten_in_a_second_all_have_their_moment_and_can_be_read() {
        let burst: Vec<f64> = (0..10_u8).map(|n| f64::from(n) * 100.0).collect();
        let shown = shown(&burst);
        assert!(shown.iter().map(|(number, _)| *number).eq(1..=10), "{shown:?}");
        for pair in shown.windows(2) {
            assert!(pair[1].1 - pair[0].1 >= 1_200.0, "{shown:?}");
        }
        assert!(shown[9].1 < 20_000.0, "{shown:?}");
    }

    #[test]
    fn however_many_come_none_is_skipped_and_none_flickers() {
        let flood: Vec<f64> = (0..600_u32).map(|n| f64::from(n) * 100.0).collect();
        let shown = shown(&flood);
        assert_eq!(shown.len(), 600);
        assert!(shown.windows(2).all(|pair| pair[1].1 - pair[0].1 >= 340.0));
    }

    #[test]
    fn one_that_is_taken_back_while_it_waits_is_not_shown_any_more() {
        let mut arrivals = Arrivals::default();
        (1..=3).for_each(|number| arrivals.take(deal(number), 0.0));
        arrivals.forget(deal(2));
        assert!(!arrivals.waits(deal(2)) && arrivals.waits(deal(3)));
        assert_eq!(arrivals.advance(0.0), Some(1_200.0));
        assert_eq!(arrivals.advance(1_200.0), None);
    }
}
