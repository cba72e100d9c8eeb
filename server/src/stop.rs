//! The signal to stop: given once, waited for by every task.

use tokio::sync::watch;

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
