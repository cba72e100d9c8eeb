//! The signal to stop: given once, waited for by every task.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Interval;

/// Waits for the stop.
pub type Stop = watch::Receiver<bool>;

/// Given with a stop, or by hand before.
pub fn before(mut stop: Stop) -> (watch::Sender<bool>, Stop) {
    let (give, given) = watch::channel(false);
    let (with_it, mut by_hand) = (give.clone(), given.clone());
    tokio::spawn(async move {
        tokio::select! {
            () = stopped(&mut stop) => {}
            () = stopped(&mut by_hand) => {}
        }
        with_it.send_replace(true);
    });
    (give, given)
}

/// Gives a stop when it is dropped: whatever ends the task that holds it, a panic too.
pub struct AtTheEnd(pub watch::Sender<bool>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

/// Returns when the stop was given, or whoever could give it is gone.
pub async fn stopped(stop: &mut Stop) {
    // An error means that the giver is gone, which is a stop as well.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

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
            () = stopped(&mut self.stop) => false,
        }
    }
}
