//! The signal to stop: given once, waited for by every task.

use tokio::sync::watch;

/// Waits for the stop.
pub type Stop = watch::Receiver<bool>;

/// Returns when the stop was given, or whoever could give it is gone.
pub async fn stopped(stop: &mut Stop) {
    // An error means that the giver is gone, which is a stop as well.
    let _ = stop.wait_for(|stopped| *stopped).await;
}
