//! The signal to stop: given once, waited for by every task.

use std::time::Duration;

use tokio::time::Interval;
use tokio_util::sync::CancellationToken;

/// The stop: any who has it can wait for it and give it. A child of it is given with it, or by hand before. Those who wait are woken
/// in the order in which they came.
pub type Stop = CancellationToken;

/// Ticks again and again, until the stop.
pub struct Ticks {
    every: Interval,
    stop: Stop,
}

impl Ticks {
    /// The first at once, and then one every so many seconds.
    pub fn every_s(seconds: u64, stop: &Stop) -> Self {
        Self {
            every: tokio::time::interval(Duration::from_secs(seconds)),
            stop: stop.clone(),
        }
    }

    /// Waits for the next; false when the stop was given.
    pub async fn go_on(&mut self) -> bool {
        tokio::select! {
            _ = self.every.tick() => true,
            () = self.stop.cancelled() => false,
        }
    }
}
