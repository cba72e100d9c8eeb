//! How smoothly the wall moves, for the moderator: frames are counted for one second in ten.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;
use crate::live::Live;

/// How long frames are counted, in milliseconds.
const COUNTED_MS: f64 = 1_000.0;
/// How often they are, in milliseconds.
const EVERY_MS: u64 = 10_000;

/// Counts frames from now on, and tells staff.
pub fn count(live: Live) {
    let begin = move || step(live, 0, browser::monotonic_ms());
    begin();
    set_interval(begin, Duration::from_millis(EVERY_MS));
}

fn step(live: Live, frames: u32, since_ms: f64) {
    request_animation_frame(move || {
        let passed_ms = browser::monotonic_ms() - since_ms;
        if passed_ms < COUNTED_MS {
            step(live, frames + 1, since_ms);
        } else {
            let per_s = f64::from(frames + 1) / passed_ms * 1_000.0;
            live.report(|status| status.frames_per_s = Some(per_s.round() as f32));
        }
    });
}
