//! The signal to stop: given once, waited for by every task.

use tokio::sync::watch;

/// Waits for the stop.
pub type Stop = watch::Receiver<bool>;

/// Given with the first of two.
pub fn first_of(mut one: Stop, mut other: Stop) -> Stop {
    let (give, given) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            () = stopped(&mut one) => {}
            () = stopped(&mut other) => {}
        }
        // Nobody may wait any more.
        let _ = give.send(true);
    });
    given
}

/// Returns when the stop was given, or whoever could give it is gone.
pub async fn stopped(stop: &mut Stop) {
    // An error means that the giver is gone, which is a stop as well.
    let _ = stop.wait_for(|stopped| *stopped).await;
}
