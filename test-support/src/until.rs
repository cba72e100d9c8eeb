//! Waits for an instant of an exchange's clock, such as a bell's stroke.

use std::time::Duration;

use borsklokka_shared::instant::Instant;

/// Returns once `now` says that it is `at`.
pub async fn until(at: Instant, now: impl Fn() -> Instant) {
    loop {
        let left_ms = at.ms_since(now());
        if left_ms <= 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(left_ms as u64)).await;
    }
}
