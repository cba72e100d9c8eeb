//! When something was, on the pages that belong to no exchange.

use borsklokka_shared::instant::Instant;

use crate::civil_time::{day, of_hall, time_of_day};
use crate::texts::texts;

/// A day and a time of day, where the device is.
pub fn moment(at: Instant) -> String {
    let t = texts();
    let at = of_hall(at);
    // No zone is the device's own.
    let time = time_of_day(at, "");
    match day(at, "") {
        Some(day) => t.accounts().when(t.common().day(day.day(), day.month()), time),
        None => time,
    }
}
