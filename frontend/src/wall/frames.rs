//! How smoothly the wall moves, for the moderator: frames are counted for one second in ten, while the page is seen.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;
use crate::live::Live;

/// How long frames are counted, in milliseconds.
const COUNTED_MS: f64 = 1_000.0;
/// How often they are, in milliseconds.
const EVERY_MS: u64 = 10_000;

/// What is being counted.
#[derive(Clone, Copy)]
struct Count {
    live: Live,
    /// Which count is under way; none once it has ended.
    under_way: StoredValue<Option<u32>>,
    counts: StoredValue<u32>,
}

/// Counts frames from now on, and tells staff. A page that nobody sees draws none, and says nothing of them.
pub fn count(live: Live) {
    let count = Count {
        live,
        under_way: StoredValue::new(None),
        counts: StoredValue::new(0),
    };
    let begin = move || {
        if browser::is_hidden() {
            return;
        }
        if count.under_way.get_value().is_some() {
            // Not one second's frames in all that time: the page is seen, and stands still.
            count.tell(Some(0.0));
        }
        count.begin();
    };
    window_event_listener_untyped("visibilitychange", move |_| {
        // What was begun before would count the time in between.
        count.under_way.set_value(None);
        count.tell(None);
        begin();
    });
    begin();
    set_interval(begin, Duration::from_millis(EVERY_MS));
}

impl Count {
    fn begin(self) {
        self.counts.update_value(|counts| *counts += 1);
        let number = self.counts.get_value();
        self.under_way.set_value(Some(number));
        self.step(number, 0, browser::monotonic_ms());
    }

    fn step(self, number: u32, frames: u32, since_ms: f64) {
        request_animation_frame(move || {
            if self.under_way.get_value() != Some(number) {
                return;
            }
            let passed_ms = browser::monotonic_ms() - since_ms;
            if passed_ms < COUNTED_MS {
                self.step(number, frames + 1, since_ms);
            } else {
                self.under_way.set_value(None);
                let per_s = f64::from(frames + 1) / passed_ms * 1_000.0;
                self.tell(Some(per_s.round() as f32));
            }
        });
    }

    fn tell(self, frames_per_s: Option<f32>) {
        self.live.report(|status| status.frames_per_s = frames_per_s);
    }
}
